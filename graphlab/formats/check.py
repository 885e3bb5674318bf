"""Checks that a graph from a file is consistent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphlab.errors import FormatError
from graphlab.graph import Body, Graph, Group, Op, Tensor


def check_graph(graph: Graph) -> None:
    """Raise FormatError for the first inconsistency in the graph."""
    for op_id in (*graph.input_ids, *graph.output_ids):
        _need(op_id in graph, f"the inputs or outputs name {op_id!r}, which does not exist")
    for group_id, group in graph.groups.items():
        _need(_is_group(group_id, group), f"the description of the group {group_id!r} is malformed")
    around: dict[str, str] = {}
    for node, data in graph.nodes(data=True):
        op: Op | None = data.get("op")
        if op is None:
            raise FormatError(f"an edge or a list names the op {node!r}, which does not exist")
        _need(isinstance(node, str) and _is_op(op), f"the description of the op {node!r} is malformed")
        _check_path(graph, op, around)
        _need(
            op.pair is None or op.pair in graph, f"the op {node!r} is the gradient of {op.pair!r}, which does not exist"
        )
        for src, port in op.inputs:
            _need(
                _has_output(graph, src, port), f"the op {node!r} reads {src!r}, output {port!r}, which does not exist"
            )
    for body in graph.bodies:
        _check_body(graph, body)
    for src, dst, data in graph.edges(data=True):
        has_port = data["control"] or (dst in graph and isinstance(data["dst_port"], int))
        _need(has_port, f"the edge from {src!r} to {dst!r} has no port")


def _need(fits: bool, otherwise: str) -> None:
    if not fits:
        raise FormatError(otherwise if len(otherwise) < 300 else f"{otherwise[:297]}...")


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


def _is_shape(shape: tuple[object, ...] | None) -> bool:
    return shape is None or all(size is None or (isinstance(size, int) and size >= 0) for size in shape)


def _check_path(graph: Graph, op: Op, around: dict[str, str]) -> None:
    """Whether the op's groups are nested as in the ops before it, which `around` collects."""
    for outer, inner in zip(("", *op.path), op.path, strict=False):
        fits = inner in graph.groups and inner.startswith(outer)
        _need(fits, f"the op {op.id!r} is in {inner!r}, which is not a group")
        first = around.setdefault(inner, outer)
        _need(first == outer, f"the group {inner!r} is both in {first or '/'!r} and in {outer or '/'!r}")


def _check_body(graph: Graph, body: Body) -> None:
    counts = all(isinstance(count, int) and count >= 0 for count in (body.first_input, body.elements))
    _need(counts, f"the body {body.group!r} of {body.call!r} is malformed")
    op_ids = (body.call, *body.args, *(src for src, _ in body.results))
    fits = _all_text((body.role, body.group, *op_ids)) and all(op_id in graph for op_id in op_ids)
    fits = fits and all(_has_output(graph, *end) for end in (*((arg, 0) for arg in body.args), *body.results))
    _need(fits, f"the body {body.group!r} of {body.call!r} names ops that do not exist")


def _has_output(graph: Graph, op_id: str, port: int) -> bool:
    op = graph.nodes[op_id].get("op") if op_id in graph else None
    return op is not None and 0 <= port < len(op.outputs)


def _all_text(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)
