"""Statistics of a selected variable's values, read from its model file on demand."""

from __future__ import annotations

import asyncio

from dash import Dash, Input, Output, State, html

from graphlab.app.page import ids, parts
from graphlab.app.page.children import Children
from graphlab.app.server.library import Library
from graphlab.app.server.newest import Newest
from graphlab.app.server.scenes import folded_of
from graphlab.app.server.view_state import ViewState, read_state
from graphlab.errors import GraphlabError
from graphlab.explain import format_number
from graphlab.formats.statistics import Statistics
from graphlab.graph import JsonObject
from graphlab.inspector import Detail, Problem, Prose, Row, Section
from graphlab.number_text import value_text


def register(app: Dash, library: Library) -> None:
    """Register the callback of the values in the inspector."""
    newest = Newest()

    @app.callback(
        Output(ids.VALUES, "children"),
        Input(ids.GRAPH, "selected"),
        Input(ids.GRAPH, "ready"),
        State(ids.GRAPH, "view"),
        running=[(Output(ids.VALUES, "className"), "values-waiting", "")],
        prevent_initial_call=True,
    )
    async def show_values(selected: str | None, ready: str, data: JsonObject) -> Children:
        state = read_state(data)
        location = await asyncio.to_thread(_place_of, library, state, selected) if selected and ready else None
        if location is None:
            return None
        return await newest.run(lambda: _values(library, state.source, location))


def _place_of(library: Library, state: ViewState, selected: str | None) -> str | None:
    """Where the file has the values of the selected op; None for any other op."""
    try:
        return folded_of(library, state).graph.weights.get(selected or "")
    except GraphlabError:
        return None


def _values(library: Library, source: str, location: str) -> Children:
    try:
        spec = library.sources.spec(source)
        statistics = library.statistics.read(spec, location) if spec is not None else None
    except GraphlabError as error:
        return parts.inspected(Section("Values", (Prose(str(error)),)))
    if statistics is None:
        return None
    bars = [_histogram(statistics)] if statistics.bins and statistics.minimum != statistics.maximum else []
    return [parts.inspected(Section("Values", tuple(_statistics_rows(statistics)))), *bars]


def _statistics_rows(statistics: Statistics) -> list[Detail]:
    """The rows of an array's statistics, with non-finite values first."""
    bad = [(statistics.nans, "NaN"), (statistics.infinities, "infinite")]
    rows: list[Detail] = [
        Problem(f"{format_number(count)} of {format_number(statistics.size)} values are {name}")
        for count, name in bad
        if count
    ]
    rows.append(Row("stored as", f"{statistics.dtype}[{','.join(map(str, statistics.shape))}]", mono=True))
    if statistics.first:
        rows.append(Row("first", ", ".join(statistics.first)))
    if statistics.minimum is not None:
        rows.append(Row("range", f"{_text(statistics.minimum)} … {_text(statistics.maximum)}", mono=True))
        rows.append(Row("mean", _text(statistics.mean), mono=True))
        rows.append(Row("standard deviation", _text(statistics.deviation), mono=True))
    if statistics.zeros:
        rows.append(Row("zeros", f"{format_number(statistics.zeros)} ({statistics.zeros / statistics.size:.0%})"))
    return rows


def _histogram(statistics: Statistics) -> html.Div:
    """The distribution of the values over their range, as bars."""
    most = max(statistics.bins)
    bars = [html.I(style={"height": f"{100 * count / most:.1f}%"}) for count in statistics.bins]
    words = f"Histogram of the values from {_text(statistics.minimum)} to {_text(statistics.maximum)}"
    return html.Div(bars, className="histogram", role="img", title=words, **{"aria-label": words})


def _text(value: float | None) -> str:
    return "unknown" if value is None else value_text(value)
