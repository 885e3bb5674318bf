"""Keras files: the graph is the live model's, nothing of a file is run, and a bad file gets one sentence."""

from __future__ import annotations

import base64
import io
import json
import marshal
import os
import re
import zipfile
from contextlib import suppress

import numpy as np
import pytest

from graphlab.errors import FormatError
from graphlab.formats import read, read_weights
from graphlab.formats.node_link import to_node_link

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")

from graphlab.tracing.targets import trace_object  # noqa: E402

layers = keras.layers


def mlp():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Reshape((784,)),
            layers.Dense(64, "relu", kernel_regularizer="l2"),
            layers.Dropout(0.2),
            layers.Dense(10, "softmax", name="digits"),
        ],
        name="mlp",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def two_towers():
    """Several inputs and outputs by name, a shared layer, a nested model called twice, ops on tensors."""
    ids = keras.Input((7,), dtype="int32", name="ids")
    image = keras.Input((8, 8, 3), name="image")
    shared = layers.Dense(5, name="shared")
    words = shared(layers.Bidirectional(layers.LSTM(3))(layers.Embedding(20, 6, mask_zero=True)(ids)))
    seen = shared(layers.Flatten()(layers.Conv2D(2, 3, name="conv")(image))[:, :6])
    inner = keras.Sequential([keras.Input((5,)), layers.Dense(3, name="dense"), layers.BatchNormalization()], name="in")
    both = layers.Add()([inner(words), inner(seen)]) * 2.0
    outputs = {"sum": both, "score": layers.Dense(1, name="dense")(both)}
    model = keras.Model({"ids": ids, "image": image}, outputs, name="towers")
    model.compile(
        keras.optimizers.Adam(1e-2, clipnorm=1.0),
        {"sum": "mse", "score": keras.losses.MeanAbsoluteError()},
        metrics={"score": ["mae"]},
    )
    return model


def nested():
    """A functional model inside another, with layers of the same name in both."""
    inside = keras.Input((6,))
    block = keras.Model(inside, layers.Dense(6, name="dense")(inside), name="block")
    given = keras.Input((6,), name="given")
    model = keras.Model(given, layers.Dense(2, name="dense")(block(block(given))), name="outer")
    model.compile(keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 100), momentum=0.9), "mse")
    return model


def shared_in_two():
    """One layer in two inner models."""
    shared = layers.Dense(4, name="shared")
    left = keras.Sequential([keras.Input((4,)), shared], name="left")
    right = keras.Sequential([keras.Input((4,)), shared, layers.ReLU()], name="right")
    given = keras.Input((4,))
    return keras.Model(given, layers.Add()([left(given), right(given)]), name="both")


def siamese():
    """Two inner models with layers of the same names."""

    def tower(name):
        given = keras.Input((6,))
        return keras.Model(given, layers.Dense(6, name="dense")(given), name=name)

    given = keras.Input((6,))
    return keras.Model(given, layers.Add()([tower("left")(given), tower("right")(given)]), name="siamese")


def adapted():
    """Layers that learned from data: what they learned stands in the graph."""
    numbers, words = layers.Normalization(name="scaled"), layers.TextVectorization(name="words", output_mode="tf_idf")
    numbers.adapt(np.arange(12.0).reshape(3, 4))
    words.adapt(np.array(["a b", "b c d"]))
    given, text = keras.Input((4,)), keras.Input((), dtype="string")
    return keras.Model([given, text], layers.Concatenate()([numbers(given), words(text)]), name="adapted")


def attention():
    """Calls with arguments by name, several outputs of a layer, ops on tensors with slices."""
    given = keras.Input((5, 4))
    seen, scores = layers.MultiHeadAttention(2, 3)(given, value=given, return_attention_scores=True)
    every, *state = layers.LSTM(3, return_state=True, return_sequences=True)(seen + given)
    last = layers.LSTM(3)(every, initial_state=state)
    return keras.Model(given, [last, keras.ops.mean(scores[:, 0, None, ...], axis=[-2, -1])], name="attention")


