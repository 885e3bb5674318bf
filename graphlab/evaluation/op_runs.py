"""What running a graph op by op gives: the ops in order, with the outputs of each, and why some have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True, eq=False)
class OpRun:
    """An op that was run. `iterations` are those of the loops around it, outermost first, from 1."""

    op_id: str
    iterations: tuple[int, ...]
    inputs: Sequence[tf.Tensor]
    outputs: Sequence[tf.Tensor]


@dataclass(frozen=True)
class Problem:
    """Why an op was not run: it failed, or it reads what the op `origin` could not compute."""

    words: str
    origin: str


@dataclass(eq=False)
class OpRuns:
    """All ops that were run, in order, and the last run of each.

    `problems` hold by op id why an op has no value, of an op in a loop from the first iteration in which it had none.
    `branches` hold by the id of a conditional the branch that was run. `writes` hold, by the identity of a variable's
    handle, its new values, each with the position in `order` of the op that writes it.
    """

    order: list[OpRun] = field(default_factory=list)
    last: dict[str, OpRun] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    writes: dict[int, list[tuple[int, tf.Tensor]]] = field(default_factory=dict)

    def add(self, run: OpRun) -> None:
        """Note one more run."""
        self.order.append(run)
        self.last[run.op_id] = run

    def write(self, handle: tf.Tensor, value: tf.Tensor) -> None:
        """Note that the op that comes next in `order` gives a variable a new value."""
        self.writes.setdefault(id(handle), []).append((len(self.order), value))

    def fail(self, op_id: str, iterations: tuple[int, ...], words: str) -> None:
        """Note an op that could not be run."""
        where = f" (in iteration {', '.join(map(str, iterations))})" if iterations else ""
        self.problems.setdefault(op_id, Problem(f"{words}{where}", op_id))

    def skip(self, op_id: str, origin: str) -> None:
        """Note an op that reads what another one could not compute."""
        self.problems.setdefault(op_id, Problem(f"not computed, because {origin} has no value", origin))
