"""The family of a TensorFlow op type, which determines its colour. Works on names only."""

from __future__ import annotations

import re
from functools import lru_cache

from graphlab.explain.foreign import tensorflow_type
from graphlab.graph.stages import stage_kind

FAMILIES: dict[str, str] = {
    "math": "math",
    "activation": "activation",
    "shape": "shape and copies",
    "variable": "variables",
    "control": "control flow",
    "random": "random numbers",
    "loss": "loss",
    "optimizer": "optimizer",
    "io": "inputs and outputs",
    "stage": "stages of pipelines",
    "other": "other",
}

# Types by family, without version suffix. The gradient of a type (ReluGrad) has the family of the type.
_TYPES: dict[str, str] = {
    "activation": """
        Relu Relu6 LeakyRelu Elu Selu Sigmoid Tanh Softmax LogSoftmax Softplus Softsign Gelu HardSwish HardSigmoid
        Swish Mish PRelu Celu ThresholdedRelu Shrink Hardmax SwiGLU RELU_N1_TO_1 RELU_0_TO_1
        """,
    "loss": "SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits CTCLoss L2Loss",
    "shape": """
        Reshape Shape ShapeN Size Rank StridedSlice Slice Pack Unpack Squeeze ExpandDims Transpose ConjugateTranspose
        Concat ConcatOffset Split SplitV Gather GatherNd Tile BroadcastTo BroadcastArgs BroadcastGradientArgs Cast
        Bitcast Fill ZerosLike OnesLike Pad MirrorPad Identity IdentityN Snapshot StopGradient PreventGradient
        EnsureShape InvertPermutation Reverse ReverseSequence Roll SpaceToBatch SpaceToBatchND BatchToSpace
        BatchToSpaceND SpaceToDepth DepthToSpace DynamicPartition DynamicStitch ParallelDynamicStitch Where Range
        LinSpace OneHot Empty Diag DiagPart UnravelIndex ParallelConcat TensorScatterUpdate TensorStridedSliceUpdate
        Copy CopyHost DeepCopy ExtractImagePatches ExtractVolumePatches DataFormatDimMap DataFormatVecPermute
        MatrixBandPart MatrixDiag MatrixDiagPart MatrixSetDiag Unique UniqueWithCounts ListDiff TensorShape
        GatherElements ArrayFeatureExtractor Compress EyeLike Col2Im CenterCropPad DYNAMIC_UPDATE_SLICE TensorScatter
        SPARSE_TO_DENSE DENSIFY CONCAT_EMBEDDINGS DILATE
        """,
    "variable": """
        VarHandleOp Variable ReadVariableOp VarIsInitializedOp IsVariableInitialized VariableShape TemporaryVariable
        DestroyTemporaryVariable DestroyResourceOp Assign AssignAdd AssignSub ScatterAdd ScatterSub ScatterUpdate
        ScatterMul ScatterDiv ScatterMax ScatterMin ScatterNdUpdate ScatterNdAdd ScatterNdSub CountUpTo
        StridedSliceAssign DisableCopyOnRead
        """,
    "control": """
        While StatelessWhile If StatelessIf Case StatelessCase For PartitionedCall StatefulPartitionedCall RemoteCall
        SymbolicGradient NoOp Switch Merge Enter Exit NextIteration LoopCond ControlTrigger Assert Abort MapDefun
        BatchFunction RefSwitch RefMerge RefEnter RefExit RefNextIteration RefIdentity RefSelect PyFunc EagerPyFunc
        FakeParam DeviceIndex Send Recv EmptyTensorList XlaLaunch XlaCallModule Stack StackPush StackPop StackClose
        EmptyTensorMap CheckNumerics MutexLock Mutex ConsumeMutexLock Scan SequenceMap SequenceConstruct SequenceEmpty
        SequenceInsert SequenceErase SequenceAt SequenceLength Optional OptionalGetElement OptionalHasElement DELEGATE
        """,
    "random": """
        Multinomial TruncatedNormal ParameterizedTruncatedNormal SobolSample RngSkip RngReadAndSkip
        StatefulStandardNormal StatefulTruncatedNormal StatefulUniform StatefulUniformInt StatefulUniformFullInt
        NonDeterministicInts AnonymousSeedGenerator SampleDistortedBoundingBox Dropout RNG_BIT_GENERATOR
        """,
    "optimizer": "SdcaOptimizer SdcaShrinkL1 SdcaFprint",
    "io": """
        Const ImmutableConst GuaranteeConst Placeholder PlaceholderWithDefault Print Timestamp ReadFile WriteFile Save
        SaveSlices Restore RestoreSlice MergeV2Checkpoints MatchingFiles ShardedFilename ShardedFilespec
        DistributedSave SerializeTensor ParseTensor ParseExample ParseSequenceExample ParseSingleExample
        ParseSingleSequenceExample OptionalFromValue OptionalGetValue OptionalHasValue OptionalNone
        """,
    "math": """
        MatMul BatchMatMul Einsum BiasAdd Add AddN AccumulateN Sub Mul MulNoNan Div RealDiv DivNoNan TruncateDiv
        FloorDiv FloorMod Mod TruncateMod Neg Abs ComplexAbs Sign Exp Expm1 Log Log1p Xlog1py Square
        SquaredDifference Sqrt Rsqrt Pow Reciprocal Inv Maximum Minimum ClipByValue Floor Ceil Round Rint Sin Cos
        Tan Sinh Cosh Asin Acos Atan Asinh Acosh Atanh Erf Erfc Erfinv Ndtri Lgamma Digamma Igamma Igammac
        IgammaGradA Betainc Zeta Polygamma Xlogy Xdivy Sum Mean Prod Max Min All Any EuclideanNorm ArgMax ArgMin
        Cumsum Cumprod CumulativeLogsumexp Equal NotEqual ApproximateEqual Less LessEqual Greater GreaterEqual
        LogicalAnd LogicalOr LogicalNot BitwiseAnd BitwiseOr BitwiseXor Invert LeftShift RightShift PopulationCount
        Select IsNan IsInf IsFinite InTopK TopK ApproxTopK NthElement Cross Complex Real Imag Conj Angle Lu Qr Svd
        Eig SelfAdjointEig Cholesky BandedTriangularSolve TridiagonalMatMul TridiagonalSolve LRN LowerBound
        UpperBound Bucketize Bincount DenseBincount HistogramFixedWidth NextAfter ScatterNd ScatterNdNonAliasingAdd
        TensorScatterAdd TensorScatterSub TensorScatterMax TensorScatterMin IsotonicRegression Dilation2D
        CropAndResize Dawsn Expint Spence FresnelCos FresnelSin RGBToHSV HSVToRGB NonMaxSuppression
        CombinedNonMaxSuppression InplaceAdd InplaceSub InplaceUpdate BatchNormalization LayerNormalization
        InstanceNormalization GroupNormalization RMSNormalization MeanVarianceNormalization LpNormalization LSTM GRU RNN
        SVDF BIDIRECTIONAL_SEQUENCE_RNN Attention LinearAttention RotaryEmbedding MaxUnpool LpPool GlobalLpPool
        L2_POOL_2D RoiAlign MaxRoiPool DeformConv CausalConvWithState GridSample AffineGrid Upsample QuantizeLinear
        DequantizeLinear MeanOfSeveral ReduceL1 ReduceLogSum ReduceLogSumExp ReduceSumSquare Xor BitShift RIGHT_SHIFT
        SHIFT_LEFT COMPLEX_ABS Det DFT STFT RFFT2D CBRT REDUCE REDUCE_WINDOW SORT COMPARE MelWeightMatrix Scaler
        Normalizer Binarizer Imputer TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor LinearClassifier
        LinearRegressor SVMClassifier SVMRegressor IMAG REAL FAKE_QUANT
        """,
}
_FAMILY_OF = {op_type: name for name, types in _TYPES.items() for op_type in types.split()}

