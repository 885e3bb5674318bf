"""The value of each op equals TensorFlow's own call, gradients equal those of a GradientTape, and nothing changes."""

from __future__ import annotations

import numpy as np
import pytest

from graphlab.errors import GraphlabError, SourceError

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import graphlab  # noqa: E402
from graphlab.evaluation.evaluate import evaluate  # noqa: E402
from graphlab.evaluation.inputs import arguments_for  # noqa: E402
from graphlab.evaluation.table import table_of, value_rows  # noqa: E402
from graphlab.tracing.live import live_graphs  # noqa: E402
from graphlab.tracing.targets import trace_object  # noqa: E402

layers = keras.layers


@tf.custom_gradient
def log1pexp(x):
    e = tf.exp(x)
    return tf.math.log(1.0 + e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))


def loop_with_a_branch(x):
    total = x
    for i in tf.range(5):
        if tf.reduce_sum(total) > 10.0:  # noqa: SIM108 - AutoGraph converts the statement
            total = total * 0.5
        else:
            total = total * x + tf.cast(i, tf.float32)
    return total


def tensor_array(x):
    array = tf.TensorArray(tf.float32, size=3)
    for i in tf.range(3):
        array = array.write(i, x * tf.cast(i, tf.float32))
    return array.stack()


@tf.function
def product(a, b):
    return a @ b


PAIR = [1.0, 2.0]
SQUARE = [[1.0, 2.0], [3.0, 4.0]]
FUNCTIONS = {
    "a polynomial": (lambda x: x**2 * 4.0 + 4.0 + 2.0, PAIR),
    "a loop with a branch": (loop_with_a_branch, PAIR),
    "tf.while_loop": (lambda x: tf.while_loop(lambda i, a: i < 4, lambda i, a: (i + 1, a * x), [0, x])[1], PAIR),
    "tf.scan": (lambda x: tf.scan(lambda a, b: a * b + 1.0, x), PAIR),
    "tf.map_fn": (lambda x: tf.map_fn(lambda a: a * a, x), PAIR),
    "tf.switch_case": (lambda x: tf.switch_case(tf.size(x) - 1, [lambda: x * 2.0, lambda: x**3]), PAIR),
    "a TensorArray": (tensor_array, PAIR),
    "calls in calls": (lambda x: product(x, product(x, x)), SQUARE),
    "a custom gradient": (lambda x: log1pexp(x) * 2.0, PAIR),
    "a custom gradient of TensorFlow's": (lambda x: tf.nn.silu(x) + keras.ops.gelu(x), PAIR),
    "half precision": (lambda x: tf.cast(tf.nn.softmax(tf.cast(x, tf.float16)), tf.float32), SQUARE),
    "tf.einsum": (lambda x: tf.einsum("ij,kj->ik", x, x), SQUARE),
    "a ragged tensor": (lambda x: tf.RaggedTensor.from_row_splits(x * x, [0, 1, 2]).to_tensor(), PAIR),
    "an assertion": (lambda x: (tf.debugging.assert_positive(x), tf.math.log(x))[1], PAIR),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_gradients_are_tensorflows(name):
    function, value = FUNCTIONS[name]
    function = tf.function(function)
    x = tf.constant(value)
    with tf.GradientTape() as tape:
        tape.watch(x)
        want = function(x)
    number = "[" + ",".join("0" for _ in want.shape) + "]"
    with tf.GradientTape() as tape:
        tape.watch(x)
        first = function(x)[(0,) * len(want.shape)]
    want_gradient = tape.gradient(first, x)

    values = graphlab.values(function, x, gradient=f"output{number}")

    assert values.problems == {}
    assert np.array_equal(values[values.graph.output_ids[0]], want)
    gradient = values.gradient(values.graph.input_ids[0])
    np.testing.assert_allclose(gradient, tf.convert_to_tensor(want_gradient), rtol=1e-6, atol=1e-6)


def test_texts_have_values():
    values = graphlab.values(tf.function(lambda s: tf.strings.upper(s)), ["ab", "é"])

    assert [text.decode() for text in values[values.graph.output_ids[0]]] == ["AB", "é"]


def test_an_iteration_has_values_of_its_own():
    values = graphlab.values(
        tf.function(lambda x: tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * 2.0), [0, x])[1]), 1.0
    )
    [doubled] = [op.id for op in values.graph.ops() if op.type == "Mul"]

    assert [float(values.outputs(doubled, (number,))[0]) for number in (1, 2, 3)] == [2.0, 4.0, 8.0]
    assert float(values[doubled]) == 8.0
    with pytest.raises(GraphlabError, match=r"did not run in the iterations \(4,\)"):
        values.outputs(doubled, (4,))


