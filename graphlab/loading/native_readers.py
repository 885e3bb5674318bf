"""Readers in C that Python's audit events do not see: those of TensorFlow and of h5py, wrapped for a while."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

Note = Callable[[Any], None]

# (module, function, what it does with the file that its first argument names). Private: TensorFlow 2.21, h5py 3.
_FILE_IO = "tensorflow.python.lib.io._pywrap_file_io"
_OPS = "tensorflow.python.ops.gen_io_ops"
_READ, _LIST, _WRITE, _MATCH = range(4)
_FUNCTIONS = (
    (_FILE_IO, "BufferedInputStream", _READ),
    (_FILE_IO, "FileExists", _READ),
    (_FILE_IO, "Stat", _READ),
    (_FILE_IO, "IsDirectory", _READ),
    (_FILE_IO, "GetChildren", _LIST),
    (_FILE_IO, "GetMatchingFiles", _MATCH),
    (_FILE_IO, "WritableFile", _WRITE),
    (_FILE_IO, "CreateDir", _WRITE),
    (_FILE_IO, "RecursivelyCreateDir", _WRITE),
    (_FILE_IO, "DeleteFile", _WRITE),
    (_OPS, "read_file", _READ),
    (_OPS, "matching_files", _MATCH),
    (_OPS, "write_file", _WRITE),
    ("tensorflow.python.data.ops.readers", "_create_or_validate_filenames_dataset", _READ),
    ("h5py.h5f", "open", _READ),
    ("h5py.h5f", "create", _WRITE),
)


@contextmanager
def native_readers(read: Note, list_names: Note, write: Note) -> Iterator[None]:
    """Tell which files are read, which folders listed and which files written while the block runs."""

    def match(pattern: Any) -> None:
        list_names(os.path.dirname(os.fsdecode(pattern)))

    notes = {_READ: read, _LIST: list_names, _WRITE: write, _MATCH: match}
    with ExitStack() as stack:
        for module, name, act in _FUNCTIONS:
            found = getattr(sys.modules.get(module), name, None)
            if found is not None:
                stack.enter_context(patch.object(sys.modules[module], name, _noting(found, notes[act])))
        yield


def _noting(real: Callable[..., Any], note: Note) -> Callable[..., Any]:
    @functools.wraps(real)
    def call(*args: Any, **kwargs: Any) -> Any:
        for name in _names(args[0] if args else next(iter(kwargs.values()), None)):
            note(name)
        return real(*args, **kwargs)

    return call


def _names(value: Any) -> list[str | bytes]:
    """The file names that a text, a path, a list of them or a tensor with a value holds."""
    if isinstance(value, (str, bytes, os.PathLike)):
        return [os.fspath(value)]
    if isinstance(value, (list, tuple)):
        return [name for part in value for name in _names(part)]
    if hasattr(value, "numpy") and getattr(value, "dtype", None) == "string":
        return list(value.numpy().reshape(-1)) if value.shape.rank else [value.numpy()]
    return []
