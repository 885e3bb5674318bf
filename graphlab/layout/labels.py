"""Free spots for the labels of a scope's links: beside the line, never on a box, a line or another label."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from graphlab.layout import curves
from graphlab.layout.plan import Curve
from graphlab.layout.sizes import label_width
from graphlab.shared_constants import (
    LABEL_ASIDE_PX,
    LABEL_BAND_PX,
    LABEL_CLEARANCE_PX,
    LABEL_HEIGHT_PX,
    LABEL_SLANT_PX,
    LABEL_STOPS,
    MOST_LABELED_LINES,
    TITLE_GAP_PX,
)

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


def place_labels(
    boxes: Sequence[Rectangle], lines: Sequence[Curve], labels: Sequence[tuple[str, Hashable]]
) -> list[Point | None]:
    """The middle of each line's label; None if there is no label or no room for it.

    A label comes with its owner: of several lines with the same label and owner, one shows it.
    """
    spots: list[Point | None] = [None] * len(lines)
    if len(lines) > MOST_LABELED_LINES:
        return spots
    shown_labels: set[tuple[str, Hashable]] = set()
    # The title bar of the frame is above the boxes.
    top = min((box[1] for box in boxes), default=0.0) - TITLE_GAP_PX
    samples = [curves.sample(line, 12, LABEL_HEIGHT_PX) for line in lines]
    obstacles = _Bands(boxes, (point for sample in samples for point in sample))
    for index, (label, owner) in enumerate(labels):
        if not label or (label, owner) in shown_labels:
            continue
        width = label_width(label)
        for spot in _candidates(samples[index], width):
            label_rect = _rect_around(spot, width)
            if label_rect[1] >= top and not obstacles.touch(label_rect):
                spots[index] = spot
                shown_labels.add((label, owner))
                obstacles.add(label_rect)
                break
    return spots


class _Bands:
    """Rectangles and points by horizontal band: only a few of them are near any one spot."""

    def __init__(self, rectangles: Iterable[Rectangle], points: Iterable[Point]) -> None:
        self._rectangles: dict[int, list[Rectangle]] = defaultdict(list)
        self._points: dict[int, list[Point]] = defaultdict(list)
        for rectangle in rectangles:
            self.add(rectangle)
        for point in sorted(points):
            self._points[int(point[1] // LABEL_BAND_PX)].append(point)

    def add(self, rectangle: Rectangle) -> None:
        for band in _bands_of(rectangle):
            self._rectangles[band].append(rectangle)

    def touch(self, rectangle: Rectangle) -> bool:
        """Whether anything is inside the rectangle or overlaps it."""
        left, top, right, bottom = rectangle
        for band in _bands_of(rectangle):
            for other in self._rectangles.get(band, ()):
                if other[0] < right and other[2] > left and other[1] < bottom and other[3] > top:
                    return True
            points = self._points.get(band, [])
            between = points[bisect_right(points, (left, math.inf)) : bisect_left(points, (right, -math.inf))]
            if any(top < y < bottom for _, y in between):
                return True
        return False


def _bands_of(rectangle: Rectangle) -> range:
    return range(int(rectangle[1] // LABEL_BAND_PX), int(rectangle[3] // LABEL_BAND_PX) + 1)


def _candidates(line: Sequence[Point], width: float) -> Iterator[Point]:
    """Middles for the label, right and left of each stop along the line."""
    lengths = list(accumulate((math.dist(*pair) for pair in pairwise(line)), initial=0.0))
    aside = width / 2 + LABEL_ASIDE_PX
    for stop in LABEL_STOPS:
        x, y = _point_at(line, lengths, stop * lengths[-1])
        # Beside a slanted line, the label must be further away than beside a vertical one.
        for shift in (aside, -aside, aside + LABEL_SLANT_PX, -aside - LABEL_SLANT_PX):
            yield x + shift, y


def _point_at(line: Sequence[Point], lengths: Sequence[float], length: float) -> Point:
    """The point at this distance along the line."""
    index = bisect_right(lengths, length) - 1
    if index >= len(line) - 1:
        return line[-1]
    (x0, y0), (x1, y1) = line[index], line[index + 1]
    part = (length - lengths[index]) / (lengths[index + 1] - lengths[index])
    return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part


def _rect_around(middle: Point, width: float) -> Rectangle:
    x, y = middle
    half_width, half_height = width / 2 + LABEL_CLEARANCE_PX, LABEL_HEIGHT_PX / 2 + LABEL_CLEARANCE_PX
    return (x - half_width, y - half_height, x + half_width, y + half_height)
