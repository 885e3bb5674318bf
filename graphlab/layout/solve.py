"""Turns one scope's task into its plan: drawn by dot or by layers, labels placed, coordinates moved to its corner."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphlab.layout import curves
from graphlab.layout.labels import place_labels
from graphlab.layout.parting import part_lines
from graphlab.layout.plan import Curve, Edge, Item, Plan, Task
from graphlab.layout.sizes import label_width

Points = list[tuple[float, float]]
Draw = Callable[[Sequence[Item], int, int, Sequence[Edge]], tuple[Points, list[Curve]]]


def solve(task: Task, items: Sequence[Item], draw: Draw) -> Plan:
    """The task's plan with this drawing function; `items` are its items with all sizes known."""
    middles, raw_lines = draw(items, task.top_count, task.bottom_count, task.edges)
    lines = part_lines(task.edges, raw_lines)
    corners = [(x - item.width_px / 2, y - item.height_px / 2) for item, (x, y) in zip(items, middles, strict=False)]
    boxes = [(x, y, x + item.width_px, y + item.height_px) for item, (x, y) in zip(items, corners, strict=True)]
    spots = place_labels(boxes, lines, [(edge.label, (edge.tail, edge.tail_at)) for edge in task.edges])
    left, top = (min((box[side] for box in boxes), default=0.0) for side in (0, 1))
    right, bottom = (max((box[side] for box in boxes), default=0.0) for side in (2, 3))
    # A curve stays within its control points: most need no closer look.
    wide = [line for line in lines if min(line[::2]) < left or max(line[::2]) > right]
    least, most = _reach(task, wide, spots)
    first_bottom = len(items) + task.top_count
    return Plan(
        width_px=right - left,
        height_px=bottom - top,
        left_px=max(left - least, 0.0),
        right_px=max(most - right, 0.0),
        places=_shift(corners, -left, -top),
        tops=_shift(middles[len(items) : first_bottom], -left, -top),
        bottoms=_shift(middles[first_bottom:], -left, -top),
        curves=tuple(tuple(round(n, 2) for n in curves.move(line, -left, -top)) for line in lines),
        labels=tuple(_shift([spot], -left, -top)[0] if spot else None for spot in spots),
    )


def _reach(task: Task, lines: Sequence[Curve], spots: Sequence[tuple[float, float] | None]) -> tuple[float, float]:
    """The minimum and maximum x of all lines and labels."""
    xs = [x for line in lines for x, _ in curves.sample(line)]
    for edge, spot in zip(task.edges, spots, strict=True):
        if spot:
            xs += [spot[0] - label_width(edge.label) / 2, spot[0] + label_width(edge.label) / 2]
    return min(xs, default=float("inf")), max(xs, default=float("-inf"))


def _shift(points: Sequence[tuple[float, float]], dx: float, dy: float) -> tuple[tuple[float, float], ...]:
    return tuple((round(x + dx, 2), round(y + dy, 2)) for x, y in points)
