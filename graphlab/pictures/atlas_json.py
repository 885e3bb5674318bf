"""An atlas, and what can be inspected and searched in a graph, as the JSON for the one-file viewer.

Lengths are in tenths of a pixel. A child of a scope is a number: an op's index among the shown ops, or -1 minus a
group's index among the groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from graphlab.graph import Graph, JsonValue, display_name
from graphlab.inspector import Detail, Samples, Section, inspect, overview
from graphlab.json_value import as_object
from graphlab.layout.cells import Cell, link_pill
from graphlab.layout.compose import link_weight
from graphlab.layout.curves import Curve, move
from graphlab.layout.scene import box_to_json, frame_to_json
from graphlab.layout.scopes import Node, Segment
from graphlab.layout.sizes import frame_title_width
from graphlab.layout.tasks import INSIDE
from graphlab.layout.tensors import CONTROL
from graphlab.pictures.atlas import Sheet
from graphlab.shared_constants import LINK_DASHES
from graphlab.view import Box, Folded, Link, Open
from graphlab.view.labels import frame_of_group
from graphlab.view.links import styled_wires

Json = dict[str, object]
STYLES = {style: number for number, style in enumerate(LINK_DASHES)}
PILLS, GRID = 0, 1


def atlas_to_json(folded: Folded, sheets: Sequence[Sheet], opened: Open) -> Json:
    """Boxes, frames, wires and sheets of a level of detail; `opened` are the groups that are open at first."""
    closed = [sheet for sheet in sheets if not sheet.frames]
    group_ids = group_ids_of(sheets)
    numbers = {op_id: index for index, op_id in enumerate(folded.paths)}
    numbers |= {group_id: -1 - index for index, group_id in enumerate(group_ids)}
    boxes = {box.id: box for sheet in sheets for box in sheet.boxes.values()}
    wires, labels, outputs = _wires(folded, numbers)
    return {
        "opened": sorted(opened),
        "boxes": [as_object(box_to_json(boxes[op_id])) for op_id in folded.paths],
        "groups": [_group(folded, boxes[group_id]) for group_id in group_ids],
        "wires": wires,
        "labels": labels,
        "outputs": outputs,
        "sheets": [_sheet(sheet, numbers) for sheet in closed],
        "asSeen": [
            {"group": -1 - numbers.get(sheet.id, 0), **_sheet(sheet, numbers)} for sheet in sheets if sheet.frames
        ],
        "standsFor": [numbers[folded.stands_for[op.id]] for op in folded.graph.ops()],
    }


def group_ids_of(sheets: Sequence[Sheet]) -> list[str]:
    """The ids of an atlas's groups in the order of their numbers."""
    return [sheet.id for sheet in sheets if not sheet.frames and sheet.id]


def inspector_to_json(folded: Folded) -> Json:
    """The inspector's parts for each box, by its id; under "", those shown while nothing is selected."""
    group_ids = dict.fromkeys(group_id for path in folded.paths.values() for group_id in path)
    details = {box_id: _parts(inspect(folded, box_id)) for box_id in (*folded.paths, *group_ids)}
    return {**details, "": _parts(overview(folded))}


def names_to_json(graph: Graph) -> Json:
    """The names that can be searched: every op and every group, with the first op inside it."""
    first: dict[str, int] = {}
    ops: list[JsonValue] = []
    for index, op in enumerate(graph.ops()):
        for group_id in op.path:
            first.setdefault(group_id, index)
        layer = [op.layer.path, op.layer.class_name] if op.layer else ["", ""]
        variable = [op.variable.name, display_name(op)] if op.variable else ["", ""]
        ops.append([op.id, op.type, *layer, *variable, op.path[-1] if op.path else ""])
    groups: list[JsonValue] = [
        [group.id, group.label, group.class_name, group.kind, group.parent_id, first.get(group.id, -1)]
        for group in graph.groups.values()
    ]
    return {"ops": ops, "groups": groups}


def _group(folded: Folded, box: Box) -> Json:
    """A group as a box and as a frame, without the frame's depth, which depends on the scene."""
    frame = frame_of_group(folded, box.id, box.parent, 0, folded.totals[box.id])
    words = {"box": as_object(box_to_json(box)), "frame": as_object(frame_to_json(frame))}
    return {**words, "titleWidth": frame_title_width(frame)}


def _wires(
    folded: Folded, numbers: Mapping[str, int]
) -> tuple[list[list[int]], list[list[JsonValue]], list[JsonValue]]:
    """Wires between different shown ops as [src, dst, style, output, label], the labels with their weights, outputs.

    Wires from one output of one op have the same `output`: the number of a port, or of [op, port] if another op
    represents the op.
    """
    outputs: dict[tuple[str, int | None], int] = {}
    labels: dict[str, tuple[int, float]] = {}
    wires = []
    for style, wire in styled_wires(folded):
        src, dst = folded.stands_for[wire.src], folded.stands_for[wire.dst]
        if src == dst:
            continue
        output = outputs.setdefault((wire.src, wire.src_port), len(outputs))
        label = -1
        if wire.tensor is not None:
            weight = round(link_weight(Link(src, dst, (wire,))), 2)
            label, _ = labels.setdefault(str(wire.tensor), (len(labels), weight))
        wires.append([numbers[src], numbers[dst], STYLES[style], output, label])
    json_outputs: list[JsonValue] = [_output(folded, op_id, port) for op_id, port in outputs]
    return wires, [[words, weight] for words, (_, weight) in labels.items()], json_outputs


