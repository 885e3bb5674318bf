"""Turns a function that was just traced, and what was recorded meanwhile, into a Graph."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import tensorflow as tf

from graphlab.graph import Graph, GraphFacts, Variable
from graphlab.tracing.gather import finish, gather
from graphlab.tracing.grouping.variables import captured_variables, note_captured
from graphlab.tracing.models.counts import note_counts
from graphlab.tracing.models.record import Recording
from graphlab.tracing.raw import RawFunction, live_function
from graphlab.tracing.specs import part_names
from graphlab.tracing.tensorflow_types import ConcreteFunction


@dataclass(frozen=True)
class About:
    """What a graph is called, and the words for its arguments and results (by position; may be shorter)."""

    name: str
    kind: str
    input_names: Sequence[str] = ()
    output_names: Sequence[str] = ()


def to_graph(function: ConcreteFunction, recording: Recording, about: About) -> Graph:
    """The Graph of a tf ConcreteFunction and of the functions its ops call: every op and edge that they hold."""
    func_graph = function.graph
    of_model = about.kind in ("forward", "train_step")
    with _no_collections():
        raw = live_function(func_graph)
        variables = captured_variables(func_graph, recording.calls(), of_model=of_model)
        graph = raw_to_graph(raw, variables, recording, _facts(function, about))
    return note_captured(note_counts(graph, recording), func_graph)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep Python from looking for garbage: there is none in a graph, and each look walks through the whole model."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def raw_to_graph(raw: RawFunction, variables: Mapping[str, Variable], recording: Recording, facts: GraphFacts) -> Graph:
    """The Graph of a function and of those that its ops call; `variables` are those behind its ops, by their names.

    `facts` are those that its ops do not tell: name, kind, inputs, outputs, names ...
    """
    return finish(gather(raw, variables, recording), facts)


def _facts(function: ConcreteFunction, about: About) -> GraphFacts:
    """The graph's name and kind, the ops that stand for arguments and results, and what people call them."""
    func_graph = function.graph
    arguments = len(func_graph.inputs) - len(function.captured_inputs)  # what is captured comes after them
    inputs = [tensor.op.name for tensor in func_graph.inputs[:arguments]]
    outputs = [tensor.op.name for tensor in func_graph.outputs]
    names = dict(zip(inputs, about.input_names or _composite_names(function, inputs), strict=False))
    names |= dict(zip(outputs, about.output_names or _output_names(function), strict=False))
    return GraphFacts(
        name=about.name, kind=about.kind, inputs=tuple(inputs), outputs=tuple(dict.fromkeys(outputs)), names=names
    )


def _composite_names(function: ConcreteFunction, inputs: Sequence[str]) -> list[str]:
    """What the inputs are called where one of them is ragged or sparse: the tensors of it after the first of them."""
    specs = [spec for spec in tf.nest.flatten(function.structured_input_signature) if isinstance(spec, tf.TypeSpec)]
    names: list[str] = []
    for spec in specs:
        if len(names) < len(inputs):
            names += part_names(spec, inputs[len(names)])
    return names if len(names) > len(specs) else []


def _output_names(function: ConcreteFunction) -> list[str]:
    """Names of a function's results: the keys of a dict it returns, else numbers where there are several."""
    structure = function.structured_outputs
    if isinstance(structure, dict) and len(structure) == len(function.graph.outputs):
        return [str(key) for key in sorted(structure)]
    count = len(function.graph.outputs)
    return ["output"] if count == 1 else [f"output {number}" for number in range(1, count + 1)]
