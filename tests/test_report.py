"""The numbers of `graphlab info`."""

from __future__ import annotations

import pytest

from graphlab.graph import GraphFacts, Op, Tensor, build_graph
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
        assert found["sequential/lstm/lstm_cell"] == "float32[?,8]"  # of each iteration
        assert found["sequential/dense"] == "float32[?,1]"


def test_flops_of_a_loop_count_every_iteration():
    once = (2 * 3 * 32 + 2 * 8 * 32) + 2 * 32 + 3 * 4 * 8 + 3 * 8 + 2 * 8  # products, sums, sigmoids, products, tanh
    bookkeeping = 5 * 2 + 6 * 2  # the two counters, and the condition's two comparisons
    assert report(traced(("LSTM", 8), shape=(5, 3))["forward"]).flops == 5 * (once + 8) + bookkeeping
    assert report(traced(("Dense", 8), shape=(3,))["forward"]).flops == 2 * 3 * 8 + 8


def test_notes_and_problems_of_a_graph_stand_below_its_numbers():
    ops = [Op("a", "Placeholder", outputs=(Tensor("float32", ()),)), Op("b", "Frob", problem="nobody knows 'Frob'")]
    graph = build_graph(ops, [], GraphFacts(notes=("Shapes are not known.",)))

    text = to_text("f.pb", {"function": report(graph)})

    told = ["Shapes are not known.", "FLOPs without 1 op that is not counted: Frob.", "b: nobody knows 'Frob'"]
    assert text.endswith("\n\nfunction:\n  " + "\n  ".join(told))


def test_flops_are_unknown_where_a_matmul_lacks_its_shapes():
    floats = Tensor("float32", None)
    ops = [
        Op("x", "Placeholder", outputs=(floats,)),
        Op("y", "MatMul", inputs=(("x", 0), ("x", 0)), outputs=(floats,)),
        Op("z", "Relu", inputs=(("y", 0),), outputs=(Tensor("float32", (8,)),)),
    ]

    assert report(build_graph(ops, [])).flops is None


def test_what_a_graph_does_not_tell_of_its_weights_is_unknown():
    tf = pytest.importorskip("tensorflow")
    from graphlab.explain import explain
    from graphlab.tracing.saved.meta_graphs import graph_of_graph_def

    with tf.Graph().as_default() as logged:
        handle = tf.compat.v1.placeholder(tf.resource, name="handle")
        x = tf.compat.v1.placeholder(tf.float32, name="x")
        tf.raw_ops.MatMul(a=x, b=tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.float32))
    graph = graph_of_graph_def(logged.as_graph_def(), "logged")
    variable = next(op for op in graph.ops() if op.variable)
    found = report(graph)

    assert (found.parameters, found.trainable_parameters) == (None, None)
    assert to_text("log", {"graph": found}).splitlines()[3].endswith("unknown    unknown  unknown")
    sentence = explain(graph, variable.id).sentence
    assert sentence == "The variable `handle`: numbers of unknown shape."


def test_a_layer_in_a_loop_or_branch_has_the_variables_it_reads_and_its_output(in_loops):
    from graphlab.explain import group_totals

    for name in ("looped", "chosen", "steps"):
        graph = in_loops(name)
        found = report(graph)
        totals = group_totals(graph)

        assert [(layer.path, layer.parameters, layer.output) for layer in found.layers] == [
            ("net", 10, "float32[2,2]"),
            ("net/d", 10, "float32[2,2]"),
        ]
        assert (found.parameters, found.trainable_parameters) == (10, 10)  # not Adam's state
        layers = [group for group in graph.groups.values() if group.kind in ("model", "layer")]
        assert [totals[group.id].parameters for group in layers] == [10, 10]


def test_gradients_in_a_loop_are_told_like_others(in_loops):
    from graphlab.explain import group_summary, group_totals

    graph = in_loops("steps")
    totals = group_totals(graph)
    found = [group_summary(group, totals[group.id]) for group in graph.groups.values() if group.label == "gradients"]

    assert len(found) == 1
    assert found[0].startswith("for 2 variables · ")


@pytest.fixture
def in_loops(tmp_path):
    keras = pytest.importorskip("keras")
    import tensorflow as tf

    from graphlab.tracing.targets import trace_object

    keras.utils.clear_session()
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="d")], name="net")
    adam = keras.optimizers.Adam()
    adam.build(net.trainable_variables)

    @tf.function
    def looped(x, y):
        for _ in tf.range(3):
            x = tf.concat([net(x), y], 1)
        return x

    @tf.function
    def chosen(x, y):
        return net(x) if tf.reduce_sum(x) > 0 else y

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(x) - y) ** 2)
        adam.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables, strict=True))
        return loss

    @tf.function
    def steps(x, y):
        loss = 0.0
        for _ in tf.range(3):
            loss = step(x, y)
        return loss

    functions = {"looped": looped, "chosen": chosen, "steps": steps}
    specs = [tf.TensorSpec([2, 4]), tf.TensorSpec([2, 2])]
    return lambda name: trace_object(functions[name], specs)["function"]
