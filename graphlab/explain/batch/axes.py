"""Finds each tensor's batch axis: the one that derives from the first axis of the graph's inputs.

An unknown size alone is not a batch: the number of words in a text, or of places where a condition is true, is also
unknown. Only axes of unknown size are followed. If no rule says what happens to the batch, there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from graphlab.explain.batch.rules import follow
from graphlab.explain.batch.shapes import Axes
from graphlab.graph import Body, Graph, Op, Tensor

PASSES = 2  # a loop's results are known only after its body, which may come after their readers
_AXES_CACHE: WeakKeyDictionary[Graph, Axes] = WeakKeyDictionary()


def batch_axes(graph: Graph) -> Axes:
    """The batch axis of each output, by (op id, port); outputs without one are omitted."""
    if graph not in _AXES_CACHE:
        _AXES_CACHE[graph] = _work_out(graph)
    return _AXES_CACHE[graph]


@dataclass(frozen=True)
class _Calls:
    """The call input behind each argument of a body, by its op; and the bodies of each call."""

    passed_ends: Mapping[str, tuple[str, int]]
    bodies: Mapping[str, Sequence[Body]]


def _work_out(graph: Graph) -> Axes:
    axes = dict(_starts(graph))
    if graph.kind == "layers" or not axes:
        return axes
    calls = _calls(graph)
    ops = [op for op in graph.ops() if any(map(_is_open, op.outputs))]
    for _ in range(PASSES if graph.bodies else 1):
        for op in ops:
            axes.update(_of_outputs(graph, op, axes, calls))
    return axes


def _is_open(tensor: Tensor) -> bool:
    """Whether a tensor has an unknown size, or is a list, whose entries may have one."""
    return tensor.dtype == "variant" or (tensor.shape is not None and None in tensor.shape)


def _starts(graph: Graph) -> Iterator[tuple[tuple[str, int], int]]:
    """The batch of the graph's own inputs; in a graph of layers, of all tensors."""
    ops = graph.ops() if graph.kind == "layers" else (graph.op(op_id) for op_id in graph.input_ids)
    opened = [
        ((op.id, port), tensor.shape)
        for op in ops
        for port, tensor in enumerate(op.outputs)
        if tensor.shape and tensor.shape[0] is None
    ]
    # A vector of unknown length alone is a list of numbers, not a batch of single numbers.
    if graph.kind != "function" or any(len(shape) > 1 for _, shape in opened):
        yield from ((end, 0) for end, _ in opened)


def _calls(graph: Graph) -> _Calls:
    passed_ends: dict[str, tuple[str, int]] = {}
    bodies: dict[str, list[Body]] = defaultdict(list)
    for body in graph.bodies:
        bodies[body.call].append(body)
        inputs = graph.op(body.call).inputs[body.first_input :]
        passed_ends.update(zip(body.args[body.elements :], inputs, strict=False))
    return _Calls(passed_ends, bodies)


def _of_outputs(graph: Graph, op: Op, axes: Axes, calls: _Calls) -> Iterator[tuple[tuple[str, int], int]]:
    """The batch of each output of an op that has one."""
    if op.id in calls.passed_ends:
        output_axes: Sequence[int | None] = [axes.get(calls.passed_ends[op.id])]
    elif op.id in calls.bodies:
        output_axes = [_result(op, port, axes, calls.bodies[op.id]) for port in range(len(op.outputs))]
    else:
        output_axes = follow(graph, op, axes)
    for port, (tensor, axis) in enumerate(zip(op.outputs, output_axes, strict=False)):
        is_open = axis is not None and tensor.shape is not None and tensor.shape[axis : axis + 1] == (None,)
        if axis is not None and axis >= 0 and (is_open or tensor.dtype == "variant"):
            yield (op.id, port), axis


def _result(op: Op, port: int, axes: Axes, bodies: Sequence[Body]) -> int | None:
    """The result of a call: what all its bodies return, and what a loop that never runs passes through."""
    ends = [body.results[port] for body in bodies if body.role != "condition" and port < len(body.results)]
    result_axes = {axes.get(end) for end in ends}
    if any(body.role == "condition" for body in bodies) and port < len(op.inputs):
        result_axes.add(axes.get(op.inputs[port]))
    result_axes.discard(None)
    return result_axes.pop() if len(result_axes) == 1 else None
