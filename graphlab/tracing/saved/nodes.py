"""The nodes of a GraphDef or of one of its functions as plain ops, even if some of them are invalid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import tensorflow as tf

from graphlab.graph import Tensor, count_elements
from graphlab.graph.free_names import Names
from graphlab.graph.stages import stage_kind
from graphlab.tracing.pipelines.elements import attribute_tensors
from graphlab.tracing.raw import End, RawOp
from graphlab.tracing.saved.op_defs import (
    MOST_TENSORS,
    UNKNOWN,
    Arguments,
    complaint,
    inputs_of,
    outputs_of,
    registered,
    sound_attributes,
)
from graphlab.tracing.tensorflow_types import Attrs, NodeDef, OpDef, TensorShapeProto

MISSING = "Missing"  # the type of the stand-in for an op that others read and the file lacks
MOST_CHECKED = 1024  # numbers of a constant; those of larger ones may not have been read
MOST_FILLED = 16  # inputs of one op that represent missing ones
_ABSENT = "the file contains no {}, which other ops read"
_READS_ABSENT = "it reads {}, which is not in the file"

Shape = tuple[int | None, ...] | None


@dataclass
class _Node:
    """A node while its graph is read: its unique name, its outputs, and its problem."""

    name: str
    proto: NodeDef
    outputs: Arguments | None  # None: its outputs are unknown; those that are read are counted
    problems: list[str] = field(default_factory=list)
    inputs: list[End] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    read: dict[tuple[str, int], int] = field(
        default_factory=dict
    )  # (argument, index) → port, if the outputs are unknown


@dataclass
class _Missing:
    """The stand-in for a missing op or output, up to the highest port that is read."""

    name: str
    problem: str
    port: int = 0


class NodeReader:
    """Reads the nodes in order, then their inputs, because a node may come before its inputs."""

    def __init__(
        self, arguments: Sequence[RawOp], signature: Callable[[str], OpDef | None], *, of_function: bool = False
    ) -> None:
        self._arguments = {op.name: op for op in arguments}
        self._signature = signature
        self._of_function = of_function
        self._names = Names()
        self._nodes: list[_Node] = []
        self._by_name: dict[str, _Node] = {}
        self._missing: dict[str, _Missing] = {}
        for name in self._arguments:
            self._names.free(name)

    def read(self, protos: Iterable[NodeDef]) -> None:
        """Read these nodes and their inputs."""
        for proto in protos:
            self._add(proto)
        for node in self._nodes:
            self._connect(node)

    def ops(self) -> list[RawOp]:
        """The ops of the arguments, the stand-ins for missing ops, and the nodes."""
        missing = [
            RawOp(
                stand_in.name, MISSING, outputs=(Tensor(UNKNOWN, None),) * (stand_in.port + 1), problem=stand_in.problem
            )
            for stand_in in self._missing.values()
        ]
        return [*self._arguments.values(), *missing, *(_op(node) for node in self._nodes)]

    def result(self, text: str) -> End:
        """The output that a function returns under this text."""
        return self._end(text)[0]

    def _add(self, proto: NodeDef) -> None:
        op_def = self._signature(proto.op)
        node = _Node(self._names.free(proto.name), proto, None if op_def is None else outputs_of(op_def, proto.attr))
        if not proto.name:
            node.problems.append("it has no name")
        elif proto.name in self._by_name or proto.name in self._arguments:
            node.problems.append(
                f"another op is also named {short(proto.name)}; readers of this name get the first one"
            )
        if op_def is None:
            node.problems.append(f"TensorFlow {tf.__version__} does not know the op type {short(proto.op)}")
        elif registered(proto.op) and (words := complaint(proto.op, proto.attr) or _damaged_value(proto)):
            node.problems.append(words)
        self._by_name.setdefault(proto.name, node)
        self._nodes.append(node)

    def _connect(self, node: _Node) -> None:
        for text in node.proto.input:
            if text.startswith("^") and text not in self._by_name:
                name, problem = self._control(text[1:])
                node.controls.append(name)
            else:
                end, problem = self._end(text)
                node.inputs.append(end)
            node.problems += [problem] if problem else []
        op_def = self._signature(node.proto.op)
        input_count = len(inputs_of(op_def, node.proto.attr).dtypes) if op_def is not None else len(node.inputs)
        if input_count != len(node.inputs):
            node.problems.append(f"it has {len(node.inputs)} inputs, and {short(node.proto.op)} requires {input_count}")
            # Code that reads an op's inputs by meaning then finds the number that it expects.
            for port in range(len(node.inputs), min(input_count, MOST_FILLED)):
                node.inputs.append(self._stand_in(f"{node.name}:input {port}", 0, "the file does not say what it is"))

    def _control(self, name: str) -> tuple[str, str]:
        """The op that a control input names, and the problem with it."""
        if name in self._arguments:
            return name, ""
        if name in self._by_name:
            return self._by_name[name].name, ""
        return self._stand_in(name, 0, _ABSENT.format(short(name)))[0], _READS_ABSENT.format(short(name))

    def _end(self, text: str) -> tuple[End, str]:
        """The output that the text names, or that of a stand-in if it is missing, and the problem."""
        port = 0
        for name, argument, port in _readings(text):
            if name in self._arguments and port == 0:
                return (name, 0), ""
            if f"{name}_{port}" in self._arguments and name not in self._by_name:
                return (f"{name}_{port}", 0), ""  # a tensor of a list argument
            if name in self._by_name:
                node = self._by_name[name]
                end = _output(node, argument, port)
                if end is not None:
                    return end, ""
                words = f"{short(node.name)} has no output {short(text[len(name) :].lstrip(':') or '0')}"
                return self._stand_in(f"{node.name}:{port}", 0, f"{words}, but other ops read it"), (
                    f"it reads {short(text)}, but {words}"
                )
        name = self._plain(text)
        return self._stand_in(name, port, _ABSENT.format(short(name))), _READS_ABSENT.format(short(text))

    def _plain(self, text: str) -> str:
        """The name in an input that refers to nothing: without its port, and in a function without its argument."""
        left, _, digits = text.rpartition(":")
        if not left or not digits.isdecimal():
            return text
        return left.rpartition(":")[0] or left if self._of_function else left

    def _stand_in(self, key: str, port: int, problem: str) -> End:
        """An output of the stand-in for what is missing; the same `key` gives the same stand-in."""
        if key not in self._missing:
            self._missing[key] = _Missing(self._names.free(key), problem)
        stand_in = self._missing[key]
        stand_in.port = max(stand_in.port, min(port, MOST_TENSORS))
        return stand_in.name, min(port, MOST_TENSORS)


def _readings(text: str) -> list[tuple[str, str, int]]:
    """What `name`, `name:port` and `name:argument:index` may mean: (name, argument, port), the likeliest first."""
    readings = [(text, "", 0)]
    left, _, digits = text.rpartition(":")
    if left and digits.isdecimal() and len(digits) < 10:
        readings.append((left, "", int(digits)))
        name, _, argument = left.rpartition(":")
        if name:
            readings.append((name, argument, int(digits)))
    return readings


def _output(node: _Node, argument: str, port: int) -> End | None:
    """The output of a node; None if it has no such output. For an unknown op, every output is accepted."""
    if node.outputs is None:
        if not argument:
            return node.name, node.read.setdefault(("", port), min(port, MOST_TENSORS))
        return node.name, node.read.setdefault((argument, port), len(node.read))
    first = (node.outputs.first_port or {}).get(argument) if argument else 0
    if first is None or first + port >= len(node.outputs.dtypes):
        return None
    return node.name, first + port


def _op(node: _Node) -> RawOp:
    proto = node.proto
    shapes = shapes_of(proto.attr) or _constant_shape(proto) or []
    if node.outputs is None:
        count = max([*node.read.values(), min(len(shapes), MOST_TENSORS) - 1, 0]) + 1
        dtypes: tuple[str, ...] = (UNKNOWN,) * count
    else:
        dtypes = node.outputs.dtypes
    elements = attribute_tensors(proto.attr) if stage_kind(proto.op) else ()
    return RawOp(
        name=node.name,
        type=proto.op or UNKNOWN,
        inputs=tuple(node.inputs),
        controls=tuple(dict.fromkeys(node.controls)),
        attrs=sound_attributes(proto.op, proto.attr) if node.problems and registered(proto.op) else proto.attr,
        outputs=tuple(
            Tensor(dtype, shapes[port] if port < len(shapes) else None, elements) for port, dtype in enumerate(dtypes)
        ),
        device=proto.device,
        problem="; ".join(dict.fromkeys(node.problems)),
    )


def shapes_of(attrs: Attrs, name: str = "_output_shapes") -> list[Shape] | None:
    """The shapes of an op's outputs in the file, from the attribute of that name; None if there are none."""
    return [shape_of(shape) for shape in attrs[name].list.shape] if name in attrs else None


def _damaged_value(proto: NodeDef) -> str:
    """The problem with the value of a constant; a large one is not checked."""
    if proto.op != "Const":
        return ""
    tensor = proto.attr["value"].tensor
    elements = count_elements(shape_of(tensor.tensor_shape))
    if elements is None:
        return "the shape of its value is not known"
    if elements > MOST_CHECKED:
        return ""
    try:
        tf.make_ndarray(tensor)
    except (TypeError, ValueError, OverflowError) as error:
        return f"its value does not fit its type and shape ({' '.join(str(error).split())[:100]})"
    return ""


def _constant_shape(proto: NodeDef) -> list[Shape] | None:
    if proto.op != "Const" or "value" not in proto.attr:
        return None
    return [shape_of(proto.attr["value"].tensor.tensor_shape)]


def shape_of(proto: TensorShapeProto) -> Shape:
    """A TensorShapeProto as sizes."""
    return None if proto.unknown_rank else tuple(None if dim.size < 0 else dim.size for dim in proto.dim)


def short(name: str) -> str:
    """A name in quotes, with the middle of a long one left out."""
    return repr(name if len(name) <= 80 else f"{name[:60]}…{name[-15:]}")
