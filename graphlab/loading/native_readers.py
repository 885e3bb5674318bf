"""Records files that TensorFlow's and h5py's C code reads, which Python's audit events do not report."""

from __future__ import annotations

import functools
import glob
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

Note = Callable[[str | bytes], None]

# (module, function, what it does with the file in its first argument). Private: TensorFlow 2.21, h5py 3.
_FILE_IO = "tensorflow.python.lib.io._pywrap_file_io"
_OPS = "tensorflow.python.ops.gen_io_ops"
_READ, _STAT, _LIST, _WRITE, _MATCH = range(5)
_UNLIKE = re.compile(r"\\.|\[[^\]/]+\]")
_FUNCTIONS = (
    (_FILE_IO, "BufferedInputStream", _READ),
    (_FILE_IO, "FileExists", _STAT),
    (_FILE_IO, "Stat", _STAT),
    (_FILE_IO, "IsDirectory", _STAT),
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
    ("tensorflow.python.saved_model.loader_impl", "parse_saved_model", _READ),  # the folder, with its variables
    ("h5py.h5f", "open", _READ),
    ("h5py.h5f", "create", _WRITE),
)


@contextmanager
def native_readers(read: Note, stat: Note, list_names: Note, write: Note) -> Iterator[None]:
    """Record which files are read, checked or written and which folders are listed while the block runs."""

    def match(pattern: str | bytes) -> None:
        for folder in searched_folders(os.fsdecode(pattern)):
            list_names(folder)

    notes = {_READ: read, _STAT: stat, _LIST: list_names, _WRITE: write, _MATCH: match}
    with ExitStack() as stack:
        for module, name, act in _FUNCTIONS:
            function = getattr(sys.modules.get(module), name, None)
            if function is not None:
                stack.enter_context(patch.object(sys.modules[module], name, _noting(function, notes[act])))
        yield


def searched_folders(pattern: str) -> Iterator[str]:
    """The folders whose names decide what a TensorFlow pattern matches: the first, and those that match so far."""
    # `[...]` and `\x` differ in Python's patterns: any character matches there, so that too many are found, not too
    # few.
    folder = os.path.dirname(_UNLIKE.sub("?", pattern))
    first = folder
    while glob.has_magic(first):
        first = os.path.dirname(first)
    yield first
    while glob.has_magic(folder):
        for match in glob.iglob(os.path.join(folder, ""), include_hidden=True):
            yield os.path.normpath(match)
        folder = os.path.dirname(folder)


def _noting(real: Callable[..., object], note: Note) -> Callable[..., object]:
    @functools.wraps(real)
    def call(*args: object, **kwargs: object) -> object:
        for name in _names(args[0] if args else next(iter(kwargs.values()), None)):
            note(name)
        return real(*args, **kwargs)

    return call


def _names(value: object) -> list[str | bytes]:
    """The file names in a text, a path, a list of them or a tensor with a value."""
    if isinstance(value, (str, bytes, os.PathLike)):
        return [os.fspath(value)]
    if isinstance(value, (list, tuple)):
        return [name for part in value for name in _names(part)]
    if hasattr(value, "numpy") and hasattr(value, "shape") and getattr(value, "dtype", None) == "string":
        return list(value.numpy().reshape(-1)) if value.shape.rank else [value.numpy()]
    return []
