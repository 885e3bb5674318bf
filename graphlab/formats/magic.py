"""Detects the kind of a file from its bytes, for files with a wrong suffix. Loads nothing."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphlab.errors import FormatError, shortened
from graphlab.formats.faults import BROKEN_ARCHIVE, MEND, SAVE
from graphlab.formats.tensorflow.wire import is_graph

HEAD_BYTES = 4096
OPEN_ADVICE = "open a .keras, .h5, .onnx, .tflite, .pb or .json file, or a SavedModel folder"


@dataclass(frozen=True)
class Kind:
    """A kind of file: `suffixes` lists the valid suffixes, `rename` the one to suggest for a file with any other.

    Without `rename`, the file cannot be opened under these suffixes, and `way` says what to do instead.
    """

    words: str
    suffixes: tuple[str, ...] = ()
    rename: str = ""
    way: str = OPEN_ADVICE


_OF_KERAS = (".keras", ".h5", ".hdf5")
_OF_TENSORFLOW = (".pb", ".pbtxt", ".meta")
_TEXTS = (".json", ".me.json", *_OF_TENSORFLOW)
_UNPACK = "unpack it and open the file inside"
_PICTURE = Kind("a picture, not a model")
_PACKED = Kind("an archive, not a model file", way=_UNPACK)
KERAS = Kind("a Keras file", _OF_KERAS, ".keras")
HDF5 = Kind("HDF5", _OF_KERAS, ".h5")
TFLITE = Kind("a TensorFlow Lite model", (".tflite",), ".tflite")
ONNX = Kind("an ONNX model", (".onnx",), ".onnx")
JSON = Kind("JSON", (".json", ".me.json"), ".json")
OTHER_JSON = Kind("JSON without a graph", JSON.suffixes)
CONFIG = Kind("the config of a Keras model, which has no graph and no weights", way=SAVE)
GRAPH = Kind("a TensorFlow graph", _OF_TENSORFLOW, ".pb")
GRAPH_TEXT = Kind("a TensorFlow graph as text", _OF_TENSORFLOW, ".pbtxt")
TEXT = Kind("text, not a model file", (*_TEXTS, ""))
BROKEN_ZIP = Kind("a zip archive that is truncated or damaged", _OF_KERAS, way=MEND)
ZEROS = Kind("not a model: its first bytes are all zero", _OF_KERAS, way=MEND)
ZIPPED = Kind("a zip archive that contains a SavedModel", way="unpack it and open the folder")
TORCH = Kind("a PyTorch file", way="export the model with torch.onnx.export and open the .onnx file")
ARRAYS = Kind("a file of NumPy arrays, not a model")

_STARTS = (
    (b"\x89HDF\r\n\x1a\n", HDF5),
    (b"\x1f\x8b", Kind("compressed with gzip", way=_UNPACK)),
    (b"BZh", Kind("compressed with bzip2", way=_UNPACK)),
    (b"\xfd7zXZ\0", Kind("compressed with xz", way=_UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("compressed with zstd", way=_UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"Rar!\x1a\x07", _PACKED),
    (b"\x93NUMPY", ARRAYS),
    *(
        (bytes([0x80, protocol]), Kind(("a Python pickle, which graphlab never loads"), way=SAVE))
        for protocol in range(2, 6)
    ),
    (b"GGUF", Kind("GGUF, which contains weights without a graph")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"%PDF", Kind("a PDF document, not a model")),
    (b"\x7fELF", Kind("a program, not a model")),
)
_MESSAGES = {"ModelProto": ONNX, **dict.fromkeys(("GraphDef", "MetaGraphDef", "SavedModel"), GRAPH)}
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_TEXT_STARTS = (
    (("<!doctype", "<html"), Kind("a web page, not a model", way="download the model file itself")),
    (
        ("version https://git-lfs",),
        Kind("a pointer of Git LFS, not the file itself", way="run git lfs pull to fetch it"),
    ),
)
_MODELS = (".keras", ".h5", ".hdf5", ".onnx", ".tflite", ".pb")
_CONFIG_START_BYTES = 4096
_MOST_NAMES = 3
_GRAPH_WORDS = ('"graph', '"nodes"')  # appears near the start of files that graphlab and Model Explorer write
_INNER = (
    (257, b"ustar", _PACKED),
    (8, b'{"', Kind("safetensors, which contains weights without a graph")),
)
_NODE = re.compile(r"(#[^\n]*\n\s*)*(node|meta_graphs|meta_info_def|graph_def)\s*[:{]")


def check_kind(path: Path, suffix: str) -> None:
    """Raise FormatError if the file is empty or its content does not match its suffix."""
    kind = kind_of(path)
    if kind is None or suffix in kind.suffixes:
        return
    if kind.rename:
        name = path.name[: len(path.name) - len(suffix)] if suffix else path.stem
        raise FormatError(f"{str(path)!r} looks like {kind.words}; rename it to {name + kind.rename!r} to open it")
    raise FormatError(f"{str(path)!r} is {kind.words}; {kind.way}")


def kind_of(path: Path) -> Kind | None:
    """The kind of the file; None if it cannot be determined. Raises FormatError if it is empty or cannot be read."""
    head = head_of(path)
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(_ZIP_STARTS):
        return _kind_of_zip(path)
    if head[4:8] == b"TFL3":
        return TFLITE
    if is_text(head):
        return _kind_of_text(head)
    if not any(head):
        return ZEROS
    inner = next((kind for offset, start, kind in _INNER if head.startswith(start, offset)), None)
    return inner or _kind_of_message(path, head)


def head_of(path: Path) -> bytes:
    """The first bytes of a file; raises FormatError if it is empty or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    if not head:
        raise FormatError(f"{str(path)!r} is empty: it has no bytes; {MEND}")
    return head


