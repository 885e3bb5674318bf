"""Parts of a Keras model that are not in its graph: unread weights, layers that compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphlab.graph import Graph, add_notes
from graphlab.tracing.models.counts import counts_of
from graphlab.tracing.models.record import LayerCall, Recording

if TYPE_CHECKING:
    import keras

MOST_NAMES = 5


def note_unused_parts(graph: Graph, model: keras.Model, recording: Recording) -> Graph:
    """The graph, with notes, and with the model's parameters as Keras counts them, including unread ones."""
    read = {op.variable.name for op in graph.ops() if op.variable}
    unread = [weight.path for weight in model.weights if weight.path not in read]
    idle = _idle(recording)
    notes: list[str] = []
    if unread:
        notes.append(f"{_weights(len(unread))} not read here: {_listed(unread)}.")
    if idle:
        notes.append(f"{_layers(len(idle))} nothing here: {_listed(idle)}.")
    graph.facts = replace(graph.facts, parameters=counts_of(model))
    return add_notes(graph, notes)


def _idle(recording: Recording) -> list[str]:
    """The layers that were called and made no op, without those inside other such layers."""
    calls = {id(call): call for marks in recording.marks.values() for _, call in marks if call is not None}
    busy = {id(call.about) for call in recording.busy() for call in _around(call)}
    idle = {
        f"{call.label} ({type(call.about).__name__})": None
        for call in calls.values()
        if call.kind == "layer"
        and id(call.about) not in busy
        and (call.parent is None or id(call.parent.about) in busy)
    }
    return list(idle)


def _around(call: LayerCall | None) -> list[LayerCall]:
    calls = []
    while call is not None:
        calls.append(call)
        call = call.parent
    return calls


def _listed(names: Sequence[str]) -> str:
    extra = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {extra:,} more" if extra > 0 else "")


def _weights(count: int) -> str:
    return "1 weight of the model is" if count == 1 else f"{count:,} weights of the model are"


def _layers(count: int) -> str:
    return "1 layer computes" if count == 1 else f"{count:,} layers compute"
