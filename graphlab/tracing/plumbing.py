"""The ops of a TensorFlow graph that only save and restore its variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from graphlab.graph import Group
from graphlab.tracing.bodies import called_by
from graphlab.tracing.convert import Gathered
from graphlab.tracing.raw import RawFunction, RawOp

SAVING = "save and restore"  # the group's label
_SAVES = frozenset({"SaveV2", "SaveSlices", "Save", "MergeV2Checkpoints"})
_RESTORES = frozenset({"RestoreV2", "RestoreSlice", "Restore"})
_VARIABLES = frozenset({"VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable"})


def saving_ops(raw: RawFunction, needed: Iterable[str]) -> set[str]:
    """The names of ops that save or restore variables and of those that only they need; none of the `needed`."""
    kept = set(needed) | {op.name for op in raw.ops if op.type in _VARIABLES}
    found = _with(raw, _SAVES | _RESTORES) - kept
    sources = {op.name: [*(name for name, _ in op.inputs), *op.controls] for op in raw.ops}
    readers: dict[str, list[str]] = defaultdict(list)
    for name, read in sources.items():
        for source in read:
            readers[source].append(name)
    _spread(found, lambda name: [reader for reader in readers[name] if reader not in kept])

    def only_for_them(name: str) -> list[str]:
        return [source for source in sources[name] if source not in kept and found.issuperset(readers[source])]

    _spread(found, only_for_them)
    return found


def _spread(found: set[str], near: Callable[[str], list[str]]) -> None:
    """Add what is near to the names found, and near to that, and so on."""
    waiting = list(found)
    while waiting:
        new = set(near(waiting.pop())) - found
        found |= new
        waiting += new


def _with(raw: RawFunction, types: frozenset[str]) -> set[str]:
    """The ops of these types, and those that call a function with one."""
    known: dict[str, bool] = {}
    return {op.name for op in raw.ops if op.type in types or _calls_one(op, raw, types, known)}


def _calls_one(op: RawOp, raw: RawFunction, types: frozenset[str], known: dict[str, bool]) -> bool:
    waiting = [called for called in called_by(op, raw.find) if called.role == "function"]
    seen = set()
    while waiting:
        called = waiting.pop()
        if called.name in seen:
            continue
        seen.add(called.name)
        if called.name not in known:
            known[called.name] = any(inner.type in types for inner in called.function.ops)
        if known[called.name]:
            return True
        waiting += [found for inner in called.function.ops for found in called_by(inner, raw.find)]
    return False


def set_apart(made: Gathered, op_ids: set[str]) -> None:
    """Move these ops, and what is in the functions they call, into one group at the root."""
    if not op_ids:
        return
    inside = {body.group for body in made.bodies if body.call in op_ids}
    group = Group(_free(f"{SAVING}/", made.tree.groups), SAVING)
    moved: dict[str, str] = {}

    def place(group_id: str) -> str:
        if group_id not in moved:
            moved[group_id] = group.id + group_id
            made.tree.groups[moved[group_id]] = replace(made.tree.groups[group_id], id=moved[group_id])
        return moved[group_id]

    made.tree.groups[group.id] = group
    made.ops = [
        replace(op, path=(group.id, *map(place, op.path))) if op.id in op_ids or not inside.isdisjoint(op.path) else op
        for op in made.ops
    ]
    made.bodies = [replace(body, group=moved.get(body.group, body.group)) for body in made.bodies]


def _free(wanted: str, taken: Mapping[str, Group]) -> str:
    count, found = 1, wanted
    while found in taken:
        count += 1
        found = f"{wanted[:-1]}#{count}/"
    return found
