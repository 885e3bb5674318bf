"""The links between visible boxes: the style of a wire's link, and the words on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphlab.graph import Tensor
from graphlab.view.fold import Folded
from graphlab.view.types import Wire

MOST_ELEMENTS = 4  # tensors of an element that are written on a link; of more, the first ones
FIRST_ELEMENTS = 2
SHARED = "shared weights"
CHANGES = frozenset({"update", "iteration"})  # the styles of links that bring a new value to where an earlier one was
# The parts of a train step: they read the model's weights as tensors and do not share them.
TRAINING = frozenset({"loss", "gradients", "optimizer", "update", "metrics"})


def styled_wires(folded: Folded) -> Iterator[tuple[str, Wire]]:
    """Every wire with the style of its link, see `Link`."""
    used_at_home = {folded.stands_for[wire.src] for wire in folded.wires if _reads_own(folded, wire)}
    for wire in folded.wires:
        if wire.tensor and folded.stands_for[wire.src] in used_at_home and _reads_others(folded, wire):
            yield "shared", wire
        else:
            yield ("data" if wire.tensor else "control"), wire
    for wire in folded.updates:
        yield ("iteration" if folded.stands_for[wire.dst] in folded.carried else "update"), wire


def _reads_own(folded: Folded, wire: Wire) -> bool:
    """Whether a variable is read inside the group that contains it."""
    src = folded.stands_for[wire.src]
    home = folded.paths[src]
    inside = bool(home) and folded.paths[folded.stands_for[wire.dst]][: len(home)] == home
    return inside and folded.graph.op(src).variable is not None


def _reads_others(folded: Folded, wire: Wire) -> bool:
    """Whether a variable is read by another layer, or another call of the same layer, than the one that contains it."""
    home, reader = (folded.paths[folded.stands_for[op_id]] for op_id in (wire.src, wire.dst))
    return reader[: len(home)] != home and all(folded.groups[group_id].kind not in TRAINING for group_id in reader)


def link_label(wires: Iterable[Wire], style: str) -> str:
    """The tensor on a link; several different ones are counted, and shared weights are labelled so."""
    if style == "shared":
        return SHARED
    tensors: dict[tuple[str, int | None], Tensor] = {
        (wire.src, wire.src_port): wire.tensor for wire in wires if wire.tensor is not None
    }
    words = list(dict.fromkeys(_tensor_words(tensor) for tensor in tensors.values()))
    if not words:
        return ""
    if len(tensors) == 1:
        return words[0]
    return f"{len(tensors)} × {words[0]}" if len(words) == 1 else f"{len(tensors)} tensors"


def _tensor_words(tensor: Tensor) -> str:
    """The tensor, or the tensors of one element, as far as a link has room for them."""
    if len(tensor.elements) <= MOST_ELEMENTS:
        return str(tensor)
    first = ", ".join(map(str, tensor.elements[:FIRST_ELEMENTS]))
    return f"{first} and {len(tensor.elements) - FIRST_ELEMENTS} more"
