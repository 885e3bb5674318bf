"""Loops, conditionals and called functions: their bodies in place, connected to the tensors outside."""

from __future__ import annotations

import pytest

from graphlab.inspector import inspect
from graphlab.view import fold_nothing, fold_quiet, view

pytestmark = [pytest.mark.tf, pytest.mark.usefixtures("fresh_names")]

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.tracing.functions import trace_concrete, trace_function  # noqa: E402
from graphlab.tracing.models.graphs import trace_forward, trace_train_step  # noqa: E402


@tf.function
def double_sine(a):
    return tf.sin(a) * 2.0


@tf.function(input_signature=[tf.TensorSpec((None,), tf.float32)])
def looping(x):
    count = tf.constant(0)
    while count < 3:
        x = double_sine(x) if tf.reduce_sum(x) > 0.0 else x - 1.0
        count += 1
    return x


def opened(graph):
    """Everything open in the quiet view: titles of linked boxes with their groups, by style."""
    folded = fold_quiet(graph)
    shown = view(folded, frozenset(folded.groups))
    name = {box.id: (box.parent, box.title) for box in shown.boxes}
    return shown, {(name[link.src], name[link.dst], link.style) for link in shown.links}


def types_in(graph, group_id):
    return sorted(op.type for op in graph.ops() if op.path and op.path[-1] == group_id)


def test_a_loop_holds_every_op_of_its_condition_and_body():
    concrete = looping.get_concrete_function()
    graph = trace_concrete(concrete)
    library = {f.signature.name: f for f in concrete.graph.as_graph_def().library.function}

    assert types_in(graph, "while/condition/") == ["Const", "Identity", "Less", *["Placeholder"] * 4]
    for body in graph.bodies:
        if body.call == "while":
            name = graph.op("while").attrs[{"condition": "cond", "body": "body"}[body.role]]
            ops = [op for op in graph.ops() if op.path and op.path[-1] == body.group and op.type != "Placeholder"]
            calls = [inner for inner in graph.bodies if graph.op(inner.call).path[:-1] == ("while/", body.group)]
            assert len(ops) + len({inner.call for inner in calls}) == len(library[name].node_def)


def test_bodies_nest_and_name_their_parts():
    graph = trace_function(looping, [], {})

    found = {(graph.op(body.call).type, body.role, body.group) for body in graph.bodies}

    assert found == {
        ("StatelessWhile", "condition", "while/condition/"),
        ("StatelessWhile", "body", "while/body/"),
        ("StatelessIf", "then", "while/body/cond/then/"),
        ("StatelessIf", "else", "while/body/cond/else/"),
        ("PartitionedCall", "function", "while/body/cond/then/double_sine/"),
    }
    assert {group.kind for group in graph.groups.values()} == {"loop", "conditional", "function", "body"}


def test_the_outer_tensor_reaches_the_inner_op_and_the_result_comes_back():
    _, links = opened(trace_function(looping, [], {}))

    assert (("", "x"), ("while/", "x"), "data") in links
    assert (("while/", "x"), ("while/body/", "Sum"), "data") in links
    assert (("while/", "x"), ("while/body/cond/then/double_sine/", "Sin"), "data") in links
    assert (("while/body/cond/then/double_sine/", "Mul"), ("while/body/cond/", "If"), "data") in links
    assert (("while/body/cond/", "If"), ("while/", "x"), "iteration") in links
    assert (("while/", "x"), ("", "output"), "data") in links


def test_loop_carried_values_are_marked_and_say_where_they_start():
    shown, _ = opened(trace_function(looping, [], {}))

    found = {box.title: box.subtitle for box in shown.boxes if box.parent == "while/"}

    assert found["x"] == "carried · float32[?]"
    assert found["count"] == "carried · int32[] · from 0"


def test_a_loops_constant_argument_is_wired_past_the_loop():
    def scaled(x, factor):
        return tf.map_fn(lambda row: row * factor, x)

    _, links = opened(trace_function(scaled, ["float32[4,2]"], {"factor": "float32[]"}))

    assert next(link for link in links if link[0] == ("", "factor"))[1][1] == "Mul"


def test_two_calls_of_one_function_are_two_groups():
    graph = trace_function(lambda x: double_sine(x) + double_sine(x + 1.0), ["float32[3]"], {})

    groups = {group.id: group.label for group in graph.groups.values() if group.kind == "function"}

    assert groups == {"double_sine/": "double_sine", "double_sine#2/": "double_sine (call 2)"}