def test_the_branch_that_was_taken_is_known():
    values = graphlab.values(tf.function(lambda x: tf.cond(x > 0.0, lambda: x + 1.0, lambda: x - 1.0)), -2.0)

    assert list(values.branches.values()) == ["else"]
    [plus] = [op.id for op in values.graph.ops() if op.type == "AddV2"]
    with pytest.raises(GraphlabError, match="has no value: it did not run"):
        values[plus]


def networks():
    def rnn():
        return keras.Sequential(
            [keras.Input((5,)), layers.Embedding(10, 4), layers.LSTM(3, return_sequences=True), layers.GRU(2)]
        )

    def attention():
        x = keras.Input((4, 6))
        y = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 3)(x, x))
        return keras.Model(
            x, layers.Dense(1, activation="silu")(layers.GlobalAveragePooling1D()(layers.Dropout(0.3)(y)))
        )

    def convolution():
        return keras.Sequential(
            [
                keras.Input((8, 8, 3)),
                layers.Conv2D(4, 3),
                layers.BatchNormalization(),
                layers.ReLU(),
                layers.DepthwiseConv2D(3),
                layers.MaxPooling2D(),
                layers.Flatten(),
                layers.Dense(2, activation="softmax"),
            ]
        )

    return {"rnn": rnn, "attention": attention, "convolution": convolution}


@pytest.mark.parametrize("name", networks())
def test_a_train_step_is_run_and_nothing_is_changed(name):
    model = networks()[name]()
    model.compile("adam", "mse", metrics=["mae"])
    with live_graphs() as source:
        trace_object(model)
    forward, step = source.graphs
    variables = [*model.variables, *model.optimizer.variables]
    before = [variable.numpy() for variable in variables]

    for live in (forward, step):
        arguments = arguments_for(live, (), {}, (), seed=1)
        values = evaluate(live, arguments)
        assert values.problems == {}
        assert all(np.array_equal(old, variable.numpy()) for old, variable in zip(before, variables, strict=True))
        want = tf.nest.flatten(live.function(*[argument.value for argument in arguments]))
        for op_id, tensor in zip(live.graph.output_ids, want, strict=True):
            np.testing.assert_allclose(values[op_id], tensor, rtol=1e-6, atol=1e-7)
        for old, variable in zip(before, variables, strict=True):
            variable.assign(old)


def test_the_gradients_of_a_model_are_those_of_its_variables():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh"), layers.Dense(1)])
    x = np.random.default_rng(0).normal(size=(1, 4)).astype("float32")
    with tf.GradientTape() as tape:
        output = model(x)
    weights = model.trainable_variables
    want = zip([one.path for one in weights], tape.gradient(output, weights), strict=True)

    values = graphlab.values(model, x, gradient="output")

    found = {op.variable.name: values.gradient(op.id) for op in values.graph.ops() if op.variable}
    assert len(found) == 4
    for path, gradient in want:
        [match] = [value for name, value in found.items() if path.endswith(name) or name.endswith(path)]
        np.testing.assert_allclose(match, gradient, rtol=1e-5, atol=1e-6)


def test_random_numbers_are_the_same_each_time():
    tf.random.set_seed(3)
    with live_graphs() as source:
        trace_object(tf.function(lambda x: x + tf.random.normal([2])), ["float32[2]"])
    [live] = source.graphs
    arguments = arguments_for(live, ([0.0, 0.0],), {}, (), seed=1)

    first, second = (evaluate(live, arguments, isolated=True) for _ in range(2))

    assert first.problems == {}
    assert np.array_equal(first[first.graph.output_ids[0]], second[second.graph.output_ids[0]])
    assert first[first.graph.output_ids[0]].any()


