"""`graphlab values` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.app_driver import environment_in
from tests.support.places import ROOT

pytestmark = pytest.mark.tf

SOURCE = """
import keras
import numpy as np

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones")])
model.compile("sgd", "mse")


def datasets():
    return (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.zeros((2, 2))), None


def f(x):
    return x * x


def g(x, y):
    return x * y


example_inputs = {"y": [5.0, 7.0]}
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return environment_in(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    file = tmp_path_factory.mktemp("sources") / "source.py"
    file.write_text(SOURCE)
    return file


def values(*arguments, env):
    command = [sys.executable, "-m", "graphlab", "values", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, timeout=300)


def test_the_help_shows_what_is_printed(environment):
    help_text = (ROOT / "assets" / "help" / "terminal.md").read_text("utf-8")
    command, _, table = help_text.partition("$ graphlab values ")[2].partition("\n")

    printed = values(*command.split(), env=environment)

    assert printed.stdout == table.partition("```")[0]
    assert (printed.stderr, printed.returncode) == ("", 0)


def test_the_first_rows_of_the_data_are_the_inputs(environment, source):
    printed = values(f"{source}:model", "--graph", "train_step", "--json", env=environment)

    answer = json.loads(printed.stdout)
    assert [(one["tensor"], one["origin"]) for one in answer["inputs"]] == [
        ("float32[2,3]", "from datasets()"),
        ("float32[2,2]", "from datasets()"),
    ]
    product = next(row for row in answer["rows"] if row["type"] == "MatMul")
    assert product["value"] == [[6.0, 6.0], [15.0, 15.0]]
    loss = [row["value"] for row in answer["rows"] if row["tensor"] == "float32[]"]
    assert (6**2 + 15**2) / 2 in loss


def test_a_function_without_a_signature_takes_what_was_given(environment, source):
    printed = values(f"{source}:f", "--input", "x=[1,2,NaN]", env=environment)

    assert "[1, 4, nan]" in printed.stdout
    assert (printed.stderr, printed.returncode) == ("", 0)


def test_a_model_file_has_values_with_its_own_weights(environment, tmp_path):
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.layers[0].bias.assign([0.5])
    model.save(tmp_path / "model.keras")

    printed = values(str(tmp_path / "model.keras"), "--input", "[[1,2]]", "--json", env=environment)

    rows = {row["op"]: row for row in json.loads(printed.stdout)["rows"]}
    assert "3.5" in str(rows["Identity"]), printed.stderr


def test_a_file_that_cannot_be_run_is_one_line(environment, tmp_path):
    (tmp_path / "graph.json").write_text("{}")

    printed = values(str(tmp_path / "graph.json"), env=environment)

    assert "has no values to compute" in printed.stderr
    assert printed.returncode == 2


def test_the_example_inputs_are_used_when_no_input_is_given(environment):
    printed = values("examples/quadratic.py:f", "--json", env=environment)

    answer = json.loads(printed.stdout)
    assert [one["origin"] for one in answer["inputs"]] == ["from example_inputs", "from example_inputs"]
    assert answer["rows"][-1]["value"] == 42.0


def test_a_function_without_a_signature_takes_a_value_a_spec_and_an_example(environment, source):
    with_spec = json.loads(
        values(f"{source}:g", "--input", "x=3", "--input", "y=float32[4]", "--json", env=environment).stdout
    )
    with_example = json.loads(values(f"{source}:g", "--input", "x=3", "--json", env=environment).stdout)

    assert [(one["tensor"], one["origin"]) for one in with_spec["inputs"]] == [
        ("float32[]", "given"),
        ("float32[4]", "random, seed 7"),
    ]
    assert with_example["rows"][-1]["value"] == [15.0, 21.0]


def test_the_loss_of_a_train_step_is_what_it_minimises(environment, source):
    arguments = ("--graph", "train_step", "--gradient", "loss", "--json")
    rows = {row["op"]: row for row in json.loads(values(f"{source}:model", *arguments, env=environment).stdout)["rows"]}

    product = next(row for row in rows.values() if row["type"] == "MatMul")
    assert product["gradient"] == [[3.0, 3.0], [7.5, 7.5]]  # 2 (prediction − 0) / 4


def test_only_selected_ops_are_printed(environment, source):
    selected = values(f"{source}:model", "--op", "matmul", "--op", "biasADD", "--json", env=environment)
    none = values(f"{source}:model", "--op", "conv", env=environment)

    types = [row["type"] for row in json.loads(selected.stdout)["rows"]]
    assert {"MatMul", "BiasAdd"} <= {*types}
    assert "Identity" not in types
    assert "ops contains 'conv' in its name, type or layer" in none.stderr


def test_the_data_of_the_inputs_is_described(environment):
    offline = {**environment, "KERAS_HOME": environment["HOME"], "GRAPHLAB_DATA": ""}
    printed = values("examples/mnist_mlp.py:model", "--op", "softmax", env=offline)

    assert printed.stdout.splitlines()[:2] == [
        "image: float32[1,28,28,1], from datasets()",
        "Data: UCI handwritten digits, 1,437 + 360 images scaled to 28x28, because MNIST was not found",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["model", "--graph", "data"], "a data pipeline has no values for an input"),
        (["g", "--input", "3", "--input", "float32[]"], "have no names; write --input NAME=VALUE"),
        (["f", "--input", "x=1e400"], "1e400 is too large"),
        (["f", "--input", "z=1"], "'f' has no parameter 'z'; it has x"),
        (["model", "--input", "[1,2]"], "takes float32[?,3]; the value has the sizes [2]"),
        (["model", "--gradient", "output"], "not a single number; name one of them: output[0,0]"),
    ],
)
def test_an_input_that_cannot_be_used_is_one_line(environment, source, arguments, words):
    printed = values(f"{source}:{arguments[0]}", *arguments[1:], env=environment)

    assert printed.stdout == ""
    assert words in printed.stderr
    assert printed.stderr.count("\n") == 1
    assert printed.returncode == 2


def test_a_data_folder_that_is_missing_is_one_line(environment):
    printed = values("examples/mnist_mlp.py:model", "--data", "nowhere", env=environment)

    assert "nowhere" in printed.stderr
    assert "Traceback" not in printed.stderr
    assert printed.returncode != 0