def half():
    """Mixed precision and a frozen layer."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, dtype="mixed_bfloat16"), layers.Dense(2)], name="half")
    model.layers[0].trainable = False
    model.compile(keras.optimizers.RMSprop(), "mae")
    return model


MODELS = {
    "mlp": mlp,
    "two_towers": two_towers,
    "nested": nested,
    "siamese": siamese,
    "attention": attention,
    "half": half,
}
ARCHIVED = {**MODELS, "shared_in_two": shared_in_two, "adapted": adapted}  # HDF5 does not hold all of these two


def fresh(make):
    """A model whose layers are numbered from the start."""
    keras.utils.clear_session()
    return make()


def shown(graph):
    """What the page shows of a graph, as JSON text.

    Without the user's lines of code, which no file holds, and without the numbers that TensorFlow counts functions by.
    """
    data = to_node_link(graph)
    for one in [*data["nodes"], *data["graph"]["groups"].values()]:
        one["source"] = None
    for key in ("code", "notes", "weights"):
        data["graph"].pop(key, None)
    return re.sub(r"_(body|cond|grad)_\d+", r"_\1", json.dumps(data, indent=1)).splitlines()


@pytest.mark.parametrize("make", ARCHIVED.values(), ids=ARCHIVED)
def test_a_saved_model_has_the_graphs_and_the_values_of_the_live_one(make, tmp_path):
    model = fresh(make)
    paths = [tmp_path / "model.keras"] + [tmp_path / "model.h5"] * (make in MODELS.values())
    for path in paths:
        model.save(path)
    live = trace_object(model)

    for path in paths:
        found = read(path)
        assert list(found) == list(live)
        for kind, graph in found.items():
            assert shown(graph) == shown(live[kind])
            assert graph.notes == ()
        assert_values(model, path, found["forward"])


def assert_values(model, path, graph):
    """Every variable of the graph has its values in the file, and they are the model's."""
    assert set(graph.weights) == {op.id for op in graph.ops() if op.variable}
    held = {op_id: read_weights(path, where) for op_id, where in graph.weights.items()}
    assert sorted(map(plain_values, held.values())) == sorted(map(plain_values, used(model, graph)))
    for op_id, values in held.items():
        variable = graph.op(op_id).variable
        assert (values.shape, values.dtype.name) == (variable.shape, variable.dtype)


def used(model, graph):
    """The values of the model's variables that its graph reads."""
    names = {op.variable.name for op in graph.ops() if op.variable}
    return [keras.ops.convert_to_numpy(variable) for variable in model.variables if variable.path in names]


def plain_values(array):
    return array.astype("float64").ravel().tolist()


def test_values_are_told_apart_where_layers_have_the_same_name(tmp_path):
    model = fresh(siamese)
    model.save(tmp_path / "model.keras")

    graph = read(tmp_path / "model.keras")["forward"]

    kernels = {op.layer.path: op.id for op in graph.ops() if op.variable and op.variable.shape == (6, 6)}
    for side in ("left", "right"):
        values = read_weights(tmp_path / "model.keras", graph.weights[kernels[f"siamese/{side}/dense"]])
        assert np.array_equal(values, model.get_layer(side).get_layer("dense").get_weights()[0])


def test_an_optimizers_variables_have_their_values_too(tmp_path):
    model = fresh(mlp)
    model.fit(np.ones((4, 28, 28, 1)), np.zeros(4), verbose=0)
    model.save(tmp_path / "model.h5")

    graph = read(tmp_path / "model.h5")["train_step"]

    momentum = next(op.id for op in graph.ops() if op.variable and op.variable.name.endswith("dense_kernel_momentum"))
    values = read_weights(tmp_path / "model.h5", graph.weights[momentum])
    assert np.array_equal(values, next(one for one in model.optimizer.variables if "kernel_momentum" in one.path))


def test_weights_that_somebody_compressed_are_read(plain_parts, tmp_path):
    path = archive(tmp_path / "model.keras", plain_parts, compression=zipfile.ZIP_DEFLATED)

    graph = read(path)["forward"]

    assert [read_weights(path, where).shape for where in graph.weights.values()] == [(4, 3), (3,), (3, 2), (2,)]


def test_a_model_without_its_weights_is_shown_and_says_so(plain_parts, tmp_path):
    path = archive(tmp_path / "model.keras", {name: plain_parts[name] for name in ("config.json", "metadata.json")})

    graph = read(path)["forward"]

    assert graph.parameters == 4 * 3 + 3 + 3 * 2 + 2
    assert graph.notes == (f"No values can be shown: {str(path)!r} has no model.weights.h5.",)


def test_weights_of_another_shape_are_not_taken_for_the_models(plain_parts, tmp_path):
    path = attacked(plain_parts, lambda c: layer(c, "last")["config"].update(units=5), tmp_path / "model.keras")

    graph = read(path)["forward"]

    assert len(graph.weights) == 2
    assert "for 2 variables ('m/last/kernel', 'm/last/bias')" in graph.notes[0]


def test_a_model_that_is_not_compiled_has_a_forward_graph_only(tmp_path):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.save(tmp_path / "model.keras")

    assert list(read(tmp_path / "model.keras")) == ["forward"]


