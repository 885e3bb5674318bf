"""TensorFlow's protocol buffers from files, binary or text, with one sentence for those that are none."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from graphlab.errors import FormatError
from graphlab.formats.magic import TEXT, head_of, kind_of
from graphlab.formats.wire import WireError, node_bytes, without_values
from graphlab.tensorflow_start import start_tensorflow

LARGEST_BYTES = 2**31 - 1  # what the protocol buffers' library parses
_FIELD = re.compile(r"^\s*(?:#[^\n]*\n\s*)*(\w+)\s*[:{<]", re.MULTILINE)
# The first fields of text files, and the messages that have them.
_TEXT_FIELDS = {
    **dict.fromkeys(("node", "library", "versions", "version"), "GraphDef"),
    **dict.fromkeys(
        ("meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def", "asset_file_def"), "MetaGraphDef"
    ),
    **dict.fromkeys(("saved_model_schema_version", "meta_graphs"), "SavedModel"),
}


def read_proto(path: Path) -> tuple[str, Any]:
    """("GraphDef", "MetaGraphDef" or "SavedModel", the message) of a file, whichever of them it holds.

    A binary file's message is without the numbers of its large tensors: a node with them is had from `read_node`.
    Raises FormatError where the file holds no message, or none with a graph in it.
    """
    kind, head = _kind(path)
    return _read_text(path, head) if kind == TEXT else _read_binary(path)


def read_node(path: Path, function: str, name: str) -> Any:
    """The NodeDef of that name with all its values, in a function of the library or ("") in the graph itself.

    None where the file has none. The other nodes are not read into memory.
    """
    kind, head = _kind(path)
    if kind == TEXT:
        return next(find_nodes(graph_defs(*_read_text(path, head)), function, name), None)
    from tensorflow.core.framework import node_def_pb2

    data = _mapped(path)
    for message in messages():
        with suppress(WireError):
            found = node_bytes(data, message, function, name)
            if found is not None:
                return node_def_pb2.NodeDef.FromString(found)
    return None


def _kind(path: Path) -> tuple[str, bytes]:
    """TEXT or "" (binary), and the first bytes; raises FormatError where the file can hold no message."""
    size_bytes = path.stat().st_size
    if size_bytes > LARGEST_BYTES:
        raise FormatError(
            f"{str(path)!r} has {size_bytes / 1e9:.1f} GB; no TensorFlow graph is over 2 GB, the most that protocol "
            f"buffers can hold: save large weights beside the graph, in a SavedModel"
        )
    head = head_of(path)
    start_tensorflow()
    kind = kind_of(head)
    if kind not in (TEXT, ""):
        raise FormatError(f"{str(path)!r} holds no TensorFlow graph; it is {kind}")
    return kind, head


def _mapped(path: Path) -> memoryview:
    """The file's bytes, read as they are needed."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _read_binary(path: Path) -> tuple[str, Any]:
    data = _mapped(path)
    # Only a SavedModel begins with a number, its version.
    order = (
        ("SavedModel", "GraphDef", "MetaGraphDef")
        if bytes(data[:1]) == b"\x08"
        else ("GraphDef", "MetaGraphDef", "SavedModel")
    )
    emptied = ""
    for name in order:
        message = _parsed(name, data)
        if message is None:
            continue
        if _holds_ops(name, message):
            return name, message
        emptied = emptied or (name if _is_whole(message) else "")
    if emptied:
        raise FormatError(f"{str(path)!r} is a {emptied} without a single op: there is nothing to show")
    raise FormatError(
        f"{str(path)!r} is damaged, cut short or no TensorFlow file: its {len(data):,} bytes are no GraphDef, "
        f"MetaGraphDef or SavedModel"
    )


def _parsed(name: str, data: memoryview) -> Any:
    from google.protobuf.message import DecodeError

    message = messages()[name]()
    try:
        message.ParseFromString(without_values(data, name))
    except (DecodeError, WireError):
        return None
    return message


def messages() -> dict[str, Any]:
    """The classes of TensorFlow's messages by name."""
    from tensorflow.core.framework import graph_pb2
    from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

    return {
        "GraphDef": graph_pb2.GraphDef,
        "MetaGraphDef": meta_graph_pb2.MetaGraphDef,
        "SavedModel": saved_model_pb2.SavedModel,
    }


def graph_defs(name: str, message: Any) -> Iterator[Any]:
    """The GraphDefs in a message of that name."""
    if name == "GraphDef":
        yield message
    elif name == "MetaGraphDef":
        yield message.graph_def
    else:
        yield from (meta_graph.graph_def for meta_graph in message.meta_graphs)


def find_nodes(graphs: Iterable[Any], function: str, name: str) -> Iterator[Any]:
    """The NodeDefs of that name, in a function of the library or ("") in the graph itself."""
    for graph_def in graphs:
        library = {proto.signature.name: proto for proto in graph_def.library.function}
        nodes = library[function].node_def if function in library else () if function else graph_def.node
        yield from (node for node in nodes if node.name == name)


def _holds_ops(name: str, message: Any) -> bool:
    """Whether there are ops in it: bytes of another kind may parse, but then they are fields that nobody knows."""
    graphs = list(graph_defs(name, message))
    return _is_whole(message) and any(_is_graph(graph) for graph in graphs)


def _is_whole(message: Any) -> bool:
    from google.protobuf.unknown_fields import UnknownFieldSet

    return len(UnknownFieldSet(message)) == 0


def _is_graph(graph_def: Any) -> bool:
    nodes = list(graph_def.node) or [node for function in graph_def.library.function for node in function.node_def]
    return bool(nodes) and _is_whole(graph_def) and any(node.op and _is_whole(node) for node in nodes)


def _read_text(path: Path, head: bytes) -> tuple[str, Any]:
    from google.protobuf import text_format

    found = _FIELD.search(head.decode("utf-8", errors="ignore"))
    name = _TEXT_FIELDS.get(found[1] if found else "", "")
    if not name:
        raise FormatError(f"{str(path)!r} is text, but no TensorFlow graph: that begins with 'node {{' or the like")
    message = messages()[name]()
    try:
        text_format.Parse(path.read_text(encoding="utf-8"), message, allow_unknown_field=True)
    except text_format.ParseError as error:
        raise FormatError(f"{str(path)!r} is no {name} as text: at {_words(error)}") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{str(path)!r} is no {name} as text: byte {error.start:,} is no letter") from error
    if not any(_is_graph(graph) for graph in graph_defs(name, message)):
        raise FormatError(f"{str(path)!r} is a {name} without a single op: there is nothing to show")
    return name, message


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
