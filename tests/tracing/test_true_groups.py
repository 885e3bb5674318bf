"""Groups that tracing and the quiet view infer never join the ends of a path that leaves them in between."""

from __future__ import annotations

import networkx as nx
import pytest

from graphlab.graph.pieces import inferred_groups
from graphlab.inspector.details import inspect
from graphlab.inspector.parts import Prose
from graphlab.view import children_of, default_open, fold_nothing, fold_quiet, view
from graphlab.view.links import CHANGES

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from keras import layers, ops  # noqa: E402

from graphlab.tracing.functions import trace_function  # noqa: E402
from graphlab.tracing.models.graphs import trace_forward, trace_train_step  # noqa: E402

pytestmark = pytest.mark.tf


def inside(folded, scope):
    """(title, kind) of what lies directly in a scope, without variables and constants."""
    boxes = children_of(folded, scope)
    return [(box.title, box.group_kind or "op") for box in boxes if box.kind not in ("variable", "constant")]


def on_cycles(folded, opened):
    """The inferred groups that are on a cycle of boxes, calls and the functions that they call aside."""
    calls = {body.call for body in folded.graph.bodies}
    inferred = inferred_groups(folded.groups, set(folded.paths.values()))
    shown = nx.DiGraph()
    for link in view(folded, opened).links:
        called = all(wire.src_port is None or wire.dst_port is None for wire in link.wires)
        if link.style not in CHANGES and not (called and {link.src, link.dst} & calls):
            shown.add_edge(link.src, link.dst)
    cycles = [cycle for cycle in nx.strongly_connected_components(shown) if len(cycle) > 1]
    return sorted(inferred.intersection(*[set().union(*cycles)]))


def assert_true(graph):
    """No inferred group closes a cycle, whether all around it is closed, open or at first sight."""
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        for opened in (default_open(folded), frozenset(folded.groups)):
            assert on_cycles(folded, opened) == []
        for group_id in inferred_groups(folded.groups, set(folded.paths.values())):
            path = next(path for path in folded.paths.values() if group_id in path)
            assert on_cycles(folded, frozenset(path[: path.index(group_id)])) == []


class Rounds(keras.layers.Layer):
    def step(self, a):
        return tf.matmul(a, tf.eye(2)) + 1.0

    def call(self, x):
        for _ in range(8):
            x = tf.tanh(self.step(x))
        return x


@pytest.fixture(scope="module")
def rounds():
    inputs = keras.Input((2,))
    model = keras.Model(inputs, Rounds(name="rounds")(layers.Dense(2)(inputs)), name="net")
    model.compile("sgd", "mse")
    return model


def test_calls_of_a_helper_are_a_box_each_in_the_order_of_data(rounds):
    graph = trace_forward(rounds)

    found = inside(fold_quiet(graph), "net/rounds/")

    assert found == [part for call in range(1, 9) for part in ((f"step · call {call} of 8", "code"), ("Tanh", "op"))]
    assert_true(graph)


def test_gradients_of_a_helpers_calls_are_named_after_the_calls_last_one_first(rounds):
    graph = trace_train_step(rounds)

    found = [title for title, kind in inside(fold_nothing(graph), "gradients/net/rounds/") if kind == "code"]

    assert found == [f"step · call {call} of 8" for call in range(8, 0, -1)]
    assert_true(graph)


