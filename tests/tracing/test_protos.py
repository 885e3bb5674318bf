"""GraphDefs as plain data: what TensorFlow accepts stays unchanged, and nodes that it would refuse are marked."""

from __future__ import annotations

import pytest

from graphlab.graph import GraphFacts, Tensor

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

from graphlab.tracing.convert import raw_to_graph  # noqa: E402
from graphlab.tracing.models.record import Recording  # noqa: E402
from graphlab.tracing.raw import live_function  # noqa: E402
from graphlab.tracing.saved.protos import function_of_graph  # noqa: E402

FLOAT = Tensor("float32", None)


@tf.function
def doubled(x):
    return x * 2.0


@tf.function
def looping(x, flag):
    for row in tf.range(3):
        x = doubled(x) + tf.cast(row, tf.float32)
    parts = tf.split(x, 3, axis=1)
    return tf.switch_case(flag, [lambda: parts[0], lambda: parts[2] * 2.0])


def graph_def(*nodes):
    """A GraphDef of (name, op, inputs, {attribute: dtype or number})."""
    made = tf.compat.v1.GraphDef()
    for name, op, inputs, attrs in nodes:
        node = made.node.add(name=name, op=op, input=inputs)
        for key, value in attrs.items():
            if isinstance(value, tf.DType):
                node.attr[key].type = value.as_datatype_enum
            else:
                node.attr[key].i = value
    return made


def ops_of(*nodes):
    return {op.name: op for op in function_of_graph(graph_def(*nodes)).ops}


X = ("x", "Placeholder", [], {"dtype": tf.float32})


def relu(name, *inputs):
    return name, "Relu", inputs, {"T": tf.float32}


def plain(function, arguments=()):
    """Its ops without their attributes, and its results; a file names arguments again, so they are numbered."""
    number = {name: f"argument {place}" for place, name in enumerate(arguments)}

    def ends(found):
        return tuple((number.get(name, name), port) for name, port in found)

    ops = [(number.get(op.name, op.name), op.type, ends(op.inputs), op.controls, op.outputs) for op in function.ops]
    return sorted(ops, key=repr), ends(function.results) if arguments else ()


def test_a_graph_def_is_what_the_live_graph_is():
    live = live_function(looping.get_concrete_function(tf.TensorSpec((3, 3)), tf.TensorSpec((), tf.int32)).graph)

    read = function_of_graph(live.key.as_graph_def(add_shapes=True))

    assert [op.problem for op in read.ops if op.problem] == []
    assert plain(read) == plain(live)


def test_a_function_of_the_library_is_what_the_live_one_is():
    live = live_function(looping.get_concrete_function(tf.TensorSpec((3, 3)), tf.TensorSpec((), tf.int32)).graph)
    read = function_of_graph(live.key.as_graph_def(add_shapes=True))
    names = [
        called.name
        for op in read.ops
        for value in op.attrs.values()
        for called in [value.func, *value.list.func]
        if called.name
    ]

    assert len(names) == 4
    for name in names:
        theirs, ours = live.find(name), read.find(name)
        assert repr(plain(ours, ours.args)) == repr(plain(theirs, theirs.args))


def test_the_bodies_of_a_read_graph_are_the_live_ones():
    concrete = looping.get_concrete_function(tf.TensorSpec((3, 3)), tf.TensorSpec((), tf.int32))
    live = raw_to_graph(live_function(concrete.graph), {}, Recording(), GraphFacts())
    read = raw_to_graph(function_of_graph(concrete.graph.as_graph_def(add_shapes=True)), {}, Recording(), GraphFacts())

    arguments = {name for body in (*live.bodies, *read.bodies) for name in body.args}
    assert {op.id: (op.type, op.path) for op in read.ops() if op.id not in arguments} == {
        op.id: (op.type, op.path) for op in live.ops() if op.id not in arguments
    }
    assert read.number_of_nodes() == live.number_of_nodes()
    assert read.number_of_edges() == live.number_of_edges()
    assert [(body.call, body.role) for body in read.bodies] == [(body.call, body.role) for body in live.bodies]
    assert read.groups == live.groups


def test_an_unknown_op_keeps_its_place_and_says_so():
    ops = ops_of(X, ("odd", "MyOp", ["x"], {}), relu("y", "odd:2"))

    assert ops["odd"].problem == f"TensorFlow {tf.__version__} does not know the op type 'MyOp'"
    assert ops["odd"].outputs == (Tensor("unknown", None),) * 3
    assert ops["y"].inputs == (("odd", 2),)
    assert ops["y"].problem == ""


