"""Expresses ops of TensorFlow Lite and ONNX in TensorFlow's terms, so that they share texts, formulas and colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from graphlab.explain.facts import AXIS_PORTS, OpFacts
from graphlab.graph import JsonValue, Tensor
from graphlab.graph.json_values import list_of

# TensorFlow's type → its names in TensorFlow Lite and ONNX. Equal names are omitted.
_NAMES = """
    Abs: ABS · AddN: ADD_N · AddV2: ADD · All: REDUCE_ALL · Any: REDUCE_ANY · ArgMax: ARG_MAX · ArgMin: ARG_MIN
    AssignVariableOp: ASSIGN_VARIABLE · Atan2: ATAN2 · AvgPool: AVERAGE_POOL_2D AveragePool
    BatchMatMulV2: BATCH_MATMUL DOT_GENERAL · BatchToSpaceND: BATCH_TO_SPACE_ND · Bitcast: BITCAST BitCast
    BitwiseXor: BITWISE_XOR · BroadcastArgs: BROADCAST_ARGS · BroadcastTo: BROADCAST_TO Expand BROADCAST_IN_DIM
    Bucketize: BUCKETIZE · Case: CASE · Cast: CAST CONVERT CastLike · Ceil: CEIL · ClipByValue: Clip CLAMP
    ConcatV2: CONCATENATION Concat CONCATENATE · Const: Constant
    Conv2D: CONV_2D Conv ConvInteger QLinearConv CONVOLUTION
    Conv2DBackpropInput: TRANSPOSE_CONV ConvTranspose · Conv3D: CONV_3D · Conv3DBackpropInputV2: CONV_3D_TRANSPOSE
    Cos: COS COSINE · Cumprod: CumProd · Cumsum: CUMSUM CumSum · DepthToSpace: DEPTH_TO_SPACE
    DepthwiseConv2dNative: DEPTHWISE_CONV_2D · Elu: ELU · Equal: EQUAL · Exp: EXP EXPONENTIAL
    ExpandDims: EXPAND_DIMS Unsqueeze · Fill: FILL ConstantOfShape · Floor: FLOOR · FloorDiv: FLOOR_DIV
    FloorMod: FLOOR_MOD REMAINDER · GatherNd: GATHER_ND GatherND
    GatherV2: GATHER EMBEDDING_LOOKUP Gather · Greater: GREATER · GreaterEqual: GREATER_EQUAL GreaterOrEqual
    If: IF · IsNan: IsNaN · LRN: LOCAL_RESPONSE_NORMALIZATION · LeakyRelu: LEAKY_RELU · Less: LESS
    LessEqual: LESS_EQUAL LessOrEqual · Log: LOG · LogSoftmax: LOG_SOFTMAX · LogicalAnd: LOGICAL_AND And AND
    LogicalNot: LOGICAL_NOT Not · LogicalOr: LOGICAL_OR Or OR · LookupTableFindV2: HASHTABLE_FIND LabelEncoder
    MatMul: FULLY_CONNECTED Gemm MatMulInteger QLinearMatMul FusedMatMul FusedGemm · MatrixBandPart: Trilu
    MatrixDiagV3: MATRIX_DIAG · MatrixSetDiagV3: MATRIX_SET_DIAG · Max: REDUCE_MAX ReduceMax GlobalMaxPool
    MaxPool: MAX_POOL_2D · Maximum: MAXIMUM · Mean: MEAN ReduceMean GlobalAveragePool · Min: REDUCE_MIN ReduceMin
    Minimum: MINIMUM · MirrorPad: MIRROR_PAD · Mul: MUL MULTIPLY · Multinomial: MULTINOMIAL · Neg: NEG NEGATE
    NotEqual: NOT_EQUAL · OneHot: ONE_HOT · Pack: PACK ConcatFromSequence · Pad: PAD · PadV2: PADV2
    PartitionedCall: CALL CALL_ONCE COMPOSITE · Pow: POW POWER · Prod: REDUCE_PROD ReduceProd
    RandomStandardNormal: RANDOM_STANDARD_NORMAL RandomNormal RandomNormalLike
    RandomUniform: RANDOM_UNIFORM RandomUniformLike Bernoulli · Range: RANGE IOTA · Rank: RANK
    ReadVariableOp: READ_VARIABLE · RealDiv: DIV DIVIDE · Relu: RELU · Relu6: RELU6 · Reshape: RESHAPE Flatten
    ResizeBilinear: RESIZE_BILINEAR · ResizeNearestNeighbor: RESIZE_NEAREST_NEIGHBOR
    ReverseSequence: REVERSE_SEQUENCE · ReverseV2: REVERSE_V2 REVERSE · Round: ROUND · Rsqrt: RSQRT
    ScatterNd: SCATTER_ND · SegmentSum: SEGMENT_SUM · SelectV2: SELECT SELECT_V2 · Shape: SHAPE · Sigmoid: LOGISTIC
    Sign: SIGN · Sin: SIN SINE · Slice: SLICE DYNAMIC_SLICE · Softmax: SOFTMAX
    SoftmaxCrossEntropyWithLogits: SoftmaxCrossEntropyLoss · SpaceToBatchND: SPACE_TO_BATCH_ND
    SpaceToDepth: SPACE_TO_DEPTH · Split: SPLIT SplitToSequence · SplitV: SPLIT_V · Sqrt: SQRT · Square: SQUARE
    SquaredDifference: SQUARED_DIFFERENCE · Squeeze: SQUEEZE · StridedSlice: STRIDED_SLICE · Sub: SUB SUBTRACT
    Sum: SUM ReduceSum · Tanh: TANH · TensorScatterUpdate: ScatterND Scatter ScatterElements · Tile: TILE
    TopKV2: TOPK_V2 TopK · Transpose: TRANSPOSE · Unique: UNIQUE · Unpack: UNPACK
    UnsortedSegmentProd: UNSORTED_SEGMENT_PROD
    UnsortedSegmentSum: UNSORTED_SEGMENT_SUM · VarHandleOp: VAR_HANDLE · Where: WHERE NonZero · While: WHILE Loop
    ZerosLike: ZEROS_LIKE · EuclideanNorm: ReduceL2 · Gelu: GELU · HardSwish: HARD_SWISH · PRelu: PRELU
    LSTM: UNIDIRECTIONAL_SEQUENCE_LSTM BIDIRECTIONAL_SEQUENCE_LSTM · RNN: UNIDIRECTIONAL_SEQUENCE_RNN
    QuantizeLinear: QUANTIZE DynamicQuantizeLinear · DequantizeLinear: DEQUANTIZE · LpNormalization: L2_NORMALIZATION
    NonMaxSuppression: NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 TFLite_Detection_PostProcess
