"""The ops of a TensorFlow graph that only save, restore or initialise its variables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace

from graphlab.graph import Group
from graphlab.graph.free_names import free_id
from graphlab.tracing.bodies import called_by
from graphlab.tracing.gather import Gathered
from graphlab.tracing.raw import RawFunction, RawOp

SAVING = "save and restore"  # the groups' labels
STARTING = "initial values"
_INIT_CHECKS = frozenset({"VarIsInitializedOp", "IsVariableInitialized"})
_SAVES = frozenset({"SaveV2", "SaveSlices", "Save", "MergeV2Checkpoints"})
_RESTORES = frozenset({"RestoreV2", "RestoreSlice", "Restore"})
_VARIABLES = frozenset({"VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable"})


def plumbing_of(raw: RawFunction, needed: Collection[str]) -> dict[str, set[str]]:
    """The names of ops that only save, restore or initialise variables, by the group they go to.

    None of them is a variable or `needed` by something else.
    """
    flow = _Flow(raw, {*needed, *(op.name for op in raw.ops if op.type in _VARIABLES)})
    saving = _with(raw, _SAVES | _RESTORES) - flow.exclusions
    _spread(saving, flow.readers_of)
    _spread(saving, flow.only_for(saving))
    starting = {op.name for op in raw.ops if op.type in _INIT_CHECKS or _starts(op)} - flow.exclusions - saving
    _spread(starting, flow.gathering(starting))
    _spread(starting, flow.only_for(starting))
    return {SAVING: saving, STARTING: starting - saving}


def _starts(op: RawOp) -> bool:
    """Whether the op gives a variable its first value: TensorFlow names it after the variable."""
    return op.type in ("Assign", "AssignVariableOp") and op.name == f"{op.inputs[0][0]}/Assign" if op.inputs else False


class _Flow:
    """Which op reads which in a graph, including control edges. `kept` is never plumbing."""

    def __init__(self, raw: RawFunction, exclusions: set[str]) -> None:
        self.exclusions = exclusions
        self._types = {op.name: op.type for op in raw.ops}
        self._sources = {op.name: [*(name for name, _ in op.inputs), *op.controls] for op in raw.ops}
        self._readers: dict[str, list[str]] = defaultdict(list)
        for name, read in self._sources.items():
            for source in read:
                self._readers[source].append(name)

    def readers_of(self, name: str) -> list[str]:
        return [reader for reader in self._readers[name] if reader not in self.exclusions]

    def gathering(self, names: set[str]) -> Callable[[str], list[str]]:
        """The ops without another purpose that wait for an op, and for none outside the ones found."""
        return lambda name: [
            reader
            for reader in self.readers_of(name)
            if self._types[reader] == "NoOp" and names.issuperset(self._sources[reader])
        ]

    def only_for(self, names: set[str]) -> Callable[[str], list[str]]:
        """The inputs of an op that nothing outside the ones found reads."""
        return lambda name: [
            source
            for source in self._sources[name]
            if source not in self.exclusions and names.issuperset(self._readers[source])
        ]


def _spread(names: set[str], near: Callable[[str], list[str]]) -> None:
    """Add the neighbours of the names found, then their neighbours, and so on."""
    waiting = list(names)
    while waiting:
        new = set(near(waiting.pop())) - names
        names |= new
        waiting += new


def _with(raw: RawFunction, types: frozenset[str]) -> set[str]:
    """The ops of these types, and those that call a function with one."""
    cache: dict[str, bool] = {}
    return {op.name for op in raw.ops if op.type in types or _calls_one(op, raw, types, cache)}


def _calls_one(op: RawOp, raw: RawFunction, types: frozenset[str], cache: dict[str, bool]) -> bool:
    waiting = [called for called in called_by(op, raw.find) if called.role == "function"]
    seen_names = set()
    while waiting:
        called = waiting.pop()
        if called.name in seen_names:
            continue
        seen_names.add(called.name)
        if called.name not in cache:
            cache[called.name] = any(inner.type in types for inner in called.function.ops)
        if cache[called.name]:
            return True
        waiting += [callee for inner in called.function.ops for callee in called_by(inner, raw.find)]
    return False


def set_apart(draft: Gathered, label: str, op_ids: set[str]) -> str:
    """Move these ops and the ops of the functions they call into one group at the root. Its id, "" for no ops."""
    if not op_ids:
        return ""
    inside = {body.group for body in draft.bodies if body.call in op_ids}
    moving = {op.id: op.path for op in draft.ops if op.id in op_ids or not inside.isdisjoint(op.path)}
    own = {path[0] for path in moving.values() if path and _is_own_scope(draft.tree.groups[path[0]])}
    outer = own.pop() if len(own) == 1 else ""
    group = Group(free_id(f"{label}/", draft.tree.groups), label)
    moved: dict[str, str] = {}

    def moved_id(group_id: str) -> str:
        if group_id not in moved:
            moved[group_id] = group.id + group_id.removeprefix(outer)
            draft.tree.groups[moved[group_id]] = replace(draft.tree.groups[group_id], id=moved[group_id])
        return moved[group_id]

    draft.tree.groups[group.id] = group
    draft.ops = [
        replace(op, path=(group.id, *(moved_id(group_id) for group_id in moving[op.id] if group_id != outer)))
        if op.id in moving
        else op
        for op in draft.ops
    ]
    draft.bodies = [replace(body, group=moved.get(body.group, body.group)) for body in draft.bodies]
    return group.id


def _is_own_scope(group: Group) -> bool:
    """Whether this is TensorFlow 1's scope for saving and restoring; ours replaces it."""
    return group.kind == "scope" and re.fullmatch(r"save(_\d+)?", group.label) is not None
