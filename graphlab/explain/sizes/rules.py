"""The output shapes of each op type for its input shapes. Works on ops, not graphs."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.sizes.pieces import (
    best_shape,
    concat_shape,
    cut_shape,
    expand_shape,
    gather_nd_shape,
    gather_shape,
    one_hot_shape,
    pack_shape,
    padded_shape,
    reduced_shape,
    resource_gather_shape,
    split_shape,
    squeeze_shape,
    strided_shape,
    tiled_shape,
    top_shape,
    unpack_shape,
)
from graphlab.explain.sizes.terms import OF_DATA, Dim, Dims, Size, divide, minus, plus, product, some_function, times
from graphlab.explain.sizes.values import Shapes, Values, broadcast
from graphlab.explain.sizes.windows import resized_shape, to_depth_shape, windowed_shape
from graphlab.graph import Op
from graphlab.graph.json_values import ints_of

ShapeRule = Callable[[Op, int, Shapes, Values], Dims | None]


def default_shape(op: Op, port: int, shapes: Shapes) -> Dims | None:
    """For ops without a rule: the shape in the graph. An unknown first size is taken from the first input's."""
    static = op.outputs[port].shape
    if static is None:
        return None
    rest = some_function(dim for shape in shapes for dim in shape or ())
    first = next((shape for shape in shapes if shape), None)
    through = first[0] if first and isinstance(first[0], Size) else rest
    return tuple(through if axis == 0 else rest for axis in range(len(static)))


