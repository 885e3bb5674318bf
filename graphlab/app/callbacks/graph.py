"""The callbacks around the graph: each reads the page's state, calls functions and returns what changes.

All are async and run work in threads: on this server, a synchronous callback would block every other.
"""

from __future__ import annotations

import asyncio
import dataclasses

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from graphlab.app.callbacks.inspected import inspected_box
from graphlab.app.callbacks.lineage import register_lineage
from graphlab.app.callbacks.pins import register_pins
from graphlab.app.callbacks.retrace import register_retrace
from graphlab.app.callbacks.search import register_search
from graphlab.app.callbacks.sizes import register_sizes
from graphlab.app.page import ids, parts
from graphlab.app.page.children import Children
from graphlab.app.server.library import Library
from graphlab.app.server.newest import Newest
from graphlab.app.server.scenes import folded_of, shown_graph_in, with_box
from graphlab.app.server.view_state import ViewState, read_state
from graphlab.errors import GraphlabError, shortened
from graphlab.graph import JsonObject
from graphlab.graph.json_values import int_of
from graphlab.graph.names import titles_of
from graphlab.inspector import overview
from graphlab.view import reveal


def register(app: Dash, library: Library) -> None:
    """Register the callbacks of the graph, the tabs, the search and the inspector."""
    _register_tabs(app, library)
    _register_links(app, library)
    register_search(app, library)
    register_lineage(app, library)
    register_retrace(app, library)
    register_pins(app, library)
    register_sizes(app, library)
    _register_inspector(app, library)


