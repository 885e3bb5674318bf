"""The graphs and functions of an ONNX model as Parts: their nodes, and an op for each input and constant."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphlab.formats.nested import End, FileGraph, FunctionCall
from graphlab.formats.onnx.file import function_key, is_finite
from graphlab.formats.onnx.functions import FunctionShapes
from graphlab.formats.onnx.nodes import constant_attributes, node_path, node_type, plain_attributes, weight_of
from graphlab.formats.onnx.shapes import ShapeInference
from graphlab.formats.onnx.types import symbols_of_type, tensor_of_type, tensor_of_values
from graphlab.formats.tensor_text import UNKNOWN
from graphlab.graph import JsonValue, Op, Tensor
from graphlab.graph.free_names import Names

if TYPE_CHECKING:
    import onnx

MAIN = "main graph"
_BRANCHES = {"then_branch": "then", "else_branch": "else"}


def to_parts(model: onnx.ModelProto, inference: ShapeInference) -> dict[str, FileGraph]:
    """Every graph of a model by name, the outermost under MAIN, and its functions with their shapes at each call."""
    functions = {function_key(function): index for index, function in enumerate(model.functions)}
    builder = _Builder(model, functions, FunctionShapes(model, inference, finite=is_finite(model)))
    for function in model.functions:
        builder.function(function)
    builder.parts[MAIN] = _Converter(builder, model.graph).part()
    return builder.parts


@dataclass
class _Builder:
    """What is shared across the model: the locations of its functions, and the parts made so far."""

    model: onnx.ModelProto
    functions: Mapping[tuple[str, str, str], int]
    shapes: FunctionShapes
    parts: dict[str, FileGraph] = field(default_factory=dict)

    def function(self, function: onnx.FunctionProto, types: Mapping[str, Tensor] | None = None) -> str:
        """The name of a new part for a function, with the types of its tensors in one call if they are known."""
        index = self.functions[function_key(function)]
        name = "/".join(part for part in (f"{len(self.parts)}" if types else "", *function_key(function)) if part)
        converter = _Converter(self, function, (f"f{index}",), types=types)
        self.parts[name] = converter.part()
        return name


@dataclass(frozen=True)
class _InputMapping:
    """How a node passes values to a graph inside it.

    After the `skipped` ones, its inputs become the call's from `first_input` on, at most `count` (None: all); `slices`
    says what the other inputs are parts of (an iteration's number is part of the number of iterations).
    """

    role: str
    skipped: int = 0
    count: int | None = None
    first_input: int = 0
    slices: Mapping[int, End] = field(default_factory=dict)


def types_of(graph: onnx.GraphProto) -> dict[str, Tensor]:
    """The tensors whose types a graph declares; a function names its inputs and results without types."""
    infos = (*getattr(graph, "value_info", ()), *graph.input, *graph.output)
    return {info.name: tensor_of_type(info.type) for info in infos if not isinstance(info, str)}


class _Converter:
    """Builds one Part, and the Parts of the graphs inside its nodes, which can read its tensors.

    `steps` lead from the model to this graph; the locations of its weights begin with them.
    """

    def __init__(
        self,
        builder: _Builder,
        graph: onnx.GraphProto,
        steps: tuple[str, ...] = (),
        around: _Converter | None = None,
        types: Mapping[str, Tensor] | None = None,
    ) -> None:
        self._model = builder
        self._sees_around = around is not None
        self._graph = graph
        self._steps = steps
        self._names: Names = Names(around._names if around else None)
        self._ends: ChainMap[str, End] = around._ends.new_child() if around else ChainMap()
        self._types: ChainMap[str, Tensor] = around._types.new_child() if around else ChainMap(dict(types or {}))
        self._ops: list[Op] = []
        self._weights: dict[str, str] = {}
        self._calls: dict[str, tuple[FunctionCall, ...]] = {}
        self._problems: dict[str, str] = {}

    def part(self, mapping: _InputMapping | None = None) -> FileGraph:
        """The Part. `mapping` says how a node passes inputs to a graph inside it."""
        mapping = mapping or _InputMapping("function")
        graph = self._graph
        self._types |= types_of(graph)
        self._types |= {proto.name: tensor_of_values(proto) for proto in getattr(graph, "initializer", ())}
        ids = [self._names.free(node.name or next(iter(node.output), "") or node.op_type) for node in graph.node]
        self._node_ids = frozenset(ids)
        constants = {proto.name for proto in getattr(graph, "initializer", ())}
        inputs = [info for info in graph.input if isinstance(info, str) or info.name not in constants]
        args = [self._input(info, mapping.slices.get(index)) for index, info in enumerate(inputs)]
        for index, proto in enumerate(getattr(graph, "initializer", ())):
            self._constant(self._names.free(proto.name), proto, f"i{index}", proto.name, ())
        for op_id, node in zip(ids, graph.node, strict=True):
            self._outputs(op_id, node)
        for index, (op_id, node) in enumerate(zip(ids, graph.node, strict=True)):
            self._node(op_id, node, f"n{index}")
        results = tuple(self._end(info if isinstance(info, str) else info.name) for info in graph.output)
        last = None if mapping.count is None else mapping.skipped + mapping.count
        return FileGraph(
            self._ops,
            tuple(args[mapping.skipped : last]),
            results if mapping.role != "step" else (),
            self._calls,
            weights=self._weights,
            sees_around=self._sees_around,
            first_input=mapping.first_input,
        )

    def _input(self, info: onnx.ValueInfoProto, part_of: End | None) -> str:
        name = info if isinstance(info, str) else info.name
        op_id = self._names.free(name)
        self._ends[name] = (op_id, 0)
        sizes = [] if isinstance(info, str) else symbols_of_type(info.type)
        attrs: dict[str, JsonValue] = {"sizes": sizes} if sizes else {}
        inputs = () if part_of is None else (part_of,)
        self._ops.append(Op(op_id, "Placeholder", (), inputs, (self._types.get(name, UNKNOWN),), attrs))
        return op_id

    def _outputs(self, op_id: str, node: onnx.NodeProto) -> None:
        """Record which op makes each tensor; the first one wins."""
        for port, name in enumerate(node.output):
            if name and name in self._ends.maps[0]:
                self._problems[op_id] = f"It produces {name[:80]!r}, which another op produces too."
            elif name:
                self._ends[name] = (op_id, port)

    def _end(self, name: str) -> End:
        return self._ends.get(name, (name, -1))

    def _constant(
        self, op_id: str, proto: onnx.TensorProto | onnx.SparseTensorProto, step: str, name: str, path: tuple[str, ...]
    ) -> None:
        tensor = self._types[name] = tensor_of_values(proto)
        variable = weight_of(name, tensor)
        attrs, problem = ({}, "") if variable else constant_attributes(proto)
        self._ends.setdefault(name, (op_id, 0))
        self._weights[op_id] = json.dumps([*self._steps, step])
        self._ops.append(Op(op_id, "Const", path, outputs=(tensor,), attrs=attrs, variable=variable, problem=problem))

    def _node(self, op_id: str, node: onnx.NodeProto, step: str) -> None:
        path = node_path(node, op_id, self._node_ids)
        if node.op_type == "Constant" and any(attribute.HasField("t") for attribute in node.attribute):
            value = next(attribute for attribute in node.attribute if attribute.HasField("t"))
            self._constant(op_id, value.t, f"{step}:{value.name}", node.output[0] if node.output else op_id, path)
            return
        calls = self._called(op_id, node, step)
        inputs = self._inputs(op_id, node, path, aligned=bool(calls))
        attrs = plain_attributes(node)
        input_ports = [port for port, name in enumerate(node.input) if name]
        if len(inputs) == len(input_ports) and input_ports != list(range(len(input_ports))):
            attrs["inputs_given"] = input_ports
        outputs = tuple(self._types.get(name, UNKNOWN) for name in node.output)
        self._calls |= {op_id: calls} if calls else {}
        problem = self._problems.get(op_id, "")
        self._ops.append(Op(op_id, node_type(node), path, inputs, outputs, attrs, problem=problem))

    def _inputs(self, op_id: str, node: onnx.NodeProto, path: tuple[str, ...], *, aligned: bool) -> tuple[End, ...]:
        """The node's inputs. If `aligned`, an op replaces each omitted input, so that the others keep their ports."""
        ends: list[End] = []
        for name in node.input:
            if name:
                ends.append(self._end(name))
            elif aligned:
                absent = self._names.free(f"{op_id}/not_given")
                self._ops.append(Op(absent, "Const", path, outputs=(Tensor("unknown", ()),)))
                ends.append((absent, 0))
        return tuple(ends)

    def _called(self, op_id: str, node: onnx.NodeProto, step: str) -> tuple[FunctionCall, ...]:
        """The function or graphs that a node calls. Builds their parts."""
        index = self._model.functions.get(function_key(node))
        if index is not None:
            return (FunctionCall("function", self._function(self._model.model.functions[index], node)),)
        calls: list[FunctionCall] = []
        for attribute in node.attribute:
            if attribute.HasField("g"):
                mapping = self._input_mapping(node, attribute)
                key = f"{json.dumps([*self._steps, step])}/{attribute.name}"
                inner = _Converter(self._model, attribute.g, (*self._steps, f"{step}:{attribute.name}"), self)
                self._model.parts[key] = inner.part(mapping)
                calls.append(FunctionCall(mapping.role, key))
        return tuple(
            sorted(
                calls,
                key=lambda call: list(_BRANCHES.values()).index(call.role) if call.role in _BRANCHES.values() else 0,
            )
        )

    def _function(self, function: onnx.FunctionProto, node: onnx.NodeProto) -> str:
        inputs = [self._types.get(name, UNKNOWN) for name in node.input]
        typed = self._model.shapes.of_call(function, node, inputs)
        plain = "/".join(filter(None, function_key(function)))
        return plain if typed is None else self._model.function(function, types_of(typed))

    def _input_mapping(self, node: onnx.NodeProto, attribute: onnx.AttributeProto) -> _InputMapping:
        """By ONNX's definitions: a loop's body gets the iteration's number, the condition and the loop variables."""
        if node.op_type == "If" and attribute.name in _BRANCHES:
            return _InputMapping(_BRANCHES[attribute.name], first_input=1)
        if node.op_type == "Loop":
            rounds = {0: self._end(node.input[0])} if node.input and node.input[0] else {}
            return _InputMapping("body", skipped=1, first_input=1, slices=rounds)
        if node.op_type == "Scan":
            count = next((entry.i for entry in node.attribute if entry.name == "num_scan_inputs"), 0)
            states = max(0, len(attribute.g.input) - count)
            first = max(0, len(node.input) - len(attribute.g.input))
            slices = {index: self._end(node.input[first + index]) for index in range(states, len(node.input) - first)}
            return _InputMapping("body", count=states, first_input=first, slices=slices)
        return _InputMapping("step", count=0)
