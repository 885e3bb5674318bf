"""Graphs to Model Explorer's JSON and back; if it is installed, its own files and page are the reference."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import replace

import pytest

from graphlab.errors import FormatError
from graphlab.formats import load, read, save
from graphlab.formats.model_explorer.own import from_collection, value_of
from graphlab.formats.model_explorer.write import spell, to_collection
from graphlab.formats.nested import MOST_CALLS_DEEP
from graphlab.formats.tensor_text import parse_tensor
from graphlab.graph import Body, GraphFacts, Group, Op, Tensor, build_graph
from graphlab.view import fold_nothing, fold_quiet, view
from tests.formats.test_node_link import assert_equal, small_graph
from tests.support.app_driver import free_port

FLOAT = Tensor("float32", (None, 3))
COUNT = Tensor("int64", ())
WINDOW = Tensor("variant", (), (COUNT,))


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ((COUNT, FLOAT), "int64[], float32[?,3]"),
        ((WINDOW,), "dataset of int64[]"),
        (
            (WINDOW, Tensor("variant", (), (WINDOW, FLOAT))),
            "dataset of int64[], dataset of (dataset of int64[], float32[?,3])",
        ),
    ],
)
def test_data_sets_in_elements_keep_their_own_elements(elements, words):
    tensor = Tensor("variant", (), elements)
    graph = build_graph([Op("data", "WindowDataset", outputs=(tensor,))], [])

    assert str(tensor) == words
    assert from_collection(to_collection(graph)).op("data").outputs == (tensor,)


def node(node_id, label, sources=(), outputs=("float32[-1,3]",), subgraphs=(), **attrs):
    """A node as Model Explorer's adapters write it; `sources` are (node, output) pairs."""
    return {
        "id": node_id,
        "label": label,
        "namespace": "",
        "attrs": [{"key": key, "value": value} for key, value in attrs.items()],
        "incomingEdges": [
            {"sourceNodeId": source, "sourceNodeOutputId": output, "targetNodeInputId": str(place)}
            for place, (source, output) in enumerate(sources)
        ],
        "outputsMetadata": [
            {"id": str(port), "attrs": [{"key": "tensor_shape", "value": text}]} for port, text in enumerate(outputs)
        ],
        "subgraphIds": list(subgraphs),
    }


