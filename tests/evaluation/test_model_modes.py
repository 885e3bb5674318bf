"""A model with the weights of a run, and in training mode: the values are Keras' own, and the model keeps its state."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.evaluation.evaluate import evaluate  # noqa: E402
from graphlab.evaluation.inputs import arguments_for  # noqa: E402
from graphlab.evaluation.model.mode import mode_of  # noqa: E402
from graphlab.evaluation.model.training_mode import ONLY_INFERENCE, has_training, note_other_ops  # noqa: E402
from graphlab.evaluation.model.weights import AS_BUILT, OF_FILE, UNTRAINED, own_weights  # noqa: E402
from graphlab.evaluation.opened import open_source  # noqa: E402
from graphlab.sources import parse_source  # noqa: E402
from graphlab.sources.objects import find_object  # noqa: E402
from graphlab.training.checkpoints import save_checkpoint  # noqa: E402

PROGRAM = """
import keras
import tensorflow as tf

layers = keras.layers
model = keras.Sequential(
    [
        keras.Input((6, 6, 2)),
        layers.Conv2D(3, 3),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dropout(0.5),
        layers.Flatten(),
        layers.Dense(4),
    ]
)
model.compile("adam", "mse")
pooled = keras.Sequential([keras.Input((4, 4, 1)), layers.Dropout(0.5, name="drop"), layers.Flatten(name="flat")])
pooled.compile("adam", "mse")
recurrent = keras.Sequential([keras.Input((3, 2)), layers.LSTM(4, dropout=0.5), layers.Dense(1)])
plain = keras.Sequential([keras.Input((3,)), layers.Dense(2)])


class Noisy(keras.Model):
    def call(self, x, training=False):
        return x + 1.0 if training else tf.sqrt(x)


noisy = Noisy()
noisy(tf.ones((1, 2)))


def build():
    return keras.Sequential([keras.Input((3,)), layers.Dropout(0.5), layers.Dense(2)])
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    path = tmp_path_factory.mktemp("modes") / "program.py"
    path.write_text(PROGRAM)
    sources = {}

    def opened(name):
        if name not in sources:
            sources[name] = open_source(parse_source(f"{path}:{name}"), lambda words: None)
        return sources[name]

    return opened


def run(source, mode, *inputs):
    arguments = arguments_for(source.find("forward"), inputs, {}, (), 7)
    values = evaluate(mode.live, arguments, rules=mode.rules)
    return values, values[values.graph.output_ids[0]]


def state_of(model):
    return [np.array(one) for one in model.variables]


def test_in_training_mode_values_are_those_of_the_models_own_call(opened):
    source = opened("model")
    model = find_object(source.spec, source.source.module)
    before = state_of(model)
    x = np.random.default_rng(2).normal(size=(5, 6, 6, 2)).astype("f")
    mode = mode_of(source, "forward", source.find("forward"), weights=None, training_seed=3)

    values, output = run(source, mode, x)

    for mine, now in zip(before, state_of(model), strict=True):
        np.testing.assert_array_equal(mine, now)
    dropout = model.layers[3]
    [state] = mode.rules.weights.values()
    dropout.seed_generator.state.assign(state)
    np.testing.assert_allclose(output, model(x, training=True), rtol=1e-4, atol=1e-5)
    for variable, mine in zip(model.variables, before, strict=True):
        variable.assign(mine)
    assert mode.ambiguous == frozenset()
    assert values.causes == frozenset()


def test_the_seed_decides_what_dropout_drops(opened):
    source, x = opened("model"), np.ones((1, 6, 6, 2), "f")

    first, again, other = (
        run(source, mode_of(source, "forward", source.find("forward"), weights=None, training_seed=seed), x)[1]
        for seed in (3, 3, 4)
    )

    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_ids_that_may_mean_another_op_in_training_are_ambiguous(opened):
    source = opened("recurrent")

    mode = mode_of(source, "forward", source.find("forward"), weights=None, training_seed=3)

    types = {source.find("forward").graph.op(op_id).type for op_id in mode.ambiguous}
    assert "Mul" in types
    assert "MatMul" not in types


