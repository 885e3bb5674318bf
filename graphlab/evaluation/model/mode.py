"""What runs of a graph: at inference or in training, with the model's weights or those of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphlab.evaluation.model.training_mode import (
    ambiguous_ops,
    hidden_inputs,
    other_ops_words,
    seeds_of,
    training_twin,
)
from graphlab.evaluation.model.weights import run_weights
from graphlab.evaluation.opened import OpenedSource
from graphlab.evaluation.rules import Rules
from graphlab.tracing.live import LiveGraph


@dataclass(frozen=True, eq=False)
class ModelMode:
    """The graph that runs, the rules for it, and the ids that it may use for other ops than the shown graph.

    `hidden` are the ops that the shown graph lacks with the groups around each, by the op that reads them; `note` says
    so in a sentence.
    """

    live: LiveGraph
    rules: Rules
    ambiguous: frozenset[str] = frozenset()
    hidden: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    note: str = ""


def mode_of(
    opened: OpenedSource, graph: str, live: LiveGraph, *, weights: tuple[Path, str] | None, training_seed: int | None
) -> ModelMode:
    """How a graph runs with `weights`, a checkpoint and its words, and in training mode if there is a seed for it.

    Raises SourceError if one of them cannot be had.
    """
    own, rules = (live, opened.rules_of(graph)) if training_seed is None else training_twin(opened, graph)
    values = run_weights(opened, own, *weights) if weights else {}
    if training_seed is not None:
        values |= seeds_of(own, training_seed)
    rules = replace(rules, weights=values)
    if own is live:
        return ModelMode(own, rules)
    ambiguous = ambiguous_ops(live, own)
    return ModelMode(
        own, rules, ambiguous, hidden_inputs(live, own, ambiguous), other_ops_words(live, own, opened.graphs)
    )
