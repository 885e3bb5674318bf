"""What datasets() may return: every kind trains with the same numbers as Keras' own fit; other values are reported."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from graphlab.errors import RunError
from graphlab.runs.events import Event
from graphlab.runs.settings import TrainSettings
from graphlab.sources import parse_source
from graphlab.sources.objects import find_object
from graphlab.sources.run import load_module
from graphlab.tracing.datasets.calls import call_datasets
from graphlab.tracing.datasets.convert import rerunner, to_source
from graphlab.training.beside import find_callbacks, find_class_weight
from graphlab.training.data.baseline import baseline_words
from graphlab.training.data.batches import weigh
from graphlab.training.data.training_data import load_training_data
from graphlab.training.randoms import random_state
from graphlab.training.train import train

pytestmark = pytest.mark.tf

NET = """
import keras
import numpy as np
import tensorflow as tf

x = np.arange(80, dtype="float64").reshape(20, 4) / 80
y = np.arange(20) % 2
w = np.linspace(0, 1, 20)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, place):
        return x[place * 5 : place * 5 + 5], y[place * 5 : place * 5 + 5]


class Endless(Batches):
    num_batches = None


class Unsized(keras.utils.PyDataset):
    def __getitem__(self, place):
        return x, y


def batches(size=8):
    for place in range(0, 20, size):
        yield x[place : place + size], y[place : place + size]


def rows():
    for place in range(20):
        yield x[place], y[place]


def nested(scale):
    def inside():
        yield x * scale, y
    return inside()

"""
RETURNS = {
    "return (x, y), (x[:5], y[:5])": (20, 5, 32, 1),
    "return x, y": (20, None, 32, 1),
    "return x, y, w": (20, None, 32, 1),
    "return (x, y, w), None": (20, None, 32, 1),
    "return (x.tolist(), y.tolist()), (x[:5], y[:5])": (20, 5, 32, 1),
    "return {'train': (x, y), 'val': (x[:7], y[:7])}": (20, 7, 32, 1),
    "return tf.data.Dataset.from_tensor_slices((x, y))": (20, None, 32, 1),
    "return tf.constant(x), tf.constant(y)": (20, None, 32, 1),
    "return Batches(), (x[:5], y[:5])": (20, 5, 5, 4),
    "return Batches()": (20, None, 5, 4),
    "return batches(), batches(5)": (None, None, None, None),
    "return batches, batches": (None, None, None, None),
    "return rows()": (None, None, 32, None),
    "return nested(2.0), nested(1.0)": (None, None, None, None),
    "return [(x[:10], y[:10]), (x[10:], y[10:])]": (None, None, None, None),
    "yield from batches()": (None, None, None, None),
    "yield batches(); yield batches()": (None, None, None, None),
    "yield Batches(); yield (x, y)": (20, 20, 5, 4),
}


@pytest.fixture
def net(tmp_path, monkeypatch):
    """Loads the small network with what is added to it; gives its module, its model and its settings."""
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)

    def load(added: str, **changes) -> tuple[ModuleType, object, TrainSettings]:
        (tmp_path / "net.py").write_text(NET + added)
        spec = parse_source(f"{tmp_path / 'net.py'}:model")
        module = load_module(spec)
        return module, find_object(spec, module), TrainSettings(spec.text, epochs=2, **changes)

    return load


@pytest.mark.parametrize("returned", RETURNS)
def test_sizes_and_examples_of_each_kind(net, returned):
    data = load_training_data(*net(f"\ndef datasets():\n    {returned}\n"))

    assert (data.train_size, data.validation_size, data.batch_size, data.steps) == RETURNS[returned]
    for _ in range(2):  # every epoch reads all of it
        batches = list(data.train) if hasattr(data.train, "element_spec") else [data.train[i] for i in range(4)]
        inputs, labels = (np.concatenate([batch[place] for batch in batches]) for place in (0, 1))
        scale = 2 if "nested(2" in returned else 1
        order = np.argsort(inputs[:, 0])
        assert inputs[order] == pytest.approx(np.arange(80).reshape(20, 4) / 80 * scale)
        assert labels[order].tolist() == [0, 1] * 10


def test_batch_size_is_that_asked_for_where_data_is_not_batched(net):
    sizes = [
        load_training_data(*net(f"\ndef datasets():\n    return {kind}\n", batch_size=6)).train.take(1)
        for kind in ("x, y", "rows()", "batches(8)")
    ]

    assert [len(next(iter(one))[0]) for one in sizes] == [6, 6, 8]


def test_inputs_may_be_a_dict_or_a_tuple_of_arrays(net):
    added = """
a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
model = keras.Model({"a": a, "b": b}, keras.layers.Dense(2)(keras.layers.Concatenate()([a, b])))
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))

def datasets():
    return {"a": x, "b": x[:, :2]}, y
