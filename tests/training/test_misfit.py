"""Data that does not fit its model: one sentence each, and only if Keras' own fit rejects it too."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from graphlab.errors import RunError
from graphlab.runs.events import Event
from graphlab.runs.settings import TrainSettings
from graphlab.sources import parse_source
from graphlab.sources.class_names import find_class_names
from graphlab.sources.run import load_module
from graphlab.tracing.datasets.calls import call_datasets
from graphlab.training.train import train

pytestmark = pytest.mark.tf

NET = """
import keras
import numpy as np
import tensorflow as tf

x = np.linspace(0, 1, 48, dtype="float32").reshape(12, 4)
y = np.arange(12) % 3
hot = np.eye(3, dtype="float32")[y]
dense, dropped = keras.layers.Dense, keras.layers.Dropout


def net(loss, outputs=3, shape=(4,)):
    layers = [keras.Input(shape, name="data"), keras.layers.Flatten(), dense(outputs, "softmax")]
    made = keras.Sequential(layers)
    made.compile("sgd", loss)
    return made


def images():
    return net("sparse_categorical_crossentropy", shape=(2, 2, 1))


def channels():
    made = keras.Sequential([keras.Input((2, 2, 1), name="data"), keras.layers.Conv2D(3, 2), keras.layers.Flatten()])
    made.compile("sgd", "sparse_categorical_crossentropy")
    return made


def sparse():
    return net("sparse_categorical_crossentropy")


def ignoring():
    return net(keras.losses.SparseCategoricalCrossentropy(ignore_class=-1))


def one_hot():
    return net("categorical_crossentropy")


def squares():
    return net("mse", 1)


def pair():
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    made = keras.Model([a, b], dense(3, "softmax")(keras.layers.Concatenate()([a, b])))
    made.compile("sgd", "sparse_categorical_crossentropy")
    return made


def twice():
    a = keras.Input((4,), name="a")
    made = keras.Model(a, [dense(1, name="p")(a), dense(2, name="q")(a)])
    made.compile("sgd", ["mse", "mse"])
    return made


class Both(keras.Model):
    def __init__(self, outputs=3, as_list=False):
        super().__init__()
        self.last, self.as_list = dense(outputs), as_list

    def call(self, x):
        both = {"a": self.last(x), "b": self.last(x)}
        return list(both.values()) if self.as_list else both


def only_a():
    made = Both()
    made.compile("sgd", {"a": "mse"})
    return made


def unnamed():
    made = Both(as_list=True)
    made.compile("sgd", "mse")
    return made


def only_p():
    made = twice()
    made.compile("sgd", ["mse", None])
    return made


def two_of_three():
    a = keras.Input((4,), name="a")
    made = keras.Model(a, [dense(1, name="p")(a), dense(2, name="q")(a), dense(2, name="r")(a)])
    made.compile("sgd", ["mse", "mse", None])
    return made


def own_loss():
    made = net("mse")
    made.compile("sgd", lambda y, predicted: tf.reduce_mean(tf.matmul(y, predicted)))
    return made


def box_loss():
    made = net("mse")
    made.compile("sgd", lambda y, predicted: tf.reduce_mean(tf.square(y[:, :3] - predicted)))
    return made


def own_and_mse():
    made = twice()
    made.compile("sgd", ["mse", lambda y, predicted: tf.reduce_mean(tf.matmul(y, predicted))])
    return made


def partly():
    made = twice()
    made.compile("sgd", {"p": "mse"})
    return made


def wrong_metric():
    made = net("categorical_crossentropy")
    made.compile("sgd", "categorical_crossentropy", metrics=["mae", "sparse_categorical_accuracy"])
    return made


def own_metric():
    made = net("categorical_crossentropy")
    made.compile("sgd", "categorical_crossentropy", metrics=[lambda y, predicted: tf.matmul(y, predicted)])
    return made


