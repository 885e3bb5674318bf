"""Input sizes for model files: the inferred sizes equal those of TensorFlow and ONNX."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphlab.graph import GraphFacts

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.tf

import keras  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import TensorProto, helper, numpy_helper, shape_inference  # noqa: E402
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2  # noqa: E402

import graphlab  # noqa: E402
from graphlab.errors import SourceError  # noqa: E402
from graphlab.explain import op_work, total_work, why_unknown  # noqa: E402
from graphlab.formats import read, save, takes_inputs  # noqa: E402
from graphlab.graph import Graph, Op, Tensor, build_graph  # noqa: E402
from graphlab.loading.input_sizes import graphs_for  # noqa: E402
from graphlab.sources import parse_source  # noqa: E402
from graphlab.sources.inputs import parse_inputs  # noqa: E402
from graphlab.store.stored_graphs import cache_folder  # noqa: E402
from tests.support.profiler import profile  # noqa: E402

layers = keras.layers
IMAGE = (2, 64, 48, 3)
GIVEN = "image=float32[2,64,48,3]"


def image_network() -> keras.Model:
    """Every kind of window, with strides, dilations and both paddings, on images of any size."""
    image = keras.Input((None, None, 3), name="image")
    x = layers.Conv2D(8, 3, padding="same", strides=2, activation="relu")(image)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.Add()([x, layers.DepthwiseConv2D(3, padding="same")(x)])
    x = layers.Conv2D(12, 3, dilation_rate=2)(layers.ZeroPadding2D(1)(x))
    x = layers.Conv2DTranspose(6, 3, strides=2, padding="same")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.GlobalAveragePooling2D()(layers.Concatenate()([x, x]))
    model = keras.Model(image, layers.Dense(5)(x), name="net")
    model.compile("sgd", "mse")
    return model


def text_network() -> keras.Model:
    """Attention, a convolution and a loop over texts of any length."""
    ids = keras.Input((None,), dtype="int32", name="ids")
    x = layers.LayerNormalization()(layers.Embedding(50, 16)(ids))
    x = layers.Conv1D(8, 3, padding="causal")(layers.MultiHeadAttention(2, 8)(x, x))
    x = layers.GlobalMaxPooling1D()(layers.LSTM(6, return_sequences=True)(x))
    return keras.Model(ids, layers.Dense(2, activation="softmax")(x), name="text")


def frozen(model: keras.Model) -> tf.compat.v1.GraphDef:
    specs = [tf.TensorSpec(tensor.shape, tensor.dtype, name=tensor.name) for tensor in model.inputs]
    concrete = tf.function(lambda *x: model(*x, training=False)).get_concrete_function(*specs)
    return convert_variables_to_constants_v2(concrete, lower_control_flow=False).graph.as_graph_def()


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """The networks in every format that TensorFlow and Keras write."""
    folder = tmp_path_factory.mktemp("files")
    keras.utils.clear_session()
    for model in (image_network(), text_network()):
        (folder / f"{model.name}.pb").write_bytes(frozen(model).SerializeToString())
        model.save(folder / f"{model.name}.keras")
        model.export(folder / model.name, verbose=False)
    net = keras.saving.load_model(folder / "net.keras")
    net.save(folder / "net.h5")
    (folder / "net.tflite").write_bytes(tf.lite.TFLiteConverter.from_keras_model(net).convert())
    save(graphlab.trace(net), folder / "net.json")
    return folder


def shown(path: Path, *inputs: str) -> dict[str, Graph]:
    """As the process that reads files has them."""
    specs = parse_inputs(inputs)
    graphs = read(path, inputs=specs)
    return dict(graphs) if not specs or takes_inputs(path) else graphs_for(graphs, specs)


def main_of(path: Path, *inputs: str) -> Graph:
    return next(iter(shown(path, *inputs).values()))


def with_placeholder(path: Path, name: str, spec: tf.TensorSpec) -> tf.Graph:
    """TensorFlow's own graph of a frozen file for an input of known sizes."""
    graph_def = tf.compat.v1.GraphDef.FromString(path.read_bytes())
    for node in graph_def.node:
        node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default() as graph:
        placeholder = tf.compat.v1.placeholder(spec.dtype, spec.shape)
        tf.import_graph_def(graph_def, input_map={f"{name}:0": placeholder}, name="")
    return graph


