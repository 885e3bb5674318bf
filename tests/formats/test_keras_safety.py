"""No code that a Keras file contains or names runs, unless the user trusts it."""

from __future__ import annotations

import json
import struct

import pytest

from graphlab.errors import FormatError
from graphlab.formats import read

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")

from tests.support.keras_files import changed, lambda_bytes, layer, parts_of, plain  # noqa: E402

layers = keras.layers


@pytest.fixture(scope="session")
def plain_parts(tmp_path_factory):
    return parts_of(plain(), tmp_path_factory.mktemp("plain"))


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
        "lambda by a longer name": class_("keras", "layers.Lambda", {"function": [code, None, None]}),
        "another SavedModel by a longer name": class_("keras", "layers.TFSMLayer", {"filepath": str(marker)}),
        "a file outside by a longer name": class_("keras", "layers.StringLookup", {"vocabulary": "/etc/passwd"}),
        "initializer": setting(kernel_initializer={"module": "os", "class_name": "system", "config": {"c": touch}}),
        "wrapped": setting(kernel_constraint={"class_name": "Wrap", "config": {"inner": [{"deep": lambda_}]}}),
        "no name": class_("keras.layers", ["Dense"]),
    }


ATTACKS = sorted(attacks("x"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_code_of_a_file_runs(attack, plain_parts, tmp_path):
    marker = tmp_path / "marker"
    path = changed(plain_parts, attacks(marker)[attack], tmp_path / "model.keras")

    graphs = read(path)

    assert not marker.exists()
    assert_layers_shown(graphs, attack)


def assert_layers_shown(graphs, attack):
    """The layers of the file are there, the bad one is marked, and a note says why there are no ops."""
    assert list(graphs) == ["layers"]
    graph = graphs["layers"]
    assert [op.id for op in graph.ops() if op.type == "Dense"][-1] == "m/last"
    assert graph.notes[-1].startswith("The op graph is not available: ")
    if attack != "no name":  # what has no class is not a layer
        assert graph.op("m/dense").problem


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_code_of_an_hdf5_file_runs(attack, plain_parts, tmp_path):
    marker = tmp_path / "marker"
    config = json.loads(plain_parts["config.json"])
    attacks(marker)[attack](config)
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0" if "Keras 2" in attack else "3.15.0"

    graphs = read(tmp_path / "model.h5")

    assert not marker.exists()
    assert_layers_shown(graphs, attack)


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

    graphs = read(changed(plain_parts, change, tmp_path / "model.keras"))

    assert list(graphs) == ["forward"]
    assert graphs["forward"].notes == (
        "The train step is not available: 'my_loss' is not part of Keras. Use --trust to run its author's code.",
    )


def test_a_loss_by_an_unknown_name_costs_the_train_step_only(plain_parts, tmp_path):
    path = changed(plain_parts, lambda c: c["compile_config"].update(loss="my_loss"), tmp_path / "model.keras")

    graphs = read(path)

    assert list(graphs) == ["forward"]
    assert "my_loss" in graphs["forward"].notes[0]


@pytest.mark.parametrize("count", [["a"], "a", None, {}])
def test_a_damaged_count_of_steps_costs_nothing(plain_parts, tmp_path, count):
    path = changed(plain_parts, lambda c: c["compile_config"].update(steps_per_execution=count), tmp_path / "m.keras")

    assert list(read(path)) == ["forward", "train_step"]


OWN_LAYERS = """
import pathlib
import keras

pathlib.Path({marker!r}).touch()


class Scale(keras.layers.Layer):
    def call(self, x):
        return x * 2.0


def my_loss(wanted, given):
    return keras.ops.mean((wanted - given) ** 4)
"""


@pytest.fixture
def own_model(tmp_path):
    """A file whose first layer and loss are in a module beside it, which leaves a mark when it is run."""
    (tmp_path / "own_layers.py").write_text(OWN_LAYERS.format(marker=str(tmp_path / "marker")))

    def change(config):
        found = layer(config, "dense")
        found |= {"module": "own_layers", "class_name": "Scale", "registered_name": "Scale"}
        found["config"] = {"name": "dense"}
        config["compile_config"]["loss"] = {
            "module": "builtins",
            "class_name": "function",
            "config": "my_loss",
            "registered_name": "function",
        }

    model = keras.Sequential([keras.Input((4,)), layers.Activation("relu", name="dense"), layers.Dense(2, name="last")])
    model.compile("adam", "mse")
    return changed(parts_of(model, tmp_path), change, tmp_path / "model.keras")


def test_the_authors_code_beside_the_file_runs_only_on_trust(own_model, tmp_path):
    assert list(read(own_model)) == ["layers"]
    assert not (tmp_path / "marker").exists()

    graphs = read(own_model, trust=True)

    assert (tmp_path / "marker").exists()
    assert list(graphs) == ["forward", "train_step"]
    assert {op.layer.class_name for op in graphs["forward"].ops() if op.layer} >= {"Scale", "Dense"}
    assert graphs["forward"].notes == ()


def test_a_lambda_runs_only_on_trust(tmp_path):
    model = keras.Sequential(
        [keras.Input((4,)), layers.Lambda(lambda x: x + 1.0, name="more"), layers.Dense(2)], name="m"
    )
    model.save(tmp_path / "model.keras")

    layered = read(tmp_path / "model.keras")["layers"]
    assert layered.op("m/more").problem == "'Lambda' contains Python code"
    assert layered.notes[0].startswith(
        "The op graph is not available: 'Lambda' of the layer 'more' contains Python code. Use --trust"
    )
    assert "AddV2" in {op.type for op in read(tmp_path / "model.keras", trust=True)["forward"].ops()}


def test_a_python_function_in_a_setting_is_described_in_words(plain_parts, tmp_path):
    graph = read(changed(plain_parts, attacks(tmp_path)["lambda in a setting"], tmp_path / "model.keras"))["layers"]

    assert "not available: a function of the layer 'dense' contains Python code. " in graph.notes[0]
    assert "__lambda__" not in repr([graph.notes, [op.problem for op in graph.ops()]])


def test_trust_in_a_file_whose_code_is_not_there_shows_its_layers(own_model, tmp_path):
    (tmp_path / "own_layers.py").unlink()

    graphs = read(own_model, trust=True)

    assert list(graphs) == ["layers"]
    assert graphs["layers"].notes[0] == (
        "With --trust it cannot be loaded either: the code of 'Scale', 'my_loss' cannot be imported "
        "from the modules that the file names. In a file of your own, import it and define load_it(), which returns "
        "keras.saving.load_model('model.keras', custom_objects={'Scale': Scale, 'my_loss': my_loss}), and open that: "
        "graphlab open FILE.py:load_it."
    )


def test_trust_in_hdf5_says_the_same_and_reads_how_it_was_compiled_itself(tmp_path):
    model = keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x + 1.0), layers.Dense(2)], name="m")
    model.compile("adam", "mse")
    model.save(tmp_path / "lambda.h5")

    assert list(read(tmp_path / "lambda.h5", trust=True)) == ["forward", "train_step"]

    @keras.saving.register_keras_serializable("pack")
    class Gone(layers.Layer):
        def call(self, x):
            return x

    keras.Sequential([keras.Input((4,)), Gone(), layers.Dense(2)]).save(tmp_path / "gone.h5")
    keras.saving.get_custom_objects().clear()

    note = read(tmp_path / "gone.h5", trust=True)["layers"].notes[0]
    assert "keras.saving.load_model('gone.h5', custom_objects={'Gone': Gone}, compile=False)" in note


