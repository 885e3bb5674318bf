import base64
import glob
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from graphlab.errors import DataError, GraphlabError
from graphlab.runs.events import Event
from graphlab.runs.find import latest_run
from graphlab.runs.reader import read_run
from graphlab.runs.settings import TrainSettings
from graphlab.sources.thumbnails import png_data_uri
from graphlab.training.data.samples import class_chances, true_classes
from graphlab.training.device import cpu_name
from graphlab.training.nan import LossWatch
from graphlab.training.reporter import Reporter
from graphlab.training.terminal import epoch_line, train_in_terminal
from graphlab.training.train import train

NET = """
import keras
import numpy as np
import tensorflow as tf

CLASS_NAMES = ["dark", "bright"]
model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)], name="tiny")
model.compile(
    optimizer=keras.optimizers.SGD(0.5),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
loose = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)], name="loose")
number = 3


def make():
    return model


def pictures(count):
    labels = np.arange(count) % 2
    return tf.data.Dataset.from_tensor_slices((labels[:, None, None, None] * np.ones((1, 8, 8, 1), "float32"), labels))
"""
DATASETS = """

def datasets():
    return pictures(20).shuffle(20), pictures(14)
"""


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def net(tmp_path):
    """Writes the tiny network with what is added to it; returns its path."""

    def write(added: str) -> str:
        (tmp_path / "net.py").write_text(NET + added)
        return f"{tmp_path / 'net.py'}"

    return write


def events_of(settings: TrainSettings, run_dir: Path) -> list[Event]:
    events: list[Event] = []
    train(settings, run_dir, events.append)
    return events


def failure_of(settings: TrainSettings, run_dir: Path) -> str:
    """The message of a training that fails; the same in its last event."""
    events: list[Event] = []
    with pytest.raises(GraphlabError) as caught:
        train(settings, run_dir, events.append)
    assert (events[-1].kind, events[-1].reason) == ("end", "failed")
    assert events[-1].message == str(caught.value)
    return str(caught.value)


@pytest.mark.tf
def test_training_when_the_user_gives_unbatched_data(net, tmp_path):
    events = events_of(TrainSettings(f"{net(DATASETS)}:model", epochs=2, batch_size=5), tmp_path)

    kinds = [event.kind for event in events]
    start = next(event for event in events if event.kind == "start")
    epochs = [event for event in events if event.kind == "epoch"]
    stages = [event.stage for event in events if event.kind == "stage"]
    assert stages[:4] == ["loading TensorFlow", "loading the model", "loading data", "compiling the first step"]
    assert (start.model, start.train_size, start.validation_size, start.steps) == ("tiny", 20, 14, 4)
    assert start.data == f"datasets() of {tmp_path / 'net.py'}:model, 20 + 14 examples"
    assert [(event.epoch, event.steps) for event in epochs] == [(1, 4), (2, 4)]
    assert set(epochs[0].logs) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert epochs[1].logs["val_accuracy"] == 1.0
    assert events[kinds.index("step")].step == 1
    assert events[-1].reason == "finished"


@pytest.mark.tf
def test_training_when_it_has_ended(net, tmp_path):
    import keras
    import tensorflow as tf
    from tensorflow.core.util import event_pb2

    events = events_of(TrainSettings(f"{net(DATASETS)}:make", epochs=1), tmp_path)

    samples = next(event for event in events if event.kind == "samples").samples
    assert [sample.true for sample in samples] == ["dark", "bright"] * 6
    assert all(sample.correct == (sample.predicted == sample.true) for sample in samples)
    assert all(0.5 <= sample.confidence <= 1 for sample in samples)
    copy = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    copy.load_weights(tmp_path / "checkpoints" / "epoch-00001.weights.h5")
    files = glob.glob(str(tmp_path / "tensorboard" / "validation" / "events.out.tfevents.*"))
    records = [event_pb2.Event.FromString(record.numpy()) for record in tf.data.TFRecordDataset(files)]
    values = {value.tag: value for record in records for value in record.summary.value}
    assert sorted(values) == ["epoch_accuracy", "epoch_loss"]
    assert values["epoch_loss"].metadata.plugin_data.plugin_name == "scalars"


@pytest.mark.tf
def test_training_when_the_same_settings_run_twice(net, tmp_path):
    settings = TrainSettings(f"{net(DATASETS)}:model", epochs=1)

    first, second = ([e.logs for e in events_of(settings, tmp_path) if e.kind == "epoch"] for _ in range(2))

    assert first == second


