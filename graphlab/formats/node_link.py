"""A graph as networkx node-link JSON, and back. `networkx.node_link_graph` reads it too."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx

from graphlab.errors import FormatError, GraphlabError
from graphlab.formats.check import check_graph
from graphlab.formats.facts_json import facts_from_json, facts_to_json, other_attributes
from graphlab.formats.json_file import load_json, parse_json
from graphlab.formats.model_explorer.read import graphs_of, is_model_explorer
from graphlab.graph import Graph, JsonValue, Layer, Op, Source, Tensor, Variable
from graphlab.graph.op_graph import FACTS

VERSION = 1
NODES_BEGIN, EDGES_BEGIN = '"nodes": [', '], "edges": ['  # lines that begin the lists, see write_lines


def to_node_link(graph: Graph) -> dict[str, JsonValue]:
    """Plain JSON data in the form of `networkx.node_link_data(..., edges="edges")`."""
    return {
        "directed": True,
        "multigraph": True,
        "graph": _about(graph),
        "nodes": [_node(op) for op in graph.ops()],
        "edges": [_edge_data(*edge) for edge in graph.edges(keys=True, data=True)],
    }


def _about(graph: Graph) -> dict[str, JsonValue]:
    others = {key: value for key, value in graph.graph.items() if key != FACTS}
    return {"graphlab": VERSION, **others, **facts_to_json(graph.facts)}


def _edge_data(src: str, dst: str, key: str, data: Mapping[str, Any]) -> dict[str, JsonValue]:
    return {
        "source": src,
        "target": dst,
        "key": key,
        "src_port": data["src_port"],
        "dst_port": data["dst_port"],
        "dtype": data["tensor"].dtype if data["tensor"] else None,
        "shape": _sizes(data["tensor"]),
        "control": data["control"],
    }


def from_node_link(data: Mapping[str, JsonValue]) -> Graph:
    """The graph of such data; raises GraphlabError where it was not written by graphlab."""
    with _told_as_format_error():
        return _build(data["graph"], data["nodes"], data["edges"])


def _build(about: Mapping[str, Any], nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]) -> Graph:
    if about["graphlab"] != VERSION:
        raise GraphlabError("this JSON was written by another version of graphlab; export it again")
    graph = Graph(**other_attributes(about))
    graph.facts = facts_from_json(about)
    shared: dict[Any, Any] = {}  # what is equal is held once: a large graph is made of few paths, tensors and words

    def share(value: Any) -> Any:
        return shared.setdefault(value, value)

    for node in nodes:
        op = _op(node, share)
        graph.add_node(op.id, op=op)
    for edge in edges:
        graph.add_edge(share(edge["source"]), share(edge["target"]), share(edge["key"]), **_edge(graph, edge))
    return graph


@contextmanager
def _told_as_format_error() -> Iterator[None]:
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, nx.NetworkXError) as error:
        if isinstance(error, GraphlabError):
            raise FormatError(str(error)) from error
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else "a value has the wrong type"
        raise FormatError(f"this JSON is not a graphlab graph, or it is damaged: {what[:200]}") from error


def write_lines(graph: Graph) -> Iterator[str]:
    """The graph's node-link JSON, an op or an edge a line, so that no more of it than a line need be in memory."""
    head = json.dumps({"directed": True, "multigraph": True, "graph": _about(graph)}, allow_nan=False)
    yield f"{head[:-1]}, {NODES_BEGIN}\n"
    yield from _listed(_node(op) for op in graph.ops())
    yield f"{EDGES_BEGIN}\n"
    yield from _listed(_edge_data(*edge) for edge in graph.edges(keys=True, data=True))
    yield "]}\n"


def _listed(values: Iterable[JsonValue]) -> Iterator[str]:
    before = ""
    for value in values:
        yield before + json.dumps(value, allow_nan=False)
        before = ",\n"
    yield "\n"


