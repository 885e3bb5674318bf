"""The contents of a Keras file: a zip archive with a config and weights (.keras), or HDF5. Runs nothing."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from graphlab.errors import FormatError
from graphlab.formats.faults import BROKEN_ARCHIVE, MEND, SAVE, hdf5_fault, json_fault
from graphlab.formats.keras.hdf5_texts import attribute, check_heaps
from graphlab.graph import JsonValue

if TYPE_CHECKING:
    import h5py
    from _typeshed import WriteableBuffer

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"
MOST_CONFIG_BYTES = 64 * 2**20
MOST_INFLATED_BYTES = 2**30  # of weights that were compressed later; Keras itself does not compress them
MOST_EXPANSION = 100
MOST_DEPTH = 200
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED = 1
_OLD = ("1.", "2.")  # versions of Keras; the oldest did not record theirs
DAMAGED = (*BROKEN_ARCHIVE, KeyError, TypeError)


@dataclass(frozen=True)
class Archive:
    """What a Keras file records about its model.

    `config` is None if the file contains only weights. `training` is how the model was compiled. `is_old` marks a file
    of Keras 1 or 2.
    """

    path: Path
    config: dict[str, JsonValue] | None
    training: dict[str, JsonValue] | None
    version: str
    is_old: bool


def read_archive(path: Path) -> Archive:
    """The file's config. Raises FormatError if the file is invalid. Accepts any of Keras' suffixes."""
    zipped = is_zip(path)
    check_heaps(path)
    return _read_zip(path) if zipped else _read_hdf5(path)


def is_zip(path: Path) -> bool:
    """Whether the file is a zip archive; if not, it is HDF5. Raises FormatError if it is neither."""
    import h5py

    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    if not start:
        raise FormatError(f"{str(path)!r} is empty")
    if start[:4] in _ZIP_STARTS:
        return True
    if not h5py.is_hdf5(path):
        raise FormatError(f"{str(path)!r} is not a Keras file: it is neither a zip archive nor HDF5; {SAVE}")
    return False


@contextmanager
def open_weights(path: Path) -> Iterator[h5py.File]:
    """The h5py.File of the weights, read in place."""
    check_heaps(path)
    import h5py

    if not is_zip(path):
        with h5py.File(path, "r") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        if WEIGHTS not in archive.namelist():
            raise FormatError(f"{str(path)!r} has no {WEIGHTS}")
        with h5py.File(_member(archive, raw, path), "r") as file:
            yield file


def read_asset(path: Path, name: str) -> list[str] | None:
    """The lines of a text asset in the archive, such as a vocabulary; None if it is missing."""
    if not is_zip(path):
        return None
    with zipfile.ZipFile(path) as archive:
        if f"assets/{name}" not in archive.namelist():
            return None
        return _text(archive, f"assets/{name}", path).decode("utf-8").splitlines()


def _read_zip(path: Path) -> Archive:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if CONFIG not in names:
                holds = ", ".join(repr(name) for name in names[:3]) or "nothing"
                raise FormatError(f"{str(path)!r} is not a Keras model: it contains no {CONFIG}, but {holds}; {SAVE}")
            config = _parsed(_text(archive, CONFIG, path), f"{CONFIG} in {str(path)!r}")
            metadata = {}
            if METADATA in names:
                metadata = _parsed(_text(archive, METADATA, path), f"{METADATA} in {str(path)!r}")
    except DAMAGED as error:
        raise FormatError(f"{str(path)!r} is truncated or damaged: {_zip_fault(error)}; {MEND}") from error
    training = config.get("compile_config")
    version = str(metadata.get("keras_version", ""))
    return Archive(path, config, training if isinstance(training, dict) else None, version, version.startswith(_OLD))


def _zip_fault(error: Exception) -> str:
    if isinstance(error, zipfile.BadZipFile) and "not a zip file" in str(error):
        return "the list of its contents is missing at the end"
    return f"{CONFIG} cannot be unpacked"


def _text(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    info = archive.getinfo(name)
    if info.flag_bits & _ENCRYPTED:
        raise FormatError(f"{name} in {str(path)!r} is encrypted, which graphlab does not support")
    if info.file_size > MOST_CONFIG_BYTES:
        raise FormatError(f"{name} in {str(path)!r} is {info.file_size:,} bytes; the limit is {MOST_CONFIG_BYTES:,}")
    with archive.open(info) as file:
        return file.read(MOST_CONFIG_BYTES)


def _read_hdf5(path: Path) -> Archive:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            texts = {name: _attribute(file, name) for name in ("model_config", "training_config", "keras_version")}
    except DAMAGED as error:
        raise FormatError(f"{str(path)!r} is truncated or damaged: {hdf5_fault(error)}") from error
    config, training = (
        _parsed(texts[name], f"{name} in {str(path)!r}") if texts[name] else None
        for name in ("model_config", "training_config")
    )
    version = texts["keras_version"].decode("utf-8", errors="replace")
    return Archive(path, config, training, version, not version or version.startswith(_OLD))


def _attribute(file: h5py.File, name: str) -> bytes:
    value = attribute(file, name, "")
    if not isinstance(value, str | bytes):
        raise FormatError(f"its {name} is {type(value).__name__}, not text")
    raw_bytes = value.encode() if isinstance(value, str) else bytes(value)
    if len(raw_bytes) > MOST_CONFIG_BYTES:
        raise FormatError(f"its {name} has {len(raw_bytes):,} bytes; the limit is {MOST_CONFIG_BYTES:,}")
    return raw_bytes


def _parsed(text: bytes, what: str) -> dict[str, JsonValue]:
    try:
        config = json.loads(text)
    except RecursionError as error:
        raise FormatError(f"{what} is nested too deeply") from error
    except ValueError as error:
        raise FormatError(f"{what} is not valid JSON{json_fault(error)}") from error
    if not isinstance(config, dict):
        raise FormatError(f"{what} is {type(config).__name__}, not a config")
    if depth_of(config) > MOST_DEPTH:
        raise FormatError(f"{what} is nested more than {MOST_DEPTH} levels deep")
    return config


def depth_of(value: JsonValue) -> int:
    """How deep a JSON value is nested."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