@pytest.mark.tf
def test_batches_when_the_user_made_them(net, tmp_path):
    source = net("\ndef datasets():\n    return pictures(20).batch(6), pictures(14).batch(6)\n")

    def steps(batch_size: int | None) -> int:
        events = events_of(TrainSettings(f"{source}:model", epochs=1, batch_size=batch_size), tmp_path)
        return next(event.steps for event in events if event.kind == "start")

    assert steps(None) == 4
    assert steps(10) == 2


@pytest.mark.tf
def test_datasets_when_they_take_the_settings(net, tmp_path, capfd):
    source = net(
        "\ndef datasets(*, data=None, batch_size=4):\n"
        "    print('asked', data, batch_size)\n"
        "    return pictures(20).batch(batch_size, drop_remainder=True), pictures(14).batch(batch_size)\n"
    )

    settings = TrainSettings(f"{source}:model", epochs=1, batch_size=8, data=str(tmp_path))
    start = next(event for event in events_of(settings, tmp_path) if event.kind == "start")

    assert (start.train_size, start.validation_size, start.steps) == (16, 14, 2)
    assert f"asked {tmp_path} 8" in capfd.readouterr().out.splitlines()


@pytest.mark.tf
def test_training_when_the_length_of_the_data_is_unknown(net, tmp_path):
    source = net(
        "\ndef datasets():\n    return pictures(20).filter(lambda x, y: y < 9).batch(5), pictures(4).batch(4)\n"
    )

    events = events_of(TrainSettings(f"{source}:model", epochs=1), tmp_path)

    start = next(event for event in events if event.kind == "start")
    assert (start.steps, start.train_size, start.validation_size) == (None, None, 4)
    assert next(event.steps for event in events if event.kind == "epoch") == 4


@pytest.mark.tf
def test_learning_rate_when_it_is_set(net, tmp_path):
    source = net(
        DATASETS + "\n\nmodel.optimizer = keras.optimizers.SGD(0.0)\nmodel.compile(model.optimizer, model.loss)\n"
    )

    def weights(learning_rate: float | None) -> list[float]:
        events = events_of(TrainSettings(f"{source}:model", epochs=2, learning_rate=learning_rate), tmp_path)
        return [event.logs["val_loss"] for event in events if event.kind == "epoch"]

    still, moving = weights(None), weights(0.5)

    assert still[0] == still[1]
    assert moving[1] < moving[0]


@pytest.mark.tf
def test_learning_rate_when_the_model_has_a_schedule(net, tmp_path):
    schedule = "keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)"
    source = net(DATASETS + f"\n\nmodel.compile(keras.optimizers.SGD({schedule}), model.loss)\n")

    message = failure_of(TrainSettings(f"{source}:model", epochs=1, learning_rate=0.01), tmp_path)

    assert message == "SGD uses a learning-rate schedule; omit the learning rate 0.01"


@pytest.mark.tf
@pytest.mark.parametrize(
    ("added", "name", "words"),
    [
        ("", "model", "has no data: define datasets() in its file, returning (train, validation)"),
        (
            "\ndatasets = lambda: 3\n",
            "model",
            "must return train or (train, validation), not 'int'; convert it: tf.data.Dataset.from_tensor_",
        ),
        (
            "\ndatasets = lambda: (1, 2)\n",
            "model",
            "train must be data to train on, not 'int'; convert it: tf.data",
        ),
        (
            "\ndatasets = lambda: (tf.data.Dataset.range(3),) * 2\n",
            "model",
            "elements of train must be (inputs, labels)",
        ),
        ("\ndatasets = lambda: (pictures(4).repeat(), pictures(4))\n", "model", "returns an endless training dataset"),
        (DATASETS, "loose", "the model 'loose' is not compiled; call compile(optimizer=..., loss=...) first"),
        (DATASETS, "number", "is not a Keras model (its type is int); only a compiled keras.Model can be trained"),
        (
            DATASETS,
            "pictures",
            "is not a Keras model (its type is function); only a compiled keras.Model can be trained",
        ),
        (DATASETS, "modle", "no 'modle' in net.py"),
    ],
)
def test_failure_when_the_source_cannot_be_trained(net, tmp_path, added, name, words):
    assert words in failure_of(TrainSettings(f"{net(added)}:{name}", epochs=1), tmp_path)