"""
_ALIASES = {
    name: entry.partition(":")[0].strip()
    for line in _NAMES.strip().splitlines()
    for entry in line.split("·")
    for name in entry.partition(":")[2].split()
}
# In ONNX these combine several tensors; TensorFlow's ops of these names reduce one along the axes at the second input.
_ELEMENTWISE = {"Max": "Maximum", "Min": "Minimum", "Sum": "AddN", "Mean": "MeanOfSeveral"}


@lru_cache(maxsize=4096)
def tensorflow_type(op_type: str) -> str:
    """TensorFlow's name for an op of another library; the name itself if there is none.

    `com.microsoft.Gelu` is Gelu, `FlexErf` (TensorFlow's own op in TensorFlow Lite) Erf, `conv_2d` CONV_2D.
    """
    name = op_type.rpartition(".")[2] if not op_type.islower() else op_type.upper().rpartition(".")[2]
    name = name.removeprefix("STABLEHLO_")
    if name.startswith("Flex") and name[4:5].isupper():
        return name[4:]
    return _ALIASES.get(name, name)


def in_tensorflow_terms(facts: OpFacts) -> OpFacts:
    """The facts with the type, attributes and weight layout of TensorFlow's op."""
    op_type = tensorflow_type(facts.op.type)
    attrs = facts.op.attrs
    if op_type == "Where" and len(facts.inputs) == 3:
        op_type = "SelectV2"
    if facts.op.type in _ELEMENTWISE and len(facts.inputs) > 1 and "float" in facts.inputs[1].dtype:
        op_type = _ELEMENTWISE[facts.op.type]
    changed = replace(facts, op=replace(facts.op, type=op_type)) if op_type != facts.op.type else facts
    for applies, change in _CHANGES:
        if applies(attrs, facts.op.type):
            changed = change(changed)
    return changed


def _is_lite_window(attrs: Mapping[str, JsonValue], op_type: str) -> bool:
    return "stride_w" in attrs and "stride_h" in attrs


def _lite_window(facts: OpFacts) -> OpFacts:
    """Strides and windows of two numbers as lists of four; the filter count moves to the last axis."""
    steps = [1, facts.attr("stride_h"), facts.attr("stride_w"), 1]
    attrs = {**facts.op.attrs, "strides": steps}
    if "filter_height" in attrs:
        attrs["ksize"] = [1, attrs["filter_height"], attrs["filter_width"], 1]
    order = {"Conv2D": (1, 2, 3, 0), "DepthwiseConv2dNative": (1, 2, 3, 0)}.get(facts.op.type, ())
    return _with(facts, attrs, _reordered(facts, order))


def _is_onnx_window(attrs: Mapping[str, JsonValue], op_type: str) -> bool:
    name = op_type.rpartition(".")[2]
    return name in ("Conv", "ConvInteger", "QLinearConv", "ConvTranspose") or "kernel_shape" in attrs


def _onnx_window(facts: OpFacts) -> OpFacts:
    """Strides and windows with batch and channels, which ONNX has in front; the filter count moves to the last axis."""
    attrs = {**facts.op.attrs, "data_format": "NCHW"}
    kernel = facts.inputs[1].shape if len(facts.inputs) > 1 else None
    window = list_of(attrs.get("kernel_shape") or (kernel[2:] if kernel else ()))
    attrs["strides"] = [1, 1, *list_of(attrs.get("strides") or [1] * len(window))]
    attrs["ksize"] = [1, 1, *window]
    automatic = str(attrs.get("auto_pad", "NOTSET"))
    pads = list_of(attrs.get("pads") or [])
    attrs["padding"] = "SAME" if automatic.startswith("SAME") else "" if any(pads) else "VALID"
    rank = len(kernel or ())
    is_convolution = facts.op.type in ("Conv2D", "Conv3D") and rank > 2
    return _with(facts, attrs, _reordered(facts, (*range(2, rank), 1, 0) if is_convolution else ()))


def _is_transposed(attrs: Mapping[str, JsonValue], op_type: str) -> bool:
    return bool(attrs.get("transB")) or op_type.upper() == "FULLY_CONNECTED" or bool(attrs.get("transA"))


def _transposed(facts: OpFacts) -> OpFacts:
    left, right = bool(facts.attr("transA")), bool(facts.attr("transB", "keep_num_dims" in facts.op.attrs))
    return _with(facts, {**facts.op.attrs, "transpose_a": left, "transpose_b": right, "forward": True}, facts.inputs)


def _has_axis(attrs: Mapping[str, JsonValue], op_type: str) -> bool:
    return tensorflow_type(op_type) in (*AXIS_PORTS, "Transpose") and bool({"axis", "axes", "perm"} & attrs.keys())


def _axis(facts: OpFacts) -> OpFacts:
    """An axis attribute as TensorFlow has it: a constant input."""
    value = next(facts.attr(name) for name in ("axis", "axes", "perm") if name in facts.op.attrs)
    port = AXIS_PORTS.get(facts.op.type, 1)
    position = len(facts.inputs) if port == -1 else min(port, len(facts.inputs))
    axis = Tensor("int32", () if isinstance(value, int) else (len(list_of(value)),))
    return replace(
        facts,
        inputs=(*facts.inputs[:position], axis, *facts.inputs[position:]),
        constants=(*facts.constants[:position], value, *facts.constants[position:]),
        variables=(*facts.variables[:position], None, *facts.variables[position:]),
    )


_CHANGES: tuple[tuple[Callable[[Mapping[str, JsonValue], str], bool], Callable[[OpFacts], OpFacts]], ...] = (
    (_is_lite_window, _lite_window),
    (_is_onnx_window, _onnx_window),
    (_is_transposed, _transposed),
    (_has_axis, _axis),
)


def _with(facts: OpFacts, attrs: Mapping[str, JsonValue], inputs: tuple[Tensor, ...]) -> OpFacts:
    return replace(facts, op=replace(facts.op, attrs=attrs), inputs=inputs)


def _reordered(facts: OpFacts, order: tuple[int, ...]) -> tuple[Tensor, ...]:
    """The inputs, with the second one's sizes in this order if it has as many."""
    if len(facts.inputs) < 2 or facts.inputs[1].shape is None or len(facts.inputs[1].shape) != len(order):
        return facts.inputs
    kernel = facts.inputs[1]
    shape = kernel.shape or ()
    return (facts.inputs[0], replace(kernel, shape=tuple(shape[index] for index in order)), *facts.inputs[2:])
