"""Parameters of Keras layers as Keras counts them, including those that the graph does not read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from graphlab.graph import LAYERS, Graph
from graphlab.tracing.models.record import LayerCall, Recording, Subject

if TYPE_CHECKING:
    import keras


def note_counts(graph: Graph, recording: Recording) -> Graph:
    """The graph, with Keras' counts of all and of trained parameters on the group of each layer."""
    layers = _called_layers(recording)
    counts: dict[str, tuple[int, int]] = {}
    for op in graph.ops():
        if op.layer is None or all(group_id in counts for group_id in op.path):
            continue
        groups = [group_id for group_id in op.path if graph.groups[group_id].kind in LAYERS]
        for group_id, layer in zip(groups, layers.get(op.layer.path, ()), strict=False):
            if group_id not in counts:
                counts[group_id] = counts_of(layer)
    graph.facts = replace(graph.facts, counts=counts)
    return graph


def counts_of(layer: keras.Layer) -> tuple[int, int]:
    """How many numbers a layer's or model's weights contain, and how many of them training changes."""
    return _numbers(layer.weights), _numbers(layer.trainable_weights)


def _numbers(weights: Iterable[keras.Variable]) -> int:
    return sum(prod(weight.shape) for weight in weights)


def _called_layers(recording: Recording) -> dict[str, list[Subject]]:
    """The layers called inside each other, outermost first, by their joined names as in `Layer.path`.

    Names that refer to different layers in different calls are omitted.
    """
    layers_by_path: dict[str, list[Subject]] = {}
    doubtful: set[str] = set()
    for call in recording.calls():
        chain = _layers_around(call)
        path = "/".join(one.label for one in chain)
        layers = [one.about for one in chain]
        if path in layers_by_path and any(
            one is not other for one, other in zip(layers_by_path[path], layers, strict=True)
        ):
            doubtful.add(path)
        layers_by_path[path] = layers
    return {path: layers for path, layers in layers_by_path.items() if path not in doubtful}


def _layers_around(call: LayerCall | None) -> list[LayerCall]:
    chain: list[LayerCall] = []
    while call is not None:
        if call.kind == "layer":
            chain.append(call)
        call = call.parent
    return chain[::-1]
