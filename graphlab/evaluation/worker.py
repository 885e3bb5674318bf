"""The process that runs graphs: once for the terminal, or for as long as a page shows values. `python -m` runs it."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.evaluation.input_values import split_inputs
from graphlab.evaluation.memory import limit_memory, usual_limit_bytes
from graphlab.evaluation.table import value_rows
from graphlab.graph.names import find_name
from graphlab.loading.limits import MEMORY_BYTES
from graphlab.loading.tracing_worker import HANDLERS
from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.processes.worker import Handler, Message, serve
from graphlab.sources import parse_source


def answer_table(request: Message, progress: Callable[[str], None]) -> Message:
    """The rows of the table, each input with its origin, and the branches that were taken."""
    progress("Starting TensorFlow")
    start_tensorflow()
    import keras

    keras.utils.set_random_seed(request["seed"])  # initial weights and shuffled data are the same each time
    from graphlab.evaluation.data import rows_for
    from graphlab.evaluation.evaluate import evaluate
    from graphlab.evaluation.inputs import arguments_for, tensor_words
    from graphlab.evaluation.opened import open_source

    specs, input_values = split_inputs(request["inputs"])
    spec = parse_source(
        request["source"], specs, arguments=tuple(request["arguments"]), trust=bool(request.get("trust"))
    )
    limit_memory(usual_limit_bytes() if spec.path is None or spec.trust else MEMORY_BYTES)
    opened = open_source(spec, progress, input_values)
    name = find_name(
        request["graph"] or next(iter(opened.graphs)), list(opened.graphs), spec.text, of_file=spec.path is not None
    )
    live = opened.find(name)
    rows = rows_for(opened.source, live, spec, request["data"])
    by_name = {one.name: one.value for one in input_values if one.name}
    arguments = arguments_for(live, [one.value for one in input_values if not one.name], by_name, rows, request["seed"])
    progress("Running the ops")
    values = evaluate(
        live,
        arguments,
        gradient=request["gradient"],
        isolated=True,
        rules=opened.rules_of(name),
        on_run=lambda runs: progress(f"Ran {len(runs.order):,} ops") if len(runs.order) % 500 == 0 else None,
    )
    inputs = [
        {"name": argument.name, "tensor": tensor_words(argument.value), "origin": argument.origin}
        for argument in arguments
    ]
    rows_json = value_rows(values)
    return {"graph": name, "inputs": inputs, "rows": rows_json, "branches": dict(values.branches), "end": values.end}


def session_handler(name: str) -> Handler:
    """An answer of `evaluation.session.answers`, which loads TensorFlow."""

    def answer(request: Message, progress: Callable[[str], None]) -> Message:
        progress("Starting TensorFlow")
        start_tensorflow()
        from graphlab.evaluation.session import answers

        return answers.ANSWERS[name](request, progress)

    return answer


SESSION = ("open", "evaluate", "readouts", "tensor", "cell", "find", "npy", "words", "check")

if __name__ == "__main__":
    serve({**HANDLERS, "table": answer_table, **{name: session_handler(name) for name in SESSION}})