def shapes_of(graph: Graph) -> dict[tuple[str, int], tuple[int | None, ...] | None]:
    handles = ("resource", "variant")
    return {
        (op.id, port): tensor.shape
        for op in graph.ops()
        for port, tensor in enumerate(op.outputs)
        if tensor.dtype not in handles
    }


@pytest.mark.parametrize(
    ("name", "given", "spec"),
    [
        ("net", GIVEN, tf.TensorSpec(IMAGE, tf.float32, name="image")),
        ("net", "image=float32[1,97,33,3]", tf.TensorSpec((1, 97, 33, 3), tf.float32, name="image")),
        ("text", "ids=int32[2,11]", tf.TensorSpec((2, 11), tf.int32, name="ids")),
    ],
)
def test_a_frozen_graphs_shapes_and_flops_are_those_that_tensorflow_finds(files, name, given, spec):
    graph = main_of(files / f"{name}.pb", given)
    theirs = with_placeholder(files / f"{name}.pb", spec.name, spec)
    known = {
        (op.name, port): tuple(tensor.shape.as_list())
        for op in theirs.get_operations()
        for port, tensor in enumerate(op.outputs)
        if tensor.shape.rank is not None and tensor.dtype not in (tf.resource, tf.variant)
    }
    ours = shapes_of(graph)

    compared = [end for end in known if end in ours]
    assert len(compared) > 100
    assert {end: ours[end] for end in compared if None not in known[end]} == {
        end: known[end] for end in compared if None not in known[end]
    }
    counted = profile(theirs)
    assert sum(counted.values()) > 10_000
    loops = {op.id for op in graph.ops() if op.type in ("While", "StatelessWhile")}
    assert {op_id: op_work(graph, op_id) for op_id in counted if op_id not in loops} == {
        op_id: count for op_id, count in counted.items() if op_id not in loops
    }
    assert total_work(graph).flops is not None


def test_every_format_counts_the_same_network_alike(files):
    live = graphlab.trace(keras.saving.load_model(files / "net.keras"), "float32[2,64,48,3]")
    expected = total_work(live).flops
    assert expected is not None
    assert expected > 1_000_000

    assert total_work(main_of(files / "net.keras", GIVEN)).flops == expected
    assert total_work(main_of(files / "net.h5", GIVEN)).flops == expected
    # Where the file's graph computes its shapes by ops, those few are counted too.
    for name in ("net", "net.pb", "net.json"):
        found = total_work(main_of(files / name, GIVEN)).flops or 0
        assert expected <= found < expected + 100, name


def test_the_train_step_of_a_keras_file_is_that_of_the_sizes(files):
    graphs = shown(files / "net.keras", GIVEN)
    live = graphlab.trace(keras.saving.load_model(files / "net.keras"), "float32[2,64,48,3]", graph="train_step")

    assert [*graphs] == ["forward", "train_step"]
    assert total_work(graphs["train_step"]).flops == total_work(live).flops


def test_a_saved_models_signatures_take_the_sizes_and_keep_their_ops_and_edges(files):
    before, after = shown(files / "net"), shown(files / "net", GIVEN)

    assert [*after] == [*before]
    for name, graph in after.items():
        assert [*graph.nodes] == [*before[name].nodes]
        assert [*graph.edges] == [*before[name].edges]
        assert graph.groups == before[name].groups
    main = after["serving_default"]
    assert (
        why_unknown(before["serving_default"], total_work(before["serving_default"])) == "height and width are unknown"
    )
    assert main.op(main.output_ids[0]).outputs[0].shape == (2, 5)
    assert all(None not in (shape or ()) for shape in shapes_of(main).values())
    source, target, edge = next(iter(main.out_edges(main.input_ids[0], data=True)))
    assert str(edge["tensor"]) == "float32[2,64,48,3]", (source, target)


