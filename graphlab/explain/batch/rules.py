"""What each op type does with the batch of its inputs. Uses shapes and attributes only."""

from __future__ import annotations

from collections.abc import Sequence

from graphlab.explain.batch.shapes import (
    Axes,
    Rule,
    batch_of,
    cut,
    expand,
    gather,
    joined,
    one_hot,
    pack,
    padded,
    rank_of,
    reshaped,
    shape_of,
    shaped_by,
    split,
    squeeze,
    strided,
    tiled,
    unpack,
)
from graphlab.explain.body_arguments import MAX_STEPS
from graphlab.explain.facts import BROKEN, OpFacts, find_axes, find_constant, op_facts
from graphlab.explain.foreign import in_tensorflow_terms
from graphlab.graph import Graph, Op


def follow(graph: Graph, op: Op, axes: Axes) -> Sequence[int | None]:
    """The batch axis in each output of an op, None if there is none or no rule applies."""
    try:
        facts = in_tensorflow_terms(op_facts(graph, op.id))
        rule = RULES.get(facts.op.type)
        return rule(facts, axes) if rule is not None else _unknown(facts, axes)
    except BROKEN:
        return ()


def _unknown(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """For an op without a rule: the same axis if it keeps the shape and reads one tensor (such as activations)."""
    same = [port for port, tensor in enumerate(facts.inputs) if tensor.shape and tensor.shape == shape_of(facts)]
    if len(facts.inputs) in range(1, 4) and len(same) == len(facts.inputs) and len(facts.op.outputs) == 1:
        return _elementwise(facts, axes)
    return ()


def _elementwise(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    rank = len(shape_of(facts))
    for port in range(len(facts.op.inputs)):
        axis = batch_of(facts, axes, port)
        if axis is not None:
            return [rank - rank_of(facts, port) + axis] * len(facts.op.outputs)
    return ()


def _like_input(port: int) -> Rule:
    """The output's axes are those of one input."""
    return lambda facts, axes: [batch_of(facts, axes, port)] * len(facts.op.outputs)


def _only_first(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """The first output's axes are the first input's; the others have other axes."""
    return [batch_of(facts, axes, 0)]


def _matmul(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    left, right = batch_of(facts, axes, 0), batch_of(facts, axes, 1)
    rank = len(shape_of(facts))
    flipped_left = bool(facts.attr("transpose_a") or facts.attr("adj_x"))
    flipped_right = bool(facts.attr("transpose_b") or facts.attr("adj_y"))
    if left is not None:
        from_end = left - rank_of(facts, 0)  # -1 columns, -2 rows, before them the batch of matrices
        if from_end < -2:
            return [rank + from_end]
        if from_end == (-1 if flipped_left else -2):
            return [rank - 2]
    if right is not None:
        from_end = right - rank_of(facts, 1)
        if from_end < -2:
            return [rank + from_end]
        if from_end == (-2 if flipped_right else -1):
            return [rank - 1]
    return ()


def _einsum(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    operands, _, result = str(facts.attr("equation", "")).replace(" ", "").partition("->")
    if "." in operands:
        return ()
    for port, letters in enumerate(operands.split(",")):
        axis = batch_of(facts, axes, port)
        if axis is not None and axis < len(letters) and letters[axis] in result:
            return [result.index(letters[axis])]
    return ()


def _reduced(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    axis, along, rank = batch_of(facts, axes, 0), find_axes(facts), rank_of(facts, 0)
    if axis is None or along is None:
        return ()
    reduced_axes = {index % rank for index in along}
    if axis in reduced_axes:
        return ()
    keep_dims = bool(facts.attr("keep_dims") or facts.attr("keepdims"))
    return [axis if keep_dims else axis - sum(index < axis for index in reduced_axes)]


def _transpose(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    axis, order = batch_of(facts, axes, 0), facts.constant(1)
    return [list(order).index(axis)] if axis is not None and isinstance(order, (list, tuple)) else ()


def _into_list(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    axis = batch_of(facts, axes, 0)
    return [axis - 1] if axis else ()


def _out_of_list(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    axis = batch_of(facts, axes, 0)
    return [] if axis is None else [axis + 1]


def _set_in_list(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    axis = batch_of(facts, axes, 0)
    return [axis if axis is not None else batch_of(facts, axes, len(facts.inputs) - 1)]


def _pushed(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    return [batch_of(facts, axes, 1)]


def _unblocked(facts: OpFacts, axes: Axes) -> Sequence[int | None]:
    """BatchToSpaceND: the batch that was divided into blocks of the same sizes before."""
    graph, op = facts.graph, facts.op
    sizes = facts.constant(1)
    for _ in range(MAX_STEPS):
        if graph is None or not op.inputs:
            return ()
        op = graph.op(op.inputs[0][0])
        if op.type == "SpaceToBatchND":
            return [axes.get(op.inputs[0])] if find_constant(graph, op.inputs[1][0]) == sizes else ()
    return ()


def _each(types: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(types.split(), rule)


RULES: dict[str, Rule] = {
    **_each(
        """AddV2 Add Sub Mul RealDiv Div DivNoNan FloorDiv FloorMod Mod TruncateDiv TruncateMod Pow Maximum Minimum
        SquaredDifference Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd LogicalOr Select SelectV2
        ClipByValue Xlogy Xdivy Xlog1py MulNoNan AddN AccumulateNV2 Atan2 BitwiseAnd BitwiseOr BitwiseXor Complex""",
        _elementwise,
    ),
    **_each(
        """Identity IdentityN Snapshot StopGradient PreventGradient EnsureShape Cast Bitcast BiasAdd BiasAddV1 Softmax
        LogSoftmax CheckNumerics PlaceholderWithDefault Cumsum Cumprod CumulativeLogsumexp ReverseV2 Roll LRN ZerosLike
        OnesLike Conv2D Conv3D DepthwiseConv2dNative MaxPool AvgPool MaxPool3D AvgPool3D MaxPoolV2 ResizeBilinear
        ResizeNearestNeighbor ResizeBicubic ResizeArea ImageProjectiveTransformV3 SpaceToDepth DepthToSpace MirrorPad
        TopKV2 Cholesky MatrixInverse MatrixBandPart FFT IFFT AsString StringLower StringUpper StringStrip StringLength
        StaticRegexReplace RegexReplace StringToHashBucketFast MaxPoolGrad MaxPool3DGrad InvertPermutation""",
        _like_input(0),
    ),
    **_each("FusedBatchNormV3 FusedBatchNorm FusedBatchNormV2 FusedBatchNormGradV3 FusedBatchNormGrad", _only_first),
    **_each("SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits", _like_input(0)),
    **_each("LookupTableFindV2 LookupTableFind TensorScatterAdd TensorScatterUpdate", _like_input(0)),
    **_each("Conv2DBackpropInput Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput", _like_input(2)),
    **_each("AvgPoolGrad AvgPool3DGrad", _like_input(1)),
    **_each("MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3", _matmul),
    **_each("Sum Mean Prod Max Min All Any EuclideanNorm ArgMax ArgMin", _reduced),
    **_each("StridedSliceGrad", shaped_by(0)),
    **_each("Fill Empty RandomUniform RandomUniformInt RandomStandardNormal TruncatedNormal", shaped_by(0)),
    **_each("StatelessRandomUniformV2 StatelessRandomNormalV2 StatelessTruncatedNormalV2", shaped_by(0)),
    **_each("StatelessRandomUniform StatelessRandomNormal StatelessRandomUniformIntV2", shaped_by(0)),
    **_each("BroadcastTo", shaped_by(1)),
    **_each("GatherV2 ResourceGather", gather),
    **_each("Pad PadV2", padded),
    **_each("Split SplitV", split),
    "BatchToSpaceND": _unblocked,
    "Einsum": _einsum,
    "Transpose": _transpose,
    "ExpandDims": expand,
    "Squeeze": squeeze,
    "Pack": pack,
    "Unpack": unpack,
    "ConcatV2": joined,
    "StridedSlice": strided,
    "Slice": cut,
    "Tile": tiled,
    "Reshape": reshaped,
    "OneHot": one_hot,
    "TensorListFromTensor": _into_list,
    "TensorListStack": _out_of_list,
    "TensorListGetItem": _like_input(0),
    "TensorListSetItem": _set_in_list,
    "TensorListPushBack": _pushed,
}
