"""Lays out a scope with Graphviz's dot through pygraphviz's library. Runs only in the layout worker."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NotRequired, TypedDict

from graphlab.errors import LayoutError
from graphlab.layout import curves
from graphlab.layout.plan import CENTRE, Curve, Edge, Item
from graphlab.layout.settle import settle
from graphlab.shared_constants import ITEM_GAP_PX

RANK_GAP_PX = 38
PORT_GAP_PX = 4
LEAD_PX = 30  # of an edge at a port, made vertical so that the pieces of a link join without a kink
TABLE_MAX_PX = 65_000  # Graphviz stores sizes of table cells in 16 bits
Points = list[tuple[float, float]]


class _Node(TypedDict):
    name: str
    pos: NotRequired[str]


class _Edge(TypedDict):
    comment: str
    pos: NotRequired[str]


class _Answer(TypedDict, total=False):
    """The parts of dot's JSON that are read."""

    objects: list[_Node]
    edges: list[_Edge]


def draw_by_dot(
    items: Sequence[Item], top_count: int, bottom_count: int, edges: Sequence[Edge]
) -> tuple[Points, list[Curve]]:
    """The middle of every node and the curve of every edge, y down. Raises LayoutError if dot gives up."""
    import pygraphviz

    text = _to_dot(items, top_count, bottom_count, edges)
    try:
        answer: _Answer = json.loads(pygraphviz.AGraph(string=text).draw(format="json0", prog="dot"))
    except ValueError as error:
        raise LayoutError(f"dot gave up on a scope of {len(items)} boxes: {error}") from error
    middles = _read_middles(answer, len(items) + top_count + bottom_count)
    if len(answer.get("edges", ())) != len(edges) or any("pos" not in edge for edge in answer.get("edges", ())):
        raise LayoutError(f"dot lost an edge of a scope of {len(items)} boxes")
    lines: list[Curve] = [()] * len(edges)
    for edge in answer.get("edges", ()):
        lines[int(edge["comment"])] = _read_curve(edge["pos"])
    attached = [_attach(line, edge, items, middles) for line, edge in zip(lines, edges, strict=True)]
    return settle(items, edges, middles, attached, gap_px=RANK_GAP_PX)


def _to_dot(items: Sequence[Item], top_count: int, bottom_count: int, edges: Sequence[Edge]) -> str:
    first_top, first_bottom = len(items), len(items) + top_count
    lines = [
        "digraph {",
        f"graph [ranksep={RANK_GAP_PX / 72}, nodesep={ITEM_GAP_PX / 72}, splines=true, outputorder=edgesfirst, "
        "nslimit=20, mclimit=1];",
        'node [shape=box, fixedsize=true, label="", margin=0]; edge [dir=none];',
    ]
    lines += [f"n{index} [{_item_attributes(item)}];" for index, item in enumerate(items)]
    for rank, start, count in (("source", first_top, top_count), ("sink", first_bottom, bottom_count)):
        ports = [f"n{index} [width=0.1, height=0.01];" for index in range(start, start + count)]
        if ports:
            lines.append(f"{{rank={rank}; {' '.join(ports)}}}")
    for index, edge in enumerate(edges):
        tail = _end(edge.tail, edge.tail_at, "b", "s", items)
        head = _end(edge.head, edge.head_at, "t", "n", items)
        lines.append(f"{tail} -> {head} [weight={edge.weight}, comment={index}];")
    return "\n".join([*lines, "}"])


def _end(node: int, at: int, row: str, side: str, items: Sequence[Item]) -> str:
    at_port = node < len(items) and at != CENTRE and _has_ports(items[node])
    return f"n{node}:{row}{at}:{side}" if at_port else f"n{node}"


def _has_ports(item: Item) -> bool:
    return bool(item.tops or item.bottoms) and max(item.width_px, item.height_px) < TABLE_MAX_PX


def _item_attributes(item: Item) -> str:
    if not _has_ports(item):
        return f"width={item.width_px / 72:.4f}, height={item.height_px / 72:.4f}"
    # Only on a table does dot attach edges at a given x.
    width, height = round(item.width_px), round(item.height_px)
    rows = [
        _port_row("t", item.tops, width),
        f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{max(height - 4, 2)}"></TD>',
        _port_row("b", item.bottoms, width),
    ]
    return f"shape=plain, fixedsize=false, label=<{_table(f'<TR>{row}</TR>' for row in rows)}>"


def _port_row(row: str, ports: Sequence[float], width: int) -> str:
    """A cell two pixels high with a cell two pixels wide around each port."""
    order = sorted(range(len(ports)), key=lambda port: ports[port])
    starts = [min(max(round(ports[port]) - 1, 0), width - 2) for port in order]
    for left, right in pairwise(range(len(starts))):
        starts[right] = max(starts[right], starts[left] + PORT_GAP_PX)
    cells, used = [], 0
    for port, start in zip(order, starts, strict=True):
        cells.append(_spacer(start - used) + f'<TD PORT="{row}{port}" FIXEDSIZE="TRUE" WIDTH="2" HEIGHT="2"></TD>')
        used = start + 2
    inside = _table([f"<TR>{''.join(cells)}{_spacer(width - used)}</TR>"])
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="2">{inside}</TD>'


def _spacer(width: int) -> str:
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="2"></TD>' if width > 0 else ""


def _table(rows: Iterable[str]) -> str:
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(rows)}</TABLE>'


def _read_middles(answer: _Answer, count: int) -> Points:
    middles: Points = [(0.0, 0.0)] * count
    for node in answer.get("objects", ()):
        if node["name"][0] == "n" and "pos" in node:
            x, y = node["pos"].split(",")
            middles[int(node["name"][1:])] = (float(x), -float(y))
    return middles


def _read_curve(pos: str) -> Curve:
    numbers: list[float] = []
    for point in pos.split():
        x, y = point.split(",")
        numbers += [float(x), -float(y)]
    return tuple(numbers)


def _attach(line: Curve, edge: Edge, items: Sequence[Item], middles: Points) -> Curve:
    """The curve with its ends exactly on the borders: dot rounds, and shifts ports that are close together."""
    start, end = (line[0], line[1]), (line[-2], line[-1])
    if edge.tail >= len(items):
        start = middles[edge.tail]
    elif edge.tail_at != CENTRE:
        item, (x, y) = items[edge.tail], middles[edge.tail]
        start = (x - item.width_px / 2 + item.bottoms[edge.tail_at], y + item.height_px / 2)
    if edge.head >= len(items):
        end = middles[edge.head]
    elif edge.head_at != CENTRE:
        item, (x, y) = items[edge.head], middles[edge.head]
        end = (x - item.width_px / 2 + item.tops[edge.head_at], y - item.height_px / 2)
    line = curves.pin(line, start, end)
    if edge.tail_at != CENTRE or edge.tail >= len(items):
        line = curves.restart(line, *start, LEAD_PX)
    if edge.head_at != CENTRE or edge.head >= len(items):
        line = curves.finish(line, *end, LEAD_PX)
    return line
