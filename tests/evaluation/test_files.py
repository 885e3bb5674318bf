"""Model files run with their own weights, as TensorFlow runs them. No code in them runs, and no op that reaches out."""

from __future__ import annotations

import numpy as np
import pytest

from graphlab.errors import GraphlabError, SourceError
from graphlab.evaluation.files.allowed import allowed_types, why_not_file

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.evaluation.evaluate import evaluate  # noqa: E402
from graphlab.evaluation.inputs import arguments_for  # noqa: E402
from graphlab.evaluation.model.mode import mode_of  # noqa: E402
from graphlab.evaluation.model.training_mode import has_training  # noqa: E402
from graphlab.evaluation.opened import open_source  # noqa: E402
from graphlab.sources import parse_source  # noqa: E402
from tests.formats.test_keras_safety import attacks  # noqa: E402
from tests.support.keras_files import changed, layer, parts_of, plain  # noqa: E402

layers = keras.layers
DANGEROUS = frozenset(
    {
        *("ReadFile", "WriteFile", "MatchingFiles", "RestoreV2", "SaveV2", "ImmutableConst", "DecodeProtoV2"),
        *("PyFunc", "EagerPyFunc", "PyFuncStateless", "XlaCustomCall", "XlaLaunch", "RemoteCall"),
        *("Abort", "DebugIdentity", "CopyHost", "GenerateVocabRemapping", "PartitionedCall", "While"),
    }
)


def open_file(path, *, trust=False):
    return open_source(parse_source(str(path), trust=trust), lambda words: None)


def values_of(opened, name, *inputs, gradient=""):
    live = opened.find(name)
    return evaluate(live, arguments_for(live, inputs, {}, (), 7), gradient=gradient, rules=opened.rules_of(name))


def result_of(values):
    return values[values.graph.output_ids[0]]


