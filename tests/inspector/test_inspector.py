"""The inspector's contents, as plain parts."""

from __future__ import annotations

import pytest

from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from graphlab.inspector import Prose, Row, Section, inspect
from graphlab.inspector import group_details as groups
from graphlab.view import fold_nothing, fold_quiet
from tests.support.example_graphs import MNIST, example_graph, quiet_example


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([None, 3], "[?, 3]"),
        (["null", "nullable", 'a "null"', None], '["null", "nullable", "a \\"null\\"", ?]'),
        ("null", "null"),
        ("x" * 130, "x" * 130),
        (["x" * 130], '["' + "x" * 117 + "…"),
    ],
)
def test_an_attribute_is_written_as_people_read_it(value, shown):
    op = Op("a", "Relu", outputs=(Tensor("float32", ()),), attrs={"key": value})
    parts = inspect(fold_nothing(build_graph([op], [])), "a")

    assert Section("Attributes", (Row("key", shown, mono=True),)) in parts


@pytest.mark.tf
def test_a_variable_passed_to_a_call_is_read_by_the_ops_inside():
    tf = pytest.importorskip("tensorflow")
    import graphlab

    weights = tf.Variable(tf.ones([3, 2]), name="w")
    inner = tf.function(lambda x: tf.nn.softmax(tf.matmul(x, weights)))
    graph = graphlab.trace(lambda x: inner(x), "float32[?,3]")
    variable = next(op.id for op in graph.ops() if op.variable)

    def readers(folded):
        parts = inspect(folded, variable)
        return [
            row.label for part in parts if isinstance(part, Section) and part.title == "Output" for row in part.parts
        ]

    assert readers(fold_quiet(graph)) == ["MatMul"]
    assert readers(fold_nothing(graph)) == ["StatefulPartitionedCall"]


def test_the_quiet_view_hides_attributes_that_tensorflow_keeps_for_itself():
    attrs = {"shape": [3], "_user_specified_name": "x", "debug_name": "x/", "shared_name": "x"}
    graph = build_graph([Op("x", "Relu", outputs=(Tensor("float32", (3,)),), attrs=attrs)], [])

    def attributes(folded):
        sections = (part for part in inspect(folded, "x") if isinstance(part, Section))
        return [row.label for part in sections if part.title == "Attributes" for row in part.parts]

    assert attributes(fold_quiet(graph)) == ["shape"]
    assert set(attributes(fold_nothing(graph))) == set(attrs)


def _sections(parts):
    sections = (part for part in parts if isinstance(part, Section))
    return {it.title: [(row.label, row.value) for row in it.parts if isinstance(row, Row)] for it in sections}


def test_a_layer_says_what_it_does_and_what_goes_in_and_out():
    graph = example_graph(MNIST, "train_step")
    parts = inspect(fold_quiet(graph), "mnist_mlp/dense/")

    assert [part.text for part in parts if isinstance(part, Prose)] == [
        "Dense 256 · 200,960 parameters",
        "Fully connected: each of the 256 neurons gives the weighted sum of all numbers "
        "along the last axis plus its bias.",
    ]
    found = _sections(parts)
    assert found["Inputs"] == [("Reshape", "float32[?,784]")]
    assert found["Outputs"] == [("Relu", "float32[?,256]")]
    assert found["Contents"][:2] == [("ops", "6"), ("in the quiet view", "4")]
    assert _sections(inspect(fold_nothing(graph), "mnist_mlp/dense/"))["Contents"][:2] == [
        ("ops", "6"),
        ("parameters", "200,960"),
    ]


def test_outputs_of_a_group_to_the_next_layer_come_before_those_to_the_backward_pass():
    found = _sections(inspect(quiet_example(MNIST, "train_step"), "mnist_mlp/"))

    readers = [label for label, _ in found["Outputs"]]
    assert readers[0] == "SparseSoftmaxCrossEntropyWithLogits"
    assert readers[-2:] == ["MatMul", "MatMul"]  # of the gradients


def test_variables_of_one_name_are_distinguished_by_their_owners():
    folded = quiet_example(MNIST, "train_step")

    assert [label for label, _ in _sections(inspect(folded, "metrics/"))["Variables"]] == [
        "loss/total",
        "loss/count",
        "accuracy/total",
        "accuracy/count",
    ]
    assert _sections(inspect(folded, "mnist_mlp/dense/"))["Variables"][0] == ("kernel", "float32[784,256]")


def test_an_optimizer_works_once_per_step_and_its_settings_are_written_as_they_were_given():
    found = _sections(inspect(quiet_example(MNIST, "train_step"), "adam/"))

    assert found["Contents"][-1] == ("FLOPs per step", "2.8 MFLOP")
    assert ("learning rate", "0.001") in found["Settings"]
    assert found["Inputs"][0][1].startswith("float32[")


@pytest.mark.parametrize(("most", "told"), [(3, "12 FLOP"), (2, "not counted in a group of more than 2 ops")])
def test_the_work_of_a_group_of_very_many_ops_is_not_counted_at_each_click(monkeypatch, most, told):
    monkeypatch.setattr(groups, "MOST_OPS", most)
    ops = [Op("x", "Placeholder", outputs=(Tensor("float32", (4,)),))]
    for name in "abc":
        ops.append(Op(name, "Neg", ("g/",), ((ops[-1].id, 0),), (Tensor("float32", (4,)),)))
    graph = build_graph(
        ops, [], GraphFacts(kind="function", groups={"g/": Group("g/", "g")}, inputs=("x",), outputs=("c",))
    )

    parts = inspect(fold_nothing(graph), "g/")

    rows = [row for part in parts if isinstance(part, Section) for row in part.parts if isinstance(row, Row)]
    assert [row.value for row in rows if row.label.startswith("FLOPs")] == [told]
