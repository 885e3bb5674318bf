"""The layers of a Keras file whose ops are not available, and the variables of one that contains only weights."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from graphlab.errors import FormatError
from graphlab.explain import group_summary, group_totals
from graphlab.formats import read, read_weights
from graphlab.formats.check import check_graph
from graphlab.graph import Layer, Tensor, Variable
from graphlab.inspector import inspect, overview
from graphlab.report import report, to_text
from graphlab.view import fold_quiet

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")

from tests.support.keras_files import archive, changed, parts_of  # noqa: E402

layers = keras.layers


class Scale(layers.Layer):
    """A layer of the user's own, with weights."""

    def build(self, shape):
        self.factor = self.add_weight(shape=(shape[-1],), name="factor")
        self.steps = self.add_weight(shape=(), name="steps", trainable=False)

    def call(self, x):
        return x * self.factor


class Own(keras.Model):
    """A model whose config tells nothing of its layers."""

    def __init__(self, **options):
        super().__init__(**options)
        self.first = layers.Dense(3)
        self.blocks = [layers.Dense(4), layers.LSTM(2)]

    def call(self, x):
        for layer in (self.first, *self.blocks):
            x = layer(x)
        return x


def mixed():
    """Own and Keras' layers, one called twice, an inner model called twice, several inputs and named outputs."""
    keras.utils.clear_session()
    given, words = keras.Input((7, 6), name="given"), keras.Input((1,), dtype="string", name="words")
    scale = Scale(name="scale")
    inner = keras.Sequential([keras.Input((7, 6)), layers.Dense(6, name="dense")], name="inner")
    seen = inner(inner(scale(scale(given))))
    seen = layers.Bidirectional(layers.LSTM(3, name="lstm"), name="both")(seen)
    known = layers.StringLookup(vocabulary=["a", "b"], output_mode="one_hot", name="lookup")(words)
    joined = layers.Concatenate(name="joined")([seen, known * 2.0])
    outputs = {"score": layers.Dense(2, "relu", name="score")(joined), "joined": joined}
    return keras.Model([given, words], outputs, name="mixed")


@pytest.fixture(scope="module")
def mixed_files(tmp_path_factory):
    """The model and its files in both forms."""
    folder = tmp_path_factory.mktemp("mixed")
    model = mixed()
    for name in ("model.keras", "model.h5"):
        model.save(folder / name)
    return model, folder


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_an_own_layer_leaves_the_layers_with_their_edges_and_weights(name, mixed_files):
    model, folder = mixed_files

    graphs = read(folder / name)

    assert list(graphs) == ["layers"]
    graph = graphs["layers"]
    check_graph(graph)
    calls = {op.id: (op.type, [str(tensor) for tensor in op.outputs]) for op in graph.ops() if not op.variable}
    assert calls == {
        "given": ("InputLayer", ["float32[?,7,6]"]),
        "words": ("InputLayer", ["string[?,1]"]),
        "mixed/scale": ("Scale", ["float32[?,7,6]"]),
        "mixed/scale#2": ("Scale", ["float32[?,7,6]"]),
        "mixed/inner/dense": ("Dense", ["float32[?,7,6]"]),
        "mixed/inner#2/dense": ("Dense", ["float32[?,7,6]"]),
        "mixed/both": ("Bidirectional", ["float32[?,6]"]),
        "mixed/lookup": ("StringLookup", ["float32[?,3]"]),
        "mixed/multiply": ("Multiply", ["float32[?,3]"]),
        "mixed/joined": ("Concatenate", ["float32[?,9]"]),
        "mixed/score": ("Dense", ["float32[?,2]"]),
        "output": ("Identity", ["float32[?,2]"]),
        "output#2": ("Identity", ["float32[?,9]"]),
    }
    assert [src for src, _ in graph.op("mixed/joined").inputs] == ["mixed/both", "mixed/multiply"]
    assert graph.op("mixed/inner#2/dense").inputs[0][0] == "mixed/inner/dense"
    assert graph.facts.names == {"output": "score", "output#2": "joined"}
    assert graph.input_ids == ("given", "words")
    assert graph.groups["mixed/scale#2/"].label == "scale (call 2)"
    assert graph.groups["mixed/inner/"].kind == "model"
    assert graph.groups["mixed/score/"].settings["activation"] == "relu"
    assert graph.op("mixed/both").layer == Layer("mixed/both", "Bidirectional")
    assert graph.parameters == model.count_params()


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_it_is_unknown_which_weights_of_a_custom_layer_are_trained(name, mixed_files, tmp_path):
    model, folder = mixed_files
    graph = read(folder / name)["layers"]
    found = report(graph)

    assert (found.parameters, found.trainable_parameters) == (model.count_params(), None)
    assert "trained" not in str(
        inspect(fold_quiet(graph), "mixed/scale/steps" if name == "model.h5" else "mixed/scale/1")
    )

    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), Scale(trainable=False)])
    model.save(tmp_path / name)
    found = report(read(tmp_path / name)["layers"])
    assert (found.parameters, found.trainable_parameters) == (15 + 3 + 1, 15)


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_an_own_layer_is_marked_and_every_value_is_there(name, mixed_files):
    model, folder = mixed_files

    graph = read(folder / name)["layers"]

    assert {op.id for op in graph.ops() if op.problem} == {"mixed/scale", "mixed/scale#2"}
    assert graph.op("mixed/scale").problem == "'Scale' is not part of Keras"
    assert graph.notes == (
        "The op graph is not available: 'Scale' of the layer 'scale' is not part of Keras. Use --trust to run its "
        "author's code. These are the layers from the file's config.",
    )
    held = [read_weights(folder / name, where).ravel().tolist() for where in graph.weights.values()]
    assert sorted(held) == sorted(array.ravel().tolist() for array in model.get_weights())
    kernel = graph.op("mixed/score/kernel")
    assert kernel.variable == Variable("score/kernel", (9, 2), "float32", True, 18)
    values = read_weights(folder / name, graph.weights[kernel.id])
    assert np.array_equal(values, model.get_layer("score").get_weights()[0])


