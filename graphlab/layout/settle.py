"""Moves boxes beside a tall frame to where their links are short: dot leaves them at half the frame's height."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graphlab.layout.curves import Curve, finish, restart
from graphlab.layout.plan import CENTRE, Edge, Item
from graphlab.shared_constants import LEAST_MOVE_PX

Points = list[tuple[float, float]]


def settle(
    items: Sequence[Item], edges: Sequence[Edge], middles: Points, lines: Sequence[Curve], *, gap_px: float
) -> tuple[Points, list[Curve]]:
    """Items without inputs sink to the bottom of their row, items without outputs rise to its top."""
    heads, tails = {edge.head for edge in edges}, {edge.tail for edge in edges}
    rows: dict[float, list[int]] = defaultdict(list)
    for index in range(len(items)):
        rows[round(middles[index][1])].append(index)
    moves: dict[int, float] = {}
    borders: dict[int, float] = {}
    for row in rows.values():
        tallest = max(items[index].height_px for index in row)
        for index in row:
            room = (tallest - items[index].height_px) / 2
            if room >= LEAST_MOVE_PX and (index in heads) != (index in tails):
                moves[index] = room if index in tails else -room
                borders[index] = middles[index][1] + (tallest / 2 if index in tails else -tallest / 2)
    new_middles = [(x, y + moves.get(index, 0)) for index, (x, y) in enumerate(middles)]
    new_lines = list(lines)
    for number, edge in enumerate(edges):
        if edge.tail in moves:
            x = _port_x(items[edge.tail], middles[edge.tail][0], items[edge.tail].bottoms, edge.tail_at)
            new_lines[number] = restart(new_lines[number], x, borders[edge.tail], gap_px)
        if edge.head in moves:
            x = _port_x(items[edge.head], middles[edge.head][0], items[edge.head].tops, edge.head_at)
            new_lines[number] = finish(new_lines[number], x, borders[edge.head], gap_px)
    return new_middles, new_lines


def _port_x(item: Item, middle: float, ports: Sequence[float], at: int) -> float:
    """Where an edge attaches: at a port of the item, or at its middle."""
    return middle if at == CENTRE else middle - item.width_px / 2 + ports[at]
