"""Draws links between the same two boxes apart from each other."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from graphlab.layout.curves import Curve, sample
from graphlab.layout.plan import Edge
from graphlab.shared_constants import LINES_APART_PX, LINES_NEAR_PX, LINES_SAMPLE_PX

Point = tuple[float, float]


def part_lines(edges: Sequence[Edge], lines: Sequence[Curve]) -> list[Curve]:
    """The lines, with overlapping ones between the same ends bent aside."""
    together: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
    for number, edge in enumerate(edges):
        together[edge.tail, edge.tail_at, edge.head, edge.head_at].append(number)
    new_lines = list(lines)
    for numbers in (numbers for numbers in together.values() if len(numbers) > 1):
        samples = {number: sample(lines[number], 8, LINES_SAMPLE_PX) for number in numbers}
        close = [a for a in numbers if any(a != b and _coincide(samples[a], samples[b]) for b in numbers)]
        right = _right_of(lines[numbers[0]])
        close.sort(key=lambda number: round(_dot(right, _middle(samples[number])), 1))
        for index, number in enumerate(close):
            new_lines[number] = _aside(lines[number], (index - (len(close) - 1) / 2) * LINES_APART_PX)
    return new_lines


def _coincide(a: Sequence[Point], b: Sequence[Point]) -> bool:
    """Whether half of one line's middle part is near the other line."""
    middle = a[len(a) // 4 : -(len(a) // 4) or None]
    near = sum(min(math.dist(point, other) for other in b) < LINES_NEAR_PX for point in middle)
    return near * 2 >= len(middle)


def _dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1]


def _middle(points: Sequence[Point]) -> Point:
    return points[len(points) // 2]


def _aside(line: Curve, by_px: float) -> Curve:
    """The line, with everything but its ends moved to the right of its direction."""
    x, y = _right_of(line)
    inner = [number + (y if index % 2 else x) * by_px for index, number in enumerate(line[2:-2])]
    return (*line[:2], *inner, *line[-2:])


def _right_of(line: Curve) -> Point:
    """One pixel to the right of the line's direction."""
    dx, dy = line[-2] - line[0], line[-1] - line[1]
    length = max(math.hypot(dx, dy), 1e-6)
    return -dy / length, dx / length
