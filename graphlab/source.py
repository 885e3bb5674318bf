"""Where a graph comes from: FILE.py:NAME, package.module:NAME or a model file. Knows nothing about TensorFlow."""

from __future__ import annotations

import re
import site
import sys
import sysconfig
from dataclasses import dataclass, replace
from importlib.machinery import PathFinder
from pathlib import Path

from graphlab.errors import SourceError, exit_words, shortened, words_of
from graphlab.paths import expanded, is_there, quoted
from graphlab.source_names import listed, names_in

MOST_OWN_WORDS = 360  # characters of what an error of the user's code says
LARGEST_CODE_BYTES = 64_000_000
PACKAGE_DIR = Path(__file__).resolve().parent
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NO_NAME = re.compile(r"'([^\n]*?)' is not a valid (?:root )?(?:scope|node) name")
# What TensorFlow writes around the words of an op that failed: the functions it wrapped it in, and its own names.
_TENSORFLOW_OWN = re.compile(
    r"\{\{function_node [^{}]*\}\}|\[\[\{\{node [^{}]*\}\}\]\]|\[Op:\w+\](?: name:[ \t]*\S*)?"
    r"|Error in user-defined function passed to \w+(?::\d+)? transformation with iterator: \S+:(?= )"
)
_ADVICE = " You can attempt the following resolutions"  # TensorFlow's, which does not know what was asked for
# What part of an error's words means for the user.
_HINTS = {
    "OperatorNotAllowedInGraphError": "; where a tensor decides, use tf.cond, tf.where or tf.while_loop, or put "
    "@tf.function on the function with the Python if, for or while: Keras traces without AutoGraph",
    "'SymbolicTensor' object has no attribute 'numpy'": "; .numpy() works only without a graph",
    "EOFError: EOF when reading a line": "; the code asks with input() or getpass(), and nobody can answer here: let "
    "it read sys.argv, which holds what follows -- on the command line, or ask under if __name__ == '__main__':",
    "BdbQuit: ": "; the code stops in the debugger, which nobody can use here: take breakpoint() out",
}
# Files that hold code in another form, and what to do with them.
_NOT_CODE = {
    ".ipynb": "is a notebook: call graphlab.show(...) in one of its cells, or save it as a script with "
    "jupyter nbconvert --to script and give FILE.py:NAME",
    ".pyc": "is compiled Python: give the .py file that it was made from",
}
_STACK_LINE = re.compile(r'File "([^"]+)", line (\d+)')
SITE_NAMES = frozenset({"site-packages", "dist-packages"})
FRAMEWORKS = frozenset({"tensorflow", "keras", "numpy", "ml_dtypes", "optree", "absl", "wrapt"})


@dataclass(frozen=True)
class SourceSpec:
    """A parsed SOURCE. Exactly one of `file`, `module` and `path` is set. `inputs` are the --input texts.

    `arguments` are those that the script finds in sys.argv. `data` is set for the datasets() beside a model: their
    data folder, "" where none was named.

    `path` is a model file or folder, which is read and never run, unless `trust` says that its code may be.
    """

    text: str
    name: str
    file: Path | None = None
    module: str | None = None
    path: Path | None = None
    inputs: tuple[str, ...] = ()
    trust: bool = False
    data: str | None = None
    arguments: tuple[str, ...] = ()


def packaged_dir(name: str) -> Path:
    """The folder `name` ("examples", "assets"): inside the installed package, or beside it in a checkout."""
    inside = PACKAGE_DIR / name
    return inside if inside.is_dir() else PACKAGE_DIR.parent / name