"""
    data = load_training_data(*net(added))
    assert {name: spec.shape.as_list() for name, spec in data.train.element_spec[0].items()} == {
        "a": [None, 4],
        "b": [None, 2],
    }
    pair = call_datasets(net("\ndef datasets():\n    return ([x, x], y), None\n")[0], "net")
    assert [leaf.shape[0] for leaf in to_source("train", pair.train).data.element_spec[0]] == [4, 4]


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (
            "return x",
            "y_validation), inputs with their labels; for a model without labels: tf.data.Dataset.from_tensor_",
        ),
        ("return 'pictures'", "not 'str'; convert it: tf.data.Dataset.from_tensor_slices((x, y)).batch(32)"),
        ("return '/tmp', '/tmp'", "convert it: keras.utils.image_dataset_from_directory('/tmp')"),
        ("return x, x, y, y", "not tuple of 4; convert it: return (x_train, y_train), (x_validation, y_validation)"),
        ("return {'a': (x, y)}", "a dict of 'a'; use these keys: return {'train': ..., 'validation': ...}"),
        ("return (x, y[:5]), None", "the arrays of train have 20 and 5 rows; each input requires its label"),
        ("return x[:0], y[:0]", "the arrays of train are empty"),
        (
            "return np.array([None, 'a']), y[:2]",
            "an array contains Python objects, such as None; convert it: np.asarray",
        ),
        ("return (row for row in list(batches())), None", "train is an iterator that can be read only once"),
        ("return iter(list(batches())), None", "return the generator function itself (return batches, "),
        ("return (one[0] for one in [[x]]), None", "train must yield (inputs, labels), not 'ndarray'; write: yield x"),
        (
            "return tf.data.Dataset.from_tensor_slices({'i': x, 'l': y}), None",
            "train.map(lambda one: (one['i'], one['l']",
        ),
        ("return (x, y), tf.data.Dataset.from_tensor_slices((x, y)).repeat()", "returns an endless validation dataset"),
        (
            "return Endless(), None",
            "train is an endless 'Endless'; let its num_batches return",
        ),
        ("return (x, y), Unsized()", "validation is an endless 'Unsized'; let its num_batches return the number"),
        ("yield from ()", "datasets() yielded nothing; make it yield batches (x, y)"),
    ],
)
def test_unsupported_data_is_reported_with_its_conversion(net, returned, words):
    with pytest.raises(RunError) as caught:
        load_training_data(*net(f"\ndef datasets():\n    {returned}\n"))

    assert words in str(caught.value)


def test_generators_are_made_anew_from_their_code_and_arguments():
    offset = 10

    def numbers(first, *more, step=1, **named):
        yield from (first + offset, *more, step, *named.values())

    again = rerunner(numbers(1, 2, 3, step=4, last=5))

    assert again is not None
    assert list(again()) == list(again()) == [11, 2, 3, 4, 5]
    begun = numbers(1)
    next(begun)
    assert rerunner(begun) is None
    assert rerunner(numbers(iter([1]))) is None


def test_class_weights_multiply_sample_weights():
    import tensorflow as tf

    labels = np.array([0, 2, 1, 7])
    plain = tf.data.Dataset.from_tensor_slices((labels, labels)).batch(4)
    weighted = tf.data.Dataset.from_tensor_slices((labels, labels[:, None] * 1.0, [1.0, 2.0, 3.0, 4.0])).batch(4)
    one_hot = tf.data.Dataset.from_tensor_slices((labels, tf.one_hot([0, 2, 1, 0], 3))).batch(4)

    found = [next(iter(weigh(data, {0: 5.0, 2: 0.5})))[2].numpy().tolist() for data in (plain, weighted, one_hot)]

    assert found == [[5.0, 0.5, 1.0, 1.0], [5.0, 1.0, 3.0, 4.0], [5.0, 0.5, 1.0, 5.0]]


@pytest.mark.parametrize(
    "made", ["tf.sparse.from_dense(x)", "tf.RaggedTensor.from_tensor(x)", "scipy.sparse.csr_matrix(x)"]
)
def test_sparse_and_ragged_inputs_train_as_in_fit(net, made, tmp_path):
    pytest.importorskip("scipy.sparse")
    added = f"\nimport scipy.sparse\n\ndef datasets():\n    return ({made}, y), (x, y)\n"
    _, _, settings = net(added, learning_rate=1e-30)
    events: list[Event] = []
    train(settings, tmp_path, events.append)

    epoch = [event for event in events if event.kind == "epoch"][-1]
    assert epoch.logs["loss"] == pytest.approx(epoch.logs["val_loss"], rel=1e-5)


@pytest.mark.parametrize("data", ["(x, y)", "Batches()"])
def test_weighted_loss_equals_that_of_keras(net, data, tmp_path):
    added = f"\nCLASS_WEIGHT = {{0: 1.0, 1: 4.0}}\n\ndef datasets():\n    return {data}, None\n"
    module, _, settings = net(added, learning_rate=1e-30)
    events: list[Event] = []
    train(settings, tmp_path, events.append)

    import keras

    keras.utils.set_random_seed(settings.seed)
    expected = load_module(parse_source(settings.source)).model.fit(
        module.x, module.y, class_weight={0: 1.0, 1: 4.0}, shuffle=False, batch_size=20, verbose=0
    )
    losses = [event.logs["loss"] for event in events if event.kind == "epoch"]
    assert losses[1] == pytest.approx(expected.history["loss"][0], abs=0.02)


def module_with(**names) -> ModuleType:
    module = ModuleType("beside")
    vars(module).update(names)
    return module


def test_class_weights_have_several_forms():
    assert find_class_weight(module_with(CLASS_WEIGHT=[1, 2.5])) == {0: 1.0, 1: 2.5}
    assert find_class_weight(module_with(class_weight=lambda: {1: np.float32(2)})) == {1: 2.0}
    assert find_class_weight(module_with(CLASS_NAMES=["a", "b"], CLASS_WEIGHT={"b": 3})) == {1: 3.0}
    assert find_class_weight(module_with(class_weight=np)) is None  # an imported module
    with pytest.raises(RunError, match=r"CLASS_WEIGHT gives class 0 the weight -1; a weight must be 0 or more"):
        find_class_weight(module_with(CLASS_WEIGHT=[-1]))
    with pytest.raises(RunError, match=r"has the class 'c'; a class is a number, starting at 0, or one of CLASS_NAMES"):
        find_class_weight(module_with(CLASS_NAMES=["a", "b"], CLASS_WEIGHT={"c": 3}))


def test_callbacks_have_several_forms():
    import keras

    stop = keras.callbacks.EarlyStopping()
    assert find_callbacks(module_with(CALLBACKS=stop)) == [stop]
    assert find_callbacks(module_with(callbacks=lambda: (stop,))) == [stop]
    assert find_callbacks(module_with(CALLBACKS=[stop], callbacks=lambda: [stop])) == [stop]
    assert find_callbacks(module_with(callbacks=keras.callbacks)) == []
    with pytest.raises(RunError, match=r"must contain keras.callbacks.Callback objects, not 3"):
        find_callbacks(module_with(CALLBACKS=[3]))
    with pytest.raises(RunError, match=r"call it: add \(\)"):
        find_callbacks(module_with(CALLBACKS=[keras.callbacks.TerminateOnNaN]))


DRAWING = """
import random

