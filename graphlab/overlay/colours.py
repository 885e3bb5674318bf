"""The ways to colour boxes, by category or by amount. Independent of pixels and Dash."""

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
    """A way to colour: its title, and the overlay of a graph, whose `key` is its name in COLOURS."""

    title: str
    overlay: Source


def colour_overlay(folded: Folded, by: str) -> Overlay:
    """The colours of a graph's ops; an unknown `by` means the default."""
    return COLOURS.get(by, COLOURS[USUAL]).overlay(folded)


def _by_family(key: str, title: str) -> Colour:
    """Only groups have marks, because an op's box has its family."""

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
        categories = find(folded)

        def mark(lifted: Lifted) -> Mark:
            name = categories.names.get(lifted.child)
            return Mark(slots=lifted.shares, words=name) if name is not None else _mix(categories, lifted)

        return Overlay(NAME, "mix", STYLE, key, Legend(title, categories.entries), slots=categories.slots, mark=mark)

    return Colour(title, overlay)


def _mix(categories: Categories, lifted: Lifted) -> Mark:
    return Mark(slots=lifted.shares, words=mix_words(dict(lifted.shares), categories.entries))


def _by_likeness(key: str, title: str, find: Callable[[Folded], Alike]) -> Colour:
    @once
    def overlay(folded: Folded) -> Overlay:
        likeness = find(folded)
        slots = {op_id: likeness.slots[op_id] for op_id in folded.paths}
        names = {entry.slot: entry.name for entry in likeness.entries}

        def mark(lifted: Lifted) -> Mark:
            words = names[slots[lifted.child]] if lifted.child in slots else ""
            return Mark(slots=lifted.shares, words=words)

        marks = {child: likeness.mark(child) for child in likeness.keys}
        legend = Legend(title, likeness.entries)
        return Overlay(NAME, "mix", STYLE, key, legend, slots=slots, groups=marks, mark=mark)

    return Colour(title, overlay)


def _by_amount(key: str, title: str, find: Callable[[Folded], Amounts]) -> Colour:
    @once
    def overlay(folded: Folded) -> Overlay:
        amounts = find(folded)
        legend = Legend(title, amounts.entries, amounts.ends, amounts.note)
        numbers = {op_id: amounts.values[op_id] for op_id in folded.paths}
        overlay = Overlay(NAME, "sum", STYLE, key, legend, numbers=numbers, unknown=amounts.uncounted)
        return replace(overlay, scale=amounts.scale, mark=amounts.mark)

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
