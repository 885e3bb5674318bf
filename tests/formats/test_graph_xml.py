"""Graphs to GraphML and GEXF, read back by networkx."""

from __future__ import annotations

from functools import partial

import networkx as nx
import pytest

from graphlab.errors import GraphlabError
from graphlab.formats import save
from graphlab.graph import GraphFacts, Op, Tensor, build_graph
from tests.formats.test_node_link import small_graph

READERS = {".graphml": partial(nx.read_graphml, force_multigraph=True), ".gexf": nx.read_gexf}
NAMES = ("a b", "ünïcode ☃", "x:0", "a;b", '"quo\'ted"', "<script>alert(1)</script>", "n" * 10_000, "tab\tline\nend")
FORBIDDEN = ("bell\x07", "bell\\u0007", "half\ud800", "return\r", "\uffff")


@pytest.fixture(params=READERS)
def suffix(request):
    return request.param


def written(graph, path):
    save(graph, path)
    return READERS[path.suffix](path)


def edges(graph):
    return sorted(
        (src, dst, str(data.get("src_port")), str(data.get("dst_port"))) for src, dst, data in graph.edges(data=True)
    )


def test_networkx_reads_the_same_ops_and_edges(tmp_path, suffix):
    graph = small_graph()
    read = written(graph, tmp_path / f"net{suffix}")

    assert list(read.nodes) == list(graph.nodes)
    assert edges(read) == edges(graph)
    assert read.is_directed()


def test_parallel_edges_stay_two(tmp_path, suffix):
    x = Op("x", "Placeholder", outputs=(Tensor("float32", ()),))
    graph = build_graph([x, Op("twice", "Add", inputs=(("x", 0), ("x", 0)))], [])
    read = written(graph, tmp_path / f"twice{suffix}")

    assert edges(read) == [("x", "twice", "0", "0"), ("x", "twice", "0", "1")]


def test_an_op_keeps_what_is_known_of_it_as_plain_attributes(tmp_path):
    read = written(small_graph(), tmp_path / "net.graphml")

    assert read.nodes["net/MatMul"] == {
        "label": "MatMul",
        "type": "MatMul",
        "group": "net/",
        "groups": "net/",
        "dtype": "float32",
        "shape": "..",
        "tensor": "float32[..]",
        "attributes": '{"transpose_a": false}',
        "device": "/CPU:0",
        "layer": "net",
        "layer_class": "Dense",
        "file": "model.py",
        "line": 7,
    }
    assert read.nodes["w"]["variable"] == "net/kernel"
    assert read.nodes["w"]["variable_tensor"] == "float32[3,3]"
    assert read.nodes["w"]["parameters"] == 9
    assert read.nodes["w"]["trainable"] is True
    assert read.nodes["grad"]["pair"] == "net/MatMul"
    (edge,) = read.get_edge_data("x", "net/MatMul").values()
    assert edge == {
        "src_port": 0,
        "dst_port": 0,
        "dtype": "float32",
        "shape": "?,3",
        "tensor": "float32[?,3]",
        "control": False,
    }


def test_gexf_keeps_the_same_attributes(tmp_path):
    read = written(small_graph(), tmp_path / "net.gexf")

    assert read.nodes["net/MatMul"]["tensor"] == "float32[..]"
    assert read.nodes["net/MatMul"]["line"] == 7
    assert read.nodes["w"]["trainable"] is True


def test_names_come_back_as_they_were(tmp_path, suffix):
    graph = build_graph([Op(name, "NoOp") for name in NAMES], [], GraphFacts(name="<&>"))

    assert list(written(graph, tmp_path / f"names{suffix}").nodes) == list(NAMES)


def test_characters_that_xml_forbids_are_written_out_and_ops_stay_apart(tmp_path, suffix):
    graph = build_graph([Op(name, "NoOp") for name in FORBIDDEN], [], GraphFacts(name="bell\x07"))

    assert list(written(graph, tmp_path / f"names{suffix}").nodes) == [
        "bell\\u0007#2",
        "bell\\u0007",
        "half\\ud800",
        "return\\u000d",
        "\\uffff",
    ]


def test_a_graph_of_no_ops_is_a_file_of_no_nodes(tmp_path, suffix):
    assert list(written(build_graph([], []), tmp_path / f"none{suffix}").nodes) == []


def test_a_missing_folder_is_named(tmp_path, suffix):
    with pytest.raises(GraphlabError, match=r"cannot write .*No such file"):
        save(small_graph(), tmp_path / "missing" / f"a{suffix}")