def parse_source(
    text: str, inputs: tuple[str, ...] = (), *, trust: bool = False, arguments: tuple[str, ...] = ()
) -> SourceSpec:
    """The parts of FILE.py:NAME or package.module:NAME, or the path of a model file or folder.

    Raises SourceError where the form or the file is wrong.
    """
    if other := _not_code(text):
        raise SourceError(other)
    saved = _saved(text)
    if saved is not None:
        if arguments:
            raise SourceError(f"{text!r} is a model file, which takes no arguments; leave out {listed([*arguments])}")
        return SourceSpec(text, saved.name, path=saved, inputs=inputs, trust=trust)
    where, colon, name = text.rpartition(":")
    if not colon or not where or not all(part.isidentifier() for part in name.split(".")):
        if ("/" in text or Path(text).suffix) and not text.endswith(".py") and not colon:
            raise SourceError(f"no such file or folder: {quoted(text)}")
        file = text.rstrip(":")
        if file.endswith(".py") and is_there(expanded(file), SourceError, told=file) and expanded(file).is_file():
            names = names_in(Path(file))
            has = f"; it has {listed(names)}" if names else ""
            raise SourceError(f"{text!r} lacks the name of what to open in it: give {file}:NAME{has}")
        raise SourceError(
            f"{quoted(text)} is not a source, nor a file or folder here; "
            f"give FILE.py:NAME, package.module:NAME or a model file"
        )
    if where.endswith(".py") or "/" in where or "\\" in where:
        return SourceSpec(text, name, file=_existing_file(where), inputs=inputs, arguments=arguments)
    return SourceSpec(text, name, module=where, inputs=inputs, arguments=arguments)


def _not_code(text: str) -> str:
    """What to do with a file or folder that is there and is no source, whatever name follows it; "" for others."""
    where, colon, name = text.rpartition(":")
    path = where if colon else text
    if Path(path).suffix in _NOT_CODE and _exists(path):
        return f"{path!r} {_NOT_CODE[Path(path).suffix]}"
    if not colon or not _exists(path) or path.endswith(".py"):
        return ""
    if not Path(path).is_dir():
        return "" if _exists(text) else f"{path!r} is not a Python file; give FILE.py:NAME"
    inside = sorted(Path(path).glob("*.py"))
    if not inside or (Path(path) / "__init__.py").is_file():
        return ""
    return f"{path!r} is a folder: give a file in it, such as {inside[0]}:{name}"