def test_cases_are_numbered():
    def chosen(index, x):
        return tf.switch_case(index, [lambda: x + 1.0, lambda: x * 2.0, lambda: tf.exp(x)])

    graph = trace_function(chosen, ["int32[]", "float32[2]"], {})
    _, links = opened(graph)

    assert [body.role for body in graph.bodies] == ["branch 0", "branch 1", "branch 2"]
    assert len([link for link in links if link[1][1].endswith("Case") and link[0][1] in ("AddV2", "Mul", "Exp")]) == 3


def test_ops_in_a_body_belong_to_the_layer_that_is_called():
    class PerRow(keras.layers.Layer):
        def __init__(self):
            super().__init__(name="per_row")
            self.each = keras.layers.Dense(4, name="each")
            self.each.build((None, 3))

        def call(self, rows):
            return tf.map_fn(lambda row: self.each(row), rows, fn_output_signature=tf.TensorSpec((None, 4)))

    inputs = keras.Input((5, 3))
    model = keras.Model(inputs, PerRow()(inputs), name="net")
    lstm = keras.Sequential([keras.Input((5, 3)), keras.layers.Bidirectional(keras.layers.LSTM(4))], name="rnn")

    products = [op for op in trace_forward(model).ops() if op.type == "MatMul"]
    cell = [op for op in trace_forward(lstm).ops() if op.type == "MatMul" and "/body/" in op.id]

    assert {op.layer.path for op in products} == {"net/per_row/each"}
    assert {op.layer.path.rsplit("/", 1)[-1] for op in cell} == {"lstm_cell"}


def test_parameters_are_counted_once_though_bodies_read_them():
    model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4), keras.layers.Dense(1)])
    model.compile("sgd", "mse")

    assert trace_forward(model).parameters == model.count_params()
    assert trace_train_step(model).parameters == model.count_params()


def test_the_view_of_every_op_wires_calls_to_their_bodies():
    graph = trace_function(lambda x: double_sine(x), ["float32[3]"], {})
    folded = fold_nothing(graph)
    shown = view(folded, frozenset(folded.groups))

    links = {(link.src, link.dst) for link in shown.links}

    assert {("PartitionedCall", "PartitionedCall/a"), ("PartitionedCall/Identity", "PartitionedCall")} <= links


def test_a_rnn_opens_in_a_handful_of_boxes():
    model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4)], name="rnn")
    folded = fold_quiet(trace_forward(model))

    opened = view(folded, frozenset({"rnn/", "rnn/lstm/", "rnn/lstm/lstm_cell/"})).boxes

    assert len([box for box in opened if box.parent == "rnn/lstm/"]) <= 25
    assert {box.title for box in opened if box.kind == "variable"} == {"kernel", "recurrent_kernel", "bias"}


def test_a_layer_inside_a_wrapper_owns_its_ops_though_the_wrapper_skips_its_call():
    model = keras.Sequential([keras.Input((3, 2)), keras.layers.TimeDistributed(keras.layers.Dense(4))], name="net")
    graph = trace_forward(model)

    products = [op for op in graph.ops() if op.type == "MatMul"]

    assert {op.layer.path for op in products} == {"net/time_distributed/dense"}
    assert [graph.groups[op.path[-1]].label for op in products] == ["dense", "dense (call 2)", "dense (call 3)"]


def test_the_empty_list_that_a_loop_fills_is_folded_into_the_value_it_carries():
    model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4)], name="rnn")
    folded = fold_quiet(trace_forward(model))

    loop = next(op for op in folded.graph.ops() if op.type == "StatelessWhile" or op.type == "While")
    reserved = next(src for src, _ in loop.inputs if folded.graph.op(src).type == "TensorListReserve")

    assert folded.stands_for[reserved] in folded.carried


@pytest.mark.parametrize(
    ("function", "specs"),
    [
        (lambda x, y: tf.cond(x > 0, lambda: tf.constant(1.0), lambda: y) + y, ["float32[]", "float32[]"]),
        (lambda i: tf.switch_case(i, [lambda: tf.constant(1.0), lambda: tf.constant(2.0)]), ["int32[]"]),
        (lambda x: tf.identity(tf.constant(3.0)) * x, ["float32[]"]),
        (lambda x: tf.map_fn(lambda row: row * 2.0, x), ["float32[?,3]"]),
        (lambda x: double_sine(tf.cast(tf.shape(x)[0], tf.float32)), ["float32[?,3]"]),
    ],
)
def test_every_op_has_a_shown_op_that_stands_for_it(function, specs):
    graph = trace_function(function, specs, {})
    folded = fold_quiet(graph)

    assert set(folded.stands_for) == set(graph)
    assert set(folded.stands_for.values()) == set(folded.paths)