# Tried in this order for types that are not in the table.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"CrossEntropy|Loss$", "loss"),
        (r"^(Resource)?(Sparse)?Apply[A-Z]", "optimizer"),
        (r"^Resource(Accumulator|ConditionalAccumulator)", "other"),
        (r"^Resource|VariableOp|^Variable|^Assign", "variable"),
        (r"Dataset|Iterator|Summary|^Decode|^Encode|^Parse|^Infeed|^Outfeed|(Save|Restore)$|Reader", "io"),
        (r"^Tensor(List|Array|Map)|^(Ref)?Stack|Queue|^Barrier|^(Ordered)?Map[A-Z]|^(Un)?[Ss]tage", "control"),
        (
            r"Random|^Stateless(Multinomial|ParameterizedTruncatedNormal|TruncatedNormal|Shuffle)|CandidateSampler",
            "random",
        ),
        (r"^(Fused|Depthwise|Batch)?(Conv\d?D?|MatMul|Pool)|Conv[23]|^(Fractional)?(Avg|Max)Pool|MatMul", "math"),
        (
            r"BatchNorm|(LSTM|GRU)(Block)?(Cell)?$|CudnnRNN|Segment|^Bessel|^I?R?FFT|^Batch(I?FFT|Cholesky|Svd|Self)",
            "math",
        ),
        (r"^(Batch)?Matrix|^Resize|^Image|^Adjust|^ScaleAndTranslate|^SparseTensorDense|^FakeQuant", "math"),
    )
)


@lru_cache(maxsize=4096)
def family(op_type: str) -> str:
    """The family id (a key of FAMILIES) of an op type; "other" if no rule applies."""
    if stage_kind(op_type):
        return "stage"
    op_type = tensorflow_type(op_type)
    without_version = re.sub(r"(?<=[a-z])V?\d+$|(?<=[a-zA-Z])V\d+$", "", op_type)
    forward = re.sub(r"(Grad)+$|(?<=[a-zD\d])Backprop(Input|Filter)$|Gradient$", "", without_version)
    for name in (op_type, without_version, forward):
        if name in _FAMILY_OF:
            return _FAMILY_OF[name]
    for name in (without_version, forward):
        for pattern, family_id in _RULES:
            if pattern.search(name):
                return family_id
    return "other"
