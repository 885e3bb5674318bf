"""Samples of the first elements of datasets, against the elements themselves."""

from __future__ import annotations

import base64
import io
import threading

import numpy as np
import pytest
from PIL import Image

from graphlab.processes.tensorflow_start import start_tensorflow

start_tensorflow()

import tensorflow as tf  # noqa: E402

from graphlab.sources import parse_source  # noqa: E402
from graphlab.tracing.pipelines.samples import MOST_ELEMENTS, is_batched, sample_elements  # noqa: E402
from graphlab.tracing.targets import trace_data, trace_source  # noqa: E402

pytestmark = pytest.mark.tf

Dataset = tf.data.Dataset
IMAGES = np.arange(9 * 8 * 8, dtype=np.uint8).reshape(9, 8, 8, 1)
PAIRS = Dataset.from_tensor_slices((IMAGES, np.arange(9)))

SOURCE = """
import tensorflow as tf
import keras
from graphlab.training.example_data import describe

CLASS_NAMES = ["even", "odd"]
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])

def check(x):
    if x > 3:
        tf.debugging.assert_less(x, tf.constant(4, tf.int64), "too large for us")
    return x, x % 2

def datasets(data=None, batch_size=3):
    numbers = tf.data.Dataset.range(6).map(check)
    return describe(numbers.take(3), f"numbers from {data}"), numbers.skip(3).batch(batch_size)
"""


def texts(dataset, **options):
    return [[part.get("text") for part in parts] for parts in sample_elements(dataset, **options).elements]


def test_images_are_images_with_their_labels_beside_them():
    look = sample_elements(PAIRS.batch(4).prefetch(1), ["zero", "one"])

    assert look.problem == ""
    assert [parts[1]["text"] for parts in look.elements] == ["0 · zero", "1 · one", "2", "3"]
    assert {parts[0]["tensor"] for parts in look.elements} == {"uint8[8,8,1]"}
    pixels = Image.open(io.BytesIO(base64.b64decode(look.elements[2][0]["image"].partition(",")[2])))
    assert np.array_equal(np.asarray(pixels), IMAGES[2, :, :, 0])


def test_single_elements_are_shown_one_by_one():
    assert texts(Dataset.range(100)) == [[str(n)] for n in range(MOST_ELEMENTS)]
    assert texts(Dataset.range(2)) == [["0"], ["1"]]


def test_numbers_and_words_are_shown_in_short_form():
    long = Dataset.from_tensors({"a": np.arange(20, dtype=np.float32) / 3, "b": b"caf\xc3\xa9 " * 40, "c": ["x", "y"]})
    ((a, b, c),) = sample_elements(long).elements

    assert (a["name"], a["tensor"]) == ("['a']", "float32[20]")
    assert a["text"] == "[0, 0.3333, 0.6667, 1, 1.333, 1.667, 2, 2.333, …]"
    assert (b["text"][:9], len(b["text"])) == ("café café", 120)
    assert c["text"] == "['x', 'y']"


def test_ragged_sparse_and_nested_data_are_described():
    ragged = Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]]))
    sparse = Dataset.from_tensors(tf.sparse.from_dense([[0, 5]]))

    assert texts(ragged.batch(2)) == [["[1]"], ["[2, 3]"]]
    assert texts(sparse) == [["sparse: [5]"]]
    windows = sample_elements(Dataset.range(2).window(2)).elements[0][0]
    assert (windows["tensor"], windows["text"]) == ("dataset of int64[]", "a dataset")


@pytest.mark.parametrize(
    ("dataset", "batched"),
    [
        (PAIRS, False),
        (PAIRS.batch(2), True),
        (PAIRS.batch(2).map(lambda x, y: (x, y)).prefetch(1).repeat(), True),
        (PAIRS.padded_batch(2, ([8, 8, 1], [])), True),
        (PAIRS.batch(2).unbatch(), False),
        (PAIRS.batch(2).rebatch(3), True),
        (Dataset.range(3).window(2), False),
    ],
)
def test_batches_are_distinguished_from_examples(dataset, batched):
    assert is_batched(dataset) is batched


