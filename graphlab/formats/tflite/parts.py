"""One subgraph of a TensorFlow Lite file as a Part: its operators, and an op for each input and constant they read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.nested import End, FileGraph, FunctionCall, scopes
from graphlab.formats.tensor_text import UNKNOWN
from graphlab.formats.tflite.file import Subgraph, TfliteModel, TfliteOperator, TfliteTensor
from graphlab.formats.tflite.options import subgraphs_of
from graphlab.formats.tflite.values import is_small, small_value
from graphlab.graph import JsonValue, Op, Variable, count_elements
from graphlab.graph.free_names import Names

if TYPE_CHECKING:
    import mmap

# The converter joins the names of all ops that it fused into an operator; the word finds the best known of them.
_OWN_WORDS = {
    **dict.fromkeys(("CONV_2D", "CONV_3D", "TRANSPOSE_CONV", "CONV_3D_TRANSPOSE"), "conv"),
    "DEPTHWISE_CONV_2D": "depthwise",
    **dict.fromkeys(("FULLY_CONNECTED", "BATCH_MATMUL"), "matmul"),
}
_MADE_UP = re.compile(r"(arith\.constant|tfl\.pseudo_q?const|cst)\d*")  # the converter's names of constants
# A constant at these inputs is learned, however small it is.
_WEIGHTS = {
    **dict.fromkeys(("CONV_2D", "CONV_3D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"), (1, 2)),
    **dict.fromkeys(("TRANSPOSE_CONV", "CONV_3D_TRANSPOSE"), (1, 3)),
}
# A constant at these inputs is learned if it has more than one number: a scale, an offset, a table, a cell's matrices.
_MAY_BE_WEIGHTS = {
    **_WEIGHTS,
    **dict.fromkeys(("ADD", "SUB", "MUL", "DIV", "BATCH_MATMUL"), (0, 1)),
    **dict.fromkeys(("PRELU", "EMBEDDING_LOOKUP"), (1,)),
    "GATHER": (0,),
    **dict.fromkeys(("RNN", "SVDF", "UNIDIRECTIONAL_SEQUENCE_RNN"), (1, 2, 3)),
    **dict.fromkeys(("LSTM", "UNIDIRECTIONAL_SEQUENCE_LSTM"), (*range(1, 18), *range(20, 24))),
    "BIDIRECTIONAL_SEQUENCE_LSTM": (*range(1, 35),),
    "BIDIRECTIONAL_SEQUENCE_RNN": (1, 2, 3, 5, 6, 7),
}


def to_part(buffer: mmap.mmap, model: TfliteModel, index: int, part_names: Sequence[str]) -> FileGraph:
    """The subgraph at this index. `part_names` are the names of all subgraphs, `buffer` the file's bytes."""
    return _Converter(buffer, model.subgraphs[index], index, part_names).part()


def plain_name(tensors: Sequence[TfliteTensor], index: int, word: str = "") -> str:
    """A tensor's name without its port. Of joined names, the first whose last scope has the word, else the first."""
    if not 0 <= index < len(tensors):
        return ""
    names = [name for name in tensors[index].name.split(";") if name]
    own = (name for name in names if word and word in name.rpartition("/")[2].lower())
    name = next(own, names[0] if names else f"tensor {index}")
    head, colon, port = name.rpartition(":")
    return head if colon and port.isdecimal() and head else name


