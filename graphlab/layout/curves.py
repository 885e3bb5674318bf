"""Cubic Bezier curves as flat tuples of control points (x0, y0, x1, y1, ...), 1 + 3n of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from graphlab.shared_constants import CURVE_HALVINGS, CURVE_JOINED_PX, CURVE_PULL, CURVE_STEPS

Curve = tuple[float, ...]


def straight(x0: float, y0: float, x1: float, y1: float) -> Curve:
    """A straight line."""
    return (x0, y0, x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3, x1 - (x1 - x0) / 3, y1 - (y1 - y0) / 3, x1, y1)


def vertical(x0: float, y0: float, x1: float, y1: float) -> Curve:
    """A curve that leaves and arrives vertically."""
    middle = (y0 + y1) / 2
    return (x0, y0, x0, middle, x1, middle, x1, y1)


def horizontal(x0: float, y0: float, x1: float, y1: float) -> Curve:
    """A curve that leaves and arrives horizontally."""
    middle = (x0 + x1) / 2
    return (x0, y0, middle, y0, middle, y1, x1, y1)


def through(points: Sequence[tuple[float, float]]) -> Curve:
    """A curve through the points that runs vertically at each of them."""
    (x, y), *following = points
    curve: list[float] = [x, y]
    for next_x, next_y in following:
        curve.extend(vertical(x, y, next_x, next_y)[2:])
        x, y = next_x, next_y
    return tuple(curve)


def rounded(points: Sequence[tuple[float, float]], radius_px: float = 8) -> Curve:
    """Straight lines through the points with rounded corners."""
    curve: list[float] = list(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before, radius_px), _towards(corner, after, radius_px)
        curve.extend(straight(curve[-2], curve[-1], *start)[2:])
        curve.extend((*corner, *corner, *end))
    curve.extend(straight(curve[-2], curve[-1], *points[-1])[2:])
    return tuple(curve)


def move(curve: Curve, dx: float, dy: float) -> Curve:
    """The curve shifted."""
    return tuple(number + (dy if index % 2 else dx) for index, number in enumerate(curve))


def reverse(curve: Curve) -> Curve:
    """The same curve from its other end."""
    return tuple(number for index in range(len(curve) - 2, -1, -2) for number in curve[index : index + 2])


def join(curves: Sequence[Curve]) -> Curve:
    """One curve from pieces that follow each other, gaps closed by straight lines."""
    points = list(curves[0])
    for curve in curves[1:]:
        if abs(points[-2] - curve[0]) > CURVE_JOINED_PX or abs(points[-1] - curve[1]) > CURVE_JOINED_PX:
            points.extend(straight(points[-2], points[-1], curve[0], curve[1])[2:])
        points.extend(curve[2:])
    return tuple(points)


def pin(curve: Curve, start: tuple[float, float], end: tuple[float, float]) -> Curve:
    """The curve with its ends moved to exact places, each with its control point."""
    x0, y0 = start[0] - curve[0], start[1] - curve[1]
    x1, y1 = end[0] - curve[-2], end[1] - curve[-1]
    first = (curve[0] + x0, curve[1] + y0, curve[2] + x0, curve[3] + y0)
    last = (curve[-4] + x1, curve[-3] + y1, curve[-2] + x1, curve[-1] + y1)
    return (*first, *curve[4:-4], *last)


def restart(curve: Curve, x: float, y: float, lead_px: float) -> Curve:
    """The downward curve, started at (x, y) instead, vertically, and joined again `lead_px` below y."""
    rest = below(curve, y + lead_px)
    end_x, end_y = rest[0], rest[1]
    # The last control point follows the curve's own direction, so that the join has no kink.
    before = curve[-4:] if len(rest) == 2 else rest
    dx, dy = before[2] - before[0], before[3] - before[1]
    pull = CURVE_PULL * math.hypot(end_x - x, end_y - y) / max(math.hypot(dx, dy), 1e-6)
    # Never back above y, into the row of the boxes that the curve comes from.
    pull = min(pull, (end_y - y) / dy) if dy > 0 else pull
    return (x, y, x, (y + end_y) / 2, end_x - dx * pull, end_y - dy * pull, *rest)


def finish(curve: Curve, x: float, y: float, lead_px: float) -> Curve:
    """The downward curve, ended at (x, y) instead, vertically, from `lead_px` above y on."""
    return reverse(_mirror(restart(_mirror(reverse(curve)), x, -y, lead_px)))


def sample(curve: Curve, per_piece: int = 8, apart_px: float = math.inf) -> list[tuple[float, float]]:
    """Points along the curve, including its ends: at least so many per piece, more if they would be further apart."""
    points = [(curve[0], curve[1])]
    for start in range(0, len(curve) - 2, 6):
        x0, y0, x1, y1, x2, y2, x3, y3 = curve[start : start + 8]
        steps = max(per_piece, min(math.ceil((abs(x3 - x0) + abs(y3 - y0)) / apart_px), CURVE_STEPS))
        points += [
            (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in _weights(steps)
        ]
    return points


@cache
def _weights(steps: int) -> tuple[tuple[float, float, float, float], ...]:
    """The weights of a piece's four control points in the point after each step (Bernstein)."""
    parts = (step / steps for step in range(1, steps + 1))
    return tuple(((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3) for t in parts)


def _towards(corner: tuple[float, float], other: tuple[float, float], radius_px: float) -> tuple[float, float]:
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1e-9)
    part = min(radius_px, length / 2) / length
    return corner[0] + dx * part, corner[1] + dy * part


def _mirror(curve: Curve) -> Curve:
    """The curve mirrored at y = 0."""
    return tuple(-number if index % 2 else number for index, number in enumerate(curve))


def below(curve: Curve, y: float) -> Curve:
    """The rest of a downward curve after it last crosses the height y; only its end point if it ends above."""
    for start in range(len(curve) - 8, -1, -6):
        if curve[start + 1] <= y:
            tail = _split(curve[start : start + 8], y)
            return (*tail, *curve[start + 8 :])
    return curve


def _split(piece: Curve, y: float) -> Curve:
    """The part of one downward piece below the height y, found by bisection."""
    if piece[7] <= y:
        return piece[6:8]
    y0, y1, y2, y3 = piece[1::2]
    low, high = 0.0, 1.0
    for _ in range(CURVE_HALVINGS):
        t = (low + high) / 2
        s = 1 - t
        if s * s * s * y0 + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t * t * t * y3 <= y:
            low = t
        else:
            high = t
    return _casteljau(piece, high)


def _casteljau(piece: Curve, t: float) -> Curve:
    """The second of the two curves into which the parameter t cuts a piece."""
    points = [(piece[index], piece[index + 1]) for index in range(0, 8, 2)]
    right = [points[-1]]
    while len(points) > 1:
        points = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for (x0, y0), (x1, y1) in pairwise(points)]
        right.append(points[-1])
    return tuple(number for point in reversed(right) for number in point)
