"""By what the boxes are coloured: from the page's view and look to the paint of what is visible."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, no_update

from graphlab.app import ids
from graphlab.app.library import Library
from graphlab.app.scenes import ViewState, focus_of, folded_of, opened_of, read_state
from graphlab.errors import GraphlabError
from graphlab.view import USUAL, paint


def register_colour(app: Dash, library: Library) -> None:
    """Paint anew when another colour is chosen. With another view, the paint comes with the scene."""

    @app.callback(
        Output(ids.GRAPH, "paint", allow_duplicate=True),
        Input(ids.GRAPH, "look"),
        State(ids.GRAPH, "view"),
        State(ids.READY, "data"),
        prevent_initial_call=True,
    )
    async def recolour(look: dict[str, str] | None, data: dict[str, Any] | None, ready: str) -> Any:
        if not ready:
            return no_update
        return await asyncio.to_thread(paint_of, library, read_state(data), colour_of(look))


def colour_of(look: Mapping[str, str] | None) -> str:
    """By what a look, or an address, colours the boxes."""
    return (look or {}).get("colour") or USUAL


def paint_of(library: Library, state: ViewState, colour: str) -> dict[str, Any] | None:
    """The paint of what is visible in a state, for the GraphView; None where there is no graph."""
    try:
        folded = folded_of(library, state)
    except GraphlabError:  # the graph's own callback says it
        return None
    return paint(folded, colour, opened_of(folded, state), focus=focus_of(folded, state))