def test_a_gigantic_layer_costs_no_memory(tmp_path):
    model = keras.Sequential([keras.Input((784,)), layers.Dense(7, name="big"), layers.Dense(3)])
    model.compile("adam", "mse")
    path = edited(model, tmp_path, lambda config: layer(config, "big")["config"].update(units=10**9))

    graphs = read(path)

    assert graphs["train_step"].parameters == 784 * 10**9 + 10**9 + 3 * 10**9 + 3


def edited(model, folder, change):
    """The path of the model as a .keras file with a changed config."""
    model.save(folder / "original.keras")
    with zipfile.ZipFile(folder / "original.keras") as original:
        parts = {name: original.read(name) for name in original.namelist()}
    config = json.loads(parts["config.json"])
    change(config)
    parts["config.json"] = json.dumps(config).encode()
    return archive(folder / "edited.keras", parts)


def archive(path, parts, **options):
    with zipfile.ZipFile(path, "w", **options) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def layer(config, name):
    """The serialized layer of that name."""
    return next(one for one in config["config"]["layers"] if one["config"]["name"] == name)


def plain(compiled=True):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="dense"), layers.Dense(2, name="last")], name="m")
    if compiled:
        model.compile("adam", "mse")
    return model


def lambda_bytes(marker):
    """The bytecode of a function that leaves a mark, as Keras stores a lambda."""
    code = compile(f"lambda x: (open({str(marker)!r}, 'w').close(), x)[1]", "<lambda>", "eval").co_consts[0]
    return base64.b64encode(marshal.dumps(code)).decode() + "\n"


def attacks(marker):
    """Changes to a config, each of which would run code if somebody obeyed the file."""
    code = lambda_bytes(marker)
    touch = f"touch {marker}"

    def class_(module, name, settings=None, **more):
        def change(config):
            found = layer(config, "dense")
            found.clear()
            found |= {"module": module, "class_name": name, "config": {"name": "dense", **(settings or {})}, **more}

        return change

    def setting(**settings):
        return lambda config: layer(config, "dense")["config"].update(settings)

    def function(module, name, registered=None):
        return {"module": module, "class_name": "function", "config": name, "registered_name": registered or name}

    lambda_ = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    return {
        "lambda layer": class_("keras.layers", "Lambda", {"function": lambda_, "arguments": {}}),
        "lambda layer of Keras 2": class_("keras.layers", "Lambda", {"function": [code, None, None]}),
        "lambda in a setting": setting(activation=lambda_),
        "lambda value": setting(activation={"class_name": "__lambda__", "config": {"value": [code, None, None]}}),
        "os.system": class_("os", "system", {"command": touch}),
        "os.system as a function": setting(activation=function("os", "system")),
        "exec": setting(activation=function("builtins", "exec")),
        "eval": class_("builtins", "eval", {"source": f"open({str(marker)!r}, 'w')"}),
        "subprocess": class_("subprocess", "Popen", {"args": ["touch", str(marker)]}),
        "get_file": class_("keras.utils", "get_file", {"fname": "x", "origin": f"file://{marker}"}),
        "get_file inside": class_("keras.src.utils.file_utils", "get_file", {"origin": f"file://{marker}"}),
        "an import": class_("antigravity_of_graphlab", "Layer"),
        "a module of Keras": class_("keras.src.utils.python_utils", "func_load", {"code": code}),
        "enable_unsafe": class_("keras.config", "enable_unsafe_deserialization"),
        "registered over a built-in": class_("keras.layers", "Dense", {"units": 3}, registered_name="evil>Dense"),
        "torch pickle": class_("keras.layers", "TorchModuleWrapper", {"module": {"class_name": "x", "config": {}}}),
        "another SavedModel": class_("keras.layers", "TFSMLayer", {"filepath": str(marker)}),
        "TypeSpec": setting(
            units={"class_name": "__typespec__", "spec_name": "x", "module": "os", "config": [], "registered_name": ""}
        ),
        "a file outside": class_("keras.layers", "StringLookup", {"vocabulary": "/etc/passwd"}),
        "initializer": setting(kernel_initializer={"module": "os", "class_name": "system", "config": {"c": touch}}),
        "wrapped": setting(kernel_constraint={"class_name": "Wrap", "config": {"inner": [{"deep": lambda_}]}}),
        "no name": class_("keras.layers", ["Dense"]),
    }


ATTACKS = sorted(attacks("x"))


@pytest.fixture(scope="session")
def plain_parts(tmp_path_factory):
    """The parts of a small compiled model's file."""
    path = tmp_path_factory.mktemp("plain") / "plain.keras"
    plain().save(path)
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def attacked(parts, change, path):
    config = json.loads(parts["config.json"])
    change(config)
    return archive(path, {**parts, "config.json": json.dumps(config)})


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_code_of_a_file_runs(attack, plain_parts, tmp_path):
    marker = tmp_path / "marker"
    path = attacked(plain_parts, attacks(marker)[attack], tmp_path / "model.keras")

    with suppress(FormatError):
        read(path)

    assert not marker.exists()


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_code_of_an_hdf5_file_runs(attack, plain_parts, tmp_path):
    marker = tmp_path / "marker"
    config = json.loads(plain_parts["config.json"])
    attacks(marker)[attack](config)
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0" if "Keras 2" in attack else "3.15.0"

    with suppress(FormatError):
        read(tmp_path / "model.h5")

    assert not marker.exists()


