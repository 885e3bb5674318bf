from graphlab.app.server.source_text import join_source, split_source, with_sizes
from graphlab.explain import open_sizes
from graphlab.graph import Graph, GraphFacts, Op, Tensor, build_graph


def two_inputs(*names: str) -> Graph:
    ops = [Op(f"in{place}", "Placeholder", outputs=(Tensor("float32", (None, None, 3)),)) for place in range(2)]
    given = {f"in{place}": name for place, name in enumerate(names)}
    return build_graph(
        ops,
        [],
        GraphFacts(inputs=("in0", "in1"), names=given, kind="forward"),
    )


def test_inputs_stand_behind_the_source_they_are_for():
    text = join_source("net.py:model", ["a=float32[?,8,3]", "b=float32[?,9,3]"])

    assert text == "net.py:model --input a=float32[?,8,3] --input b=float32[?,9,3]"
    assert split_source(text) == ("net.py:model", ("a=float32[?,8,3]", "b=float32[?,9,3]"))
    assert split_source("net.py:model") == ("net.py:model", ())


def test_a_size_joins_the_inputs_that_were_given_before():
    graph = two_inputs("a", "b")
    first = with_sizes("net.py:model", (), graph, {("in0", 1): 8})

    assert first == "net.py:model --input a=float32[?,8,3]"
    assert with_sizes(first, (), graph, {("in1", 1): 9}) == f"{first} --input b=float32[?,9,3]"
    started = with_sizes("net.py:model", ["b=float32[?,7,3]"], graph, {("in0", 1): 8})
    assert started == "net.py:model --input b=float32[?,7,3] --input a=float32[?,8,3]"


def test_inputs_without_names_are_given_in_their_order():
    found = with_sizes("net.py:model", (), two_inputs("input", "input"), {("in1", 1): 9})
    assert found == "net.py:model --input float32[?,?,3] --input float32[?,9,3]"


def test_the_inputs_of_replicas_are_given_once_for_all_of_them():
    graph = two_inputs("x (replica 1 of 2)", "x (replica 2 of 2)")

    assert with_sizes("net.py:model", (), graph, {("in0", 1): 8}) == "net.py:model --input x=float32[?,8,3]"
    asked = open_sizes(graph, ["1:in0", "1:in1"])
    assert [(size.op_id, size.axis, size.input_name) for size in asked] == [("in0", 1, "x")]
