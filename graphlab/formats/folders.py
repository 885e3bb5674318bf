"""What a folder contains, or a file without a known suffix."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from graphlab.errors import FormatError
from graphlab.formats.tensorflow.saved_model import is_saved_model

EVENTS = ".tfevents."  # part of the name of every event file
SAVED_MODEL = "a SavedModel"
LOG = "a log"
MOST_FILES = 100_000  # files and folders that are visited below a folder


def kind_of_folder(path: Path) -> str:
    """SAVED_MODEL or LOG; raises FormatError if the folder is neither."""
    if is_saved_model(path):
        return SAVED_MODEL
    if next(event_files(path), None) is not None:
        return LOG
    raise FormatError(
        f"the folder {str(path)!r} is not a model: a SavedModel contains saved_model.pb, a log folder contains "
        "files named "
        f"events.out{EVENTS}*"
    )


def is_event_file(path: Path) -> bool:
    """Whether a name follows TensorFlow's naming of event files."""
    return EVENTS in path.name


def event_files(path: Path) -> Iterator[Path]:
    """The event files at or below a path, one folder after another."""
    if path.is_file():
        yield path
        return
    entry_count = 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        entry_count += 1 + len(names)
        # Reading a named pipe would never end.
        yield from (file for name in sorted(names) if EVENTS in name and (file := Path(folder, name)).is_file())
        if entry_count > MOST_FILES:
            return
