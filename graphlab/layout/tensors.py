"""What flows along a link, as the browser takes it: few words for each tensor, which are told apart by their ops."""

from __future__ import annotations

from graphlab.layout.scene_json import TensorsJson
from graphlab.shared_constants import MOST_TARGETS, MOST_TENSORS
from graphlab.view import Link, Wire

CONTROL = -1  # instead of a tensor's words or an output's port


class TensorWords:
    """The words of all tensors in a scene: each once, links name them by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, wire: Wire) -> int:
        """The number of the tensor's words; CONTROL where a wire carries none."""
        return CONTROL if wire.tensor is None else self._numbers.setdefault(str(wire.tensor), len(self._numbers))

    def all(self) -> list[str]:
        """The words by their numbers."""
        return list(self._numbers)


def tensors_to_json(link: Link, words: TensorWords) -> TensorsJson:
    """`tensors` of the link as [words, port, src, target count, targets...], and `more` where not all are told.

    `src` is "" for the link's own op. Targets are told where the link ends at a group; what is left out at the end of
    a list is usual: the link's own op and no targets.
    """
    wires_by_source: dict[tuple[str, int | None], tuple[Wire, dict[str, None]]] = {}
    for wire in link.wires:
        port = wire.src_port if wire.tensor else None
        _, targets = wires_by_source.setdefault((wire.src, port), (wire, {}))
        targets[wire.dst] = None
    entries = [
        _tensor_json(link, wire, list(targets), words)
        for wire, targets in list(wires_by_source.values())[:MOST_TENSORS]
    ]
    more = len(wires_by_source) - len(entries)
    return {"tensors": entries, "more": more} if more else {"tensors": entries}


def _tensor_json(link: Link, wire: Wire, targets: list[str], words: TensorWords) -> list[str | int]:
    port = CONTROL if wire.tensor is None or wire.src_port is None else wire.src_port
    src = "" if wire.src == link.src else wire.src
    inside: list[str | int] = [len(targets), *targets[:MOST_TARGETS]] if link.dst.endswith("/") else []
    return [words.number(wire), port, *([src] if src or inside else []), *inside]
