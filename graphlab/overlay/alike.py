"""Which parts of a graph have the same structure: the same layer or block again. Independent of pixels and Dash."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from graphlab.explain import layer_title
from graphlab.graph import JsonValue, Op
from graphlab.overlay.types import NONE, OTHER, SLOTS, LegendEntry, Mark
from graphlab.view.fold import Folded, once
from graphlab.view.nest import Bundle, Nest, nest_of

# Attributes about where an op is or was, or about its random seed, rather than what it does.
_INCIDENTAL = frozenset({"shared_name", "container", "debug_name", "_class", "seed", "seed2"})


@dataclass(frozen=True)
class Alike:
    """The parts with the same structure.

    `keys` maps each repeated group or single-op layer to a key of its structure; `numbers` to its
    position among them, from 1; `sizes` counts each key. `slots` are those of the shown ops and of such groups.
    """

    entries: tuple[LegendEntry, ...]
    keys: Mapping[str, str]
    numbers: Mapping[str, int]
    sizes: Mapping[str, int]
    slots: Mapping[str, str]

    def mark(self, child: str) -> Mark:
        """The mark of a repeated part."""
        key = self.keys[child]
        words = f"{self.numbers[child]:,} of {self.sizes[key]:,} alike"
        return Mark(slots=((self.slots[child], 1),), words=words, alike=key)


@once
def alike(folded: Folded) -> Alike:
    """What occurs more than once in a graph, compared by contents: types, attributes, shapes and wiring."""
    nest = nest_of(folded)
    members: dict[str, list[str]] = defaultdict(list)
    for unit, key in _prints(folded, nest).items():
        members[key].append(unit)
    members = {key: sorted(units, key=nest.places.__getitem__) for key, units in members.items() if len(units) > 1}
    keys = {unit: key for key, units in members.items() for unit in units}
    names = _names(folded, members)
    own_slots = _own_slots(nest, members, keys)
    slots = {child: _slot(nest, child, keys, own_slots) for child in (*folded.paths, *keys)}
    other_count = sum(len(units) for key, units in members.items() if key not in own_slots)
    alone_count = sum(1 for op_id in folded.paths if slots[op_id] == NONE)
    entries = [LegendEntry(slot, names[key], len(members[key])) for key, slot in own_slots.items()]
    rest = [LegendEntry(OTHER, "other repeated", other_count), LegendEntry(NONE, "not repeated", alone_count)]
    return Alike(
        entries=(*entries, *(entry for entry in rest if entry.count)),
        keys=keys,
        numbers={unit: number for units in members.values() for number, unit in enumerate(units, 1)},
        sizes={key: len(units) for key, units in members.items()},
        slots=slots,
    )


def _prints(folded: Folded, nest: Nest) -> dict[str, str]:
    """For each group and each op that is a whole layer, a text that is equal for equal structures."""
    prints = {op_id: _op_print(folded, op_id) for op_id in folded.paths}
    for scope in reversed(list(nest.children)):  # a group comes after those around it
        if scope in folded.groups:
            prints[scope] = _group_print(folded, nest, scope, prints)
    return {
        child: fingerprint for child, fingerprint in prints.items() if child in folded.groups or child in folded.alone
    }


def _group_print(folded: Folded, nest: Nest, group_id: str, prints: Mapping[str, str]) -> str:
    group = folded.groups[group_id]
    children = nest.children[group_id]
    positions = {child: number for number, child in enumerate(children)}
    wires = sorted(
        (positions[bundle.src], positions[bundle.dst], bundle.style, _ports(bundle))
        for bundle in nest.bundles.get(group_id, ())
    )
    return _digest([group.kind, group.class_name, [prints[child] for child in children], wires])


def _ports(bundle: Bundle) -> list[str]:
    return sorted(f"{wire.src_port}:{wire.dst_port}" for _, wire in bundle.wires)


def _op_print(folded: Folded, op_id: str) -> str:
    graph = folded.graph
    op = graph.op(op_id)
    variable: list[JsonValue] = [str(op.variable), op.variable.trainable] if op.variable else []
    folds = [_own_print(graph.op(absorbed)) for absorbed in folded.absorbed.get(op_id, ())]
    inputs = [str(graph.op(src).outputs[port]) for src, port in op.inputs if port < len(graph.op(src).outputs)]
    constants = sorted(folded.constants.get(op_id, {}).items())
    return _digest([_own_print(op), inputs, variable, folds, constants])


def _own_print(op: Op) -> list[JsonValue]:
    """What an op does by itself. Attributes that name functions are left out, because the called ops are inside."""
    attrs = {name: value for name, value in op.attrs.items() if name not in _INCIDENTAL and not isinstance(value, dict)}
    return [op.type, [str(tensor) for tensor in op.outputs], attrs]


def _digest(parts: JsonValue) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _own_slots(nest: Nest, members: Mapping[str, list[str]], keys: Mapping[str, str]) -> dict[str, str]:
    """The keys with a colour of their own, in the graph's order: those whose members contain the most ops.

    A part that is repeated only inside repeated parts has their colour.
    """
    sizes: Counter[str] = Counter()
    for scope in reversed(list(nest.children)):
        sizes[scope] = sum(sizes.get(child, 1) for child in nest.children[scope])
    outer = [key for key, units in members.items() if any(keys.keys().isdisjoint(nest.around(unit)) for unit in units)]
    op_counts = {key: sum(sizes.get(unit, 1) for unit in members[key]) for key in outer}
    largest = sorted(outer, key=lambda key: -op_counts[key])[: len(SLOTS)]
    ordered = sorted(largest, key=lambda key: nest.places[members[key][0]])
    return dict(zip(ordered, SLOTS, strict=False))


def _slot(nest: Nest, child: str, keys: Mapping[str, str], own_slots: Mapping[str, str]) -> str:
    """The slot of the outermost repeated part that a child is or is in, among those with a colour of their own."""
    candidates = [keys[unit] for unit in (child, *nest.around(child)) if unit in keys]
    return next((own_slots[key] for key in reversed(candidates) if key in own_slots), OTHER if candidates else NONE)


def _names(folded: Folded, members: Mapping[str, list[str]]) -> dict[str, str]:
    """A name for the members of each key; if several keys share it, with the first member's own name."""
    plain = {key: _name(folded, units[0]) for key, units in members.items()}
    counts = Counter(plain.values())
    return {
        key: name if counts[name] == 1 else f"like {_label(folded, members[key][0])}" for key, name in plain.items()
    }


def _name(folded: Folded, unit: str) -> str:
    if unit in folded.groups:
        return layer_title(folded.groups[unit]) or folded.groups[unit].label
    return folded.graph.op(unit).type


def _label(folded: Folded, unit: str) -> str:
    return folded.groups[unit].label if unit in folded.groups else folded.alone[unit]
