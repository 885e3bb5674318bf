"""TensorFlow Lite files against TensorFlow's own interpreter, and damaged ones."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import numpy as np
import pytest

from graphlab.errors import FormatError
from graphlab.formats import read, read_weights
from graphlab.formats.check import check_graph
from graphlab.formats.tflite.flatbuffer import Bounds, enum_names, schema, snake_case
from graphlab.graph import Tensor, count_elements
from graphlab.view import fold_nothing, fold_quiet, view

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

NAMES = ("mlp", "cnn", "int8", "loop", "several")


def dense_network():
    layers = [keras.layers.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(3, "softmax")]
    return tf.lite.TFLiteConverter.from_keras_model(keras.Sequential(layers, name="mlp"))


def image_network():
    layers = [
        keras.layers.Input((12, 12, 3)),
        keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
        keras.layers.DepthwiseConv2D(3),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(5),
    ]
    return tf.lite.TFLiteConverter.from_keras_model(keras.Sequential(layers, name="cnn"))


def quantized_network():
    converter = image_network()
    numbers = np.random.default_rng(0)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([numbers.random((1, 12, 12, 3), "float32")] for _ in range(4))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter


def loop_function():
    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, name="x")])
    def loop(x):
        i = tf.constant(0)
        while i < 5:
            x = tf.nn.relu(x @ tf.ones((3, 3)))
            i += 1
        return {"y": x}

    return tf.lite.TFLiteConverter.from_concrete_functions([loop.get_concrete_function()], loop)


def several_functions(folder):
    class Several(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((2, 3), tf.float32, name="a")])
        def add(self, a):
            return {"r": a + 1.0}

        @tf.function(input_signature=[tf.TensorSpec((2, 3), tf.float32, name="b")])
        def choose(self, b):
            return {"s": tf.cond(tf.reduce_sum(b) > 0, lambda: b * 2.0, lambda: b - 2.0)}

    module = Several()
    signatures = {"add": module.add, "choose": module.choose}
    tf.saved_model.save(module, str(folder / "several"), signatures=signatures)
    return tf.lite.TFLiteConverter.from_saved_model(str(folder / "several"), signature_keys=list(signatures))


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """The folder with a file for each of NAMES."""
    folder = tmp_path_factory.mktemp("tflite")
    makers = (dense_network, image_network, quantized_network, loop_function, lambda: several_functions(folder))
    for name, make in zip(NAMES, makers, strict=True):
        (folder / f"{name}.tflite").write_bytes(make().convert())
    return folder


def interpreter_of(path):
    resolver = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = tf.lite.Interpreter(str(path), experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    return interpreter


def operators(graph):
    """The file's operators: without what stands for inputs, constants and results."""
    return [op for op in graph.ops() if op.type not in ("Placeholder", "Const", "Identity")]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_interpreters_operators_and_tensors(models, name):
    path = models / f"{name}.tflite"
    interpreter = interpreter_of(path)
    graph = next(iter(read(path).values()))
    calls = tuple(f"{body.call}/" for body in graph.bodies)
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}
    expected = interpreter._get_ops_details()
    found = [op for op in operators(graph) if not op.id.startswith(calls)]

    assert [op.type for op in found] == [operator["op_name"] for operator in expected]
    for op, operator in zip(found, expected, strict=True):
        inputs = [tensors[place] for place in operator["inputs"] if place >= 0]
        outputs = [tensors[place] for place in operator["outputs"]]
        assert [graph.op(src).outputs[port] for src, port in op.inputs] == [as_tensor(tensor) for tensor in inputs]
        assert list(op.outputs) == [as_tensor(tensor) for tensor in outputs]
        assert names_of(op) == [tensor["name"] for tensor in outputs]


def as_tensor(details):
    shape = details["shape_signature"] if len(details["shape_signature"]) else details["shape"]
    dtype = np.dtype(details["dtype"]).name
    return Tensor(dtype, tuple(None if size < 0 else int(size) for size in shape))


def names_of(op):
    names = op.attrs["tensor_name"]
    return names if isinstance(names, list) else [names]


@pytest.mark.parametrize("name", NAMES)
def test_inputs_and_results_are_those_of_the_signatures(models, name):
    path = models / f"{name}.tflite"
    signatures = interpreter_of(path).get_signature_list()
    graphs = read(path)

    if not signatures:
        assert list(graphs) == ["main"]
    for key, signature in signatures.items():
        names = graphs[key].facts.names
        assert [names[op_id] for op_id in graphs[key].input_ids] == signature["inputs"]
        assert [names[op_id] for op_id in graphs[key].output_ids] == signature["outputs"]


