"""What is traced: marked in the view, and told in the inspector."""

from __future__ import annotations

import asyncio
from typing import Any

from dash import Dash, Input, Output, State

from graphlab.app import ids
from graphlab.app.library import Library
from graphlab.app.scenes import ViewState, focus_of, folded_of, opened_of, read_state, view_of
from graphlab.app.trace_parts import trace_part
from graphlab.app.trace_words import chip, sentence, sentence_of
from graphlab.app.tracing import Answer, answer, opened_around
from graphlab.errors import GraphlabError
from graphlab.view import Folded, reveal
from graphlab.view.trace import marks


def register_trace(app: Dash, library: Library) -> None:
    """Give the `trace` of the view's `look` its behaviour."""

    @app.callback(
        Output(ids.TRACE, "children"),
        Input(ids.GRAPH, "look"),
        Input(ids.GRAPH, "ready"),
        Input(ids.GRAPH, "selected"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def tell(look: dict[str, str] | None, ready: str, selected: str | None, data: dict[str, Any]) -> list[Any]:
        if not ready:
            return []
        return await asyncio.to_thread(_told, library, read_state(data), selected, (look or {}).get("trace", ""))


def traced_of(folded: Folded, state: ViewState, asked: str | None) -> dict[str, Any] | None:
    """What the view shows of a trace: words, the visible boxes by number, and the links between those numbers."""
    if not asked:
        return None
    try:
        found = answer(folded, asked)
    except GraphlabError as error:
        said = sentence_of(error)
        return {"chip": said, "text": said, "boxes": None}
    words = {"chip": chip(folded, found), "text": sentence(folded, found)}
    return words | _drawn(folded, found, state)


def _drawn(folded: Folded, found: Answer, state: ViewState) -> dict[str, Any]:
    if found.trace is None or not found.trace.sides:
        return {"boxes": None}
    boxes, links = marks(folded, found.trace, found.groups, view_of(folded, state))
    opened = opened_of(folded, state)
    wanted = opened_around(folded, found, opened, focus_of(folded, state))
    numbers = {mark.box: number for number, mark in enumerate(boxes)}
    return {
        "boxes": [[mark.box, mark.side, mark.count, mark.total] for mark in boxes],
        "links": [[numbers[link.src], numbers[link.dst], link.style, side] for link, side in links],
        "open": None if wanted == opened else sorted(wanted),
    }


def _told(library: Library, state: ViewState, selected: str | None, asked: str) -> list[Any]:
    try:
        folded = folded_of(library, state)
    except GraphlabError:  # the inspector says it
        return []
    found, problem = None, ""
    try:
        found = answer(folded, asked) if asked else None
    except GraphlabError as error:
        problem = sentence_of(error)
    shown = reveal(folded, selected, frozenset()) if selected else None
    return trace_part(folded, shown[1] if shown else None, found, problem)
