"""The results of a graph in short form."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

from graphlab.evaluation.evaluate import evaluate  # noqa: E402
from graphlab.evaluation.inputs import arguments_for  # noqa: E402
from graphlab.evaluation.outputs import read_outputs  # noqa: E402
from graphlab.tracing.live import live_graphs  # noqa: E402
from graphlab.tracing.targets import trace_object  # noqa: E402


def readout(function, value, class_names=(), base=None):
    with live_graphs() as source:
        trace_object(tf.function(function), [tf.TensorSpec(np.shape(value), tf.float32)], {}, name="f")
    live = source.graphs[0]
    values, before = (
        None if one is None else evaluate(live, arguments_for(live, [one], {}, [], 7)) for one in (value, base)
    )
    return read_outputs(values, class_names, base=before)[0]


def test_one_number_is_a_number():
    shown = readout(lambda x: x * 2.0, 21.0)

    assert (shown.kind, shown.numbers, shown.shape, shown.name) == ("number", (42.0,), (), "output")


def test_a_short_vector_is_bars():
    shown = readout(lambda x: tf.nn.softmax(x), [[1.0, 2.0, 3.0]], ["cat", "dog", "owl"])

    assert (shown.kind, shown.text, shown.shape) == ("bars", "3 probabilities", (1, 3))
    assert np.argmax(shown.numbers) == 2
    assert shown.labels == ("cat", "dog", "owl")
    assert readout(lambda x: x, [1.0, 2.0], ["cat"]).labels == ("0", "1")
    assert readout(lambda x: x, [1.0, 2.0]).text == "2 numbers"


def test_bars_show_at_most_32_numbers_of_one_axis():
    assert readout(lambda x: x, [0.5] * 32).kind == "bars"
    assert readout(lambda x: x, [0.5] * 33).kind == "summary"
    assert readout(lambda x: x, [[0.5] * 6] * 6).text == "6 × 6 numbers, mean 0.5, from 0.5 to 0.5"


def test_a_small_batch_is_shown_row_by_row():
    shown = readout(lambda x: tf.nn.softmax(x), [[1.0, 2.0], [3.0, 1.0]], ["bad", "good"])

    assert (shown.kind, shown.text, shown.labels) == ("rows", "2 rows of 2 probabilities", ("bad", "good"))
    assert len(shown.numbers) == 4
    assert readout(lambda x: x, [[[0.5] * 3]] * 4).text == "4 rows of 3 numbers"
    assert readout(lambda x: x, [[[0.5] * 2] * 2] * 2).kind == "summary"


def test_numbers_that_json_does_not_have_are_texts():
    shown = readout(lambda x: tf.stack([x, x / 0.0, tf.sqrt(-x)]), 1.0)

    assert shown.numbers == (1.0, "inf", "nan")
    assert readout(lambda x: tf.fill([40], x) / 0.0, 1.0).text == "40 numbers, none of them finite"


def test_what_a_float_cannot_hold_is_written_out():
    whole = readout(lambda x: tf.cast(x, tf.int64) + 9007199254740992, 1.0)
    assert (whole.kind, whole.text) == ("text", "9007199254740993")
    assert readout(lambda x: tf.cast(x, tf.int64), 3.0).numbers == (3.0,)
    assert readout(lambda x: x > 2.0, 3.0).text == "true"


def test_texts_are_quoted():
    shown = readout(lambda x: tf.strings.as_string(tf.fill([6], x), precision=1), 1.0)

    assert (shown.kind, shown.text) == ("text", "'1.0', '1.0', '1.0', '1.0', … (6 texts)")


def test_an_empty_result_has_no_numbers():
    assert readout(lambda x: x[:0], [1.0]).text == "0: no numbers"


def test_a_result_without_a_value_says_why():
    shown = readout(lambda x: tf.py_function(lambda value: value, [x], tf.float32), 1.0)

    assert shown.kind == "text"
    assert "has no value" in shown.text


def test_results_have_their_differences_to_a_base():
    assert readout(lambda x: x * 2.0, 21.0, base=20.0).differences == (2.0,)
    assert readout(lambda x: x, [1.0, 2.0], base=[1.0, 4.0]).differences == (0.0, -2.0)
    assert readout(lambda x: x, [0.5] * 40, base=[0.5] * 39 + [3.0]).differences == (-2.5,)
    assert readout(lambda x: x, 1.0).differences == ()
    texts = lambda x: tf.strings.as_string(x)  # noqa: E731
    assert readout(texts, 1.0, base=2.0).change == "not as in the base"
    assert readout(texts, 1.0, base=1.0).change == "as in the base"
