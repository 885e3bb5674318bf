"""The constant values of a TensorFlow Lite file."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.plain_values import plain_values
from graphlab.formats.tflite.file import TfliteTensor, opened, read_model
from graphlab.graph import JsonValue, count_elements

if TYPE_CHECKING:
    import mmap

    import numpy as np
    from numpy.typing import NDArray

SMALL = 64  # values; a constant with at most this many is shown with them
_HALF_BYTES = {"int4": "int8", "uint4": "uint8"}


def read_tflite_weights(path: Path, where: str) -> NDArray[np.generic]:
    """The values of the tensor at `subgraph/tensor`, as stored: quantized numbers stay quantized."""
    subgraph, _, index = where.partition("/")
    with opened(path) as buffer:
        tensors = read_model(buffer).subgraphs[int(subgraph)].tensors
        return _values(buffer, tensors[int(index)]).copy()


def is_small(tensor: TfliteTensor) -> bool:
    """Whether a constant is shown with its values."""
    count = count_elements(tensor.tensor.shape)
    return count is not None and count <= SMALL


def small_value(buffer: mmap.mmap, tensor: TfliteTensor) -> JsonValue:
    """A small constant's values as JSON. Raises FormatError if their number does not match the shape."""
    return plain_values(_values(buffer, tensor))


def _values(buffer: mmap.mmap, tensor: TfliteTensor) -> NDArray[np.generic]:
    import numpy as np

    if tensor.buffer is None:
        raise FormatError(f"the tensor {tensor.name!r} has no values in the file")
    offset, size = tensor.buffer
    shape = tuple(size or 0 for size in tensor.tensor.shape or ())
    count = count_elements(shape) or 0
    dtype = tensor.tensor.dtype
    if dtype == "string":
        return _strings(bytes(buffer[offset : offset + size]), count).reshape(shape)
    if dtype in _HALF_BYTES and size == (count + 1) // 2:
        return _half_bytes(np.frombuffer(buffer, "uint8", size, offset), dtype)[:count].reshape(shape)
    numpy_dtype = np.dtype(_numpy_dtype(dtype))
    if count * numpy_dtype.itemsize != size:
        raise FormatError(f"the {size:,} bytes of {tensor.name!r} do not fit its shape; it may be sparse")
    return np.frombuffer(buffer, numpy_dtype, count, offset).reshape(shape)


def _numpy_dtype(dtype: str) -> type[np.generic] | str:
    import ml_dtypes

    try:
        numpy_type: type[np.generic] | str = getattr(ml_dtypes, dtype, dtype)
        return numpy_type
    except TypeError as error:
        raise FormatError(f"values of dtype {dtype!r} cannot be read") from error


def _half_bytes(packed: NDArray[np.uint8], dtype: str) -> NDArray[np.generic]:
    """Two numbers from each byte, the lower half first."""
    import numpy as np

    both = np.stack([packed & 15, packed >> 4], axis=-1).reshape(-1).astype(_HALF_BYTES[dtype])
    return np.where(both > 7, both - 16, both).astype("int8") if dtype == "int4" else both


def _strings(packed: bytes, count: int) -> NDArray[np.generic]:
    """TensorFlow Lite's strings: the count, where each begins and the last one ends, then their bytes."""
    import numpy as np

    if len(packed) < 4 * (count + 2) or int.from_bytes(packed[:4], "little") != count:
        raise FormatError("a text tensor is damaged")
    ends = np.frombuffer(packed, "<i4", count + 1, 4).tolist()
    texts = [packed[first:last].decode("utf-8", "replace") for first, last in pairwise(ends)]
    return np.array(texts, dtype=object)
