"""What one number of a tensor was computed from, or what it reaches, on the boxes of a view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from graphlab.overlay.types import Legend, LegendEntry, Lifted, Mark, Overlay, Style
from graphlab.overlay.values import NOW, USED, joins
from graphlab.view.fold import Folded
from graphlab.view.readouts import shown_output
from graphlab.view.types import Link

Way = Literal["from", "to"]  # what a number was computed from, what it reaches
START, PART = NOW, USED  # the slots of the number's own op and of the others
FIELD_STYLE = Style(("ring", "corner"), rings=(START, PART), dims=True)
NAMES: Mapping[Way, str] = {"from": "what it was computed from", "to": "what it reaches"}
WORDS: Mapping[Way, str] = {"from": "the selected number was computed from", "to": "the selected number reaches"}


@dataclass(frozen=True)
class PartSizes:
    """How much of a tensor belongs to a field: how many indices on each axis, and the tensor's shape."""

    sizes: Sequence[int]
    shape: Sequence[int]

    @property
    def text(self) -> str:
        """The part in a few characters: "all", or its sizes without those of 1."""
        if prod(self.shape) > 1 and tuple(self.sizes) == tuple(self.shape):
            return "all"
        return "×".join(f"{size:,}" for size in self.sizes if size > 1) or "1"

    def words(self, way: Way) -> str:
        """The part in a sentence."""
        count = prod(self.shape)
        return f"{WORDS[way]} {f'{prod(self.sizes):,} of these {count:,} numbers' if count > 1 else 'this number'}"


def field_overlay(folded: Folded, parts: Mapping[str, PartSizes], start: str, way: Way, key: str) -> Overlay:
    """The parts of ops' outputs, by op id, that belong to the field of a number of `start`. All else is pale."""
    part_of = _on_shown_ops(folded, parts)
    begin = folded.stands_for.get(start, start)
    slots = {op_id: START if op_id == begin else PART for op_id in part_of}

    def mark(lifted: Lifted) -> Mark | None:
        if not lifted.count:
            return None
        op_id = _op_of(folded, lifted)
        part = part_of.get(op_id) if lifted.box_kind != "frame" else None
        if part is None:
            return Mark(slots=((PART, 1.0),), words=f"contains numbers that {WORDS[way]}")
        words = "the selected number" if op_id == begin else part.words(way)
        return Mark(slots=((slots[op_id], 1.0),), text=part.text, words=words)

    def link_slot(_folded: Folded, link: Link) -> str:
        return PART if link.style == "data" and joins(folded, link, slots) else ""

    entries = (LegendEntry(START, "the selected number", 1), LegendEntry(PART, NAMES[way], max(0, len(slots) - 1)))
    legend = Legend("Selected number", entries, note="On a box: how many numbers, by axis")
    return Overlay("field", "any", FIELD_STYLE, key, legend, slots=slots, mark=mark, link_slot=link_slot)


def _on_shown_ops(folded: Folded, parts: Mapping[str, PartSizes]) -> dict[str, PartSizes]:
    """The parts by the ops that have a box, such as a variable for the op that reads it."""
    part_of = {op_id: part for op_id, part in parts.items() if op_id in folded.paths}
    for op_id, part in parts.items():
        box = folded.stands_for.get(op_id, "")
        if box in folded.paths:
            part_of.setdefault(box, part)
    return part_of


def _op_of(folded: Folded, lifted: Lifted) -> str:
    """The op whose output a box shows; "" for a group without one."""
    if not lifted.child.endswith("/"):
        return lifted.child
    output = shown_output(folded, lifted.child)
    return output.op_id if output is not None else ""
