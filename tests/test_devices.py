"""Devices as the user's file sets them: they reach the trace and the training, and both are told about them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from graphlab.graph import Graph
from graphlab.loading.ask import graphs_of
from graphlab.runs.find import latest_run
from graphlab.runs.reader import read_run
from graphlab.source import parse_source

TWO_CPUS = """
import keras
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
tf.config.threading.set_intra_op_parallelism_threads(1)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")


def datasets():
    data = tf.data.Dataset.from_tensor_slices((tf.ones([64, 8]), tf.ones([64, 1]))).batch(16)
    return data, data
"""
SETTINGS = "1 intra-op thread, 2 logical CPUs"
STRATEGY = "MirroredStrategy with 2 replicas (CPU:0, CPU:1)"


@pytest.fixture(scope="module")
def two_cpus(tmp_path_factory):
    file = tmp_path_factory.mktemp("devices") / "mirrored.py"
    file.write_text(TWO_CPUS)
    return f"{file}:model"


@pytest.fixture(scope="module")
def graphs(two_cpus, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return graphs_of(parse_source(two_cpus), lambda stage: None)


@pytest.mark.tf
def test_graphs_say_what_the_file_sets_about_devices(graphs):
    notes = (
        f"Devices as this file sets them: {SETTINGS}.",
        f"Trained by a {STRATEGY}; the train step shows every replica.",
    )

    assert graphs["forward"].notes == graphs["train_step"].notes == notes


@pytest.mark.tf
def test_train_step_of_a_strategy_shows_every_replica(graphs):
    step: Graph = graphs["train_step"]
    kinds = [group.kind for group in step.groups.values()]

    assert [group.label for group in step.groups.values() if group.kind == "model"] == [
        "sequential",
        "sequential (call 2)",
    ]
    assert kinds.count("update") == 2 * 2  # the kernel and the bias of each replica
    assert [op.type for op in step.ops()].count("MatMul") == 2 * 2  # forward, and the kernel's gradient
    assert [op.type for op in step.ops()].count("AssignSubVariableOp") == 2 * 2  # kernel and bias of each replica


@pytest.mark.tf
def test_model_of_a_strategy_is_trained_on_the_devices_that_the_file_sets(two_cpus, tmp_path, monkeypatch):
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path))
    command = [sys.executable, "-m", "graphlab", "train", two_cpus, "--epochs", "1"]

    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    run = read_run(latest_run())
    assert run.status == "finished"
    assert run.device.endswith(f", {SETTINGS}, {STRATEGY}")
    assert f"device: {run.device}\n" in done.stdout
    assert done.stderr == ""


@pytest.mark.tf
def test_nothing_of_graphlab_starts_the_devices_before_the_users_file(tmp_path):
    code = """
from graphlab.tensorflow_start import start_tensorflow
start_tensorflow()
import graphlab.loading.worker, graphlab.tracing.targets, graphlab.training.train
import keras
keras.utils.clear_session()
keras.utils.set_random_seed(7)
from tensorflow.python.eager import context
assert not context.context()._initialized
import tensorflow as tf
assert tf.config.list_logical_devices("CPU")  # TensorFlow 2.21
assert context.context()._initialized
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