def test_a_lite_models_shapes_are_those_of_the_interpreter(files):
    interpreter = tf.lite.Interpreter(
        model_path=str(files / "net.tflite"),
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, IMAGE)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, np.zeros(IMAGE, np.float32))
    interpreter.invoke()
    real = {found["name"]: tuple(found["shape"].tolist()) for found in interpreter.get_tensor_details()}

    graph = main_of(files / "net.tflite", GIVEN)
    named = {op.attrs["tensor_name"]: op.outputs[0].shape for op in graph.ops() if "tensor_name" in op.attrs}
    assert len(named) > 40
    assert named == {name: real[name] for name in named}
    assert total_work(graph).flops is not None


def onnx_network(path: Path) -> onnx.ModelProto:
    """A network whose height and width have names, with a second input that shares the batch's."""
    nodes = [
        helper.make_node("Conv", ["x", "kernel"], ["c"], strides=[2, 2], pads=[1] * 4),
        helper.make_node("MaxPool", ["c"], ["m"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("GlobalAveragePool", ["m"], ["p"]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["g"], transB=1),
        helper.make_node("Add", ["g", "shift"], ["y"]),
    ]
    weights = {"kernel": np.ones((8, 3, 3, 3), np.float32), "w": np.ones((5, 8), np.float32)}
    graph = helper.make_graph(
        nodes,
        "net",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, "height", "width"]),
            helper.make_tensor_value_info("shift", TensorProto.FLOAT, ["n", 5]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 5])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return model


def test_an_onnx_models_shapes_are_those_of_onnx_and_a_named_size_is_one_number(tmp_path):
    model = onnx_network(tmp_path / "net.onnx")
    for info, shape in zip(model.graph.input, ((4, 3, 32, 40), (4, 5)), strict=True):
        for dim, size in zip(info.type.tensor_type.shape.dim, shape, strict=True):
            dim.dim_value = size
    inferred = shape_inference.infer_shapes(model).graph
    expected = {
        info.name: tuple(dim.dim_value for dim in info.type.tensor_type.shape.dim)
        for info in (*inferred.value_info, *inferred.input)
    }

    graph = main_of(tmp_path / "net.onnx", "x=float32[4,3,32,40]")
    ours = {op.id: op.outputs[0].shape for op in graph.ops()}

    assert {name: ours[name] for name in expected if name in ours} == {
        name: shape for name, shape in expected.items() if name in ours
    }
    assert ours["shift"] == (4, 5)
    assert len(expected) == 7
    convolution = 4 * 16 * 20 * 8 * 2 * 27
    pooling, mean = 4 * 8 * 8 * 10 * 4, 4 * 8 * (8 * 10)
    assert total_work(graph).flops == pytest.approx(convolution + pooling + mean + 4 * 5 * 16 + 4 * 5, rel=1e-3)
    assert total_work(main_of(tmp_path / "net.onnx")).flops is None
    with pytest.raises(SourceError, match="n is one size in this model, so it cannot be both 4 and 3"):
        main_of(tmp_path / "net.onnx", "x=float32[4,3,32,40]", "shift=float32[3,5]")


@pytest.mark.parametrize("name", ["net", "net.pb", "net.tflite", "net.json"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            "image=float32[2,64,48,4]",
            r"image of this graph is float32\[\?,\?,\?,3\]: float32\[2,64,48,4\] does not fit",
        ),
        ("image=float32[2,64,48]", r"float32\[2,64,48\] does not fit"),
        ("image=int32[2,64,48,3]", r"int32\[2,64,48,3\] does not fit; use its dtype, and sizes only where it has \?"),
        ("picture=float32[2,64,48,3]", "the graph has no input 'picture'; it has image"),
    ],
)
def test_sizes_that_contradict_the_file_get_one_sentence(files, name, given, words):
    with pytest.raises(SourceError, match=words):
        shown(files / name, given)


@pytest.mark.parametrize("name", ["net.keras", "net.h5"])
@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (["image=float32[2,64,48,4]"], r"float32\[\?,\?,\?,3\]; float32\[2,64,48,4\] does not fit"),
        (["float32[2,64,48,3]", "float32[1]"], "has 1 inputs, 2 were given"),
        (["image=float32[2,2,2,3]"], "Negative dimension size|negative"),
    ],
)
def test_a_keras_file_refuses_what_the_live_model_refuses(files, name, inputs, words):
    with pytest.raises(SourceError, match=words):
        shown(files / name, *inputs)


