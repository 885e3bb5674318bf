"""Values of one evaluation on boxes, and how far a player has come. Knows nothing about how values are computed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from graphlab.overlay.types import Legend, LegendEntry, Mark, Overlay, Readout, Style
from graphlab.view.fold import Folded, once
from graphlab.view.nest import nest_of
from graphlab.view.types import Link

VALUES = "values"
PLAYER = "player"
NOW, USED, DONE = "now", "used", "on"
BAD = "bad"  # the slot of boxes and links with NaN or infinite numbers
VALUES_STYLE = Style(("readout", "ring"), rings=(BAD,), vivid=True)
PLAYER_STYLE = Style(("ring",), rings=(NOW, USED), dims=True)


def values_overlay(readouts: Mapping[str, Sequence[Readout]], key: str) -> Overlay:
    """The readouts of ops and groups, by id; `key` names what they show."""
    marks = {child: _mark(tuple(ones)) for child, ones in readouts.items() if ones}
    bad = {child for child, mark in marks.items() if mark.slots}
    entries = (LegendEntry(BAD, "NaN or infinite", len(bad)),) if bad else ()

    def link_slot(_folded: Folded, link: Link) -> str:
        return BAD if link.style == "data" and link.src in bad and link.dst in marks else ""

    legend = Legend("Values", entries)
    return Overlay(VALUES, "any", VALUES_STYLE, key, legend, groups=marks, link_slot=link_slot if bad else None)


def _mark(readouts: tuple[Readout, ...]) -> Mark:
    slots = ((BAD, 1.0),) if any(one.bad for one in readouts) else ()
    return Mark(slots=slots, readouts=readouts, words=", ".join(one.words for one in readouts if one.words))


def player_overlay(folded: Folded, done: Collection[str], now: str, used: Collection[str], key: str) -> Overlay:
    """What has been computed so far: `done` are the shown ops that have a value or a gradient, `now` is this step's op.

    `used` are the ops from which it had what it needed, without those of a branch that was not taken. All else is pale.
    """
    slots = dict.fromkeys(done, DONE)
    slots |= dict.fromkeys((op_id for op_id in used if op_id in slots), USED)
    if now:
        slots[now] = NOW
    return _lit_overlay(folded, slots, _WORDS, key)


def lit_overlay(folded: Folded, pale: Collection[str], key: str) -> Overlay:
    """What is shown while nothing is stepped through: all is lit but these shown ops, of branches not taken."""
    slots = {op_id: DONE for op_id in folded.paths if op_id not in pale}
    return _lit_overlay(folded, slots, {}, key)


def _lit_overlay(folded: Folded, slots: Mapping[str, str], words: Mapping[str, str], key: str) -> Overlay:
    marks = {op_id: Mark(slots=((slot, 1.0),), words=words.get(slot, "")) for op_id, slot in slots.items()}
    parents = nest_of(folded).parents
    for slot in (DONE, USED, NOW):  # a group shows the furthest that any of its ops has come
        for op_id in (op_id for op_id, own in slots.items() if own == slot):
            group_id = parents[op_id]
            while group_id:
                marks[group_id] = Mark(slots=((slot, 1.0),), words=words.get(slot, ""))
                group_id = parents[group_id]

    def link_slot(_folded: Folded, link: Link) -> str:
        return DONE if joins(folded, link, slots) else ""

    return Overlay(PLAYER, "any", PLAYER_STYLE, key, groups=marks, link_slot=link_slot)


_WORDS = {NOW: "computed in this step", USED: "used in this step", DONE: "computed"}


def joins(folded: Folded, link: Link, ops: Collection[str]) -> bool:
    """Whether a link has a wire from one of some shown ops to another."""
    return any(folded.stands_for[wire.src] in ops and folded.stands_for[wire.dst] in ops for wire in link.wires)


def read_by(folded: Folded, op_id: str) -> Collection[str]:
    """The shown ops whose outputs an op reads."""
    return _neighbours(folded)[0].get(op_id, ())


def readers_of(folded: Folded, op_id: str) -> Collection[str]:
    """The shown ops that read an op's outputs."""
    return _neighbours(folded)[1].get(op_id, ())


@once
def _neighbours(folded: Folded) -> tuple[Mapping[str, Collection[str]], Mapping[str, Collection[str]]]:
    """For each shown op, those that it reads, and those that read it."""
    sources: dict[str, dict[str, None]] = defaultdict(dict)
    targets: dict[str, dict[str, None]] = defaultdict(dict)
    for wire in folded.wires:
        if wire.tensor is not None:
            source, target = folded.stands_for[wire.src], folded.stands_for[wire.dst]
            sources[target][source] = targets[source][target] = None
    return sources, targets
