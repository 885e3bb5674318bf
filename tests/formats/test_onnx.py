"""ONNX files against the onnx package: its shapes, its values, and models that are damaged."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time

import numpy as np
import pytest

from graphlab.errors import FormatError, GraphlabError
from graphlab.explain import explain, family
from graphlab.formats import load, nested, read, read_weights
from graphlab.formats.check import check_graph
from graphlab.formats.onnx import shapes as onnx_shapes
from graphlab.graph import Tensor, Variable
from graphlab.inspector import inspect
from graphlab.processes.worker import Worker, WorkerDied
from graphlab.view import fold_nothing, fold_quiet, view

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
OPSETS = [helper.make_opsetid("", 18), helper.make_opsetid("my.ops", 1), helper.make_opsetid("com.microsoft", 1)]


class NearWorker:
    """Answers in this process: a child for each test would take most of its time."""

    def __init__(self, module):
        assert module == onnx_shapes.MODULE

    def ask(self, request, timeout_s):
        try:
            return onnx_shapes.answer_infer(request, print)
        except Exception as error:
            raise GraphlabError(str(error)) from error

    def close(self):
        pass


@pytest.fixture(autouse=True)
def near(monkeypatch):
    monkeypatch.setattr(onnx_shapes, "Worker", NearWorker)


def info(name, kind=FLOAT, shape=(None, 3)):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)


def number(name, value):
    return constant(name, np.float32(value))


def model_of(nodes, inputs, outputs, initializers=(), functions=(), **attributes):
    graph = helper.make_graph(nodes, "net", inputs, outputs, list(initializers))
    model = helper.make_model(graph, opset_imports=OPSETS, functions=list(functions), **attributes)
    model.ir_version = 9
    return model


def own_function(name, nodes):
    return helper.make_function("my.ops", name, ["a"], ["o"], nodes, OPSETS[:2])


def image_network():
    nodes = [
        helper.make_node("Conv", ["x", "kernel", "bias"], ["c"], name="/body/conv/Conv", strides=[2, 2], pads=[1] * 4),
        helper.make_node("Relu", ["c"], ["r"], name="/body/relu/Relu"),
        helper.make_node("GlobalAveragePool", ["r"], ["p"], name="/head/Pool"),
        helper.make_node("Flatten", ["p"], ["f"], name="/head/Flatten"),
        helper.make_node("Gemm", ["f", "w"], ["g"], name="/head/Gemm", transB=1),
        helper.make_node("Add", ["g", "one"], ["y"], name="/head/Add"),
    ]
    initializers = [
        constant("kernel", np.ones((8, 3, 3, 3), np.float32)),
        constant("bias", np.zeros(8, np.float32)),
        constant("w", np.ones((5, 8), np.float32)),
        number("one", 1),
    ]
    return model_of(nodes, [info("x", shape=("batch", 3, 32, 32))], [info("y", shape=None)], initializers)


def nested_model():
    """A branch and a loop that read what is around them, a scan, and a function of the model's own."""
    branches = {
        "then_branch": helper.make_graph(
            [helper.make_node("Mul", ["x", "two"], ["t"], name="Mul")], "t", [], [info("t")]
        ),
        "else_branch": helper.make_graph(
            [helper.make_node("Sub", ["x", "two"], ["e"], name="Sub")], "e", [], [info("e")]
        ),
    }
    branches["then_branch"].initializer.append(number("two", 2))
    branches["else_branch"].initializer.append(number("two", 2))
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["go_on"]),
            helper.make_node("Add", ["v", "x"], ["v_next"], name="Add"),
            helper.make_node("Neg", ["v_next"], ["kept"], name="Neg"),
        ],
        "body",
        [info("round", INT64, ()), info("going", BOOL, ()), info("v")],
        [info("go_on", BOOL, ()), info("v_next"), info("kept")],
    )
    step = helper.make_graph(
        [helper.make_node("Add", ["state", "row"], ["sum"], name="Sum"), helper.make_node("Abs", ["sum"], ["row_out"])],
        "step",
        [info("state", shape=(3,)), info("row", shape=(3,))],
        [info("sum", shape=(3,)), info("row_out", shape=(3,))],
    )
    inner = [helper.make_node("MatMul", ["a", "w"], ["m"]), helper.make_node("Relu", ["m"], ["o"])]
    linear = helper.make_function("my.ops", "Linear", ["a", "w"], ["o"], inner, [helper.make_opsetid("", 18)])
    nodes = [
        helper.make_node("Linear", ["x", "W"], ["l"], name="first", domain="my.ops"),
        helper.make_node("ReduceSum", ["l"], ["s"], keepdims=0),
        helper.make_node("Greater", ["s", "zero"], ["c"], name="Greater"),
        helper.make_node("If", ["c"], ["i"], name="If", **branches),
        helper.make_node("Loop", ["four", "", "i"], ["last", "all"], name="Loop", body=body),
        helper.make_node("Scan", ["start", "i"], ["end", "rows"], name="Scan", body=step, num_scan_inputs=1),
        helper.make_node("Gelu", ["rows"], ["y"], name="Gelu", domain="com.microsoft"),
    ]
    initializers = [
        constant("W", np.ones((3, 3), np.float32)),
        number("zero", 0),
        constant("four", np.int64(4)),
        constant("start", np.zeros(3, np.float32)),
    ]
    outputs = [info("y", shape=None), info("all", shape=None)]
    return model_of(nodes, [info("x")], outputs, initializers, [linear])


