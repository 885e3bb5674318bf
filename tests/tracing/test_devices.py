"""Devices as the user's file configures them: they apply to the trace and the training, and both report them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from graphlab.explain import per_words
from graphlab.graph import Graph
from graphlab.loading.ask import graphs_of
from graphlab.runs.find import latest_run
from graphlab.runs.reader import read_run
from graphlab.sources import parse_source

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
        f"Devices set by this file: {SETTINGS}.",
        f"Trained under a {STRATEGY}; the train step shows every replica.",
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
def test_each_replica_of_a_strategy_has_a_part_of_the_batch_of_its_own(graphs):
    step: Graph = graphs["train_step"]
    named = [(step.facts.names[op_id], str(step.op(op_id).outputs[0])) for op_id in step.input_ids]

    assert named == [
        ("input (replica 1 of 2)", "float32[?,8]"),
        ("input (replica 2 of 2)", "float32[?,8]"),
        ("target (replica 1 of 2)", "float32[?,1]"),
        ("target (replica 2 of 2)", "float32[?,1]"),
    ]
    paths = [[step.op(reader).path for reader in step.successors(op_id)] for op_id in step.input_ids[:2]]
    outer = [{path[0] for path in found if path} for found in paths]
    assert [{group_id for group_id in found if step.groups[group_id].kind == "model"} for found in outer] == [
        {"sequential/"},
        {"sequential#2/"},
    ]
    assert per_words(step) == "for an example in each of 2 replicas"


TRAINED = """
import collections, inspect, json, sys
sys.path.insert(0, sys.argv[1])
from mirrored import datasets, model, strategy
data = datasets()[0]
model.fit(data, verbose=0)
step = inspect.getclosurevars(model.train_function).nonlocals["one_step_on_data"]
step = inspect.unwrap(step, stop=lambda found: hasattr(found, "get_concrete_function"))
before = step.experimental_get_tracing_count()
traced = step.get_concrete_function(strategy.experimental_distribute_dataset(data).element_spec)
assert step.experimental_get_tracing_count() == before == 1
types = collections.Counter(op.type for op in traced.graph.get_operations())
inputs = [tensor.shape.as_list() for tensor in traced.graph.inputs[: -len(traced.captured_inputs)]]
print(json.dumps([types, inputs]))
"""


@pytest.mark.tf
def test_train_step_of_a_strategy_has_the_ops_and_inputs_that_fit_runs(graphs, two_cpus):
    folder = two_cpus.rpartition("/")[0]
    done = subprocess.run([sys.executable, "-c", TRAINED, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    types, inputs = json.loads(done.stdout.splitlines()[-1])

    step: Graph = graphs["train_step"]
    called = {body.group for body in step.bodies}
    assert Counter(op.type for op in step.ops() if called.isdisjoint(op.path)) == types
    assert [list(step.op(op_id).outputs[0].shape or ()) for op_id in step.input_ids] == inputs


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
from graphlab.processes.tensorflow_start import start_tensorflow
start_tensorflow()
import graphlab.loading.tracing_worker, graphlab.tracing.targets, graphlab.training.train
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
