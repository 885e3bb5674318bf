"""What running a graph op by op gives: the steps in order, with the outputs of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True, eq=False)
class Step:
    """One op that was run. `iterations` are those of the loops around it, outermost first, from 1."""

    op_id: str
    iterations: tuple[int, ...]
    inputs: Sequence[tf.Tensor]
    outputs: Sequence[tf.Tensor]


@dataclass(eq=False)
class Steps:
    """All ops that were run, in order, and the last step of each.

    `problems` say by op id why an op has no value. `branches` hold by the id of a conditional the part that was run,
    `rounds` by the id of a loop how often its body was.
    """

    order: list[Step] = field(default_factory=list)
    last: dict[str, Step] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)

    def add(self, step: Step) -> None:
        """Note one more step."""
        self.order.append(step)
        self.last[step.op_id] = step
