"""What `graphlab values` does: it asks a process of its own, and writes the table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypedDict, cast

from graphlab.cli.source_graphs import stages
from graphlab.errors import SourceError, TraceError
from graphlab.evaluation.files.allowed import why_not_file
from graphlab.evaluation.table import ValueRow, table_of
from graphlab.processes.worker import Worker, WorkerDied, WorkerTimeout
from graphlab.sources import SourceSpec

SILENCE_S = 900.0  # the longest that tracing or a single op may take


class InputRow(TypedDict):
    """An input that the values are for, and where its own value comes from."""

    name: str
    tensor: str
    origin: str


class ValuesAnswer(TypedDict):
    """What the process answers: the graph's name, its inputs, a row for each op, and the branches that were taken.

    `end` says why the evaluation ended early, "" if it did not.
    """

    graph: str
    inputs: list[InputRow]
    rows: list[ValueRow]
    branches: dict[str, str]
    end: str


def values_command(
    spec: SourceSpec, inputs: Sequence[str], *, graph: str, gradient: str, data: str | None, seed: int, as_json: bool
) -> str:
    """The values of a source's ops as a table or as JSON."""
    if spec.path is not None:
        refusal = why_not_file(spec.path)
        if refusal:
            raise SourceError(refusal)
    request = {
        "do": "table",
        "source": spec.text,
        "arguments": list(spec.arguments),
        "trust": spec.trust,
        "inputs": list(inputs),
        "graph": graph,
        "gradient": gradient,
        "data": data,
        "seed": seed,
    }
    worker = Worker("graphlab.evaluation.worker")
    try:
        with stages() as on_progress:
            answer = cast("ValuesAnswer", worker.ask(request, timeout_s=SILENCE_S, on_progress=on_progress))
    except WorkerDied as error:
        raise TraceError(f"{spec.text!r} {error.how}, so it has no values") from error
    except WorkerTimeout as error:
        raise TraceError(f"{spec.text!r} was stopped: nothing happened for {SILENCE_S / 60:.0f} minutes") from error
    finally:
        worker.close()
    if as_json:
        return json.dumps({"source": spec.text, "gradient": gradient or None, **answer}, indent=1)
    lines = [f"{one['name']}: {one['tensor']}, {one['origin']}" for one in answer["inputs"] if one["origin"] != "given"]
    ended = [f"Not everything was computed: {answer['end']}"] if answer["end"] else []
    return "\n".join([*lines, *([""] if lines else []), table_of(answer["rows"], gradient), *ended])
