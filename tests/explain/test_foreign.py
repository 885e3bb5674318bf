"""Words, colours and FLOPs for the ops of TensorFlow Lite and ONNX."""

from __future__ import annotations

import pytest

from graphlab.explain import explain, family, hint, tensorflow_type
from graphlab.explain.foreign import _ALIASES
from graphlab.graph import Op, Tensor, build_graph

NO_FAMILY = """
    Adagrad Adam Momentum Gradient BitwiseNot BlackmanWindow HammingWindow HannWindow CastMap CategoryMapper
    DictVectorizer FeatureVectorizer LabelEncoder OneHotEncoder RegexFullMatch StringConcat StringNormalizer StringSplit
    TfIdfVectorizer ZipMap CUSTOM PLACEHOLDER_FOR_GREATER_OP_CODES HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT
    HASHTABLE_LOOKUP HASHTABLE_SIZE LSH_PROJECTION SKIP_GRAM EMBEDDING_LOOKUP_SPARSE UNSORTED_SEGMENT_MAX
    UNSORTED_SEGMENT_MIN UNSORTED_SEGMENT_PROD STABLEHLO_CUSTOM_CALL STABLEHLO_SCATTER ImageDecoder
    """
BROKEN = {"strides": "a", "axis": "b", "perm": 3, "kernel_shape": 1, "stride_w": None}


def graph_of(op_type, inputs, output, constants=(), **attrs):
    """One op "y" with inputs of these shapes; `constants` are the values of further inputs."""
    ops = [Op(f"x{place}", "Placeholder", outputs=(tensor,)) for place, tensor in enumerate(inputs)]
    for value in constants:
        shape = (len(value),) if isinstance(value, list) else ()
        ops.append(Op(f"x{len(ops)}", "Const", outputs=(Tensor("int32", shape),), attrs={"value": value}))
    ends = tuple((op.id, 0) for op in ops)
    return build_graph([*ops, Op("y", op_type, inputs=ends, outputs=(output,), attrs=attrs)], [])


def floats(*shape):
    return Tensor("float32", shape)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CONV_2D", "Conv2D"),
        ("conv_2d", "Conv2D"),
        ("Gemm", "MatMul"),
        ("com.microsoft.FusedMatMul", "MatMul"),
        ("STABLEHLO_MULTIPLY", "Mul"),
        ("stablehlo.multiply", "Mul"),
        ("FlexErf", "Erf"),
        ("Relu", "Relu"),
        ("MadeUp", "MadeUp"),
    ],
)
def test_a_type_is_tensorflows(name, found):
    assert tensorflow_type(name) == found


def test_every_op_of_onnx_has_a_family_but_for_a_few():
    onnx = pytest.importorskip("onnx")
    names = {schema.name for schema in onnx.defs.get_all_schemas()}

    assert {name for name in names if family(name) == "other"} <= set(NO_FAMILY.split())


@pytest.mark.tf
def test_every_operator_of_tensorflow_lite_has_a_family_but_for_a_few():
    pytest.importorskip("tensorflow")
    from graphlab.formats.tflite.flatbuffer import enum_names

    assert {name for name in enum_names("BuiltinOperator").values() if family(name) == "other"} <= set(
        NO_FAMILY.split()
    )


@pytest.mark.parametrize("name", sorted(_ALIASES.keys() - {"VAR_HANDLE"}))
def test_every_alias_has_words(name):
    inputs = [floats(2, 4, 4, 3), floats(3, 3, 3, 3)]

    assert not explain(graph_of(name, inputs, floats(2, 4, 4, 3)), "y").sentence.startswith("The op")


def test_a_convolution_of_tensorflow_lite_has_its_filters_first():
    attrs = {"stride_w": 2, "stride_h": 2, "padding": "SAME", "fused_activation_function": "RELU"}
    graph = graph_of("CONV_2D", [floats(None, 32, 32, 3), floats(8, 5, 5, 3)], floats(None, 16, 16, 8), **attrs)
    found = explain(graph, "y")

    assert found.sentence == (
        "Slides 8 filters of 5 × 5 × 3 numbers over the image in steps of 2: 16 × 16 results for each filter. "
        "Then applies relu."
    )
    assert found.flops == 2 * 16 * 16 * 8 * 75
    assert hint(graph, "y") == "5×5, stride 2, same"


def test_a_depthwise_convolution_and_a_pool_of_tensorflow_lite():
    attrs = {"stride_w": 1, "stride_h": 1, "padding": "VALID"}
    depthwise = graph_of("DEPTHWISE_CONV_2D", [floats(1, 8, 8, 4), floats(1, 3, 3, 4)], floats(1, 6, 6, 4), **attrs)
    pool = {**attrs, "filter_height": 2, "filter_width": 3}
    pooled = graph_of("MAX_POOL_2D", [floats(1, 8, 8, 4)], floats(1, 4, 4, 4), **pool)

    assert explain(depthwise, "y").flops == 2 * 6 * 6 * 4 * 9
    assert hint(depthwise, "y") == "3×3, stride 1, valid"
    assert hint(pooled, "y") == "2×3 max"


def test_a_convolution_of_onnx_has_its_channels_first():
    graph = graph_of(
        "Conv", [floats(None, 3, 32, 32), floats(8, 3, 5, 5)], floats(None, 8, 28, 28), strides=[1, 1], group=1
    )

    assert explain(graph, "y").sentence == (
        "Slides 8 filters of 5 × 5 × 3 numbers over the image: 28 × 28 results for each filter."
    )
    assert explain(graph, "y").flops == 2 * 28 * 28 * 8 * 75
    assert hint(graph, "y") == "5×5, stride 1, valid"


def test_a_pool_of_onnx_has_a_window():
    graph = graph_of("MaxPool", [floats(1, 3, 32, 32)], floats(1, 3, 16, 16), kernel_shape=[2, 2], strides=[2, 2])

    assert hint(graph, "y") == "2×2 max"
    assert explain(graph, "y").flops == 4 * 3 * 16 * 16


def test_an_axis_may_be_an_attribute_or_an_input():
    joined = graph_of("CONCATENATION", [floats(2, 3), floats(2, 4)], floats(2, 7), axis=1)
    summed = graph_of("ReduceSum", [floats(2, 3)], floats(2), axes=[1])
    taken = graph_of("MEAN", [floats(2, 3)], floats(2), constants=[[1]], keep_dims=False)
    turned = graph_of("Transpose", [floats(2, 3)], floats(3, 2), perm=[1, 0])

    assert explain(joined, "y").sentence == "Joins 2 tensors one after the other along axis 1: [2,7]."
    assert hint(summed, "y") == hint(taken, "y") == "axis 1"
    assert hint(turned, "y") == "order 1,0"


def test_what_onnx_does_with_several_tensors_is_no_reduction():
    graph = graph_of("Max", [floats(2, 3), floats(2, 3)], floats(2, 3))

    assert "axis" not in explain(graph, "y").sentence
    assert explain(graph, "y").flops == 6


@pytest.mark.parametrize(
    "op_type", ["Conv", "CONV_2D", "Gemm", "Concat", "Transpose", "MAX_POOL_2D", "Reshape", "MatMul"]
)
@pytest.mark.parametrize("attrs", [{}, BROKEN])
def test_an_op_of_a_damaged_file_has_words_too(op_type, attrs):
    graph = graph_of(op_type, [], floats(2), **attrs)

    assert explain(graph, "y").sentence
    assert hint(graph, "y") is not None
