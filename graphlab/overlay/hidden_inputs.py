"""Which boxes read an op that the page does not show, because another graph runs: that in training mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphlab.overlay.types import Legend, LegendEntry, Lifted, Mark, Overlay, Style
from graphlab.overlay.values import USED
from graphlab.view.fold import Folded
from graphlab.view.nest import nest_of

READS = USED  # the slot of the boxes
STYLE = Style(("corner",), vivid=True)


def hidden_inputs_overlay(folded: Folded, hidden: Mapping[str, Mapping[str, Sequence[str]]], key: str) -> Overlay:
    """A badge on each box that reads a hidden op.

    `hidden` are those ops with the groups around each, by the id of the op that reads them.
    """
    read_by_box: dict[str, dict[str, Sequence[str]]] = {}
    for op_id, sources in hidden.items():
        box = folded.stands_for.get(op_id, "")
        if box in folded.paths:
            read_by_box.setdefault(box, {}).update(sources)
    nest = nest_of(folded)

    def mark(lifted: Lifted) -> Mark | None:
        if lifted.box_kind == "frame" or not lifted.count:
            return None
        inside = [box for box in read_by_box if lifted.child == box or lifted.child in nest.around(box)]
        # A hidden op that would be inside a group is no input of the group.
        sources = [one for box in inside for one, path in read_by_box[box].items() if lifted.child not in path]
        if not sources:
            return None
        text = f"reads {sources[0].rpartition('/')[2]}"
        return Mark(slots=((READS, 1.0),), text=text, words="; ".join(map(hidden_words, dict.fromkeys(sources))))

    entries = (LegendEntry(READS, "reads an op that this graph does not show", len(read_by_box)),)
    slots = dict.fromkeys(read_by_box, READS)
    return Overlay("hidden", "any", STYLE, key, Legend("Training mode", entries), slots=slots, mark=mark)


def hidden_words(op_id: str) -> str:
    """`reads dropout/SelectV2, which this graph does not show`."""
    return f"reads {op_id.partition('/')[2] or op_id}, which this graph does not show"
