"""A resumed run: its weights are those of a run that was never stopped, and its curves join."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graphlab.errors import RunError
from graphlab.runs.events import EndEvent, StepEvent
from graphlab.runs.log import RunLog
from graphlab.runs.reader import read_run
from graphlab.runs.run import Run
from graphlab.runs.settings import TrainSettings
from graphlab.training.launch.process import prepare_resume
from tests.support.places import ROOT
from tests.support.train_here import resume_here, train_here

pytestmark = pytest.mark.tf

DROPOUT = """
import random

import keras
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(3)
x = rng.normal(size=(96, 6)).astype("float32")
y = (x.sum(axis=1) > 0).astype("int64")
augment = keras.layers.GaussianNoise(0.2)
model = keras.Sequential([
    keras.Input((6,)), keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.5), keras.layers.BatchNormalization(),
    keras.layers.Dense(2),
])
schedule = keras.optimizers.schedules.ExponentialDecay(0.05, 6, 0.8)
model.compile(keras.optimizers.Adam({rate}), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
CALLBACKS = [keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=10.0)]{callbacks}


def pipeline():
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(96).batch(16)
    return data.map(lambda x, y: (augment(x, training=True), y))


def generator():
    for place in rng.permutation(96).reshape(6, 16):
        noise = np.random.normal(size=(16, 6)).astype("float32")
        yield x[place] + noise, y[place] if random.random() > 0.1 else 1 - y[place]


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 6

    def __getitem__(self, index):
        place = slice(index * 16, index * 16 + 16)
        return x[place], y[place]


def arrays():
    return x, y


def datasets():
    return {data}, (x[:32], y[:32])
"""


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))


def weights(run: Run, epoch: int) -> list[np.ndarray]:
    """All arrays of an epoch's weights file."""
    import h5py

    found: list[np.ndarray] = []
    with h5py.File(run.run_dir / "checkpoints" / f"epoch-{epoch:05d}.weights.h5") as file:
        file.visititems(lambda name, item: found.append(item[()]) if isinstance(item, h5py.Dataset) else None)
    return [array for array in found if array.dtype.kind == "f"]


