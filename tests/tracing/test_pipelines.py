"""tf.data pipelines as graphs, against tf.data itself."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest

from graphlab.graph import GraphFacts
from graphlab.processes.tensorflow_start import start_tensorflow

start_tensorflow()

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

import graphlab  # noqa: E402
from graphlab.explain import explain, hint  # noqa: E402
from graphlab.formats.node_link import from_node_link, to_node_link  # noqa: E402
from graphlab.graph import Tensor  # noqa: E402
from graphlab.graph.stages import stage_kind, stage_name  # noqa: E402
from graphlab.tracing import private  # noqa: E402
from graphlab.tracing.attributes import MAX_VALUES  # noqa: E402
from graphlab.tracing.convert import raw_to_graph  # noqa: E402
from graphlab.tracing.models.record import Recording  # noqa: E402
from graphlab.tracing.pipelines.data import datasets_of, trace_together  # noqa: E402
from graphlab.tracing.pipelines.graphs import trace_pipelines  # noqa: E402
from graphlab.tracing.saved.protos import function_of_graph  # noqa: E402
from graphlab.view import default_open, fold_nothing, fold_quiet, view  # noqa: E402

pytestmark = pytest.mark.tf

Dataset = tf.data.Dataset
INTEGERS = Dataset.range(10)
ROWS = Dataset.from_tensor_slices(np.ones((10, 3), np.float32))
ROWS_OF_MANY_LENGTHS = Dataset.from_generator(
    lambda: iter([[1], [1, 2]]), output_signature=tf.TensorSpec((None,), tf.int32)
)


def halve(x):
    return x / 2


def is_small(x):
    return x < 3


def parity(x):
    return x % 2


def batch_of_two(key, window):
    return window.batch(2)


def count_up(state, x):
    return state + x, state


def count_to(n):
    return Dataset.range(n).map(halve).batch(2)


def length(x):
    return tf.shape(x)[0]


PIPELINES = {
    "slices": ROWS,
    "slices of a dict": Dataset.from_tensor_slices({"image": np.zeros((4, 8, 8, 1), np.uint8), "name": list("abcd")}),
    "slices of ragged": Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]])),
    "tensors": Dataset.from_tensors([1, 2]),
    "range": Dataset.range(2, 20, 3),
    "random": Dataset.random(seed=1),
    "counter": Dataset.counter(),
    "map": INTEGERS.map(halve),
    "parallel map": INTEGERS.map(halve, num_parallel_calls=2, deterministic=False),
    "filter": INTEGERS.filter(is_small),
    "take while": INTEGERS.take_while(is_small),
    "flat map": INTEGERS.flat_map(count_to),
    "interleave": INTEGERS.interleave(count_to, cycle_length=3, block_length=2),
    "scan": INTEGERS.scan(np.int64(0), count_up),
    "group by window": INTEGERS.group_by_window(parity, batch_of_two, window_size=3),
    "buckets": ROWS_OF_MANY_LENGTHS.bucket_by_sequence_length(length, [2], [2, 2]),
    "shuffle": INTEGERS.shuffle(10_000, seed=3, reshuffle_each_iteration=False),
    "batch": INTEGERS.batch(3, drop_remainder=True),
    "parallel batch": INTEGERS.batch(3, num_parallel_calls=2),
    "padded batch": ROWS_OF_MANY_LENGTHS.padded_batch(2),
    "ragged batch": INTEGERS.ragged_batch(2),
    "unbatch": ROWS.batch(2).unbatch(),
    "rebatch": INTEGERS.batch(2).rebatch(3),
    "cache": INTEGERS.cache(),
    "prefetch": INTEGERS.prefetch(tf.data.AUTOTUNE),
    "repeat": INTEGERS.repeat(),
    "zip": Dataset.zip((INTEGERS, ROWS)),
    "zip with itself": Dataset.zip((INTEGERS, INTEGERS)),
    "concatenate": INTEGERS.concatenate(Dataset.range(3)),
    "take and skip": INTEGERS.skip(2).take(3),
    "shard": INTEGERS.shard(2, 1),
    "enumerate": ROWS.enumerate(),
    "window": INTEGERS.window(2),
    "unique": INTEGERS.unique(),
    "ignore errors": INTEGERS.ignore_errors(),
    "options": INTEGERS.with_options(tf.data.Options()),
    "sample": Dataset.sample_from_datasets([INTEGERS, INTEGERS.take(2)], [0.5, 0.5], seed=1),
    "choose": Dataset.choose_from_datasets([INTEGERS, INTEGERS.take(2)], Dataset.range(2)),
    "cardinality": INTEGERS.apply(tf.data.experimental.assert_cardinality(10)),
    "snapshot": INTEGERS.snapshot("/nowhere"),
}


UNPACKED = ("resource", "variant", "string")  # the constants whose values NumPy cannot take from a serialized graph
READ_TWICE = ("zip with itself", "sample", "choose")  # what is read twice is one stage here, and two ops there


def pipeline(dataset, name="numbers"):
    return trace_pipelines({"pipeline": dataset}, name)


def stages(graph):
    """The ops of the pipeline itself, without those of the functions that it calls."""
    inside = {op.id for body in graph.bodies for op in graph.ops() if body.group in op.path and op.id != body.call}
    return [op for op in graph.ops() if op.id not in inside]


def serialized(dataset):
    return tf.compat.v1.GraphDef.FromString(private.dataset_graph_def(dataset))


def test_private_parts_are_those_of_the_checked_tensorflow():
    assert tf.__version__.startswith("2.21.")
    dataset = INTEGERS.map(halve).batch(2)
    (mapped,) = private.dataset_inputs(dataset)

    assert int(private.dataset_setting(dataset, "batch_size")) == 2
    assert private.dataset_setting(dataset, "colour") is None
    (wrapper,) = private.dataset_functions(mapped)
    assert private.function_arguments(wrapper) == (halve, INTEGERS.element_spec)
    assert [node.op for node in serialized(dataset).node if node.op.endswith("V2")] == ["BatchDatasetV2"]


@pytest.mark.parametrize("name", PIPELINES)
def test_stages_are_the_ops_of_tensorflows_own_graph(name):
    dataset = PIPELINES[name]
    wanted = sorted(
        node.op for node in serialized(dataset).node if node.op.endswith("Dataset") or "DatasetV" in node.op
    )

    found = sorted(op.type for op in stages(pipeline(dataset)) if stage_kind(op.type))

    assert found == wanted if name not in READ_TWICE else set(found) == set(wanted)


@pytest.mark.parametrize("name", PIPELINES)
def test_settings_are_those_of_tensorflows_own_graph(name):
    nodes = {node.name: node for node in serialized(PIPELINES[name]).node}
    wanted = sorted(
        str(tf.make_ndarray(node.attr["value"].tensor).tolist())
        for node in nodes.values()
        if node.op == "Const"
        and math.prod(dim.size for dim in node.attr["value"].tensor.tensor_shape.dim) <= MAX_VALUES
        and tf.dtypes.as_dtype(node.attr["dtype"].type).name not in UNPACKED
    )
    graph = pipeline(PIPELINES[name])
    constants = [op for op in stages(graph) if op.type == "Const" and op.outputs[0].dtype not in UNPACKED]

    found = sorted(str(op.attrs["value"]) for op in constants if "value" in op.attrs)

    if name not in (*READ_TWICE, "rebatch"):  # its serialized graph makes a list of one size
        assert found == wanted


@pytest.mark.parametrize("name", PIPELINES)
def test_the_last_stage_gives_what_the_dataset_says(name):
    dataset = PIPELINES[name]
    graph = pipeline(dataset)
    last = graph.op(graph.output_ids[0])
    specs = [spec for spec in tf.nest.flatten(dataset.element_spec) if isinstance(spec, tf.TensorSpec)]
    count = int(dataset.cardinality())

    assert last.outputs[0].dtype == "variant"
    found = [tensor for tensor in last.outputs[0].elements if tensor.dtype != "variant"]
    if specs:
        assert found == [Tensor(spec.dtype.name, tuple(spec.shape.as_list())) for spec in specs]
    assert graph.facts.stages[last.id]["count"] == {-1: "infinite", -2: None}.get(count, count)


@pytest.mark.parametrize("name", PIPELINES)
def test_every_stage_is_drawn_linked_and_explained(name):
    graph = pipeline(PIPELINES[name])
    folded = fold_quiet(graph)
    shown = view(folded, frozenset(folded.groups))
    boxes = {box.id: box for box in shown.boxes}

    for op in stages(graph):
        if stage_kind(op.type) and op.id in boxes:
            assert boxes[op.id].title == stage_name(op.type)
            assert "The stage " not in explain(graph, op.id).sentence
            assert len(hint(graph, op.id)) <= 24
    linked = {link.src for link in shown.links} | {link.dst for link in shown.links}
    assert all(box.id in linked for box in shown.boxes) or len(boxes) == 1
    assert view(fold_nothing(graph), frozenset(graph.groups)).boxes
    assert to_node_link(from_node_link(to_node_link(graph))) == to_node_link(graph)


def test_a_map_opens_into_its_function_with_the_users_names_and_lines():
    def prepare(features, label):
        return tf.cast(features["image"], tf.float32) / 255, label

    slices = Dataset.from_tensor_slices(({"image": np.zeros((90, 8, 8, 1), np.uint8)}, np.arange(90)))
    graph = pipeline(slices.map(prepare))
    folded = fold_quiet(graph)
    shown = view(folded, frozenset(folded.groups))

    (group,) = folded.groups.values()
    assert (group.label, group.kind) == ("map prepare", "stage")
    assert group.source.file == __file__
    assert [(box.kind, box.title, box.subtitle) for box in shown.boxes] == [
        ("constant", "tensors[0]['image']", "uint8[90,8,8,1]"),
        ("constant", "tensors[1]", "int64[90]"),
        ("op", "from_tensor_slices", ""),
        ("op", "map", ""),
        ("input", "features['image']", "uint8[8,8,1]"),
        ("input", "label", "int64[]"),
        ("op", "Cast", "to float32"),
        ("op", "RealDiv", "÷ 255"),
    ]
    assert {(link.src, link.dst, link.label) for link in shown.links if link.dst.startswith("map")} == {
        ("from_tensor_slices", "map/args_0", "uint8[8,8,1], int64[]"),
        ("from_tensor_slices", "map/args_1", "uint8[8,8,1], int64[]"),
        ("map/args_0", "map/Cast", "uint8[8,8,1]"),
        ("map/Cast", "map/truediv", "float32[8,8,1]"),
        ("map/truediv", "map", "float32[8,8,1]"),
        ("map/args_1", "map", "int64[]"),
    }
    assert graph.op("map/truediv").source.file == __file__


def test_a_filter_passes_elements_by_its_predicate():
    folded = fold_quiet(pipeline(INTEGERS.filter(is_small)))

    links = {(link.src, link.dst) for link in view(folded, frozenset(folded.groups)).links}

    assert {("range", "filter"), ("range", "filter/args_0"), ("filter/Less", "filter")} <= links


def test_functions_open_in_functions():
    graph = pipeline(INTEGERS.flat_map(count_to))

    assert {(body.role, graph.groups[body.group].label) for body in graph.bodies} == {
        ("element", "flat_map count_to"),
        ("element", "map halve"),
    }
    batch = next(op for op in graph.ops() if op.type == "BatchDatasetV2")
    assert str(batch.outputs[0]) == "float64[?]"


def test_a_window_goes_by_its_key_to_the_function_that_reduces_it():
    folded = fold_quiet(pipeline(PIPELINES["group by window"]))

    links = {(link.src, link.dst) for link in view(folded, frozenset(folded.groups)).links}

    assert ("range", "group_by_window/key/args_0") in links
    assert ("group_by_window/reduce/BatchDatasetV2", "group_by_window") in links
    assert {group.label for group in folded.groups.values()} >= {"group_by_window parity", "key", "reduce"}


@pytest.mark.parametrize(
    ("dataset", "label"),
    [
        (ROWS_OF_MANY_LENGTHS, "from_generator"),
        (PIPELINES["buckets"], "bucket_by_sequence_length"),
        (INTEGERS.map(lambda x: x), "map"),
        (INTEGERS.map(functools.partial(halve)), "map halve"),
        (INTEGERS.map(tf.function(halve)), "map halve"),
        (ROWS.map(keras.layers.Rescaling(2.0, name="larger")), "map larger"),
        (tf.data.TextLineDataset([__file__]), "TextLineDataset"),
        (tf.data.TextLineDataset([__file__], num_parallel_reads=2), "TextLineDataset"),
        (tf.data.TFRecordDataset([__file__]), "TFRecordDataset"),
        (tf.data.FixedLengthRecordDataset([__file__], 2), "FixedLengthRecordDataset"),
    ],
)
def test_groups_are_called_as_in_python(dataset, label):
    assert label in {group.label for group in pipeline(dataset).groups.values()}


@pytest.mark.parametrize(
    ("name", "op_id", "sentence", "words"),
    [
        ("shuffle", "shuffle", "Keeps a buffer of 10,000 elements and draws from it at random.", "buffer of 10,000"),
        ("batch", "batch", "A last batch that is not full is dropped. It gives 3 elements.", "3 elements"),
        ("padded batch", "padded_batch", "Puts 2 elements into one", "2 elements"),
        ("cache", "cache", "in memory", "in memory"),
        ("prefetch", "prefetch", "as many as tf.data chooses", "autotuned"),
        ("repeat", "repeat", "It never ends.", "without end"),
        ("range", "range", "Counts from 2 up to 20 in steps of 3", "2 to 20"),
        ("shard", "shard", "Gives every 2nd element, beginning with number 1", "1 of 2"),
        ("parallel map", "map", "up to 2 at a time", "2 at a time"),
        ("interleave", "interleave", "alternates between 3 of them, 2 elements at a time", "3 by turns"),
        ("enumerate", "range", "Counts from 0 on.", "from 0 on"),
        ("take and skip", "take", "Gives the first 3 elements and ends.", "the first 3"),
        ("zip", "zip", "one element of each of its 2 datasets", ""),
    ],
)
def test_stages_are_described_with_their_settings(name, op_id, sentence, words):
    graph = pipeline(PIPELINES[name])

    assert sentence in explain(graph, op_id).sentence
    assert hint(graph, op_id) == words


def test_many_tensors_stand_in_a_group_and_are_counted_on_links():
    features = {f"feature {n}": np.zeros(90, np.float32) for n in range(6)}
    folded = fold_quiet(pipeline(Dataset.from_tensor_slices(features).batch(9)))
    shown = view(folded, frozenset())

    assert [(box.kind, box.title) for box in shown.boxes] == [
        ("group", "tensors"),
        ("op", "from_tensor_slices"),
        ("op", "batch"),
    ]
    assert shown.links[-1].label == "float32[], float32[] and 4 more"


def test_pipelines_in_a_graph_file_open_in_place():
    graph_def = serialized(INTEGERS.map(halve).batch(2))

    graph = raw_to_graph(function_of_graph(graph_def), {}, Recording(), GraphFacts(name="file"))

    assert {group.label for group in graph.groups.values() if group.kind == "stage"} == {"map halve"}
    batch = next(op for op in graph.ops() if op.type == "BatchDatasetV2")
    assert str(batch.outputs[0]) == "float64[?]"
    assert hint(graph, batch.id) == "2 elements"


def test_options_are_folded_away_in_the_quiet_view():
    folded = fold_quiet(pipeline(PIPELINES["options"].batch(2)))

    assert [box.title for box in view(folded, frozenset()).boxes] == ["range", "batch"]


def test_variables_that_a_function_reads_are_boxes():
    scale = tf.Variable(2.0, name="scale")
    graph = pipeline(ROWS.map(lambda x: x * scale))

    assert [op.variable.name for op in graph.ops() if op.variable] == ["scale"]
    folded = fold_quiet(graph)
    links = {(link.src, link.dst) for link in view(folded, frozenset(folded.groups)).links}
    assert ("map/other_arguments", "map/mul") in links


def test_two_datasets_are_side_by_side_and_share_common_stages():
    shuffled = INTEGERS.shuffle(10)
    graph = trace_together({"train": shuffled.take(8), "validation": shuffled.skip(8)}, "both", (), sampling=False)

    shown = view(fold_quiet(graph), default_open(fold_quiet(graph)))

    assert [(frame.title, frame.group_kind) for frame in shown.frames] == [("train", "data"), ("validation", "data")]
    assert [(box.parent, box.title) for box in shown.boxes] == [
        ("", "range"),
        ("", "shuffle"),
        ("train/", "take"),
        ("validation/", "skip"),
    ]


def test_datasets_are_found_in_what_a_function_returns():
    pair = (INTEGERS, ROWS)

    assert datasets_of(INTEGERS) == {"pipeline": INTEGERS}
    assert list(datasets_of(pair)) == ["train", "validation"]
    assert list(datasets_of({"a": INTEGERS, "b": ROWS})) == ["a", "b"]
    assert datasets_of((INTEGERS, 3)) == datasets_of([]) == datasets_of("train") == {}


def test_tracing_a_live_data_set_does_not_iterate_it():
    asked = []
    dataset = Dataset.from_generator(lambda: asked.append(1) or iter([1]), output_signature=tf.TensorSpec((), tf.int32))

    graph = graphlab.trace(dataset)

    assert (graph.kind, graph.facts.samples, asked) == ("pipeline", (), [])