def test_files_that_do_not_name_their_layers_are_matched_by_order(mixed_files, tmp_path):
    model, folder = mixed_files
    parts = parts_of(model, tmp_path)
    (tmp_path / "weights.h5").write_bytes(parts["model.weights.h5"])
    with h5py.File(tmp_path / "weights.h5", "a") as file:
        file.visititems(lambda _, item: item.attrs.pop("name", None) and None)
    parts["model.weights.h5"] = (tmp_path / "weights.h5").read_bytes()

    graph = read(archive(tmp_path / "old.keras", parts))["layers"]

    assert graph.weights == read(folder / "model.keras")["layers"].weights


def test_a_sequential_model_passes_an_own_layer_by_what_the_next_was_built_for(tmp_path):
    model = keras.Sequential([keras.Input((4,), name="x"), layers.Dense(3), Scale(), layers.Dense(2)], name="line")
    model.save(tmp_path / "model.keras")

    graph = read(tmp_path / "model.keras")["layers"]

    calls = [(op.type, str(op.outputs[0])) for op in graph.ops() if not op.variable]
    assert calls == [
        ("InputLayer", "float32[?,4]"),
        ("Dense", "float32[?,3]"),
        ("Scale", "unknown[?,3]"),
        ("Dense", "float32[?,2]"),
        ("Identity", "float32[?,2]"),
    ]


@pytest.mark.parametrize("name", ["own.keras", "own.h5", "own.weights.h5"])
def test_a_model_without_layers_in_its_config_shows_its_weights_in_groups(name, tmp_path):
    keras.utils.clear_session()
    model = Own(name="own")
    model(np.zeros((1, 5, 6), "float32"))
    model.compile("adam", "mse")
    (model.save_weights if "weights" in name else model.save)(tmp_path / name)

    graph = read(tmp_path / name)["layers"]

    check_graph(graph)
    assert graph.parameters == model.count_params()
    assert {group.label for group in graph.groups.values()} >= {"own", "dense", "dense_1", "lstm_cell"}
    held = [read_weights(tmp_path / name, graph.weights[op.id]) for op in graph.ops() if op.variable.parameters]
    assert sorted(array.ravel().tolist() for array in held) == sorted(
        array.ravel().tolist() for array in model.get_weights()
    )
    why = "The file contains weights only." if "weights" in name else "The op graph is not available: 'Own' is not part"
    assert graph.notes[0].startswith(why)


def test_hdf5_without_the_shapes_after_an_unknown_layer_says_so(tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x * 2.0), keras.layers.Dense(2)])
    for name in ("model.h5", "model.keras"):
        model.save(tmp_path / name)

    hdf5, archive = (read(tmp_path / name)["layers"] for name in ("model.h5", "model.keras"))

    assert str(hdf5.op(hdf5.facts.inputs[0]).outputs[0]) == "float32[?,4]"
    assert hdf5.notes[1:] == (
        "Shapes after such a layer are unknown, because HDF5 does not contain them. A .keras file of the model does.",
    )
    assert archive.notes[1:] == ()