def _same(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return shapes[0]


def _each(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return shapes[port]


def _broadcast(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return broadcast(shapes)


def _by_value(index: int) -> ShapeRule:
    """The shape is the value of an input."""
    return lambda op, port, shapes, values: values[index]


def _matmul(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    left, right = shapes[0], shapes[1]
    if left is None or right is None:
        return None
    flags = [(op.attrs.get(name), op.attrs.get(other)) for name, other in _TRANSPOSE_FLAGS]
    is_transposed = [any(flag) for flag in flags]
    batch_dims = broadcast((left[:-2], right[:-2])) or ()
    return (*batch_dims, left[-1] if is_transposed[0] else left[-2], right[-2] if is_transposed[1] else right[-1])


_TRANSPOSE_FLAGS = (("transpose_a", "adj_x"), ("transpose_b", "adj_y"))


def _einsum(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    before, _, after = str(op.attrs["equation"]).partition("->")
    sizes: dict[str, Dim] = {}
    for labels, shape in zip(before.split(","), shapes, strict=True):
        sizes |= zip(labels, shape or (), strict=True)
    return tuple(sizes[label] for label in after)


def _reshape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    target = values[1] if len(values) > 1 else None
    static = op.outputs[port].shape
    if target is None and static is not None and list(static).count(None) == 1:
        target = tuple(-1 if size is None else size for size in static)
    if target is None or shapes[0] is None or -1 not in target:
        return target
    others = product(size for size in target if size != -1)
    rest = divide(product(shapes[0]), others)
    return tuple(rest if size == -1 else size for size in target)


def _transpose(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    order = values[1] if len(values) > 1 else ints_of(op.attrs["perm"])
    shape = shapes[0]
    if order is None or shape is None:
        return None
    return tuple(shape[axis] for axis in order if isinstance(axis, int))


def _space_to_batch(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """The first size is the batch times the block's size: a dilation of 4 in two directions makes 16 of each image."""
    shape, block, pads = shapes[0], values[1], values[2]
    if shape is None or block is None or pads is None:
        return None
    padded = [
        plus(plus(size, pads[2 * axis]), pads[2 * axis + 1]) for axis, size in enumerate(shape[1 : len(block) + 1])
    ]
    inner = [divide(size, side) for size, side in zip(padded, block, strict=True)]
    return (times(shape[0], product(block)), *inner, *shape[len(block) + 1 :])


def _batch_to_space(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    shape, block, crops = shapes[0], values[1], values[2]
    if shape is None or block is None or crops is None:
        return None
    inner = [times(size, side) for size, side in zip(shape[1 : len(block) + 1], block, strict=True)]
    cropped = [minus(minus(size, crops[2 * axis]), crops[2 * axis + 1]) for axis, size in enumerate(inner)]
    return (divide(shape[0], product(block)), *cropped, *shape[len(block) + 1 :])


def _loss(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """A cross entropy for each row, and the gradient of the logits."""
    shape = shapes[0] if op.type.startswith("Sparse") else broadcast(shapes[:2])
    return shape and (shape if port else shape[:1])


def _range(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    start, limit, step = ((value or (OF_DATA,))[0] for value in values[:3])
    apart = minus(limit, start)
    if isinstance(apart, int) and isinstance(step, int) and step:
        return (max(0, -(-apart // step)),)
    return (apart if step == 1 else some_function((apart, step)),)


def _of_data(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """The number of results is known only when the graph runs."""
    static = op.outputs[port].shape
    return None if static is None else tuple(OF_DATA if size is None else size for size in static)


def _listed(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return values[0]


def _list_item(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """An element of a list; the list's value is its length and the shape of an element."""
    shape = (values[0] or ())[1:]
    static = op.outputs[port].shape
    return shape if static is None or len(shape) == len(static) else None


def _types(names: str, rule: ShapeRule) -> dict[str, ShapeRule]:
    return dict.fromkeys(names.split(), rule)


_SAME = """
    Identity StopGradient PreventGradient Snapshot Cast CheckNumerics ZerosLike OnesLike EnsureShape Neg Abs Sign Exp
    Expm1 Log Log1p Square Sqrt Rsqrt Reciprocal Inv Floor Ceil Round Rint Sin Cos Tan Sinh Cosh Asin Acos Atan Asinh
    Acosh Atanh Erf Erfc Erfinv Ndtri Lgamma Digamma LogicalNot IsNan IsInf IsFinite Invert Real Imag Conj Angle
    ComplexAbs BiasAdd BiasAddV1 Relu Relu6 LeakyRelu Elu Selu Gelu Tanh Sigmoid Softplus Softsign Softmax LogSoftmax
    HardSwish ReluGrad Relu6Grad LeakyReluGrad EluGrad SeluGrad TanhGrad SigmoidGrad SoftplusGrad SoftsignGrad SqrtGrad
    RsqrtGrad ReciprocalGrad InvGrad Cumsum Cumprod CumulativeLogsumexp ReverseV2 Reverse Roll ClipByValue LRN AddN
    FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3
    MatrixBandPart MatrixSetDiag MatrixSetDiagV3 FFT IFFT FFT2D IFFT2D FFT3D IFFT3D TensorScatterUpdate TensorScatterAdd
    TensorScatterSub FakeQuantWithMinMaxVars FakeQuantWithMinMaxArgs QuantizeAndDequantizeV4 Bucketize MaxPoolGrad
    MaxPool3DGrad InvertPermutation RandomShuffle Cholesky MatrixInverse ReverseSequence AdjustHue AdjustSaturation
    AdjustContrastv2 RGBToHSV HSVToRGB PRelu QuantizeLinear DequantizeLinear
    """
_BROADCAST = """
    Add AddV2 Sub Mul MulNoNan Div RealDiv DivNoNan TruncateDiv FloorDiv Mod FloorMod TruncateMod Maximum Minimum Pow
    Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd LogicalOr SquaredDifference Atan2 Xlogy Xdivy Xlog1py
    BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift SelectV2 Select Complex Igamma Igammac NextAfter Zeta
    """
_OF_DATA = """
    Where Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2 NonMaxSuppressionV3 NonMaxSuppressionV4
    NonMaxSuppressionV5 StringSplit StringSplitV2 SparseSplit SparseConcat DynamicPartition ListDiff SetSize
    DenseToSparseSetOperation RaggedTensorToSparse RaggedGather RaggedRange SparseFillEmptyRows SparseReshape
    """

RULES: dict[str, ShapeRule] = {
    **_types(_SAME, _same),
    **_types(_BROADCAST, _broadcast),
    **_types(_OF_DATA, _of_data),
    "IdentityN": _each,
    **_types("MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3", _matmul),
    "Einsum": _einsum,
    **_types(
        "Conv2D Conv3D DepthwiseConv2dNative AvgPool MaxPool AvgPool3D MaxPool3D MaxPoolWithArgmax", windowed_shape
    ),
    **_types("Conv2DBackpropInput Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput", _by_value(0)),
    **_types("AvgPoolGrad AvgPool3DGrad Fill RandomUniform RandomStandardNormal TruncatedNormal Empty", _by_value(0)),
    **_types("Conv2DBackpropFilter Conv3DBackpropFilterV2 DepthwiseConv2dNativeBackpropFilter", _by_value(1)),
    **_types("StatelessRandomUniformV2 StatelessRandomNormalV2 StatelessTruncatedNormalV2", _by_value(0)),
    **_types("StatelessRandomUniform StatelessRandomNormal StatelessTruncatedNormal", _by_value(0)),
    **_types("BroadcastTo", _by_value(1)),
    "ScatterNd": _by_value(2),
    "MaxPoolGradWithArgmax": _same,
    **_types("ResizeBilinear ResizeNearestNeighbor ResizeBicubic ResizeArea", resized_shape),
    **_types("SpaceToDepth DepthToSpace", to_depth_shape),
    "Reshape": _reshape,
    **_types("Transpose ConjugateTranspose", _transpose),
    "ExpandDims": expand_shape,
    "Squeeze": squeeze_shape,
    "Pack": pack_shape,
    "Unpack": unpack_shape,
    "ConcatV2": concat_shape,
    **_types("Split SplitV", split_shape),
    "Slice": cut_shape,
    "StridedSlice": strided_shape,
    "StridedSliceGrad": _by_value(0),
    **_types("GatherV2 Gather", gather_shape),
    "ResourceGather": resource_gather_shape,
    "GatherNd": gather_nd_shape,
    "OneHot": one_hot_shape,
    **_types("Sum Mean Prod Max Min All Any EuclideanNorm", reduced_shape),
    **_types("ArgMax ArgMin", best_shape),
    **_types("TopKV2 TopK", top_shape),
    **_types("Pad PadV2 MirrorPad", padded_shape),
    "Tile": tiled_shape,
    **_types("SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits", _loss),
    "SpaceToBatchND": _space_to_batch,
    "BatchToSpaceND": _batch_to_space,
    "Range": _range,
    "TensorListStack": _listed,
    **_types("TensorListGetItem", _list_item),
    "TensorListPopBack": _list_item,
}
