"""The ways to colour boxes, by category or by amount. Knows nothing about pixels or Dash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from graphlab.overlay.alike import Alike, alike
from graphlab.overlay.amounts import Amounts, output_bytes, parameters, work
from graphlab.overlay.categories import Categories, mix_words
from graphlab.overlay.kinds import classes, depths, devices, dtypes, families, layers
from graphlab.overlay.types import Legend, Lifted, Mark, Overlay, Style
from graphlab.view.fold import Folded, once

USUAL = "type"
NAME = "colour"
STYLE = Style(("fill", "line"))

Source = Callable[[Folded], Overlay]


@dataclass(frozen=True)
class Colour:
    """A way to colour: what it is called, and the overlay of a graph, whose `key` is its name in COLOURS."""

    title: str
    overlay: Source


def colour_overlay(folded: Folded, by: str) -> Overlay:
    """The colours of a graph's ops; an unknown `by` is the usual one."""
    return COLOURS.get(by, COLOURS[USUAL]).overlay(folded)


def _by_family(key: str, title: str) -> Colour:
    """Only groups have marks: an op's box knows its family."""

    @once
    def overlay(folded: Folded) -> Overlay:
        categories = families(folded)

        def mark(lifted: Lifted) -> Mark | None:
            return _mix(categories, lifted) if lifted.child not in categories.slots else None

        return Overlay(NAME, "mix", STYLE, key, Legend(title, categories.entries), slots=categories.slots, mark=mark)

    return Colour(title, overlay)


def _by_category(key: str, title: str, find: Callable[[Folded], Categories]) -> Colour:
    @once
    def overlay(folded: Folded) -> Overlay:
        found = find(folded)

        def mark(lifted: Lifted) -> Mark:
            name = found.names.get(lifted.child)
            return Mark(slots=lifted.shares, words=name) if name is not None else _mix(found, lifted)

        return Overlay(NAME, "mix", STYLE, key, Legend(title, found.entries), slots=found.slots, mark=mark)

    return Colour(title, overlay)


def _mix(found: Categories, lifted: Lifted) -> Mark:
    return Mark(slots=lifted.shares, words=mix_words(dict(lifted.shares), found.entries))


def _by_likeness(key: str, title: str, find: Callable[[Folded], Alike]) -> Colour:
    @once
    def overlay(folded: Folded) -> Overlay:
        found = find(folded)
        slots = {op_id: found.slots[op_id] for op_id in folded.paths}
        names = {entry.slot: entry.name for entry in found.entries}

        def mark(lifted: Lifted) -> Mark:
            words = names[slots[lifted.child]] if lifted.child in slots else ""
            return Mark(slots=lifted.shares, words=words)

        own = {child: found.mark(child) for child in found.keys}
        return Overlay(NAME, "mix", STYLE, key, Legend(title, found.entries), slots=slots, groups=own, mark=mark)

    return Colour(title, overlay)


def _by_amount(key: str, title: str, find: Callable[[Folded], Amounts]) -> Colour:
    @once
    def overlay(folded: Folded) -> Overlay:
        found = find(folded)
        legend = Legend(title, found.entries, found.ends, found.note)
        numbers = {op_id: found.values[op_id] for op_id in folded.paths}
        overlay = Overlay(NAME, "sum", STYLE, key, legend, numbers=numbers, unknown=found.uncounted)
        return replace(overlay, scale=found.scale, mark=found.mark)

    return Colour(title, overlay)


COLOURS: dict[str, Colour] = {
    USUAL: _by_family(USUAL, "Op type"),
    "layer": _by_category("layer", "Layer", layers),
    "class": _by_category("class", "Layer class", classes),
    "device": _by_category("device", "Device", devices),
    "dtype": _by_category("dtype", "Dtype", dtypes),
    "depth": _by_category("depth", "Group depth", depths),
    "structure": _by_likeness("structure", "Identical structure", alike),
    "parameters": _by_amount("parameters", "Parameters", parameters),
    "flops": _by_amount("flops", "FLOPs", work),
    "bytes": _by_amount("bytes", "Output bytes", output_bytes),
}
