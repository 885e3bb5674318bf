"""What runs of a graph: at inference or in training, with the model's weights or those of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from graphlab.evaluation.model.training_mode import ambiguous_ops, seeds_of, training_twin
from graphlab.evaluation.model.weights import run_weights
from graphlab.evaluation.opened import OpenedSource
from graphlab.evaluation.rules import Rules
from graphlab.tracing.live import LiveGraph


@dataclass(frozen=True, eq=False)
class ModelMode:
    """The graph that runs, the rules for it, and the ids that it may use for other ops than the shown graph."""

    live: LiveGraph
    rules: Rules
    ambiguous: frozenset[str] = frozenset()


def mode_of(
    opened: OpenedSource, graph: str, live: LiveGraph, *, weights: tuple[Path, str] | None, training_seed: int | None
) -> ModelMode:
    """How a graph runs with `weights`, a checkpoint and its words, and in training mode if there is a seed for it.

    Raises SourceError if one of them cannot be had.
    """
    own = live if training_seed is None else training_twin(opened, graph)
    values = run_weights(opened, own, *weights) if weights else {}
    if training_seed is not None:
        values |= seeds_of(own, training_seed)
    ambiguous = frozenset[str]() if own is live else ambiguous_ops(live, own)
    return ModelMode(own, replace(opened.rules_of(graph), weights=values), ambiguous)
