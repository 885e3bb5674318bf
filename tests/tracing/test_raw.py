"""Functions as plain data, from live graphs and from files."""

from __future__ import annotations

import pytest

from graphlab.graph import GraphFacts, Tensor

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

from graphlab.tracing.convert import raw_to_graph  # noqa: E402
from graphlab.tracing.models.record import Recording  # noqa: E402
from graphlab.tracing.raw import RawFunction, RawOp, live_function  # noqa: E402

FLOAT = Tensor("float32", ())


@tf.function
def doubled(x):
    return x * 2.0


def test_a_live_function_has_tensorflows_ops_arguments_and_results():
    concrete = tf.function(lambda x: doubled(x) + 1.0).get_concrete_function(tf.TensorSpec((None, 3)))

    raw = live_function(concrete.graph)

    assert [op.name for op in raw.ops] == [op.name for op in concrete.graph.get_operations()]
    assert raw.args == ("x",)
    assert raw.results == (("Identity", 0),)
    assert raw.ops[0].outputs == (Tensor("float32", (None, 3)),)


def test_a_live_function_finds_what_its_ops_call():
    concrete = tf.function(lambda x: doubled(x) + 1.0).get_concrete_function(tf.TensorSpec((None, 3)))
    raw = live_function(concrete.graph)
    call = next(op for op in raw.ops if op.type == "PartitionedCall")

    inner = raw.find(call.attrs["f"].func.name)

    assert [op.type for op in inner.ops] == ["Placeholder", "Const", "Mul", "Identity"]
    assert raw.find(call.attrs["f"].func.name) is inner
    assert raw.find("missing") is None


def test_a_graph_is_made_of_plain_data_alone():
    inner = RawFunction("twice", (RawOp("a", "Placeholder", outputs=(FLOAT,)),), ("a",), (("a", 0),))
    ops = (
        RawOp("x", "Placeholder", outputs=(FLOAT,)),
        RawOp("scope/call", "twice", (("x", 0),), outputs=(FLOAT,), problem="it is odd"),
        RawOp("end", "NoOp", controls=("scope/call",)),
    )

    graph = raw_to_graph(
        RawFunction("main", ops, find={"twice": inner}.get), {}, Recording(), GraphFacts(name="g", kind="function")
    )

    assert [op.id for op in graph.ops()] == ["x", "scope/call", "end", "scope/call/a"]
    assert graph.op("scope/call").problem == "it is odd"
    assert graph.op("scope/call/a").path == ("scope/", "scope/twice/")
    assert [(body.call, body.args) for body in graph.bodies] == [("scope/call", ("scope/call/a",))]
    assert graph.edges["scope/call", "end", "^"]["control"]