def test_trust_in_code_that_fails_says_how_it_failed(own_model, tmp_path):
    own = tmp_path / "own_layers.py"
    own.write_text(own.read_text() + "\n\ndel Scale.call\nScale.__init__ = lambda self, **kwargs: 1 / 0\n")

    assert "it cannot be loaded either (" in read(own_model, trust=True)["layers"].notes[0]


def test_trust_changes_nothing_for_a_model_of_keras_own_layers(plain_parts, tmp_path):
    path = changed(plain_parts, lambda config: None, tmp_path / "model.keras")

    assert read(path, trust=True)["forward"].nodes == read(path)["forward"].nodes


# Free space of no size or past the heap's end, and objects whose size makes libhdf5's step overflow.
@pytest.mark.parametrize(("number", "size_bytes"), [(0, 0), (0, 5000), (7, 2**64 - 1), (7, 2**64 - 16)])
def test_an_endless_list_of_texts_is_reported_at_once(tmp_path, number, size_bytes):
    from graphlab.formats.keras.hdf5_texts import HEAD_BYTES, SIGNATURE

    path = tmp_path / "model.h5"
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).save(path)
    content = bytearray(path.read_bytes())
    heap = content.index(SIGNATURE)
    struct.pack_into("<HH4xQ", content, heap + HEAD_BYTES, number, 0, size_bytes)
    path.write_bytes(content)

    with pytest.raises(FormatError, match="is damaged: a list of texts does not end; copy or save it again"):
        read(path)


# libhdf5 crashes when it reads a text of variable length whose kind is neither a sequence nor a string.
def test_a_text_of_a_damaged_type_is_refused(tmp_path):
    path = tmp_path / "model.weights.h5"
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).save_weights(path)
    content = bytearray(path.read_bytes())
    text_type = b"name\x00\x00\x00\x00\x19"
    kind = content.index(text_type) + len(text_type)
    assert content[kind] == 1
    content[kind] = 2
    path.write_bytes(content)

    with pytest.raises(FormatError, match="its 'name' is neither text nor a number; copy or save it again"):
        read(path)
