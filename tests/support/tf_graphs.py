"""Graphs of real TensorFlow functions for tests without the tracing room: ops, edges, attributes, variables."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from graphlab.graph import Graph, GraphFacts, Op, Tensor, Variable, build_graph

MAX_VALUES = 64


def graph_of(function: Any, *specs: tf.TensorSpec, kind: str = "function") -> Graph:
    """The Graph of a Python function traced with these specs; gradient ops are paired by their names."""
    return graph_of_concrete(tf.function(function).get_concrete_function(*specs), kind)


def graph_of_concrete(concrete: Any, kind: str = "function") -> Graph:
    """The Graph of a ConcreteFunction, without groups."""
    graph = concrete.graph
    variables = {
        internal.op.name: variable
        for external, internal in graph.captures
        for variable in graph.variables
        if external is variable.handle
    }
    ops = [op_of(op, variables.get(op.name)) for op in graph.get_operations()]
    controls = [(source.name, op.name) for op in graph.get_operations() for source in op.control_inputs]
    captured = {internal.op.name for _, internal in graph.captures}
    return build_graph(
        ops,
        controls,
        GraphFacts(
            kind=kind,
            inputs=tuple(tensor.op.name for tensor in graph.inputs if tensor.op.name not in captured),
            outputs=tuple(tensor.op.name for tensor in graph.outputs),
        ),
    )


def op_of(op: Any, variable: Any = None) -> Op:
    """A TensorFlow operation as an Op."""
    return Op(
        id=op.name,
        type=op.type,
        inputs=tuple((tensor.op.name, tensor.value_index) for tensor in op.inputs),
        outputs=tuple(Tensor(tensor.dtype.name, _sizes(tensor.shape)) for tensor in op.outputs),
        attrs={name: value for name in op.node_def.attr if (value := _attribute(op, name)) is not None},
        variable=_variable(variable) if variable is not None else None,
        pair=_pair(op),
    )


def _variable(variable: Any) -> Variable:
    name = variable.name.split(":")[0]
    count = variable.shape.num_elements()
    return Variable(name, tuple(variable.shape), variable.dtype.name, variable.trainable, count)


def _sizes(shape: Any) -> tuple[int | None, ...] | None:
    return None if shape.rank is None else tuple(shape.as_list())


def _pair(op: Any) -> str | None:
    """`gradient_tape/dense/MatMul/MatMul_1` belongs to `dense/MatMul`, `gradient_tape/ReluGrad` to `Relu`."""
    if not op.name.startswith("gradient_tape/"):
        return None
    name = op.name.removeprefix("gradient_tape/")
    names = {other.name for other in op.graph.get_operations()}
    return next((found for found in (name.rpartition("/")[0], name.removesuffix("Grad")) if found in names), None)


def _attribute(op: Any, name: str) -> Any:
    value = op.get_attr(name)
    if name == "value":
        array = tf.make_ndarray(value)
        return array.tolist() if array.size <= MAX_VALUES and array.dtype != object else None
    if isinstance(value, tf.DType):
        return value.name
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (bool, int, float)):
        return value
    return value if isinstance(value, list) and all(isinstance(item, (int, float)) for item in value) else None
