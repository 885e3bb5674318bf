"""A graph as Model Explorer's JSON: every op, with shapes on its edges and called bodies as subgraphs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from graphlab.errors import GraphlabError
from graphlab.graph import Body, Graph, Group, JsonValue, Op, Tensor

VERSION = 2
CONTROL_ID = "control"
# Model Explorer splits namespaces at ";" and reads "\/" as a slash inside a name.
NAMESPACE = str.maketrans({";": "；", "\\": "＼"})

Attributes = list[tuple[str, JsonValue]]


def save_model_explorer(graph: Graph, path: Path) -> None:
    """Write the graph. Raises GraphlabError if the file cannot be written."""
    try:
        path.write_text(json.dumps(to_collection(graph), allow_nan=False), encoding="utf-8")
    except OSError as error:
        raise GraphlabError(f"cannot write {str(path)!r}: {error.strerror}") from error


def to_collection(graph: Graph) -> dict[str, JsonValue]:
    """Model Explorer's GraphCollection: the graph, then one for each function, loop part or branch that an op calls."""
    bodies = {body.group: body for body in graph.bodies}
    main = graph.name or graph.kind
    # Sorted by name, the whole graph comes first, then the bodies that it calls.
    names = {group_id: f"{main}/{group_id.rstrip('/')}" for group_id in bodies}
    members: dict[str, list[Op]] = {main: [], **{name: [] for name in names.values()}}
    home: dict[str, str] = {}
    for op in graph.ops():
        body = _body_of(op, bodies)
        home[op.id] = names[body.group] if body else main
        members[home[op.id]].append(op)
    called: dict[str, list[Body]] = {op_id: [] for op_id in home}
    for body in graph.bodies:
        called[body.call].append(body)
    tops = {main: "", **{name: group_id for group_id, name in names.items()}}
    about: dict[str, dict[str, str]] = {main: _about_graph(graph)}
    about |= {names[body.group]: _about_body(body) for body in graph.bodies}
    groups = {name: _groups(graph, ops, tops[name], called) for name, ops in members.items()}
    graphs: list[JsonValue] = [
        {
            "id": name,
            "nodes": [_node(graph, op, tops[name], home, [names[body.group] for body in called[op.id]]) for op in ops],
            "groupNodeAttributes": {"": about[name]} | groups[name],
            "nodeLabelsToHide": [],  # By default Model Explorer hides constants and variable reads.
        }
        for name, ops in members.items()
    ]
    return {"label": main, "graphs": graphs, "graphSorting": "name_asc", "graphlab": VERSION}


def namespace(group_id: str, top: str) -> str:
    """The name of a group in Model Explorer's form, relative to the group `top`."""
    return group_id.removeprefix(top).rstrip("/").translate(NAMESPACE)


def _body_of(op: Op, bodies: Mapping[str, Body]) -> Body | None:
    """The innermost body that contains an op. A call of a function is in the function's group but not in its body."""
    for group_id in reversed(op.path):
        body = bodies.get(group_id)
        if body is not None and body.call != op.id:
            return body
    return None


def _node(graph: Graph, op: Op, top: str, home: Mapping[str, str], subgraphs: list[str]) -> dict[str, JsonValue]:
    inside = home[op.id]
    edges = [_edge(src, str(port), str(index)) for index, (src, port) in enumerate(op.inputs) if home[src] == inside]
    edges += [
        _edge(src, CONTROL_ID, CONTROL_ID)
        for src, _, key in graph.in_edges(op.id, keys=True)
        if key == "^" and home[src] == inside
    ]
    return {
        "id": op.id,
        "label": op.type,
        "namespace": namespace(op.path[-1], top) if op.path else "",
        "attrs": _pairs(_attributes(graph, op, home)),
        "incomingEdges": edges,
        "outputsMetadata": [
            {"id": str(port), "attrs": _pairs(_tensor(tensor))} for port, tensor in enumerate(op.outputs)
        ],
        "subgraphIds": subgraphs,
    }


def _edge(source: str, output_id: str, input_id: str) -> dict[str, str]:
    return {"sourceNodeId": source, "sourceNodeOutputId": output_id, "targetNodeInputId": input_id}


def _tensor(tensor: Tensor) -> Attributes:
    attributes: Attributes = [("tensor_shape", str(tensor))]
    if tensor.elements:
        attributes.append(("held in", str(Tensor(tensor.dtype, tensor.shape))))
    return attributes


def _attributes(graph: Graph, op: Op, home: Mapping[str, str]) -> Attributes:
    """TensorFlow's attributes, then other facts, whose keys contain a space because no attribute's name does."""
    attributes: Attributes = [("__value" if name == "value" else name, value) for name, value in op.attrs.items()]
    if op.layer:
        attributes += [("keras layer", op.layer.path), ("layer class", op.layer.class_name)]
    if op.variable:
        variable = op.variable
        attributes += [("variable name", variable.name), ("variable tensor", str(variable))]
        attributes += [("is trainable", variable.trainable), ("parameter count", variable.parameters)]
    if op.source:
        attributes.append(("source line", f"{op.source.file}:{op.source.line}"))
        text = graph.facts.code.get(op.source.file, {}).get(op.source.line)
        attributes += [("source text", text)] if text else []
    if op.pair:
        attributes.append(("gradient of", op.pair))
    outside: dict[str, JsonValue] = {
        str(index): [src, port] for index, (src, port) in enumerate(op.inputs) if home[src] != home[op.id]
    }
    rest: Attributes = [("placed on", op.device), ("what is wrong", op.problem), ("reads from outside", outside)]
    return attributes + [(key, value) for key, value in rest if value]


def _pairs(attributes: Attributes) -> list[dict[str, JsonValue]]:
    return [{"key": key, "value": spell(value)} for key, value in attributes]


def spell(value: JsonValue) -> str:
    """A value as text: JSON, or a string as it is unless it could be mistaken for JSON."""
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return value
    return json.dumps(value)


def _groups(graph: Graph, ops: Iterable[Op], top: str, called: Mapping[str, list[Body]]) -> dict[str, dict[str, str]]:
    """The facts about the groups inside `top`, including those of the bodies that the ops call."""
    ids: dict[str, None] = {}
    for op in ops:
        ids |= dict.fromkeys([*op.path, *(body.group for body in called[op.id])])
    return {
        namespace(group_id, top): _about_group(graph.groups[group_id]) for group_id in ids if len(group_id) > len(top)
    }


def _about_group(group: Group) -> dict[str, str]:
    about: dict[str, JsonValue] = {"label": group.label, "kind": group.kind, "class": group.class_name}
    about["settings"] = dict(group.settings)
    about["source line"] = f"{group.source.file}:{group.source.line}" if group.source else ""
    return {key: spell(value) for key, value in about.items() if value}


def _about_graph(graph: Graph) -> dict[str, str]:
    about: dict[str, JsonValue] = {"name": graph.name, "kind": graph.kind}
    about |= {"inputs": list(graph.input_ids), "outputs": list(graph.output_ids), "names": dict(graph.facts.names)}
    about |= {"notes": list(graph.notes), "versions": dict(graph.facts.versions)}
    return {key: spell(value) for key, value in about.items() if value}


def _about_body(body: Body) -> dict[str, str]:
    about: dict[str, JsonValue] = {"called by": body.call, "role": body.role, "group": body.group}
    about |= {"arguments": list(body.args), "results": list(body.results), "first input": body.first_input}
    about |= {"elements": body.elements} if body.elements else {}
    return {key: spell(value) for key, value in about.items()}