@pytest.mark.tf
@pytest.mark.parametrize(
    "act", ["os.chdir('/')", "os.remove(__file__)", "os.chdir(made := tempfile.mkdtemp()); os.rmdir(made)"]
)
def test_training_when_the_source_leaves_its_folder(net, tmp_path, monkeypatch, act):
    source = Path(net(DATASETS + f"\nimport os\nimport tempfile\n{act}\n")).relative_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    events = []

    train(TrainSettings(f"{source}:model", epochs=1, data="data"), tmp_path, events.append)

    assert (events[-1].kind, events[-1].reason) == ("end", "finished")


@pytest.mark.tf
def test_failure_when_datasets_raises(net, tmp_path):
    source = net("\ndef datasets():\n    raise ValueError('no pictures today')\n")
    line = Path(source).read_text().splitlines().index("    raise ValueError('no pictures today')") + 1

    message = failure_of(TrainSettings(f"{source}:model", epochs=1), tmp_path)

    assert message == f"datasets() failed: ValueError: no pictures today ({source}:{line})"


ODD = """

class Odd(ValueError):
    def __str__(self):
        BODY


class Fails(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        raise Odd("a picture")  # here, in a callback


class Own(keras.Model):
    def call(self, x, training=False):
        raise Odd("a picture")  # here, in a model

"""
ODD_PLACES = {
    "a callback": "callbacks = [Fails()]\n" + DATASETS,
    "datasets()": "\ndef datasets():\n    raise Odd('a picture')  # here, in datasets()\n",
    "a model": "model = Own()\nmodel.compile('sgd', 'mse')\n" + DATASETS,
}


@pytest.mark.tf
@pytest.mark.parametrize("body", ["raise RuntimeError('no words')", "raise KeyboardInterrupt", "return 5"])
@pytest.mark.parametrize("place", ODD_PLACES)
def test_failure_when_an_error_cannot_tell_its_words(net, tmp_path, body, place):
    source = net(ODD.replace("BODY", body) + ODD_PLACES[place])
    lines = Path(source).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.endswith(f"# here, in {place}"))

    message = failure_of(TrainSettings(f"{source}:model", epochs=1), tmp_path)

    assert f"({source}:{line})" in message
    assert "Odd" in message


@pytest.mark.tf
def test_failure_when_the_data_breaks_during_training(net, tmp_path):
    source = net(
        "\ndef broken():\n    yield np.ones((8, 8, 1), 'float32'), 1\n    raise OSError('the disk is gone')\n\n"
        "def datasets():\n"
        "    spec = tf.TensorSpec((8, 8, 1)), tf.TensorSpec((), tf.int64)\n"
        "    return tf.data.Dataset.from_generator(broken, output_signature=spec), pictures(2)\n"
    )

    line = Path(source).read_text().splitlines().index("    raise OSError('the disk is gone')") + 1

    message = failure_of(TrainSettings(f"{source}:model", epochs=1), tmp_path)

    assert message == f"training failed: OSError: the disk is gone ({source}:{line})"


@pytest.mark.tf
def test_failure_when_an_op_refuses_its_input(net, tmp_path):
    source = net(
        "\nmodel = keras.Sequential([keras.Input((1,)), keras.layers.Embedding(4, 2), keras.layers.Flatten()])\n"
        "model.compile('sgd', 'mse')\n\n"
        "def datasets():\n    return np.full((4, 1), 9), np.ones((4, 2))\n"
    )

    message = failure_of(TrainSettings(f"{source}:model", epochs=1), tmp_path)

    assert message.startswith("training failed: indices[0,0] = 9 is not in [0, 4) (op ")
    assert message.endswith("/GatherV2)")


@pytest.mark.tf
def test_failure_when_a_label_is_out_of_range(net, tmp_path):
    source = net("\ndef datasets():\n    return pictures(20).map(lambda x, y: (x, y + 7)), pictures(4)\n")

    message = failure_of(TrainSettings(f"{source}:model", epochs=1), tmp_path)

    assert message == (
        "train has the label 7, but the model's output has scores for the classes 0 to 1; end the model with Dense(9), "
        "or correct the labels"
    )


@pytest.mark.tf
def test_failure_when_the_data_folder_is_missing(net, tmp_path):
    source = net("\ndef datasets(data=None):\n    return pictures(2), pictures(2)\n")

    message = failure_of(TrainSettings(f"{source}:model", epochs=1, data="/nowhere/at/all"), tmp_path)

    assert message == "no such data folder: '/nowhere/at/all'"


