"""What the inspector says, as plain parts."""

from __future__ import annotations

import pytest

from graphlab.graph import Op, Tensor, build_graph
from graphlab.inspector import Row, Section, inspect
from graphlab.view import fold_nothing, fold_quiet


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
    parts = inspect(fold_nothing(build_graph([op], [], groups={}, code={}, bodies=[])), "a")

    assert Section("Attributes", (Row("key", shown, mono=True),)) in parts


@pytest.mark.tf
def test_a_variable_that_a_call_hands_on_is_read_by_what_reads_it_inside():
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
    graph = build_graph([Op("x", "Relu", outputs=(Tensor("float32", (3,)),), attrs=attrs)], [], groups={}, code={})

    def attributes(folded):
        sections = (part for part in inspect(folded, "x") if isinstance(part, Section))
        return [row.label for part in sections if part.title == "Attributes" for row in part.parts]

    assert attributes(fold_quiet(graph)) == ["shape"]
    assert set(attributes(fold_nothing(graph))) == set(attrs)
