"""The arithmetic of one cell of an op's output, by the family of the op's type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphlab.errors import GraphlabError
from graphlab.evaluation.cells import (
    activations,
    binary,
    convolutions,
    einsum,
    moves,
    normalisation,
    pooling,
    probabilities,
    products,
    reductions,
)
from graphlab.evaluation.cells.numbers import place_text
from graphlab.evaluation.cells.others import OTHER
from graphlab.evaluation.cells.types import MOST_TERMS, CellArithmetic, Family, OpCall, Position, Reach
from graphlab.evaluation.result import Array
from graphlab.json_value import JsonValue

FAMILIES: Mapping[str, Family] = {
    op_type: family
    for module in (
        *(activations, binary, convolutions, einsum, moves),
        *(normalisation, pooling, probabilities, products, reductions),
    )
    for op_type, family in module.FAMILIES.items()
}


def cell_arithmetic(
    op_type: str,
    attrs: Mapping[str, JsonValue],
    inputs: Sequence[Array],
    outputs: Sequence[Array],
    position: Sequence[int],
    output: int = 0,
    *,
    most: int = MOST_TERMS,
    member: str = "class",
) -> CellArithmetic:
    """How the number at a position of an output was computed, with at most `most` terms, the largest first.

    `member` is what one number of a softmax is called. In the place of a variable's handle, `inputs` may have the
    variable's value. Raises GraphlabError for a position outside of the output.
    """
    call = OpCall(op_type, attrs, inputs, outputs, output, most=most, member=member)
    at = checked_position(position, call.result.shape)
    return FAMILIES.get(op_type, OTHER).arithmetic(call, at)


def reached_outputs(
    op_type: str,
    attrs: Mapping[str, JsonValue],
    inputs: Sequence[Array],
    outputs: Sequence[Array],
    port: int,
    position: Sequence[int],
    output: int = 0,
) -> Reach:
    """Which numbers of an output the number at a position of the input `port` has an effect on.

    Inputs that only set a shape or an axis reach none. Raises GraphlabError for a position outside of the input.
    """
    at = checked_position(position, inputs[port].shape)
    return FAMILIES.get(op_type, OTHER).reach(OpCall(op_type, attrs, inputs, outputs, output), port, at)


def checked_position(position: Sequence[int], shape: Sequence[int]) -> Position:
    """The position itself. Raises GraphlabError if it is outside of a tensor of this shape."""
    is_inside = len(position) == len(shape) and all(0 <= at < size for at, size in zip(position, shape, strict=True))
    if not is_inside:
        words = place_text(position) or "[]"
        raise GraphlabError(f"position {words} is outside of a tensor of shape {list(shape)}")
    return tuple(int(at) for at in position)
