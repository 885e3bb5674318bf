"""Groups an optimizer's ops and slots by the trainable variable that they update."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphlab.graph import Group, Variable
from graphlab.tracing.grouping.placement import update_path
from graphlab.tracing.grouping.tree import Path, Tree
from graphlab.tracing.raw import RawOp

_WRITERS = ("Assign", "ResourceApply", "ResourceSparseApply", "ResourceScatter")


@dataclass(frozen=True)
class Trained:
    """The names of a train step's variables: the trainable ones, and the models whose names are their prefixes."""

    names: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    by_slot_name: Mapping[str, str] = field(default_factory=dict)

    def variable_of(self, name: str) -> str:
        """The trainable variable of that name, or the one whose slot has that name; "" for neither."""
        if name in self.names:
            return name
        slot = name.rpartition("/")[2]
        starts = [start for start in self.by_slot_name if slot.startswith(start)]
        return self.by_slot_name[max(starts, key=len)] if starts else ""


def trained(variables: Mapping[str, Variable], models: frozenset[str]) -> Trained:
    """The names of a graph's variables. Keras names a slot after its variable, with "/" replaced by "_"."""
    names = frozenset(variable.name for variable in variables.values() if variable.trainable and variable.parameters)
    return Trained(names, models, {f"{name.replace('/', '_')}_": name for name in sorted(names)})


def place_updates(
    tree: Tree,
    room: Path,
    ops: Sequence[RawOp],
    initial_paths: Sequence[Path],
    handles: Mapping[str, Variable],
    names: Trained,
) -> list[Path]:
    """The paths, with the optimizer's ops for a single variable moved into that variable's group.

    These are the ops that write the variable or one of its slots (weight decay, moving averages), and the ops that only
    they read (clipping). `handles` are the variables behind the placeholders among `ops`, which belong to a function
    called at the group `room`, or to the whole graph.
    """
    paths = list(initial_paths)
    if len(names.names) < 2 or not any(group.kind == "optimizer" for group in tree.groups.values()):
        return paths
    readers = _readers(ops)
    for position in range(len(ops) - 1, -1, -1):
        base = _base(room, paths[position], tree.groups)
        if not base or _update_group(paths[position], tree.groups):
            continue
        homes = {_update_group(paths[reader], tree.groups) for reader in readers.get(ops[position].name, ())}
        variable = names.variable_of(_variable_name(ops[position], handles))
        if variable:
            homes = {update_path(tree, base, variable, names.models)}
        if len(homes) == 1:
            paths[position] = homes.pop() or paths[position]
    return paths


def _readers(ops: Sequence[RawOp]) -> dict[str, list[int]]:
    """For each op, the positions of its readers, past the copies that TensorFlow makes of all gradients at once."""
    passed = {(op.name, port): end for op in ops if op.type == "IdentityN" for port, end in enumerate(op.inputs)}
    read = {name for op in ops for name, _ in op.inputs}
    readers: dict[str, list[int]] = defaultdict(list)
    for position, op in enumerate(ops):
        if op.type != "IdentityN" and (op.type != "Identity" or op.name in read):
            for end in op.inputs:
                readers[passed.get(end, end)[0]].append(position)
    return readers


def _base(room: Path, path: Path, groups: Mapping[str, Group]) -> Path:
    """The group that contains the variables' groups: the innermost optimizer, or the body of what it calls."""
    depths = [depth for depth, group_id in enumerate(path, 1) if groups[group_id].kind == "optimizer"]
    return path[: max(depths[-1], len(room))] if depths else ()


def _update_group(path: Path, groups: Mapping[str, Group]) -> Path:
    """The path down to the group of a variable's update; () outside one."""
    depths = [depth for depth, group_id in enumerate(path, 1) if groups[group_id].kind == "update"]
    return path[: depths[0]] if depths else ()


def _variable_name(op: RawOp, handles: Mapping[str, Variable]) -> str:
    """The name of the variable that an op writes or represents; "" for none."""
    if op.name in handles:
        return handles[op.name].name
    handle = op.inputs[0][0] if op.inputs and op.type.startswith(_WRITERS) else ""
    return handles[handle].name if handle in handles else ""
