"""The functions of a SavedModel folder as they are in the file: nothing is loaded, and only single ops run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import saved_model_pb2

from graphlab.errors import FormatError, GraphlabError
from graphlab.evaluation.eager import constant
from graphlab.evaluation.files.allowed import allowed_types
from graphlab.evaluation.rules import Rules
from graphlab.formats import read_weights
from graphlab.formats.tensorflow.protos import read_proto
from graphlab.formats.tensorflow.saved_model import FILES
from graphlab.graph import Graph, Variable
from graphlab.tracing.gather import FunctionSite, gather
from graphlab.tracing.live import LiveGraph
from graphlab.tracing.models.record import Recording
from graphlab.tracing.private import op_def
from graphlab.tracing.raw import RawFunction, RawOp
from graphlab.tracing.saved.protos import function_of_graph
from graphlab.tracing.saved.signatures import signature_of
from graphlab.tracing.saved.variables import function_variables, object_paths, saved_variables

if TYPE_CHECKING:
    from graphlab.tracing.tensorflow_types import Attrs, ConcreteFunction, MetaGraphDef

_VARIABLE = "variable:"  # in a graph's `weights`, before the key of a variable's value


@dataclass(frozen=True, eq=False)
class SavedFunction:
    """What a function of a file captures; in the place of a ConcreteFunction, which would have to be loaded."""

    captured_inputs: Sequence[tf.Tensor]
    structured_input_signature: tuple[tuple[()], Mapping[str, object]] = field(default_factory=lambda: ((), {}))


@dataclass(frozen=True, eq=False)
class _Root:
    """The outermost function of a graph, with the variables behind its ops. `captured` are ops that stand for values
    outside of it, each with the number of a saved object, or None.
    """

    function: RawFunction
    variables: Mapping[str, Variable]
    captured: Mapping[str, int | None]


def saved_functions(path: Path, graphs: Mapping[str, Graph]) -> dict[str, tuple[LiveGraph, Rules]]:
    """Those graphs of a SavedModel that are signatures or functions, with the values of their variables."""
    meta_graph = _meta_graph(path)
    raw = function_of_graph(meta_graph.graph_def)
    values = _Values(path, raw, meta_graph)
    functions = {}
    for name, graph in graphs.items():
        for root in _roots(name, raw, meta_graph):
            sites = gather(root.function, root.variables, Recording()).sites
            if {op_id for site in sites.values() for op_id in site.ids.values()} == {op.id for op in graph.ops()}:
                functions[name] = _live(graph, root, sites, values)
                break
    return functions


def _meta_graph(path: Path) -> MetaGraphDef:
    """The first MetaGraph, with the numbers of all constants, which reading a graph leaves in the file."""
    file = next(path / name for name in FILES if (path / name).is_file())
    if file.name == FILES[0]:
        try:
            return saved_model_pb2.SavedModel.FromString(file.read_bytes()).meta_graphs[0]
        except (DecodeError, IndexError) as error:
            raise FormatError(f"the constants in {str(file)!r} cannot be read: {error}") from error
    return read_proto(file)[1].meta_graphs[0]


def _roots(name: str, raw: RawFunction, meta_graph: MetaGraphDef) -> Iterator[_Root]:
    """The functions that a graph of that name may show: a signature's, or those saved at this path."""
    if name in meta_graph.signature_def:
        function = signature_of(raw, name, meta_graph.signature_def[name]).function
        variables = saved_variables(raw, meta_graph).variables
        handles = {op.name: None for op in function.ops if op.type == "VarHandleOp"}
        yield _Root(function, variables, handles)
        return
    saved = meta_graph.object_graph_def
    for node_id, path in object_paths(saved).items():
        node = saved.nodes[node_id]
        if node.WhichOneof("kind") != "function" or not name.startswith(path.replace("/", ".")):
            continue
        for key in node.function.concrete_functions:
            inner = raw.find(key)
            if inner is not None:
                bound = list(saved.concrete_functions[key].bound_inputs)
                captured = dict(zip(inner.args[len(inner.args) - len(bound) :], bound, strict=False))
                yield _Root(inner, function_variables(inner, meta_graph).variables, captured)


def _live(
    graph: Graph, root: _Root, sites: Mapping[tuple[str, str], FunctionSite], values: _Values
) -> tuple[LiveGraph, Rules]:
    ids = sites["", ""].ids
    names = {op_id: name for name, op_id in ids.items()}
    tensors: list[tf.Tensor] = []
    unset: dict[str, str] = {}
    for name, node_id in root.captured.items():
        try:
            tensors.append(values.of(graph, ids[name], node_id))
        except GraphlabError as error:
            tensors.append(tf.constant(0))
            unset[ids[name]] = str(error)
    arguments = [names[op_id] for op_id in graph.input_ids]
    whole = {place: FunctionSite(_with_defaults(site.function), site.ids) for place, site in sites.items()}
    function = replace(whole["", ""].function, args=(*arguments, *root.captured))
    live = LiveGraph(
        graph, cast("ConcreteFunction", SavedFunction(tensors)), {**whole, ("", ""): FunctionSite(function, ids)}
    )
    return live, Rules(allowed=allowed_types(), unset=unset)


def _with_defaults(function: RawFunction) -> RawFunction:
    """The function with the attributes that the file leaves out because they have their usual values."""
    return replace(function, ops=tuple(replace(op, attrs=_all_attributes(op)) for op in function.ops))


def _all_attributes(op: RawOp) -> Attrs:
    definition = op_def(op.type)
    defaults = definition.attr if definition is not None else ()
    usual = {one.name: one.default_value for one in defaults if one.HasField("default_value")}
    return {**usual, **op.attrs}


@dataclass(eq=False)
class _Values:
    """The values of what functions capture. A variable that several ops stand for is read once."""

    path: Path
    raw: RawFunction
    meta_graph: MetaGraphDef
    _variables: dict[str, tf.Variable] = field(default_factory=dict)

    def of(self, graph: Graph, op_id: str, node_id: int | None) -> tf.Tensor:
        """The value of a saved object, None for a variable of the graph. Raises GraphlabError if it has none here."""
        if node_id is None:
            return self.variable(graph, op_id)
        nodes = self.meta_graph.object_graph_def.nodes
        kind = nodes[node_id].WhichOneof("kind") if node_id < len(nodes) else ""
        if kind == "variable":
            return self.variable(graph, op_id)
        if kind == "constant":
            op = self._op(nodes[node_id].constant.operation)
            if op is not None and op.type == "Const" and "value" in op.attrs:
                return constant(op.attrs)
        raise FormatError(f"the function captures a saved {kind or 'object'}, whose value is not read from the file")

    def variable(self, graph: Graph, op_id: str) -> tf.Tensor:
        """The handle of a variable with the value of the checkpoint."""
        where = graph.weights.get(op_id, "")
        if not where.startswith(_VARIABLE):
            raise FormatError("the file contains no value of this variable")
        if where not in self._variables:
            array = read_weights(self.path, where)
            kind = graph.op(op_id).variable
            if kind is not None and not tf.TensorShape(kind.shape).is_compatible_with(array.shape):
                raise FormatError(f"the file declares this variable with the sizes {kind.shape}, not {array.shape}")
            self._variables[where] = tf.Variable(array, trainable=False)
        return self._variables[where].handle

    def _op(self, name: str) -> RawOp | None:
        return next((op for op in self.raw.ops if op.name == name), None)
