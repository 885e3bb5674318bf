"""The train step that is shown is the one that Keras' fit runs, or the reason why it cannot run."""

from __future__ import annotations

import inspect
from collections import Counter

import pytest

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from graphlab.errors import TraceError  # noqa: E402
from graphlab.sources import parse_source  # noqa: E402
from graphlab.tracing.models.graphs import trace_train_step  # noqa: E402
from graphlab.tracing.targets import trace_object, trace_source  # noqa: E402

BATCH = 8


class Own(keras.Model):
    """Its own train step keeps a metric of its own and punishes large gradients."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
        self.norm = keras.metrics.Mean("norm")

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
        gradients = tape.gradient(loss, self.trainable_variables)
        clipped, norm = tf.clip_by_global_norm(gradients, 1.0)
        self.optimizer.apply_gradients(zip(clipped, self.trainable_variables, strict=True))
        self.norm.update_state(norm)
        return {"loss": loss, "norm": self.norm.result()}


def dense():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


def noisy():
    layers = [keras.layers.Dense(8), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1, kernel_regularizer="l2")])
    model.compile("rmsprop", "mae", jit_compile=False)
    return model


def mixed():
    with_floats = keras.layers.Dense(1, dtype="float32")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, dtype="mixed_float16"), with_floats])
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)), "mse")
    return model


def own():
    model = Own()
    model(keras.Input((4,)))
    model.compile("sgd")
    return model


def trained_step(model, weights):
    """The types of the ops in the function that fit itself has traced by its end."""
    data = tf.ones([BATCH, 4]), tf.ones([BATCH, 1]), *([tf.ones([BATCH, 1])] if weights else [])
    batches = tf.data.Dataset.from_tensor_slices(data).batch(BATCH)
    model.fit(batches, verbose=0)
    step = inspect.unwrap(inspect.getclosurevars(model.train_function).nonlocals["one_step_on_data"], stop=is_tf)
    traced = step.get_concrete_function(batches.element_spec)
    return Counter(op.type for op in traced.graph.get_operations())


def is_tf(function):
    return hasattr(function, "get_concrete_function")


@pytest.mark.parametrize("make", [dense, noisy, mixed, own], ids=lambda make: make.__name__)
def test_the_train_step_has_the_ops_that_fit_runs(make):
    graph = trace_train_step(make())

    called = {body.group for body in graph.bodies}
    own = Counter(op.type for op in graph.ops() if called.isdisjoint(op.path))
    assert own == trained_step(make(), weights=False)


SOURCES = """
import keras
import numpy as np
import tensorflow as tf

class Net(keras.Model):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.dense = keras.layers.Dense(1)
    def call(self, x):
        return self.dense(x)

class InStep(Net):
    def train_step(self, data):
        x, y = data
        if tf.reduce_mean(x) > 0.5:
            x = x - 0.5
        return super().train_step((x, y))

class InCall(Net):
    def call(self, x):
        for _ in tf.range(2):
            x = tf.tanh(x)
        return self.dense(x)

class WithNumpy(Net):
    def call(self, x):
        return self.dense(x / x.numpy().max())

class Gan(keras.Model):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    def train_step(self, real):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.generator(tf.random.normal((2, 3))) - real["image"]))
        variables = self.generator.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {"loss": loss}

def made(cls, **settings):
    model = cls(name=cls.__name__.lower())
    model(tf.ones([2, 4]))
    model.compile("sgd", "mse", **settings)
    return model