@pytest.mark.parametrize("name", NAMES)
def test_every_graph_holds_together_and_can_be_drawn(models, name):
    for graph in read(models / f"{name}.tflite").values():
        check_graph(graph)
        assert not [op.problem for op in graph.ops() if op.problem]
        for fold in (fold_quiet, fold_nothing):
            view(fold(graph), frozenset(graph.groups))


@pytest.mark.parametrize("name", ["mlp", "cnn", "int8"])
def test_constants_have_the_interpreters_values(models, name):
    path = models / f"{name}.tflite"
    interpreter = interpreter_of(path)
    tensors = {tensor["name"]: tensor["index"] for tensor in interpreter.get_tensor_details()}
    (graph,) = read(path).values()
    constants = [op for op in graph.ops() if op.type == "Const"]

    assert {op.id for op in constants} == set(graph.weights)
    for op in constants:
        expected = interpreter.get_tensor(tensors[op.attrs["tensor_name"]])
        values = read_weights(path, graph.weights[op.id])
        assert values.dtype == expected.dtype
        np.testing.assert_array_equal(values, expected)
        if op.variable is None:
            np.testing.assert_array_equal(np.array(op.attrs["value"], expected.dtype), expected)


def test_what_is_learned_is_a_variable_and_a_small_constant_keeps_its_value(models):
    (graph,) = read(models / "cnn.tflite").values()
    variables = {op.variable.name: op.variable for op in graph.ops() if op.variable}

    assert sorted(variable.shape for variable in variables.values()) == [(1, 3, 3, 8), (5, 32), (8,), (8, 3, 3, 3)]
    assert graph.parameters == sum(count_elements(variable.shape) for variable in variables.values())
    assert [op.attrs["value"] for op in graph.ops() if op.type == "Const" and not op.variable]
    assert graph.parameters == 3 * 3 * 3 * 8 + 3 * 3 * 8 + 32 * 5 + 8


def test_a_constant_that_the_converter_named_is_called_after_what_reads_it_and_stands_beside_it(models):
    (graph,) = read(models / "cnn.tflite").values()
    (bias,) = [op for op in graph.ops() if op.variable and op.variable.shape == (8,)]
    first, second = map(graph.op, graph.successors(bias.id))  # the same zeros for both

    assert bias.attrs["tensor_name"].startswith("arith.constant")
    assert bias.variable.name == f"{first.id} bias"
    assert bias.path == tuple(group for group in first.path if group in second.path) != ()


def test_options_have_the_schemas_names_and_enums_theirs(models):
    (graph,) = read(models / "cnn.tflite").values()
    convolution = next(op for op in graph.ops() if op.type == "CONV_2D")

    assert {name: convolution.attrs[name] for name in ("padding", "stride_w", "dilation_w_factor")} == {
        "padding": "SAME",
        "stride_w": 2,
        "dilation_w_factor": 1,
    }
    assert convolution.attrs["fused_activation_function"] == "RELU"


def test_scopes_are_groups_and_joined_names_give_the_one_an_operator_is_known_by(models):
    (graph,) = read(models / "cnn.tflite").values()
    convolution = next(op for op in graph.ops() if op.type == "CONV_2D")

    assert ";" in convolution.attrs["tensor_name"]
    assert convolution.id.endswith("/convolution")
    assert [graph.groups[group_id].label.rstrip("_0123456789") for group_id in convolution.path] == ["cnn", "conv2d"]


def test_quantization_is_the_interpreters(models):
    path = models / "int8.tflite"
    details = {tensor["name"]: tensor for tensor in interpreter_of(path).get_tensor_details()}
    (graph,) = read(path).values()
    seen = 0
    for op in graph.ops():
        quantization = op.attrs.get("quantization")
        if quantization and not isinstance(quantization, list):
            expected = details[op.attrs["tensor_name"]]["quantization_parameters"]
            scales = quantization.get("scales", [quantization.get("scale")])
            np.testing.assert_array_equal(np.array(scales, "float32"), expected["scales"])
            np.testing.assert_array_equal(
                quantization.get("zero_points", [quantization.get("zero_point")]), expected["zero_points"]
            )
            assert quantization.get("axis", 0) == expected["quantized_dimension"]
            seen += 1

    assert seen > 8


def test_a_loop_opens_into_its_condition_and_its_body(models):
    (graph,) = read(models / "loop.tflite").values()
    condition, body = graph.bodies

    assert (condition.role, body.role) == ("condition", "body")
    assert graph.op(condition.call).type == "WHILE"
    assert len(condition.args) == len(body.args) == len(graph.op(body.call).inputs) == 2
    assert [graph.op(src).type for src, _ in body.results] == ["FULLY_CONNECTED", "ADD"]
    assert [graph.op(src).type for src, _ in condition.results] == ["LESS"]


