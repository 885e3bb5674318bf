"""A tensor as NumPy code and as a .npy file."""

from __future__ import annotations

import io

import numpy as np

from graphlab.errors import GraphlabError
from graphlab.evaluation.result import Array

MOST_IN_TEXT = 100_000
MOST_BYTES = 256_000_000


def numpy_text(array: Array) -> str:
    """Code that builds the array: `np.array([0.5, np.nan], dtype=np.float32)`.

    bfloat16 and the like become float32, which NumPy has. Raises GraphlabError for more than 100,000 numbers.
    """
    if array.size > MOST_IN_TEXT:
        raise GraphlabError(
            f"{array.size:,} numbers are too many to copy as text (at most {MOST_IN_TEXT:,}): save a .npy file"
        )
    plain = _for_numpy(array)
    dtype = f"'{plain.dtype.str[1:]}'" if plain.dtype.kind in "SU" else f"np.{plain.dtype.name}"
    if not plain.size:
        return f"np.empty({plain.shape}, dtype={dtype})"
    with np.printoptions(nanstr="np.nan", infstr="np.inf", floatmode="unique", threshold=plain.size + 1):
        numbers = np.array2string(plain, separator=", ", max_line_width=100)
    return f"np.array({numbers}, dtype={dtype})"


def npy_bytes(array: Array) -> bytes:
    """The array as a .npy file without Python objects; texts have a fixed length in it.

    Raises GraphlabError if it were larger than 256 MB.
    """
    plain = _for_numpy(array)
    if plain.nbytes > MOST_BYTES:
        raise GraphlabError(
            f"{plain.nbytes / 1e6:,.0f} MB are too large to save from the page (at most {MOST_BYTES / 1e6:,.0f} MB): "
            "use graphlab.values in Python"
        )
    file = io.BytesIO()
    np.save(file, plain, allow_pickle=False)
    return file.getvalue()


def _for_numpy(array: Array) -> Array:
    if array.dtype.kind == "O":
        return array.astype(np.bytes_) if array.size else np.empty(array.shape, dtype="S1")
    is_foreign = array.dtype.kind == "V" or array.dtype.isbuiltin != 1
    return array.astype(np.float32) if is_foreign and array.dtype.kind in "Vf" else array