def test_graphs_of_layers_or_weights_accept_no_sizes(files, tmp_path):
    model = keras.saving.load_model(files / "net.keras")
    model.save_weights(tmp_path / "net.weights.h5")
    lambdas = keras.Sequential([keras.Input((None, 3)), layers.Lambda(lambda x: x + 1)])
    lambdas.save(tmp_path / "lambda.keras")

    for name in ("net.weights.h5", "lambda.keras"):
        with pytest.raises(SourceError, match="sizes can be given only for a graph of ops; omit --input"):
            shown(tmp_path / name, "x=float32[2,4,3]")


def test_of_two_signatures_each_takes_its_own_input(tmp_path):
    class Module(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, None), name="a")])
        def f(self, a):
            return {"y": a @ tf.ones((4, 2))}

        @tf.function(input_signature=[tf.TensorSpec((None, None), name="b")])
        def g(self, b):
            return {"y": tf.matmul(b, b, transpose_b=True)}

    module = Module()
    tf.saved_model.save(module, str(tmp_path / "two"), signatures={"f": module.f, "g": module.g})
    graphs = shown(tmp_path / "two", "b=float32[3,7]")

    assert total_work(graphs["g"]).flops == 2 * 3 * 3 * 7
    assert graphs["f"].op(graphs["f"].input_ids[0]).outputs[0].shape == (None, None)
    both = shown(tmp_path / "two", "b=float32[3,7]", "a=float32[5,4]")
    assert total_work(both["f"]).flops == 2 * 5 * 2 * 4
    by_order = shown(tmp_path / "two", "float32[6,4]")
    assert [total_work(by_order[name]).flops for name in ("f", "g")] == [2 * 6 * 2 * 4, 2 * 6 * 6 * 4]


def test_a_graph_that_the_sizes_do_not_fit_says_so_in_a_copy():
    def taking(*shape: int | None) -> Graph:
        op = Op("x", "Placeholder", outputs=(Tensor("float32", shape),))
        return build_graph([op], [], GraphFacts(name="g", kind="function", inputs=("x",), outputs=("x",)))

    graphs = {"table": taking(None, 3), "row": taking(None)}
    found = graphs_for(graphs, parse_inputs(["float32[8,3]"]))

    assert found["table"].op("x").outputs[0].shape == (8, 3)
    assert found["row"].op("x").outputs[0].shape == (None,)
    (note,) = found["row"].notes
    assert note.startswith("Shown without the given sizes: the input x of this graph is float32[?]: float32[8,3] does ")
    assert [graph.notes for graph in graphs.values()] == [(), ()]


@pytest.mark.usefixtures("traced_by_one")
def test_the_commands_take_sizes_for_a_file_and_store_each_apart(command, files, tmp_path):
    path = str(files / "net")
    code, said, _ = command("info", path)
    assert not code
    assert "height and width are unknown; use --input" in said.replace("\n", " ")
    assert '--input "image=float32[?,224,224,3]"' in said

    code, said, complaint = command("info", path, "--input", GIVEN, "--json")
    assert not code, complaint
    found = json.loads(said)["graphs"]["serving_default"]
    assert found["flops"] == total_work(main_of(files / "net", GIVEN)).flops
    code, said, _ = command("export", path, "--input", GIVEN, "-o", str(tmp_path / "g.json"))
    assert not code
    exported = graphlab.load(tmp_path / "g.json")
    assert exported.op(exported.output_ids[0]).outputs[0].shape == (2, 5)

    code, said, complaint = command("info", path, "--input", "y=float32[1]")
    assert code == 2
    assert complaint.strip() == (
        "graphlab: 'net' cannot be shown for these inputs: the graph has no input 'y'; it has image"
    )


def test_the_stored_graph_of_other_sizes_is_another(files):
    path = str(files / "net.pb")
    assert cache_folder(parse_source(path)) != cache_folder(parse_source(path, (GIVEN,)))
