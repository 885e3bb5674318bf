"""The pinned cards beside the graph."""

from __future__ import annotations

import asyncio

from dash import Dash, Input, Output, State

from graphlab.app.callbacks.inspected import pinned_box
from graphlab.app.page import ids
from graphlab.app.page.children import Children
from graphlab.app.server.library import Library
from graphlab.app.server.scenes import folded_of, has
from graphlab.app.server.view_state import ViewState, read_state
from graphlab.errors import GraphlabError
from graphlab.graph import JsonObject
from graphlab.shared_constants import MOST_PINS


def register_pins(app: Dash, library: Library) -> None:
    """Show a card for each pin that exists in this graph at this level of detail."""

    @app.callback(
        Output(ids.PINS, "children"),
        Input(ids.GRAPH, "pins"),
        Input(ids.GRAPH, "ready"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def show_pins(pins: list[str] | None, ready: str, data: JsonObject) -> list[Children]:
        if not pins or not ready:
            return []
        return await asyncio.to_thread(_cards, library, read_state(data), pins)


def _cards(library: Library, state: ViewState, pins: list[str]) -> list[Children]:
    try:
        folded = folded_of(library, state)
    except GraphlabError:  # the answer to the view reports it
        return []
    return [pinned_box(folded, box_id) for box_id in dict.fromkeys(pins[:MOST_PINS]) if has(folded, box_id)]
