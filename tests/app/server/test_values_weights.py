"""Values with the weights of a run, and in training mode: chosen in the form, and the model keeps its own."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from graphlab.app.server.jobs import TraceJob
from graphlab.app.server.library import Library
from graphlab.app.server.values.answers import answer_to
from graphlab.runs.run import NAME_TIME
from graphlab.runs.settings import TrainSettings, write_settings
from graphlab.sources import parse_source
from graphlab.training.checkpoints import CHECKPOINT_DIR, save_checkpoint

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")

PROGRAM = """
import keras
import tensorflow as tf


def build():
    layers = [
        keras.Input((4,), name="v"),
        keras.layers.Dense(6, kernel_initializer="ones"),
        keras.layers.Dropout(0.5),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(2, kernel_initializer="ones", name="last"),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    return model


model = build()
plain = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
def f(x):
    return x * 2.0
"""
STARTED = datetime(2026, 3, 2, 14, 2, 31, tzinfo=UTC)
ONES = {"v": {"kind": "grid", "value": [["1", "1", "1", "1"]]}}


def model_of(file, factor):
    """The source's model as a run may have trained it."""
    scope = {}
    exec(file.read_text(), scope)  # the test's own program
    model = scope["model"]
    for weight in model.trainable_weights:
        weight.assign(weight * factor + 0.125)
    return model


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture(scope="module")
def runs(file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for name, factors in (("model", (2.0, 3.0)), ("build", (5.0,))):
        run_dir = folder / f"{STARTED.strftime(NAME_TIME)}-{name}"
        run_dir.mkdir()
        write_settings(run_dir, TrainSettings(source=f"{file}:{name}"))
        for epoch, factor in enumerate(factors, 1):
            keras.utils.clear_session()
            save_checkpoint(model_of(file, factor), run_dir / CHECKPOINT_DIR, epoch)
    return folder


@pytest.fixture(scope="module")
def ask(file, runs, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("GRAPHLAB_RUNS", str(runs))
        names = ("model", "build", "plain", "f")
        library = Library([parse_source(f"{file}:{name}") for name in names], pytest.fail)

        def ask(act, name="model", *, graph=None, **body):
            view = {"source": f"{file}:{name}", "graph": graph, "open": None, "values": True}
            end = time.monotonic() + 180
            while isinstance(library.open(view["source"]), TraceJob):
                assert time.monotonic() < end
                time.sleep(0.05)
            while True:
                answer = json.loads(json.dumps(answer_to(library, act, {"view": view, **body})))
                if not answer.get("again"):
                    return answer
                assert time.monotonic() < end, answer
                time.sleep(0.05)

        ask.file_of = lambda name: f"{file}:{name}"
        yield ask
        library.close()


def numbers_of(answer):
    return answer["evaluation"]["output"][0]["numbers"]


def result(ask, name="model", **body):
    return numbers_of(ask("evaluate", name, settings=ONES, **body))


def test_the_form_offers_the_epochs_of_the_sources_runs(ask):
    own, last, first = ask("open")["form"]["weights"]

    assert own == {"id": "", "label": "as built, untrained"}
    assert [one["label"].rpartition(", ")[2] for one in (last, first)] == ["epoch 2", "epoch 1"]
    assert last["label"].startswith("run ")
    assert ask("open", "f")["form"]["weights"] == []


def test_the_epochs_of_a_run_are_offered_while_the_form_is_open(ask, runs):
    before = ask("open", "plain")["form"]["weights"]
    run_dir = runs / f"{STARTED.strftime(NAME_TIME)}-plain"
    run_dir.mkdir()
    write_settings(run_dir, TrainSettings(source=ask.file_of("plain")))
    plain = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    plain.compile("adam", "mse")
    save_checkpoint(plain, run_dir / CHECKPOINT_DIR, 1)

    after = ask("weights", "plain")["weights"]

    assert before == [{"id": "", "label": "as built, untrained"}]
    assert [one["id"] for one in after] == ["", f"{run_dir.name}/1"]
    assert ask("weights", "f") == {"weights": []}


@pytest.mark.parametrize(("name", "epochs"), [("model", {"epoch 1": 2.0, "epoch 2": 3.0}), ("build", {"epoch 1": 5.0})])
def test_values_with_the_weights_of_an_epoch_are_those_of_the_model_with_them(ask, file, runs, name, epochs):
    as_built = result(ask, name)
    offered = {one["label"].rpartition(", ")[2]: one["id"] for one in ask("open", name)["form"]["weights"]}
    before = {path: path.read_bytes() for path in runs.rglob("*") if path.is_file()}

    for epoch, factor in epochs.items():
        want = model_of(file, factor)(np.ones((1, 4), "f")).numpy()[0]
        np.testing.assert_allclose(result(ask, name, weights=offered[epoch]), want, rtol=1e-5)

    assert result(ask, name) == as_built
    assert {path: path.read_bytes() for path in runs.rglob("*") if path.is_file()} == before


def test_a_train_step_starts_from_the_weights_of_a_run(ask):
    chosen = ask("open")["form"]["weights"][1]["id"]
    fields = ask("open", graph="train_step")["form"]["fields"]
    settings = {
        one["name"]: {"kind": "random", "seed": 1, "sizes": [2, size]} for one, size in zip(fields, (4, 2), strict=True)
    }
    built, chosen_step = (
        ask("evaluate", graph="train_step", settings=settings, weights=weights)["evaluation"]["output"]
        for weights in ("", chosen)
    )
    assert built != chosen_step


def test_weights_can_be_compared_with_those_as_built(ask):
    chosen = ask("open")["form"]["weights"][1]["id"]
    base = ask("evaluate", settings=ONES)["evaluation"]["id"]

    form = {"settings": ONES, "gradient": "", "seed": 7, "weights": ""}
    answer = ask("evaluate", settings=ONES, weights=chosen, compare=base, base=form)

    assert answer["evaluation"]["show"] == "difference"


def test_training_mode_says_which_ops_it_cannot_show(ask):
    evaluation = ask("evaluate", settings=ONES, training=True, seed=3)["evaluation"]

    assert evaluation["note"].startswith(
        "Training mode also runs ops of dropout and batch_normalization that this graph"
    )
    [reader] = [op for op in evaluation["steps"]["ops"] if op.endswith("last_1/MatMul")]
    words = ask("words", evaluation=evaluation["id"], op=reader)
    assert words["note"] == ""
    assert ask("evaluate", settings=ONES)["evaluation"]["note"] == ""


def test_weights_that_do_not_exist_are_a_sentence(ask):
    errors = ask("evaluate", settings=ONES, weights="2020-01-01-model/1")["errors"]

    assert "no longer exist" in errors[""]


def test_weights_that_do_not_fit_the_model_as_it_is_now_are_a_sentence(ask, file, runs):
    [run_dir] = [one for one in runs.iterdir() if one.name.endswith("-build")]
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(9)])
    other.compile("adam", "mse")
    save_checkpoint(other, run_dir / CHECKPOINT_DIR, 7)

    errors = ask("evaluate", "build", settings=ONES, weights=f"{run_dir.name}/7")["errors"]

    assert "do not fit the model" in errors[""]
    assert "epoch 7" in errors[""]
