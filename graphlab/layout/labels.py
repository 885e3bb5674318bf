"""Free spots for the labels of a scope's links: beside the line, never on a box, a line or another label."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from graphlab.layout import curves
from graphlab.layout.plan import TITLE_GAP_PX, Curve
from graphlab.layout.sizes import LABEL_HEIGHT_PX, label_width

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom
Floats = NDArray[np.float64]

LINE_GAP_PX = 6
CLEARANCE_PX = 2
MAX_LABELS = 600
# Where along the line to try, best first: its middle, then towards its ends.
STOPS = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9)


def place_labels(
    boxes: Sequence[Rectangle], lines: Sequence[Curve], labels: Sequence[tuple[str, Hashable]]
) -> list[tuple[float, float] | None]:
    """The middle of each line's label; None where there is no label or no room for it.

    A label comes with its owner: of several lines with the same label and owner, one shows it.
    """
    spots: list[tuple[float, float] | None] = [None] * len(lines)
    if len(lines) > MAX_LABELS:
        return spots
    shown: set[tuple[str, Hashable]] = set()
    # What lies above the boxes is the frame's title bar.
    top = min((box[1] for box in boxes), default=0.0) - TITLE_GAP_PX
    walls = np.array([*boxes, (-np.inf, -np.inf, np.inf, top)], dtype=float)
    samples = [np.array(curves.sample(line, 12)) for line in lines]
    crowd = np.concatenate(samples) if samples else np.empty((0, 2))
    for index, (label, owner) in enumerate(labels):
        if not label or (label, owner) in shown:
            continue
        spots[index] = _find_spot(samples[index], label_width(label), walls, crowd)
        if spots[index]:
            shown.add((label, owner))
            walls = np.vstack([walls, _around(np.array([spots[index]]), label_width(label))])
    return spots


def _find_spot(line: Floats, width: float, walls: Floats, crowd: Floats) -> tuple[float, float] | None:
    """The first candidate along the line that touches nothing."""
    middles = _candidates(line, width)
    tries = _around(middles, width)
    low, high = tries[:, :2].min(axis=0), tries[:, 2:].max(axis=0)
    near = walls[((walls[:, 2:] > low) & (walls[:, :2] < high)).all(axis=1)]
    hit = ((near[None, :, 2:] > tries[:, None, :2]) & (near[None, :, :2] < tries[:, None, 2:])).all(axis=2).any(axis=1)
    close = crowd[((crowd > low) & (crowd < high)).all(axis=1)]
    hit |= ((close[None] > tries[:, None, :2]) & (close[None] < tries[:, None, 2:])).all(axis=2).any(axis=1)
    free = np.flatnonzero(~hit)
    return (float(middles[free[0], 0]), float(middles[free[0], 1])) if len(free) else None


def _candidates(line: Floats, width: float) -> Floats:
    """Middles of the label right and left of each stop along the line's length."""
    lengths = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    stops = np.array(STOPS) * lengths[-1]
    x, y = np.interp(stops, lengths, line[:, 0]), np.interp(stops, lengths, line[:, 1])
    aside = width / 2 + LINE_GAP_PX
    # A slanted line needs the label further out than an upright one.
    columns = [np.column_stack([x + shift, y]) for shift in (aside, -aside, aside + 10, -aside - 10)]
    return np.stack(columns, axis=1).reshape(-1, 2)


def _around(middles: Floats, width: float) -> Floats:
    half = np.array([width / 2 + CLEARANCE_PX, LABEL_HEIGHT_PX / 2 + CLEARANCE_PX])
    return np.hstack([middles - half, middles + half])
