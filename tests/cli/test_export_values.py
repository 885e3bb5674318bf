"""`graphlab export` with values, as a user runs it."""

from __future__ import annotations

import base64
import gzip
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.support.app_driver import environment_in
from tests.support.places import ROOT

pytestmark = pytest.mark.tf

SVG = "{http://www.w3.org/2000/svg}"
QUADRATIC = "examples/quadratic.py:f"
SOURCE = """
import keras
import numpy as np

model = keras.Sequential([keras.Input((2,), name="v"), keras.layers.Dense(1, kernel_initializer="ones")])
model.compile("sgd", "mse")


def datasets():
    return (np.array([[1.0, 2.0], [4.0, 5.0]]), np.zeros((2, 1))), None


def plain(x, y):
    return x * y
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return environment_in(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    file = tmp_path_factory.mktemp("sources") / "source.py"
    file.write_text(SOURCE)
    return file


def export(*arguments, env):
    command = [sys.executable, "-m", "graphlab", "export", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, timeout=300)


def values_in(file):
    root = ElementTree.parse(file).getroot()
    return {group.get("data-box"): group.get("data-value") for group in root.iter(f"{SVG}g") if group.get("data-value")}


def test_values_and_gradients_of_the_inputs_are_on_the_boxes(environment, tmp_path):
    file = tmp_path / "f.svg"
    done = export(QUADRATIC, "-o", file, "--input", "x=2", "--input", "y=4", "--gradient", "output", env=environment)

    assert (done.stderr, done.returncode) == ("", 0)
    values = values_in(file)
    assert values["x"] == "value 2, gradient 16"
    assert values["Identity"] == "value 22, gradient 1"


def test_the_example_inputs_are_used_without_values(environment, tmp_path):
    export(QUADRATIC, "-o", tmp_path / "f.svg", "--values", env=environment)

    assert values_in(tmp_path / "f.svg")["Identity"] == "value 42"


def test_a_spec_alone_shows_no_values(environment, source, tmp_path):
    specs = ("--input", "x=float32[2]", "--input", "y=float32[]")
    export(f"{source}:plain", "-o", tmp_path / "f.svg", *specs, env=environment)

    assert (tmp_path / "f.svg").exists()
    assert values_in(tmp_path / "f.svg") == {}


def test_a_function_without_a_signature_takes_values_and_specs(environment, source, tmp_path):
    given = ("--input", "x=3", "--input", "y=float32[4]")
    done = export(f"{source}:plain", "-o", tmp_path / "f.svg", *given, env=environment)

    assert done.stderr == ""
    assert values_in(tmp_path / "f.svg")["x"] == "value 3"


def test_a_train_step_shows_the_first_rows_of_its_data(environment, source, tmp_path):
    options = ("--graph", "train_step", "--gradient", "loss")
    done = export(f"{source}:model", "-o", tmp_path / "f.svg", *options, env=environment)

    assert done.stderr == ""
    assert values_in(tmp_path / "f.svg")["loss/"] == "value 45, gradient 1"


def test_a_picture_names_its_data_without_their_folder(environment, tmp_path):
    images, labels = np.zeros((10, 28, 28), np.uint8), np.arange(10, dtype=np.uint8)
    np.savez(tmp_path / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    export("examples/mnist_mlp.py:model", "-o", tmp_path / "f.html", "--values", "--data", tmp_path, env=environment)

    page = (tmp_path / "f.html").read_text()
    packed = [base64.b64decode(text) for text in re.findall(r"H4sI[\w+/=]+", page)]
    text = "\n".join(gzip.decompress(one).decode() for one in packed)
    assert "Data: MNIST, 10 + 10 images." in text
    assert str(tmp_path) not in page + text


def test_a_page_says_how_many_positions_its_sliders_have(environment, tmp_path):
    done = export(QUADRATIC, "-o", tmp_path / "f.html", "--values", env=environment)

    assert "9 ops at both levels of detail, 81 positions of the sliders, " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((QUADRATIC, "-o", "f.json", "--input", "x=3"), ".json files have no room for values"),
        ((QUADRATIC, "-o", "f.svg", "--input", "x=no"), "'no' is neither a number"),
        ((QUADRATIC, "-o", "f.svg", "--gradient", "z"), "the graph has no result and no op 'z'"),
    ],
)
def test_what_cannot_be_shown_is_one_line(environment, tmp_path, arguments, words):
    source, option, name, *rest = arguments
    done = export(source, option, tmp_path / name, *rest, env=environment)

    assert words in done.stderr
    assert (done.stderr.count("\n"), done.returncode) == (1, 2)
    assert not (tmp_path / name).exists()
