"""Graphs as bytes: large values are left out and found again, without parsing the rest."""

from __future__ import annotations

import random
from contextlib import suppress

import numpy as np
import pytest

from graphlab.formats import load, read_weights
from graphlab.formats.tensorflow.wire import LARGE_BYTES, WireError, node_bytes, without_values

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

from tensorflow.core.framework import node_def_pb2  # noqa: E402
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2  # noqa: E402

NUMBERS = np.arange(LARGE_BYTES, dtype=np.float32)


@pytest.fixture(scope="module")
def graph_def():
    """A large constant in the graph and one in a function, beside small ones."""

    @tf.function
    def shifted(x):
        return x + tf.constant(NUMBERS + 1.0, name="inner") * 2.0

    with tf.Graph().as_default() as graph:
        shifted(tf.constant(NUMBERS, name="outer"))
        tf.constant(3.0, name="small")
    return graph.as_graph_def()


def messages(graph_def):
    meta_graph = meta_graph_pb2.MetaGraphDef(graph_def=graph_def)
    return {
        "GraphDef": graph_def,
        "MetaGraphDef": meta_graph,
        "SavedModel": saved_model_pb2.SavedModel(saved_model_schema_version=1, meta_graphs=[meta_graph]),
    }


@pytest.mark.parametrize("name", ["GraphDef", "MetaGraphDef", "SavedModel"])
def test_a_message_without_its_values_is_else_the_same(graph_def, name):
    whole = messages(graph_def)[name]
    data = whole.SerializeToString(deterministic=True)

    shrunk = without_values(memoryview(data), name)

    hollow = type(graph_def)()
    hollow.CopyFrom(graph_def)
    nodes = [*hollow.node, *(node for function in hollow.library.function for node in function.node_def)]
    large = [node for node in nodes if node.name in ("outer", "inner")]
    for node in large:
        node.attr["value"].tensor.tensor_content = b""
    assert len(large) == 2
    assert type(whole).FromString(shrunk) == messages(hollow)[name]
    assert len(shrunk) < len(data) - 8 * LARGE_BYTES


@pytest.mark.parametrize("name", ["GraphDef", "MetaGraphDef", "SavedModel"])
def test_one_node_is_found_in_the_graph_and_in_a_function(graph_def, name):
    data = memoryview(messages(graph_def)[name].SerializeToString())
    function = graph_def.library.function[0].signature.name

    outer = node_def_pb2.NodeDef.FromString(node_bytes(data, name, "", "outer"))
    inner = node_def_pb2.NodeDef.FromString(node_bytes(data, name, function, "inner"))

    assert np.array_equal(tf.make_ndarray(outer.attr["value"].tensor), NUMBERS)
    assert np.array_equal(tf.make_ndarray(inner.attr["value"].tensor), NUMBERS + 1.0)
    assert node_bytes(data, name, "", "inner") is None


def test_a_graphs_large_constants_are_read_one_at_a_time(tmp_path, graph_def):
    (tmp_path / "a.pb").write_bytes(graph_def.SerializeToString())
    graph = load(tmp_path / "a.pb")

    found = {op_id: read_weights(tmp_path / "a.pb", where) for op_id, where in graph.weights.items()}

    assert len(found) == 2
    assert np.array_equal(found["outer"], NUMBERS)
    assert all(op.problem == "" for op in graph.ops())


def test_bytes_that_are_no_message_say_so(graph_def):
    data = graph_def.SerializeToString()

    with pytest.raises(WireError, match="extends beyond the end"):
        without_values(memoryview(data[:-1]), "GraphDef")
    for seed in range(50):
        noise = memoryview(random.Random(seed).randbytes(100))
        with suppress(WireError):  # and nothing else
            assert without_values(noise, "GraphDef") == bytes(noise)