def is_text(head: bytes) -> bool:
    """Whether a file that begins like this is text."""
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == HEAD_BYTES  # a character may be cut in two
    return not any(byte < 9 for byte in head)


@contextmanager
def mapped(path: Path) -> Iterator[memoryview]:
    """The file's bytes, read on demand. The file must not be empty."""
    with path.open("rb") as file:
        # Not closed explicitly: an error's traceback may still hold a reference to it, and closing would then fail.
        yield memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _kind_of_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "config.json" in names and _is_keras(archive, names):
                return KERAS
    except BROKEN_ARCHIVE:
        return BROKEN_ZIP
    bare = {name.rpartition("/")[2] for name in names}
    if "saved_model.pb" in bare:
        return ZIPPED
    inside = next((name for name in names if name.lower().endswith(_MODELS)), None)
    if inside:
        return Kind(f"a zip archive that contains {shortened(inside)!r}", way="unpack it and open that file")
    if "data.pkl" in bare:
        return TORCH
    if names and all(name.endswith(".npy") for name in names):
        return ARRAYS
    holds = ", ".join(repr(shortened(name)) for name in names[:_MOST_NAMES]) or "nothing"
    return Kind(f"a zip archive without a model: it contains {holds}")


def _is_keras(archive: zipfile.ZipFile, names: list[str]) -> bool:
    """Whether the archive's config was written by Keras; other formats also contain a config.json."""
    if "metadata.json" in names:
        return True
    with archive.open("config.json") as file:
        return b'"class_name"' in file.read(_CONFIG_START_BYTES)


def _kind_of_text(head: bytes) -> Kind:
    text = head.decode("utf-8", errors="ignore").lstrip("\ufeff \t\r\n")
    for starts, kind in _TEXT_STARTS:
        if text.lower().startswith(starts):
            return kind
    if text.startswith(("{", "[")):
        if any(word in text for word in _GRAPH_WORDS):
            return JSON
        return CONFIG if '"class_name"' in text else OTHER_JSON
    return GRAPH_TEXT if _NODE.match(text) else TEXT


def _kind_of_message(path: Path, head: bytes) -> Kind | None:
    """What a protocol buffer file contains, judged by its fields, which mostly appear in the order of their numbers."""
    if head[0] not in (0x08, 0x0A):  # a number or bytes in the first field
        return None
    with mapped(path) as data:
        return next((kind for name, kind in _MESSAGES.items() if is_graph(data, name)), None)
