"""Facts about a whole graph, written as JSON and read again."""

from __future__ import annotations

import json
from dataclasses import fields

import networkx as nx
import pytest

from graphlab.errors import FormatError
from graphlab.formats.facts_json import facts_from_json, facts_to_json
from graphlab.formats.node_link import from_node_link, to_node_link
from graphlab.graph import Body, GraphFacts, Group, Op, Source, build_graph

FULL = GraphFacts(
    name="net",
    kind="train_step",
    groups={"net/": Group("net/", "net", "layer", "Dense", {"units": 3}, Source("model.py", 3))},
    inputs=("x",),
    outputs=("y",),
    names={"x": "image"},
    bodies=(Body("call", "function", "net/", ("x",), (("y", 0),), 1, 2),),
    code={"model.py": {7: "return x @ w"}},
    versions={"tensorflow": "2.21.0"},
    notes=("Something is missing.",),
    parameters=(12, 9),
    counts={"net/": (12, 9)},
    tells_training=False,
    weights={"w": "layers/0/vars/0"},
    replicas=2,
    stages={"map": {"count": "infinite", "names": ["[0]", "[1]"]}},
    samples=({"title": "train", "problem": "", "elements": [[{"name": "x", "tensor": "int64[]", "text": "1"}]]},),
    scalars={"train": {"loss": [(1, 1.5, "nan")]}},
    has_data=True,
    untrainable="It is a file.",
    early_training="It trains while it is loaded.",
    failures={"forward": "It raises."},
)


def test_every_fact_comes_back_from_json():
    assert all(getattr(FULL, field.name) != getattr(GraphFacts(), field.name) for field in fields(GraphFacts))

    assert facts_from_json(json.loads(json.dumps(facts_to_json(FULL)))) == FULL


def test_no_facts_come_back_from_json():
    assert facts_from_json(json.loads(json.dumps(facts_to_json(GraphFacts())))) == GraphFacts()
    assert facts_from_json({}) == GraphFacts()


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ({"name": 1}, "'name' is not"),
        ({"has_data": "yes"}, "'has_data' is not"),
        ({"replicas": "2"}, "'replicas' is not"),
        ({"inputs": {}}, "'inputs' is not"),
        ({"inputs": [1]}, "'inputs'"),
        ({"names": {"x": 1}}, "'names'"),
        ({"parameters": [1]}, "'parameters' or 'counts'"),
        ({"counts": {"net/": [-1, 0]}}, "'parameters' or 'counts'"),
        ({"stages": {"map": {"count": 1.5, "names": []}}}, "'stages'"),
        ({"scalars": {"train": {"loss": [[1, 2]]}}}, "'scalars'"),
        ({"groups": {"net/": {"id": "net/"}}}, "the group 'net/'"),
    ],
)
def test_a_fact_of_another_kind_is_refused(attribute, words):
    with pytest.raises(FormatError, match=words):
        facts_from_json(attribute)


def test_networkx_reads_the_facts_as_attributes_and_its_own_are_kept():
    graph = build_graph([Op("x", "NoOp")], [], FULL)
    graph.graph["author"] = "me"

    data = json.loads(json.dumps(to_node_link(graph)))
    read = nx.node_link_graph(data, edges="edges")

    assert (read.graph["kind"], read.graph["inputs"], read.graph["author"]) == ("train_step", ["x"], "me")
    assert from_node_link(data).graph == graph.graph


def test_a_copy_of_a_graph_has_its_facts():
    graph = build_graph([Op("x", "NoOp"), Op("y", "NoOp")], [], FULL)

    assert graph.copy().facts == FULL
    assert graph.subgraph(["x"]).facts == FULL