def words():
    look = keras.layers.StringLookup(vocabulary=["a", "b"], output_mode="one_hot")
    made = keras.Sequential([keras.Input((1,), dtype="string"), look, dense(3, "softmax")])
    made.compile("sgd", "sparse_categorical_crossentropy")
    return made


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = dense(3, "softmax")

    def call(self, x):
        return self.last(x)


def own():
    made = Own()
    made.compile("sgd", "sparse_categorical_crossentropy")
    return made


class Uneven(keras.utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, place):
        return x[:6], y[:5]

"""
REFUSED = [
    (
        "sparse",
        "x[:, :3], y",
        "the batches of train have the shape (?, 3), but the model's input 'data' takes (?, 4); "
        "start the model with keras.Input((3,)), or use examples of shape (4,)",
    ),
    ("channels", "x, y", "reshape them: x.reshape(-1, 2, 2, 1)"),
    ("sparse", "(x, y), (x[:, :2], y)", "the batches of validation have the shape (?, 2)"),
    ("sparse", "tf.data.Dataset.from_tensor_slices((x[:, :3], y))", "the batches of train have the shape (3,)"),
    ("pair", "x, y", "the inputs of train are 1 array, but the model's inputs are 'a', 'b'; return a dict: ({'a': ..."),
    (
        "pair",
        "{'a': x, 'c': x[:, :2]}, y",
        "the inputs of train are named 'a', 'c', but the model's inputs are 'a', 'b'; "
        "use these names: ({'a': ..., 'b': ...}, y)",
    ),
    ("pair", "(x, x), y", "have the shape (?, 4), but the model's input 'b' takes (?, 2)"),
    (
        "sparse",
        "x, y + 1",
        "train has the label 3, but the model's output has scores for the classes 0 to 2; end the model "
        "with Dense(4), or correct the labels",
    ),
    (
        "sparse",
        "x, y - 1",
        "train has the label -1, but the model's output has scores for the classes 0 to 2; number them from 0",
    ),
    (
        "sparse",
        "x, hot",
        "requires one class number per example, but the labels of train have the shape (?, 3); convert them: "
        "y.argmax(axis=-1), or compile with loss='categorical_crossentropy'",
    ),
    (
        "one_hot",
        "x, y",
        "convert them: keras.utils.to_categorical(y, 3), or compile with loss='sparse_categorical_crossentropy'",
    ),
    (
        "one_hot",
        "x, hot[:, :2]",
        "the labels of train have the shape (?, 2), but the model's output has (?, 3); return labels "
        "of shape (3,), or end the model with 2 outputs instead of 3 outputs",
    ),
    (
        "twice",
        "x, x[:, 0]",
        "the labels of train are 1 array, but the model's outputs are 'p', 'q'; return labels for each",
    ),
    (
        "twice",
        "x, {'p': x[:, 0], 'z': x[:, :2]}",
        "the labels of train are named 'p', 'z', but the model's outputs are 'p', 'q'; use these names: (x, {'p': ...",
    ),
    (
        "own",
        "(x, y), (x, y + 1)",
        "validation has the label 3, but the model's output has scores for the classes 0 to 2",
    ),
    ("own", "x, hot", "requires one class number per example, but the labels of train have the shape (?, 3)"),
    ("one_hot", "x, y[:, None]", "convert them: keras.utils.to_categorical(y, 3)"),
    (
        "sparse",
        "x, np.full(12, np.nan)",
        "train has the label nan, but the model's output has scores for the classes 0 to",
    ),
    (
        "sparse",
        "x.astype(object), y",
        "an array contains Python objects, such as 0.0; convert it: np.asarray(x, 'float32')",
    ),
    ("sparse", "[[1, 2, 3, 4], [1, 2]], [0, 1]", "the rows of a list differ in length; pad them: keras.utils.pad_seq"),
    (
        "sparse",
        "x.astype(str), y",
        "the inputs of train are text, but the model requires numbers; convert them: x.astype",
    ),
    (
        "sparse",
        "x, np.array(['a', 'b', 'c'])[y]",
        "the labels of train are text, but the model requires numbers; convert them: np.unique(y, "
        "return_inverse=True)[1]",
    ),
    (
        "only_a",
        "x, x",
        "the labels of train for 'a' have the shape (?, 4), but the output 'a' has (?, 3); return labels of shape "
        "(3,), "
        "or end 'a' with 4 outputs instead of 3 outputs",
    ),
    ("only_a", "x, {'a': x, 'b': hot}", "the labels of train for 'a' have the shape (?, 4), but the output 'a' has"),
    (
        "only_a",
        "x, {'a': hot, 'c': hot}",
        "the labels of train are named 'a', 'c', but the model has losses for 'a' of its 2 outputs; use these names: "
        "(x, {'a': ...})",
    ),
    (
        "only_a",
        "x, (hot, hot, hot)",
        "are 3 arrays, but the model has losses for 'a' of its 2 outputs; return labels",
    ),
    (
        "unnamed",
        "x, hot",
        "the labels of train are 1 array, but the model has 2 outputs; return labels for each output",
    ),
    (
        "two_of_three",
        "x, x",
        "are 1 array, but the model has losses for 'p', 'q' of its 3 outputs; return labels",
    ),
    ("own_loss", "x, hot", "training failed: "),
    ("box_loss", "x, hot[:, :2]", "training failed: "),
    ("own_and_mse", "x, (x[:, 0], hot)", "training failed: "),
    ("partly", "x, x[:, 0]", "Expected keys ['p', 'q'] in loss dict, but found loss.keys()=['p']"),
    (
        "wrong_metric",
        "x, hot",
        "the metric 'sparse_categorical_accuracy' does not accept labels of shape (?, 3) for an output of (?, 3), "
        "which "
        "train has; compile with metrics=['accuracy'], which chooses the one that fits",
    ),
    ("own_metric", "x, hot", "training failed: "),
    ("sparse", "Uneven()", "a batch of train has arrays of 6 and 5 rows; each input requires one label"),
]
ACCEPTED = [
    ("sparse", "x, y[:, None]"),
    ("sparse", "x.astype(int), y.astype(float)"),
    ("sparse", "x[..., None], y"),
    ("sparse", "x > 0.5, y"),
    ("images", "x.reshape(12, 2, 2), y"),
    ("images", "x.reshape(12, 1, 4), y"),
    ("ignoring", "x, y - 1"),
    ("one_hot", "x, hot"),
    ("squares", "x, x[:, 0]"),
    ("squares", "x, x[:, :2]"),
    ("pair", "(x, x[:, :2]), y"),
    ("pair", "{'b': x[:, :2], 'a': x}, y"),
    ("pair", "{'b': x[:, :2], 'a': x, 'more': x}, y"),
    ("twice", "x, (x[:, 0], x[:, :2])"),
    ("only_a", "x, hot"),
    ("only_a", "x, {'a': hot}"),
    ("only_a", "x, {'a': hot, 'b': x}"),
    ("only_p", "x, x[:, 0]"),
    ("two_of_three", "x, (x[:, 0], x[:, :2])"),
    ("box_loss", "x, hot"),
    ("words", "np.array(['a', 'b', 'c'], dtype=object)[y], y"),
    ("own", "x, y"),
    ("sparse", "x.astype(complex), y"),
]


@pytest.fixture
def net(tmp_path, monkeypatch):
    """Writes the networks with what is added to them; returns the file."""
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)

    def write(added: str) -> Path:
        (tmp_path / "net.py").write_text(NET + added)
        return tmp_path / "net.py"

    return write


def trained(file: Path, name: str, run_dir: Path) -> str:
    """How the training ended: "finished", or why it failed, as the log tells it."""
    events: list[Event] = []
    with contextlib.suppress(RunError):
        train(TrainSettings(f"{file}:{name}", epochs=1), run_dir, events.append)
    return str(events[-1].message or events[-1].reason)


def fits(module: ModuleType, name: str) -> bool:
    """Whether Keras' own fit takes the data."""
    parts = call_datasets(module, "net")
    given = parts.train if isinstance(parts.train, tuple) else (parts.train,)
    if not isinstance(parts.train, tuple) and hasattr(parts.train, "element_spec"):
        given = (parts.train if parts.train.element_spec[0].shape.rank == 2 else parts.train.batch(4),)
    try:
        getattr(module, name)().fit(*given, validation_data=parts.validation, verbose=0)
    except Exception:
        return False
    return True


