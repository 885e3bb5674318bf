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
