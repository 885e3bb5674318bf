"""Turns a newly traced function and what was recorded during the trace into a Graph."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import tensorflow as tf

from graphlab.graph import Graph, GraphFacts, Variable
from graphlab.tracing.gather import finish, gather
from graphlab.tracing.grouping.variables import captured_variables, note_captured
from graphlab.tracing.live import LiveGraph, note_live
from graphlab.tracing.models.counts import note_counts
from graphlab.tracing.models.record import Recording
from graphlab.tracing.raw import RawFunction, live_function
from graphlab.tracing.specs import part_names
from graphlab.tracing.tensorflow_types import ConcreteFunction


@dataclass(frozen=True)
class About:
    """A graph's name, and the words for its arguments and results (by position; may be shorter)."""

    name: str
    kind: str
    input_names: Sequence[str] = ()
    output_names: Sequence[str] = ()


def to_graph(function: ConcreteFunction, recording: Recording, about: About) -> Graph:
    """The Graph of a tf ConcreteFunction and of the functions that its ops call, with every op and edge."""
    func_graph = function.graph
    of_model = about.kind in ("forward", "train_step")
    with _no_collections():
        raw = live_function(func_graph)
        variables = captured_variables(func_graph, recording.calls(), of_model=of_model)
        draft = gather(raw, variables, recording)
        graph = finish(draft, _facts(function, about))
    graph = note_captured(note_counts(graph, recording), func_graph)
    note_live(LiveGraph(graph, function, draft.sites))
    return graph


@contextmanager
def _no_collections() -> Iterator[None]:
    """Pause garbage collection: a new graph contains no garbage, and each collection walks through the whole model."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def raw_to_graph(raw: RawFunction, variables: Mapping[str, Variable], recording: Recording, facts: GraphFacts) -> Graph:
    """The Graph of a function and of those that its ops call. `variables` are the variables behind its ops, by op name.

    `facts` are those that its ops do not contain: name, kind, inputs, outputs, names ...
    """
    return finish(gather(raw, variables, recording), facts)


def _facts(function: ConcreteFunction, about: About) -> GraphFacts:
    """The graph's name and kind, the ops of its arguments and results, and their names for people."""
    func_graph = function.graph
    arguments = len(func_graph.inputs) - len(function.captured_inputs)  # captured values come after them
    inputs = [tensor.op.name for tensor in func_graph.inputs[:arguments]]
    outputs = [tensor.op.name for tensor in _results(function)]
    names = dict(zip(inputs, about.input_names or _composite_names(function, inputs), strict=False))
    names |= dict(zip(outputs, about.output_names or _output_names(function), strict=False))
    return GraphFacts(
        name=about.name, kind=about.kind, inputs=tuple(inputs), outputs=tuple(dict.fromkeys(outputs)), names=names
    )


def _results(function: ConcreteFunction) -> Sequence[tf.Tensor]:
    """The tensors that a function returns, without those that the gradient of a loop in it reads beside them."""
    parts = tf.nest.flatten(function.structured_outputs, expand_composites=True)
    count = sum(isinstance(part, tf.TypeSpec | tf.Tensor) for part in parts)
    return function.graph.outputs[: count or None]


def _composite_names(function: ConcreteFunction, inputs: Sequence[str]) -> list[str]:
    """The names of the inputs if one of them is ragged or sparse: such an input consists of several tensors."""
    specs = [spec for spec in tf.nest.flatten(function.structured_input_signature) if isinstance(spec, tf.TypeSpec)]
    names: list[str] = []
    for spec in specs:
        if len(names) < len(inputs):
            names += part_names(spec, inputs[len(names)])
    return names if len(names) > len(specs) else []


def _output_names(function: ConcreteFunction) -> list[str]:
    """Names of a function's results: the keys of the dict it returns, else numbers if there are several."""
    structure, count = function.structured_outputs, len(_results(function))
    if isinstance(structure, dict) and len(structure) == count:
        return [str(key) for key in sorted(structure)]
    return ["output"] if count == 1 else [f"output {number}" for number in range(1, count + 1)]
