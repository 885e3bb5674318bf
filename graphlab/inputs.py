"""Input specs as people write them: x=float32[?,28,28,1]. Knows nothing about TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphlab.errors import SourceError
from graphlab.graph import Tensor

LARGEST_SIZE = 2**31 - 1
FORM = 'give --input "NAME=DTYPE[SIZES]", for example --input "x=float32[?,28,28,1]"'
DTYPES = frozenset(
    [
        "float16",
        "float32",
        "float64",
        "bfloat16",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "bool",
        "string",
        "complex64",
        "complex128",
    ]
)
_PATTERN = re.compile(r"(?:(?P<name>[A-Za-z_]\w*)\s*=\s*)?(?P<dtype>[A-Za-z]\w*)\s*(?:\[(?P<sizes>[^\[\]]*)\])?")


@dataclass(frozen=True)
class InputSpec:
    """The tensor a function is traced for, and the parameter it goes to (None: by position)."""

    name: str | None
    tensor: Tensor


def parse_input(text: str) -> InputSpec:
    """The spec in `x=float32[?,784]`; `float32[]` is a scalar, `float32[..]` has unknown rank."""
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise SourceError(f"{text!r} is not an input spec; {FORM}")
    if match["dtype"] not in DTYPES and match["name"] is None and not text.rstrip().endswith("]"):
        raise SourceError(f"{text!r} says no DTYPE[SIZES]; {FORM}")
    if match["dtype"] not in DTYPES:
        raise SourceError(f"{match['dtype']!r} in {text!r} is not a dtype; it is one of {', '.join(sorted(DTYPES))}")
    return InputSpec(match["name"], Tensor(match["dtype"], _parse_sizes(match["sizes"] or "", text)))


def parse_inputs(texts: Sequence[str]) -> tuple[InputSpec, ...]:
    """All specs; raises SourceError where one is malformed or a name comes twice."""
    specs = tuple(map(parse_input, texts))
    names = [spec.name for spec in specs if spec.name]
    for name in names:
        if names.count(name) > 1:
            raise SourceError(f"the input {name!r} is given twice; give each --input once")
    return specs


def _parse_sizes(sizes: str, text: str) -> tuple[int | None, ...] | None:
    if sizes.strip() == "..":
        return None
    parts = [part.strip() for part in sizes.split(",")] if sizes.strip() else []
    for part in parts:
        if part not in ("?", "None") and not (part.isascii() and part.isdecimal()):
            raise SourceError(f"{part!r} in {text!r} is not a size; a size is a whole number or ?; {FORM}")
        if part.isdecimal() and (len(part.lstrip("0")) > len(str(LARGEST_SIZE)) or int(part) > LARGEST_SIZE):
            raise SourceError(f"{part!r} in {text!r} is not a size; a size is at most {LARGEST_SIZE:,}")
    return tuple(None if part in ("?", "None") else int(part) for part in parts)