def saved(model, folder, name="a.onnx"):
    path = folder / name
    path.write_bytes(model.SerializeToString())
    return path


def saved_graph(model, folder):
    graph = load(saved(model, folder))
    check_graph(graph)
    for fold in (fold_quiet, fold_nothing):
        view(fold(graph), frozenset(graph.groups))
    return graph


def nodes_of(graph):
    """The file's own nodes outside of bodies: without what stands for inputs, constants and results."""
    calls = tuple(f"{body.call}/" for body in graph.bodies)
    ops = [op for op in graph.ops() if op.type not in ("Placeholder", "Const") and op.id not in graph.output_ids]
    return [op for op in ops if not op.id.startswith(calls)]


@pytest.mark.parametrize("make", [image_network, nested_model])
def test_nodes_and_shapes_are_those_of_the_onnx_package(tmp_path, make):
    model = make()
    graph = saved_graph(model, tmp_path)
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = {found.name: found.type.tensor_type for found in (*inferred.value_info, *inferred.input, *inferred.output)}

    assert [op.type.rpartition(".")[2] for op in nodes_of(graph)] == [node.op_type for node in model.graph.node]
    for op, node in zip(nodes_of(graph), model.graph.node, strict=True):
        for tensor, name in zip(op.outputs, node.output, strict=True):
            found = shapes[name]
            known = None if not found.HasField("shape") else tuple(dim.dim_value or None for dim in found.shape.dim)
            assert tensor.shape == known
            assert (tensor.dtype == "float32") == (found.elem_type == FLOAT)


def test_every_edge_of_a_plain_model_has_dtype_and_sizes(tmp_path):
    graph = saved_graph(image_network(), tmp_path)
    tensors = {str(data["tensor"]) for _, _, data in graph.edges(data=True)}

    assert tensors == {
        "float32[?,3,32,32]",
        "float32[8,3,3,3]",
        "float32[8]",
        "float32[?,8,16,16]",
        "float32[?,8,1,1]",
        "float32[?,8]",
        "float32[5,8]",
        "float32[?,5]",
        "float32[]",
    }


def test_inputs_results_and_versions_are_named(tmp_path):
    graph = saved_graph(image_network(), tmp_path)

    assert graph.input_ids == ("x",)
    assert graph.op("x").attrs == {"sizes": ["batch", 3, 32, 32]}
    assert [graph.facts.names[op_id] for op_id in graph.output_ids] == ["y"]
    assert graph.facts.versions == {"ONNX": "IR 9", "opset": "18", "opset my.ops": "1", "opset com.microsoft": "1"}
    assert graph.name == "net"
    assert graph.notes == ()


def test_initializers_are_variables_and_small_factors_constants(tmp_path):
    graph = saved_graph(image_network(), tmp_path)
    variables = {op.id: op.variable for op in graph.ops() if op.variable}

    assert variables == {
        "kernel": Variable("kernel", (8, 3, 3, 3), "float32", False, 216),
        "bias": Variable("bias", (8,), "float32", False, 8),
        "w": Variable("w", (5, 8), "float32", False, 40),
    }
    assert graph.parameters == 264
    assert graph.op("one").attrs == {"value": 1.0}


