"""Floating point operations of one op, from shapes alone.

A multiply and an add count as two, as in TensorFlow's own profiler (tensorflow/python/profiler/internal/
flops_registry.py and the RegisterStatistics functions of nn_ops.py), whose formulas are used if it has one.
Like the profiler's, the numbers include arithmetic on integers. An elementary function (exp, log, sin ...) counts as
one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from graphlab.explain.facts import BROKEN, OpFacts
from graphlab.explain.families import family
from graphlab.explain.foreign import in_tensorflow_terms, tensorflow_type
from graphlab.graph import Tensor
from graphlab.graph.json_values import ints_of

# Families without arithmetic; random numbers are made by shifting and mixing whole numbers.
NO_SUMS = frozenset({"shape", "io", "stage", "random", "variable"})
FOREIGN_CODE = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc", "XlaLaunch", "XlaCallModule", "DELEGATE"})


def count(facts: OpFacts) -> int | None:
    """Floating point operations of an op with these shapes; None if too many sizes are unknown."""
    try:
        changed = in_tensorflow_terms(facts)
        return FORMULAS[changed.op.type](changed)
    except (*BROKEN, _UnknownShapeError):
        return None


def has_count(facts: OpFacts) -> bool | None:
    """Whether there is a formula for an op; None if it needs none because it does no such arithmetic."""
    try:
        op_type = in_tensorflow_terms(facts).op.type
    except BROKEN:
        op_type = tensorflow_type(facts.op.type)
    if op_type in FORMULAS:
        return True
    kind = family(facts.op.type)
    if op_type in NO_ARITHMETIC or kind in NO_SUMS:
        return None
    if kind == "control":
        return False if op_type in FOREIGN_CODE else None
    dtypes = [tensor.dtype for tensor in (*facts.inputs, *facts.op.outputs)]
    is_known = kind != "other" or not dtypes or any("float" in dtype or "complex" in dtype for dtype in dtypes)
    return False if is_known else None


class _UnknownShapeError(Exception):
    """A formula needs a size that is unknown."""


def _sizes(tensor: Tensor) -> list[int]:
    if tensor.shape is None:
        raise _UnknownShapeError
    sizes = [size for size in tensor.shape if size is not None]
    if len(sizes) < len(tensor.shape):
        raise _UnknownShapeError
    return sizes


def _elements(tensor: Tensor) -> int:
    return prod(_sizes(tensor))


def _per_output(operations: int) -> Callable[[OpFacts], int]:
    """A fixed number of operations per number in the output (including broadcasting)."""
    return lambda facts: operations * _elements(facts.op.outputs[0])


def _per_input(operations: int, port: int = 0) -> Callable[[OpFacts], int]:
    """A fixed number of operations per number at an input port."""
    return lambda facts: operations * _elements(facts.inputs[port])


def _reduction(facts: OpFacts) -> int:
    """n numbers become one by n - 1 operations (profiler: _reduction_op_flops)."""
    return max(0, _elements(facts.inputs[0]) - _elements(facts.op.outputs[0]))


def _mean(facts: OpFacts) -> int:
    """A sum, then one division per result (profiler: _mean_flops)."""
    return _elements(facts.inputs[0])


def _matmul(facts: OpFacts) -> int:
    """2·m·k·n: each of the m·k numbers on the left meets n on the right (profiler: _calc_mat_mul_flops)."""
    met = _sizes(facts.inputs[1])[-2 if facts.attr("transpose_b") else -1]
    return 2 * met * _elements(facts.inputs[0])


def _batch_matmul(facts: OpFacts) -> int:
    """2·m·k·n for each product: each of m·n results is a sum of k products (profiler: _calc_batch_mat_mul_flops)."""
    left = _sizes(facts.inputs[0])
    summed = left[-2] if facts.attr("adj_x") else left[-1]
    return 2 * summed * _elements(facts.op.outputs[0])


def _einsum(facts: OpFacts) -> int:
    """2 × the product of all index sizes for two operands: one multiply-add for each combination of indices.

    For a single operand, only the sums.
    """
    operands = str(facts.attr("equation", "")).split("->")[0].split(",")
    if len(operands) == 1:
        return _reduction(facts)
    if len(operands) != 2:
        raise _UnknownShapeError
    sizes: dict[str, int] = {}
    for labels, tensor in zip(operands, facts.inputs, strict=True):
        for label, size in zip(_labels(labels, len(_sizes(tensor))), _sizes(tensor), strict=True):
            sizes[label] = max(size, sizes.get(label, 1))
    return 2 * prod(sizes.values())


def _labels(labels: str, rank: int) -> list[str]:
    """A label for each axis; the axes of `...` are numbered from the last."""
    before, dots, after = labels.partition("...")
    between = rank - len(before) - len(after) if dots else 0
    return [*before, *(f"{number}" for number in range(between, 0, -1)), *after]


def _convolution(kernel: Sequence[int], results: int) -> int:
    """2 × results × kernel size × input channels per group (profiler: _calc_conv_flops; a kernel is [..,in,out])."""
    return 2 * results * prod(kernel[:-1])


def _forward_convolution(facts: OpFacts) -> int:
    return _convolution(_sizes(facts.inputs[1]), _elements(facts.op.outputs[0]))


def _input_gradient(facts: OpFacts) -> int:
    """As many multiply-adds as the forward convolution; the incoming gradient has the shape of its output.

    The profiler instead estimates from the input's shape divided by the strides: equal for padding "same" where the
    strides divide the sizes, more for padding "valid".
    """
    return _convolution(_sizes(facts.inputs[1]), _elements(facts.inputs[2]))


def _filter_gradient(facts: OpFacts) -> int:
    """As many multiply-adds as the forward convolution; see _input_gradient."""
    return _convolution(_sizes(facts.op.outputs[0]), _elements(facts.inputs[2]))


def _depthwise(kernel: Sequence[int], results: int) -> int:
    """2 × results × kernel area: no sum over channels (profiler: _calc_depthwise_conv_flops)."""
    return 2 * results * prod(kernel[:-2])


def _forward_depthwise(facts: OpFacts) -> int:
    return _depthwise(_sizes(facts.inputs[1]), _elements(facts.op.outputs[0]))


def _depthwise_input_gradient(facts: OpFacts) -> int:
    return _depthwise(_sizes(facts.inputs[1]), _elements(facts.inputs[2]))


def _depthwise_filter_gradient(facts: OpFacts) -> int:
    return _depthwise(_sizes(facts.op.outputs[0]), _elements(facts.inputs[2]))


def _window(facts: OpFacts) -> int:
    ksize = facts.attr("ksize")
    if not ksize:
        raise _UnknownShapeError
    return prod(ints_of(ksize))


def _pool(facts: OpFacts) -> int:
    """One operation for each number in each window (profiler: _pool_flops)."""
    return _window(facts) * _elements(facts.op.outputs[0])


def _average_pool_gradient(facts: OpFacts) -> int:
    """A product and a sum for each number in each window (profiler: _avg_pool_grad_flops)."""
    return 2 * _window(facts) * _elements(facts.inputs[1])


def _max_pool_gradient(facts: OpFacts) -> int:
    """Pools again, then one operation per result (profiler: _max_pool_grad_flops)."""
    return (_window(facts) + 1) * _elements(facts.inputs[1])


def _add_n(facts: OpFacts) -> int:
    """k tensors are added by k - 1 sums (profiler: _add_n_flops)."""
    return (len(facts.inputs) - 1) * _elements(facts.inputs[0])


def _l2_loss(facts: OpFacts) -> int:
    """n squares, n halvings, n - 1 sums (profiler: _l2_loss_flops)."""
    return 3 * _elements(facts.inputs[0]) - 1


def _batch_norm(facts: OpFacts) -> int:
    """2 per number to scale and shift; in training 4 more: mean (1) and variance (3). The profiler has no entry."""
    return (6 if facts.attr("is_training", True) else 2) * _elements(facts.inputs[0])


def _batch_norm_gradient(facts: OpFacts) -> int:
    """Per number, with x̂ = (x - mean) · rate: x̂ 2, the sums of dy 1 and of dy · x̂ 2; dx 4, without statistics 1."""
    return (9 if facts.attr("is_training", True) else 6) * _elements(facts.inputs[0])


def _each(types: str, formula: Callable[[OpFacts], int]) -> dict[str, Callable[[OpFacts], int]]:
    return dict.fromkeys(types.split(), formula)


ONE_PER_NUMBER = """
    Add AddV2 Sub Mul MulNoNan Div RealDiv DivNoNan TruncateDiv FloorDiv Mod FloorMod TruncateMod Maximum Minimum Pow
    Equal NotEqual Less LessEqual Greater GreaterEqual Neg Abs Sign Exp Expm1 Log Log1p Square Sqrt Reciprocal Inv
    Floor Ceil Round Rint Sin Cos Tan Sinh Cosh Asin Acos Atan Atan2 Asinh Acosh Atanh Erf Erfc Erfinv Lgamma Digamma
    BiasAdd BiasAddV1 Relu Relu6 LeakyRelu Tanh ReluGrad Relu6Grad LeakyReluGrad Cumsum Cumprod
    """

FORMULAS: dict[str, Callable[[OpFacts], int]] = {
    **_each(ONE_PER_NUMBER, _per_output(1)),
    # profiler: Rsqrt 2, SquaredDifference 2, RsqrtGrad 4, Softmax 5 per number
    **_each("Rsqrt SquaredDifference", _per_output(2)),
    **_each("RsqrtGrad", _per_output(4)),
    # 5: largest, difference, exp, sum, division (LogSoftmax: one more difference instead of the division)
    **_each("Softmax LogSoftmax", _per_input(5)),
    # From here to the losses, the profiler has no entry; the numbers follow the definitions.
    **_each("Sigmoid", _per_output(4)),  # 1 / (1 + exp(-x))
    **_each("Softplus", _per_output(3)),  # log(1 + exp(x))
    **_each("Softsign", _per_output(3)),  # x / (1 + |x|)
    **_each("Elu", _per_output(2)),  # exp(x) - 1
    **_each("Selu", _per_output(3)),  # scale · (exp(x) - 1)
    **_each("Xlogy Xdivy ClipByValue", _per_output(2)),
    **_each("Xlog1py", _per_output(3)),
    "EuclideanNorm": _per_input(2),  # a square and a sum for each number
    **_each("SigmoidGrad TanhGrad ReciprocalGrad InvGrad", _per_output(3)),  # dy · y · (1 - y), dy · (1 - y²), -dy · y²
    **_each("SqrtGrad EluGrad SeluGrad", _per_output(2)),  # dy · 0.5 / y, dy · (y + 1)
    **_each("SoftplusGrad SoftsignGrad", _per_output(4)),  # dy / (1 + exp(-x)), dy / (1 + |x|)²
    # 5 for the softmax as above; dense labels: label · log p, its sum, p - label
    **_each("SparseSoftmaxCrossEntropyWithLogits", _per_input(5)),
    **_each("SoftmaxCrossEntropyWithLogits", _per_input(8)),
    **_each("Sum Prod Max Min ArgMax ArgMin BiasAddGrad", _reduction),
    "Mean": _mean,
    "AddN": _add_n,
    "L2Loss": _l2_loss,
    "MatMul": _matmul,
    **_each("BatchMatMul BatchMatMulV2 BatchMatMulV3", _batch_matmul),
    "Einsum": _einsum,
    **_each("Conv2D Conv3D", _forward_convolution),
    **_each("Conv2DBackpropInput Conv3DBackpropInputV2", _input_gradient),
    **_each("Conv2DBackpropFilter Conv3DBackpropFilterV2", _filter_gradient),
    "DepthwiseConv2dNative": _forward_depthwise,
    "DepthwiseConv2dNativeBackpropInput": _depthwise_input_gradient,
    "DepthwiseConv2dNativeBackpropFilter": _depthwise_filter_gradient,
    **_each("AvgPool MaxPool AvgPool3D MaxPool3D MaxPoolWithArgmax", _pool),
    "MaxPoolGradWithArgmax": _per_input(1, port=1),
    **_each("AvgPoolGrad AvgPool3DGrad", _average_pool_gradient),
    **_each("MaxPoolGrad MaxPool3DGrad", _max_pool_gradient),
    **_each("FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3", _batch_norm),
    **_each("FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3", _batch_norm_gradient),
    # One operation for each number that is added in its place.
    **_each("AssignAddVariableOp AssignSubVariableOp", _per_input(1, port=1)),
    **_each("ResourceScatterAdd ResourceScatterSub", _per_input(1, port=2)),
    **_each("ScatterNd", _per_input(1, port=1)),
    **_each("TensorScatterAdd TensorScatterSub", _per_input(1, port=2)),
    **_each("SegmentSum UnsortedSegmentSum", _per_input(1)),
    # var -= rate · gradient; with momentum, also accumulator = accumulator · momentum + gradient
    **_each("ResourceApplyGradientDescent", _per_input(2, port=2)),
    **_each("ResourceApplyMomentum", _per_input(4, port=3)),
    # Adam: m += (g - m)·(1 - β1) is 3, v += (g² - v)·(1 - β2) is 4, var -= rate · m / (√v + ε) is 5
    **_each("ResourceApplyAdam", _per_input(12, port=9)),
}

# Types outside the families without arithmetic that compute nothing in floating point.
_MOVERS = """
    NoOp Select SelectV2 LogicalAnd LogicalOr LogicalNot BitwiseAnd BitwiseOr BitwiseXor Invert LeftShift
    RightShift All Any IsNan IsInf IsFinite Real Imag Complex Switch Merge Enter Exit NextIteration LoopCond
    ControlTrigger EmptyTensorList TensorListReserve TensorListFromTensor TensorListStack TensorListGetItem
    TensorListSetItem TensorListPushBack TensorListPopBack TensorListLength TensorListElementShape
    TensorListGather TensorListScatterV2 TensorListConcatV2 TensorListResize TensorArrayV3 TensorArrayReadV3
    TensorArrayWriteV3 TensorArrayGatherV3 TensorArrayScatterV3 TensorArraySizeV3 TensorArrayCloseV3
    LookupTableFindV2 StatelessRandomGetKeyCounter VarHandleOp ReadVariableOp AssignVariableOp
    VarIsInitializedOp VariableShape VariableV2 DestroyResourceOp ResourceGather ResourceGatherNd
    ResourceScatterUpdate ResourceScatterNdUpdate ResourceStridedSliceAssign
    """
NO_ARITHMETIC = frozenset(_MOVERS.split())
