"""A source that is opened for one command, with the arguments that one of its graphs is run for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras

from graphlab.errors import SourceError
from graphlab.evaluation.data import rows_for
from graphlab.evaluation.form.input_values import InputValue, split_inputs
from graphlab.evaluation.form.places import example_inputs
from graphlab.evaluation.inputs import FROM_DATA, Argument, arguments_for, tensor_words
from graphlab.evaluation.limits.last_op import LAST_OP
from graphlab.evaluation.limits.memory import limit_memory, usual_limit_bytes
from graphlab.evaluation.opened import OpenedSource, open_source
from graphlab.graph.names import PIPELINE, find_name
from graphlab.json_value import JsonObject
from graphlab.loading.limits import MEMORY_BYTES
from graphlab.processes.worker import Message
from graphlab.sources import SourceSpec, parse_source
from graphlab.sources.inputs import parse_inputs
from graphlab.tracing.live import LiveGraph

NO_DATA_VALUES = (
    "a data pipeline has no values for an input: its ops run while the data is read; `graphlab open` shows its first "
    "elements"
)


@dataclass(frozen=True, eq=False)
class PreparedRun:
    """A graph with its arguments; `data` describes the data that they are from, "" for none or unknown."""

    opened: OpenedSource
    name: str
    live: LiveGraph
    arguments: Sequence[Argument]
    data: str

    def inputs_json(self) -> list[JsonObject]:
        """Each input with its tensor and where its value comes from."""
        return [
            {"name": argument.name, "tensor": tensor_words(argument.value), "origin": argument.origin}
            for argument in self.arguments
        ]


def prepare(request: Message, progress: Callable[[str], None]) -> PreparedRun:
    """Open the source of a request and choose a graph and its arguments.

    The request has the source, its script's `arguments`, the typed `inputs`, and graph, data folder and seed. Raises
    SourceError for inputs that do not fit.
    """
    LAST_OP.begin(Path(request["op_file"]))
    keras.utils.set_random_seed(request["seed"])  # initial weights and shuffled data are the same each time
    keras.utils.disable_interactive_logging()  # a download would write to the terminal
    specs, values = split_inputs(request["inputs"])
    spec = parse_source(
        request["source"], specs, arguments=tuple(request["arguments"]), trust=bool(request.get("trust"))
    )
    limit_memory(usual_limit_bytes() if spec.path is None or spec.trust else MEMORY_BYTES)
    _check_order(specs, values)
    opened = open_source(spec, progress, values)
    name = _graph_name(request["graph"], opened, spec)
    live = opened.find(name)
    rows = rows_for(opened.source, live, spec, request["data"])
    arguments = arguments_for(
        live,
        [one.value for one in values if not one.name],
        {one.name: one.value for one in values if one.name},
        rows.tensors,
        request["seed"],
        examples=_examples(opened, spec),
    )
    uses_data = any(argument.origin == FROM_DATA for argument in arguments)
    return PreparedRun(opened, name, live, arguments, rows.description if uses_data else "")


def _check_order(specs: Sequence[str], values: Sequence[InputValue]) -> None:
    """Raise SourceError if it is unknown which input a value without a name is for."""
    unnamed = next((text for text in specs if "=" not in text), None)
    if unnamed is not None and any(not value.name for value in values):
        raise SourceError(f"{unnamed!r} and a value have no names; write --input NAME=VALUE for each input")


def _graph_name(typed: str, opened: OpenedSource, spec: SourceSpec) -> str:
    has_data = any(graph.facts.has_data for graph in opened.graphs.values())
    names = [*opened.graphs, *([PIPELINE] if has_data and PIPELINE not in opened.graphs else [])]
    name = find_name(typed or names[0], names, spec.text, of_file=spec.path is not None)
    if spec.path is not None:
        return name
    if name not in opened.live:
        raise SourceError(f"{NO_DATA_VALUES} (graphs with values: {', '.join(opened.live) or 'none'})")
    return name


def _examples(opened: OpenedSource, spec: SourceSpec) -> Mapping[str, object]:
    """The source's examples for inputs that have no spec: those of a spec are random."""
    random = {one.name for one in parse_inputs(spec.inputs)}
    examples = example_inputs(opened.source.module)
    return {} if None in random else {name: value for name, value in examples.items() if name not in random}
