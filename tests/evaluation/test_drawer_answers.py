"""What the tensor drawer asks of an evaluated graph, and the answers."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import graphlab  # noqa: E402
from graphlab.errors import GraphlabError  # noqa: E402
from graphlab.evaluation.tensors import DRAWER_ACTS  # noqa: E402


@pytest.fixture(scope="module")
def values():
    left = tf.constant(np.arange(6, dtype="float32").reshape(2, 3))
    right = tf.constant(np.ones((3, 4), dtype="float32"))
    function = tf.function(lambda x: tf.nn.relu(x @ right + 1.0))
    return graphlab.values(function, left, gradient="output[0,0]")


def answer(values, act, **body):
    [op_id] = [op.id for op in values.graph.ops() if op.type == body.pop("type", "MatMul")]
    reply = DRAWER_ACTS[act](values, {"op": op_id, **body})
    return json.loads(json.dumps(reply, allow_nan=False))


def test_a_page_has_named_axes_and_the_slice(values):
    page = answer(values, "tensor", statistics=True)

    assert (page["dtype"], page["shape"], page["axes"]) == ("float32", [2, 4], ["batch", "neuron"])
    assert page["cells"] == [[3.0] * 4, [12.0] * 4]
    assert (page["outputs"], page["statistics"]["mean"]) == (1, 7.5)


def test_a_page_of_the_gradient(values):
    assert answer(values, "tensor", of="gradient")["cells"] == [[1.0, 0.0, 0.0, 0.0], [0.0] * 4]


def test_a_cell_names_what_it_was_computed_from_and_what_it_reaches(values):
    report = answer(values, "cell", position=[1, 2])

    assert [term["words"] for term in report["cell"]["terms"]] == ["5 × 1 = 5", "4 × 1 = 4", "3 × 1 = 3"]
    assert [one["words"] for one in report["inputs"]] == ["float32[2, 3]", "float32[3, 4]"]
    assert [one["type"] for one in report["reached"]] == ["AddV2"]
    assert report["reached"][0]["regions"] == [{"port": 0, "axes": [[1, 2, 1], [2, 3, 1]]}]


def test_a_softmax_of_attention_has_keys_and_another_one_classes():
    x = keras.Input((3, 4))
    y = keras.layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)
    model = keras.Model(x, keras.layers.Dense(2, activation="softmax")(y))
    values = graphlab.values(model, np.ones((1, 3, 4), np.float32))

    titles = []
    for op in values.graph.ops():
        if op.type == "Softmax":
            position = [0] * values[op.id].ndim
            titles.append(DRAWER_ACTS["cell"](values, {"op": op.id, "position": position})["cell"]["title"])
    assert titles == ["share of key 0 among 3", "share of class 0 among 2"]


def test_a_number_is_searched(values):
    found = answer(values, "find", text="12")

    assert (found["count"], found["positions"][0]) == (4, [1, 0])


def test_a_tensor_is_copied_and_saved(values):
    code = answer(values, "npy", form="text")["text"]
    saved = answer(values, "npy")

    [op_id] = [op.id for op in values.graph.ops() if op.type == "MatMul"]
    want = values[op_id]
    np.testing.assert_array_equal(eval(code, {"np": np}), want)
    np.testing.assert_array_equal(np.load(io.BytesIO(base64.b64decode(saved["data"]))), want)
    assert saved["name"].endswith(".npy")


@pytest.mark.parametrize(
    ("body", "message"),
    [({"output": 3}, "has no output 3; it has 1"), ({"iterations": [1]}, r"did not run in the iterations \(1,\)")],
)
def test_a_tensor_that_does_not_exist_is_refused(values, body, message):
    with pytest.raises(GraphlabError, match=message):
        answer(values, "tensor", **body)
