"""A graph as networkx node-link JSON, and back. `networkx.node_link_graph` can read it too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict, TypeVar, cast

import networkx as nx

from graphlab.errors import FormatError, GraphlabError
from graphlab.formats.check import check_graph
from graphlab.formats.facts_json import facts_from_json, facts_to_json, other_attributes
from graphlab.formats.json_file import load_json, parse_json
from graphlab.formats.model_explorer.read import graphs_of, is_model_explorer
from graphlab.formats.op_json import OpJson, op_from_json, op_to_json, sizes_to_json
from graphlab.graph import EdgeData, Graph, JsonObject, JsonValue, Tensor
from graphlab.graph.json_values import object_of
from graphlab.graph.op_graph import FACTS

VERSION = 2
NODES_BEGIN, EDGES_BEGIN = '"nodes": [', '], "edges": ['  # the lines before the lists; see write_lines
_T = TypeVar("_T")


# What graphlab writes. A file may contain anything: a mismatch raises an error, or `check_graph` finds it.
class _EdgeJson(TypedDict):
    source: str
    target: str
    key: str
    src_port: int | None
    dst_port: int | None
    control: bool


class _NodeLink(TypedDict):
    graph: JsonObject
    nodes: list[OpJson]
    edges: list[_EdgeJson]


def to_node_link(graph: Graph) -> dict[str, JsonValue]:
    """Plain JSON data in the form of `networkx.node_link_data(..., edges="edges")`."""
    return {
        "directed": True,
        "multigraph": True,
        "graph": _about(graph),
        "nodes": [op_to_json(op) for op in graph.ops()],
        "edges": list(_edges(graph)),
    }


def _about(graph: Graph) -> dict[str, JsonValue]:
    others = {key: value for key, value in graph.graph.items() if key != FACTS}
    return {"graphlab": VERSION, **others, **facts_to_json(graph.facts)}


def _edges(graph: Graph) -> Iterator[dict[str, JsonValue]]:
    for src, dst, key, data in graph.edges(keys=True, data=True):
        tensor: Tensor | None = data["tensor"]
        yield {
            "source": src,
            "target": dst,
            "key": key,
            "src_port": data["src_port"],
            "dst_port": data["dst_port"],
            "dtype": tensor.dtype if tensor else None,
            "shape": sizes_to_json(tensor),
            "control": data["control"],
        }


def from_node_link(data: Mapping[str, JsonValue]) -> Graph:
    """The graph of such data. Raises GraphlabError if it was not written by graphlab."""
    with _as_format_error():
        node_link = cast("_NodeLink", data)
        return _build(node_link["graph"], node_link["nodes"], node_link["edges"])


def _build(about: JsonObject, nodes: Iterable[OpJson], edges: Iterable[_EdgeJson]) -> Graph:
    if about["graphlab"] != VERSION:
        raise GraphlabError("this JSON was written by another version of graphlab; export it again")
    graph = Graph()
    graph.graph.update(other_attributes(about))
    graph.facts = facts_from_json(about)
    shared: dict[object, object] = {}  # each value by itself

    def share(value: _T) -> _T:
        return cast(_T, shared.setdefault(value, value))

    for node in nodes:
        op = op_from_json(node, share)
        graph.add_node(op.id, op=op)
    for edge in edges:
        graph.add_edge(share(edge["source"]), share(edge["target"]), share(edge["key"]), **_edge(graph, edge))
    return graph


@contextmanager
def _as_format_error() -> Iterator[None]:
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, nx.NetworkXError) as error:
        if isinstance(error, GraphlabError):
            raise FormatError(str(error)) from error
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else "a value has the wrong type"
        raise FormatError(f"this JSON is not a graphlab graph, or it is damaged: {what[:200]}") from error


def write_lines(graph: Graph) -> Iterator[str]:
    """The graph's node-link JSON, one op or edge per line, so that only one line at a time need be in memory."""
    head = json.dumps({"directed": True, "multigraph": True, "graph": _about(graph)}, allow_nan=False)
    yield f"{head[:-1]}, {NODES_BEGIN}\n"
    yield from _listed(op_to_json(op) for op in graph.ops())
    yield f"{EDGES_BEGIN}\n"
    yield from _listed(_edges(graph))
    yield "]}\n"


def _listed(values: Iterable[JsonValue]) -> Iterator[str]:
    before = ""
    for value in values:
        yield before + json.dumps(value, allow_nan=False)
        before = ",\n"
    yield "\n"


def read_lines(lines: Iterator[str]) -> Graph | None:
    """The graph that `write_lines` wrote; None if the text has another form.

    Raises FormatError if it is damaged.
    """
    head = next(lines, "").rstrip()
    if not head.endswith(NODES_BEGIN):
        return None
    with _as_format_error():
        about = object_of(object_of(parse_json(f"{head}]}}"))["graph"])
        nodes = cast("Iterator[OpJson]", _values(lines, EDGES_BEGIN))
        return _build(about, nodes, cast("Iterator[_EdgeJson]", _values(lines, "]}")))


def _values(lines: Iterator[str], end: str) -> Iterator[JsonValue]:
    """The value of each line, up to the line that ends the list."""
    for line in lines:
        text = line.rstrip()
        if text == end:
            return
        if text:
            yield parse_json(text.removesuffix(","))
    raise ValueError("it is truncated")


def save_json(graph: Graph, path: Path) -> None:
    """Write the graph. Raises GraphlabError if the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(write_lines(graph))
    except OSError as error:
        raise GraphlabError(f"cannot write {str(path)!r}: {error.strerror}") from error


def read_json(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graph that `save_json` wrote, by its kind, or the graphs of a Model Explorer file. They contain no code."""
    graph = _read_lines(path)
    if graph is not None:
        check_graph(graph)
        return {graph.kind: graph}
    data = load_json(path)
    if is_model_explorer(data):
        return graphs_of(data)
    if not isinstance(data, dict) or not isinstance(data.get("graph"), dict) or "graphlab" not in data["graph"]:
        raise FormatError(f"{str(path)!r} is JSON, but not a graph from graphlab or Model Explorer; export it again")
    graph = from_node_link(data)
    check_graph(graph)
    return {graph.kind: graph}


def _read_lines(path: Path) -> Graph | None:
    """The graph of a file written line by line; None for any other file, and if anything is invalid."""
    try:
        with path.open(encoding="utf-8") as file:
            return read_lines(file)
    except (OSError, ValueError, RecursionError, GraphlabError):
        return None  # the reader of the whole file reports the problem


def _edge(graph: Graph, edge: _EdgeJson) -> EdgeData:
    port = edge["src_port"]
    if edge["control"]:
        return {"src_port": port, "dst_port": edge["dst_port"], "tensor": None, "control": True}
    if port is None:
        raise ValueError("an edge of data has no port")
    tensor = graph.op(edge["source"]).outputs[port]
    return {"src_port": port, "dst_port": edge["dst_port"], "tensor": tensor, "control": False}
