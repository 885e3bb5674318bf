"""The fields for sizes that a model leaves open. Filling them in traces the source for them."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TypeGuard

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from graphlab.app.page import ids
from graphlab.app.server.library import Library
from graphlab.app.server.scenes import folded_of
from graphlab.app.server.source_text import with_sizes
from graphlab.app.server.view_state import read_state
from graphlab.errors import GraphlabError
from graphlab.graph import JsonObject

LARGEST = 1_000_000


def register_sizes(app: Dash, library: Library) -> None:
    """Register the callbacks of the fields for sizes and their button."""

    @app.callback(
        Output(ids.GRAPH, "view", allow_duplicate=True),
        Output(ids.SIZES_NOTE, "children"),
        Input(ids.SIZES_GIVE, "n_clicks"),
        Input(ids.size_id(ALL, ALL), "n_submit"),
        State(ids.size_id(ALL, ALL), "value"),
        State(ids.size_id(ALL, ALL), "id"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def give_sizes(
        _clicks: int | None, _enters: list[object], values: list[object], places: list[dict[str, str]], data: JsonObject
    ) -> tuple[object, str]:
        if not any(event["value"] for event in ctx.triggered):
            return no_update, ""
        return await asyncio.to_thread(_with_sizes, library, values, places, data)


def _with_sizes(
    library: Library, values: list[object], fields: list[dict[str, str]], data: JsonObject
) -> tuple[object, str]:
    """The same view of the source with these sizes, or what is wrong with them."""
    wrong = [value for value in values if value not in (None, "") and not _is_size(value)]
    if wrong:
        return no_update, f"a size must be a whole number from 1 to {LARGEST:,}, not {wrong[0]!r}"
    entries = zip(fields, values, strict=True)
    sizes = {(field["op"], int(field["axis"])): value for field, value in entries if _is_size(value)}
    if not sizes:
        return no_update, "enter a size first"
    state = read_state(data)
    try:
        spec = library.sources.spec(state.source)
        graph = folded_of(library, state).graph
        source = with_sizes(state.source, spec.inputs if spec else (), graph, sizes)
    except GraphlabError as error:
        return no_update, str(error)
    return dataclasses.replace(state, source=source).to_json(), ""


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST
