"""Arrays in .npy files that the page uploads. Knows no TensorFlow."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.lib import format as npy

from graphlab.errors import SourceError
from graphlab.evaluation.result import Array

WAY = "save it with numpy.save(path, array)"


def npy_array(data: bytes, file: str) -> Array:
    """The array of a .npy file. Raises SourceError for other files, damaged ones, and Python objects."""
    name = file or "the file"
    stream = io.BytesIO(data)
    try:
        version = npy.read_magic(stream)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read_header(stream)
    except ValueError as error:
        what = "is truncated or damaged" if data.startswith(npy.MAGIC_PREFIX) else "is not a .npy file"
        raise SourceError(f"{name} {what}; {WAY}") from error
    if dtype.hasobject:
        raise SourceError(f"{name} contains Python objects, which are never read; save an array of numbers or texts")
    if math.prod(shape) * dtype.itemsize != len(data) - stream.tell():
        raise SourceError(f"{name} is truncated or damaged; {WAY}")
    if not math.prod(shape):
        raise SourceError(f"{name} is empty: its array has the shape {list(shape)}; {WAY}")
    stream.seek(0)
    array: Array = np.load(stream, allow_pickle=False)
    return array