def test_names_give_groups_and_a_weight_keeps_its_box(tmp_path):
    graph = saved_graph(image_network(), tmp_path)
    folded = fold_quiet(graph)

    assert graph.op("/head/Gemm").path == ("head/",)
    assert {"kernel", "bias", "w"} <= set(folded.paths)
    assert folded.stands_for["one"] == "/head/Add"


def test_words_and_colours_are_those_of_the_same_op_in_tensorflow(tmp_path):
    graph = saved_graph(image_network(), tmp_path)
    convolution = explain(graph, "/body/conv/Conv")

    assert convolution.sentence == (
        "Slides 8 filters of 3 × 3 × 3 numbers over the image in steps of 2: 16 × 16 results for each filter."
    )
    assert convolution.flops == 2 * 16 * 16 * 8 * 27
    assert explain(graph, "/head/Gemm").sentence == (
        "Multiplies each input row (8 numbers) by the weights: one sum for each of the 5 outputs."
    )
    assert explain(graph, "/head/Gemm").flops == 2 * 8 * 5
    assert explain(graph, "w").sentence == "The weights `w`: 5 × 8 numbers (40), stored in the file."
    assert [family(op.type) for op in nodes_of(graph)] == ["math", "activation", "math", "shape", "math", "math"]


def test_branches_read_values_around_them(tmp_path):
    graph = saved_graph(nested_model(), tmp_path)

    assert [(body.role, body.first_input) for body in graph.bodies if body.call == "If"] == [("then", 1), ("else", 1)]
    assert graph.op("If/then/Mul").inputs == (("x", 0), ("If/then/two", 0))
    assert graph.op("If/else/Sub").inputs == (("x", 0), ("If/else/two", 0))
    assert graph.op("If").outputs == (Tensor("float32", (None, 3)),)


def test_a_loop_carries_its_values_and_gathers_results(tmp_path):
    graph = saved_graph(nested_model(), tmp_path)
    (body,) = [body for body in graph.bodies if body.call == "Loop"]
    folded = fold_quiet(graph)

    assert body.args == ("Loop/body/going", "Loop/body/v")
    assert body.results == (("Loop/body/go_on", 0), ("Loop/body/Add", 0), ("Loop/body/Neg", 0))
    assert graph.op("Loop").inputs[body.first_input :][1] == ("If", 0)
    assert folded.carried == {"Loop/body/v": "If", "Scan/body/state": "start"}
    assert ("Loop/body/Neg", "all") in {(wire.src, wire.dst) for wire in folded.wires}


def test_a_scan_hands_slices_to_its_body(tmp_path):
    graph = saved_graph(nested_model(), tmp_path)
    (body,) = [body for body in graph.bodies if body.call == "Scan"]

    assert body.args == ("Scan/body/state",)
    assert graph.op("Scan/body/row").inputs == (("If", 0),)
    assert graph.op("Scan/body/row").outputs == (Tensor("float32", (3,)),)


def test_a_function_of_the_model_is_in_place_with_the_shapes_of_its_call(tmp_path):
    graph = saved_graph(nested_model(), tmp_path)
    (body,) = [body for body in graph.bodies if body.role == "function"]

    assert graph.op("first").type == "my.ops.Linear"
    assert graph.groups[body.group].label == "Linear"
    assert body.args == ("first/a", "first/w")
    assert graph.op("first/m").outputs == (Tensor("float32", (None, 3)),)
    assert graph.op("Gelu").type == "com.microsoft.Gelu"


def test_attributes_of_a_call_reach_the_shapes_inside_its_function(tmp_path):
    node = helper.make_node("Flatten", ["a"], ["o"])
    node.attribute.add(name="axis", ref_attr_name="cut", type=onnx.AttributeProto.INT)
    flat = helper.make_function("my.ops", "Flat", ["a"], ["o"], [node], [helper.make_opsetid("", 18)], ["cut"])
    call = helper.make_node("Flat", ["x"], ["y"], name="call", domain="my.ops", cut=2)
    graph = saved_graph(model_of([call], [info("x", shape=(2, 3, 4))], [info("y", shape=None)], (), [flat]), tmp_path)

    assert graph.op("call/o").outputs == (Tensor("float32", (6, 4)),)
    assert graph.op("call/o").attrs == {"axis": "the call's cut"}


