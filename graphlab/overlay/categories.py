"""Categories of shown ops as a few colours. Independent of pixels and Dash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from graphlab.overlay.types import NONE, OTHER, SLOTS, LegendEntry


@dataclass(frozen=True)
class Categories:
    """The slot and the category of every shown op, and the legend."""

    entries: tuple[LegendEntry, ...]
    slots: Mapping[str, str]
    names: Mapping[str, str]


def categories(names: Mapping[str, str], *, none: str = "", other: str = "other") -> Categories:
    """Each category's own slot, in the order of the graph; if there are not enough, only the largest have one.

    `names` maps every shown op to its category, "" if it has none; `none` is the label for that.
    """
    counts = Counter(names.values())
    without = counts.pop("", 0)
    ranked = sorted(counts, key=lambda name: -counts[name])  # of the same size, the first in the graph
    largest = set(ranked[: len(SLOTS)])
    own_slots = dict(zip((name for name in counts if name in largest), SLOTS, strict=False))
    entries = [LegendEntry(slot, name, counts[name]) for name, slot in own_slots.items()]
    other_count = sum(counts.values()) - sum(entry.count for entry in entries)
    if other_count:
        entries.append(LegendEntry(OTHER, f"{other} ({len(counts) - len(own_slots):,})", other_count))
    if without:
        entries.append(LegendEntry(NONE, none, without))
    slots = {op_id: own_slots.get(name, OTHER) if name else NONE for op_id, name in names.items()}
    labels = {op_id: name or none for op_id, name in names.items()}
    return Categories(tuple(entries), slots, labels)


def mix_words(shares: Mapping[str, float], entries: tuple[LegendEntry, ...]) -> str:
    """The contents of a group: `3 math, 2 shape`."""
    return ", ".join(f"{shares[entry.slot]:,} {entry.name}" for entry in entries if entry.slot in shares)