def convolutional():
    return keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            layers.Conv2D(64, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(70, activation="silu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def recurrent():
    return keras.Sequential(
        [keras.Input((5,), dtype="int32"), layers.Embedding(300, 20), layers.GRU(40), layers.Dense(2)]
    )


def shared():
    x, y = keras.Input((6,), name="x"), keras.Input((6,), name="y")
    dense = layers.Dense(900, activation="gelu")
    return keras.Model([x, y], layers.Dense(3)(layers.Add()([dense(x), dense(y)])))


def normalized():
    data = np.random.default_rng(1).normal(3.0, 2.0, (50, 4))
    norm = layers.Normalization()
    norm.adapt(data)
    return keras.Sequential([keras.Input((4,)), norm, layers.Dense(2)])


def example(model):
    """One example for each input of a model."""
    generator = np.random.default_rng(5)
    return [
        generator.integers(0, 9, (1, *tensor.shape[1:])).astype(tensor.dtype)
        if tensor.dtype.startswith("int")
        else generator.normal(size=(1, *tensor.shape[1:])).astype(tensor.dtype)
        for tensor in model.inputs
    ]


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("build", [convolutional, recurrent, shared, normalized])
def test_values_are_those_of_the_loaded_model(build, suffix, tmp_path):
    model = build()
    for weight in model.weights:
        weight.assign(weight + 0.25)
    path = tmp_path / f"model{suffix}"
    model.save(path)
    inputs = example(model)
    want = keras.saving.load_model(path)(inputs[0] if len(inputs) == 1 else inputs)

    values = values_of(open_file(path), "forward", *inputs)

    assert values.problems == {}
    np.testing.assert_allclose(result_of(values), want, rtol=1e-5, atol=1e-6)


def test_a_train_step_of_a_file_updates_copies_of_its_weights(tmp_path):
    model = convolutional()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(np.ones((4, 12, 12, 3)), np.arange(4), verbose=0)
    path = tmp_path / "model.keras"
    model.save(path)
    opened = open_file(path)
    x, y = np.ones((4, 12, 12, 3), "f"), np.arange(4)

    first, second = (values_of(opened, "train_step", x, y) for _ in range(2))

    assert first.causes == frozenset()
    np.testing.assert_array_equal(result_of(first), result_of(second))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_file_with_dropout_runs_in_training_mode(suffix, tmp_path):
    model = keras.Sequential(
        [keras.Input((12, 12, 3)), layers.Conv2D(5, 3), layers.BatchNormalization(), layers.Dropout(0.5)]
    )
    for weight in model.weights:
        weight.assign(weight + 0.25 if weight.dtype == "float32" else weight)
    path = tmp_path / f"model{suffix}"
    model.save(path)
    opened, x = open_file(path), np.random.default_rng(3).normal(size=(4, 12, 12, 3)).astype("f")
    live = opened.find("forward")

    assert has_training(opened, "forward")
    mode = mode_of(opened, "forward", live, weights=None, training_seed=3)
    values = evaluate(mode.live, arguments_for(live, [x], {}, (), 7), rules=mode.rules)

    assert values.causes == frozenset()
    loaded = keras.saving.load_model(path)
    [state] = mode.rules.weights.values()
    loaded.layers[-1].seed_generator.state.assign(state)
    np.testing.assert_allclose(result_of(values), loaded(x, training=True), rtol=1e-4, atol=1e-5)
    assert "ops of batch_normalization and dropout" in mode.note


@pytest.mark.parametrize("build", [shared, normalized])
def test_a_file_whose_layers_work_the_same_in_training_has_no_mode(build, tmp_path):
    build().save(tmp_path / "model.keras")
    assert not has_training(open_file(tmp_path / "model.keras"), "forward")


@pytest.mark.parametrize("way", ["export", "save"])
def test_values_of_a_saved_model_are_those_of_its_signature(way, tmp_path):
    model = convolutional()
    if way == "export":
        model.export(tmp_path, verbose=False)
    else:
        tf.saved_model.save(model, tmp_path)
    [x] = example(model)

    values = values_of(open_file(tmp_path), "serving_default", x)

    assert values.problems == {}
    np.testing.assert_allclose(result_of(values), model(x), rtol=1e-5, atol=1e-6)
    assert any(op.variable for op in values.graph.ops())


class Stepped(tf.Module):
    """A loop with a branch, a captured constant, and one that is too large to be in the graph's JSON."""

    def __init__(self):
        super().__init__()
        self.w = tf.Variable(np.linspace(-1.0, 1.0, 600, dtype="f").reshape(3, 200))
        self.shift = tf.constant(np.linspace(0.0, 0.5, 200, dtype="f"))

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")])
    def go(self, x):
        total = x @ self.w + self.shift + tf.constant(np.arange(200, dtype="f"))
        for _ in tf.range(3):
            if tf.reduce_sum(total) > 1000.0:  # noqa: SIM108 - AutoGraph converts the statement
                total = total * 0.5
            else:
                total = total + 1.0
        return total


@pytest.mark.parametrize("signed", [True, False])
def test_a_saved_function_runs_with_its_variables_and_constants(signed, tmp_path):
    module = Stepped()
    tf.saved_model.save(module, tmp_path, signatures=module.go if signed else {})
    opened = open_file(tmp_path)
    x = np.ones((1, 3), "f")

    values = values_of(opened, "serving_default" if signed else "go", x)

    assert values.problems == {}
    np.testing.assert_allclose(result_of(values), module.go(x), rtol=1e-5)


def test_gradients_of_a_file_are_those_of_a_tape_or_say_why_not(tmp_path):
    module = Stepped()
    tf.saved_model.save(module, tmp_path, signatures=module.go)
    opened = open_file(tmp_path)
    x = tf.ones((1, 3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        number = module.go(x)[0, 4]

    values = values_of(opened, "serving_default", x, gradient="output_0[0,4]")

    np.testing.assert_allclose(values.gradient(values.graph.input_ids[0]), tape.gradient(number, x), rtol=1e-5)

    exported = tmp_path / "exported"
    keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="silu")]).export(exported, verbose=False)
    with pytest.raises(SourceError, match="custom_gradient"):
        values_of(open_file(exported), "serving_default", np.ones((1, 2), "f"), gradient="output_0")


@pytest.mark.parametrize("attack", attacks("marker"))
def test_code_in_a_keras_file_never_runs(attack, tmp_path):
    marker = tmp_path / "marker"
    parts = parts_of(plain(), tmp_path)

    opened = open_file(changed(parts, attacks(marker)[attack], tmp_path / "changed.keras"))

    assert not marker.exists()
    assert not opened.live
    with pytest.raises(SourceError, match="op graph is not available"):
        opened.find("layers")


class Reaching(tf.Module):
    """Every way out of a graph that a SavedModel can contain."""

    def __init__(self, folder):
        super().__init__()
        self.folder = str(folder)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32, name="x")])
    def go(self, x):
        def touch(value):
            with open(f"{self.folder}/python", "w"):
                return value

        tf.io.write_file(f"{self.folder}/file", "text")
        read = tf.strings.length(tf.io.read_file(f"{self.folder}/secret"))
        called = tf.py_function(touch, [x], tf.float32) + tf.numpy_function(touch, [x], tf.float32, stateful=False)
        tf.print("text", output_stream=f"file://{self.folder}/printed")
        return {"safe": x * 2.0, "read": read, "called": called + 1.0, "files": tf.io.matching_files(self.folder)}


