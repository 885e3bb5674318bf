"""Parses a tensor's dtype and shape from text, as graphlab and other tools write them."""

from __future__ import annotations

import re

from graphlab.graph import Tensor

UNKNOWN = Tensor("unknown", None)
DTYPES = {"float": "float32", "double": "float64", "half": "float16"}
MLIR_DTYPES = {"bf16": "bfloat16", "f16": "float16", "f32": "float32", "f64": "float64", "i1": "bool"}
MLIR_DTYPES |= {
    f"{sign}i{size}": f"{name}int{size}" for sign, name in (("", ""), ("u", "u")) for size in (4, 8, 16, 32, 64)
}

_PLAIN = re.compile(r"([\w.]+)(?:\[([^\[\]]*)\])?")
_MLIR = re.compile(r"tensor<((?:[\d?]+x)*|\*x)([\w!.<>]+?)>")
_SIZE = re.compile(r"-?\d{1,18}")


def parse_tensor(text: str) -> Tensor:
    """The tensor of `float32[?,256]`, `float32[-1,3]`, `int32` or `tensor<1x?xf32>`; unknown for any other text."""
    match = _MLIR.fullmatch(text)
    if match:
        sizes, dtype = match[1], MLIR_DTYPES.get(match[2], match[2])
        return Tensor(dtype, None if sizes == "*x" else tuple(_size(size) for size in sizes.split("x")[:-1]))
    match = _PLAIN.fullmatch(text)
    if not match:
        return UNKNOWN
    inside = match[2] or ""
    sizes_known = not inside.startswith((".", "*"))
    shape = tuple(_size(size) for size in inside.split(",")) if inside else ()
    return Tensor(DTYPES.get(match[1], match[1]), shape if sizes_known else None)


def _size(text: str) -> int | None:
    text = text.strip()
    return int(text) if _SIZE.fullmatch(text) and not text.startswith("-") else None
