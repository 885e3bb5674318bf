"""What a file is by what is in it, for those that are not what their suffix says. Loads nothing to tell it."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphlab.errors import FormatError
from graphlab.formats.wire import is_graph

HEAD_BYTES = 4096


@dataclass(frozen=True)
class Kind:
    """A kind of file: `suffixes` may be its files', and `rename` is the one to give to one with any other.

    Without `rename` it is no model, whatever it is called.
    """

    words: str
    suffixes: tuple[str, ...] = ()
    rename: str = ""


_OF_KERAS = (".keras", ".h5", ".hdf5")
_OF_TENSORFLOW = (".pb", ".pbtxt", ".meta")
KERAS = Kind("a Keras file", _OF_KERAS, ".keras")
HDF5 = Kind("HDF5", _OF_KERAS, ".h5")
TFLITE = Kind("a TensorFlow Lite model", (".tflite",), ".tflite")
ONNX = Kind("an ONNX model", (".onnx",), ".onnx")
JSON = Kind("JSON", (".json", ".me.json"), ".json")
GRAPH = Kind("a TensorFlow graph", _OF_TENSORFLOW, ".pb")
GRAPH_TEXT = Kind("a TensorFlow graph as text", _OF_TENSORFLOW, ".pbtxt")
ZIP = Kind("a zip archive", _OF_KERAS)
ZIPPED = Kind("a zip archive with a SavedModel in it: unpack it and open the folder")

_STARTS = (
    (b"\x89HDF\r\n\x1a\n", HDF5),
    (b"\x1f\x8b", Kind("compressed with gzip: unpack it")),
    (b"\x93NUMPY", Kind("a NumPy array")),
    *((bytes([0x80, protocol]), Kind("a Python pickle, which is never loaded")) for protocol in range(2, 6)),
    (b"\x89PNG", Kind("a picture")),
    (b"\xff\xd8\xff", Kind("a picture")),
    (b"%PDF", Kind("a PDF document")),
    (b"\x7fELF", Kind("a program")),
)
_MESSAGES = {"ModelProto": ONNX, **dict.fromkeys(("GraphDef", "MetaGraphDef", "SavedModel"), GRAPH)}
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_TEXT_STARTS = (
    (("{", "["), JSON),
    (("<!doctype", "<html"), Kind("a web page")),
    (
        ("version https://git-lfs",),
        Kind("a pointer of Git LFS: the file itself was not fetched (git lfs pull fetches it)"),
    ),
)
_NODE = re.compile(r"(#[^\n]*\n\s*)*(node|meta_graphs|meta_info_def|graph_def)\s*[:{]")


def check_kind(path: Path, suffix: str) -> None:
    """Raise FormatError where the file is empty, or something else than what files of this suffix are."""
    kind = kind_of(path)
    if kind is None or suffix in kind.suffixes:
        return
    if kind.rename:
        name = path.name[: len(path.name) - len(suffix)] if suffix else path.stem
        raise FormatError(f"{str(path)!r} looks like {kind.words}; rename it to {name + kind.rename!r} to open it")
    raise FormatError(f"{str(path)!r} holds no model; it is {kind.words}")


def kind_of(path: Path) -> Kind | None:
    """What the file is; None where nothing tells. Raises FormatError where it is empty or cannot be read."""
    head = head_of(path)
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(_ZIP_STARTS):
        return _kind_of_zip(path)
    if head[4:8] == b"TFL3":
        return TFLITE
    return _kind_of_text(head) if is_text(head) else _kind_of_message(path, head)


def head_of(path: Path) -> bytes:
    """The first bytes of a file; raises FormatError where it is empty or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    if not head:
        raise FormatError(f"{str(path)!r} is empty: it has no bytes; copy or save it again")
    return head


def is_text(head: bytes) -> bool:
    """Whether a file that begins like this is text."""
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == HEAD_BYTES  # a letter may be cut in two
    return not any(byte < 9 for byte in head)


@contextmanager
def mapped(path: Path) -> Iterator[memoryview]:
    """The file's bytes, read as they are needed. The file may not be empty."""
    with path.open("rb") as file:
        # Not closed by hand: what an error's traceback still holds would forbid it.
        yield memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _kind_of_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return ZIP
    if "config.json" in names:
        return KERAS
    return ZIPPED if any(name.rpartition("/")[2] == "saved_model.pb" for name in names) else ZIP


def _kind_of_text(head: bytes) -> Kind | None:
    text = head.decode("utf-8", errors="ignore").lstrip("\ufeff \t\r\n")
    for starts, kind in _TEXT_STARTS:
        if text.lower().startswith(starts):
            return kind
    return GRAPH_TEXT if _NODE.match(text) else None


def _kind_of_message(path: Path, head: bytes) -> Kind | None:
    """What the file holds if it is a protocol buffer, whose fields mostly come in the order of their numbers."""
    if head[0] not in (0x08, 0x0A):  # a number or bytes in the first field
        return None
    with mapped(path) as data:
        return next((kind for name, kind in _MESSAGES.items() if is_graph(data, name)), None)