def test_values_are_read_when_they_are_asked_for(tmp_path):
    model = nested_model()
    path = saved(model, tmp_path)
    graph = load(path)
    expected = {proto.name: numpy_helper.to_array(proto) for proto in model.graph.initializer}

    for name, values in expected.items():
        np.testing.assert_array_equal(read_weights(path, graph.weights[name]), values)
    assert read_weights(path, graph.weights["If/then/two"]) == 2.0


@pytest.mark.parametrize(
    "dtype", ["float16", "float64", "int8", "uint16", "bool", "complex64", "bfloat16", "float8_e4m3fn"]
)
def test_constants_of_every_dtype_are_read(tmp_path, dtype):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    values = np.ones((2, 2), getattr(ml_dtypes, dtype, dtype))
    node = helper.make_node("Constant", [], ["k"], name="k", value=constant("v", values))
    path = saved(model_of([node], [], [helper.make_empty_tensor_value_info("k")]), tmp_path)
    graph = load(path)

    assert graph.op("k").outputs == (Tensor(dtype, (2, 2)),)
    np.testing.assert_array_equal(read_weights(path, graph.weights["k"]).astype("complex64"), np.ones((2, 2)))


def test_constant_nodes_of_each_form_are_constants(tmp_path):
    forms = {"value_int": 3, "value_floats": [1.0, 2.0], "value_string": "text"}
    nodes = [helper.make_node("Constant", [], [name], name=name, **{name: value}) for name, value in forms.items()]
    graph = saved_graph(model_of(nodes, [], [helper.make_empty_tensor_value_info("value_int")]), tmp_path)

    assert {op.id: op.attrs["value"] for op in graph.ops() if op.type == "Const"} == forms


def external_model(location, **about):
    model = image_network()
    kernel = model.graph.initializer[0]
    kernel.ClearField("raw_data")
    kernel.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **about}.items():
        entry = kernel.external_data.add()
        entry.key, entry.value = key, str(value)
    return model


def test_values_in_a_file_beside_the_model_are_read_only_on_demand(tmp_path):
    path = saved(external_model("data/kernel.bin", offset=8, length=864), tmp_path)
    graph = load(path)

    assert graph.op("kernel").variable.parameters == 216
    with pytest.raises(FormatError, match="which does not exist"):
        read_weights(path, graph.weights["kernel"])
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kernel.bin").write_bytes(bytes(8) + np.arange(216, dtype=np.float32).tobytes())
    np.testing.assert_array_equal(read_weights(path, graph.weights["kernel"]).reshape(-1), np.arange(216))
    (tmp_path / "data" / "kernel.bin").write_bytes(bytes(100))
    with pytest.raises(FormatError, match="is truncated within the values"):
        read_weights(path, graph.weights["kernel"])


def test_less_than_no_bytes_of_values_are_refused(tmp_path):
    (tmp_path / "kernel.bin").write_bytes(bytes(864))
    path = saved(external_model("kernel.bin", length=-1), tmp_path)

    with pytest.raises(FormatError, match="have the impossible length -1"):
        read_weights(path, load(path).weights["kernel"])


@pytest.mark.parametrize("location", ["../secret.bin", "/etc/passwd", "link.bin", "", "."])
def test_a_file_outside_of_the_models_folder_is_never_opened(tmp_path, location):
    (tmp_path / "secret.bin").write_bytes(bytes(1000))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    path = saved(external_model(location), folder)

    with pytest.raises(FormatError, match="which does not exist"):
        read_weights(path, load(path).weights["kernel"])


def test_modules_that_pytorch_notes_are_groups(tmp_path):
    node = helper.make_node("Relu", ["x"], ["y"], name="node_relu")
    if not hasattr(node, "metadata_props"):
        pytest.skip("this onnx has no metadata of nodes")
    entry = node.metadata_props.add()
    entry.key, entry.value = "pkg.torch.onnx.name_scopes", "['', 'layers.0', 'layers.0.act', 'relu']"
    graph = saved_graph(model_of([node], [info("x")], [info("y")]), tmp_path)

    assert [graph.groups[group_id].label for group_id in graph.op("node_relu").path] == ["layers.0", "act"]