def _exists(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except (OSError, ValueError):  # too long for a path, a NUL in it
        return False


def data_source(spec: SourceSpec, data: str | None) -> SourceSpec:
    """The datasets() beside a source, with their data folder."""
    where = spec.text.rpartition(":")[0]
    return replace(spec, text=f"{where}:datasets", name="datasets", inputs=(), data=data or "")


def _saved(text: str) -> Path | None:
    """The model file or folder of that path; None where it is the text of another source, or nothing at all."""
    path = expanded(text)
    if not text or path.suffix == ".py" or not is_there(path, SourceError, told=text):
        return None
    return path.resolve()


def source_key(spec: SourceSpec) -> str:
    """One name for all spellings of a source: its file and its object. A module that is not found stays a module."""
    if spec.path is not None:
        return f"{spec.path}{' trusted' if spec.trust else ''}"
    return f"{spec.file or module_file(spec.module or '') or spec.module}:{spec.name}"


def module_file(module: str) -> Path | None:
    """The file that `load_module` would run, found without running any part of it; None where there is none."""
    folders = [str(Path.cwd()), *sys.path]
    origin = None
    for part in module.split("."):
        found = PathFinder.find_spec(part, folders)
        if found is None:
            return None
        folders = list(found.submodule_search_locations or ())
        origin = found.origin
    return Path(origin).resolve() if origin else None


def describe_failure(what: str, error: BaseException) -> str:
    """`what: Type: message (file.py:12)` in one line, naming the innermost line of the user's own code."""
    line = innermost_user_line(error)
    place = f" ({line[0]}:{line[1]})" if line else ""
    hint = next((words for part, words in _HINTS.items() if part in f"{type(error).__name__}: {words_of(error)}"), "")
    return f"{what}: {shortened(_own_words(error), MOST_OWN_WORDS)}{place}{hint}"


def _own_words(error: BaseException) -> str:
    """`Type: message` without the accounts that AutoGraph and Keras put around an error's own words."""
    if isinstance(error, SystemExit):
        return exit_words(error)
    if not isinstance(error, Exception):  # KeyboardInterrupt, GeneratorExit, or a class of the user's
        said = " ".join(words_of(error).split())
        return f"the code raised {type(error).__name__}{said and f': {said}'}"
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{type(error).__name__}: {error.msg}"  # its text has the line once more
    refused = _NO_NAME.search(_COLOUR.sub("", words_of(error)))
    if refused:
        return (
            f"TensorFlow does not take the name {refused[1]!r}: a name may hold the letters A-Z and a-z, digits and "
            f"_ . - / > and must begin with a letter, a digit or a dot; rename the model, layer or function"
        )
    words = _TENSORFLOW_OWN.sub(" ", _COLOUR.sub("", words_of(error)))
    words = words.partition(_ADVICE)[0].rstrip(".") if _ADVICE in words else words
    parts = [part.strip() for part in words.strip().split("\n\n") if part.strip()]
    if parts and parts[0] == "in user code:":
        # AutoGraph: the stack, then "Type: message" of the error itself, which may be Keras' own account.
        inner = [part for part in parts[1:] if not part.startswith("File ")] or parts
        return " ".join(inner[1 if inner[0].endswith("call().") and len(inner) > 1 else 0].split())
    if len(parts) > 1 and parts[0].startswith("Exception encountered when calling"):
        parts = parts[1:]
    own = parts[0].partition("\nTraceback (most recent call last):")[0] if parts else "no message"  # of a py_function
    return f"{type(error).__name__}: {' '.join(own.split())}"


def innermost_user_line(error: BaseException) -> tuple[str, int] | None:
    """(file, line) of the deepest frame of a traceback that lies in the user's code."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return error.filename, error.lineno
    told = [(file, int(line)) for file, line in _STACK_LINE.findall(words_of(error)) if is_user_file(file)]
    if told:  # AutoGraph runs generated code; its account holds the lines as the user wrote them
        return told[-1]
    found = None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if is_user_file(file):
            found = file, trace.tb_lineno
        trace = trace.tb_next
    return found


def is_user_file(file: str) -> bool:
    """Whether the file is the user's own code: not Python's, not a framework's, not this package's."""
    if not file or file.startswith("<"):
        return False
    path = Path(file)
    if path.is_relative_to(packaged_dir("examples")):
        return True
    if path.is_relative_to(PACKAGE_DIR):
        return False
    for key in ("purelib", "platlib"):
        installed = Path(sysconfig.get_path(key))
        if path.is_relative_to(installed):
            return path.relative_to(installed).parts[0] not in FRAMEWORKS
    return not path.is_relative_to(sysconfig.get_path("stdlib")) and "__autograph_generated_file" not in path.name


def is_installed_file(file: str) -> bool:
    """Whether the file belongs to an installed package, rather than to what the user is working on."""
    path = Path(file)
    if path.is_relative_to(packaged_dir("examples")):
        return False
    sites = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), site.getusersitepackages()]
    return not SITE_NAMES.isdisjoint(path.parts) or any(path.is_relative_to(folder) for folder in sites)


def _existing_file(where: str) -> Path:
    path, found = expanded(where), is_there(expanded(where), SourceError, told=where)
    if not found and not path.is_absolute() and path.parts[:1] == ("examples",):
        # `graphlab open examples/...` works from any folder: the examples are part of the package.
        path = packaged_dir("examples").joinpath(*path.parts[1:])
        found = is_there(path, SourceError, told=where)
    if not found:
        raise SourceError(f"no such file: {quoted(where)}")
    if (path / "__init__.py").is_file():  # a package by its path
        path = path / "__init__.py"
    if path.is_dir():
        raise SourceError(f"{quoted(where)} is a folder, not a Python file; give FILE.py:NAME")
    if path.stat().st_size > LARGEST_CODE_BYTES:
        raise SourceError(f"{quoted(where)} is too large for a Python file: it has {path.stat().st_size:,} bytes")
    return path.resolve()