@pytest.mark.parametrize(
    ("function", "op_type", "words"),
    [
        (lambda x: tf.py_function(lambda v: v + 1, [x], tf.float32), "EagerPyFunc", "it runs Python code"),
        (lambda x: (tf.io.write_file("never", "x"), x * 2.0)[1], "WriteFile", "it writes"),
        (lambda x: (tf.print(x), x * 2.0)[1], "PrintV2", "it writes"),
    ],
)
def test_what_may_change_something_is_not_run(function, op_type, words, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)

    values = graphlab.values(tf.function(lambda x: (function(x), x * 3.0)), 1.0)

    [op_id] = [op.id for op in values.graph.ops() if op.type == op_type]
    assert words in values.problems[op_id]
    assert float(values[values.graph.output_ids[-1]]) == 3.0
    assert not [*tmp_path.iterdir()]
    assert capfd.readouterr().out == ""


def test_an_op_that_fails_in_a_later_iteration_is_said_with_it():
    def take_slices(x):
        total = tf.constant(0.0)
        for i in tf.range(3):
            total += tf.reduce_sum(tf.slice(x, [i], [2]))
        return total

    values = graphlab.values(tf.function(take_slices), [1.0, 2.0, 3.0])

    [cut] = [op.id for op in values.graph.ops() if op.type == "Slice"]
    assert values[cut].tolist() == [2.0, 3.0]
    assert values.problems[cut].endswith("(in iteration 3)")
    assert values.causes == {cut}
    assert f"{cut} has no value: Slice failed" in table_of(value_rows(values), "")


def test_who_listens_may_end_the_evaluation():
    class LeftError(Exception):
        pass

    def leave(runs):
        if len(runs.order) > 20:
            raise LeftError

    with live_graphs() as source:
        trace_object(tf.function(loop_with_a_branch), ["float32[2]"])
    [live] = source.graphs

    with pytest.raises(LeftError):
        evaluate(live, arguments_for(live, (), {}, (), seed=1), on_run=leave)


def test_what_an_op_that_was_not_run_would_have_written_is_not_read():
    variable = tf.Variable(1.0)

    def lost(x):
        variable.assign(tf.gather([5.0, 6.0], tf.cast(x, tf.int32)))
        lost_read = variable + x
        variable.assign(x)
        return lost_read, variable + 1.0

    values = graphlab.values(tf.function(lost), 7.0)

    first, second = values.graph.output_ids
    assert first not in values
    assert float(values[second]) == 8.0
    assert len(values.causes) == 1
    assert float(variable) == 1.0


def test_a_gradient_is_that_of_all_reads_of_a_variable():
    table = tf.Variable(tf.reshape(tf.range(12.0), [4, 3]))

    def tied(rows):
        return tf.reduce_sum(tf.matmul(tf.gather(table, rows), table, transpose_b=True) ** 2)

    rows = tf.constant([1, 1])
    with tf.GradientTape() as tape:
        output = tied(rows)
    want = tf.convert_to_tensor(tape.gradient(output, table))

    values = graphlab.values(tf.function(tied), rows, gradient="output")

    [handle] = [op.id for op in values.graph.ops() if op.variable]
    np.testing.assert_allclose(values.gradient(handle), want, rtol=1e-6)


def test_a_custom_gradient_may_read_constants_variables_and_what_is_around_a_loop():
    constant, variable = tf.constant(5.0), tf.Variable(2.0)

    def function(x):
        factor = x * 2.0

        @tf.custom_gradient
        def scaled(y):
            return y * factor, lambda upstream: upstream * factor * constant * variable

        for _ in tf.range(3):
            x = scaled(x)
        return x

    values = graphlab.values(tf.function(function), 3.0, gradient="output")

    # TensorFlow's own tape refuses constants in a loop. Each of three times: factor 6, constant 5, variable 2.
    assert float(values.gradient("x")) == (6.0 * 5.0 * 2.0) ** 3


