"""A TensorFlow Lite file as plain data: subgraphs with their tensors and operators, and where the buffers are."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.faults import MEND
from graphlab.formats.tflite.flatbuffer import Bounds, enum_names, schema
from graphlab.formats.tflite.options import operator_attributes
from graphlab.graph import JsonValue, Tensor

if TYPE_CHECKING:
    from graphlab.formats.tflite.flatbuffer import Table

IDENTIFIER = b"TFL3"
SMALLEST = 16  # bytes; a smaller file cannot contain a model


@dataclass(frozen=True)
class TfliteTensor:
    """A tensor. `buffer` is where its constant value is in the file (offset and size in bytes), None without one."""

    name: str
    tensor: Tensor
    buffer: tuple[int, int] | None
    is_variable: bool
    quantization: dict[str, JsonValue]


@dataclass(frozen=True)
class TfliteOperator:
    """An operator. `inputs` and `outputs` are indices of the subgraph's tensors, -1 for an omitted one."""

    type: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    attrs: dict[str, JsonValue]


@dataclass(frozen=True)
class Subgraph:
    """One graph of the file."""

    name: str
    tensors: tuple[TfliteTensor, ...]
    operators: tuple[TfliteOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class TfliteSignature:
    """How callers see a subgraph: its key, and the names of its inputs and outputs by tensor index."""

    key: str
    subgraph: int
    inputs: dict[int, str]
    outputs: dict[int, str]


@dataclass(frozen=True)
class TfliteModel:
    """All graphs of a file. `versions` contains the schema's version and the runtime that the file requires."""

    subgraphs: tuple[Subgraph, ...]
    signatures: tuple[TfliteSignature, ...]
    versions: dict[str, str]


def read_model(buffer: mmap.mmap) -> TfliteModel:
    """The graphs in the bytes of an open file."""
    return _Reader(buffer).model()


@contextmanager
def opened(path: Path) -> Iterator[mmap.mmap]:
    """The file's bytes, read on demand. Any error that a damaged file causes becomes a FormatError."""
    try:
        with path.open("rb") as file:
            if path.stat().st_size < SMALLEST:
                raise FormatError(f"{str(path)!r} is too short for a TensorFlow Lite model; {MEND}")
            # Not closed explicitly: an error's traceback may still hold arrays of it, and closing would then fail.
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if mapped[4:8] != IDENTIFIER:
                raise FormatError(f"{str(path)!r} is not a TensorFlow Lite model: its signature is not TFL3; {MEND}")
            yield mapped
    except OSError as error:
        raise FormatError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except (struct.error, ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise FormatError(
            f"{str(path)!r} is damaged: it is truncated or contains out-of-range offsets; {MEND}"
        ) from error


class _Reader:
    """Reads one file within its bounds."""

    def __init__(self, buffer: mmap.mmap) -> None:
        self._buffer = buffer
        self._bounds = Bounds(len(buffer))
        self._model = schema().Model.GetRootAs(buffer)
        self._buffers = [self._buffer_range(table) for table in self._bounds.tables(self._model, "Buffers")]
        self._codes = [self._code(table) for table in self._bounds.tables(self._model, "OperatorCodes")]
        self._has_ranks = False

    def model(self) -> TfliteModel:
        graphs = list(self._bounds.tables(self._model, "Subgraphs"))
        if not graphs:
            raise FormatError("the TensorFlow Lite model contains no graph; convert it again")
        self._has_ranks = any(tensor.HasRank() for graph in graphs for tensor in self._bounds.tables(graph, "Tensors"))
        return TfliteModel(
            tuple(self._subgraph(graph) for graph in graphs),
            tuple(self._signature(table) for table in self._bounds.tables(self._model, "SignatureDefs")),
            self._versions(),
        )

    def _buffer_range(self, buffer: Table) -> tuple[int, int] | None:
        """The position of a buffer's bytes: inside its table, or after the tables in a file of over 2 GB."""
        if not buffer.DataIsNone() and buffer.DataLength():
            offset = buffer._tab.Vector(buffer._tab.Offset(4))
            size = buffer.DataLength()
        else:
            offset, size = buffer.Offset(), buffer.Size()
        if offset <= 1 or not size:
            return None
        if offset + size > len(self._buffer):
            raise FormatError("it is truncated: a tensor's values are beyond its end")
        return offset, size

    def _code(self, code: Table) -> str:
        custom = self._bounds.text(code.CustomCode())
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())  # the older field has room for numbers up to 127
        name = enum_names("BuiltinOperator").get(number, f"BUILTIN_{number}")
        return custom if name == "CUSTOM" and custom else name

    def _subgraph(self, graph: Table) -> Subgraph:
        return Subgraph(
            self._bounds.text(graph.Name()),
            tuple(self._tensor(tensor) for tensor in self._bounds.tables(graph, "Tensors")),
            tuple(self._operator(operator) for operator in self._bounds.tables(graph, "Operators")),
            tuple(self._bounds.numbers(graph, "Inputs")),
            tuple(self._bounds.numbers(graph, "Outputs")),
        )

    def _tensor(self, tensor: Table) -> TfliteTensor:
        dtype = enum_names("TensorType").get(tensor.Type(), "unknown").lower()
        buffer_index = tensor.Buffer()
        buffer = self._buffers[buffer_index] if buffer_index < len(self._buffers) else None
        return TfliteTensor(
            self._bounds.text(tensor.Name()),
            Tensor(dtype, self._shape(tensor, is_constant=buffer is not None)),
            buffer,
            bool(tensor.IsVariable()),
            self._quantization(tensor.Quantization()),
        )

    def _shape(self, tensor: Table, *, is_constant: bool) -> tuple[int | None, ...] | None:
        """The signature's shape, in which -1 is an unknown size; files from before 2021 have no ranks."""
        sizes = self._bounds.numbers(tensor, "Shape")
        signature = self._bounds.numbers(tensor, "ShapeSignature")
        if not sizes and self._has_ranks and not tensor.HasRank() and not is_constant:
            return None
        shape = signature if len(signature) == len(sizes) and not is_constant else sizes
        return tuple(None if size < 0 else size for size in shape)

    def _quantization(self, quantization: Table | None) -> dict[str, JsonValue]:
        if quantization is None:
            return {}
        scales, zeros = self._bounds.numbers(quantization, "Scale"), self._bounds.numbers(quantization, "ZeroPoint")
        if not scales:
            return {}
        if len(scales) == 1:
            return {"scale": scales[0], "zero_point": zeros[0] if zeros else 0}
        axis = quantization.QuantizedDimension()
        return {"axis": axis, "scales": shorten(scales), "zero_points": shorten(zeros)}

    def _operator(self, operator: Table) -> TfliteOperator:
        code_index = operator.OpcodeIndex()
        return TfliteOperator(
            self._codes[code_index] if code_index < len(self._codes) else f"OPERATOR_{code_index}",
            tuple(self._bounds.numbers(operator, "Inputs")),
            tuple(self._bounds.numbers(operator, "Outputs")),
            operator_attributes(operator, self._bounds),
        )

    def _signature(self, signature: Table) -> TfliteSignature:
        return TfliteSignature(
            self._bounds.text(signature.SignatureKey()),
            signature.SubgraphIndex(),
            self._names(signature, "Inputs"),
            self._names(signature, "Outputs"),
        )

    def _names(self, signature: Table, which: str) -> dict[int, str]:
        entries = self._bounds.tables(signature, which)
        return {entry.TensorIndex(): self._bounds.text(entry.Name()) for entry in entries}

    def _versions(self) -> dict[str, str]:
        versions = {"TensorFlow Lite schema": str(self._model.Version())}
        for entry in self._bounds.tables(self._model, "Metadata"):
            span = self._buffers[entry.Buffer()] if entry.Buffer() < len(self._buffers) else None
            if self._bounds.text(entry.Name()) == "min_runtime_version" and span is not None and span[1] < 64:
                words = self._bounds.text(self._buffer[span[0] : span[0] + span[1]])
                versions["TensorFlow Lite runtime at least"] = words.rstrip("\0")
        return versions


def shorten(numbers: Sequence[JsonValue], most: int = 64) -> JsonValue:
    """The numbers; for very many, only their count."""
    return list(numbers) if len(numbers) <= most else f"{len(numbers)} numbers"
