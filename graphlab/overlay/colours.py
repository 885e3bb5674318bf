"""Colours the visible boxes by category or by amount. Knows nothing about pixels or Dash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphlab.overlay.alike import Alike, alike
from graphlab.overlay.amounts import Amounts, output_bytes, parameters, work
from graphlab.overlay.kinds import classes, depths, devices, dtypes, families, layers
from graphlab.overlay.mixes import Categories, Entry, Mark
from graphlab.view.fold import Folded
from graphlab.view.nest import ROOT, nest_of
from graphlab.view.types import Open

USUAL = "type"


@dataclass(frozen=True)
class Paint:
    """The legend of a way to colour, and the marks of boxes and open groups.

    `entries` tell of the whole graph, whatever is open. `ends` are the words for the least and the most where boxes are
    coloured by an amount; `note` says what the numbers are for.
    """

    entries: tuple[Entry, ...]
    marks: Mapping[str, Mark]
    ends: tuple[str, str] | None = None
    note: str = ""


Painter = Callable[[Folded, Iterable[str]], Paint]


@dataclass(frozen=True)
class Colour:
    """A way to colour: what it is called, and what of a graph looks how."""

    title: str
    paint: Painter


def paint(folded: Folded, by: str, opened: Open, *, focus: str = ROOT) -> dict[str, Any]:
    """The colours of what is visible in the focus when these groups are open, as the browser takes them.

    They cost what is visible. An unknown `by` is the usual one.
    """
    colour = COLOURS.get(by, COLOURS[USUAL])
    found = colour.paint(folded, nest_of(folded).seen(opened, focus))
    return {
        "by": by,
        "title": colour.title,
        "note": found.note,
        "ends": found.ends,
        "entries": [{"slot": entry.slot, "name": entry.name, "count": entry.count} for entry in found.entries],
        "boxes": {child: _mark_to_json(mark) for child, mark in found.marks.items()},
    }


def _mark_to_json(mark: Mark) -> dict[str, Any]:
    told = {"slots": mark.slots, "amount": mark.amount, "text": mark.text, "words": mark.words, "alike": mark.alike}
    return {name: value for name, value in told.items() if value not in ((), None, "")}


def _by_family(folded: Folded, visible: Iterable[str]) -> Paint:
    """Only groups have marks: an op's box knows its family."""
    found = families(folded)
    return Paint(found.entries, {child: found.mark(child) for child in visible if child in found.mixes})


def _by_category(find: Callable[[Folded], Categories | Alike]) -> Painter:
    def make(folded: Folded, visible: Iterable[str]) -> Paint:
        found = find(folded)
        return Paint(found.entries, {child: found.mark(child) for child in visible})

    return make


def _by_amount(find: Callable[[Folded], Amounts]) -> Painter:
    def make(folded: Folded, visible: Iterable[str]) -> Paint:
        found = find(folded)
        least, most = found.ends
        ends = (f"≤ {found.words(least)}", found.words(most)) if most else None
        return Paint(found.entries, {child: found.mark(child) for child in visible}, ends, found.note)

    return make


COLOURS: dict[str, Colour] = {
    USUAL: Colour("Op type", _by_family),
    "layer": Colour("Layer", _by_category(layers)),
    "class": Colour("Layer class", _by_category(classes)),
    "device": Colour("Device", _by_category(devices)),
    "dtype": Colour("Dtype", _by_category(dtypes)),
    "depth": Colour("Group depth", _by_category(depths)),
    "structure": Colour("Identical structure", _by_category(alike)),
    "parameters": Colour("Parameters", _by_amount(parameters)),
    "flops": Colour("FLOPs", _by_amount(work)),
    "bytes": Colour("Output bytes", _by_amount(output_bytes)),
}
