"""The short grey line in an op's box. Independent of pixels."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.facts import BROKEN, OpFacts, brackets, find_axes, format_flops, format_value, op_facts, times
from graphlab.explain.foreign import in_tensorflow_terms, tensorflow_type
from graphlab.explain.gradients import gradient_port, input_words
from graphlab.explain.phrases.convolutions import spatial
from graphlab.explain.phrases.slices import slice_text
from graphlab.explain.stage_texts import stage_hint
from graphlab.explain.wording import short_name
from graphlab.explain.work.totals import flops
from graphlab.graph import Graph, Op
from graphlab.graph.json_values import ints_of
from graphlab.graph.stages import stage_kind

MAX_CHARS = 24
# Smaller counts of operations are not informative, except for ops that are all about arithmetic.
WORTH_SHOWING_FLOPS = 1_000_000


def hint(graph: Graph, op_id: str) -> str:
    """At most 24 characters about one op: `12.8 MFLOP`, `to [?,784]`, `axis 1`; "" if nothing is useful."""
    op = graph.op(op_id)
    for text in (_role_hint(graph, op), _type_hint(graph, op), _flops_hint(graph, op)):
        if text and len(text) <= MAX_CHARS:
            return text
    return ""


def _role_hint(graph: Graph, op: Op) -> str:
    if op.variable is not None:
        shape = op.variable.shape
        return "" if shape is None else times(shape) or "one number"
    if op.id in graph.input_ids and op.outputs:
        return str(op.outputs[0])
    if op.pair is not None and op.pair in graph:
        forward = graph.op(op.pair)
        port = gradient_port(graph, op, forward)
        return "" if port is None else f"gradient of {input_words(graph, forward, port)}"
    return ""


def _type_hint(graph: Graph, op: Op) -> str:
    is_stage = bool(stage_kind(op.type))
    if not is_stage and op.type not in HINTS and tensorflow_type(op.type) not in HINTS:
        return ""
    try:
        facts = in_tensorflow_terms(op_facts(graph, op.id))
        return (stage_hint if is_stage else HINTS[facts.op.type])(facts)
    except BROKEN:
        return ""


def _flops_hint(graph: Graph, op: Op) -> str:
    count = flops(graph, op.id)
    if not count or (count < WORTH_SHOWING_FLOPS and tensorflow_type(op.type) not in ALWAYS_FLOPS):
        return ""
    return format_flops(count)


def _new_shape(facts: OpFacts) -> str:
    return f"to {brackets(facts.op.outputs[0])}"


def _axis(facts: OpFacts) -> str:
    axes = find_axes(facts)
    if not axes:
        return ""
    if axes == (-1,):
        return "last axis"
    return ("axis " if len(axes) == 1 else "axes ") + ", ".join(str(axis) for axis in axes)


def _convolution(facts: OpFacts) -> str:
    """`3×3, stride 1, same`."""
    kernel = facts.inputs[1].shape
    if kernel is None:
        return ""
    steps = spatial(facts, ints_of(facts.attr("strides") or [1, 1, 1, 1]))
    stride = steps[0] if len(set(steps)) == 1 else "×".join(str(step) for step in steps)
    padding = str(facts.attr("padding", "")).lower()
    return f"{_by(kernel[:-2])}, stride {stride}" + (f", {padding}" if padding else "")


def _pool(facts: OpFacts) -> str:
    ksize = facts.attr("ksize")
    kind = "average" if facts.op.type.startswith("Avg") else "max"
    return f"{_by(spatial(facts, ints_of(ksize)))} {kind}" if ksize else ""


def _by(sizes: tuple[int | None, ...]) -> str:
    return "×".join("?" if size is None else str(size) for size in sizes)


def _order(facts: OpFacts) -> str:
    order = facts.constant(1)
    return f"order {','.join(str(axis) for axis in order)}" if isinstance(order, (list, tuple)) else ""


def _cast(facts: OpFacts) -> str:
    return f"to {facts.op.outputs[0].dtype}"


def _variable_name(facts: OpFacts) -> str:
    variable = facts.variable(0)
    return short_name(variable) if variable else ""


def _slope(facts: OpFacts) -> str:
    slope = facts.attr("alpha")
    return "" if slope is None else f"slope {format_value(slope)}"


def _depth(facts: OpFacts) -> str:
    depth = facts.constant(1)
    return "" if depth is None else f"depth {format_value(depth)}"


def _count_parts(facts: OpFacts) -> str:
    axis = _axis(facts)
    return f"{len(facts.op.outputs)} parts" + (f", {axis}" if axis else "")


def _each(types: str, function: Callable[[OpFacts], str]) -> dict[str, Callable[[OpFacts], str]]:
    return dict.fromkeys(types.split(), function)


ALWAYS_FLOPS = frozenset({"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"})
HINTS: dict[str, Callable[[OpFacts], str]] = {
    **_each("Reshape Tile BroadcastTo Pad PadV2 MirrorPad Fill ResizeBilinear ResizeNearestNeighbor", _new_shape),
    **_each("Sum Mean Prod Max Min All Any EuclideanNorm ArgMax ArgMin Cumsum Cumprod ReverseV2 Roll", _axis),
    **_each("ExpandDims Squeeze ConcatV2 GatherV2 Pack", _axis),
    **_each("Split SplitV Unpack", _count_parts),
    **_each("Conv2D Conv3D DepthwiseConv2dNative", _convolution),
    **_each("MaxPool AvgPool MaxPool3D AvgPool3D", _pool),
    "Transpose": _order,
    **_each("Cast Bitcast", _cast),
    **_each("ReadVariableOp AssignVariableOp AssignAddVariableOp AssignSubVariableOp ResourceGather", _variable_name),
    **_each("ResourceScatterAdd ResourceScatterSub ResourceApplyAdam ResourceApplyGradientDescent", _variable_name),
    "LeakyRelu": _slope,
    "OneHot": _depth,
    "StridedSlice": slice_text,
}
