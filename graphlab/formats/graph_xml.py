"""A graph as GraphML or GEXF, for Gephi, yEd, Cytoscape and networkx. Both support only plain text and numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import networkx as nx

from graphlab.errors import GraphlabError
from graphlab.graph import Graph, Op, Tensor, display_name, format_shape
from graphlab.graph.free_names import free_id

Plain = dict[str, str | int | bool]
# XML 1.0 cannot contain these characters, and a parser turns "\r" into "\n".
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def save_graphml(graph: Graph, path: Path) -> None:
    """Write the graph as GraphML. Raises GraphlabError if the file cannot be written."""
    _write(nx.write_graphml_xml, graph, path)


def save_gexf(graph: Graph, path: Path) -> None:
    """Write the graph as GEXF 1.2. Raises GraphlabError if the file cannot be written."""
    _write(nx.write_gexf, graph, path)


def flatten(graph: Graph) -> nx.MultiDiGraph[str]:
    """The same ops and edges with plain attributes, without the attributes that an op lacks.

    Edges are numbered because these formats require unique edge ids; the ports are attributes.
    """
    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=_clean(graph.name), kind=graph.kind)
    node_ids = _node_ids(graph)
    for op in graph.ops():
        flat.add_node(node_ids[op.id], **_cleaned(_node(op)))
    for number, (src, dst, data) in enumerate(graph.edges(data=True)):
        flat.add_edge(node_ids[src], node_ids[dst], number, **_cleaned(_edge(**data)))
    return flat


def _write(writer: Callable[[nx.MultiDiGraph[str], Path], None], graph: Graph, path: Path) -> None:
    try:
        writer(flatten(graph), path)
    except OSError as error:
        raise GraphlabError(f"cannot write {str(path)!r}: {error.strerror}") from error


def _node(op: Op) -> Plain:
    attributes: Plain = {
        "label": display_name(op),
        "type": op.type,
        "group": op.path[-1] if op.path else "",
        "groups": "\n".join(op.path),
        **_tensors(op.outputs),
        "attributes": json.dumps(dict(op.attrs), sort_keys=True) if op.attrs else "",
        "device": op.device,
        "pair": op.pair or "",
        "problem": op.problem,
    }
    if op.layer:
        attributes |= {"layer": op.layer.path, "layer_class": op.layer.class_name}
    if op.variable:
        attributes |= {
            "variable": op.variable.name,
            "variable_tensor": str(op.variable),
            "trainable": op.variable.trainable,
            "parameters": op.variable.parameters,
        }
    if op.source:
        attributes |= {"file": op.source.file, "line": op.source.line}
    return attributes


def _edge(*, control: bool, src_port: int | None, dst_port: int | None, tensor: Tensor | None) -> Plain:
    attributes: Plain = {"control": control}
    if src_port is not None and dst_port is not None and tensor is not None:
        attributes |= {"src_port": src_port, "dst_port": dst_port, **_tensors((tensor,))}
    return attributes


def _tensors(tensors: Iterable[Tensor]) -> Plain:
    """dtype, shape ("?,256") and both together ("float32[?,256]"), one line for each tensor."""
    tensor_list = list(tensors)
    return {
        "dtype": "\n".join(tensor.dtype for tensor in tensor_list),
        "shape": "\n".join(format_shape(tensor.shape) for tensor in tensor_list),
        "tensor": "\n".join(map(str, tensor_list)),
    }


def _cleaned(attributes: Plain) -> Plain:
    """The non-empty attributes, with characters that XML forbids escaped."""
    return {
        name: _clean(value) if isinstance(value, str) else value for name, value in attributes.items() if value != ""
    }


def _clean(text: str) -> str:
    return _FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _node_ids(graph: Graph) -> dict[str, str]:
    """Op id → unique id in the file: the op's own id unless it contains a character that XML forbids."""
    ids: dict[str, str] = {}
    used_ids = {op.id for op in graph.ops()}
    for op in graph.ops():
        clean = _clean(op.id)
        ids[op.id] = op.id if clean == op.id else free_id(clean, used_ids)
        used_ids.add(ids[op.id])
    return ids