def test_weights_of_a_model_in_a_model_are_all_there_without_the_optimizers(tmp_path):
    inner = keras.Sequential([keras.Input((8,)), keras.layers.Dense(8, name="hidden")], name="encoder")
    dropout = keras.layers.Dropout(0.5, name="drop")
    model = keras.Sequential([keras.Input((8,)), inner, dropout, keras.layers.Dense(3, name="head")], name="whole")
    model.compile("adam", "mse")
    model.fit(np.zeros((2, 8)), np.zeros((2, 3)), verbose=0)
    model.save_weights(tmp_path / "w.weights.h5")

    graph = read(tmp_path / "w.weights.h5")["layers"]

    check_graph(graph)
    assert graph.parameters == 99
    assert {"encoder", "hidden", "head"} <= {group.label for group in graph.groups.values()}
    state = [op.id.rpartition("/")[2] for op in graph.ops() if op.id.startswith("optimizer/")]
    assert state == [str(number) for number in range(10)]


def test_it_is_unknown_which_weights_of_a_weights_file_are_trained(tmp_path):
    normed = [layers.Dense(4, name="dense"), layers.BatchNormalization(name="norm")]
    model = keras.Sequential([keras.Input((3,)), *normed])
    model.save_weights(tmp_path / "w.weights.h5")
    graph = read(tmp_path / "w.weights.h5")["layers"]
    found = report(graph)

    assert (model.count_params(), found.parameters, found.trainable_parameters) == (32, 32, None)
    numbers = {layer.path.rpartition("/")[2]: (layer.parameters, layer.trainable_parameters) for layer in found.layers}
    assert (numbers["dense"], numbers["norm"]) == ((16, None), (16, None))
    assert to_text("w", {"layers": found}).splitlines()[3].split()[-3:] == ["32", "unknown", "unknown"]
    totals = group_totals(graph)
    assert "trained" not in " ".join(group_summary(group, totals[group.id]) for group in graph.groups.values())
    folded = fold_quiet(graph)
    told = [overview(folded), *(inspect(folded, box_id) for box_id in (*graph.groups, *graph))]
    assert not re.search("train|learn", str(told))


def test_an_optimizer_under_a_name_of_its_own_is_no_weight(tmp_path):
    class Pair(keras.Model):
        def __init__(self):
            super().__init__(name="pair")
            self.left = keras.layers.Dense(2)
            self.teacher = keras.optimizers.Adam()

        def call(self, inputs):
            return self.left(inputs)

    model = Pair()
    model(np.zeros((1, 3)))
    model.teacher.build(model.trainable_variables)
    model.save_weights(tmp_path / "pair.weights.h5")

    assert read(tmp_path / "pair.weights.h5")["layers"].parameters == 8


KERAS_2 = {
    "class_name": "Functional",
    "config": {
        "name": "old",
        "layers": [
            {
                "class_name": "InputLayer",
                "name": "ids",
                "config": {"batch_input_shape": [None, 7], "dtype": "int32", "sparse": False, "name": "ids"},
                "inbound_nodes": [],
            },
            {
                "class_name": "Embedding",
                "name": "words",
                "config": {"name": "words", "trainable": True, "input_dim": 9, "output_dim": 4, "input_length": 7},
                "inbound_nodes": [[["ids", 0, 0, {}]]],
            },
            {
                "class_name": "LSTM",
                "name": "lstm",
                "config": {"name": "lstm", "trainable": True, "units": 3, "time_major": False, "implementation": 2},
                "inbound_nodes": [[["words", 0, 0, {}]]],
            },
            {
                "class_name": "Sequential",
                "name": "inner",
                "config": {
                    "name": "inner",
                    "layers": [
                        {
                            "class_name": "InputLayer",
                            "config": {"batch_input_shape": [None, 3], "dtype": "float32", "name": "dense_input"},
                        },
                        {"class_name": "Dense", "config": {"name": "dense", "trainable": True, "units": 2}},
                    ],
                },
                "inbound_nodes": [[["lstm", 0, 0, {}]], [["lstm", 0, 0, {}]]],
            },
            {
                "class_name": "Add",
                "name": "add",
                "config": {"name": "add", "trainable": True},
                "inbound_nodes": [[["inner", 1, 0, {}], ["inner", 2, 0, {}]]],
            },
        ],
        "input_layers": [["ids", 0, 0]],
        "output_layers": [["add", 0, 0], ["inner", 2, 0]],
    },
}
KERAS_2_TRAINING = {
    "loss": [
        "mse",
        {
            "class_name": "CategoricalCrossentropy",
            "config": {"reduction": "auto", "name": "ce", "from_logits": False, "fn": "categorical_crossentropy"},
        },
    ],
    "metrics": [[{"class_name": "MeanMetricWrapper", "config": {"name": "mae", "fn": "mean_absolute_error"}}], []],
    "loss_weights": None,
    "optimizer_config": {"class_name": "Custom>Adam", "config": {"name": "Adam", "learning_rate": 0.1, "decay": 0.0}},
}


