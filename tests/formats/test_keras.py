"""Keras files: the graph equals the live model's, no code from a file runs, and a bad file gets one sentence."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile

import numpy as np
import pytest

from graphlab.errors import FormatError
from graphlab.formats import load, read, read_weights
from graphlab.formats.node_link import to_node_link

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")

from graphlab.tracing.targets import trace_object  # noqa: E402
from tests.support.keras_files import archive, changed, layer, parts_of, plain  # noqa: E402

layers = keras.layers

NO_STEP = "No train step: the model is not compiled; compile it before you save it."


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
    words = shared(layers.GlobalMaxPooling1D()(layers.Embedding(20, 6)(ids)))
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
    seen = layers.Bidirectional(layers.GRU(2, return_sequences=True))(seen)
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


@pytest.fixture(scope="session")
def plain_parts(tmp_path_factory):
    return parts_of(plain(), tmp_path_factory.mktemp("plain"))


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
    for key in ("code", "notes", "weights", "untrainable", "has_data"):
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
            assert graph.notes == (() if "train_step" in found else (NO_STEP,))
        assert_values(model, path, found["forward"])


def assert_values(model, path, graph):
    """Every variable of the graph has its values in the file, and they are the model's."""
    assert set(graph.weights) == {op.id for op in graph.ops() if op.variable}
    held = {op_id: read_weights(path, where) for op_id, where in graph.weights.items()}
    assert sorted(map(plain_values, held.values())) == sorted(map(plain_values, used(model, graph)))
    for op_id, values in held.items():
        variable = graph.op(op_id).variable
        assert (values.shape, values.dtype.name) == (variable.shape, variable.dtype)


def test_hdf5_does_not_hold_a_learned_vocabulary_and_that_is_said(tmp_path):
    words = layers.TextVectorization(name="words", output_sequence_length=3)
    words.adapt(np.array(["a b", "b c d"]))
    text = keras.Input((), dtype="string")
    keras.Model(text, words(text)).save(tmp_path / "model.h5")

    graph = read(tmp_path / "model.h5")["forward"]

    assert graph.notes[0].startswith("The file does not contain what the layer 'string_lookup' learned from data")


def used(model, graph):
    """The values of the model's variables that its graph reads."""
    names = {op.variable.name for op in graph.ops() if op.variable}
    return [keras.ops.convert_to_numpy(variable) for variable in model.variables if variable.path in names]


def plain_values(array):
    return array.astype("float64").ravel().tolist()


def test_values_are_distinguished_when_layers_have_the_same_name(tmp_path):
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
    path = changed(plain_parts, lambda c: layer(c, "last")["config"].update(units=5), tmp_path / "model.keras")

    graph = read(path)["forward"]

    assert len(graph.weights) == 2
    assert "for 2 variables ('m/last/kernel', 'm/last/bias')" in graph.notes[0]


def test_a_model_that_is_not_compiled_has_a_forward_graph_only(tmp_path):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.save(tmp_path / "model.keras")

    assert list(read(tmp_path / "model.keras")) == ["forward"]


def test_a_gigantic_layer_costs_no_memory(plain_parts, tmp_path):
    path = changed(plain_parts, lambda c: layer(c, "dense")["config"].update(units=10**9), tmp_path / "model.keras")

    graphs = read(path)

    assert graphs["train_step"].parameters == 4 * 10**9 + 10**9 + 2 * 10**9 + 2


def nested_json(depth):
    return '{"config": ' + "[" * depth + "]" * depth + "}"


