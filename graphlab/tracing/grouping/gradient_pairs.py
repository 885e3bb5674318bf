"""The forward op of each gradient op: as recorded during tracing, otherwise found by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from graphlab.tracing.grouping.tree import Path
from graphlab.tracing.models.record import Recording
from graphlab.tracing.raw import RawFunction

Forward = tuple[Hashable, str]  # a recording's key of a function, and the name of an op in it

_TENSORFLOW_1 = re.compile(r"(?:^|/)gradients(?:_\d+)?/(?P<forward>.+)_grad/")
_TENSORFLOW_2 = re.compile(r"^gradient_tape/(?P<forward>.+)$")


@dataclass(frozen=True)
class BodyPosition:
    """Where a function's ops are: the call that contains them, their role there, and the number of enclosing groups."""

    call: str
    role: str
    depth: int


@dataclass(frozen=True)
class GradientPairs:
    """The recorded forward ops of each function's ops by position, and the ops that have been added in bodies so far.

    A forward op in a body has an id for each call of the body. `by_call` and `by_role` find it by the call around it,
    `by_name` contains all. `inside` are the groups around it in the body.
    """

    forward_ops: Mapping[Hashable, Mapping[int, Forward]]
    by_call: dict[tuple[str, Hashable, str], str] = field(default_factory=dict)
    by_role: dict[tuple[str, str, str], str] = field(default_factory=dict)
    by_name: dict[Forward, list[str]] = field(default_factory=lambda: defaultdict(list))
    inside: dict[str, Path] = field(default_factory=dict)

    def here(self, function: RawFunction) -> Mapping[int, str]:
        """The names of the forward ops in the same function, by the position of the gradient op."""
        forward_ops = self.forward_ops.get(function.key)
        if forward_ops is None:
            return pairs_by_name([op.name for op in function.ops])
        return {position: name for position, (graph, name) in forward_ops.items() if graph is function.key}

    def remember(self, key: Hashable, position: BodyPosition, ids: Mapping[str, str], paths: Sequence[Path]) -> None:
        """Remember the ops of a function at a call."""
        for (name, op_id), path in zip(ids.items(), paths, strict=True):
            self.by_call[position.call, key, name] = op_id
            self.by_role[position.call, position.role, name] = op_id
            self.by_name[key, name].append(op_id)
            self.inside[op_id] = path[position.depth :]

    def elsewhere(self, function: RawFunction, position: int, forward: str | None, role: str) -> str | None:
        """The id of the forward op in another function; None if there is none or it is ambiguous.

        `forward` is the call whose gradient the function computes: a function traced earlier keeps its names.
        """
        forward_op = self.forward_ops.get(function.key, {}).get(position)
        if forward_op is not None:
            others = self.by_name.get(forward_op, [])
            return self.by_call.get((forward or "", *forward_op)) or (others[0] if len(others) == 1 else None)
        names = _candidates(function.ops[position].name) if forward else []
        return next((op_id for name in names if (op_id := self.by_role.get((forward or "", role, name)))), None)


def pairs_of(recording: Recording) -> GradientPairs:
    """The pairs that a trace recorded. For an op made in nested differentiations, the inner one counts."""
    forward_ops: dict[Hashable, dict[int, Forward]] = defaultdict(dict)
    for graph, first, last, forward in recording.pairs:  # inner ones end first
        for position in range(first, last):
            forward_ops[graph].setdefault(position, forward)
    return GradientPairs(forward_ops)


def pairs_by_name(names: Sequence[str]) -> Mapping[int, str]:
    """Position of each gradient op → name of its forward op, if the graph contains it.

    `gradients/dense/MatMul_grad/MatMul_1` and `gradient_tape/dense/MatMul/MatMul_1` belong to `dense/MatMul`,
    `gradient_tape/ReluGrad` to `Relu`.
    """
    name_set = frozenset(names)
    pairs: dict[int, str] = {}
    for position, name in enumerate(names):
        forward = next((candidate for candidate in _candidates(name) if candidate in name_set), "")
        if forward:
            pairs[position] = forward
    return pairs


def _candidates(name: str) -> list[str]:
    old = _TENSORFLOW_1.search(name)
    if old:
        return [old["forward"]]
    new = _TENSORFLOW_2.match(name)
    return [new["forward"].rpartition("/")[0], new["forward"].removesuffix("Grad")] if new else []
