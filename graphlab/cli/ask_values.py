"""What `graphlab values` does: it asks a process of its own, and writes the table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypedDict, cast

from graphlab.cli.evaluation_process import InputRow, RunOptions, evaluation_process, run_request
from graphlab.errors import GraphlabError, shortened
from graphlab.evaluation.table import ValueRow, table_of
from graphlab.sources import SourceSpec


class ValuesAnswer(TypedDict):
    """What the process answers: the graph's name, its inputs, a row for each op, and the branches that were taken.

    `data` describes the data that the inputs are from, "" for none. `end` says why the evaluation ended early, "" if
    it did not.
    """

    graph: str
    inputs: list[InputRow]
    data: str
    rows: list[ValueRow]
    branches: dict[str, str]
    end: str


def values_command(
    spec: SourceSpec,
    inputs: Sequence[str],
    run: RunOptions,
    *,
    ops: Sequence[str],
    as_json: bool,
    width: int | None,
) -> str:
    """The values of a source's ops as JSON or as a table, which is cut to `width` characters if there is one.

    With `ops`, only the rows of ops that contain one of these texts.
    """
    with evaluation_process(spec) as ask:
        answer = cast("ValuesAnswer", ask(run_request("table", spec, inputs, run)))
    answer["rows"] = _selected(answer["rows"], ops)
    if as_json:
        return json.dumps({"source": spec.text, "gradient": run.gradient or None, **answer}, indent=1)
    lines = [f"{one['name']}: {one['tensor']}, {one['origin']}" for one in answer["inputs"] if one["origin"] != "given"]
    lines += [f"Data: {answer['data']}"] if answer["data"] else []
    ended = [f"Not everything was computed: {answer['end']}"] if answer["end"] else []
    return "\n".join([*lines, *([""] if lines else []), table_of(answer["rows"], run.gradient, width), *ended])


def _selected(rows: list[ValueRow], texts: Sequence[str]) -> list[ValueRow]:
    """The rows whose op id, type or layer contains one of the texts, in any case. Raises GraphlabError if none does."""
    if not texts:
        return rows
    wanted = [text.casefold() for text in texts]
    selected = [row for row in rows if any(text in _words(row) for text in wanted)]
    if not selected:
        names = " or ".join(repr(shortened(text, 80)) for text in texts)
        raise GraphlabError(f"none of the {len(rows):,} ops contains {names} in its name, type or layer")
    return selected


def _words(row: ValueRow) -> str:
    return "\n".join((row["op"], row["type"], row["layer"])).casefold()