def _output(folded: Folded, op_id: str, port: int | None) -> int | list[JsonValue]:
    port_number = CONTROL if port is None else port
    return port_number if folded.stands_for[op_id] == op_id else [op_id, port_number]


def _sheet(sheet: Sheet, numbers: Mapping[str, int]) -> Json:
    scope, plan, task = sheet.task.scope, sheet.plan, sheet.task
    index_of = {child: index for index, child in enumerate(scope.children)}
    rects: list[list[int]] = [[]] * len(index_of)
    cells, ins, outs = [], [], []
    for cell, (x, y) in zip(task.cells, plan.places, strict=True):
        if cell.frame_id:
            size = sheet.frames[cell.frame_id]
            rects[index_of[cell.frame_id]] = _tenths((x, y, size.width_px, size.height_px))
        for member in cell.members:
            corner = (x + member.x_px, y + member.y_px)
            rects[index_of[member.box.id]] = _tenths((*corner, member.width_px, member.height_px))
        if len(cell.members) > 1:
            cells.append(_cell(cell, x, y, index_of))
            ins += _stubs(((box_id, stub) for box_id, (_, stub) in cell.entries.items()), x, y, index_of)
            outs += _stubs(((box_id, stub) for box_id, (_, stub) in cell.exits.items()), x, y, index_of)
    keys = (*scope.tops, *scope.bottoms)
    node_of = {**index_of, **{f"port {key}": len(index_of) + index for index, key in enumerate(keys)}}
    ports = [sheet.ports[key] for key in keys]
    return {
        "children": [numbers[child] for child in scope.children],
        "open": [index_of[child] for child in sheet.frames],
        "rects": [number for rect in rects for number in rect],
        "reach": _tenths((plan.left_px, plan.right_px)),
        "shape": _tenths((sheet.shape.width_px, sheet.shape.height_px, sheet.shape.x_px, sheet.shape.y_px)),
        "cells": cells,
        "ins": ins,
        "outs": outs,
        "tops": [number for point in plan.tops for number in _tenths(point)],
        "bottoms": [number for point in plan.bottoms for number in _tenths(point)],
        "ports": [[numbers[port.neighbour], STYLES[port.style], int(port.flipped)] for port in ports],
        "lines": [_line(sheet, segment, label, node_of) for segment, label in sheet.labels.items()],
    }


def _cell(cell: Cell, x: float, y: float, place_of: Mapping[str, int]) -> list[int]:
    """A cell of several boxes: [kind, the x of its main line, x, y, width, height, its boxes ...]."""
    kind = GRID if len(cell.entries) > 1 else PILLS
    children = [place_of[member.box.id] for member in cell.members]
    return [kind, *_tenths((x + cell.bottoms[0], x, y, cell.width_px, cell.height_px)), *children]


def _stubs(stubs: Iterable[tuple[str, Curve]], x: float, y: float, place_of: Mapping[str, int]) -> list[list[int]]:
    """The curves between boxes and the border of their cell, each after its box."""
    return [[place_of[box_id], *_tenths(move(stub, x, y))] for box_id, stub in stubs if stub]


def _line(sheet: Sheet, segment: Segment, label: str, node_of: Mapping[str, int]) -> list[JsonValue]:
    """[tail, head, style, does the data run up, is it inside a cell, label, the label's spot, weight, curve ...]."""
    task, edge = sheet.task, sheet.task.edges[segment]
    ends = [node_of[_name(segment.tail)], node_of[_name(segment.head)]]
    how = [STYLES[segment.style], int(segment.flipped), int(edge == INSIDE)]
    if edge == INSIDE:
        cell = task.cell_of[segment.tail.name]
        curve = move(link_pill(task.cells[cell], segment), *sheet.plan.places[cell])
        return [*ends, *how, label, None, 0, *_tenths(curve)]
    spot = sheet.plan.labels[edge] if label == task.task.edges[edge].label else None
    label_spot = None if spot is None else _tenths(spot)
    return [*ends, *how, label, label_spot, task.task.edges[edge].weight, *_tenths(sheet.plan.curves[edge])]


def _name(node: Node) -> str:
    return node.name if node.kind in ("box", "frame") else f"port {node.key}"


def _tenths(numbers: Iterable[float]) -> list[int]:
    return [round(10 * number) for number in numbers]


def _parts(parts: Iterable[Detail]) -> list[Json]:
    json_parts = []
    for part in parts:
        fields = dict(vars(part))
        if isinstance(part, Section):
            fields["parts"] = _parts(part.parts)
        elif isinstance(part, Samples):
            fields = asdict(part)
        json_parts.append({"is": type(part).__name__, **{key: value for key, value in fields.items() if value}})
    return json_parts