def test_each_signature_is_a_graph_and_branches_are_in_place(models):
    graphs = read(models / "several.tflite")

    assert list(graphs) == ["add", "choose"]
    assert [(body.role, body.first_input) for body in graphs["choose"].bodies] == [("then", 1), ("else", 1)]
    assert {op.type for op in graphs["choose"].ops()} >= {"IF", "MUL", "SUB"}


def test_reading_needs_no_tensorflow(models):
    code = "import sys; from pathlib import Path; from graphlab.formats import read; read(Path(sys.argv[1]));"
    code += "print('tensorflow' in sys.modules)"
    command = [sys.executable, "-c", code, str(models / "mlp.tflite")]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_schema_is_tensorflows_own():
    assert tf.__version__.startswith("2.21.")
    assert enum_names("BuiltinOperator")[3] == "CONV_2D"
    assert schema().Model is not None
    assert snake_case("dilationWFactor") == "dilation_w_factor"
    assert snake_case("fusedActivationFunction") == "fused_activation_function"


def test_more_than_the_file_can_hold_is_not_read():
    bounds = Bounds(100)

    bounds.spend(1000)
    with pytest.raises(FormatError, match="longer than the file"):
        bounds.spend(1000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x1c\0\0\0TFL3", "too short"),
        (b"\xff" * 100, "is not a TensorFlow Lite model: its signature is not TFL3"),
        (b"\0" * 100, "is not a model: its first bytes are all zero; copy or save it again"),
        (b"\x89PNG" * 100, "is a picture, not a model; open a .keras"),
        (b"\x1c\0\0\0TFL3" + b"\xff" * 100, "is damaged"),
        (b"\xff\xff\xff\x7fTFL3" + b"\0" * 100, "is damaged"),
        (b"\x1c\0\0\0TFL3" + b"\0" * 100, "is damaged"),
    ],
)
def test_another_file_gets_one_sentence(tmp_path, content, words):
    (tmp_path / "a.tflite").write_bytes(content)

    with pytest.raises(FormatError, match=words):
        read(tmp_path / "a.tflite")


def outcome(path):
    """Whether a file that may be damaged is "read" or "refused"; anything else that it does fails the test."""
    started = time.monotonic()
    try:
        graphs = read(path)
    except FormatError as error:
        words, graphs = str(error), {}
        told = str(path) in words and "\n" not in words
    else:
        told = True
    for graph in graphs.values():
        check_graph(graph)
        fold_quiet(graph)
    assert told
    assert time.monotonic() - started < 20
    return "read" if graphs else "refused"


def test_a_truncated_file_gets_one_sentence(models, tmp_path):
    whole = (models / "loop.tflite").read_bytes()
    outcomes = []
    for size in range(0, len(whole), 37):
        (tmp_path / "a.tflite").write_bytes(whole[:size])
        outcomes.append(outcome(tmp_path / "a.tflite"))

    assert set(outcomes[:-20]) == {"refused"}