def read_lines(lines: Iterator[str]) -> Graph | None:
    """The graph that `write_lines` wrote; None where it was written in another way.

    Raises FormatError where it is damaged.
    """
    head = next(lines, "").rstrip()
    if not head.endswith(NODES_BEGIN):
        return None
    about = parse_json(f"{head}]}}")["graph"]
    with _told_as_format_error():
        return _build(about, _values(lines, EDGES_BEGIN), _values(lines, "]}"))


def _values(lines: Iterator[str], end: str) -> Iterator[Any]:
    """What each line holds, up to the line that ends the list."""
    for line in lines:
        told = line.rstrip()
        if told == end:
            return
        if told:
            yield parse_json(told.removesuffix(","))
    raise ValueError("it is truncated")


def save_json(graph: Graph, path: Path) -> None:
    """Write the graph; raises GraphlabError where the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(write_lines(graph))
    except OSError as error:
        raise GraphlabError(f"cannot write {str(path)!r}: {error.strerror}") from error


def read_json(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graph that `save_json` wrote, by its kind, or those of a Model Explorer file. No code in them to trust."""
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
    """The graph of a file that was written line by line; None for any other file, and where anything is wrong."""
    try:
        with path.open(encoding="utf-8") as file:
            return read_lines(file)
    except (OSError, ValueError, RecursionError, GraphlabError):
        return None  # who reads the whole of it tells what is wrong


def _sizes(tensor: Tensor | None) -> list[int | None] | None:
    return None if tensor is None or tensor.shape is None else list(tensor.shape)


def _tensor_data(tensor: Tensor) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = {"dtype": tensor.dtype, "shape": _sizes(tensor)}
    if tensor.elements:
        data["elements"] = [_tensor_data(element) for element in tensor.elements]
    return data


def _tensor(data: Mapping[str, Any]) -> Tensor:
    return Tensor(data["dtype"], _shape(data["shape"]), tuple(map(_tensor, data.get("elements", ()))))


def _node(op: Op) -> dict[str, JsonValue]:
    return {
        "id": op.id,
        "type": op.type,
        "path": list(op.path),
        "layer": {"path": op.layer.path, "class": op.layer.class_name} if op.layer else None,
        "inputs": [[src, port] for src, port in op.inputs],
        "outputs": [_tensor_data(tensor) for tensor in op.outputs],
        "attrs": dict(op.attrs),
        "variable": dataclasses.asdict(op.variable) if op.variable else None,
        "source": dataclasses.asdict(op.source) if op.source else None,
        "device": op.device,
        "pair": op.pair,
        **({"problem": op.problem} if op.problem else {}),
    }


def _op(node: Mapping[str, Any], share: Callable[[Any], Any]) -> Op:
    layer, variable, source = node["layer"], node["variable"], node["source"]
    return Op(
        id=share(node["id"]),
        type=share(node["type"]),
        path=share(tuple(map(share, node["path"]))),
        inputs=tuple(share((share(src), port)) for src, port in node["inputs"]),
        outputs=share(tuple(share(_tensor(tensor)) for tensor in node["outputs"])),
        attrs=node["attrs"],
        layer=share(Layer(layer["path"], layer["class"])) if layer else None,
        variable=Variable(**{**variable, "shape": _shape(variable["shape"])}) if variable else None,
        source=share(Source(**source)) if source else None,
        device=share(node["device"]),
        pair=node["pair"],
        problem=node.get("problem", ""),
    )


def _edge(graph: Graph, edge: Mapping[str, Any]) -> dict[str, Any]:
    control = bool(edge["control"])
    return {
        "src_port": edge["src_port"],
        "dst_port": edge["dst_port"],
        "tensor": None if control else graph.op(edge["source"]).outputs[edge["src_port"]],
        "control": control,
    }


def _shape(sizes: list[int | None] | None) -> tuple[int | None, ...] | None:
    return None if sizes is None else tuple(sizes)