in_step, eager = made(InStep), made(Net, run_eagerly=True)
in_call = InCall(name="in_call")
in_call.compile("sgd", "mse")
with_numpy = made(WithNumpy, run_eagerly=True)
weighted = Net(name="weighted")
weighted.compile("sgd", "mse")
gan = Gan(name="gan")
gan.compile("sgd")
"""


@pytest.fixture
def graphs_of(tmp_path):
    def graphs_of(name, data="(tf.ones([8, 4]), tf.ones([8, 1]))"):
        loader = f"tf.data.Dataset.from_tensor_slices({data}).batch(2)"
        (tmp_path / "net.py").write_text(f"{SOURCES}\ndef datasets():\n    return {loader}, None\n")
        return trace_source(parse_source(f"{tmp_path}/net.py:{name}"))

    return graphs_of


def line_of(words):
    return SOURCES.splitlines().index(words) + 1


def test_a_train_step_that_keras_cannot_trace_is_a_failure_beside_the_forward_graph(graphs_of):
    graphs = graphs_of("in_step")

    assert list(graphs) == ["forward"]
    told = graphs["forward"].facts.failures["train_step"]
    assert told.startswith(
        "tracing the train step of 'instep' failed: OperatorNotAllowedInGraphError: Using a symbolic"
    )
    assert f"net.py:{line_of('        if tf.reduce_mean(x) > 0.5:')})" in told
    assert "Keras traces without AutoGraph" in told


def test_a_call_that_keras_cannot_trace_is_reported_with_its_line(graphs_of):
    with pytest.raises(TraceError, match=f"net.py:{line_of('        for _ in tf.range(2):')}"):
        graphs_of("in_call")


def test_a_model_that_runs_eagerly_is_shown_with_a_note_where_it_can_be_traced(graphs_of):
    graphs = graphs_of("eager")

    assert list(graphs) == ["forward", "train_step"]
    for graph in graphs.values():
        assert "The model runs eagerly (run_eagerly=True in compile)" in " ".join(graph.notes)


def test_a_model_that_runs_eagerly_and_cannot_be_traced_says_both(graphs_of):
    with pytest.raises(TraceError, match=r"'withnumpy' runs eagerly \(run_eagerly=True.*'numpy' \(.*net.py:\d+\)"):
        graphs_of("with_numpy")


def test_a_model_without_a_call_has_the_train_step_of_its_own_on_its_data(graphs_of):
    graphs = graphs_of("gan", '{"image": tf.ones([8, 4])}')

    assert list(graphs) == ["train_step"]
    assert "'gan' does not define call" in graphs["train_step"].facts.failures["forward"]
    (image,) = graphs["train_step"].input_ids
    assert str(graphs["train_step"].op(image).outputs[0]) == "float32[?,4]"


def test_a_model_that_was_never_called_is_built_for_its_data_with_its_weights(graphs_of):
    graphs = graphs_of("weighted", "(tf.ones([8, 4]), tf.ones([8, 1]), tf.ones([8, 1]))")

    assert list(graphs) == ["forward", "train_step"]
    step = graphs["train_step"]
    assert [step.facts.names[one] for one in step.input_ids] == ["x", "target", "sample_weight"]
    model = Plain()
    model.compile("sgd", "mse")
    assert Counter(op.type for op in step.ops()) == trained_step(model, weights=True)


X, Y = "np.ones([8, 4])", "np.ones([8, 1])"
PAIR = "tf.data.Dataset.from_tensor_slices((x, y)).batch(2)"


@pytest.mark.parametrize(
    "returned",
    [
        "return x, y",
        "return {'train': (x, y), 'val': (x, y)}",
        "return {'train': PAIR}",
        "return batches, batches",
        "return batches(), None",
        "yield PAIR\n    yield PAIR",
        "yield x, y\n    yield x, y",
        "return [(x, y), (x, y)], None",
        "return (x.tolist(), y.tolist()), None",
    ],
)
def test_every_kind_of_training_data_provides_the_batch_of_the_train_step(tmp_path, returned):
    data = f"""
x, y = {X}, {Y}

def batches():
    yield x[:5], y[:5]
    yield x[5:], y[5:]

def datasets():
    {returned.replace("PAIR", PAIR)}
"""
    (tmp_path / "net.py").write_text(SOURCES + data)
    step = trace_source(parse_source(f"{tmp_path}/net.py:weighted"))["train_step"]

    given = {step.facts.names[one]: str(step.op(one).outputs[0]) for one in step.input_ids}
    kind = "float64" if "PAIR" in returned else "float32"  # tf.data keeps its own, Keras converts the rest
    assert given == {"x": f"{kind}[?,4]", "target": f"{kind}[?,1]"}


@pytest.mark.parametrize("returned", ["return (x, x[:, :2]), y", "return {'a': x, 'b': x[:, :2]}, y"])
def test_inputs_of_several_arrays_keep_their_labels(tmp_path, returned):
    (tmp_path / "net.py").write_text(
        SOURCES
        + f"""
x, y = {X}, {Y}

class Two(Net):
    def call(self, given):
        a, b = given.values() if isinstance(given, dict) else given
        return self.dense(a) + tf.reduce_sum(b)

two = Two(name="two")
two.compile("sgd", "mse")

def datasets():
    {returned}
"""
    )
    step = trace_source(parse_source(f"{tmp_path}/net.py:two"))["train_step"]

    given = {step.facts.names[one]: str(step.op(one).outputs[0]) for one in step.input_ids}
    assert list(given.values()) == ["float32[?,4]", "float32[?,2]", "float32[?,1]"]
    assert given["target"] == "float32[?,1]"


class Plain(keras.Model):
    """As `weighted` above."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)

    def call(self, x):
        return self.dense(x)


def test_a_live_model_fails_only_where_the_failing_graph_is_asked_for():
    class Failing(Own):
        def train_step(self, data):
            raise ValueError("no step today")

    model = Failing()
    model(tf.ones([1, 4]))
    model.compile("sgd")

    graphs = trace_object(model)

    assert list(graphs) == ["forward"]
    assert "ValueError: no step today" in graphs["forward"].facts.failures["train_step"]


def test_a_step_that_fit_runs_otherwise_says_so():
    class OwnFunction(Plain):
        def make_train_function(self, force=False):
            return super().make_train_function(force)

    def notes(model, **settings):
        model(tf.ones([2, 4]))
        model.compile("sgd", "mse", **settings)
        return " ".join(trace_train_step(model).notes)

    several = "Keras runs this step 8 times per execution (steps_per_execution=8)."
    assert several in notes(Plain(), steps_per_execution=8)
    assert "OwnFunction overrides make_train_function" in notes(OwnFunction())
    plain = notes(Plain())
    assert "execution" not in plain
    assert "make_train_function" not in plain
