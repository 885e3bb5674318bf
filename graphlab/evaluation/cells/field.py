"""What one number of a graph was computed from, back to the inputs, and what it has an effect on, up to the outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TypeAlias

from graphlab.evaluation.cells import moves
from graphlab.evaluation.cells.arithmetic import FAMILIES, checked_position
from graphlab.evaluation.cells.numbers import cell, whole
from graphlab.evaluation.cells.types import OpCall, Position, Range, Region
from graphlab.evaluation.result import Values, to_array

Ends: TypeAlias = "tuple[str, int]"  # an op and the number of its output
Box: TypeAlias = "tuple[Range, ...]"  # on each axis from the first to the last index, with step 1


@dataclass(frozen=True)
class FieldPart:
    """The part of an op's output that belongs to a field: the box around it, on each axis from first to last index.

    `shape` is that of the tensor.
    """

    op: str
    output: int
    axes: Box
    shape: tuple[int, ...]

    @property
    def share(self) -> float:
        """The box's share of the tensor, from 0 to 1."""
        return prod(stop - start for start, stop, _ in self.axes) / (prod(self.shape) or 1)


def receptive_field(values: Values, op_id: str, position: Sequence[int], output: int = 0) -> tuple[FieldPart, ...]:
    """The parts of all tensors that a number was computed from, the number itself first.

    Of an op without a rule in this package all inputs belong to it. Inside of loops, the last iteration counts.
    """
    boxes = {(op_id, output): _start(values, op_id, position, output)}
    for reader_id in reversed(list(values.runs.last)):
        sources = values.graph.op(reader_id).inputs
        ports = [port for port in range(len(values.runs.last[reader_id].outputs)) if (reader_id, port) in boxes]
        for port in ports:
            call = _call(values, reader_id, port)
            for region in _sources(call, boxes[reader_id, port]):
                if region.port < len(sources) and sources[region.port][0] in values:
                    _extend(boxes, sources[region.port], region.axes)
    return tuple(_parts(values, boxes))


def reached_field(values: Values, op_id: str, position: Sequence[int], output: int = 0) -> tuple[FieldPart, ...]:
    """The parts of all tensors that a number has an effect on, the number itself first; the rules are the same."""
    boxes = {(op_id, output): _start(values, op_id, position, output)}
    for reader_id, run in values.runs.last.items():
        sources = values.graph.op(reader_id).inputs
        ports = [port for port, ends in enumerate(sources) if ends in boxes and port < len(run.inputs)]
        for port, result in product(ports, range(len(run.outputs))):
            call = _call(values, reader_id, result)
            for region in _reached(call, port, boxes[sources[port]]):
                _extend(boxes, (reader_id, result), region.axes)
    return tuple(_parts(values, boxes))


def _start(values: Values, op_id: str, position: Sequence[int], output: int) -> Box:
    return cell(checked_position(position, values.outputs(op_id)[output].shape))


def _call(values: Values, op_id: str, output: int) -> OpCall:
    run, op = values.runs.last[op_id], values.graph.op(op_id)
    inputs, outputs = ([to_array(tensor) for tensor in tensors] for tensors in (run.inputs, run.outputs))
    return OpCall(op.type, op.attrs, inputs, outputs, output, most=1)


def _sources(call: OpCall, box: Box) -> list[Region]:
    """What a box of an output was computed from. Its corners decide, as ops with a rule read along the axes."""
    if call.type in moves.FAMILIES and call.inputs[0].size:
        return moves.sources_of_box(call, box)
    family = FAMILIES.get(call.type)
    if family is None:
        return [Region(port, whole(array.shape)) for port, array in enumerate(call.inputs)]
    return [region for corner in _corners(box) for region in family.arithmetic(call, corner).sources]


def _reached(call: OpCall, port: int, box: Box) -> list[Region]:
    if call.type in moves.FAMILIES and call.inputs[0].size:
        return moves.reach_of_box(call, port, box)
    family = FAMILIES.get(call.type)
    if family is None:
        return [Region(call.output, whole(call.result.shape))]
    return [region for corner in _corners(box) for region in family.reach(call, port, corner).regions]


def _corners(box: Box) -> Iterator[Position]:
    yield from product(*((start, stop - 1) if stop - start > 1 else (start,) for start, stop, _ in box))


def _extend(boxes: dict[Ends, Box], ends: Ends, axes: Box) -> None:
    """Make the box of a tensor as large as needed for more of it. An empty range adds nothing."""
    if any(stop <= start for start, stop, _ in axes):
        return
    box = tuple((start, start + (stop - 1 - start) // step * step + 1, 1) for start, stop, step in axes)
    pairs = zip(box, boxes.get(ends, box), strict=True)
    boxes[ends] = tuple((min(one[0], other[0]), max(one[1], other[1]), 1) for one, other in pairs)


def _parts(values: Values, boxes: Mapping[Ends, Box]) -> Iterator[FieldPart]:
    for (op_id, output), box in boxes.items():
        yield FieldPart(op_id, output, box, to_array(values.runs.last[op_id].outputs[output]).shape)