def test_the_problem_of_a_node_is_reported_and_the_rest_is_kept(tmp_path):
    nodes = [
        helper.make_node("Relu", ["nowhere"], ["a"], name="a"),
        helper.make_node("Relu", ["x"], ["b"], name="b"),
        helper.make_node("Neg", ["x"], ["b"], name="again"),
        helper.make_node("Add", ["c2", "x"], ["c"], name="c"),
        helper.make_node("Add", ["c", "x"], ["c2"], name="c2"),
        helper.make_node("NoSuchOp", ["b"], ["y"], name="unknown"),
        helper.make_node("If", [], ["z"], name="empty"),
        helper.make_node("Reshape", [], [], name="bare"),
    ]
    graph = saved_graph(model_of(nodes, [info("x")], [info("y")]), tmp_path)

    assert graph.op("a").problem == "It reads 'nowhere', which nothing in the file produces."
    assert graph.op("again").problem == "It produces 'b', which another op produces too."
    assert graph.op("unknown").inputs == (("b", 0),)
    assert graph.op("c").inputs == (("c2", 0), ("x", 0))


def test_functions_that_call_each_other_are_shown_once(tmp_path):
    functions = [
        own_function(name, [helper.make_node(other, ["a"], ["o"], domain="my.ops", name="call")])
        for name, other in (("A", "B"), ("B", "A"))
    ]
    call = helper.make_node("A", ["x"], ["y"], domain="my.ops", name="start")
    graph = saved_graph(model_of([call], [info("x")], [info("y")], (), functions), tmp_path)

    assert [op.id for op in graph.ops() if op.id.endswith("call")] == ["start/call", "start/call/call"]
    assert graph.notes == (
        "Shapes that are not in the file are missing, because its functions call each other endlessly.",
    )


def test_functions_that_double_at_each_level_end(tmp_path, monkeypatch):
    monkeypatch.setattr(nested, "MOST_OPS", 5000)
    functions = [own_function("f25", [helper.make_node("Relu", ["a"], ["o"])])]
    for depth in range(25):
        called = {"op_type": f"f{depth + 1}", "domain": "my.ops"}
        nodes = [helper.make_node(inputs=["a"], outputs=["m"], **called)]
        functions.append(own_function(f"f{depth}", [*nodes, helper.make_node(inputs=["m"], outputs=["o"], **called)]))
    call = helper.make_node("f0", ["x"], ["y"], domain="my.ops", name="start")
    path = saved(model_of([call], [info("x")], [info("y")], (), functions), tmp_path)
    graph = load(path)

    assert 4000 < graph.number_of_nodes() <= 5000
    assert graph.notes[-1].startswith("Some function bodies are omitted")


def test_an_inference_that_breaks_down_costs_only_the_shapes(tmp_path, monkeypatch):
    def die(worker, request, timeout_s):
        raise WorkerDied("gone")

    monkeypatch.setattr(NearWorker, "ask", die)
    graph = saved_graph(nested_model(), tmp_path)

    assert graph.op("If").type == "If"
    assert graph.notes == (
        "Shapes that are not in the file are missing, because "
        "ONNX cannot infer them (ONNX's shape inference crashes on this model).",
    )


def test_the_process_that_infers_gives_shapes_and_reasons(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_shapes, "Worker", Worker)
    bad = model_of([helper.make_node("Reshape", ["x"], ["z"])], [info("x")], [info("y")])
    with onnx_shapes.ShapeInference() as inference:
        inferred, why = inference.infer(image_network())
        nothing, reason = inference.infer(bad)

    assert [found.name for found in inferred.graph.value_info] == ["c", "r", "p", "f", "g"]
    assert why == ""
    assert nothing is None
    assert "Reshape" in reason


def test_a_file_with_all_its_shapes_needs_no_inference(tmp_path, monkeypatch):
    model = onnx.shape_inference.infer_shapes(image_network(), data_prop=True)
    monkeypatch.delattr(NearWorker, "ask")
    graph = saved_graph(model, tmp_path)

    assert graph.op("/head/Gemm").outputs == (Tensor("float32", (None, 5)),)


