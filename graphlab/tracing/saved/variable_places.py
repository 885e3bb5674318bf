"""The groups of a file's variables: beside their users, following calls of functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from graphlab.graph import Body, Group, Op
from graphlab.graph.pieces import common
from graphlab.tracing.raw import End

_PASS_ON = frozenset({"ReadVariableOp", "Identity", "RefIdentity", "Cast", "Enter", "RefEnter", "Switch", "RefSwitch"})
_NO_USE = frozenset({"VarIsInitializedOp", "IsVariableInitialized", "Assign", "AssignVariableOp", "SaveV2", "NoOp"})
_UPDATES = ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply", "Scatter", "ResourceScatter")
_OUTSIDE = ("loop", "conditional")  # a variable is not created again in each iteration

Path = tuple[str, ...]


def place_shared(
    ops: Sequence[Op], bodies: Sequence[Body], groups: Mapping[str, Group], apart: Sequence[str]
) -> list[Op]:
    """The ops, with each variable in the group that contains all users of its value.

    Ops that save, set or update it do not count, nor do those in the groups `apart`. A variable whose users share
    no group stays in its own name scope.
    """
    users = _Users(ops, bodies, apart)
    placed = []
    for op in ops:
        if op.variable is None:
            placed.append(op)
            continue
        paths = [user.path for user in users.of(op)]
        placed.append(replace(op, path=_shared_path(op.path, paths, groups)))
    return placed


def used_variables(ops: Sequence[Op], bodies: Sequence[Body], apart: Sequence[str]) -> set[str]:
    """The variables whose values are used for more than updating them; optimizers' slots are not."""
    users = _Users(ops, bodies, apart)
    return {op.id for op in ops if op.variable is not None and any(users.of(op))}


def _shared_path(own: Path, paths: Sequence[Path], groups: Mapping[str, Group]) -> Path:
    if not paths:
        return own
    shared = paths[0]
    for path in paths[1:]:
        shared = common(shared, path)
    for depth, group_id in enumerate(shared):
        if groups[group_id].kind in _OUTSIDE:
            shared = shared[:depth]
            break
    return own if shared == own[: len(shared)] else shared


class _Users:
    """Which op reads which, through identities and calls."""

    def __init__(self, ops: Sequence[Op], bodies: Sequence[Body], apart: Sequence[str]) -> None:
        self._apart = frozenset(apart)
        self._returned_ends = {end for body in bodies for end in body.results}
        self._ops = {op.id: op for op in ops}
        self._readers: dict[End, list[tuple[str, int]]] = defaultdict(list)
        for op in ops:
            for port, end in enumerate(op.inputs):
                self._readers[end].append((op.id, port))
        self._bodies: dict[str, list[Body]] = defaultdict(list)
        for body in bodies:
            self._bodies[body.call].append(body)

    def of(self, op: Op) -> Iterator[Op]:
        """The ops that use the value of a variable, or of an op that passes it on."""
        waiting: list[End] = [(op.id, port) for port in range(len(op.outputs))]
        seen_ends = set(waiting)
        while waiting:
            for reader_id, port in self._readers[waiting.pop()]:
                reader = self._ops[reader_id]
                following = self._following(reader, port)
                if following is None:
                    if not _keeps_up(reader) and self._apart.isdisjoint(reader.path):
                        yield reader
                    continue
                new = [end for end in following if end not in seen_ends]
                seen_ends.update(new)
                waiting += new

    def _following(self, reader: Op, port: int) -> list[End] | None:
        """The outputs that repeat the input at the port; None if the op uses it itself."""
        if reader.id in self._bodies:
            return [
                (body.args[port - body.first_input], 0)
                for body in self._bodies[reader.id]
                if 0 <= port - body.first_input < len(body.args)
            ]
        if reader.type not in _PASS_ON:
            return None
        ends = [(reader.id, output_port) for output_port in range(len(reader.outputs))]
        # A returned value is used; one that is only read, as TensorFlow does beside each variable, is not.
        return None if any(end in self._returned_ends for end in ends) else ends


def _keeps_up(reader: Op) -> bool:
    """Whether the op only saves, sets or updates what it reads."""
    return reader.type in _NO_USE or reader.type.startswith(_UPDATES)
