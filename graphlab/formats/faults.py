"""Sentences about damaged files: where their text ends or cannot be read, and how much is missing."""

from __future__ import annotations

import lzma
import re
import sys
import zipfile
import zlib
from json import JSONDecodeError

MEND = "copy or save it again"
SAVE = "save the model with model.save('model.keras') and open that file"
# What zipfile raises for a damaged or locked archive, including the errors of its decompressors.
BROKEN_ARCHIVE = (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
LONGEST_SNIPPET = 40  # characters
_TOKEN = re.compile(r"""#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}"']""")
_SIZES = re.compile(r"truncated file: eof = (\d+), .*stored_eof = (\d+)")


def json_fault(error: ValueError) -> str:
    """Why a text is not valid JSON; the words continue "it is not valid JSON"."""
    if isinstance(error, UnicodeDecodeError):
        return f": invalid UTF-8 at byte {error.start + 1:,}; {MEND}"
    if not isinstance(error, JSONDecodeError):
        return f": it contains a number that cannot be read; {MEND}"
    if not error.doc[error.pos :].strip() or error.msg.startswith("Unterminated"):
        return f", or truncated: it ends in line {error.doc.count(chr(10)) + 1:,}, before the JSON is complete; {MEND}"
    return f": {syntax_error_words(error.doc, error.lineno, error.colno)}"


def syntax_error_words(text: str, line: int, column: int) -> str:
    """`line 3, column 5 cannot be read, from 'this' on`, up to the first bytes that are printed as numbers."""
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    excerpt = rest.partition("\\")[0][:LONGEST_SNIPPET]
    snippet = "".join(letter if letter.isprintable() else "\ufffd" for letter in excerpt)
    more = "..." if len(rest) > len(excerpt) else ""
    return f"line {line:,}, column {column:,} cannot be read" + (f", starting at '{snippet}{more}'" if snippet else "")


def is_cut(text: str) -> bool:
    """Whether a text ends inside braces or quotes."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in ("'", '"'):
            return "\n" not in text[token.end() :].strip()
        depth += (token[0] == "{") - (token[0] == "}")
    return depth > 0


def hdf5_fault(error: Exception) -> str:
    """What is wrong with an HDF5 file that cannot be read to its end."""
    sizes = _SIZES.search(str(error))
    if sizes:
        return f"it has {int(sizes[1]):,} of its {int(sizes[2]):,} bytes; {MEND}"
    return f"it begins like an HDF5 file, but its structure is damaged; {MEND}"


def too_large(what: str) -> str:
    """A message that reading ran out of memory; the file itself may be fine."""
    return f"{what} is too large to read with {_memory()}"


def _memory() -> str:
    """The memory that this process may use for data."""
    if sys.platform == "win32":
        return "the memory of this machine"
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return "the memory of this machine" if limit == resource.RLIM_INFINITY else f"{limit / 1e9:g} GB of memory"
