"""When the graph on the page was traced, and the button that retraces it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from dash import Dash, Input, Output, State, no_update

from graphlab.app.page import ids
from graphlab.app.server.library import Library
from graphlab.app.server.view_state import read_state
from graphlab.errors import GraphlabError
from graphlab.graph import JsonObject

SHIPPED = "graphlab includes the graphs of its examples. Its file, TensorFlow, Keras and graphlab are unchanged."


def register_retrace(app: Dash, library: Library) -> None:
    """Show when the graph was traced, and retrace it when the button is clicked."""

    @app.callback(
        Output(ids.TRACED_AT, "children"),
        Output(ids.TRACED_AT, "title"),
        Output(ids.RETRACE, "children"),
        Output(ids.TRACED, "hidden"),
        Input(ids.GRAPH, "ready"),
        Input(ids.GRAPH, "message"),
        State(ids.GRAPH, "view"),
    )
    async def tell(ready: str, message: JsonObject | None, data: JsonObject | None) -> tuple[object, ...]:
        has_failed = bool(message) and (message or {}).get("kind") == "error"
        if not data or not (ready or has_failed):
            return no_update, no_update, no_update, True
        return await asyncio.to_thread(_status_props, library, data, has_failed)

    @app.callback(
        Output(ids.GRAPH, "renewals"),
        Input(ids.RETRACE, "n_clicks"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def retrace(clicks: int | None, data: JsonObject) -> object:
        if not clicks:
            return no_update
        state = read_state(data)
        try:
            await asyncio.to_thread(library.retrace, state.source, state.graph)
        except GraphlabError:  # it has no source to trace, and the button is hidden
            return no_update
        return clicks


def _status_props(library: Library, data: JsonObject, has_failed: bool) -> tuple[object, ...]:
    state = read_state(data)
    try:
        spec = library.sources.spec(state.source)
        traced_s = None if has_failed or spec is None else library.traced_s(state.source, state.graph)
    except GraphlabError:
        spec = None
    if spec is None:  # the caller's graph, or an object that cannot be traced
        return "", "", "", True
    done, again = ("Read", "Read again") if spec.path is not None else ("Traced", "Retrace")
    if has_failed:
        return f"Not {done.lower()}", "", again, False
    if traced_s is None:
        return "Traced in advance", SHIPPED, again, False
    return (*time_words(done, traced_s, datetime.now()), again, False)


def time_words(done: str, traced_s: float, now: datetime) -> tuple[str, str]:
    """`Traced 14:32`, on another day `Traced 30 Nov 2026`; and the full date and time."""
    at = datetime.fromtimestamp(traced_s)
    day = f"{at.day} {at:%b %Y}"
    short = f"{at:%H:%M}" if at.date() == now.date() else day
    return f"{done} {short}", f"{done} on {at:%A}, {day}, at {at:%H:%M:%S}"
