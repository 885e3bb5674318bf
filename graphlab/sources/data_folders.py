"""The data folder of a source: the user's, or GRAPHLAB_DATA."""

from __future__ import annotations

import os
from pathlib import Path

from graphlab.errors import DataError
from graphlab.sources.paths import expanded, is_there, quoted

DATA_VARIABLE = "GRAPHLAB_DATA"
FILE_HAS_NONE = "A model file contains no data. To train, open FILE.py:NAME with datasets() in the file."


def named_folder(folder: str | None) -> Path | None:
    """The folder by name, else by GRAPHLAB_DATA, else None. Raises DataError if it does not exist."""
    text = folder or os.environ.get(DATA_VARIABLE)
    if not text:
        return None
    return data_folder(text)


def data_folder(text: str) -> Path:
    """The folder at that path. Raises DataError if there is none or it cannot be read."""
    path = expanded(text)
    if not is_there(path, DataError, text=text) or not path.is_dir():
        raise DataError(f"no such data folder: {quoted(text)}")
    return path.resolve()
