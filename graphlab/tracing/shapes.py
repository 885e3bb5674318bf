"""Shapes that a file does not hold: TensorFlow's own shape functions, asked with one flat copy of the graph.

In the copy the functions that ops call are laid out in their places, so that each sees its caller's shapes. Its ops
have names of their own, and what TensorFlow would refuse is a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import tensorflow as tf

from graphlab.graph import Body, Op, count_elements
from graphlab.tracing import private
from graphlab.tracing.bodies import calls_functions
from graphlab.tracing.nodes import Shape, shapes_of
from graphlab.tracing.op_defs import UNKNOWN, Arguments, complaint, inputs_of, outputs_of
from graphlab.tracing.protos import cyclic
from graphlab.tracing.raw import End, RawOp

MOST_NUMBERS = 1024  # of a constant in the copy: a larger one is no shape, and only its own shape matters
ATTEMPTS = 20  # each without one op more that TensorFlow refused
_HANDLES = ("resource", "variant")  # TensorFlow finds the shape behind them only through the op that made them
_REACHES_OUT = ("Copy", "Debug", "PyFunc")  # how the names of ops begin that hand values to addresses or to Python
_COPIED_NAME = re.compile(r"\bop_(\d+)\b")

Protos = Mapping[str, Mapping[str, Any]]


def with_shapes(ops: Sequence[Op], bodies: Sequence[Body], protos: Protos, producer: int) -> tuple[list[Op], str]:
    """The ops with the shapes of their outputs, and a sentence that says why some are not known; "" where all is well.

    `protos` are the attributes by op id. `producer` is the version of the file's GraphDef: what an attribute means may
    depend on it. An op that TensorFlow refuses has its words as its problem.
    """
    known = {op.id: op for op in _declared(ops, bodies, protos)}
    if all("_output_shapes" in protos[op.id] or _is_known(op) for op in ops):
        return _with_handles(known, bodies), ""
    copy = _Copy(known, _outside(known, bodies), protos)
    copy.leave_out({op_id for op_id, op in known.items() if not _can_be_copied(op, protos[op_id])})
    for _ in range(ATTEMPTS):
        try:
            with tf.Graph().as_default() as graph:
                tf.import_graph_def(copy.graph_def(producer), name="")
        except Exception as error:  # whatever a shape function trips over: its message names the op
            if not _refuse(copy, str(error)):
                return list(known.values()), f"Shapes that the file does not hold are not known: {_words(str(error))}."
        else:
            return _shaped(copy, graph), ""
    return list(known.values()), f"TensorFlow refused {ATTEMPTS} ops one by one, so most shapes are not known."


def _with_handles(ops: Mapping[str, Op], bodies: Sequence[Body]) -> list[Op]:
    """The ops; a handle that a function is given has the shape that its caller knows."""
    found = dict(ops)
    for body in bodies:  # outer ones first
        for name, (source, port) in zip(body.args, ops[body.call].inputs[body.first_input :], strict=False):
            found[name] = _filled(found[name], [found[source].outputs[port].shape])
    return list(found.values())


def _is_known(op: Op) -> bool:
    return all(tensor.shape is not None or tensor.dtype in _HANDLES for tensor in op.outputs)


def _declared(ops: Sequence[Op], bodies: Sequence[Body], protos: Protos) -> list[Op]:
    """The ops with the shapes that loops and choices declare for their results, and loops for what they carry."""
    shapes = {op.id: shapes_of(protos[op.id], "output_shapes") or [] for op in ops if calls_functions(op.type)}
    carried = {
        argument: shapes[body.call][port : port + 1]
        for body in bodies
        if body.role in ("condition", "body") and body.call in shapes
        for port, argument in enumerate(body.args)
    }
    return [_filled(op, carried.get(op.id) or shapes.get(op.id) or []) for op in ops]


def _filled(op: Op, shapes: Sequence[Shape]) -> Op:
    if not any(shape is not None for shape in shapes):
        return op
    outputs = tuple(
        replace(tensor, shape=_better(tensor.shape, shapes[port])) if port < len(shapes) else tensor
        for port, tensor in enumerate(op.outputs)
    )
    return replace(op, outputs=outputs)


def _better(known: Shape, found: Shape) -> Shape:
    """The file's shape, with the sizes that it leaves open; another rank than the file's is not believed."""
    if known is None or found is None or len(known) != len(found):
        return found if known is None else known
    return tuple(right if left is None else left for left, right in zip(known, found, strict=True))


def _outside(ops: Mapping[str, Op], bodies: Sequence[Body]) -> dict[End, End]:
    """Per argument of a called function the output that it is given, and per result of a call the one it comes from.

    A loop's values may change their shape from round to round, and a choice has several results: those are no copies.
    """
    found: dict[End, End] = {}
    for body in bodies:
        for name, end in zip(body.args, ops[body.call].inputs[body.first_input :], strict=False):
            if body.role not in ("condition", "body") or ops[name].outputs[0].dtype in _HANDLES:
                found[name, 0] = end
        if body.role == "function":
            found |= {(body.call, port): end for port, end in enumerate(body.results)}
    return found


def _can_be_copied(op: Op, attrs: Mapping[str, Any]) -> bool:
    op_def = private.op_def(op.type)
    # An argument knows its shape from the file alone.
    if op_def is None or op.type == "_Arg" or calls_functions(op.type) or complaint(op.type, attrs):
        return False
    if op.type == "Const" and (count_elements(op.outputs[0].shape) or 0) > MOST_NUMBERS:
        return False
    # A function may leave an attribute open for its caller to say.
    open_ones = any(value.WhichOneof("value") == "placeholder" for value in attrs.values())
    wanted = inputs_of(op_def, attrs).dtypes
    return not open_ones and UNKNOWN not in wanted and len(wanted) == len(op.inputs)


@dataclass
class _Copy:
    """The flat copy: all ops but those that are left out of it. `outside` says which outputs only repeat others."""

    ops: Mapping[str, Op]
    outside: Mapping[End, End]
    protos: Protos
    left_out: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(init=False)
    _inputs: dict[str, Arguments] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {op_id: number for number, op_id in enumerate(self.ops)}
        self._inputs = {}
        flow = [RawOp(op.id, op.type, tuple(map(self.source, op.inputs))) for op in self.ops.values()]
        self.left_out |= cyclic(flow)

    def leave_out(self, op_ids: set[str]) -> None:
        """Leave these ops out, and those that would write a TensorFlow 1 variable that is not there then."""
        while op_ids:
            self.left_out |= op_ids
            op_ids = {op_id for op_id in self.ops if op_id not in self.left_out and not self._has_references(op_id)}

    def source(self, end: End) -> End:
        """The output that this one repeats in the end; itself where it repeats none."""
        seen = {end}
        while (following := self.outside.get(end)) is not None and following not in seen:
            end = following
            seen.add(end)
        return end

    def graph_def(self, producer: int) -> Any:
        """The copy as a GraphDef: ops are called `op_N`, what is fed from outside `feed_N`."""
        made = tf.compat.v1.GraphDef()
        made.versions.producer = producer
        feeds: dict[tuple[End, str], str] = {}
        for op_id, number in self.numbers.items():
            if op_id in self.left_out:
                continue
            op = self.ops[op_id]
            node = made.node.add(name=f"op_{number}", op=op.type)
            for end, dtype in zip(map(self.source, op.inputs), self._wanted(op_id).dtypes, strict=True):
                node.input.append(self._copied(end, dtype) or self._feed(made, feeds, end, dtype))
            for name, value in self.protos[op_id].items():
                if not name.startswith("_"):
                    node.attr[name].CopyFrom(value)
        return made

    def sources(self, op_id: str) -> list[End]:
        """The outputs that an op of the copy reads."""
        return [self.source(end) for end in self.ops[op_id].inputs]

    def _wanted(self, op_id: str) -> Arguments:
        if op_id not in self._inputs:
            self._inputs[op_id] = inputs_of(private.op_def(self.ops[op_id].type), self.protos[op_id])
        return self._inputs[op_id]

    def _has_references(self, op_id: str) -> bool:
        """Whether every input that must be a reference to a variable is one in the copy."""
        for port in self._wanted(op_id).references:
            source, source_port = self.source(self.ops[op_id].inputs[port])
            if source in self.left_out:
                return False
            given = outputs_of(private.op_def(self.ops[source].type), self.protos[source])
            if source_port not in given.references:
                return False
        return True

    def _copied(self, end: End, dtype: str) -> str:
        """What an input of this dtype reads in the copy; "" where the output is not in it."""
        op_id, port = end
        if op_id in self.left_out or self._is_cut_off(op_id) or self.ops[op_id].outputs[port].dtype != dtype:
            return ""
        return f"op_{self.numbers[op_id]}:{port}"

    def _is_cut_off(self, op_id: str) -> bool:
        """Whether no op of the copy may read this one, because TensorFlow would run it to learn a shape.

        It runs what has only constants before it, `ReadFile` too. Without text that is known beforehand, constant or
        made of something else, no op of a file can name another file.
        """
        op = self.ops[op_id]
        if private.op_def(op.type).is_stateful or op.type == "Placeholder":  # these are never run for that
            return False
        makes_text = any(tensor.dtype == "string" for tensor in op.outputs)
        return op.type.startswith(_REACHES_OUT) or (makes_text and "string" not in self._wanted(op_id).dtypes)

    def _feed(self, made: Any, feeds: dict[tuple[End, str], str], end: End, dtype: str) -> str:
        if (end, dtype) not in feeds:
            tensor = self.ops[end[0]].outputs[end[1]]
            feeds[end, dtype] = f"feed_{len(feeds)}"
            node = made.node.add(name=feeds[end, dtype], op="Placeholder")
            node.attr["dtype"].type = tf.dtypes.as_dtype(dtype).as_datatype_enum
            node.attr["shape"].shape.CopyFrom(
                tf.TensorShape(tensor.shape if tensor.dtype == dtype else None).as_proto()
            )
        return feeds[end, dtype]


def _refuse(copy: _Copy, message: str) -> bool:
    """Leave out the op that TensorFlow's message names; False where it names none.

    Its words are the op's problem, unless what the op reads is not in the copy: then the copy may be at fault.
    """
    ids = list(copy.numbers)
    found = [ids[int(number)] for number in _COPIED_NAME.findall(message) if int(number) < len(ids)]
    refused = next((op_id for op_id in found if op_id not in copy.left_out), "")
    if not refused:
        return False
    if all(op_id not in copy.left_out for op_id, _ in copy.sources(refused)):
        words = _COPIED_NAME.sub(lambda match: ids[int(match[1])], _words(message))
        copy.problems[refused] = f"TensorFlow refuses it: {words}"
    copy.leave_out({refused})
    return True


def _words(message: str) -> str:
    return " ".join(message.split())[:300].rstrip(".")


def _shaped(copy: _Copy, graph: Any) -> list[Op]:
    """The ops with what TensorFlow says of the copy's."""
    by_name = {op.name: op for op in graph.get_operations()}
    shapes = {
        (op_id, port): _sizes(tensor.shape)
        for op_id, number in copy.numbers.items()
        if op_id not in copy.left_out
        for port, tensor in enumerate(by_name[f"op_{number}"].outputs)
    }
    made = []
    for op in copy.ops.values():
        found = [_shape_at(copy, shapes, (op.id, port)) for port in range(len(op.outputs))]
        problem = "; ".join(filter(None, [op.problem, copy.problems.get(op.id, "")]))
        made.append(replace(_filled(op, found), problem=problem))
    return made


def _shape_at(copy: _Copy, shapes: Mapping[End, Shape], end: End) -> Shape:
    source = copy.source(end)
    if source in shapes:
        return shapes[source]
    tensor = copy.ops[source[0]].outputs[source[1]]
    return tensor.shape if tensor.dtype != UNKNOWN else None


def _sizes(shape: Any) -> Shape:
    return None if shape.rank is None else tuple(shape.as_list())