def wait_for_port(port):
    """Wait until somebody listens there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)


def own_graph():
    """A call of a function that reads a value from outside, in groups with names that Model Explorer splits."""
    groups = ("a;b/", "a;b/c\\d/", "a;b/c\\d/f/", "a;b/c\\d/f/inner/")
    ops = [
        Op("x", "Placeholder", outputs=(FLOAT,)),
        Op("call", "PartitionedCall", groups[:3], (("x", 0), ("x", 0)), (FLOAT,), {"f": "f", "n": 3, "text": "3"}),
        Op("call/arg", "Placeholder", groups[:3], (), (FLOAT,)),
        Op("call/mul", "Mul", groups, (("call/arg", 0), ("x", 0)), (FLOAT,), problem="It is odd."),
        Op("data", "MapDataset", outputs=(Tensor("variant", (), (FLOAT, Tensor("int32", None))),)),
    ]
    return build_graph(
        ops,
        [("call", "data")],
        GraphFacts(
            name="main",
            kind="function",
            groups={group_id: Group(group_id, group_id[-3:-1]) for group_id in groups},
            bodies=(Body("call", "function", groups[2], ("call/arg",), (("call/mul", 0),)),),
            inputs=("x",),
            outputs=("call",),
            names={"x": "image"},
            notes=("Something is missing.",),
            versions={"tensorflow": "2.21.0"},
        ),
    )


@pytest.mark.parametrize("make", [small_graph, own_graph])
def test_a_graph_comes_back_equal(tmp_path, make):
    graph = make()
    save(graph, tmp_path / "net.me.json")

    assert_equal(load(tmp_path / "net.me.json"), graph)


def test_every_op_is_written_once_and_nothing_is_hidden():
    collection = to_collection(own_graph())

    assert [graph["id"] for graph in collection["graphs"]] == ["main", "main/a;b/c\\d/f"]
    assert [[node["id"] for node in graph["nodes"]] for graph in collection["graphs"]] == [
        ["x", "call", "data"],
        ["call/arg", "call/mul"],
    ]
    assert [graph["nodeLabelsToHide"] for graph in collection["graphs"]] == [[], []]
    assert collection["graphs"][0]["nodes"][1]["subgraphIds"] == ["main/a;b/c\\d/f"]


def test_a_node_has_its_groups_edges_shapes_layer_and_line():
    graph = small_graph()

    graph.facts = replace(graph.facts, bodies=())
    written = {node["id"]: node for node in to_collection(graph)["graphs"][0]["nodes"]}

    assert written["net/MatMul"]["namespace"] == "net"
    assert written["net/MatMul"]["incomingEdges"] == [
        {"sourceNodeId": "x", "sourceNodeOutputId": "0", "targetNodeInputId": "0"},
        {"sourceNodeId": "w", "sourceNodeOutputId": "0", "targetNodeInputId": "1"},
    ]
    assert written["x"]["outputsMetadata"] == [{"id": "0", "attrs": [{"key": "tensor_shape", "value": "float32[?,3]"}]}]
    assert {pair["key"]: pair["value"] for pair in written["net/MatMul"]["attrs"]} == {
        "transpose_a": "false",
        "keras layer": "net",
        "layer class": "Dense",
        "source line": "model.py:7",
        "source text": "return x @ w",
        "placed on": "/CPU:0",
    }


@pytest.mark.parametrize("value", ["a", "3", "null", '"', "[1", 3, 1.5, None, True, [1, [2]], {"a": "b"}, "[" * 5000])
def test_a_value_comes_back_from_its_text(value):
    assert value_of(spell(value)) == value


@pytest.mark.parametrize(
    ("text", "tensor"),
    [
        ("float32[?,256]", Tensor("float32", (None, 256))),
        ("float32[-1,3]", Tensor("float32", (None, 3))),
        ("int32", Tensor("int32", ())),
        ("float[]", Tensor("float32", ())),
        ("float32[..]", Tensor("float32", None)),
        ("tensor<1x?x3xbf16>", Tensor("bfloat16", (1, None, 3))),
        ("tensor<f32>", Tensor("float32", ())),
        ("tensor<*xui8>", Tensor("uint8", None)),
        ("", Tensor("unknown", None)),
        ("a, b", Tensor("unknown", None)),
        ("float32[" + "9" * 100 + "]", Tensor("float32", (None,))),
    ],
)
def test_a_tensor_is_read_from_text(text, tensor):
    assert parse_tensor(text) == tensor


@pytest.mark.parametrize("form", ["collection", "subgraphs", "graphs", "response"])
@pytest.mark.parametrize("name", ["a.json", "a.me.json"])
def test_each_form_of_file_is_recognised_by_its_contents(tmp_path, form, name):
    graphs = [{"id": "main", "nodes": [node("a", "Placeholder"), node("b", "Relu", [("a", "0")])]}]
    collection = {"label": "", "graphs": graphs}
    forms = {
        "collection": collection,
        "subgraphs": [{"label": "", "subgraphs": graphs}],
        "graphs": graphs,
        "response": {"graphCollections": [collection]},
    }
    (tmp_path / name).write_text(json.dumps(forms[form]))

    graph = load(tmp_path / name)

    assert [(op.id, op.type, op.inputs, op.outputs) for op in graph.ops()] == [
        ("a", "Placeholder", (), (FLOAT,)),
        ("b", "Relu", (("a", 0),), (FLOAT,)),
    ]


def test_graphs_that_nodes_go_into_are_bodies_in_place(tmp_path):
    inner = [node("0", "GraphInputs"), node("1", "relu", [("0", "0")]), node("2", "GraphOutputs", [("1", "0")])]
    main = [node("0", "GraphInputs"), node("1", "call", [("0", "0")], subgraphs=["inner"])]
    main.append(node("2", "GraphOutputs", [("1", "0")]))
    (tmp_path / "a.json").write_text(json.dumps([{"id": "main", "nodes": main}, {"id": "inner", "nodes": inner}]))

    graph = load(tmp_path / "a.json")

    assert [op.id for op in graph.ops()] == ["input 0", "call", "call/input 0", "call/relu"]
    assert graph.input_ids == ("input 0",)
    assert graph.output_ids == ("call",)
    assert graph.bodies == (Body("call", "function", "inner/", ("call/input 0",), (("call/relu", 0),)),)


def test_a_recursion_is_shown_once_and_a_deep_nest_ends(tmp_path):
    again = [node("a", "call", outputs=(), subgraphs=["again"])]
    deep = [
        {"id": f"g{depth}", "nodes": [node(label, "call", outputs=(), subgraphs=[f"g{depth + 1}"]) for label in "ab"]}
        for depth in range(100)
    ]
    (tmp_path / "a.json").write_text(json.dumps([{"id": "again", "nodes": again}]))
    (tmp_path / "deep.json").write_text(json.dumps(deep[:14]))
    (tmp_path / "deeper.json").write_text(json.dumps([{**graph, "nodes": graph["nodes"][:1]} for graph in deep]))

    assert [op.id for op in load(tmp_path / "a.json").ops()] == ["a"]
    assert load(tmp_path / "deep.json").number_of_nodes() == 2**15 - 2
    assert load(tmp_path / "deeper.json").number_of_nodes() == MOST_CALLS_DEEP + 1
    assert load(tmp_path / "deeper.json").notes == (
        "Some function bodies are omitted because the graph would be too large.",
    )


def test_the_problem_of_a_node_is_reported_and_the_rest_is_kept(tmp_path):
    nodes = [
        node("a", "Placeholder"),
        node("b", "Relu", [("a", "0"), ("gone", "0")]),
        node("c", "Relu", [("c", "0"), ("a", "99999999999")]),
        node("d", "If", subgraphs=["g", "h"]),
        "no node",
        {"id": "e"},
        node("b", "Neg", [("b", "0")]),
    ]
    others = [{"id": name, "nodes": [node("x", "Relu")]} for name in "gh"]
    (tmp_path / "a.json").write_text(json.dumps([{"id": "main", "nodes": nodes}, *others]))

    graph = load(tmp_path / "a.json")

    assert [op.id for op in graph.ops()] == ["a", "b", "c", "d", "e", "b#2"]
    assert graph.op("b").problem == "It reads 'gone', which nothing in the file produces."
    assert graph.op("c").inputs == (("c", 0),)
    assert graph.op("b#2").problem == "Another node of the file has the same id."
    for fold in (fold_quiet, fold_nothing):
        view(fold(graph), frozenset(graph.groups))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ('{"label": "a", "graphs": [', "is not valid JSON"),
        ("\x00\x07", "is not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("{}", "contains no Model Explorer graphs"),
        ('{"label": "a", "graphs": []}', "contains no Model Explorer graphs"),
        ('{"graphlab": 99, "graphs": [{"id": "a", "nodes": []}]}', "another version of graphlab"),
        ('{"graphlab": 2, "graphs": [{"id": "a", "nodes": []}]}', "is damaged"),
    ],
)
def test_an_invalid_file_is_reported_in_one_sentence(tmp_path, content, words):
    (tmp_path / "a.me.json").write_text(content)

    with pytest.raises(FormatError, match=words):
        read(tmp_path / "a.me.json")


@pytest.fixture(scope="session")
def traced(tmp_path_factory):
    """A traced loop with a conditional in it, its file, and a TensorFlow Lite model of it."""
    tf = pytest.importorskip("tensorflow")
    from graphlab.tracing.functions import trace_function

    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, name="x")])
    def loop(x):
        i = tf.constant(0)
        while i < 5:
            if tf.reduce_sum(x) > 0:
                x = tf.nn.relu(x @ tf.ones((3, 3)))
            i += 1
        return {"y": x}

    folder = tmp_path_factory.mktemp("model_explorer")
    converter = tf.lite.TFLiteConverter.from_concrete_functions([loop.get_concrete_function()], loop)
    (folder / "loop.tflite").write_bytes(converter.convert())
    graph = trace_function(loop, (), {})
    save(graph, folder / "loop.me.json")
    return graph, folder


@pytest.mark.tf
def test_a_traced_graph_comes_back_equal(traced):
    graph, folder = traced

    read_back = load(folder / "loop.me.json")

    assert list(read_back.ops()) == list(graph.ops())
    assert sorted(read_back.edges(keys=True)) == sorted(graph.edges(keys=True))
    assert read_back.groups == graph.groups
    assert read_back.bodies == graph.bodies
    assert read_back.input_ids == graph.input_ids
    assert read_back.output_ids == graph.output_ids
    assert read_back.facts.code == graph.facts.code


@pytest.mark.tf
def test_what_the_real_adapter_writes_is_read(traced):
    adapter = pytest.importorskip("ai_edge_model_explorer_adapter")
    _, folder = traced
    text = adapter.ConvertFlatbufferDirectlyToJson(adapter.VisualizeConfig(), str(folder / "loop.tflite"))
    (folder / "real.json").write_text(text)

    graph = load(folder / "real.json")

    assert graph.input_ids == ("x",)
    assert graph.op("x").outputs == (FLOAT,)
    assert [body.role for body in graph.bodies] == ["condition", "body", "then", "else"]
    assert not [op for op in graph.ops() if op.problem]
    assert {op.type for op in graph.ops()} >= {"while", "if", "fully_connected", "less", "Const"}
    for fold in (fold_quiet, fold_nothing):
        view(fold(graph), frozenset(graph.groups))


def test_the_real_package_knows_every_field(tmp_path):
    dacite = pytest.importorskip("dacite")
    builder = pytest.importorskip("model_explorer.graph_builder")
    collection = to_collection(own_graph())
    assert collection.pop("graphlab") == 2

    built = dacite.from_dict(builder.GraphCollection, collection, dacite.Config(strict=True))

    assert [len(graph.nodes) for graph in built.graphs] == [3, 2]


@pytest.mark.tf
@pytest.mark.browser
def test_the_real_page_shows_the_file_with_shapes_on_its_edges(traced, browser):
    pytest.importorskip("model_explorer")
    _, folder = traced
    port = free_port()
    start = f"from model_explorer.server import start; start('127.0.0.1', {port}, None, True, skip_health_check=True)"
    server = subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.add_init_script(
        """localStorage.setItem("model_explorer_show_on_edge_item_v3", JSON.stringify({type: "Tensor shape"}))"""
    )
    try:
        wait_for_port(port)
        page = context.new_page()
        data = json.dumps({"models": [{"url": str(folder / "loop.me.json")}]})
        page.goto(f"http://127.0.0.1:{port}/?data={urllib.parse.quote(data)}", wait_until="domcontentloaded")
        page.wait_for_function("Object.values(window.me_test?.renderers ?? {})[0]?.edgesToRender?.length > 0")
        shown = page.evaluate(
            """() => {
                const renderer = Object.values(window.me_test.renderers)[0];
                const shape = (node) => node.outputsMetadata?.["0"]?.shape;
                return {
                    graph: renderer.curModelGraph.id,
                    item: renderer.curShowOnEdgeItem.type,
                    edges: renderer.edgesToRender.map((found) => shape(
                        renderer.curModelGraph.nodesById[found.edge.fromNodeId])),
                    drawn: Object.keys(renderer.webglRendererEdgeTextsService.edgeTexts.nodeIdToOpacityIndexRanges),
                };
            }"""
        )
    finally:
        context.close()
        server.terminate()
        server.wait()

    assert shown["graph"] == "loop/while/body"
    assert shown["item"] == "Tensor shape"
    assert "float32[?,3]" in shown["edges"]
    assert None not in shown["edges"]
    assert shown["drawn"]
