"""The numbers of `graphlab info`."""

from __future__ import annotations

import pytest

from graphlab.graph import Op, Tensor, build_graph
from graphlab.report import report, to_text

pytestmark = pytest.mark.tf


def traced(*layers, shape):
    keras = pytest.importorskip("keras")
    from graphlab.tracing.targets import trace_object

    keras.utils.clear_session()
    model = keras.Sequential([keras.Input(shape), *(getattr(keras.layers, name)(size) for name, size in layers)])
    model.compile("sgd", "mse")
    return trace_object(model)


def test_a_layers_output_is_what_it_hands_on_in_both_graphs():
    graphs = traced(("LSTM", 8), ("Dense", 1), shape=(5, 3))

    for name in ("forward", "train_step"):
        found = {layer.path: layer.output for layer in report(graphs[name]).layers}
        assert found["sequential"] == "float32[?,1]"
        assert found["sequential/lstm"] == "float32[?,8]"
        assert found["sequential/lstm/lstm_cell"] == ""  # what it gives stays inside the loop
        assert found["sequential/dense"] == "float32[?,1]"


def test_flops_are_unknown_where_there_is_a_loop():
    assert report(traced(("LSTM", 8), shape=(5, 3))["forward"]).flops is None
    assert report(traced(("Dense", 8), shape=(3,))["forward"]).flops == 2 * 3 * 8 + 8


def test_notes_and_problems_of_a_graph_stand_below_its_numbers():
    ops = [Op("a", "Placeholder", outputs=(Tensor("float32", ()),)), Op("b", "Frob", problem="nobody knows 'Frob'")]
    graph = build_graph(ops, [], groups={}, notes=["Shapes are not known."])

    text = to_text("f.pb", {"function": report(graph)})

    assert text.endswith("\n\nfunction:\n  Shapes are not known.\n  b: nobody knows 'Frob'")


def test_flops_are_unknown_where_a_matmul_lacks_its_shapes():
    floats = Tensor("float32", None)
    ops = [
        Op("x", "Placeholder", outputs=(floats,)),
        Op("y", "MatMul", inputs=(("x", 0), ("x", 0)), outputs=(floats,)),
        Op("z", "Relu", inputs=(("y", 0),), outputs=(Tensor("float32", (8,)),)),
    ]

    assert report(build_graph(ops, [], groups={}, bodies=[])).flops is None


def test_what_a_graph_does_not_tell_of_its_weights_is_unknown():
    tf = pytest.importorskip("tensorflow")
    from graphlab.explain import explain
    from graphlab.tracing.meta_graphs import graph_of_graph_def

    with tf.Graph().as_default() as logged:
        handle = tf.compat.v1.placeholder(tf.resource, name="handle")
        x = tf.compat.v1.placeholder(tf.float32, name="x")
        tf.raw_ops.MatMul(a=x, b=tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.float32))
    graph = graph_of_graph_def(logged.as_graph_def(), "logged")
    variable = next(op for op in graph.ops() if op.variable)
    found = report(graph)

    assert (found.parameters, found.trainable_parameters) == (None, None)
    assert to_text("log", {"graph": found}).splitlines()[3].endswith("unknown    unknown            unknown")
    sentence = explain(graph, variable.id).sentence
    assert sentence == "The variable `handle`: numbers of a shape that the graph does not tell."
