"""Real graphs opened to several depths, laid out as in the app, and what overlaps in them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from graphlab.layout.curves import sample
from graphlab.layout.sizes import label_width
from graphlab.shared_constants import LABEL_HEIGHT_PX, TITLE_BAR_PX

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom
CELL_PX = 256
NEAR_PX = 2.5


def label_collisions(scene: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, what it lies on) for each label of a scene's JSON on a box, a frame's title bar or another label."""
    labels = [(link["label"], _label(link)) for link in scene["links"] if link["label"]]
    boxes = [(box["id"], (box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])) for box in scene["boxes"]]
    titles = [(it["id"], (it["x"], it["y"], it["x"] + it["w"], it["y"] + TITLE_BAR_PX)) for it in scene["frames"]]
    pairs = [(one, other) for one, other in _near([*labels, *boxes, *titles]) if one < len(labels)]
    things = [*labels, *boxes, *titles]
    return [(things[one][0], things[other][0]) for one, other in pairs if _overlap(things[one][1], things[other][1])]


def coinciding_links(scene: dict[str, Any]) -> list[tuple[str, str]]:
    """(src, dst) for each link that runs along another one between the same two boxes."""
    pairs: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for link in scene["links"]:
        pairs[frozenset((link["src"], link["dst"]))].append(link)
    return [(a["src"], a["dst"]) for links in pairs.values() for a, b in combinations(links, 2) if _run_together(a, b)]


def _run_together(a: dict[str, Any], b: dict[str, Any]) -> bool:
    points, others = sample(tuple(a["points"]), 16), sample(tuple(b["points"]), 64)
    middle = points[len(points) // 4 : -(len(points) // 4)]
    near = sum(min(math.dist(point, other) for other in others) < NEAR_PX for point in middle)
    return near * 2 > len(middle)


def _label(link: dict[str, Any]) -> Rectangle:
    width, x, y = label_width(link["label"]), link["lx"], link["ly"]
    return x - width / 2, y - LABEL_HEIGHT_PX / 2, x + width / 2, y + LABEL_HEIGHT_PX / 2


def _near(things: list[tuple[str, Rectangle]]) -> Iterator[tuple[int, int]]:
    """Pairs of things that share a cell, each once."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (_, (left, top, right, bottom)) in enumerate(things):
        for column in range(int(left // CELL_PX), int(right // CELL_PX) + 1):
            for row in range(int(top // CELL_PX), int(bottom // CELL_PX) + 1):
                cells[column, row].append(number)
    yield from sorted({pair for numbers in cells.values() for pair in combinations(numbers, 2)})


def _overlap(a: Rectangle, b: Rectangle, slack: float = 0.5) -> bool:
    return a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack
