"""Walks through the bytes of TensorFlow's graphs without parsing them, and skips large values.

A frozen graph consists mostly of weights. These functions walk over the fields of the messages around the weights,
whose numbers are those in TensorFlow's .proto files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LARGE_BYTES = 65_536
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
# Message and field → the type of the message in that field. Contains only the fields that lead to a tensor.
_INSIDE = {
    ("SavedModel", 2): "MetaGraphDef",
    ("MetaGraphDef", 2): "GraphDef",
    ("GraphDef", 1): "NodeDef",
    ("GraphDef", 2): "FunctionDefLibrary",
    ("FunctionDefLibrary", 1): "FunctionDef",
    ("FunctionDef", 3): "NodeDef",
    ("NodeDef", 5): "AttrEntry",
    ("AttrEntry", 2): "AttrValue",
    ("AttrValue", 8): "TensorProto",
}
# The fields of whole files: those with bytes and those with numbers.
_FIELDS = {
    "GraphDef": (frozenset({1, 2, 4, 5}), frozenset({3})),
    "MetaGraphDef": (frozenset(range(1, 8)), frozenset()),
    "SavedModel": (frozenset({2}), frozenset({1})),
    "ModelProto": (frozenset({2, 3, 4, 6, 7, 8, 14, 20, 25, 26}), frozenset({1, 5})),
}
# The fields in which whole files have their graphs, and a GraphDef its nodes.
_GRAPHS = {"GraphDef": 1, "MetaGraphDef": 2, "SavedModel": 2, "ModelProto": 7}
_FUNCTION_SIGNATURE = 1
_NAME = 1  # of a node, and of a function's signature
_NUMBERS = frozenset({4, 5, 6, 7, 9, 10, 11, 12, 13, 16, 17})  # the fields of a TensorProto with its numbers


class WireError(ValueError):
    """The bytes are not a protocol buffer."""


@dataclass(frozen=True)
class _Field:
    number: int
    is_bytes: bool
    begin: int
    value: int  # where its value begins
    end: int


def may_be(data: memoryview, message: str) -> bool:
    """Whether the bytes are valid fields of the message from start to end; their contents are not read."""
    with_bytes, with_numbers = _FIELDS[message]
    try:
        return all(
            field.number in (with_bytes if field.is_bytes else with_numbers) for field in _fields(data, 0, len(data))
        )
    except WireError:
        return False


def is_graph(data: memoryview, message: str) -> bool:
    """Whether the bytes are most likely this kind of message with a graph in it."""
    return may_be(data, message) and any(True for _ in _inside(data, 0, len(data), _GRAPHS[message]))


def without_values(data: memoryview, message: str) -> bytes:
    """The message without the numbers of its large tensors. Raises WireError if the bytes are not a message."""
    return _shrunk(data, message, 0, len(data))


def node_bytes(data: memoryview, message: str, function: str, name: str) -> bytes | None:
    """The first node of that name in a function of the library, or for "" in the graph itself; None without one."""
    for graph_begin, graph_end in _graphs(data, message):
        for begin, end in _node_lists(data, graph_begin, graph_end, function):
            if _name(data, begin, end) == name:
                return bytes(data[begin:end])
    return None


def _graphs(data: memoryview, message: str) -> Iterator[tuple[int, int]]:
    """The start and end of each GraphDef in a message."""
    if message == "GraphDef":
        yield 0, len(data)
        return
    outer = [(0, len(data))] if message == "MetaGraphDef" else list(_inside(data, 0, len(data), 2))
    for begin, end in outer:
        yield from _inside(data, begin, end, 2)


def _node_lists(data: memoryview, begin: int, end: int, function: str) -> Iterator[tuple[int, int]]:
    if not function:
        yield from _inside(data, begin, end, 1)
        return
    for library_begin, library_end in _inside(data, begin, end, 2):
        for function_begin, function_end in _inside(data, library_begin, library_end, 1):
            signatures = _inside(data, function_begin, function_end, _FUNCTION_SIGNATURE)
            if any(_name(data, *signature) == function for signature in signatures):
                yield from _inside(data, function_begin, function_end, 3)


def _inside(data: memoryview, begin: int, end: int, number: int) -> Iterator[tuple[int, int]]:
    """The start and end of each value of a field in a message."""
    for field in _fields(data, begin, end):
        if field.number == number and field.is_bytes:
            yield field.value, field.end


def _name(data: memoryview, begin: int, end: int) -> str:
    for name_begin, name_end in _inside(data, begin, end, _NAME):
        return bytes(data[name_begin:name_end]).decode("utf-8", errors="replace")
    return ""


def _shrunk(data: memoryview, message: str, begin: int, end: int) -> bytes:
    parts: list[bytes | memoryview] = []
    span_start = begin
    for field in _fields(data, begin, end):
        if not field.is_bytes or field.end - field.value < LARGE_BYTES:
            continue
        inner = _INSIDE.get((message, field.number), "")
        if inner:
            shrunk = _shrunk(data, inner, field.value, field.end)
            parts += [data[span_start : field.begin], _varint(field.number << 3 | _BYTES), _varint(len(shrunk)), shrunk]
            span_start = field.end
        elif message == "TensorProto" and field.number in _NUMBERS:
            parts.append(data[span_start : field.begin])
            span_start = field.end
    return b"".join([*parts, data[span_start:end]])


def _fields(data: memoryview, begin: int, end: int) -> Iterator[_Field]:
    while begin < end:
        key, value = _read_varint(data, begin, end)
        kind = key & 7
        if kind == _VARINT:
            _, after = _read_varint(data, value, end)
        elif kind == _BYTES:
            size, value = _read_varint(data, value, end)
            after = value + size
        elif kind in (_FIXED64, _FIXED32):
            after = value + (8 if kind == _FIXED64 else 4)
        else:
            raise WireError(f"a field of kind {kind} at byte {begin:,}")
        if after > end:
            raise WireError(f"a field at byte {begin:,} extends beyond the end")
        yield _Field(key >> 3, kind == _BYTES, begin, value, after)
        begin = after


def _read_varint(data: memoryview, begin: int, end: int) -> tuple[int, int]:
    """(number, position after it)."""
    number = shift = 0
    while begin < end and shift < 70:
        byte = data[begin]
        begin += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, begin
        shift += 7
    raise WireError(f"a number at byte {begin:,} does not end")


def _varint(number: int) -> bytes:
    varint = bytearray()
    while number > 0x7F:
        varint.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*varint, number])
