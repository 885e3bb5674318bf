"""Overlays of a graph with some open groups, in the form that tests compare."""

from __future__ import annotations

from typing import Any

from graphlab.overlay import colour_overlay, lift, visible_boxes, visible_in_view
from graphlab.overlay.lineage import Lineage, lineage_overlay
from graphlab.overlay.search import SearchMatch, search_overlay
from graphlab.view import Folded, Link, Open, View


def paint(folded: Folded, by: str, opened: Open, *, focus: str = "") -> dict[str, Any]:
    """The legend of a colour, and the marks by box."""
    told = lift(colour_overlay(folded, by), folded, visible_boxes(folded, opened, focus)).to_json()
    marks = {mark["box"]: {name: value for name, value in mark.items() if name != "box"} for mark in told["marks"]}
    return {**told["legend"], "boxes": marks}


def found_counts(folded: Folded, found: list[SearchMatch], opened: Open) -> dict[str, int]:
    """How many ops that were found each marked box is or hides."""
    lifted = lift(search_overlay(folded, found), folded, visible_boxes(folded, opened))
    return {mark.box: mark.count for mark in lifted.marks}


def lineage_marks(
    folded: Folded, trace: Lineage, shown: View
) -> tuple[list[tuple[str, str, int, int]], list[tuple[Link, str]]]:
    """The box, side, count and total of each mark, and the links with their sides."""
    lifted = lift(lineage_overlay(trace), folded, visible_in_view(shown))
    sides = {(lifted.marks[src].box, lifted.marks[dst].box, style): slot for src, dst, style, slot in lifted.links}
    links = [(link, sides[key]) for link in shown.links if (key := (link.src, link.dst, link.style)) in sides]
    return [(mark.box, mark.slots[0][0], mark.count, mark.total) for mark in lifted.marks], links