def differ(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    assert len(one) == len(other) > 0
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("data", ["pipeline()", "generator()", "Batches()", "arrays()"])
def test_weights_equal_those_of_an_uninterrupted_run(tmp_path, data):
    rate = "schedule" if data == "pipeline()" else "0.05"
    callbacks = "" if rate == "0.05" else "[:0]"
    text = DROPOUT.format(data=data, rate=rate, callbacks=callbacks)
    (tmp_path / "net.py").write_text(text)
    source = f"{tmp_path / 'net.py'}:model"

    whole = train_here(TrainSettings(source, epochs=4, batch_size=16, seed=5))
    part = train_here(TrainSettings(source, epochs=2, batch_size=16, seed=5))
    resumed = resume_here(part.run_dir, epochs=4)

    assert (resumed.status, resumed.epoch, resumed.epochs, resumed.resumed) == ("finished", 4, 4, 1)
    assert differ(weights(whole, 2), weights(part, 2)) == 0
    assert differ(weights(whole, 3), weights(whole, 4)) > 1e-3
    assert differ(weights(whole, 4), weights(resumed, 4)) < 1e-6
    assert resumed.learning_rates == whole.learning_rates
    assert len({rate for _, rate in whole.learning_rates}) > 1
    assert resumed.validation_curves["loss"] == pytest.approx(np.array(whole.validation_curves["loss"]), abs=1e-5)


GAN = """
import keras
import tensorflow as tf

class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6)])
        self.judge = keras.Sequential([keras.Input((6,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
        self.mean = keras.metrics.Mean(name="g_loss")
        self.judge_optimizer = keras.optimizers.{optimizer}(0.01)

    @property
    def metrics(self):
        return [self.mean]

    def train_step(self, real):
        self.judge.trainable = True
        noise = tf.ones((tf.shape(real)[0], 4))
        with tf.GradientTape() as tape:
            wrong = tf.reduce_mean(self.judge(self.generator(noise)) - self.judge(real)) ** 2
        weights = self.trainable_weights
        self.judge_optimizer.apply_gradients(zip(tape.gradient(wrong, weights), weights))
        self.judge.trainable = False  # as many do before the generator's turn
        self.mean.update_state(wrong)
        return {{"g_loss": self.mean.result()}}

model = Gan()
model.compile()

def datasets():
    return tf.data.Dataset.from_tensor_slices(tf.reshape(tf.range(96.0), (16, 6)) / 96.0).batch(8)
"""


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_a_model_whose_parts_alone_are_called_resumes(tmp_path, optimizer):
    (tmp_path / "gan.py").write_text(GAN.format(optimizer=optimizer))
    source = f"{tmp_path / 'gan.py'}:model"

    whole = train_here(TrainSettings(source, epochs=4, seed=5))
    part = train_here(TrainSettings(source, epochs=2, seed=5))
    resumed = resume_here(part.run_dir, epochs=4)

    assert (whole.status, whole.checkpoint, resumed.status, resumed.epoch) == ("finished", 4, "finished", 4)
    assert differ(weights(whole, 2), weights(whole, 4)) > 1e-4
    assert differ(weights(whole, 4), weights(resumed, 4)) < 1e-6


def test_a_model_of_bfloat16_resumes_with_its_optimizer(tmp_path):
    (tmp_path / "net.py").write_text(
        """
import keras
import numpy as np

keras.config.set_floatx("bfloat16")
x = np.linspace(0, 1, 64).reshape(16, 4)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, kernel_initializer="ones")])
model.compile(keras.optimizers.Adam(0.05), "mse")

def datasets():
    return (x, x[:, :1]), None
"""
    )
    program = """
import sys
from graphlab.runs.settings import TrainSettings
from graphlab.training.terminal import resume_in_terminal
from tests.support.train_here import train_here

settings = [TrainSettings(sys.argv[1], epochs=epochs, batch_size=16) for epochs in (2, 1)]
whole, part = map(train_here, settings)
resumed = resume_in_terminal(part.run_dir, epochs=2)
print(part.run_dir, whole.run_dir, sep="|")
"""
    command = [sys.executable, "-c", program, f"{tmp_path / 'net.py'}:model"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    *lines, last = done.stdout.splitlines()
    part, whole = last.split("|")
    assert lines.count("continues after epoch 1, the last checkpoint") == 1

    arrays = [np.load(Path(run) / "checkpoints" / "resume.npz") for run in (part, whole)]
    names = [name for name in arrays[0].files if name.startswith("optimizer/")]
    assert all(np.array_equal(arrays[0][name], arrays[1][name]) for name in names)
    assert any(np.abs(arrays[0][name]).max() > 0 for name in names[2:])


def test_mnist_when_resumed():
    settings = TrainSettings("examples/mnist_mlp.py:model", epochs=2, batch_size=64)

    whole = train_here(settings)
    part = train_here(TrainSettings("examples/mnist_mlp.py:model", epochs=1, batch_size=64))
    resumed = resume_here(part.run_dir, epochs=2)

    assert differ(weights(whole, 2), weights(resumed, 2)) < 1e-6
    assert [x for x, _ in resumed.validation_curves["accuracy"]] == [1.0, 2.0]


def test_curves_join_when_the_run_was_stopped_within_an_epoch(tmp_path):
    (tmp_path / "net.py").write_text(DROPOUT.format(data="arrays()", rate="0.05", callbacks=""))
    part = train_here(TrainSettings(f"{tmp_path / 'net.py'}:model", epochs=1, batch_size=16))
    log = RunLog(part.run_dir)  # as if it had been stopped in the second epoch
    prepare_resume(part.run_dir, epochs=3)
    log.write(StepEvent(epoch=2, step=3, logs={"loss": 9.0}, examples_per_s=None))
    log.write(EndEvent("stopped"))

    resumed = resume_here(part.run_dir, learning_rate=0.01)

    epochs = [x for x, _ in resumed.train_curves["loss"]]
    assert epochs == sorted(epochs)
    assert 9.0 not in [loss for _, loss in resumed.train_curves["loss"]]
    assert resumed.epoch == 3
    assert resumed.learning_rates[1:] == ((2.0, 0.01), (3.0, 0.01)) or resumed.learning_rates[1][1] == 0.01


def test_resume_when_it_cannot(tmp_path):
    (tmp_path / "net.py").write_text(DROPOUT.format(data="arrays()", rate="0.05", callbacks=""))
    run = train_here(TrainSettings(f"{tmp_path / 'net.py'}:model", epochs=1, batch_size=16))
    name = run.run_dir.name

    with pytest.raises(RunError, match=f"'{name}' has already trained 1 epoch; use --epochs 2 or more"):
        resume_here(run.run_dir)

    text = (tmp_path / "net.py").read_text().replace("Dense(8", "Dense(9")
    (tmp_path / "net.py").write_text(text)
    with pytest.raises(RunError, match="the model no longer fits the checkpoint"):
        resume_here(run.run_dir, epochs=2)
    assert read_run(run.run_dir).status == "failed"
    assert Path(run.run_dir, "checkpoints", "epoch-00001.weights.h5").is_file()