def old_file(path, config, training=None):
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["model_config"] = json.dumps(config)
        if training:
            file.attrs["training_config"] = json.dumps(training)
    return path


def test_a_file_of_keras_2_is_rebuilt_by_keras_3(tmp_path):
    graphs = read(old_file(tmp_path / "old.h5", KERAS_2, KERAS_2_TRAINING))

    assert list(graphs) == ["forward", "train_step"]
    assert graphs["forward"].parameters == 9 * 4 + 4 * 3 * (4 + 3 + 1) + 3 * 2 + 2
    assert graphs["forward"].notes[0].startswith("Saved by Keras 2.15.0; the graph was made by Keras 3")
    assert [str(graphs["forward"].op(op_id).outputs[0]) for op_id in graphs["forward"].output_ids] == [
        "float32[?,2]",
        "float32[?,2]",
    ]


def test_a_class_that_keras_3_has_no_more_leaves_the_layers(tmp_path):
    config = json.loads(json.dumps(KERAS_2))
    config["config"]["layers"][2]["class_name"] = "CuDNNLSTM"

    graph = read(old_file(tmp_path / "old.h5", config))["layers"]

    assert graph.op("old/lstm").problem == "'CuDNNLSTM' is not part of Keras"
    assert graph.op("old/lstm").outputs == (Tensor("unknown", None),)
    assert graph.op("old/inner#2/dense").inputs == (("old/lstm", 0),)
    assert graph.op("old/add").inputs == (("old/inner/dense", 0), ("old/inner#2/dense", 0))


def edges(config, *nodes):
    """Let the layers read each other: (layer, what it reads)."""
    for name, reads in nodes:
        tensors = [
            {
                "class_name": "__keras_tensor__",
                "config": {"shape": [None, 2], "dtype": "float32", "keras_history": read},
            }
            for read in reads
        ]
        found = next(one for one in config["config"]["layers"] if one["name"] == name)
        found["inbound_nodes"] = [{"args": tensors, "kwargs": {}}]


@pytest.fixture(scope="module")
def functional_parts(tmp_path_factory):
    given = keras.Input((2,), name="x")
    model = keras.Model(given, layers.ReLU(name="b")(layers.ReLU(name="a")(given)), name="f")
    return parts_of(model, tmp_path_factory.mktemp("functional"))


@pytest.mark.parametrize(
    "reads",
    [
        {"a": [["b", 0, 0]], "b": [["a", 0, 0]]},
        {"a": [["nobody", 0, 0]], "b": [["a", 0, 0]]},
        {"a": [["x", 0, 7]], "b": [["a", 3, 0]]},
    ],
    ids=["cycle", "dangling", "out of bounds"],
)
def test_layers_with_missing_inputs_are_marked(reads, functional_parts, tmp_path):
    path = changed(functional_parts, lambda config: edges(config, *reads.items()), tmp_path / "model.keras")

    graph = read(path)["layers"]

    check_graph(graph)
    assert {op.id: op.problem for op in graph.ops() if op.problem}["f/a"] == "1 of its inputs are not in the file"
    assert "Keras cannot rebuild the model" in graph.notes[0]


def test_models_that_call_models_without_end_are_refused(functional_parts, tmp_path):
    def change(config):
        inner = json.loads(json.dumps(config))
        for _ in range(20):
            outer = json.loads(json.dumps(config))
            inner |= {"name": "b", "inbound_nodes": outer["config"]["layers"][2]["inbound_nodes"] * 4}
            outer["config"]["layers"][2] = inner
            inner = outer
        config |= inner

    with pytest.raises(FormatError, match=r"called more than 20,000 times"):
        read(changed(functional_parts, change, tmp_path / "model.keras"))


@pytest.mark.parametrize(
    "name", ["a b", "naïve π", "x:0", 'say "hi"', "<script>alert(1)</script>", "n" * 10_000, "a/b"]
)
def test_odd_names_are_shown_as_they_are(name, tmp_path):
    keras.utils.clear_session()
    parts = parts_of(keras.Sequential([keras.Input((2,)), Scale(name="plain")], name="m"), tmp_path)

    def change(config):
        config["config"]["layers"][1]["config"]["name"] = name

    graph = read(changed(parts, change, tmp_path / "odd.keras"))["layers"]

    check_graph(graph)
    assert [op.layer.path for op in graph.ops() if op.type == "Scale"] == [f"m/{name}"]
    assert [group.label for group in graph.groups.values()] == ["m", name]