def test_an_op_without_a_gradient_is_named():
    def counts(x):
        return tf.raw_ops.Bincount(arr=[1], size=3, weights=tf.reshape(x, [1]))[1]

    with pytest.raises(SourceError, match=r"there are no gradients of 'output': .*Bincount"):
        graphlab.values(tf.function(counts), 2.0, gradient="output")


def test_complex_numbers_and_texts_are_written_whole():
    values = graphlab.values(tf.function(lambda x: (tf.complex(x, x * 2.0), tf.strings.as_string(x) + "\n")), 3.0)

    table = table_of(value_rows(values), "")

    assert "3+6j" in table
    assert "'3.000000\\n'" in table


def test_an_op_without_outputs_has_no_value_and_no_gradient():
    function = tf.function(lambda x: (tf.debugging.assert_positive(x), x * 2.0)[1])
    values = graphlab.values(function, 1.0)
    idle = next(op.id for op in values.graph.ops() if op.type == "NoOp")

    with pytest.raises(GraphlabError, match="has no output"):
        values[idle]
    with pytest.raises(SourceError, match="has no output; gradients are those of a number"):
        graphlab.values(function, 1.0, gradient=idle)


def test_private_functions_are_those_of_this_version():
    assert tf.__version__.startswith("2.21."), "check the private functions in graphlab/evaluation/eager.py"


def test_an_op_that_fails_says_why_and_the_rest_has_values():
    function = tf.function(lambda x: (x + 1.0, tf.reshape(x, [5])), input_signature=[tf.TensorSpec([None])])

    values = graphlab.values(function, [1.0, 2.0])

    [reshape] = [op.id for op in values.graph.ops() if op.type == "Reshape"]
    assert values.problems[reshape].startswith("Reshape failed for inputs float32[2], int32[1]: ")
    assert "Node:" not in values.problems[reshape]
    assert "not computed" in values.problems[values.graph.output_ids[1]]
    assert values[values.graph.output_ids[0]].tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"x": "text"}, r"the input x takes float32\[\], not text"),
        ({"x": [1.0, 2.0]}, r"the input x takes float32\[\]; the value has the sizes \[2\]"),
        ({"z": 1.0}, "the graph has no input 'z'; it has x, y"),
        ({"y": [1.5, 2, 3]}, r"the input y takes int32\[3\]: whole numbers from"),
        ({"y": [[1], [2, 3]]}, "have different lengths"),
        ({"x": 1e39}, r"the input x takes float32\[\]: numbers up to 3.4e\+38"),
        ({"y": []}, r"the value has the sizes \[0\]"),
        ({"x": 1 + 2j}, r"the input x takes float32\[\], not complex128"),
        ({"x": None}, "not a value of type NoneType"),
    ],
)
def test_an_input_that_does_not_fit_gets_one_sentence(inputs, words):
    function = tf.function(
        lambda x, y: x * tf.cast(y, tf.float32),
        input_signature=[tf.TensorSpec([], tf.float32), tf.TensorSpec([3], tf.int32)],
    )
    with pytest.raises(SourceError, match=words):
        graphlab.values(function, **inputs)


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        ("nothing", "no result and no op 'nothing'; its only result is output"),
        ("output", r"'output' is float32\[2\], not a single number; name one of them: output\[0\]"),
        ("output[2]", r"is outside of float32\[2\]"),
        ("output[0,0]", r"is outside of float32\[2\]"),
        ("output[a]", "no result and no op"),
    ],
)
def test_gradients_are_those_of_a_single_number(gradient, words):
    with pytest.raises(SourceError, match=words):
        graphlab.values(tf.function(lambda x: x * 2.0), [1.0, 2.0], gradient=gradient)


def test_the_process_answers_all_that_a_page_may_ask():
    from graphlab.evaluation.session.answers import ANSWERS
    from graphlab.evaluation.worker import SESSION

    assert {*SESSION} == ANSWERS.keys()