def test_a_branchs_result_is_no_input_of_the_conditional():
    graph = trace_function(
        lambda x, y: tf.cond(x > 0, lambda: tf.constant(1.0), lambda: y) + y, ["float32[]", "float32[]"], {}
    )

    assert [op for op in fold_quiet(graph).constants if graph.op(op).type.endswith("If")] == []


def test_a_counter_that_only_tensorflow_needs_is_not_shown():
    shown, _ = opened(trace_function(looping, [], {}))

    assert sorted(box.title for box in shown.boxes if box.parent == "while/") == ["count", "x"]


def test_unused_results_of_a_layer_are_not_shown():
    model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4, return_sequences=True)], name="rnn")
    folded = fold_quiet(trace_forward(model))

    read = {wire.src for wire in folded.wires} | {wire.src for wire in folded.updates}

    for op_id in folded.paths:
        op = folded.graph.op(op_id)
        if op.type not in ("StatelessWhile", "Placeholder", "LogicalAnd") and op_id not in folded.graph.output_ids:
            assert op_id in read, op


def test_an_input_used_only_for_its_shape_is_drawn_as_control():
    graph = trace_function(lambda x: tf.cast(tf.shape(x)[0], tf.float32) * 2.0, ["float32[?,3]"], {})
    shown = view(fold_quiet(graph), frozenset())

    assert [(link.src, link.style, link.label) for link in shown.links if link.src == "x"] == [("x", "control", "")]


def carried(function, *specs):
    """The titles of the values that a function's loops carry."""
    folded = fold_quiet(trace_function(function, list(specs), {}))
    shown = view(folded, frozenset(folded.groups))
    return [box.title for box in shown.boxes if box.id in folded.carried]


@tf.function
def collatz(n):
    steps = tf.constant(0)
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def test_the_values_of_a_python_loop_have_the_names_of_its_variables():
    def over_rows(rows):
        total = tf.constant(0.0)
        for row in rows:
            if total > 9.0:
                break
            total += tf.reduce_sum(row)
        return total

    def counting(x):
        for number in tf.range(5):
            x = x * tf.cast(number, tf.float32)
        return x

    assert sorted(carried(collatz, "int32[]")) == ["n", "steps"]
    assert sorted(carried(over_rows, "float32[?,3]")) == ["break", "index", "total"]
    assert sorted(carried(counting, "float32[]")) == ["number", "x"]


def test_a_value_that_a_loop_also_gathers_is_no_mere_count():
    def gathering(x):
        found = tf.TensorArray(tf.float32, size=3)
        for step in tf.range(3):
            x = tf.nn.softmax(x)
            found = found.write(step, x)
        return found.stack()

    shown, _ = opened(trace_function(gathering, ["float32[4]"], {}))
    (softmax,) = [box.id for box in shown.boxes if box.op_type == "Softmax"]
    (carried_x,) = [box.id for box in shown.boxes if box.title == "x" and box.subtitle.startswith("carried")]
    links = {(link.src, link.dst): link.style for link in shown.links}
    assert links["x", carried_x] == links[carried_x, softmax] == "data"
    assert links[softmax, carried_x] == "iteration"


def test_the_values_of_a_while_loop_have_the_names_of_its_bodys_parameters():
    def growing(x):
        def body(step, sums):
            return step + 1, {"small": sums["small"] + x, "large": sums["large"] * x}

        return tf.while_loop(lambda step, _: step < 3, body, (tf.constant(0), {"small": x, "large": x}))

    def scanning(rows):
        return tf.scan(lambda total, row: total + row, rows)

    assert sorted(carried(growing, "float32[]")) == ["step", "sums['large']", "sums['small']"]
    assert "value" in carried(scanning, "float32[3]")  # the parameters of TensorFlow's own body say nothing


def test_the_inspector_names_a_loops_value_as_its_box_does():
    folded = fold_quiet(trace_function(collatz, ["int32[]"], {}))
    value = next(op_id for op_id in folded.carried if folded.graph.facts.names[op_id] == "steps")
    reader = next(op.id for op in folded.graph.ops() if op.type == "AddV2" and (value, 0) in op.inputs)

    heading, sentence, *_ = inspect(folded, value)
    inputs = next(part for part in inspect(folded, reader) if getattr(part, "title", "") == "Inputs")

    assert heading.title == "steps"
    assert sentence.text == "The loop variable `steps`, at the start of each iteration: one number."
    assert inputs.parts[0].label == "steps"
