"""A source that is loaded and traced in this process, so that its graphs can be run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType

import tensorflow as tf

from graphlab.errors import MissingInputsError, SourceError, TraceError
from graphlab.evaluation.form.places import example_inputs
from graphlab.evaluation.input_values import InputValue
from graphlab.evaluation.inputs import tensor_spec
from graphlab.graph import Graph
from graphlab.sources import SourceSpec
from graphlab.sources.failures import describe_failure
from graphlab.sources.objects import find_object
from graphlab.tracing.live import LiveGraph, LiveSource, live_graphs
from graphlab.tracing.specs import parse_specs
from graphlab.tracing.targets import FROM_DATA, trace_object, trace_source


@dataclass(frozen=True, eq=False)
class OpenedSource:
    """A source with its graphs by name, and those that can be run."""

    spec: SourceSpec
    source: LiveSource
    graphs: Mapping[str, Graph]
    live: Mapping[str, LiveGraph] = field(default_factory=dict)

    def find(self, name: str) -> LiveGraph:
        """One of the graphs that can be run. Raises SourceError for any other."""
        if name not in self.live:
            raise SourceError(f"the {name} of {self.spec.text!r} has no values: its elements are its samples")
        return self.live[name]


def open_source(
    spec: SourceSpec, progress: Callable[[str], None], input_values: Sequence[InputValue] = ()
) -> OpenedSource:
    """Load and trace a source.

    A function without a signature is traced for the specs of the source, `input_values`, and its example_inputs.

    Raises TraceError and SourceError as tracing does.
    """
    with live_graphs() as source:
        try:
            graphs = _trace(source, spec, progress, input_values)
        except BaseException as error:
            if isinstance(error, Exception):
                raise
            raise TraceError(describe_failure(f"tracing {spec.text!r} failed", error)) from error
    by_graph = {id(one.graph): one for one in source.graphs}
    live = {name: by_graph[id(graph)] for name, graph in graphs.items() if id(graph) in by_graph}
    return OpenedSource(spec, source, graphs, live)


def _trace(
    source: LiveSource, spec: SourceSpec, progress: Callable[[str], None], input_values: Sequence[InputValue]
) -> dict[str, Graph]:
    try:
        graphs = trace_source(spec, progress)
    except (MissingInputsError, TraceError) as error:
        if source.module is None or (isinstance(error, TraceError) and not input_values):
            raise
        target, positional, keywords = _specs_of(spec, source.module, input_values)
        if not positional and not keywords:
            raise
        return trace_object(target, positional, keywords, name=spec.name)
    # Without a signature, a function is traced for the data beside it, which the values need not fit.
    is_for_data = any(FROM_DATA in graph.facts.notes for graph in graphs.values())
    if not is_for_data or not input_values or source.module is None:
        return graphs
    target, positional, keywords = _specs_of(spec, source.module, input_values)
    return trace_object(target, positional, keywords, name=spec.name)


def _specs_of(
    spec: SourceSpec, module: ModuleType, input_values: Sequence[InputValue]
) -> tuple[object, list[tf.TensorSpec], dict[str, tf.TensorSpec]]:
    """A function and what it is traced for, by position and by name; examples fill in what was not given."""
    target, examples = find_object(spec, module), example_inputs(module)
    positional, keywords = parse_specs(spec.inputs)
    positional += [tensor_spec(one.value) for one in input_values if not one.name]
    keywords |= {one.name: tensor_spec(one.value) for one in input_values if one.name}
    return target, positional, keywords | example_specs(target, len(positional), keywords, examples)


def example_specs(
    target: object, count: int, specs: Mapping[str, object], examples: Mapping[str, object]
) -> dict[str, tf.TensorSpec]:
    """The specs of examples for parameters after the first `count` that are not in `specs`."""
    parameters = inspect.signature(target).parameters if callable(target) else {}
    names = [name for name in [*parameters][count:] if name in examples and name not in specs]
    return {name: tensor_spec(examples[name]) for name in names}