def test_the_marks_of_these_attacks_are_real(tmp_path):
    from keras.src.utils.python_utils import func_load

    func_load(lambda_bytes(tmp_path / "marker"))(1)

    assert (tmp_path / "marker").exists()


def test_an_unknown_loss_costs_the_train_step_only(plain_parts, tmp_path):
    def change(config):
        config["compile_config"]["loss"] = {
            "module": "builtins",
            "class_name": "function",
            "config": "my_loss",
            "registered_name": "my_loss",
        }

    graphs = read(attacked(plain_parts, change, tmp_path / "model.keras"))

    assert list(graphs) == ["forward"]
    assert graphs["forward"].notes == ("The train step is not available: 'my_loss' is no part of Keras.",)


def test_a_loss_by_an_unknown_name_costs_the_train_step_only(plain_parts, tmp_path):
    path = attacked(plain_parts, lambda c: c["compile_config"].update(loss="my_loss"), tmp_path / "model.keras")

    graphs = read(path)

    assert list(graphs) == ["forward"]
    assert "my_loss" in graphs["forward"].notes[0]


def nested_json(depth):
    return '{"config": ' + "[" * depth + "]" * depth + "}"


def bad_files(parts):
    """File name → (its bytes, words of the sentence that it gets)."""
    config, weights = parts["config.json"], parts["model.weights.h5"]

    def zipped(**options):
        held = io.BytesIO()
        archive(held, {name.replace("__", "."): data for name, data in options.items()})
        return held.getvalue()

    whole = zipped(**{"config.json": config, "model.weights.h5": weights})
    return {
        "empty.keras": (b"", "is empty"),
        "empty.h5": (b"", "is empty"),
        "cut.keras": (whole[: len(whole) // 2], "is cut off or damaged"),
        "cut.h5": (weights[: len(weights) // 2], "is cut off or damaged"),
        "random.keras": (np.random.default_rng(0).bytes(4096), "neither a zip archive nor HDF5"),
        "random.h5": (np.random.default_rng(1).bytes(4096), "neither a zip archive nor HDF5"),
        "text.keras": (b"hello", "neither a zip archive nor HDF5"),
        "without.keras": (zipped(**{"a.txt": b""}), "has no config.json .*it holds 'a.txt'"),
        "words.keras": (zipped(**{"config.json": b"{hello"}), "config.json in .* is no JSON"),
        "latin.keras": (zipped(**{"config.json": b'{"a": "\xe9"}'}), "config.json in .* is no JSON"),
        "list.keras": (zipped(**{"config.json": b"[]"}), "is list, not a config"),
        "deep.keras": (zipped(**{"config.json": nested_json(400)}), "nested more than 200 deep"),
        "deepest.keras": (zipped(**{"config.json": nested_json(100_000)}), "nested"),
    }


BAD = sorted(bad_files({"config.json": b"", "model.weights.h5": b""}))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_clear_sentence(name, plain_parts, tmp_path):
    data, words = bad_files(plain_parts)[name]
    (tmp_path / name).write_bytes(data)

    with pytest.raises(FormatError, match=words) as raised:
        read(tmp_path / name)

    assert len(str(raised.value)) < 400
    assert "\n" not in str(raised.value)


def test_a_folder_is_no_keras_file(tmp_path):
    (tmp_path / "model.keras").mkdir()

    with pytest.raises(FormatError, match=r"cannot read .*model.keras"):
        read(tmp_path / "model.keras")


def test_a_zip_bomb_is_not_inflated(tmp_path):
    path = archive(
        tmp_path / "model.keras",
        {"config.json": b" " * (65 * 2**20)},
        compression=zipfile.ZIP_DEFLATED,
        compresslevel=9,
    )
    assert os.path.getsize(path) < 10**5

    with pytest.raises(FormatError, match="would be 68,157,440 bytes"):
        read(path)


def test_the_suffix_may_be_the_others(plain_parts, tmp_path):
    archive(tmp_path / "model.h5", plain_parts)
    model = plain()
    model.save(tmp_path / "other.h5")
    (tmp_path / "other.h5").rename(tmp_path / "model.keras")

    for name in ("model.h5", "model.keras"):
        assert list(read(tmp_path / name)) == ["forward", "train_step"]
