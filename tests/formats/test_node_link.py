"""Graphs to node-link JSON and back."""

from __future__ import annotations

import json

import networkx as nx
import pytest

from graphlab.errors import FormatError, GraphlabError
from graphlab.formats import load, save
from graphlab.formats.node_link import to_node_link
from graphlab.graph import Body, GraphFacts, Group, Layer, Op, Source, Tensor, Variable, build_graph


def small_graph():
    floats = Tensor("float32", (None, 3))
    ops = [
        Op("x", "Placeholder", outputs=(floats,), attrs={"dtype": "float32"}),
        Op(
            "w",
            "Placeholder",
            ("net/",),
            outputs=(Tensor("resource", ()),),
            layer=Layer("net", "Dense"),
            variable=Variable("net/kernel", (3, 3), "float32", True, 9),
        ),
        Op(
            "net/MatMul",
            "MatMul",
            ("net/",),
            (("x", 0), ("w", 0)),
            (Tensor("float32", None),),
            {"transpose_a": False},
            Layer("net", "Dense"),
            source=Source("model.py", 7),
            device="/CPU:0",
        ),
        Op("grad", "MatMul", inputs=(("net/MatMul", 0),), outputs=(floats,), pair="net/MatMul"),
    ]
    return build_graph(
        ops,
        [("x", "grad")],
        GraphFacts(
            name="net",
            kind="forward",
            groups={"net/": Group("net/", "net", "layer", "Dense", {"units": 3}, Source("model.py", 3))},
            inputs=("x",),
            outputs=("grad",),
            names={"x": "image"},
            bodies=(Body("grad", "function", "net/", ("x",), (("net/MatMul", 0),)),),
            code={"model.py": {7: "return x @ w"}},
            versions={},
        ),
    )


def assert_equal(left, right):
    assert dict(left.nodes(data="op")) == dict(right.nodes(data="op"))
    assert list(left.edges(keys=True, data=True)) == list(right.edges(keys=True, data=True))
    assert left.graph == right.graph


def test_save_and_load_give_an_equal_graph(tmp_path):
    graph = small_graph()
    save(graph, tmp_path / "net.json")

    assert_equal(load(tmp_path / "net.json"), graph)


def test_networkx_reads_the_file_with_the_documented_keys(tmp_path):
    save(small_graph(), tmp_path / "net.json")
    read = nx.node_link_graph(json.loads((tmp_path / "net.json").read_text()))

    assert read.is_directed()
    assert read.is_multigraph()
    assert read.nodes["net/MatMul"] | {"inputs": None} == {
        "type": "MatMul",
        "path": ["net/"],
        "layer": {"path": "net", "class": "Dense"},
        "inputs": None,
        "outputs": [{"dtype": "float32", "shape": None}],
        "attrs": {"transpose_a": False},
        "variable": None,
        "source": {"file": "model.py", "line": 7},
        "device": "/CPU:0",
        "pair": None,
    }
    assert read.nodes["w"]["variable"] == {
        "name": "net/kernel",
        "shape": [3, 3],
        "dtype": "float32",
        "trainable": True,
        "parameters": 9,
    }
    assert read.nodes["grad"]["pair"] == "net/MatMul"
    assert read.edges["x", "net/MatMul", "0:0"] == {
        "src_port": 0,
        "dst_port": 0,
        "dtype": "float32",
        "shape": [None, 3],
        "control": False,
    }
    assert read.edges["x", "grad", "^"]["control"] is True


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", "{", "is not valid JSON"),
        ("a.json", "[]", "not a graph from graphlab or Model Explorer"),
        ("a.json", '{"graph": {}}', "not a graph from graphlab or Model Explorer"),
        ("a.json", '{"graph": {"graphlab": 2}}', "is not a graphlab graph"),
        ("a.json", "", "is empty: it has no bytes; copy or save it again"),
        (
            "a.json",
            '{"a":\n [1,',
            "is not valid JSON, or truncated: it ends in line 2, before the JSON is complete; copy or save",
        ),
        ("a.json", '{"a":\n [1, x]}', r"is not valid JSON: line 2, column 6 cannot be read, starting at 'x\]}'$"),
        ("a.txt", "hello", "cannot read .*suffix must be one of .json"),
    ],
)
def test_load_of_another_file_says_what_is_wrong(tmp_path, name, content, words):
    (tmp_path / name).write_text(content)

    with pytest.raises(GraphlabError, match=words):
        load(tmp_path / name)


