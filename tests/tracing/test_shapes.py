"""Inferred shapes of graphs that contain none, against those of the live graph."""

from __future__ import annotations

import resource

import pytest

from graphlab.graph import Tensor

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from tensorflow.core.protobuf import saved_model_pb2  # noqa: E402

from graphlab.tracing.gather import gather  # noqa: E402
from graphlab.tracing.models.record import Recording  # noqa: E402
from graphlab.tracing.saved.protos import function_of_graph  # noqa: E402
from graphlab.tracing.saved.shapes import with_shapes  # noqa: E402


@tf.function
def doubled(x):
    return x * tf.constant(2.0, shape=[x.shape[-1]])


def shapes_of(graph_def):
    """The ops of a GraphDef by id with inferred shapes, and what could not be said."""
    made = gather(function_of_graph(graph_def), {}, Recording())
    ops, note = with_shapes(
        made.ops, made.bodies, {op_id: op.attrs for op_id, (_, op) in made.raw.items()}, graph_def.versions.producer
    )
    return {op.id: op for op in ops}, note


def told(graph_def):
    """The ops of a GraphDef by id with the shapes that it holds."""
    return {op.id: op for op in gather(function_of_graph(graph_def), {}, Recording()).ops}


def stripped(graph_def):
    made = tf.compat.v1.GraphDef()
    made.CopyFrom(graph_def)
    library = made.library.function
    nodes = [*made.node, *(node for function in library for node in function.node_def)]
    for holder in [*nodes, *(argument for function in library for argument in function.arg_attr.values())]:
        holder.attr.pop("_output_shapes", None)
    return made


def assert_known(found, wanted):
    """Every shape is as well known as to the live graph, or better: a body sees its caller's shapes here."""
    for op_id, op in wanted.items():
        for left, right in zip(found[op_id].outputs, op.outputs, strict=True):
            assert left.dtype == right.dtype
            if left.dtype not in ("resource", "variant"):
                assert tf.TensorShape(left.shape).is_subtype_of(tf.TensorShape(right.shape)), op_id


def test_shapes_of_called_functions_follow_their_callers():
    concrete = tf.function(lambda x, y: doubled(x) + doubled(doubled(y))).get_concrete_function(
        tf.TensorSpec((None, 3)), tf.TensorSpec((5, 3))
    )
    graph_def = concrete.graph.as_graph_def(add_shapes=True)
    found, note = shapes_of(stripped(graph_def))

    assert note == ""
    assert {op.type for op in found.values() if op.problem} == set()
    assert found["PartitionedCall/mul"].outputs == (Tensor("float32", (None, 3)),)
    assert found["PartitionedCall_2/mul"].outputs == (Tensor("float32", (5, 3)),)
    assert_known(found, told(graph_def))


def test_shapes_in_loops_conditionals_and_layers_are_those_of_the_live_graph(tmp_path):
    class Chooser(tf.Module):
        def __init__(self):
            self.model = keras.Sequential([keras.Input((5, 3)), keras.layers.Bidirectional(keras.layers.LSTM(4))])

        @tf.function(input_signature=[tf.TensorSpec((None, 5, 3)), tf.TensorSpec((), tf.bool)])
        def __call__(self, x, flag):
            return tf.cond(flag, lambda: self.model(x), lambda: tf.zeros((1, 8)))

    tf.saved_model.save(Chooser(), tmp_path)
    saved = saved_model_pb2.SavedModel.FromString((tmp_path / "saved_model.pb").read_bytes())
    graph_def = saved.meta_graphs[0].graph_def
    found, note = shapes_of(stripped(graph_def))

    assert note == ""
    assert_known(found, told(graph_def))
    assert {op.type for op in found.values()} >= {"If", "While", "MatMul"}


def test_a_tensorflow_1_graph_with_references_has_its_shapes():
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, (None, 3), name="x")
        kernel = tf.compat.v1.get_variable("kernel", (3, 2), use_resource=False)
        loss = tf.reduce_sum(tf.matmul(x, kernel))
        tf.compat.v1.train.AdamOptimizer().minimize(loss)
    graph_def = graph.as_graph_def(add_shapes=True)
    found, note = shapes_of(stripped(graph_def))

    assert note == ""
    assert_known(found, told(graph_def))


def test_one_bad_op_costs_no_other_its_shape():
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, (2, 3), name="x")
        y = tf.matmul(x, tf.zeros((3, 4)), name="good")
        tf.nn.relu(tf.nn.relu(y, name="bad"), name="after")
        tf.matmul(y, tf.zeros((4, 5)), name="refused")
    graph_def = graph.as_graph_def()
    for node in graph_def.node:
        if node.name == "bad":
            node.op = "MyRelu"
        if node.name == "refused":
            node.attr["transpose_b"].b = True

    found, note = shapes_of(graph_def)

    assert note == ""
    assert found["good"].outputs == (Tensor("float32", (2, 4)),)
    assert found["after"].outputs == (Tensor("float32", None),)
    assert "does not know the op type 'MyRelu'" in found["bad"].problem
    assert found["refused"].problem.startswith("TensorFlow rejects it: Dimensions must be equal, but are 4 and 5")
    assert "{{node refused}}" in found["refused"].problem