@pytest.mark.parametrize(("name", "returned", "words"), REFUSED)
def test_data_that_keras_rejects_is_reported_in_one_sentence(net, tmp_path, name, returned, words):
    file = net(f"\ndef datasets():\n    return {returned}\n")

    told = trained(file, name, tmp_path)

    assert words in told
    assert "\n" not in told
    assert not fits(load_module(parse_source(f"{file}:{name}")), name)


@pytest.mark.parametrize(("name", "returned"), ACCEPTED)
def test_data_that_keras_takes_is_trained_on(net, tmp_path, name, returned):
    file = net(f"\ndef datasets():\n    return {returned}\n")

    assert trained(file, name, tmp_path) == "finished"
    assert fits(load_module(parse_source(f"{file}:{name}")), name)


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("datasets = 5", "is 5, not a function; write: def datasets(): return (x_train, y_train), (x_validation, y_"),
        ("datasets = x, y", "is a tuple, not a function; write: def datasets()"),
        ("from keras import datasets", "has no data: define datasets() in its file"),
        (
            "def datasets(a, b, c): pass",
            "datasets() requires the arguments a, b, c, but got no value; add defaults: "
            "def datasets(a=..., b=..., c=...)",
        ),
        (
            "def datasets(data): pass",
            "datasets() requires the argument data, but got no value; pass --data FOLDER, or "
            "add defaults: def datasets(data=None)",
        ),
        (
            "CLASS_NAMES = 7\ndef datasets(): return x, y",
            "CLASS_NAMES must be a list of class names, such as ['cat', 'dog'], not 7",
        ),
        ("CLASS_NAMES = {'a', 'b'}\ndef datasets(): return x, y", "CLASS_NAMES must be a list"),
    ],
)
def test_names_beside_the_model_that_are_something_else(net, tmp_path, added, words):
    assert words in trained(net(f"\n{added}\n"), "sparse", tmp_path)


