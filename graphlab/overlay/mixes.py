"""Categories of shown ops as a few colours, and their mix in closed groups. Knows nothing about pixels or Dash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from graphlab.view.fold import Folded
from graphlab.view.nest import nest_of

# A slot is a name for a colour and its pattern: "0" to "9", a family of ops, "r0" to "r4" from little to much, or:
OTHER = "other"  # one of many categories without a colour of their own
NONE = "none"  # has no such thing
UNKNOWN = "unknown"
SLOTS = tuple(map(str, range(10)))


@dataclass(frozen=True)
class Entry:
    """A line of the legend: a slot, what it stands for, and how many ops or boxes have it."""

    slot: str
    name: str
    count: int


@dataclass(frozen=True)
class Mark:
    """How a box is painted: its slots with their shares, or an amount from 0 to 1 with its short text.

    `words` say the same to who cannot see it. Boxes of the same `alike` mark each other.
    """

    slots: tuple[tuple[str, int], ...] = ()
    amount: float | None = None
    text: str = ""
    words: str = ""
    alike: str = ""


@dataclass(frozen=True)
class Categories:
    """The slot and the category of every shown op, and how many ops of each slot every group holds."""

    entries: tuple[Entry, ...]
    slots: Mapping[str, str]
    names: Mapping[str, str]
    mixes: Mapping[str, Mapping[str, int]]

    def mark(self, child: str) -> Mark:
        """The mark of a shown op or of a group."""
        if child not in self.mixes:
            return Mark(((self.slots[child], 1),), words=self.names[child])
        mix = self.mixes[child]
        entries = [entry for entry in self.entries if entry.slot in mix]
        words = ", ".join(f"{mix[entry.slot]:,} {entry.name}" for entry in entries)
        return Mark(tuple((entry.slot, mix[entry.slot]) for entry in entries), words=words)


def categories(folded: Folded, names: Mapping[str, str], *, none: str = "", other: str = "other") -> Categories:
    """Each category's own slot, in the order of the graph; with more than there are, only the largest have one.

    `names` holds the category of every shown op, "" if it has none; `none` is what that is called.
    """
    counts = Counter(names.values())
    without = counts.pop("", 0)
    ranked = sorted(counts, key=lambda name: -counts[name])  # of the same size, the first in the graph
    largest = set(ranked[: len(SLOTS)])
    own = dict(zip((name for name in counts if name in largest), SLOTS, strict=False))
    entries = [Entry(slot, name, counts[name]) for name, slot in own.items()]
    other_count = sum(counts.values()) - sum(entry.count for entry in entries)
    if other_count:
        entries.append(Entry(OTHER, f"{other} ({len(counts) - len(own):,})", other_count))
    if without:
        entries.append(Entry(NONE, none, without))
    slots = {op_id: own.get(name, OTHER) if name else NONE for op_id, name in names.items()}
    labels = {op_id: name or none for op_id, name in names.items()}
    return Categories(tuple(entries), slots, labels, mixes_of(folded, slots))


def mixes_of(folded: Folded, slots: Mapping[str, str]) -> dict[str, Counter[str]]:
    """How many shown ops of each slot every group holds, subgroups included; the page's under ""."""
    children = nest_of(folded).children
    mixes: dict[str, Counter[str]] = {}
    for scope in reversed(list(children)):  # a group comes after those around it
        mix: Counter[str] = Counter()
        for child in children[scope]:
            mix.update(mixes[child] if child in mixes else {slots[child]: 1})
        mixes[scope] = mix
    return mixes
