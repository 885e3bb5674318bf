"""Whether a graph from a file holds together: what the page and the pictures rely on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphlab.errors import FormatError
from graphlab.graph import Body, Graph, Group, Op, Tensor

_SIMPLE = {
    "name": str,
    "kind": str,
    "untrainable": str,
    "early_training": str,
    "tells_training": bool,
    "replicas": int,
    "inputs": list,
    "outputs": list,
    "notes": list,
    "samples": list,
}
_TABLES = ("names", "weights", "versions", "scalars", "stages", "failures", "counts")
_IMAGE = "data:image/"  # how an image begins that is in the file itself: no page may ask another address for one


def check_graph(graph: Graph) -> None:
    """Raise FormatError that names the first thing in the graph that does not fit the rest."""
    _check_attributes(graph)
    for group_id, group in graph.groups.items():
        _need(_is_group(group_id, group), f"the group {group_id!r} is not described as a group is")
    around: dict[str, str] = {}
    for node, data in graph.nodes(data=True):
        op: Op | None = data.get("op")
        if op is None:
            raise FormatError(f"an edge or a list names the op {node!r}, which is not there")
        _need(isinstance(node, str) and _is_op(op), f"the op {node!r} is not described as an op is")
        _check_path(graph, op, around)
        _need(
            op.pair is None or op.pair in graph, f"the op {node!r} is the gradient of {op.pair!r}, which is not there"
        )
        for src, port in op.inputs:
            _need(_has_output(graph, src, port), f"the op {node!r} reads {src!r}, output {port!r}, which is not there")
    for body in graph.bodies:
        _check_body(graph, body)
    for src, dst, data in graph.edges(data=True):
        known = data["control"] or (dst in graph and isinstance(data["dst_port"], int))
        _need(known, f"the edge from {src!r} to {dst!r} has no port")


def _need(fits: bool, otherwise: str) -> None:
    if not fits:
        raise FormatError(otherwise if len(otherwise) < 300 else f"{otherwise[:297]}...")


def _check_attributes(graph: Graph) -> None:
    attributes = graph.graph
    for name, kind in _SIMPLE.items():
        _need(isinstance(attributes.get(name, kind()), kind), f"{name!r} is not of type {kind.__name__}")
    for name in _TABLES:
        _need(isinstance(attributes.get(name, {}), dict), f"{name!r} is not a table")
    numbers = (attributes.get("parameters", [0, 0]), *attributes.get("counts", {}).values())
    _need(all(map(_is_count, numbers)), "'parameters' or 'counts' are not two numbers each")
    _need(_all_text(graph.notes), "'notes' holds something else than text")
    for stage in attributes.get("stages", {}).values():
        named = isinstance(stage, dict) and isinstance(stage.get("names", []), list)
        _need(named and _all_text(stage.get("names", [])), "'stages' are not described as stages are")
    for sample in attributes.get("samples", []):
        _need(_is_sample(sample), "'samples' are not described as the first elements of a dataset are")
    for op_id in (*graph.input_ids, *graph.output_ids):
        _need(isinstance(op_id, str) and op_id in graph, f"the inputs or outputs name {op_id!r}, which is not there")


def _is_count(numbers: Any) -> bool:
    """Whether these are all of a layer's parameters and the trained ones."""
    if not isinstance(numbers, list) or len(numbers) != 2:
        return False
    return all(isinstance(number, int) and number >= 0 for number in numbers)


def _is_sample(sample: Any) -> bool:
    fits = isinstance(sample, dict) and {"title", "problem", "elements"} <= sample.keys()
    if not fits or not _all_text((sample["title"], sample["problem"])) or not isinstance(sample["elements"], list):
        return False
    return all(isinstance(element, list) and all(map(_is_sample_value, element)) for element in sample["elements"])


def _is_sample_value(value: Any) -> bool:
    told = isinstance(value, dict) and {"name", "tensor"} <= value.keys() and _all_text(value.values())
    return told and value.get("image", _IMAGE).startswith(_IMAGE)


def _is_group(group_id: object, group: Group) -> bool:
    texts = _all_text((group_id, group.id, group.label, group.kind, group.class_name))
    return texts and group.id == group_id and group.id.endswith("/") and isinstance(group.settings, Mapping)


def _is_op(op: Op) -> bool:
    texts = _all_text((op.id, op.type, op.device, op.problem, *op.path)) and (
        op.pair is None or isinstance(op.pair, str)
    )
    ends = all(isinstance(port, int) and isinstance(src, str) for src, port in op.inputs)
    about = op.variable is None or (_all_text((op.variable.name, op.variable.dtype)) and _is_shape(op.variable.shape))
    numbers = op.variable is None or (
        isinstance(op.variable.parameters, int) and isinstance(op.variable.trainable, bool)
    )
    layer = op.layer is None or _all_text((op.layer.path, op.layer.class_name))
    source = op.source is None or (isinstance(op.source.file, str) and isinstance(op.source.line, int))
    outputs = all(map(_is_tensor, op.outputs)) and isinstance(op.attrs, Mapping) and _all_text(op.attrs)
    return texts and ends and about and numbers and layer and source and outputs


def _is_tensor(tensor: Tensor) -> bool:
    return isinstance(tensor.dtype, str) and _is_shape(tensor.shape) and all(map(_is_tensor, tensor.elements))


def _is_shape(shape: tuple[Any, ...] | None) -> bool:
    return shape is None or all(size is None or (isinstance(size, int) and size >= 0) for size in shape)


def _check_path(graph: Graph, op: Op, around: dict[str, str]) -> None:
    """Whether the op's groups lie in each other as those of the ops before it do, which `around` gathers."""
    for outer, inner in zip(("", *op.path), op.path, strict=False):
        fits = inner in graph.groups and inner.startswith(outer)
        _need(fits, f"the op {op.id!r} lies in {inner!r}, which is not a group there")
        first = around.setdefault(inner, outer)
        _need(first == outer, f"the group {inner!r} lies in {first or '/'!r} and in {outer or '/'!r}")


def _check_body(graph: Graph, body: Body) -> None:
    counts = all(isinstance(count, int) and count >= 0 for count in (body.first_input, body.elements))
    _need(counts, f"the body {body.group!r} of {body.call!r} is not described as a body is")
    named = (body.call, *body.args, *(src for src, _ in body.results))
    fits = _all_text((body.role, body.group, *named)) and all(op_id in graph for op_id in named)
    fits = fits and all(_has_output(graph, *end) for end in (*((arg, 0) for arg in body.args), *body.results))
    _need(fits, f"the body {body.group!r} of {body.call!r} names ops that are not there")


def _has_output(graph: Graph, op_id: str, port: int) -> bool:
    op = graph.nodes[op_id].get("op") if op_id in graph else None
    return op is not None and 0 <= port < len(op.outputs)


def _all_text(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)
