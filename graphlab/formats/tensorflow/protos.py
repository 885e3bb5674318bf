"""TensorFlow's protocol buffers from binary or text files, with one clear error for files that are not valid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.faults import MEND, is_cut, syntax_error_words
from graphlab.formats.magic import head_of, is_text, mapped
from graphlab.formats.tensorflow.wire import WireError, may_be, node_bytes, without_values
from graphlab.processes.tensorflow_start import start_tensorflow

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from graphlab.tracing.tensorflow_types import GraphDef, GraphMessage, NodeDef

LARGEST_BYTES = 2**31 - 1  # what the protocol buffer library parses
_FIELD = re.compile(r"^\s*(?:#[^\n]*\n\s*)*(\w+)\s*[:{<]", re.MULTILINE)
# The first fields of text files, and the messages that have them.
_TEXT_FIELDS = {
    **dict.fromkeys(("node", "library", "versions", "version"), "GraphDef"),
    **dict.fromkeys(
        ("meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def", "asset_file_def"), "MetaGraphDef"
    ),
    **dict.fromkeys(("saved_model_schema_version", "meta_graphs"), "SavedModel"),
}


def read_proto(path: Path) -> tuple[str, GraphMessage]:
    """(kind, message) of a file, where kind is "GraphDef", "MetaGraphDef" or "SavedModel".

    The message of a binary file lacks the numbers of its large tensors; `read_node` returns a node with them.
    Raises FormatError if the file contains no message, or none with a graph in it.
    """
    head = _head(path)
    return _read_text(path, head) if is_text(head) else _read_binary(path)


def read_node(path: Path, function: str, name: str) -> NodeDef | None:
    """The NodeDef of that name with all its values, in a function of the library or ("") in the graph itself.

    None if the file has no such node. The other nodes are not read into memory.
    """
    head = _head(path)
    if is_text(head):
        return next(find_nodes(graph_defs(*_read_text(path, head)), function, name), None)
    start_tensorflow()
    from tensorflow.core.framework import node_def_pb2

    with mapped(path) as data:
        for message in messages():
            with suppress(WireError):
                raw_node = node_bytes(data, message, function, name)
                if raw_node is not None:
                    return node_def_pb2.NodeDef.FromString(raw_node)
    return None


def _head(path: Path) -> bytes:
    """The first bytes. Raises FormatError if the file cannot contain a message."""
    size_bytes = path.stat().st_size
    if size_bytes > LARGEST_BYTES:
        raise FormatError(
            f"{str(path)!r} has {size_bytes / 1e9:.1f} GB; a TensorFlow graph can have at most 2 GB, the "
            "limit of protocol buffers: save large weights separately, in a SavedModel"
        )
    return head_of(path)


def _read_binary(path: Path) -> tuple[str, GraphMessage]:
    with mapped(path) as data:
        # Only a SavedModel begins with a number, its version.
        order = (
            ("SavedModel", "GraphDef", "MetaGraphDef")
            if bytes(data[:1]) == b"\x08"
            else ("GraphDef", "MetaGraphDef", "SavedModel")
        )
        possible = [name for name in order if may_be(data, name)]
        emptied = ""
        if possible:
            start_tensorflow()
        for name in possible:
            message = _parsed(name, data)
            if message is not None and _holds_ops(name, message):
                return name, message
            emptied = emptied or (name if message is not None and _is_whole(message) else "")
    if emptied:
        raise FormatError(f"{str(path)!r} is a {emptied} without ops: there is nothing to show")
    raise FormatError(
        f"{str(path)!r} is damaged, truncated or not a TensorFlow file: its {path.stat().st_size:,} bytes are not a "
        f"GraphDef, MetaGraphDef or SavedModel; {MEND}"
    )


def _parsed(name: str, data: memoryview) -> GraphMessage | None:
    from google.protobuf.message import DecodeError

    message = messages()[name]()
    try:
        message.ParseFromString(without_values(data, name))
    except (DecodeError, WireError):
        return None
    return message


def messages() -> dict[str, type[GraphMessage]]:
    """The classes of TensorFlow's messages by name."""
    from tensorflow.core.framework import graph_pb2
    from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

    return {
        "GraphDef": graph_pb2.GraphDef,
        "MetaGraphDef": meta_graph_pb2.MetaGraphDef,
        "SavedModel": saved_model_pb2.SavedModel,
    }


def graph_defs(name: str, message: GraphMessage) -> Iterator[GraphDef]:
    """The GraphDefs in a message of that name."""
    if name == "GraphDef":
        yield message
    elif name == "MetaGraphDef":
        yield message.graph_def
    else:
        yield from (meta_graph.graph_def for meta_graph in message.meta_graphs)


def find_nodes(graphs: Iterable[GraphDef], function: str, name: str) -> Iterator[NodeDef]:
    """The NodeDefs of that name, in a function of the library or ("") in the graph itself."""
    for graph_def in graphs:
        library = {proto.signature.name: proto for proto in graph_def.library.function}
        nodes = library[function].node_def if function in library else () if function else graph_def.node
        yield from (node for node in nodes if node.name == name)


def _holds_ops(name: str, message: GraphMessage) -> bool:
    """Whether the message contains ops: bytes of another kind may parse, but only as unknown fields."""
    graphs = list(graph_defs(name, message))
    return _is_whole(message) and any(_is_graph(graph) for graph in graphs)


def _is_whole(message: Message) -> bool:
    from google.protobuf.unknown_fields import UnknownFieldSet

    return len(UnknownFieldSet(message)) == 0


def _is_graph(graph_def: GraphDef) -> bool:
    nodes = list(graph_def.node) or [node for function in graph_def.library.function for node in function.node_def]
    return bool(nodes) and _is_whole(graph_def) and any(node.op and _is_whole(node) for node in nodes)


def _read_text(path: Path, head: bytes) -> tuple[str, GraphMessage]:
    match = _FIELD.search(head.decode("utf-8", errors="ignore"))
    name = _TEXT_FIELDS.get(match[1] if match else "", "")
    if not name:
        raise FormatError(
            f"{str(path)!r} is text, but not a TensorFlow graph, which begins with text such as 'node {{'"
        )
    text = _text_of(path, name)
    start_tensorflow()
    from google.protobuf import text_format

    message = messages()[name]()
    try:
        text_format.Parse(text, message, allow_unknown_field=True)
    except text_format.ParseError as error:
        where = syntax_error_words(text, error.GetLine() or 1, error.GetColumn() or 1)
        raise FormatError(f"{str(path)!r} is not a {name} as text: {where}") from error
    if not any(_is_graph(graph) for graph in graph_defs(name, message)):
        raise FormatError(f"{str(path)!r} is a {name} without ops: there is nothing to show")
    return name, message


def _text_of(path: Path, name: str) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{str(path)!r} is not a {name} as text: invalid UTF-8 at byte {error.start + 1:,}"
        ) from error
    if is_cut(text):
        lines = text.count("\n") + 1
        raise FormatError(f"{str(path)!r} is truncated: it ends in line {lines:,} before its braces are closed; {MEND}")
    return text
