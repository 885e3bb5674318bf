"""The process that runs a source's graph for an input. `python -m` runs it; its caller stops it after one answer."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.errors import MissingInputsError, SourceError, TraceError
from graphlab.evaluation.input_values import split_inputs
from graphlab.evaluation.table import value_rows
from graphlab.graph.names import find_name
from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.processes.worker import Message, serve
from graphlab.sources import parse_source
from graphlab.sources.failures import describe_failure
from graphlab.sources.objects import find_object


def answer_values(request: Message, progress: Callable[[str], None]) -> Message:
    """The rows of the table, each input with its origin, and the branches that were taken."""
    progress("Starting TensorFlow")
    start_tensorflow()
    import keras

    keras.utils.set_random_seed(request["seed"])  # initial weights and shuffled data are the same each time
    from graphlab.evaluation.data import rows_for
    from graphlab.evaluation.evaluate import evaluate
    from graphlab.evaluation.inputs import arguments_for, tensor_spec, tensor_words
    from graphlab.tracing.live import live_graphs
    from graphlab.tracing.targets import trace_object, trace_source

    specs, input_values = split_inputs(request["inputs"])
    spec = parse_source(request["source"], specs, arguments=tuple(request["arguments"]))
    with live_graphs() as source:
        try:
            graphs = trace_source(spec, progress)
        except MissingInputsError:
            if source.module is None or not input_values:
                raise
            positional = [tensor_spec(one.value) for one in input_values if not one.name]
            keywords = {one.name: tensor_spec(one.value) for one in input_values if one.name}
            target = find_object(spec, source.module)
            graphs = trace_object(target, positional, keywords, name=spec.name)
        except BaseException as error:
            if isinstance(error, Exception):
                raise
            raise TraceError(describe_failure(f"tracing {spec.text!r} failed", error)) from error
    typed = request["graph"] or next(iter(graphs))
    name = find_name(typed, list(graphs), spec.text, of_file=False)
    graph = graphs[name]
    live = next((one for one in source.graphs if one.graph is graph), None)
    if live is None:
        raise SourceError(f"the {graph.kind} of {spec.text!r} has no values: its elements are its samples")
    rows = rows_for(source, live, spec, request["data"])
    by_name = {one.name: one.value for one in input_values if one.name}
    arguments = arguments_for(live, [one.value for one in input_values if not one.name], by_name, rows, request["seed"])
    progress("Running the ops")
    values = evaluate(
        live,
        arguments,
        gradient=request["gradient"],
        isolated=True,
        on_run=lambda runs: progress(f"Ran {len(runs.order):,} ops") if len(runs.order) % 500 == 0 else None,
    )
    inputs = [
        {"name": argument.name, "tensor": tensor_words(argument.value), "origin": argument.origin}
        for argument in arguments
    ]
    return {"graph": name, "inputs": inputs, "rows": value_rows(values), "branches": dict(values.branches)}


if __name__ == "__main__":
    serve({"values": answer_values})
