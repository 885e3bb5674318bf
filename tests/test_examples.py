import ast
import os
from pathlib import Path

import numpy as np
import pytest

from graphlab.packaged import packaged_dir
from graphlab.runs.reader import read_run
from graphlab.runs.settings import TrainSettings
from graphlab.sources import parse_source
from graphlab.sources.objects import find_object
from graphlab.sources.run import load_module
from graphlab.training.example_data import description_of
from graphlab.training.terminal import train_in_terminal
from tests.support.train_here import train_here

EXAMPLES = ["mnist_mlp.py", "neuron.py", "quadratic.py", "xray_cnn.py"]
DATA = os.environ.get("GRAPHLAB_DATA", "")


@pytest.fixture
def no_data(monkeypatch, tmp_path):
    """Neither a named folder, nor Keras's cache, nor a network."""
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))


def load(text: str):
    spec = parse_source(text)
    return find_object(spec, load_module(spec))


def read_example(name: str) -> str:
    return (packaged_dir("examples") / name).read_text(encoding="utf-8")


def test_examples_when_counted():
    assert sorted(path.name for path in packaged_dir("examples").glob("*.py")) == EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_when_read(name):
    text = read_example(name)
    title = (ast.get_docstring(ast.parse(text)) or "").splitlines()[0]

    assert 10 <= len(text.splitlines()) <= 90
    assert 10 <= len(title) <= 60


@pytest.mark.tf
def test_quadratic_when_called():
    f = load("examples/quadratic.py:f")

    assert f(3.0, 4.0).numpy() == 42.0
    assert f.get_concrete_function().structured_outputs.shape == ()


@pytest.mark.tf
def test_neuron_when_called():
    neuron = load("examples/neuron.py:neuron")

    # w·x + b = 0.5 - 2 + 6 + 0.1
    assert neuron(np.array([1, 2, 3], np.float32)).numpy() == pytest.approx(1 / (1 + np.exp(-4.6)))
    assert sorted(variable.name for variable in neuron.get_concrete_function().variables) == ["b:0", "w:0"]


@pytest.mark.tf
def test_mnist_when_imported():
    model = load("examples/mnist_mlp.py:model")

    assert model.name == "mnist_mlp"
    assert [type(layer).__name__ for layer in model.layers] == [
        "Reshape",
        "Dense",
        "Activation",
        "Dense",
        "Activation",
        "Dense",
        "Activation",
    ]
    assert model.count_params() == 235_146
    assert model.compiled
    assert model.optimizer.iterations == 0


@pytest.mark.tf
@pytest.mark.usefixtures("no_data")
def test_mnist_when_trained_on_digits(capfd):
    run = train_in_terminal(TrainSettings("examples/mnist_mlp.py:model", epochs=2))

    assert run.status == "finished"
    assert run.data == "UCI handwritten digits, 1,437 + 360 images scaled to 28x28, because MNIST was not found"
    assert run.data in capfd.readouterr().out
    assert run.final["val_accuracy"] > 0.9
    assert [len(run.validation_curves[name]) for name in ("loss", "accuracy")] == [2, 2]


@pytest.mark.tf
@pytest.mark.skipif(not (DATA and Path(DATA, "mnist.npz").is_file()), reason="GRAPHLAB_DATA names no mnist.npz")
def test_mnist_when_trained_on_all_of_it():
    run = train_in_terminal(TrainSettings("examples/mnist_mlp.py:model", epochs=1))

    assert run.data == f"MNIST, 60,000 + 10,000 images, from {Path(DATA).resolve() / 'mnist.npz'}"
    assert (run.train_size, run.validation_size, run.steps) == (60_000, 10_000, 1875)
    assert run.final["val_accuracy"] > 0.95


@pytest.mark.tf
@pytest.mark.usefixtures("no_data")
def test_xrays_when_trained_on_drawn_ones():
    run = train_here(TrainSettings("examples/xray_cnn.py:model", epochs=1))

    assert read_run(run.run_dir) == run
    assert (run.model, run.data) == (
        "xray_cnn",
        "48 + 12 synthetic X-rays drawn by the example, not real patients",
    )
    assert set(run.train_curves) == {"loss", "accuracy", "balanced_accuracy"}
    assert [sample.true for sample in run.samples] == ["other", "COVID-19"] * 6


@pytest.mark.tf
@pytest.mark.skipif(not (DATA and Path(DATA, "covid_xray").is_dir()), reason="GRAPHLAB_DATA names no covid_xray")
def test_xray_data_when_the_folder_is_named():
    datasets = load("examples/xray_cnn.py:datasets")

    train, validation = datasets()
    images, labels = next(iter(train))

    assert description_of(train) == f"covid-chestxray-dataset, 90 + 32 X-rays, from {Path(DATA).resolve()}"
    assert (images.shape, labels.shape) == ((8, 128, 128, 1), (8, 1))
    assert float(images.numpy().max()) <= 1
    assert len(validation) == 4


@pytest.mark.tf
def test_focal_loss_and_balanced_accuracy_when_worked_out_by_hand():
    import keras

    module = load_module(parse_source("examples/xray_cnn.py:model"))
    truth, score = keras.ops.array([[1.0], [1.0], [0.0]]), keras.ops.array([[0.9], [0.5], [0.2]])

    losses = -np.array([0.1**2 * np.log(0.9), 0.5**2 * np.log(0.5), 0.2**2 * np.log(0.8)])
    assert float(module.FocalLoss()(truth, score)) == pytest.approx(losses.mean(), rel=1e-4)
    balanced = module.BalancedAccuracy()
    balanced.update_state(truth, score)
    assert float(balanced.result()) == 0.75  # 1 of 2 ill, 1 of 1 other
    balanced.reset_state()
    assert float(balanced.result()) == 0.0


@pytest.mark.tf
@pytest.mark.skipif(not (DATA and Path(DATA, "covid_xray").is_dir()), reason="GRAPHLAB_DATA names no covid_xray")
def test_xrays_when_trained_on_real_ones():
    run = train_in_terminal(TrainSettings("examples/xray_cnn.py:model", epochs=15))

    assert (
        run.baseline
        == "Always predicting the most frequent class (COVID-19): accuracy 0.6875 on 32 validation examples"
    )
    assert run.final["val_balanced_accuracy"] >= 0.7
    assert run.uses == ("class weights 0: 1.8, 1: 0.7",)