def _register_tabs(app: Dash, library: Library) -> None:
    @app.callback(
        Output(ids.TABS, "children"),
        Input(ids.GRAPH, "graphs"),
        Input(ids.GRAPH, "ready"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def show_tabs(_names: list[str], _ready: str, data: JsonObject | None) -> list[Children]:
        try:
            return await asyncio.to_thread(_tabs, library, read_state(data))
        except GraphlabError:  # the answer to the view reports it
            return []


def _tabs(library: Library, state: ViewState) -> list[Children]:
    names = library.names(state.source)
    current_name = state.graph or next(iter(names), "")
    spec = library.sources.spec(state.source)
    titles = titles_of(of_file=bool(spec and spec.path))
    return [parts.tab(titles.get(name, name), name, selected=name == current_name) for name in names]


def _register_links(app: Dash, library: Library) -> None:
    """Register the links to other views: tabs, search results and the inspector's links."""

    @app.callback(
        Output(ids.GRAPH, "view", allow_duplicate=True),
        Output(ids.GRAPH, "selected", allow_duplicate=True),
        Input(ids.tab_id(ALL), "n_clicks"),
        State(ids.GRAPH, "view"),
        prevent_initial_call=True,
    )
    async def choose_tab(_clicks: list[int | None], data: JsonObject) -> tuple[object, object]:
        if not ctx.triggered_id or not ctx.triggered[0]["value"]:
            return no_update, no_update
        state, name = read_state(data), ctx.triggered_id["name"]
        if name == state.graph:
            return no_update, no_update
        return ViewState(state.source, name, None, state.every_op, values=state.values).to_json(), None

    @app.callback(
        Output(ids.GRAPH, "view", allow_duplicate=True),
        Output(ids.GRAPH, "selected", allow_duplicate=True),
        Output(ids.GRAPH, "center"),
        Input(ids.goto_id(ALL, ALL), "n_clicks"),
        State(ids.GRAPH, "view"),
        State(ids.GRAPH, "center"),
        prevent_initial_call=True,
    )
    async def go_to(_clicks: list[int | None], data: JsonObject, center: JsonObject | None) -> tuple[object, ...]:
        if not ctx.triggered_id or not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        return await asyncio.to_thread(_path_to, library, read_state(data), ctx.triggered_id["box"], center)

    @app.callback(
        Output(ids.GRAPH, "view", allow_duplicate=True),
        Output(ids.GRAPH, "selected", allow_duplicate=True),
        Output(ids.GRAPH, "center", allow_duplicate=True),
        Input(ids.TARGET, "data"),
        State(ids.GRAPH, "view"),
        State(ids.GRAPH, "center"),
        prevent_initial_call=True,
    )
    async def step(request: JsonObject | None, data: JsonObject, center: JsonObject | None) -> tuple[object, ...]:
        if not request:
            return no_update, no_update, no_update
        return await asyncio.to_thread(_path_to, library, read_state(data), str(request.get("target")), center)


def _path_to(library: Library, state: ViewState, target: str, center: JsonObject | None) -> tuple[object, ...]:
    """The view with the groups around the target open, the box to select, and the box to center."""
    try:
        folded = folded_of(library, state)
    except GraphlabError:  # the answer to the view says it
        return no_update, no_update, no_update
    location = reveal(folded, target, frozenset())
    if location is None:
        return no_update, no_update, no_update
    outer_groups, box_id = location
    with_target = with_box(shown_graph_in(folded, state), box_id)
    opened = with_target.opened | outer_groups
    target_state = with_target.state
    if opened != with_target.opened:
        target_state = dataclasses.replace(target_state, opened=opened)
    view = no_update if target_state == state else target_state.to_json()
    return view, box_id, {"box": box_id, "n": int_of((center or {}).get("n", 0)) + 1}


def _register_inspector(app: Dash, library: Library) -> None:
    newest = Newest()

    @app.callback(
        Output(ids.INSPECT_HEAD, "children"),
        Output(ids.INSPECT_REST, "children"),
        Input(ids.GRAPH, "selected"),
        Input(ids.GRAPH, "ready"),
        State(ids.GRAPH, "view"),
        Input(ids.GRAPH, "message"),
        prevent_initial_call=True,
    )
    async def show_selected(
        selected: str | None, ready: str, data: JsonObject, message: JsonObject | None
    ) -> tuple[object, object]:
        if not ready:  # there is nothing to inspect in a graph that cannot be shown
            return [] if message and message.get("kind") == "error" else parts.inspect_hint(), None
        return await asyncio.to_thread(_inspected, library, read_state(data), selected)

    @app.callback(
        Output(ids.DOC, "children"),
        Input(ids.GRAPH, "selected"),
        Input(ids.GRAPH, "ready"),
        State(ids.GRAPH, "view"),
        running=[(Output(ids.DOC, "className"), "doc-waiting", "")],
        prevent_initial_call=True,
    )
    async def show_doc(selected: str | None, ready: str, data: JsonObject) -> Children:
        if not selected or not ready:
            return None
        op_type = await asyncio.to_thread(_op_type, library, read_state(data), selected)
        if op_type is None:
            return None
        doc = await asyncio.to_thread(library.docs.lookup, op_type)
        if doc is None:
            return await newest.run(lambda: _doc(library, op_type))
        return parts.doc_text(doc) if doc else None


def _inspected(library: Library, state: ViewState, selected: str | None) -> tuple[list[Children], list[Children]]:
    """The inspector in two parts: up to its first section, and the rest. The selected op's values go between them."""
    try:
        folded = folded_of(library, state)
    except GraphlabError as error:
        return [parts.prose(str(error)), *parts.inspect_hint()], []
    location = reveal(folded, selected, frozenset()) if selected else None
    if location:
        return inspected_box(folded, location[1], state)
    title, *hints = parts.inspect_hint()
    sections = [parts.inspected(part) for part in overview(folded, can_give=_can_give(library, state))]
    elements = [title, *sections, *hints]
    return [parts.prose(shortened(f"This graph has no {selected!r}.")), *elements] if selected else elements, []


def _can_give(library: Library, state: ViewState) -> bool:
    """Whether there is a source to retrace or reread with other inputs."""
    return library.sources.spec(state.source) is not None


def _op_type(library: Library, state: ViewState, selected: str) -> str | None:
    """The type of the selected op; None for a group, or if the graph is missing."""
    try:
        graph = folded_of(library, state).graph
    except GraphlabError:
        return None
    return graph.op(selected).type if selected in graph else None


def _doc(library: Library, op_type: str) -> Children:
    try:
        text = library.docs.doc(op_type)
    except GraphlabError as error:
        return parts.prose(f"TensorFlow's documentation is not available: {error}")
    return parts.doc_text(text) if text else None