@pytest.mark.tf
def test_terminal_when_a_training_runs_through(net, capfd):
    source = f"{net(DATASETS)}:model"

    run = train_in_terminal(TrainSettings(source, epochs=2))

    out, err = capfd.readouterr()
    lines = out.splitlines()
    assert lines[0] == f"run: {run.run_dir}"
    assert lines[1] == f"data: datasets() of {source}, 20 + 14 examples"
    assert lines[2].startswith("device: ")
    assert (
        lines[3]
        == "baseline: Always predicting the most frequent class (dark): accuracy 0.5000 on 14 validation examples"
    )
    assert [line.partition(" loss=")[0] for line in lines[4:]] == ["epoch 1 of 2", "epoch 2 of 2"]
    assert lines[5].endswith(" learning_rate=0.5")
    assert err == ""  # no terminal
    assert (run.status, run.epoch, run.progress) == ("finished", 2, 1.0)
    assert latest_run(source) == run.run_dir
    assert read_run(run.run_dir) == run
    assert len(run.samples) == 12


def test_terminal_when_the_data_folder_is_missing(net, runs_folder):
    with pytest.raises(DataError, match="no such data folder: '/nowhere'"):
        train_in_terminal(TrainSettings(f"{net('')}:model", data="/nowhere"))

    assert not runs_folder.exists()


def test_epoch_line_when_there_are_other_metrics():
    logs = {"f1": 0.5, "loss": 0.23449, "val_loss": 0.11231, "accuracy": 0.93123, "val_accuracy": 0.966, "val_f1": 1}

    line = epoch_line(1, 5, logs)

    assert (
        line == "epoch 1 of 5 loss=0.2345 accuracy=0.9312 val_loss=0.1123 val_accuracy=0.9660 f1=0.5000 val_f1=1.0000"
    )


def test_reporter_when_steps_are_fast():
    events: list[Event] = []
    watch = LossWatch(lambda bad: None, prompt=False)
    reporter = Reporter(events.append, 32.0, lambda epoch: None, watch, lambda bad: None)

    reporter.begin_epoch(0)
    for step in range(10_000):
        reporter.end_batch(step, {"loss": 1.0})
    reporter.end_epoch(0, {"loss": np.float32(0.5), "table": np.zeros(3)})

    assert [event.kind for event in events[:1]] == ["step"]
    assert len(events) < 10
    assert events[-1].steps == 10_000
    assert events[-1].logs == {"loss": 0.5}


def test_chances_when_outputs_are_probabilities_or_logits():
    assert class_chances(np.array([[0.25, 0.75]])).tolist() == [[0.25, 0.75]]
    assert class_chances(np.array([[0.25]])).tolist() == [[0.75, 0.25]]
    assert class_chances(np.array([[3.0, 3.0]])).tolist() == [[0.5, 0.5]]
    assert class_chances(np.array([[-20.0], [20.0]])).round(3).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_true_classes_when_labels_have_several_forms():
    assert true_classes(np.array([3, 1])) == [3, 1]
    assert true_classes(np.array([[1.0], [0.0]])) == [1, 0]
    assert true_classes(np.array([[0, 0, 1], [1, 0, 0]])) == [2, 0]


def test_picture_when_values_are_floats_or_bytes():
    def pixels(image: np.ndarray) -> np.ndarray:
        with Image.open(io.BytesIO(base64.b64decode(png_data_uri(image).partition(",")[2]))) as picture:
            return np.asarray(picture)

    grey = np.array([[0.0, 1.0], [0.5, 0.2]], np.float32)
    assert pixels(grey).tolist() == [[0, 255], [128, 51]]
    assert pixels(np.full((4, 4, 3), 7, np.uint8)).tolist() == [[[7, 7, 7]] * 4] * 4
    assert pixels(np.array([[-1.0, 1.0]], np.float32)).tolist() == [[0, 255]]
    assert pixels(np.zeros((200, 100, 1), np.uint8)).shape == (96, 48)


def test_cpu_name_when_linux_tells_it(tmp_path):
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Fast Chip 9000 @ 3 GHz\n")

    assert cpu_name(tmp_path / "cpuinfo") == "Fast Chip 9000 @ 3 GHz"


def test_cpu_name_when_nothing_tells_it(tmp_path):
    assert cpu_name(tmp_path / "cpuinfo") != ""
