"""What ops that change shapes do with the batch: reshape, slices, gathers, new axes, joined and created tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from graphlab.explain.body_arguments import MAX_STEPS
from graphlab.explain.facts import OpFacts, find_axes, op_facts
from graphlab.graph import Graph, Op
from graphlab.graph.json_values import int_of

Axes = Mapping[tuple[str, int], int]
# The batch axis of each output; shorter than the outputs if the remaining ones have none.
Rule = Callable[[OpFacts, Axes], Sequence[int | None]]


def batch_of(facts: OpFacts, axes: Axes, port: int) -> int | None:
    """The batch axis at an input port."""
    return axes.get(facts.op.inputs[port]) if port < len(facts.op.inputs) else None


def shape_of(facts: OpFacts) -> tuple[int | None, ...]:
    """The sizes of the first output; () if unknown."""
    return facts.op.outputs[0].shape or ()


def rank_of(facts: OpFacts, port: int) -> int:
    """How many axes an input has."""
    return len(facts.inputs[port].shape or ())


def expand(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after ExpandDims: its axis moves up by one for each new axis before it."""
    axis, along = batch_of(facts, axes, 0), find_axes(facts)
    if axis is None or not along:
        return ()
    rank = len(shape_of(facts))
    new = sorted(new_axis % rank for new_axis in along)
    for new_axis in new:
        axis += new_axis <= axis
    return [axis]


