"""A source that is loaded and traced in this process, so that its graphs can be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graphlab.errors import MissingInputsError, SourceError, TraceError
from graphlab.evaluation.input_values import InputValue
from graphlab.evaluation.inputs import tensor_spec
from graphlab.graph import Graph
from graphlab.sources import SourceSpec
from graphlab.sources.failures import describe_failure
from graphlab.sources.objects import find_object
from graphlab.tracing.live import LiveGraph, LiveSource, live_graphs
from graphlab.tracing.targets import trace_object, trace_source


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
    """Load and trace a source; a function without a signature is traced for `input_values`.

    Raises TraceError and SourceError as tracing does.
    """
    with live_graphs() as source:
        try:
            graphs = trace_source(spec, progress)
        except MissingInputsError:
            if source.module is None or not input_values:
                raise
            positional = [tensor_spec(one.value) for one in input_values if not one.name]
            keywords = {one.name: tensor_spec(one.value) for one in input_values if one.name}
            graphs = trace_object(find_object(spec, source.module), positional, keywords, name=spec.name)
        except BaseException as error:
            if isinstance(error, Exception):
                raise
            raise TraceError(describe_failure(f"tracing {spec.text!r} failed", error)) from error
    by_graph = {id(one.graph): one for one in source.graphs}
    live = {name: by_graph[id(graph)] for name, graph in graphs.items() if id(graph) in by_graph}
    return OpenedSource(spec, source, graphs, live)