def test_ops_that_reach_out_never_run_and_the_rest_does(tmp_path):
    module = Reaching(tmp_path)
    tf.saved_model.save(module, tmp_path / "model", signatures=module.go)
    (tmp_path / "secret").write_text("secret")

    values = values_of(open_file(tmp_path / "model"), "serving_default", 3.0)

    assert {path.name for path in tmp_path.iterdir()} == {"model", "secret"}
    results = {values.graph.facts.names[op_id]: op_id for op_id in values.graph.output_ids}
    assert values[results["safe"]] == 6.0
    assert all(results[name] not in values for name in ("read", "called", "files"))
    refused = {values.graph.op(op_id).type for op_id in values.causes}
    assert refused == {"WriteFile", "ReadFile", "EagerPyFunc", "PyFuncStateless", "MatchingFiles", "PrintV2"}
    assert "never runs from a file" in next(values.problems[op_id] for op_id in values.causes)


def test_the_list_of_ops_contains_only_registered_ones_that_do_not_reach_out():
    from graphlab.evaluation.effects import READS, is_random, writes_variable
    from graphlab.tracing.private import is_stateful, op_def

    types = allowed_types()

    assert all(op_def(op_type) is not None for op_type in types)
    stateful = {op_type for op_type in types if is_stateful(op_type)}
    assert {one for one in stateful if not is_random(one) and not writes_variable(one)} - READS == {
        "Assert",
        "StatelessRandomGetAlg",
    }
    assert not types & DANGEROUS
    assert not any(attr.type in ("func", "list(func)") for op_type in types for attr in op_def(op_type).attr)


def test_a_loop_of_tensorflow_1_says_that_it_cannot_be_run(tmp_path):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        v1.disable_control_flow_v2()
        x = v1.placeholder(tf.float32, [], "x")
        [y] = tf.while_loop(lambda a: a < 100.0, lambda a: a * 2.0, [x])
        v1.enable_control_flow_v2()
        v1.saved_model.simple_save(session, str(tmp_path / "old"), {"x": x}, {"y": y})

    with pytest.raises(GraphlabError, match="loop of TensorFlow 1"):
        values_of(open_file(tmp_path / "old"), "serving_default", 3.0)


def test_a_variable_without_a_value_in_the_file_says_so(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="first"), layers.Dense(4, name="second")])
    parts = parts_of(model, tmp_path)
    path = changed(parts, lambda config: layer(config, "second")["config"].update(units=5), tmp_path / "wider.keras")

    values = values_of(open_file(path), "forward", np.ones((1, 3), "f"))

    said = {values.graph.op(op_id).variable.name: values.problems[op_id] for op_id in values.causes}
    assert said == dict.fromkeys(
        ("sequential/second/kernel", "sequential/second/bias"), "the file contains no value of this variable"
    )
    assert any("first" in op_id and values.graph.op(op_id).type == "MatMul" for op_id in values.runs.last)


@pytest.mark.parametrize(
    "name", ["model.onnx", "model.tflite", "graph.pbtxt", "graph.pb", "graph.json", "model.me.json"]
)
def test_files_without_values_say_so_in_one_sentence(name, tmp_path):
    words = why_not_file(tmp_path / name)

    assert repr(name) in words
    assert ".keras" in words


def test_a_log_folder_has_no_values(tmp_path):
    (tmp_path / "events.out.tfevents.1").touch()

    assert "log" in why_not_file(tmp_path)
