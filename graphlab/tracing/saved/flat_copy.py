"""A flat copy of a graph in which TensorFlow infers shapes. It may run the ops that are not hidden from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import tensorflow as tf

from graphlab.graph import Op, Tensor
from graphlab.tracing import private
from graphlab.tracing.bodies import calls_functions
from graphlab.tracing.raw import End, RawOp
from graphlab.tracing.saved.folding import Size, size_of, too_large
from graphlab.tracing.saved.nodes import shape_of
from graphlab.tracing.saved.op_defs import UNKNOWN, Arguments, complaint, inputs_of, outputs_of
from graphlab.tracing.saved.protos import cyclic
from graphlab.tracing.tensorflow_types import Attrs, AttrValue, GraphDef

LONGEST_VECTOR = 1 << 16  # of fed whole numbers: a longer vector's length is not passed on
MOST_NUMBERS = 1024  # of a constant in the copy: a larger one is not a shape, and only its own shape matters
HANDLES = ("resource", "variant")  # TensorFlow finds the shape behind these only through the op that made them
_REACHES_OUT = ("Copy", "Debug", "PyFunc")  # prefixes of ops that pass values to addresses or to Python

Protos = Mapping[str, Attrs]


def can_be_copied(op: Op, attrs: Attrs) -> bool:
    """Whether TensorFlow would accept the op as it is in the file, and its shapes follow from those of its inputs."""
    op_def = private.op_def(op.type)
    # The shape of an argument is known only from the file.
    if op_def is None or op.type == "_Arg" or calls_functions(op.type) or complaint(op.type, attrs):
        return False
    if op.type == "Const" and (size_of([shape_of(attrs["value"].tensor.tensor_shape)]) or (0, 0))[0] > MOST_NUMBERS:
        return False
    # A function may leave an attribute for its caller to set.
    open_ones = any(value.WhichOneof("value") == "placeholder" for value in attrs.values())
    dtypes = inputs_of(op_def, attrs).dtypes
    return not open_ones and UNKNOWN not in dtypes and len(dtypes) == len(op.inputs)


@dataclass
class FlatCopy:
    """The flat copy: all ops except those left out. `outside` says which outputs only repeat others.

    `hidden` are ops of the copy that no other op reads there: TensorFlow would run them, and their results may be
    large. `sizes` are those that TensorFlow has reported for their results.
    """

    ops: Mapping[str, Op]
    outside: Mapping[End, End]
    protos: Protos
    left_out: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    sizes: dict[str, Size] = field(default_factory=dict)
    numbers: dict[str, int] = field(init=False)
    _inputs: dict[str, Arguments] = field(init=False)
    _fed: dict[str, tuple[Tensor, ...]] = field(default_factory=dict)  # what the copy has been told about hidden ops

    def __post_init__(self) -> None:
        self.numbers = {op_id: number for number, op_id in enumerate(self.ops)}
        self._inputs = {}
        flow = [RawOp(op.id, op.type, tuple(map(self.source, op.inputs))) for op in self.ops.values()]
        self.left_out |= cyclic(flow)

    def leave_out(self, op_ids: set[str]) -> None:
        """Leave these ops out, and those that would then write a missing TensorFlow 1 variable."""
        while op_ids:
            self.left_out |= op_ids
            op_ids = {op_id for op_id in self.ops if op_id not in self.left_out and not self._has_references(op_id)}
        self._hide()

    def hides_less(self) -> bool:
        """Whether another copy can say more, now that TensorFlow has reported what it knows about the hidden ops."""
        if not self.hidden:
            return False
        before = {op_id: self._fed[op_id] for op_id in self.hidden}
        for op_id in self.hidden:
            size = size_of([tensor.shape for tensor in self.ops[op_id].outputs])
            self.sizes |= {op_id: size} if size is not None else {}
        self._hide()
        return before != {op_id: self._fed[op_id] for op_id in self.hidden}

    def _hide(self) -> None:
        copied = {op_id: op for op_id, op in self.ops.items() if op_id not in self.left_out}
        read = {self.source(end)[0] for op in copied.values() for end in op.inputs}
        self.hidden = too_large(copied, self.protos, self.source, self.sizes) & read
        self._fed = {op_id: self.ops[op_id].outputs for op_id in self.hidden}

    def source(self, end: End) -> End:
        """The output that this one ultimately repeats; itself if it repeats none."""
        seen_ends = {end}
        while (following := self.outside.get(end)) is not None and following not in seen_ends:
            end = following
            seen_ends.add(end)
        return end

    def graph_def(self, producer: int) -> GraphDef:
        """The copy as a GraphDef: ops are named `op_N`, fed values `feed_N`."""
        graph_def = tf.compat.v1.GraphDef()
        graph_def.versions.producer = producer
        feeds: dict[tuple[End, str], str] = {}
        for op_id, number in self.numbers.items():
            if op_id in self.left_out:
                continue
            op = self.ops[op_id]
            node = graph_def.node.add(name=f"op_{number}", op=op.type)
            for end, dtype in zip(map(self.source, op.inputs), self._arguments_of(op_id).dtypes, strict=True):
                node.input.append(self._copied(end, dtype) or self._placeholder_name(graph_def, feeds, end, dtype))
            for name, value in self.protos[op_id].items():
                if not name.startswith("_"):
                    node.attr[name].CopyFrom(value)
        return graph_def

    def sources(self, op_id: str) -> list[End]:
        """The outputs that an op of the copy reads."""
        return [self.source(end) for end in self.ops[op_id].inputs]

    def _arguments_of(self, op_id: str) -> Arguments:
        if op_id not in self._inputs:
            self._inputs[op_id] = inputs_of(private.op_def(self.ops[op_id].type), self.protos[op_id])
        return self._inputs[op_id]

    def _has_references(self, op_id: str) -> bool:
        """Whether every input that must be a reference to a variable is one in the copy."""
        for port in self._arguments_of(op_id).references:
            source, source_port = self.source(self.ops[op_id].inputs[port])
            if source in self.left_out:
                return False
            outputs = outputs_of(private.op_def(self.ops[source].type), self.protos[source])
            if source_port not in outputs.references:
                return False
        return True

    def _copied(self, end: End, dtype: str) -> str:
        """What an input of this dtype reads in the copy; "" if the output is not in it."""
        op_id, port = end
        if (
            op_id in self.left_out
            or op_id in self.hidden
            or self._is_cut_off(op_id)
            or self.ops[op_id].outputs[port].dtype != dtype
        ):
            return ""
        return f"op_{self.numbers[op_id]}:{port}"

    def _is_cut_off(self, op_id: str) -> bool:
        """Whether no op of the copy may read this one, because TensorFlow would run it to learn a shape.

        TensorFlow runs an op whose inputs are all constant, even `ReadFile`. Without text that is known in advance,
        constant or computed, no op of a file can name another file.
        """
        op = self.ops[op_id]
        if private.is_stateful(op.type) or op.type == "Placeholder":  # these are never run for this
            return False
        makes_text = any(tensor.dtype == "string" for tensor in op.outputs)
        return op.type.startswith(_REACHES_OUT) or (makes_text and "string" not in self._arguments_of(op_id).dtypes)

    def _placeholder_name(self, graph_def: GraphDef, feeds: dict[tuple[End, str], str], end: End, dtype: str) -> str:
        if (end, dtype) not in feeds:
            tensor = self.ops[end[0]].outputs[end[1]]
            feeds[end, dtype] = f"feed_{len(feeds)}"
            node = graph_def.node.add(name=feeds[end, dtype], op="Placeholder")
            node.attr["dtype"].type = tf.dtypes.as_dtype(dtype).as_datatype_enum
            node.attr["shape"].shape.CopyFrom(_fed_shape(tensor, dtype).as_proto())
        return feeds[end, dtype]


def _fed_shape(tensor: Tensor, dtype: str) -> AttrValue:
    """The shape of a fed value. From a vector of any length, TensorFlow would make a shape of as many dimensions."""
    shape = tensor.shape if tensor.dtype == dtype else None
    is_long = shape is not None and len(shape) == 1 and (shape[0] or 0) > LONGEST_VECTOR
    return tf.TensorShape([None] if is_long and dtype in ("int32", "int64") else shape)
