"""What a file is by its first bytes, for those that are not what their suffix says."""

from __future__ import annotations

from pathlib import Path

from graphlab.errors import FormatError

HEAD_BYTES = 4096
TEXT = "text"
_STARTS = (
    (b"PK\x03\x04", "a zip archive (a Keras file is called .keras)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x89HDF\r\n\x1a\n", "HDF5 (a Keras file is called .h5)"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x93NUMPY", "a NumPy array"),
    *((bytes([0x80, protocol]), "a Python pickle, which is never loaded") for protocol in range(2, 6)),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
)


def head_of(path: Path) -> bytes:
    """The first bytes of a file; raises FormatError where it is empty or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    if not head:
        raise FormatError(f"{str(path)!r} is empty")
    return head


def kind_of(head: bytes) -> str:
    """What a file that begins like this is; "" where nothing tells."""
    for start, words in _STARTS:
        if head.startswith(start):
            return words
    if head[4:8] == b"TFL3":
        return "a TensorFlow Lite model (such a file is called .tflite)"
    if is_text(head):
        return _kind_of_text(head.decode("utf-8", errors="ignore").lstrip())
    return ""


def is_text(head: bytes) -> bool:
    """Whether a file that begins like this is text."""
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == HEAD_BYTES  # a letter may be cut in two
    return not any(byte < 9 for byte in head)


def _kind_of_text(text: str) -> str:
    if text.startswith(("{", "[")):
        return "JSON (such a file is called .json)"
    if text.startswith(("<!DOCTYPE", "<html", "<HTML")):
        return "a web page"
    if text.startswith("version https://git-lfs"):
        return "a pointer of Git LFS: the file itself was not fetched (git lfs pull fetches it)"
    return TEXT