def test_an_odd_input_type_is_fed_and_not_believed():
    graph_def = tf.compat.v1.GraphDef()
    graph_def.node.add(name="x", op="Placeholder").attr["dtype"].type = tf.int32.as_datatype_enum
    graph_def.node.add(name="y", op="Relu", input=["x"]).attr["T"].type = tf.float32.as_datatype_enum

    found, note = shapes_of(graph_def)

    assert note == ""
    assert found["y"].outputs == (Tensor("float32", None),)


def reads_a_file(path, named):
    raw = tf.io.decode_raw(tf.io.read_file(named(str(path))), tf.uint8)
    return tf.ensure_shape(tf.cast(raw, tf.int32), [2])


@pytest.mark.parametrize(
    "named",
    [tf.constant, lambda path: tf.strings.unicode_encode([ord(letter) for letter in path], "UTF-8")],
    ids=["constant", "made of numbers"],
)
def test_no_other_file_is_read_to_learn_a_shape(tmp_path, named):
    """TensorFlow runs what has only constants before it."""
    (tmp_path / "secret").write_bytes(bytes([3, 7]))
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [None], name="x")
        tf.reshape(x, reads_a_file(tmp_path / "secret", named), name="y")

    found, _ = shapes_of(stripped(graph.as_graph_def()))

    assert found["y"].outputs[0].shape == (None, None)


def test_no_file_is_written_to_learn_a_shape(tmp_path):
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [None], name="x")
        urls = [f"file://{tmp_path}/written"]
        sizes = tf.raw_ops.DebugIdentity(input=tf.constant([2, 3]), tensor_name="sizes:0", debug_urls=urls)
        tf.reshape(x, sizes, name="y")
    for path in tmp_path.iterdir():  # what building the live graph wrote already
        path.rename(tmp_path.with_suffix(".live"))

    shapes_of(stripped(graph.as_graph_def()))

    assert list(tmp_path.iterdir()) == []


INT = tf.int32.as_datatype_enum


def growing(kind):
    """A GraphDef whose constants grow to a vector of 200 million numbers or more; two of them are the shape of `y`."""
    graph_def = tf.compat.v1.GraphDef()
    graph_def.versions.producer = tf.version.GRAPH_DEF_VERSION

    def node(name, op, *inputs, **types):
        made = graph_def.node.add(name=name, op=op, input=inputs)
        for key, value in types.items():
            made.attr[key].CopyFrom(
                value if isinstance(value, tf.compat.v1.AttrValue) else tf.compat.v1.AttrValue(**value)
            )
        return name

    def const(value):
        name = f"const_{len(graph_def.node)}"
        tensor = tf.make_tensor_proto(value, tf.int32)
        return node(name, "Const", dtype={"type": INT}, value={"tensor": tensor})

    def fill():
        return node("large", "Fill", const([200_000_000]), const(3), T={"type": INT}, index_type={"type": INT})

    def huge_fill():
        huge = node("huge", "Fill", const([1_000_000] * 2), const(3), T={"type": INT}, index_type={"type": INT})
        return node("large", "Max", huge, const([0]), T={"type": INT}, Tidx={"type": INT})

    def ranged():
        return node("large", "Range", const(0), const(200_000_000), const(1), Tidx={"type": INT})

    def tiles():
        name = const([2, 3])
        for step in range(14):
            name = node(f"tile_{step}", "Tile", name, const([4]), T={"type": INT}, Tmultiples={"type": INT})
        return name

    def joined():
        name = const([2, 3])
        for step in range(27):
            types = {"T": {"type": INT}, "Tidx": {"type": INT}, "N": {"i": 2}}
            name = node(f"join_{step}", "ConcatV2", name, name, const(0), **types)
        return name

    large = {"fill": fill, "huge fill": huge_fill, "range": ranged, "tiles": tiles, "joined": joined}[kind]()
    ends = [const([0]), const([2]), const([1])]
    two = node("two", "StridedSlice", large, *ends, T={"type": INT}, Index={"type": INT})
    node("x", "Placeholder", dtype={"type": tf.float32.as_datatype_enum})
    node("y", "Reshape", "x", two, T={"type": tf.float32.as_datatype_enum}, Tshape={"type": INT})
    return graph_def


@pytest.mark.parametrize("kind", ["fill", "huge fill", "range", "tiles", "joined"])
def test_no_large_constant_is_made_to_learn_a_shape(kind):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, note = shapes_of(growing(kind))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    assert note == ""
    if kind == "huge fill":
        assert found["huge"].outputs[0].shape == (1_000_000, 1_000_000)


def test_small_constants_that_are_made_of_others_are_known_where_they_are_a_shape():
    def shaped(x):
        sizes = tf.raw_ops.Fill(dims=tf.raw_ops.Fill(dims=[1], value=2), value=3)
        return tf.raw_ops.Reshape(tensor=x, shape=sizes)

    with tf.Graph().as_default() as graph:
        shaped(tf.compat.v1.placeholder(tf.float32, name="x"))
    found, note = shapes_of(graph.as_graph_def())

    assert note == ""
    assert found["Reshape"].outputs[0].shape == (3, 3)