class _Converter:
    """Builds one Part."""

    def __init__(self, buffer: mmap.mmap, subgraph: Subgraph, index: int, part_names: Sequence[str]) -> None:
        self._buffer = buffer
        self._subgraph = subgraph
        self._index = index
        self._part_names = part_names
        self._names = Names()
        self._ops: list[Op] = []
        self._ends: dict[int, End] = {}
        self._weights: dict[str, str] = {}
        self._readers: dict[int, list[tuple[str, str]]] = defaultdict(list)  # tensor → (op, the op's role for it)
        self._learned = {
            operator.inputs[port]
            for operator in subgraph.operators
            for port in _MAY_BE_WEIGHTS.get(operator.type, ())
            if port < len(operator.inputs)
            and (port in _WEIGHTS.get(operator.type, ()) or _is_many(self._tensor(operator.inputs[port])))
        }

    def part(self) -> FileGraph:
        for index in self._subgraph.inputs:
            self._input(index)
        operators = self._subgraph.operators
        ids = [self._names.free(self._preferred_name(operator)) for operator in operators]
        for op_id, operator in zip(ids, operators, strict=True):
            self._ends |= {index: (op_id, port) for port, index in enumerate(operator.outputs) if index >= 0}
        self._op_names = frozenset(ids)
        for op_id, operator in zip(ids, operators, strict=True):
            for port, index in enumerate(operator.inputs):
                self._readers[index].append((op_id, _part(operator, port)))
        calls: dict[str, tuple[FunctionCall, ...]] = {}
        for op_id, operator in zip(ids, operators, strict=True):
            inputs = [(port, self._end(index)) for port, index in enumerate(operator.inputs) if index >= 0]
            self._ops.append(self._op(op_id, operator, inputs))
            called = subgraphs_of(operator.attrs)
            names = [(role, self._part_names[index]) for role, index in called if 0 <= index < len(self._part_names)]
            calls |= {op_id: tuple(FunctionCall(role, name) for role, name in names)} if names else {}
        results = tuple(self._end(index) for index in self._subgraph.outputs)
        args = tuple(self._ends[index][0] for index in self._subgraph.inputs)
        return FileGraph(self._ops, args, results, calls, weights=self._weights)

    def _preferred_name(self, operator: TfliteOperator) -> str:
        """The name of the operator's first result; an operator that calls subgraphs is named after its type."""
        name = plain_name(self._subgraph.tensors, next(iter(operator.outputs), -1), _OWN_WORDS.get(operator.type, ""))
        if not name or subgraphs_of(operator.attrs):
            return name[: name.rfind("/") + 1] + operator.type.lower()
        return name

    def _input(self, index: int) -> None:
        if index not in self._ends:
            op_id = self._names.free(plain_name(self._subgraph.tensors, index) or f"input {index}")
            self._ends[index] = (op_id, 0)
            tensor = self._tensor(index)
            self._ops.append(Op(op_id, "Placeholder", outputs=(tensor.tensor,), attrs=_about([tensor])))

    def _tensor(self, index: int) -> TfliteTensor:
        tensors = self._subgraph.tensors
        return tensors[index] if 0 <= index < len(tensors) else TfliteTensor("", UNKNOWN, None, False, {})

    def _end(self, index: int) -> End:
        """The origin of a tensor. A constant's op is added where it is first read."""
        tensor = self._tensor(index)
        if index not in self._ends and (tensor.buffer is not None or tensor.is_variable):
            self._constant(index, tensor)
        return self._ends.get(index, (tensor.name or f"tensor {index}", -1))

    def _constant(self, index: int, tensor: TfliteTensor) -> None:
        tensor_name = plain_name(self._subgraph.tensors, index)
        op_id = self._names.free(tensor_name)
        readers = self._readers[index]
        # A name made up by the converter, or the reader's own name, says nothing about the constant; a made-up name
        # is not in a scope either.
        is_made_up = bool(readers and _MADE_UP.fullmatch(tensor_name))
        is_use = is_made_up or tensor_name in (reader for reader, _ in readers)
        name = " ".join(readers[0]) if is_use else tensor.name or op_id
        self._ends[index] = (op_id, 0)
        attrs, problem = _about([tensor]), ""
        count = count_elements(tensor.tensor.shape) or 0
        variable = None
        if tensor.is_variable:  # what an operator remembers from one run to the next
            variable = Variable(name, tensor.tensor.shape, tensor.tensor.dtype, False, 0)
        elif not is_small(tensor) or (index in self._learned and tensor.tensor.shape):
            variable = Variable(name, tensor.tensor.shape, tensor.tensor.dtype, False, count)
        else:
            try:
                attrs["value"] = small_value(self._buffer, tensor)
            except FormatError as error:
                problem = f"Its values cannot be read: {error}."
        if tensor.buffer is not None:
            self._weights[op_id] = f"{self._index}/{index}"
        kind = "Variable" if tensor.is_variable else "Const"
        path = self._shared_scopes(readers) if is_made_up else scopes(op_id, self._op_names)
        self._ops.append(
            Op(op_id, kind, path, outputs=(tensor.tensor,), attrs=attrs, variable=variable, problem=problem)
        )

    def _shared_scopes(self, readers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """The scopes that contain all readers of a constant."""
        paths = [scopes(op_id, self._op_names) for op_id, _ in readers]
        shared = takewhile(lambda labels: len(set(labels)) == 1, zip(*paths, strict=False))
        return tuple(labels[0] for labels in shared)

    def _op(self, op_id: str, operator: TfliteOperator, inputs: list[tuple[int, End]]) -> Op:
        outputs = [self._tensor(index) for index in operator.outputs]
        attrs = {**operator.attrs, **_about(outputs)}
        ports = [port for port, _ in inputs]
        if ports != list(range(len(ports))):  # an omitted one in the middle
            attrs["inputs_given"] = ports
        ends = tuple(end for _, end in inputs)
        path = scopes(op_id, self._op_names)
        return Op(op_id, operator.type, path, ends, tuple(tensor.tensor for tensor in outputs), attrs)


def _is_many(tensor: TfliteTensor) -> bool:
    """Whether a tensor has several numbers of a kind that is learned; integers are learned only if quantized."""
    dtype = tensor.tensor.dtype
    is_learned = dtype.startswith(("float", "bfloat")) or (bool(tensor.quantization) and "int" in dtype)
    return is_learned and (count_elements(tensor.tensor.shape) or 0) > 1


def _part(operator: TfliteOperator, port: int) -> str:
    """The role of an operator's constant at this port."""
    return "bias" if port == _WEIGHTS.get(operator.type, (1, -1))[1] else "weights"


def _about(tensors: Sequence[TfliteTensor]) -> dict[str, JsonValue]:
    """What the file records about an op's results beyond dtype and shape: their names and their quantization."""
    attributes: dict[str, JsonValue] = {}
    names = [tensor.name for tensor in tensors]
    quantized = [tensor.quantization for tensor in tensors]
    if any(names):
        attributes["tensor_name"] = names[0] if len(names) == 1 else names
    if any(quantized):
        attributes["quantization"] = quantized[0] if len(quantized) == 1 else quantized
    return attributes