def squeeze(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after Squeeze: its axis moves down by one for each axis of size 1 removed before it."""
    axis, shape = batch_of(facts, axes, 0), facts.inputs[0].shape or ()
    if axis is None:
        return ()
    along = find_axes(facts)
    squeezed_axes = (
        {index % len(shape) for index in along} if along else {at for at, size in enumerate(shape) if size == 1}
    )
    return [axis - sum(index < axis for index in squeezed_axes)]


def pack(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after Pack: its axis moves up by one if the new axis comes before it."""
    axis, rank = batch_of(facts, axes, 0), len(shape_of(facts))
    return [] if axis is None else [axis + (int_of(facts.attr("axis", 0)) % rank <= axis)]


def unpack(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after Unpack, for each output; none if the batch itself is unpacked."""
    axis, along = batch_of(facts, axes, 0), int_of(facts.attr("axis", 0)) % max(1, rank_of(facts, 0))
    return [] if axis is None or axis == along else [axis - (along < axis)] * len(facts.op.outputs)


def joined(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after ConcatV2: that of the first batched input; none if the batch itself is joined."""
    along, rank = find_axes(facts), len(shape_of(facts))
    batch_axes = [axis for port in range(len(facts.inputs)) if (axis := batch_of(facts, axes, port)) is not None]
    return [batch_axes[0]] if batch_axes and along and along[0] % rank != batch_axes[0] else ()


def split(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after Split and SplitV, for each output; none if the batch itself is split."""
    port = 1 if facts.op.type == "Split" else 0
    axis, along = batch_of(facts, axes, port), find_axes(facts)
    if axis is None or not along or along[0] % rank_of(facts, port) == axis:
        return ()
    return [axis] * len(facts.op.outputs)


def gather(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after a gather along an axis of the table; batched indices put their batch in that axis's place."""
    batch_dims = int_of(facts.attr("batch_dims", 0))
    resource = facts.op.type == "ResourceGather"
    along = 0 if resource else (find_axes(facts) or (0,))[0] % max(1, rank_of(facts, 0))
    table, index = None if resource else batch_of(facts, axes, 0), batch_of(facts, axes, 1)
    if index is not None:
        return [index if index < batch_dims else along - batch_dims + index if batch_dims else along + index]
    if table is None or table == along:
        return ()
    return [table if table < along else table + rank_of(facts, 1) - 1 - batch_dims]


def strided(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after StridedSlice if it is taken whole."""
    axis = batch_of(facts, axes, 0)
    if axis is None or facts.attr("ellipsis_mask") or facts.attr("new_axis_mask"):
        in_front = axis == 0 and _adds_in_front(facts)
        return [len(shape_of(facts)) - rank_of(facts, 0)] if in_front else _after_new(facts, axis)
    steps = facts.constant(3)
    count = len(steps) if isinstance(steps, (list, tuple)) else 0
    if axis < count and not _is_whole(facts, axis):
        return ()
    return [axis - sum(int_of(facts.attr("shrink_axis_mask", 0)) >> index & 1 for index in range(axis))]


def _adds_in_front(facts: OpFacts) -> bool:
    """Whether a slice only adds axes, all of them in front."""
    added = int_of(facts.attr("new_axis_mask", 0))
    extra = len(shape_of(facts)) - rank_of(facts, 0)
    return extra > 0 and added == (1 << extra) - 1 and shape_of(facts)[extra:] == facts.inputs[0].shape


def _after_new(facts: OpFacts, axis: int | None) -> Sequence[int | None]:
    """For a slice with new axes or an ellipsis: the first axis, if the slice begins with all of it."""
    first = not int_of(facts.attr("new_axis_mask", 0)) & 1
    whole = _is_whole(facts, 0) or int_of(facts.attr("ellipsis_mask", 0)) & 1
    return [0] if axis == 0 and first and whole else ()


def _is_whole(facts: OpFacts, axis: int) -> bool:
    """Whether a strided slice takes all of an axis, in order."""
    steps = facts.constant(3)
    begins, ends = (int_of(facts.attr(name, 0)) >> axis & 1 for name in ("begin_mask", "end_mask"))
    begin = facts.constant(1)
    from_start = bool(begins) or (isinstance(begin, (list, tuple)) and begin[axis : axis + 1] == [0])
    shrinks = int_of(facts.attr("shrink_axis_mask", 0)) >> axis & 1
    return bool(ends) and from_start and not shrinks and (not isinstance(steps, (list, tuple)) or steps[axis] == 1)


def cut(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after Slice if the block begins at 0 and takes all of it."""
    axis, begin, size = batch_of(facts, axes, 0), facts.constant(1), facts.constant(2)
    whole = (
        axis is not None
        and isinstance(begin, (list, tuple))
        and isinstance(size, (list, tuple))
        and begin[axis] == 0
        and size[axis] == -1
    )
    return [axis] if whole else ()


def padded(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after Pad and PadV2: unchanged, unless the batch itself is padded."""
    axis, borders = batch_of(facts, axes, 0), facts.constant(1)
    return [axis] if axis is not None and isinstance(borders, (list, tuple)) and list(borders[axis]) == [0, 0] else ()


def tiled(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after Tile: unchanged, unless the batch itself is repeated."""
    axis, times = batch_of(facts, axes, 0), facts.constant(1)
    return [axis] if axis is not None and isinstance(times, (list, tuple)) and times[axis] == 1 else ()


def reshaped(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The first axis, if the other axes contain as many numbers as before or the new shape comes from a batch."""
    before, after = facts.inputs[0].shape, shape_of(facts)
    if batch_of(facts, axes, 0) == 0 and before and _numbers(before[1:]) == _numbers(after[1:]):
        return [0]
    return [_of_shape(facts, axes, 1)]


def _numbers(sizes: Sequence[int | None]) -> tuple[int, int]:
    """The product of the known sizes, and the number of unknown ones."""
    product = 1
    for size in sizes:
        product *= 1 if size is None else size
    return product, sum(size is None for size in sizes)


def shaped_by(port: int) -> Rule:
    """The batch of a tensor that is created with the shape given by an input."""
    return lambda facts, axes: [_of_shape(facts, axes, port)]


def _of_shape(facts: OpFacts, axes: Axes, port: int) -> int | None:
    """The index of the batch's size in the shape at an input; None if it is not there or unknown."""
    graph = facts.graph
    if graph is None or port >= len(facts.op.inputs):
        return None
    return _in_shape(graph, facts.op.inputs[port][0], axes)


def _in_shape(graph: Graph, op_id: str, axes: Axes) -> int | None:
    for _ in range(MAX_STEPS):
        op = graph.op(op_id)
        if op.type == "Shape":
            return axes.get(op.inputs[0])
        if op.type == "Pack":
            return next((index for index, (src, _) in enumerate(op.inputs) if _is_size(graph, src, axes)), None)
        if op.type not in ("Identity", "Cast", "ConcatV2") or not op.inputs:
            return _picked(graph, op, axes)
        op_id = op.inputs[0][0]
    return None


def _is_size(graph: Graph, op_id: str, axes: Axes) -> bool:
    """Whether a number is the size of a batch: one entry of its tensor's shape."""
    op = graph.op(op_id)
    if op.type != "StridedSlice" or graph.op(op.inputs[0][0]).type != "Shape":
        return False
    begin = op_facts(graph, op_id).constant(1)
    return isinstance(begin, (list, tuple)) and axes.get(graph.op(op.inputs[0][0]).inputs[0], -1) == begin[0]


def _picked(graph: Graph, op: Op, axes: Axes) -> int | None:
    """The index of the batch among entries picked out of a shape."""
    if op.type not in ("GatherV2", "StridedSlice") or graph.op(op.inputs[0][0]).type != "Shape":
        return None
    batch, picked = axes.get(graph.op(op.inputs[0][0]).inputs[0]), op_facts(graph, op.id).constant(1)
    if batch is None or not isinstance(picked, (list, tuple)):
        return None
    if op.type == "StridedSlice":
        return batch if not any(picked) or int_of(op.attrs.get("begin_mask", 0)) & 1 else None
    return list(picked).index(batch) if batch in picked else None


def one_hot(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The batch after OneHot: its axis moves up by one if the new axis comes before it."""
    axis, along = batch_of(facts, axes, 0), int_of(facts.attr("axis", -1))
    return [] if axis is None else [axis + (0 <= along <= axis)]