def test_an_error_of_the_pipeline_is_reported_with_the_elements_before_it():
    def fail(x):
        with tf.control_dependencies([tf.debugging.assert_less(x, tf.constant(2, tf.int64), "the disk is full")]):
            return tf.identity(x)

    look = sample_elements(Dataset.range(5).map(fail))

    assert [parts[0]["text"] for parts in look.elements] == ["0", "1"]
    assert look.problem.startswith("the pipeline raised: InvalidArgumentError:")
    assert "the disk is full" in look.problem


def test_an_endless_wait_ends_in_words():
    looked = threading.Event()

    def slow():
        yield 1
        looked.wait(60)
        yield 2

    look = sample_elements(Dataset.from_generator(slow, output_signature=tf.TensorSpec((), tf.int32)), limit_s=1.5)
    looked.set()

    assert [parts[0]["text"] for parts in look.elements] == ["1"]
    assert look.problem == "it yielded only 1 element within 1.5 s"


def test_looking_writes_no_cache_file(tmp_path):
    dataset = Dataset.range(3).cache(str(tmp_path / "kept")).map(lambda x: x)

    assert "would write the cache file" in sample_elements(dataset).problem
    assert list(tmp_path.iterdir()) == []
    assert [int(x) for x in dataset] == [0, 1, 2]
    assert texts(dataset) == [["0"], ["1"], ["2"]]
    assert "write a snapshot" in sample_elements(Dataset.range(3).snapshot(str(tmp_path / "snap"))).problem


def test_a_source_may_be_data_sets(tmp_path):
    (tmp_path / "own.py").write_text(SOURCE)
    graphs = trace_source(parse_source(f"{tmp_path / 'own.py'}:datasets"))

    assert list(graphs) == ["train", "validation"]
    train, validation = (graph.facts.samples[0] for graph in graphs.values())
    assert [[part["text"] for part in parts] for parts in train["elements"]] == [
        ["0", "0 · even"],
        ["1", "1 · odd"],
        ["2", "0 · even"],
    ]
    assert "too large for us" in validation["problem"]
    assert graphs["train"].notes == ("The data: numbers from None.",)
    assert [op.source.line for op in graphs["train"].ops() if op.type == "TakeDataset"] == [16]
    assert graphs["train"].facts.untrainable.startswith("A dataset cannot be trained.")


def test_the_data_beside_a_model_is_one_graph_of_a_data_folder(tmp_path):
    import dataclasses

    (tmp_path / "own.py").write_text(SOURCE)
    spec = dataclasses.replace(parse_source(f"{tmp_path / 'own.py'}:datasets"), data=str(tmp_path))
    graph = trace_data(spec)["pipeline"]

    assert graph.notes == (f"The data: numbers from {tmp_path.resolve()}.",)
    assert [sample["title"] for sample in graph.facts.samples] == ["train", "validation"]
    assert {group.label for group in graph.groups.values()} >= {"train", "validation", "map check"}
    assert trace_source(parse_source(f"{tmp_path / 'own.py'}:model"))["forward"].facts.has_data is True


@pytest.mark.parametrize("names", ["7", "{'even', 'odd'}", "{'even': 0, 'odd': 1}"])
def test_class_names_without_an_order_leave_the_labels_numbers(tmp_path, names):
    (tmp_path / "own.py").write_text(SOURCE.replace('["even", "odd"]', names))

    samples = trace_source(parse_source(f"{tmp_path / 'own.py'}:datasets"))["train"].facts.samples[0]

    assert samples["problem"] == ""
    assert [[part["text"] for part in parts] for parts in samples["elements"]] == [["0", "0"], ["1", "1"], ["2", "0"]]


def test_what_yields_nothing_or_raises_says_so_in_its_own_words():
    def boom(x):
        raise ValueError("no bananas")

    numbers = Dataset.range(3)
    checked = numbers.map(lambda x: tf.debugging.check_numerics(tf.cast(x, tf.float32) / 0.0, "oops"))
    python = numbers.map(lambda x: tf.py_function(boom, [x], tf.int64))

    assert sample_elements(numbers.filter(lambda x: x > 9)).problem == "It yields no elements."
    assert sample_elements(checked).problem == "the pipeline raised: InvalidArgumentError: oops : Tensor had NaN values"
    assert sample_elements(python).problem.startswith(
        "the pipeline raised: InvalidArgumentError: ValueError: no bananas ("
    )
