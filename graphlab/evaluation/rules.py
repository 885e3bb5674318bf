"""What may run of a graph, and which values the variables that it captures begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf

    from graphlab.tracing.live import LiveGraph


@dataclass(frozen=True, eq=False)
class Rules:
    """How a graph is run.

    `allowed` are the only op types that run; None: all that have no side effects. `unset` says of ops that stand for
    what the function captures why they have no value. `weights` are values that variables begin with instead of their
    own, by the id of the op that stands for the variable.
    """

    allowed: frozenset[str] | None = None
    unset: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, tf.Tensor] = field(default_factory=dict)

    def why_not(self, op_type: str) -> str:
        """Why an op never runs by these rules; "" if it may."""
        if self.allowed is None or op_type in self.allowed:
            return ""
        return f"{op_type} never runs from a file: it is not on the list of ops that only compute"


def captured_ops(live: LiveGraph) -> list[tuple[str, tf.Tensor]]:
    """The values that the function captures, each after the id of the op that stands for it."""
    site, captured = live.sites["", ""], live.function.captured_inputs
    names = site.function.args[len(site.function.args) - len(captured) :]
    return [(site.ids[name], tensor) for tensor, name in zip(captured, names, strict=True)]
