"""Event files and log folders, as TensorFlow writes them."""

from __future__ import annotations

import math

import pytest

from graphlab.errors import FormatError
from graphlab.formats import load, read, read_weights
from graphlab.runs.scalars import snapshot_of_scalars
from graphlab.view import default_open, fold_nothing, fold_quiet, view

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from tests.support.tensorflow_files import PARAMETERS, cnn  # noqa: E402

v1 = tf.compat.v1


def plugin(name):
    return v1.SummaryMetadata(plugin_data=v1.SummaryMetadata.PluginData(plugin_name=name))


@tf.function
def waves(x):
    return tf.sin(x) * 2.0


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """A folder of two runs of TensorFlow 2 with graphs and scalars, and one of TensorFlow 1."""
    folder = tmp_path_factory.mktemp("logs")
    model = cnn()
    for run in ("train", "validation"):
        with tf.summary.create_file_writer(str(folder / run)).as_default():
            for step in range(3):
                tf.summary.write("loss", tf.constant(1 / (step + 1)), step=step, metadata=plugin("scalars"))
            tf.summary.graph(waves.get_concrete_function(tf.TensorSpec((3,))).graph)
            tf.summary.write("keras", model.to_json(), step=0, metadata=plugin("graph_keras_model"))
            if run == "train":
                tf.summary.trace_on(graph=True)
                waves(tf.ones((5,)))
                tf.summary.trace_export("traced", step=0)
                tf.summary.write("bad", tf.constant(math.nan), step=7, metadata=plugin("scalars"))
                tf.summary.write("a_picture", tf.constant("bytes"), step=0, metadata=plugin("images"))
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, (None, 4), name="x")
        kernel = v1.get_variable("kernel", (4, 30))
        v1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.matmul(x, kernel) + tf.ones((30,))))
        with v1.summary.FileWriter(str(folder / "old"), graph) as writer:
            writer.add_summary(v1.Summary(value=[v1.Summary.Value(tag="loss", simple_value=0.5)]), 3)
    return folder


def test_each_graph_is_there_once_by_run_and_tag(logs):
    graphs = read(logs)

    assert set(graphs) == {"old", "train", "train · traced", "train · keras"}


def test_a_logged_graph_has_tensorflows_ops(logs):
    graphs = read(logs)
    theirs = waves.get_concrete_function(tf.TensorSpec((3,))).graph

    assert [(op.id, op.type) for op in graphs["train"].ops()] == [(op.name, op.type) for op in theirs.get_operations()]
    assert graphs["train"].input_ids == ("x",)
    assert graphs["train"].output_ids == ("Identity",)
    assert sorted(op.type for op in graphs["train · traced"].ops()) == ["Const", "Identity", "Mul", "Sin", "_Arg"]
    assert graphs["train · traced"].op("Identity").outputs[0].shape == (5,)


def test_a_tensorflow_1_graph_knows_its_variables(logs):
    graph = read(logs)["old"]

    assert graph.parameters == 120
    assert graph.op("kernel").variable.trainable


def test_a_keras_model_that_was_logged_is_traced(logs):
    graph = read(logs)["train · keras"]

    assert graph.parameters == PARAMETERS
    assert "cnn/hidden/" in graph.groups


def test_scalars_are_by_run_and_tag_on_each_graph(logs):
    for graph in read(logs).values():
        scalars = graph.facts.scalars
        assert set(scalars) == {"train", "validation", "old"}
        assert [(step, round(value, 6)) for step, _, value in scalars["train"]["loss"]] == [
            (0, 1.0),
            (1, 0.5),
            (2, 0.333333),
        ]
        assert [(step, value) for step, _, value in scalars["old"]["loss"]] == [(3, 0.5)]
        assert scalars["train"]["bad"][0][2] == "nan"
        assert set(scalars["train"]) == {"loss", "bad"}
    assert set(snapshot_of_scalars(scalars).curves) == {"loss", "bad", "old · loss"}


def test_one_event_file_is_a_log_too(logs):
    file = next((logs / "train").iterdir())

    assert set(read(file)) == {"graph", "traced", "keras"}


def test_large_constants_of_a_logged_graph_can_be_read(tmp_path):
    with tf.Graph().as_default() as graph:
        tf.constant([float(number) for number in range(100)], name="large")
        v1.summary.FileWriter(str(tmp_path), graph).close()
    found = load(tmp_path)

    assert read_weights(tmp_path, found.weights["large"]).tolist() == list(range(100))


def test_a_log_without_a_graph_is_an_empty_graph_that_says_so(tmp_path):
    with tf.summary.create_file_writer(str(tmp_path / "run")).as_default():
        tf.summary.write("loss", tf.constant(0.5), step=0, metadata=plugin("scalars"))
    graphs = read(tmp_path)

    assert list(graphs) == ["scalars"]
    graph = graphs["scalars"]
    assert len(graph) == 0
    assert graph.notes == ("This log contains no graph, only scalars.",)
    assert graph.facts.scalars["run"]["loss"][0][2] == 0.5
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        assert view(folded, default_open(folded)).boxes == ()


def test_records_before_a_truncated_end_are_shown(logs, tmp_path):
    data = next((logs / "old").iterdir()).read_bytes()
    (tmp_path / "events.out.tfevents.1.host").write_bytes(data[:-10])
    graph = load(tmp_path)

    assert graph.op("kernel").type == "VarHandleOp"
    assert graph.notes == (
        "events.out.tfevents.1.host of the run '.' is truncated or damaged after 3 records; the records before "
        "that are shown.",
    )


def test_a_file_that_only_has_the_name_is_refused(tmp_path):
    for content in (b"", b"random bytes, not a record", bytes(100)):
        (tmp_path / "events.out.tfevents.1.host").write_bytes(content)

        with pytest.raises(FormatError, match="damaged or not an event file"):
            read(tmp_path)