def test_without_the_package_one_sentence_says_how_to_get_it(tmp_path):
    path = saved(image_network(), tmp_path)
    code = (
        "import sys; sys.modules['onnx'] = None\n"
        "from pathlib import Path; from graphlab.formats import read\n"
        "try: read(Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    printed = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout

    assert printed == f"FormatError reading {str(path)!r} requires the onnx package: pip install onnx\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x08\x09", "is not an ONNX model: it contains no graph"),
        (b"\xff" * 100, "is not an ONNX model, or it is truncated"),
        (b"\x89PNG\r\n" * 100, "is a picture, not a model; open a .keras"),
        (b"{}", "is JSON without a graph; open a .keras"),
        (b'{"graphs": []}', "looks like JSON; rename it to 'a.json' to open it"),
    ],
)
def test_another_file_gets_one_sentence(tmp_path, content, words):
    (tmp_path / "a.onnx").write_bytes(content)

    with pytest.raises(FormatError, match=words):
        read(tmp_path / "a.onnx")


@pytest.mark.parametrize(("name", "damaged"), [(b"/head/Pool", b"\xff\xfe\xff\xff\xff/Pool"), (b"batch", b"b\xfftch")])
def test_names_that_are_no_text_are_damage(tmp_path, name, damaged):
    content = image_network().SerializeToString().replace(name, damaged)
    (tmp_path / "a.onnx").write_bytes(content)

    with pytest.raises(FormatError, match="some names are not valid UTF-8"):
        read(tmp_path / "a.onnx")


def test_a_truncated_or_changed_file_is_read_or_refused(tmp_path):
    whole = nested_model().SerializeToString()
    chance = random.Random(1)
    path = tmp_path / "a.onnx"
    outcomes = set()
    for _ in range(80):
        changed = bytearray(whole)
        place = chance.randrange(len(changed))
        changed[place : place + chance.choice((1, 4))] = chance.choice((b"", b"\0", b"\xff\xff", chance.randbytes(3)))
        if chance.random() < 0.2:
            del changed[chance.randrange(len(changed)) :]
        path.write_bytes(changed)
        started = time.monotonic()
        try:
            graphs = read(path)
        except FormatError as error:
            outcomes.add("\n" in str(error))
        else:
            for graph in graphs.values():
                check_graph(graph)
                view(fold_quiet(graph), frozenset(graph.groups))
            outcomes.add("read")
        assert time.monotonic() - started < 20

    assert outcomes == {False, "read"}


@pytest.mark.parametrize("where", ["", "[]", '["i99"]', '["n0:value"]', json.dumps(["n3:body", "i0"]), '["f0", "i0"]'])
def test_weights_of_a_place_that_is_not_there_get_one_sentence(tmp_path, where):
    path = saved(image_network(), tmp_path)

    with pytest.raises(FormatError):
        read_weights(path, where)


def test_the_inspector_says_nothing_of_tensorflow_about_an_onnx_model(tmp_path):
    told = str(inspect(fold_quiet(saved_graph(image_network(), tmp_path)), "w"))

    assert "stored in the file" in told
    assert "TensorFlow" not in told
    assert "trained" not in told


def test_ops_for_each_element_of_a_sequence_are_in_its_group(tmp_path):
    body = helper.make_graph([helper.make_node("Neg", ["e"], ["n"], name="Neg")], "each", [info("e")], [info("n")])
    nodes = [
        helper.make_node("SequenceConstruct", ["x", "x"], ["s"], name="make"),
        helper.make_node("SequenceMap", ["s"], ["m"], name="map", body=body),
        helper.make_node("SequenceAt", ["m", "first"], ["y"], name="at"),
    ]
    model = model_of(nodes, [info("x")], [info("y", shape=None)], [constant("first", np.int64(0))])
    graph = saved_graph(model, tmp_path)
    wires = {(wire.src, wire.dst) for wire in fold_quiet(graph).wires}

    assert graph.op("map/step/Neg").path == ("map/", "map/step/")
    assert {("make", "map"), ("map", "at")} <= wires
    assert str(graph.op("make").outputs[0]) == "float32[?,3]"
