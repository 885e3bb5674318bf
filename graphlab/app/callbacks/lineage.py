"""Upstream, Downstream and Paths of the selected box, in the inspector."""

from __future__ import annotations

import asyncio

from dash import Dash, Input, Output, State

from graphlab.app.page import ids
from graphlab.app.page.children import Children
from graphlab.app.page.lineage_parts import lineage_part
from graphlab.app.server.library import Library
from graphlab.app.server.scenes import folded_of
from graphlab.app.server.view_state import ViewState, read_state
from graphlab.errors import GraphlabError
from graphlab.graph import JsonObject
from graphlab.overlay.lineage_query import answer
from graphlab.overlay.lineage_words import sentence_of
from graphlab.view import reveal


def register_lineage(app: Dash, library: Library) -> None:
    """Give the `lineage` of the view's `emphasis` its behaviour."""

    @app.callback(
        Output(ids.LINEAGE, "children"),
        Input(ids.GRAPH, "emphasis"),
        Input(ids.GRAPH, "ready"),
        Input(ids.GRAPH, "selected"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def tell(
        emphasis: dict[str, str] | None, ready: str, selected: str | None, data: JsonObject
    ) -> list[Children]:
        if not ready:
            return []
        return await asyncio.to_thread(
            _lineage_elements, library, read_state(data), selected, (emphasis or {}).get("lineage", "")
        )


def _lineage_elements(library: Library, state: ViewState, selected: str | None, query: str) -> list[Children]:
    try:
        folded = folded_of(library, state)
    except GraphlabError:  # the inspector reports it
        return []
    lineage_answer, problem = None, ""
    try:
        lineage_answer = answer(folded, query) if query else None
    except GraphlabError as error:
        problem = sentence_of(error)
    location = reveal(folded, selected, frozenset()) if selected else None
    return lineage_part(folded, location[1] if location else None, lineage_answer, problem)