class Around(keras.layers.Layer):
    """A helper that calls a layer in its middle."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.inner = keras.layers.Dense(4, name="inner")

    def helper(self, x):
        for factor in range(8):
            x = tf.nn.relu(x * float(factor))
        x = self.inner(x)
        for factor in range(8):
            x = tf.nn.tanh(x + float(factor))
        return x

    def call(self, x):
        return tf.sin(self.helper(tf.cos(x)))


def test_what_a_helper_does_before_and_after_a_layer_are_parts_not_calls():
    inputs = keras.Input((4,))
    graph = trace_forward(keras.Model(inputs, Around(name="around")(inputs), name="net"))

    assert inside(fold_nothing(graph), "net/around/") == [
        ("Cos", "op"),
        ("helper · part 1 of 2", "code"),
        ("inner", "layer"),
        ("helper · part 2 of 2", "code"),
        ("Sin", "op"),
    ]
    assert_true(graph)


def test_additions_of_a_functional_model_are_boxes_in_a_chain():
    x = inputs = keras.Input((8,))
    for block in range(12):
        x = ops.relu(layers.LayerNormalization(name=f"norm{block}")(x) + x) * 2
    graph = trace_forward(keras.Model(inputs, x, name="net"))

    found = inside(fold_quiet(graph), "net/")

    assert found == [
        part
        for block in range(12)
        for part in ((f"norm{block}", "layer"), ("AddV2", "op"), ("Relu", "op"), ("Mul", "op"))
    ]
    assert_true(graph)


def test_a_layer_that_is_called_in_turn_with_others_is_not_one_box():
    x = inputs = keras.Input((8,))
    relu = layers.ReLU(name="relu")
    for _ in range(24):
        x = relu(layers.Dense(2)(x))
    graph = trace_forward(keras.Model(inputs, x, name="net"))

    found = inside(fold_quiet(graph), "net/")

    assert [kind for _, kind in found] == ["layer", "op"] * 24
    assert_true(graph)


def test_a_sum_of_gradients_is_in_the_innermost_group_that_contains_its_terms():
    x = inputs = keras.Input((2,))
    for number in range(2):
        x = x + layers.Dense(2, name=f"d{number}")(x)
    model = keras.Model(inputs, x, name="net")
    model.compile("sgd", "mse")
    graph = trace_train_step(model)

    sums = [(op.path, [graph.op(name).path for name, _ in op.inputs]) for op in graph.ops() if op.type == "AddN"]

    home = ("gradients/", "gradients/net/")
    assert sums == [(home, [home, (*home, "gradients/net/d1/")])]
    assert_true(graph)


def test_a_loss_scale_is_a_group_of_its_own_before_the_gradients():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(2, name="d")(inputs), name="net")
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()), "mse")
    graph = trace_train_step(model)
    folded = fold_quiet(graph)

    assert [title for title, kind in inside(folded, "") if kind != "op"] == [
        "net",
        "loss",
        "metrics",
        "loss scale",
        "gradients",
        "loss_scale_optimizer",
    ]
    linked = {(link.src, link.dst) for link in view(folded, frozenset()).links if link.style == "data"}
    assert ("loss scale/", "gradients/") in linked
    assert ("gradients/", "loss_scale_optimizer/") in linked
    assert not {src for src, dst in linked if dst == "loss scale/"} & {"gradients/", "loss_scale_optimizer/"}
    assert_true(graph)


def test_two_gradients_of_one_tape_are_two_groups():
    def curvature(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            slope = tape.gradient(tf.reduce_sum(tf.sin(x) ** 3), x)
            size = tf.reduce_sum(tf.square(slope))
        return tape.gradient(size, x)

    graph = trace_function(curvature, ["float32[4]"], {})

    found = [title for title, kind in inside(fold_quiet(graph), "") if kind == "gradients"]
    assert found == ["gradients", "gradients (call 2)"]
    assert_true(graph)


def test_ops_added_to_a_loop_for_its_gradient_are_beside_the_loop():
    inputs = keras.Input((6, 3))
    model = keras.Model(inputs, layers.GRU(4, name="gru")(inputs), name="net")
    model.compile("sgd", "mse")
    graph = trace_train_step(model)

    lists = {op.path[:2] for op in graph.ops() if op.type == "EmptyTensorList"}

    assert lists == {("net/", "net/gru/")}
    assert_true(graph)


def test_a_scope_that_was_entered_twice_stays_and_says_so():
    def again(x):
        for _ in range(2):
            with tf.name_scope("again/"):
                x = tf.nn.relu(x * 2.0)
            x = tf.tanh(x)
        with tf.name_scope("once"):
            return tf.sin(x) + 1.0

    folded = fold_quiet(trace_function(again, ["float32[4]"], {}))

    words = {
        scope: [part.text for part in inspect(folded, scope) if isinstance(part, Prose)] for scope in folded.groups
    }
    assert words == {
        "again/": [
            "6 ops",
            "Data leaves this scope and comes back: the code entered the scope more than once, or called something "
            "else inside it.",
        ],
        "once/": ["3 ops"],
    }


def test_an_optimizer_that_clips_all_gradients_at_once_closes_no_cycle():
    inputs = keras.Input((4,))
    x = inputs
    for number in range(3):
        x = layers.Dense(4, name=f"d{number}")(x)
    model = keras.Model(inputs, x, name="net")
    model.compile(keras.optimizers.Adam(global_clipnorm=1.0), "mse")

    assert_true(trace_train_step(model))