def bad_files(parts):
    """File name → (its bytes, words of the sentence that it gets)."""
    config, weights = parts["config.json"], parts["model.weights.h5"]

    def zipped(**options):
        held = io.BytesIO()
        archive(held, {name.replace("__", "."): data for name, data in options.items()})
        return held.getvalue()

    def with_config(content):
        return zipped(**{"config.json": content, "metadata.json": b"{}"})  # as only Keras names them

    whole = zipped(**{"config.json": config, "model.weights.h5": weights})
    return {
        "empty.keras": (b"", "is empty"),
        "empty.h5": (b"", "is empty"),
        "cut.keras": (whole[: len(whole) // 2], "is truncated or damaged"),
        "cut.h5": (weights[: len(weights) // 2], "is truncated or damaged"),
        "random.keras": (np.random.default_rng(0).bytes(4096), "neither a zip archive nor HDF5"),
        "random.h5": (np.random.default_rng(1).bytes(4096), "neither a zip archive nor HDF5"),
        "text.keras": (b"hello", "is text, not a model file"),
        "without.keras": (zipped(**{"a.txt": b""}), "is a zip archive without a model: it contains 'a.txt'"),
        "words.keras": (with_config(b"{hello"), "config.json in .* is not valid JSON"),
        "latin.keras": (with_config(b'{"a": "\xe9"}'), "config.json in .* is not valid JSON"),
        "list.keras": (with_config(b"[]"), "is list, not a config"),
        "deep.keras": (with_config(nested_json(400)), "nested more than 200 levels deep"),
        "deepest.keras": (with_config(nested_json(100_000)), "nested"),
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


def test_pickles_beside_the_config_are_not_read(plain_parts, tmp_path):
    class Marker:
        def __reduce__(self):
            return open, (str(tmp_path / "marker"), "w")

    held = io.BytesIO()
    np.savez(held, dense=np.array([Marker()], dtype=object))
    parts = {name: data for name, data in plain_parts.items() if name != "model.weights.h5"}

    graphs = read(archive(tmp_path / "model.keras", {**parts, "model.weights.npz": held.getvalue()}))

    assert not (tmp_path / "marker").exists()
    assert graphs["forward"].weights == {}


def test_links_to_other_files_are_not_followed(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["numbers"] = np.arange(5.0)
    (tmp_path / "secret.bin").write_bytes(np.arange(5.0).tobytes())
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file["own"] = np.ones(3)
        file["linked"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/numbers")
        file.create_dataset("outside", shape=(5,), dtype="f8", external=[(str(tmp_path / "secret.bin"), 0, 40)])
        layout = h5py.VirtualLayout(shape=(5,), dtype="f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "numbers", shape=(5,))
        file.create_virtual_dataset("virtual", layout)
        file["loop"] = file["/"]

    graph = read(tmp_path / "model.h5")["layers"]

    assert graph.weights == {"model/own": "own"}
    for where in ("linked", "outside", "virtual", "loop/linked"):
        with pytest.raises(FormatError, match="has no array"):
            read_weights(tmp_path / "model.h5", where)


def test_an_array_that_claims_more_than_it_holds_is_not_read(tmp_path):
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.create_dataset("huge", shape=(10**6, 10**6), dtype="f4", chunks=(1000, 1000), compression="gzip")
        file.create_dataset("hollow", shape=(300_000_000,), dtype="f4", chunks=(10**6,), compression="gzip")

    graph = read(tmp_path / "model.h5")["layers"]

    assert str(graph.op("model/huge").outputs[0]) == "float32[1000000,1000000]"
    for where, words in (("huge", "4,000,000,000,000 bytes"), ("hollow", "stores almost none")):
        with pytest.raises(FormatError, match=words):
            read_weights(tmp_path / "model.h5", where)


def test_a_folder_is_no_keras_file(tmp_path):
    (tmp_path / "model.keras").mkdir()

    with pytest.raises(FormatError, match=r"model.keras"):
        read(tmp_path / "model.keras")


def test_a_zip_bomb_is_not_inflated(tmp_path):
    path = archive(
        tmp_path / "model.keras",
        {"config.json": b" " * (65 * 2**20), "metadata.json": b"{}"},
        compression=zipfile.ZIP_DEFLATED,
        compresslevel=9,
    )
    assert os.path.getsize(path) < 10**5

    with pytest.raises(FormatError, match="is 68,157,440 bytes; the limit is 67,108,864"):
        read(path)


def test_the_suffix_may_be_the_others(plain_parts, tmp_path):
    archive(tmp_path / "model.h5", plain_parts)
    model = plain()
    model.save(tmp_path / "other.h5")
    (tmp_path / "other.h5").rename(tmp_path / "model.keras")

    for name in ("model.h5", "model.keras"):
        assert list(read(tmp_path / name)) == ["forward", "train_step"]


@pytest.mark.usefixtures("traced_by_one")
def test_the_command_exports_a_keras_file(command, plain_parts, tmp_path):
    path = archive(tmp_path / "model.keras", plain_parts)

    code, _, complaint = command("export", str(path), "-o", str(tmp_path / "graph.json"))

    said = "graphlab: wrote forward, the first of 2 graphs; use --graph for another: train_step\n"
    assert (code, complaint) == (0, said)
    assert shown(load(tmp_path / "graph.json")) == shown(read(path)["forward"])


def test_lora_variables_are_in_the_variable_that_they_adapt(tmp_path):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="d")])
    dense = model.get_layer("d")
    dense.enable_lora(1)
    dense.lora_kernel_b.assign([[1.0, 2.0]])
    model.save(tmp_path / "lora.keras")
    graph = read(tmp_path / "lora.keras")["forward"]
    held = {op.variable.name.rpartition("/")[2]: graph.weights.get(op.id) for op in graph.ops() if op.variable}

    assert graph.notes == (
        "No train step: the model is not compiled; compile it before you save it.",
        "Keras merges LoRA variables into the variable that they adapt, so "
        "the values of 'sequential/d/lora_kernel_a', 'sequential/d/lora_kernel_b' are there.",
    )
    assert (held["lora_kernel_a"], held["lora_kernel_b"]) == (None, None)
    merged = dense._kernel.numpy() + dense.lora_alpha * dense.lora_kernel_a.numpy() @ dense.lora_kernel_b.numpy()
    assert read_weights(tmp_path / "lora.keras", held["kernel"]) == pytest.approx(merged)
    assert (graph.parameters, graph.trainable_parameters) == (13, 7)
