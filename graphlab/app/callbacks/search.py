"""The search field, and its matches as a list."""

from __future__ import annotations

import asyncio

from dash import Dash, Input, Output, State

from graphlab.app.callbacks.inspected import is_hidden
from graphlab.app.page import ids, parts
from graphlab.app.page.children import Children
from graphlab.app.server.library import Library
from graphlab.app.server.overlays import search_result
from graphlab.app.server.scenes import folded_of, has
from graphlab.app.server.view_state import ViewState, read_state
from graphlab.errors import GraphlabError
from graphlab.graph import JsonObject
from graphlab.overlay.query import field_hint
from graphlab.overlay.search import SearchMatch
from graphlab.shared_constants import MOST_MATCHES
from graphlab.view import Folded

MOST_STEPS = 5_000  # matches that can be stepped through
NOTHING: JsonObject = {"targets": [], "total": 0}


def register_search(app: Dash, library: Library) -> None:
    """Register the callbacks of the search field."""

    @app.callback(
        Output(ids.RESULTS, "children"),
        Output(ids.MATCHES, "data"),
        Output(ids.GRAPH, "search"),
        Input(ids.SEARCH, "value"),
        Input(ids.GRAPH, "ready"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def find(words: str | None, ready: str, data: JsonObject) -> tuple[object, object, str]:
        if not words or not words.strip() or not ready:
            return [], NOTHING, ""
        lines, matches = await asyncio.to_thread(_results, library, read_state(data), words)
        return lines, matches, words if matches["total"] else ""


def _results(library: Library, state: ViewState, words: str) -> tuple[list[Children], JsonObject]:
    try:
        folded = folded_of(library, state)
        matches = search_result(folded, words).matches
    except GraphlabError as error:
        return [parts.no_result(str(error))], NOTHING
    if not matches:
        return [parts.no_result(field_hint(words) or f"No match for “{words.strip()}”. {parts.SEARCH_HINT}")], NOTHING
    best = matches[:MOST_MATCHES]
    lines = [parts.result(match.title, _subtitle(folded, match, state), match.target) for match in best]
    left_count = len(matches) - len(lines)
    rest = [parts.no_result(f"and {left_count:,} more")] if left_count else []
    return [*lines, *rest], {"targets": [match.target for match in matches[:MOST_STEPS]], "total": len(matches)}


def _subtitle(folded: Folded, match: SearchMatch, state: ViewState) -> str:
    """The second line of a result, which says if the match is hidden and where."""
    box_id = folded.stands_for.get(match.target, match.target)
    words = "hidden" if has(folded, box_id) and is_hidden(folded, box_id, state.hidden) else ""
    return " · ".join(filter(None, (match.subtitle, words)))
