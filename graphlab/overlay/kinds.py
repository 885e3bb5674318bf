"""Categories of shown ops: family, layer, device, dtype, depth. Independent of pixels and Dash."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile

from graphlab.explain import FAMILIES
from graphlab.graph import Layer, Op
from graphlab.overlay.categories import Categories, categories
from graphlab.overlay.types import SLOTS, LegendEntry
from graphlab.view.fold import Folded, once
from graphlab.view.labels import family_of

DEEPEST = 4  # this depth and deeper ones share one colour


@once
def families(folded: Folded) -> Categories:
    """Ops by the family of their type."""
    slots = {op_id: family_of(folded, folded.graph.op(op_id)) for op_id in folded.paths}
    counts = Counter(slots.values())
    entries = tuple(LegendEntry(slot, name, counts[slot]) for slot, name in FAMILIES.items() if slot in counts)
    names = {op_id: FAMILIES[slot] for op_id, slot in slots.items()}
    return Categories(entries, slots, names)


@once
def layers(folded: Folded) -> Categories:
    """Ops by the Keras layer of the model that contains them; a gradient op counts for its forward op's."""
    paths = {op_id: _layer_path(folded, op_id) for op_id in folded.paths}
    inside = [path[:-1] for path in set(paths.values()) if len(path) > 1]
    # The groups around all of them: the model, and what contains the whole model.
    shared_depth = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, zip(*inside, strict=False)))
    names = {op_id: path[min(shared_depth, len(path) - 1)] if path else "" for op_id, path in paths.items()}
    return categories(_shortened(names), none="no layer", other="other layers")


def _layer_path(folded: Folded, op_id: str) -> tuple[str, ...]:
    layer = _layer(folded, op_id)
    return tuple(layer.path.split("/")) if layer else ()


def _layer(folded: Folded, op_id: str) -> Layer | None:
    """The layer of an op; for a gradient op, that of its forward op."""
    op = folded.graph.op(op_id)
    if op.layer is None and op.pair is not None and op.pair in folded.graph:
        op = folded.graph.op(op.pair)
    return op.layer


def _shortened(names: dict[str, str]) -> dict[str, str]:
    """The names, or prefixes of them that are no more than there are colours.

    With many layers, `conv2_block1_1_conv` and similar ones become `conv2_…`.
    """
    distinct = {name for name in names.values() if name}
    if len(distinct) <= len(SLOTS):
        return names
    for length in (2, 1):
        short = {name: "_".join(name.split("_")[:length]) for name in distinct}
        counts = Counter(short.values())
        if len(counts) <= len(SLOTS):
            short_names = {name: name if counts[start] == 1 else f"{start}_…" for name, start in short.items()}
            return {op_id: short_names.get(name, "") for op_id, name in names.items()}
    return names


@once
def classes(folded: Folded) -> Categories:
    """Ops by the class of the Keras layer that contains them; a gradient op counts for its forward op's."""
    owners = {op_id: _layer(folded, op_id) for op_id in folded.paths}
    names = {op_id: layer.class_name if layer else "" for op_id, layer in owners.items()}
    return categories(names, none="no layer", other="other classes")


@once
def devices(folded: Folded) -> Categories:
    """Ops by the device that TensorFlow placed them on."""
    names = {op_id: folded.graph.op(op_id).device.rpartition("device:")[2] for op_id in folded.paths}
    return categories(names, none="no device", other="other devices")


@once
def dtypes(folded: Folded) -> Categories:
    """Ops by the dtype of their first output, variables by that of their values."""
    return categories({op_id: _dtype(folded.graph.op(op_id)) for op_id in folded.paths}, none="no output")


def _dtype(op: Op) -> str:
    if op.variable is not None:
        return op.variable.dtype
    return op.outputs[0].dtype if op.outputs else ""


@once
def depths(folded: Folded) -> Categories:
    """Ops by the number of groups around them."""
    slots = {op_id: f"r{min(len(path), DEEPEST)}" for op_id, path in folded.paths.items()}
    names = {f"r{depth}": f"depth {depth}" for depth in range(DEEPEST)} | {f"r{DEEPEST}": f"depth {DEEPEST} or more"}
    counts = Counter(slots.values())
    entries = tuple(LegendEntry(slot, name, counts[slot]) for slot, name in names.items() if slot in counts)
    labels = {op_id: f"depth {len(path)}" for op_id, path in folded.paths.items()}
    return Categories(entries, slots, labels)