def _member(archive: zipfile.ZipFile, raw: BinaryIO, path: Path) -> io.RawIOBase | io.BytesIO:
    """The weights inside the archive as a file. Compressed weights are inflated unless they are a zip bomb."""
    info = archive.getinfo(WEIGHTS)
    if info.flag_bits & _ENCRYPTED:
        raise FormatError(f"{WEIGHTS} in {str(path)!r} is encrypted, which graphlab does not support")
    if info.compress_type == zipfile.ZIP_STORED:
        raw.seek(info.header_offset)
        header = raw.read(_LOCAL_HEADER_BYTES)
        name_bytes, extra_bytes = struct.unpack("<HH", header[26:30])
        return _Part(raw, info.header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes, info.compress_size)
    if info.file_size > min(MOST_INFLATED_BYTES, MOST_EXPANSION * info.compress_size):
        raise FormatError(
            f"{WEIGHTS} in {str(path)!r} would grow from {info.compress_size:,} to {info.file_size:,} bytes; "
            "zip it again without compression"
        )
    with archive.open(info) as file:
        return io.BytesIO(file.read())


class _Part(io.RawIOBase):
    """A part of a file, as a file object."""

    def __init__(self, file: BinaryIO, start: int, size_bytes: int) -> None:
        super().__init__()
        self._file, self._start, self._size, self._at = file, start, size_bytes, 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position in the part."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """The position in the part."""
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read from the position, up to the part's end."""
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._at)
        chunk = self._file.read(max(0, min(len(view), self._size - self._at)))
        view[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)
