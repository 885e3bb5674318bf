"""What flows along a link in the browser's form: a short text for each tensor, identified by its ops."""

from __future__ import annotations

from graphlab.layout.scene_json import TensorsJson
from graphlab.shared_constants import MOST_TARGETS, MOST_TENSORS
from graphlab.view import Link, Wire

CONTROL = -1  # instead of a tensor's text or an output's port


class TensorWords:
    """The texts of all tensors in a scene: each once, links refer to them by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, wire: Wire) -> int:
        """The number of the tensor's text; CONTROL for a wire without a tensor."""
        return CONTROL if wire.tensor is None else self._numbers.setdefault(str(wire.tensor), len(self._numbers))

    def all(self) -> list[str]:
        """The texts by number."""
        return list(self._numbers)


def tensors_to_json(link: Link, words: TensorWords) -> TensorsJson:
    """`tensors` of the link as [text, port, src, target count, targets...], and `more` if some are omitted.

    `src` is "" for the link's own op. Targets are listed if the link ends at a group. Defaults are omitted at the end
    of a list: the link's own op and no targets.
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