def test_ops_that_do_not_run_in_training_say_so(opened):
    source = opened("noisy")
    live = source.find("forward")

    values, output = run(
        source, mode := mode_of(source, "forward", live, weights=None, training_seed=3), np.full((1, 2), 9.0, "f")
    )
    note_other_ops(values, live)

    np.testing.assert_array_equal(output, [[10.0, 10.0]])
    [root] = [op.id for op in live.graph.ops() if op.type == "Sqrt"]
    assert values.problems[root] == ONLY_INFERENCE
    assert root not in values.causes
    assert mode.live is not live


def test_ops_that_run_only_in_training_are_named_with_what_reads_them(opened):
    source = opened("pooled")
    mode = mode_of(source, "forward", source.find("forward"), weights=None, training_seed=3)

    hidden = {op_id.partition("/")[2]: [one.partition("/")[2] for one in ops] for op_id, ops in mode.hidden.items()}
    dropped = ["drop_1/stateless_dropout/SelectV2"]
    assert hidden == {"flat_1/Reshape": dropped, "flat_1/Shape": dropped}
    assert mode.note == (
        "Training mode also runs ops of drop that this graph does not show: boxes that read them say so. "
        "The train step shows them."
    )
    assert mode_of(source, "forward", source.find("forward"), weights=None, training_seed=None).note == ""


@pytest.mark.parametrize(("name", "wanted"), [("model", True), ("noisy", True), ("plain", False), ("build", False)])
def test_training_mode_is_offered_where_it_differs_and_the_model_is_known(opened, name, wanted):
    assert has_training(opened(name), "forward") is wanted


def test_variables_show_the_weights_of_a_run(opened, tmp_path):
    source = opened("model")
    model = find_object(source.spec, source.source.module)
    before = state_of(model)
    for weight in model.weights:
        weight.assign(weight + 2.0 if weight.dtype == "float32" else weight)
    changed = {weight.path: np.array(weight) for weight in model.weights}
    x = np.ones((1, 6, 6, 2), "f")
    want = model(x).numpy()
    path = save_checkpoint(model, tmp_path, 4)
    for variable, mine in zip(model.variables, before, strict=True):
        variable.assign(mine)

    mode = mode_of(source, "forward", source.find("forward"), weights=(path, "run 14:02, epoch 4"), training_seed=None)
    values, output = run(source, mode, x)

    np.testing.assert_allclose(output, want, rtol=1e-5)
    graph = source.find("forward").graph
    shown = {op.variable.name: values[op.id] for op in graph.ops() if op.variable is not None}
    assert shown
    for name, array in shown.items():
        np.testing.assert_array_equal(array, changed[name])
    for variable, mine in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable, mine)


def test_weights_are_untrained_until_a_bias_has_moved(opened, tmp_path):
    source = opened("plain")
    model = find_object(source.spec, source.source.module)
    bias = model.layers[0].bias

    before = own_weights(source, source.find("forward"))
    bias.assign(bias + 0.25)
    after = own_weights(source, source.find("forward"))
    bias.assign(bias - 0.25)
    model.save(tmp_path / "plain.keras")
    file = open_source(parse_source(str(tmp_path / "plain.keras")), lambda words: None)

    assert (before, after, own_weights(file, file.find("forward"))) == (UNTRAINED, AS_BUILT, OF_FILE)


@pytest.mark.parametrize(("name", "words"), [("model", UNTRAINED), ("recurrent", UNTRAINED), ("noisy", AS_BUILT)])
def test_means_and_the_biases_of_an_lstm_begin_at_0_or_1(opened, name, words):
    source = opened(name)
    assert own_weights(source, source.find("forward")) == words
