"""The answer to `graphlab values`."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.evaluation.evaluate import evaluate
from graphlab.evaluation.table import value_rows
from graphlab.evaluation.terminal.prepare import prepare
from graphlab.processes.worker import Message


def answer_table(request: Message, progress: Callable[[str], None]) -> Message:
    """The rows of the table, each input with its origin, and the branches that were taken."""
    run = prepare(request, progress)
    progress("Running the ops")
    values = evaluate(
        run.live,
        run.arguments,
        gradient=request["gradient"],
        isolated=True,
        rules=run.opened.rules_of(run.name),
        on_run=lambda runs: progress(f"Ran {len(runs.order):,} ops") if len(runs.order) % 500 == 0 else None,
    )
    return {
        "graph": run.name,
        "inputs": run.inputs_json(),
        "data": run.data,
        "rows": value_rows(values),
        "branches": dict(values.branches),
        "end": values.end,
    }
