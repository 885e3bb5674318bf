"""Model Explorer's JSON to graphs. A file written by graphlab gives the same graph again; other files stay as is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from graphlab.errors import FormatError
from graphlab.formats.check import check_graph
from graphlab.formats.json_file import load_json
from graphlab.formats.model_explorer.own import Collection, from_collection
from graphlab.formats.model_explorer.parts import to_part
from graphlab.formats.model_explorer.write import VERSION
from graphlab.formats.nested import FileGraph, assemble
from graphlab.graph import Graph, GraphFacts, JsonObject, JsonValue
from graphlab.graph.json_values import list_of, object_of


def read_model_explorer(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The graphs of a Model Explorer file, with called graphs in place. Such a file contains no code to trust."""
    data = load_json(path)
    if not is_model_explorer(data):
        raise FormatError(f"{str(path)!r} contains no Model Explorer graphs; export it from graphlab or Model Explorer")
    return graphs_of(data)


def is_model_explorer(data: JsonValue) -> bool:
    """Whether the data has one of the forms that Model Explorer opens or its adapters produce."""
    return next(_collections(data), None) is not None


def graphs_of(data: JsonValue) -> dict[str, Graph]:
    """The graphs in such data by name. Raises FormatError if there are none."""
    graphs_by_name: dict[str, Graph] = {}
    for label, collection in _collections(data):
        graphs = (
            _own(collection) if collection.get("graphlab") else _foreign(map(object_of, list_of(collection["graphs"])))
        )
        for name, graph in graphs.items():
            graphs_by_name[name if name not in graphs_by_name else f"{label}/{name}"] = graph
    if not graphs_by_name:
        raise FormatError("the Model Explorer file contains no graph; export it again")
    return graphs_by_name


def _collections(data: JsonValue) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """(label, collection) for each; a collection has its graphs under "graphs", whatever the form of the file."""
    if isinstance(data, Mapping) and isinstance(data.get("graphCollections"), list):
        data = data["graphCollections"]
    if isinstance(data, list) and all(_is_graph(item) for item in data) and data:
        data = {"graphs": data}
    for item in data if isinstance(data, list) else [data]:
        if not isinstance(item, Mapping):
            continue
        graphs = item.get("graphs", item.get("subgraphs"))
        if isinstance(graphs, list) and graphs and all(map(_is_graph, graphs)):
            yield str(item.get("label", "")), {**item, "graphs": graphs}


def _is_graph(data: JsonValue) -> bool:
    return isinstance(data, Mapping) and "id" in data and isinstance(data.get("nodes"), list)


def _own(collection: JsonObject) -> dict[str, Graph]:
    if collection["graphlab"] != VERSION:
        raise FormatError("this JSON was written by another version of graphlab; export it again")
    try:
        graph = from_collection(cast("Collection", collection))
        check_graph(graph)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else "a value has the wrong type"
        raise FormatError(f"this Model Explorer file is damaged: {what[:200]}") from error
    return {graph.kind: graph}


def _foreign(graphs: Iterable[JsonObject]) -> dict[str, Graph]:
    """A Graph for each one that no other calls; if all are called, for the first."""
    parts: dict[str, FileGraph] = {}
    for data in graphs:
        parts.setdefault(str(data["id"]), to_part(data))
    called = {call.part for part in parts.values() for calls in part.calls.values() for call in calls}
    mains = [name for name in parts if name not in called] or list(parts)[:1]
    return {name: _graph(parts, name) for name in mains}


def _graph(parts: Mapping[str, FileGraph], name: str) -> Graph:
    main = parts[name]
    outputs = list(dict.fromkeys(op_id for op_id, _ in main.results if any(op.id == op_id for op in main.ops)))
    return assemble(parts, name, GraphFacts(name=name, inputs=main.args, outputs=tuple(outputs)))
