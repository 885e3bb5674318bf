"""The order in which ops ran, and which of an op's runs belongs to a step. Knows no tensors."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphlab.graph import Body, Graph
from graphlab.view.readouts import LOOP_ROLES, variables_in_conditions


@dataclass(frozen=True, eq=False)
class RunOrder:
    """The ops of a graph in the order in which they ran, by id, each with the iterations of the loops around it."""

    graph: Graph
    runs: Sequence[tuple[str, tuple[int, ...]]]

    def position(self, op_id: str, time: int | None = None, now: int | None = None) -> int | None:
        """The position of an op's last run before `time` (None: the end); None if it did not run.

        In the step at position `now`, an op in the same loop shows what it gave in the same iteration. A loop's
        variable begins an iteration in the loop's condition.
        """
        own = self._last(op_id, time, now)
        if own is None and op_id in self._in_condition:
            return self._last(self._in_condition[op_id], time, now)
        return own

    def _last(self, op_id: str, time: int | None, now: int | None) -> int | None:
        positions = self._positions.get(op_id, [])
        index = len(positions) if time is None else bisect_left(positions, time)
        if now is None or now >= len(self.runs):
            return positions[index - 1] if index else None
        now_id, iterations = self.runs[now]
        shared = _count_equal(self._loops(op_id), self._loops(now_id))
        wanted = iterations[:shared]
        index = min(index, bisect_right(positions, wanted, key=lambda position: self.runs[position][1][:shared]))
        last = positions[index - 1] if index else None
        return last if last is not None and self.runs[last][1][:shared] == wanted else None

    def has_run(self, op_id: str, iterations: Sequence[int] | None) -> bool:
        """Whether an op ran in these iterations (None: in any)."""
        wanted = None if iterations is None else tuple(iterations)
        return any(wanted in (None, self.runs[position][1]) for position in self._positions.get(op_id, []))

    @cached_property
    def untaken(self) -> frozenset[str]:
        """The groups of the branches that no conditional took, of those conditionals that ran."""
        run_groups = {group_id for op_id in self._positions for group_id in self._path(op_id)}
        return frozenset(
            body.group
            for body in self.graph.facts.bodies
            if _is_branch(body) and body.call in self._positions and body.group not in run_groups
        )

    def _path(self, op_id: str) -> tuple[str, ...]:
        return self.graph.op(op_id).path if op_id in self.graph else ()

    def _loops(self, op_id: str) -> list[str]:
        """The ops of the loops around an op, outermost first."""
        return [self._loop_of[group_id] for group_id in self._path(op_id) if group_id in self._loop_of]

    @cached_property
    def _positions(self) -> Mapping[str, list[int]]:
        positions: dict[str, list[int]] = defaultdict(list)
        for position, (op_id, _) in enumerate(self.runs):
            positions[op_id].append(position)
        return dict(positions)

    @cached_property
    def _loop_of(self) -> Mapping[str, str]:
        return {body.group: body.call for body in self.graph.facts.bodies if body.role in LOOP_ROLES}

    @cached_property
    def _in_condition(self) -> Mapping[str, str]:
        return variables_in_conditions(self.graph)


def _count_equal(first: Sequence[str], second: Sequence[str]) -> int:
    """How many items two lists have in common from the beginning."""
    return next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )


def _is_branch(body: Body) -> bool:
    return body.role in ("then", "else") or body.role.startswith("branch")