@pytest.mark.parametrize("name", ["loop", "cnn"])
def test_a_file_with_changed_bytes_is_read_or_refused(models, tmp_path, name):
    whole = (models / f"{name}.tflite").read_bytes()
    chance = random.Random(1)
    outcomes = set()
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            place = chance.randrange(len(changed))
            changed[place : place + 4] = chance.choice((b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", chance.randbytes(4)))
        (tmp_path / "a.tflite").write_bytes(changed)
        outcomes.add(outcome(tmp_path / "a.tflite"))

    assert outcomes == {"read", "refused"}


def test_weights_of_a_place_that_is_not_there_get_one_sentence(models):
    for where in ("9/9", "0/0", "a", "0/99999", ""):
        with pytest.raises(FormatError):
            read_weights(models / "mlp.tflite", where)


def hand_made(tensors, operators, buffers=(), inputs=(), outputs=(), codes=("CUSTOM",)):
    """A model of one subgraph, packed. Tensors are (name, dtype, shape, buffer), operators (code, inputs, outputs)."""
    import flatbuffers

    made = schema()
    numbers = {name: number for number, name in enum_names("BuiltinOperator").items()}
    dtypes = {name.lower(): number for number, name in enum_names("TensorType").items()}
    graph = made.SubGraphT(inputs=list(inputs), outputs=list(outputs), name=b"main")
    graph.tensors = [
        made.TensorT(name=name, type=dtypes[dtype], shape=list(shape), buffer=buffer, hasRank=True)
        for name, dtype, shape, buffer in tensors
    ]
    graph.operators = [
        made.OperatorT(opcodeIndex=code, inputs=list(ins), outputs=list(outs)) for code, ins, outs in operators
    ]
    model = made.ModelT(version=3, subgraphs=[graph])
    model.operatorCodes = [
        made.OperatorCodeT(builtinCode=numbers.get(code, numbers["CUSTOM"]), deprecatedBuiltinCode=0, customCode=code)
        for code in codes
    ]
    model.buffers = [made.BufferT()]
    for content in buffers:
        at = isinstance(content, tuple)
        model.buffers.append(
            made.BufferT(offset=content[0], size=content[1]) if at else made.BufferT(data=list(content))
        )
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def read_one(path, content):
    path.write_bytes(content)
    (graph,) = read(path).values()
    check_graph(graph)
    view(fold_quiet(graph), frozenset())
    return graph


def test_a_custom_operator_is_shown_by_its_name(tmp_path):
    tensors = [("x", "float32", (2,), 0), ("y", "float32", (2,), 0)]
    graph = read_one(tmp_path / "a.tflite", hand_made(tensors, [(0, [0], [1])], (), [0], [1], ("MyOwnOp",)))

    assert [op.type for op in operators(graph)] == ["MyOwnOp"]
    assert list(read(tmp_path / "a.tflite")) == ["main"]


def test_values_of_half_bytes_text_and_places_behind_the_tables_are_read(tmp_path):
    text = b"".join(number.to_bytes(4, "little") for number in (2, 16, 18, 21)) + "abüc".encode()
    buffers = [bytes([0x21, 0xF3]), text, (10**6, 8), bytes(4)]
    tensors = [
        ("four", "int4", (3,), 1),
        ("words", "string", (2,), 2),
        ("far", "float32", (2,), 3),
        ("short", "float32", (5,), 4),
        ("y", "float32", (2,), 0),
    ]
    content = hand_made(tensors, [(0, [0, 1, 2, 3], [4])], buffers, [], [4])
    path = tmp_path / "a.tflite"
    graph = read_one(path, content.ljust(10**6, b"\0") + np.array([1, 2], "float32").tobytes())

    assert graph.op("four").attrs["value"] == [1, 2, 3]
    assert graph.op("words").attrs["value"] == ["ab", "üc"]
    assert graph.op("far").attrs["value"] == [1.0, 2.0]
    assert read_weights(path, graph.weights["four"]).dtype == np.int8
    assert graph.op("short").problem == (
        "Its values cannot be read: the 4 bytes of 'short' do not fit its shape; it may be sparse."
    )


def test_values_behind_the_end_of_the_file_are_a_cut(tmp_path):
    (tmp_path / "a.tflite").write_bytes(hand_made([("far", "float32", (2,), 1)], [], [(10**6, 8)]))

    with pytest.raises(FormatError, match="it is truncated"):
        read(tmp_path / "a.tflite")


def test_the_problem_of_an_operator_is_reported_and_the_rest_is_kept(tmp_path):
    tensors = [("x", "float32", (2,), 0), ("y", "float32", (2,), 0), ("y", "float32", (2,), 0)]
    wrong = [(0, [0, 2, 99], [1]), (9, [1, -1, 0], []), (0, [], [-7])]
    graph = read_one(tmp_path / "a.tflite", hand_made(tensors, wrong, (), [0], [1]))

    assert [op.type for op in operators(graph)] == ["CUSTOM", "OPERATOR_9", "CUSTOM"]
    assert graph.op("y").problem == "It reads 'y', 'tensor 99', which nothing in the file produces."
    assert [op.attrs.get("inputs_given") for op in operators(graph)] == [None, [0, 2], None]


def test_small_weights_are_counted_or_a_note_tells_of_them(tmp_path):
    layers = [keras.layers.Dense(8), keras.layers.LayerNormalization(), keras.layers.Dense(3)]
    plain = keras.Sequential([keras.Input((8,)), *layers])
    numbers = np.random.default_rng(0)  # what begins as zero or one the converter leaves out
    plain.set_weights([numbers.random(weight.shape) for weight in plain.weights])
    limits = tf.function(lambda x: tf.maximum(x, [0.5, 1.5, 2.5, 3.5]))
    concrete = limits.get_concrete_function(tf.TensorSpec((1, 4)))
    converter = tf.lite.TFLiteConverter
    (tmp_path / "plain.tflite").write_bytes(converter.from_keras_model(plain).convert())
    (tmp_path / "limits.tflite").write_bytes(converter.from_concrete_functions([concrete]).convert())

    (counted,) = read(tmp_path / "plain.tflite").values()
    (told,) = read(tmp_path / "limits.tflite").values()

    assert (counted.parameters, counted.notes) == (plain.count_params(), ())
    assert told.notes == (
        "Not among the parameters: 1 small constant of 4 numbers in all. "
        "The file does not say whether they were learned.",
    )