def test_a_training_on_nothing_is_refused(net, tmp_path):
    none = "tf.data.Dataset.from_tensor_slices((x[:0], y[:0])).batch(4)"

    told = [
        trained(net(f"\ndef datasets():\n    return {given}\n"), "sparse", tmp_path)
        for given in (none, f"(x, y), {none}")
    ]

    assert told == ["train is empty: it has no examples; it requires at least one", "finished"]


def test_class_names_have_several_forms():
    def names(value: object) -> tuple[str, ...]:
        module = ModuleType("beside")
        module.CLASS_NAMES = value
        return find_class_names(module)

    assert (
        names(["a", "b"]) == names(("a", "b")) == names(np.array(["a", "b"])) == names({1: "b", 0: "a"}) == ("a", "b")
    )
    assert names(range(2)) == ("0", "1")
    assert names("ab") == ("a", "b")
    assert find_class_names(ModuleType("without")) == ()


def test_an_error_of_the_users_own_code_stays_its_own(net, tmp_path):
    file = net(
        "\nclass Wrong(keras.callbacks.Callback):\n    def on_train_batch_end(self, batch, logs=None):\n"
        "        raise ValueError('mine')\n\nCALLBACKS = Wrong()\n\ndef datasets():\n    return x, x[:, :2]\n"
    )

    assert trained(file, "squares", tmp_path).startswith("training failed: ValueError: mine (")