def test_a_missing_input_is_an_op_of_its_own():
    ops = ops_of(relu("y", "gone:1"), relu("z", "y", "^lost"))

    assert (ops["gone"].type, len(ops["gone"].outputs)) == ("Missing", 2)
    assert ops["gone"].problem == "the file contains no 'gone', which other ops read"
    assert ops["y"].problem == "it reads 'gone:1', which is not in the file"
    assert ops["z"].controls == ("lost",)
    assert ops["lost"].type == "Missing"


def test_a_second_op_of_a_name_gets_another_one():
    ops = ops_of(X, relu("y", "x"), ("y", "Neg", ["y"], {"T": tf.float32}), relu("y", "y"))

    assert list(ops) == ["x", "y", "y#2", "y#3"]
    assert [ops[name].inputs for name in ("y#2", "y#3")] == [(("y", 0),)] * 2
    assert ops["y"].problem == ""
    assert ops["y#2"].problem == "another op is also named 'y'; readers of this name get the first one"


def test_an_output_that_an_op_does_not_have_is_missing():
    ops = ops_of(X, relu("y", "x:3"))

    assert ops["x:3"].type == "Missing"
    assert ops["y"].problem == "it reads 'x:3', but 'x' has no output '3'"
    assert ops["y"].inputs == (("x:3", 0),)


def test_a_cycle_is_marked_and_a_loop_is_not():
    cycle = ops_of(X, relu("a", "b"), relu("b", "a"), relu("self", "self"), relu("free", "x"))
    with tf.Graph().as_default() as graph:
        tf.compat.v1.disable_control_flow_v2()
        tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])
        tf.compat.v1.enable_control_flow_v2()
    loop = function_of_graph(graph.as_graph_def()).ops

    assert {name for name, op in cycle.items() if "cycle" in op.problem} == {"a", "b", "self"}
    assert "NextIteration" in {op.type for op in loop}
    assert [op.problem for op in loop if op.problem] == []


def test_an_input_that_is_not_given_is_missing():
    ops = ops_of(X, ("y", "MatMul", ["x"], {"T": tf.float32}))

    assert ops["y"].inputs == (("x", 0), ("y:input 1", 0))
    assert ops["y:input 1"].type == "Missing"
    assert ops["y"].problem == "it has 1 inputs, and 'MatMul' requires 2"


def test_a_constant_whose_value_does_not_fit_is_marked():
    broken = graph_def(("c", "Const", [], {"dtype": tf.float32}))
    broken.node[0].attr["value"].tensor.dtype = tf.float32.as_datatype_enum
    broken.node[0].attr["value"].tensor.tensor_shape.dim.add(size=3)
    broken.node[0].attr["value"].tensor.tensor_content = b"abc"

    (op,) = function_of_graph(broken).ops

    assert op.problem.startswith("its value does not fit its type and shape")
    assert op.outputs == (Tensor("float32", (3,)),)


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (("y", "Relu", ["x"], {}), "its attribute 'T' is missing"),
        (("y", "Relu", ["x"], {"T": 3}), "its attribute 'T' is not a type"),
        (("y", "Relu", ["x"], {"T": tf.string}), "its attribute 'T' is string; the allowed values are float32"),
        (("y", "Relu", ["x", "x"], {"T": tf.float32}), "it has 2 inputs, and 'Relu' requires 1"),
        (("y", "AddN", ["x"], {"T": tf.float32, "N": 10**12}), "it has 1 inputs, and 'AddN' requires"),
        (("", "Relu", ["x"], {"T": tf.float32}), "it has no name"),
    ],
)
def test_the_problem_of_a_node_is_reported(node, problem):
    op = next(op for op in ops_of(X, node).values() if op.type == node[1])

    assert op.problem.startswith(problem)
    assert op.inputs[0] == ("x", 0)


@pytest.mark.parametrize(
    "name", ["a b", "größe/ü", "a:b", "a;b", "\"q'", "<script>alert(1)</script>", "^x", "/", "a//b/", "n" * 10_000]
)
def test_odd_names_are_kept(name):
    raw = function_of_graph(graph_def((name, "Placeholder", [], {"dtype": tf.float32}), relu("reader", name)))

    graph = raw_to_graph(raw, {}, Recording(), GraphFacts())

    assert graph.op("reader").inputs == ((raw.ops[0].name, 0),)
    assert raw.ops[0].name in (name, name.rstrip("/"), "unnamed")
