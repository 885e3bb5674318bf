"""A source that is loaded and traced in this process, or a model file that is read, so that its graphs can be run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import tensorflow as tf

from graphlab.errors import MissingInputsError, SourceError, TraceError
from graphlab.evaluation.files.allowed import KERAS, why_not_file
from graphlab.evaluation.files.keras_file import fill_variables
from graphlab.evaluation.files.saved_model import saved_functions
from graphlab.evaluation.form.input_values import InputValue
from graphlab.evaluation.form.places import example_inputs
from graphlab.evaluation.inputs import tensor_spec
from graphlab.evaluation.rules import Rules
from graphlab.formats import read, suffix_of_file, takes_inputs
from graphlab.graph import Graph
from graphlab.loading.limits import limited_memory
from graphlab.sources import SourceSpec
from graphlab.sources.failures import describe_failure
from graphlab.sources.inputs import parse_inputs
from graphlab.sources.objects import find_object
from graphlab.tracing.live import LiveGraph, LiveSource, live_graphs
from graphlab.tracing.specs import parse_specs
from graphlab.tracing.targets import FROM_DATA, trace_object, trace_source

ORDINARY = Rules()


@dataclass(frozen=True, eq=False)
class OpenedSource:
    """A source with its graphs by name, those that can be run, and the rules by which a graph of a file runs."""

    spec: SourceSpec
    source: LiveSource
    graphs: Mapping[str, Graph]
    live: Mapping[str, LiveGraph] = field(default_factory=dict)
    rules: Mapping[str, Rules] = field(default_factory=dict)

    def find(self, name: str) -> LiveGraph:
        """One of the graphs that can be run. Raises SourceError for any other."""
        if name not in self.live:
            raise SourceError(self.why_not(name))
        return self.live[name]

    def rules_of(self, name: str) -> Rules:
        """How a graph is run."""
        return self.rules.get(name, ORDINARY)

    def why_not(self, name: str) -> str:
        """Why a graph cannot be run."""
        if self.spec.path is None:
            return f"the {name} of {self.spec.text!r} has no values: its elements are its samples"
        notes = self.graphs[name].notes if name in self.graphs else ()
        why = next((note for note in notes if "not available" in note), "it is not a function of the file.")
        return f"the graph {name!r} of {self.spec.path.name!r} has no values: {why}"


def open_source(
    spec: SourceSpec, progress: Callable[[str], None], input_values: Sequence[InputValue] = ()
) -> OpenedSource:
    """Load and trace a source, or read a model file.

    A function without a signature is traced for the specs of the source, `input_values`, and its example_inputs.
    Raises TraceError, SourceError and FormatError as tracing and reading do.
    """
    if spec.path is not None:
        return _open_file(spec, spec.path, progress)
    with live_graphs() as source:
        try:
            graphs = _trace(source, spec, progress, input_values)
        except BaseException as error:
            if isinstance(error, Exception):
                raise
            raise TraceError(describe_failure(f"tracing {spec.text!r} failed", error)) from error
    return OpenedSource(spec, source, graphs, _by_name(source, graphs))


def _open_file(spec: SourceSpec, path: Path, progress: Callable[[str], None]) -> OpenedSource:
    """The graphs of a model file with the file's weights. No code from it runs unless it is trusted."""
    refusal = why_not_file(path)
    if refusal:
        raise SourceError(refusal)
    progress(f"Reading {path.name}")
    inputs = parse_inputs(spec.inputs) if takes_inputs(path) else ()
    with live_graphs() as source, nullcontext() if spec.trust else limited_memory():
        graphs = read(path, trust=spec.trust, inputs=inputs)
        progress("Reading the weights")
        live = _by_name(source, graphs)
        if suffix_of_file(path) in KERAS and not path.is_dir():
            rules = fill_variables(path, live, trust=spec.trust)
            return OpenedSource(spec, source, graphs, live, rules)
        functions = saved_functions(path, graphs)
    live = {name: one for name, (one, _) in functions.items()}
    return OpenedSource(spec, source, graphs, live, {name: rules for name, (_, rules) in functions.items()})


def _by_name(source: LiveSource, graphs: Mapping[str, Graph]) -> dict[str, LiveGraph]:
    by_graph = {id(one.graph): one for one in source.graphs}
    return {name: by_graph[id(graph)] for name, graph in graphs.items() if id(graph) in by_graph}


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
