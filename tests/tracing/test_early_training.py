"""A file that trains while it is loaded opens, and the cost is reported."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.tf

pytest.importorskip("keras")

from graphlab.sources import parse_source  # noqa: E402
from graphlab.tracing.targets import trace_source  # noqa: E402

FITS = """
import keras
import numpy as np

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)
"""
LOOPS = """
import time
import keras
import tensorflow as tf

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()

@tf.function
def step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(x))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)

for _ in range(3):
    step(tf.ones([2, 4]))
    time.sleep(PAUSE_S)
"""


def told(tmp_path, text):
    """The notes of the forward graph, and the stages that were told meanwhile."""
    stages = []
    (tmp_path / "net.py").write_text(text)
    graph = trace_source(parse_source(f"{tmp_path}/net.py:model"), stages.append)["forward"]
    return " ".join(graph.notes), stages, graph.facts.early_training


def test_fit_in_a_file_is_reported_with_its_line_its_seconds_and_the_guard(tmp_path):
    notes, stages, words = told(tmp_path, FITS)

    assert re.search(r"net.py:7 trains while the file is loaded: model.fit\(\) took \d+\.\d s\.", notes)
    assert 'if __name__ == "__main__":' in notes
    assert words in notes
    assert "Training: the file calls model.fit() while it is loaded" in stages


def test_a_training_loop_in_the_file_is_reported_when_it_takes_long(tmp_path):
    notes, _, _ = told(tmp_path, LOOPS.replace("PAUSE_S", "0.5"))
    quick, _, _ = told(tmp_path, LOOPS.replace("PAUSE_S", "0"))

    assert re.search(r"net.py:16 trains while the file is loaded: its training loop took [1-9]\d*\.\d s\.", notes)
    assert "trains while" not in quick


def test_a_file_with_the_guard_says_nothing(tmp_path):
    guarded = FITS.replace("model.fit", 'if __name__ == "__main__":\n    model.fit')

    assert told(tmp_path, guarded)[2] == ""


ONE_STEP = LOOPS.replace("range(3)", "range(1)").replace("PAUSE_S", "0") + "time.sleep(1.2)\n"
EAGER = LOOPS.replace("@tf.function\n", "").replace("PAUSE_S", "0.5")
INSIDE = """
import keras
import tensorflow as tf

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
optimizer.build(model.trainable_variables)

@tf.function
def steps(x):
    for _ in tf.range(60):
        tf.py_function(lambda: __import__("time").sleep(0.02), [], [])
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)

steps(tf.ones([2, 4]))
"""


def test_one_step_that_builds_the_optimizer_is_not_a_training_loop(tmp_path):
    assert told(tmp_path, ONE_STEP)[2] == ""


def test_a_loop_lasts_until_its_last_update(tmp_path):
    for text in (EAGER, LOOPS.replace("PAUSE_S", "0.5")):
        seconds = float(
            re.search(r"its training loop took (\d+\.\d) s", told(tmp_path, f"{text}time.sleep(4)\n")[2])[1]
        )
        assert 1 <= seconds < 4


def test_a_loop_inside_one_tf_function_is_reported(tmp_path):
    assert "net.py:17 trains while the file is loaded: its training loop took" in told(tmp_path, INSIDE)[2]


def test_export_and_train_say_that_a_file_trains_while_it_is_loaded(tmp_path, command, traced_by_one, monkeypatch):
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    data = "\ndef datasets():\n    return np.ones((8, 4)), np.ones((8, 1))\n"
    (tmp_path / "net.py").write_text(FITS + data)
    source = f"{tmp_path}/net.py:model"

    _, _, exported = command("export", source, "-o", str(tmp_path / "out.json"))
    _, _, trained = command("train", source, "--epochs", "1")

    for words in (exported, trained):
        assert "graphlab: net.py:7 trains while the file is loaded: model.fit() took" in words
