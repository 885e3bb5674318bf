"""Input specs as people write them: x=float32[?,28,28,1]. Independent of TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from graphlab.errors import SourceError
from graphlab.graph import Tensor

LARGEST_SIZE = 2**31 - 1
FORM = 'use --input "NAME=DTYPE[SIZES]", for example --input "x=float32[?,28,28,1]"'
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
# A file may give its inputs any names: `input.1`, `serving_default_x:0`, `input 0`.
_PATTERN = re.compile(
    r"(?:(?P<name>[^=\[\],]*[^\s=\[\],])\s*=\s*)?(?P<dtype>[A-Za-z]\w*)\s*(?:\[(?P<sizes>[^\[\]]*)\])?"
)
Key = TypeVar("Key", bound=Hashable)
Shape = tuple[int | None, ...] | None


@dataclass(frozen=True)
class InputSpec:
    """The tensor that a function is traced for, and the parameter that it belongs to (None: by position)."""

    name: str | None
    tensor: Tensor


def parse_input(text: str) -> InputSpec:
    """The spec in a text; `float32[]` is a scalar, `float32[..]` has unknown rank.

    >>> parse_input("x=float32[?,784]")
    InputSpec(name='x', tensor=Tensor(dtype='float32', shape=(None, 784), elements=()))
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise SourceError(f"{text!r} is not an input spec; {FORM}")
    if match["dtype"] not in DTYPES and match["name"] is None and not text.rstrip().endswith("]"):
        raise SourceError(f"{text!r} has no DTYPE[SIZES]; {FORM}")
    if match["dtype"] not in DTYPES:
        raise SourceError(f"{match['dtype']!r} in {text!r} is not a dtype; the dtypes are {', '.join(sorted(DTYPES))}")
    return InputSpec(match["name"], Tensor(match["dtype"], _parse_sizes(match["sizes"] or "", text)))


def parse_inputs(texts: Sequence[str]) -> tuple[InputSpec, ...]:
    """All specs. Raises SourceError if one is malformed or a name occurs twice."""
    specs = tuple(map(parse_input, texts))
    names = [spec.name for spec in specs if spec.name]
    for name in names:
        if names.count(name) > 1:
            raise SourceError(f"the input {name!r} occurs twice; use --input once for each input")
    return specs


def fit_inputs(specs: Sequence[InputSpec], takes: Mapping[Key, tuple[str, Tensor]]) -> dict[Key, Tensor]:
    """The tensors of the specified inputs, by name or in order, with sizes filled in from the graph.

    `takes` are a finished graph's inputs with their names. Raises SourceError for what it does not accept.
    """
    names = {name: key for key, (name, _) in takes.items()}
    unnamed = [spec for spec in specs if spec.name is None]
    if not takes:
        raise SourceError("the graph has no inputs; omit --input")
    if len(unnamed) > len(takes):
        raise SourceError(f"{len(unnamed)} inputs are too many; the graph has {len(takes)}: {', '.join(names)}")
    unknown = [spec.name for spec in specs if spec.name and spec.name not in names]
    if unknown:
        raise SourceError(f"the graph has no input {unknown[0]!r}; it has {', '.join(names)}")
    inputs = dict(zip(takes, unnamed, strict=False)) | {names[spec.name]: spec for spec in specs if spec.name}
    return {key: _fitted(spec.tensor, *takes[key]) for key, spec in inputs.items()}


def _fitted(tensor: Tensor, name: str, takes: Tensor) -> Tensor:
    """The input with the specified sizes. Raises SourceError if the graph does not accept them."""
    if takes.dtype not in (tensor.dtype, "unknown") or not _fits(tensor.shape, takes.shape):
        raise SourceError(
            f"the input {name} of this graph is {takes}: {tensor} does not fit; use its dtype, and sizes only where "
            "it has ?"
        )
    if tensor.shape is None or takes.shape is None:
        return replace(takes, shape=takes.shape if tensor.shape is None else tensor.shape)
    pairs = zip(tensor.shape, takes.shape, strict=True)
    return replace(takes, shape=tuple(graph_size if size is None else size for size, graph_size in pairs))


def _fits(shape: Shape, takes: Shape) -> bool:
    if shape is None or takes is None:
        return True
    return len(shape) == len(takes) and all(
        size == graph_size for size, graph_size in zip(shape, takes, strict=True) if None not in (size, graph_size)
    )


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
