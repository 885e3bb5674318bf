"""GraphDefs and their functions as plain data. A bad node is marked; the others stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import networkx as nx

from graphlab.graph import Tensor
from graphlab.graph.free_names import Names
from graphlab.tracing import private
from graphlab.tracing.raw import RawFunction, RawOp
from graphlab.tracing.saved.nodes import NodeReader, shapes_of
from graphlab.tracing.saved.op_defs import dtypes_of
from graphlab.tracing.tensorflow_types import FunctionDef, GraphDef, OpDef

_LOOPS_BACK = frozenset({"NextIteration", "RefNextIteration"})  # the only way back in a TensorFlow 1 loop
_CYCLE = "it is part of a cycle, which TensorFlow cannot run"


def function_of_graph(graph_def: GraphDef) -> RawFunction:
    """A GraphDef as a function without arguments and results; its library contains the functions that its ops call."""
    library = _library(graph_def)
    reader = NodeReader([], library.signature)
    reader.read(graph_def.node)
    return RawFunction("", _marked_cycles(reader.ops()), find=library.find)


@dataclass
class _Library:
    """The functions of a file, kept as protos until they are used."""

    protos: Mapping[str, FunctionDef]
    cache: dict[str, RawFunction] = field(default_factory=dict)

    def find(self, name: str) -> RawFunction | None:
        """The function of that name, converted once."""
        if name in self.protos and name not in self.cache:
            self.cache[name] = _function(self.protos[name], self)
        return self.cache.get(name)

    def signature(self, op_type: str) -> OpDef | None:
        """The OpDef of an op, or of the function with that name; None if neither is known."""
        op_def = private.op_def(op_type)
        return self.protos[op_type].signature if op_def is None and op_type in self.protos else op_def


def _library(graph_def: GraphDef) -> _Library:
    return _Library({proto.signature.name: proto for proto in reversed(graph_def.library.function)})


def _function(proto: FunctionDef, library: _Library) -> RawFunction:
    arguments = _arguments(proto)
    reader = NodeReader(arguments, library.signature, of_function=True)
    reader.read(proto.node_def)
    results = tuple(reader.result(proto.ret.get(output.name, output.name)) for output in proto.signature.output_arg)
    names = tuple(op.name for op in arguments)
    return RawFunction(proto.signature.name, _marked_cycles(reader.ops()), names, results, library.find)


def _arguments(proto: FunctionDef) -> list[RawOp]:
    """The ops of a function's arguments; a list has one op per tensor."""
    ops: list[RawOp] = []
    names = Names()
    for position, argument in enumerate(proto.signature.input_arg):
        attrs = proto.arg_attr[position].attr if position in proto.arg_attr else {}
        shapes = shapes_of(attrs) or []
        dtypes = dtypes_of(argument, proto.attr)
        for index, dtype in enumerate(dtypes):
            name = names.free(argument.name if len(dtypes) == 1 else f"{argument.name}_{index}")
            shape = shapes[index] if index < len(shapes) else None
            ops.append(RawOp(name, "Placeholder", attrs=attrs, outputs=(Tensor(dtype, shape),)))
    return ops


def _marked_cycles(ops: list[RawOp]) -> tuple[RawOp, ...]:
    """The ops, with a problem on those in a cycle that is not a TensorFlow 1 loop."""
    rings = cyclic(ops)
    return tuple(
        replace(op, problem="; ".join(filter(None, [op.problem, _CYCLE]))) if op.name in rings else op for op in ops
    )


def cyclic(ops: Iterable[RawOp]) -> set[str]:
    """The names of ops on a cycle that does not go through a NextIteration."""
    flow: nx.DiGraph[str] = nx.DiGraph()
    for op in ops:
        if op.type not in _LOOPS_BACK:
            flow.add_edges_from((name, op.name) for name, _ in op.inputs)
            flow.add_edges_from((name, op.name) for name in op.controls)
    rings = [ring for ring in nx.strongly_connected_components(flow) if len(ring) > 1]
    return {name for ring in rings for name in ring} | {name for name in flow if flow.has_edge(name, name)}