def test_save_to_a_missing_folder_says_so(tmp_path):
    with pytest.raises(GraphlabError, match=r"cannot write .*No such file"):
        save(small_graph(), tmp_path / "missing" / "a.json")


def sample(image):
    return {"title": "train", "problem": "", "elements": [[{"name": "", "tensor": "uint8[9,9]", "image": image}]]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data["nodes"][0].update(path=["nowhere/"]), "'a' is in 'nowhere/', which is not a group"),
        (lambda data: data["nodes"][1].update(path=["g/h/"]), "the group 'g/h/' is both in 'g/' and in '/'"),
        (lambda data: data["nodes"][0].update(pair="c" * 10_000), "the op 'a' is the gradient of 'ccc"),
        (lambda data: data["edges"][0].update(source="c" * 10_000), "'ccc"),
        (lambda data: data["nodes"][1].update(inputs=[["a", 7]]), "'b' reads 'a', output 7, which does not exist"),
        (lambda data: data["graph"].update(outputs=["c"]), "name 'c', which does not exist"),
        (lambda data: data["nodes"].pop(0), "names the op 'a', which does not exist|not a graphlab graph"),
        (lambda data: data["nodes"][0].update(type=7), "the description of the op 'a' is malformed"),
        (lambda data: data["nodes"][1].update(pair="c"), "'b' is the gradient of 'c', which does not exist"),
        (lambda data: data["graph"].update(samples=[1]), "'samples' are malformed"),
        (lambda data: data["graph"].update(samples=[sample("http://a.b/c.png")]), "'samples' are malformed"),
        (lambda data: data["graph"].update(stages={"a": {"names": 1}}), "'stages' are malformed"),
        (lambda data: data["graph"].update(notes=[1]), "'notes' contains a value that is not text"),
        (lambda data: data["graph"]["bodies"][0].update(elements="1"), "the body 'b' of 'b' is malformed"),
        (lambda data: data["graph"]["bodies"][0].update(first_input=-1), "the body 'b' of 'b' is malformed"),
    ],
)
def test_inconsistent_json_is_refused_in_a_sentence(tmp_path, change, words):
    vector = Tensor("float32", (2,))
    inside = ("g/", "g/h/")
    ops = [
        Op("a", "Placeholder", outputs=(vector,), path=inside),
        Op("b", "Relu", inputs=(("a", 0),), outputs=(vector,), path=inside),
    ]
    bodies = [Body("b", "function", "b", (), ())]
    groups = {group_id: Group(group_id, "g") for group_id in inside}
    data = to_node_link(build_graph(ops, [], GraphFacts(groups=groups, bodies=tuple(bodies))))
    change(data)
    (tmp_path / "odd.json").write_text(json.dumps(data))

    with pytest.raises(FormatError, match=rf"odd\.json' cannot be read: .*({words})") as refused:
        load(tmp_path / "odd.json")
    assert len(str(refused.value)) < 1_000


def test_the_first_elements_of_a_data_set_are_kept(tmp_path):
    samples = [sample("data:image/png;base64,AAAA")]
    graph = build_graph([Op("a", "RangeDataset")], [], GraphFacts(samples=tuple(samples)))
    save(graph, tmp_path / "a.json")

    assert load(tmp_path / "a.json").facts.samples == tuple(samples)


@pytest.mark.parametrize("suffix", [".json", ".me.json"])
def test_numbers_that_json_has_not_become_text_and_can_be_written_again(tmp_path, suffix):
    numbers = [1.5, "NaN", "-Infinity", "1e999"]
    graph = build_graph([Op("a", "Const", attrs={"value": 0.25})], [], GraphFacts(kind="function"))
    save(graph, tmp_path / f"a{suffix}")
    text = (tmp_path / f"a{suffix}").read_text()
    (tmp_path / f"odd{suffix}").write_text(text.replace("0.25", "[1.5, NaN, -Infinity, 1e999]"))

    read = load(tmp_path / f"odd{suffix}")
    save(read, tmp_path / "again.json")

    assert read.op("a").attrs["value"] == numbers
    assert load(tmp_path / "again.json").op("a").attrs["value"] == numbers