own = np.random.default_rng(3)
noise = keras.layers.GaussianNoise(1.0)


def draws():
    for place in range(COUNT):
        drawn = np.random.normal() + random.random() + own.normal() + float(keras.random.normal(()))
        yield x[:5] + drawn + noise(np.zeros((5, 4)), training=True).numpy(), y[:5]

def datasets():
    return draws, None
"""


def test_the_baseline_leaves_every_random_generator_where_it_was(net):
    module, model, settings = net(DRAWING.replace("COUNT", "6"))
    data = load_training_data(module, model, settings)

    before = random_state(module), np.array(module.noise.seed_generator.state)
    words = baseline_words(module, model, data)

    assert words == "Always predicting the most frequent class (0): accuracy 0.6000 on 30 training examples"
    assert random_state(module) == before[0]
    assert np.array(module.noise.seed_generator.state).tolist() == before[1].tolist()


def test_the_baseline_reads_as_many_batches_on_every_machine(net, monkeypatch):
    monkeypatch.setattr("graphlab.training.data.baseline.LOOKED_EXAMPLES", 12)
    module, model, settings = net(DRAWING.replace("COUNT", "50"))
    data = load_training_data(module, model, settings)

    words = baseline_words(module, model, data)

    assert words == "Always predicting the most frequent class (0): accuracy 0.6000 on the first 15 training examples"


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ("batches, None", "an unknown number of examples, no validation data"),
        ("batches, (x, y)", "an unknown number of training and 20 validation examples"),
        ("(x, y), batches", "20 training and an unknown number of validation examples"),
    ],
)
def test_an_unknown_length_is_reported(net, returned, words):
    data = load_training_data(*net(f"\ndef datasets():\n    return {returned}\n"))

    assert data.description.endswith(f"net.py:model, {words}")


@pytest.mark.parametrize(("returned", "part"), [("forever, None", "training"), ("(x, y), forever", "validation")])
def test_an_endless_epoch_is_reported_until_it_is_stopped(net, tmp_path, monkeypatch, returned, part):
    monkeypatch.setattr("graphlab.training.data.endless.MANY_STEPS", 20)
    monkeypatch.setattr("graphlab.training.data.baseline.LOOKED_EXAMPLES", 20)
    _, _, settings = net(f"""
class Stop(Exception):
    pass

def forever():
    for _ in range(300):
        yield x[:4], y[:4]
    raise Stop("a test has to end")

def datasets():
    return {returned}
""")
    events: list[Event] = []
    with pytest.raises(RunError, match="a test has to end"):
        train(settings, tmp_path, events.append)

    told = [event.message for event in events if event.kind == "warning"]
    assert told == [
        f"the length of the {part} data is unknown: {steps} steps so far in this epoch; if the data never ends, stop "
        "the run and limit the data, for example with dataset.take(n)"
        for steps in (20, 200)
    ]
