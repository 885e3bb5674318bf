"""From the page's view state to the scene it draws, and back from ids to boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from graphlab.app.library import Library
from graphlab.errors import GraphlabError
from graphlab.graph_names import GRAPH_TITLES
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.scene import scene_to_json
from graphlab.view import (
    Folded,
    Open,
    View,
    boxes_at_depths,
    boxes_within,
    count_boxes,
    default_open,
    spelled_out,
    view,
)

MOST_BOXES = 12_000  # what a browser draws within a few seconds


@dataclass(frozen=True)
class ViewState:
    """What the address says: a source, one of its graphs, the open groups (None: the usual ones), level of detail.

    The open groups are as `spelled_out` takes them.
    """

    source: str
    graph: str
    opened: Open | None
    every_op: bool

    @property
    def key(self) -> str:
        """Changes when another graph, or the same one at another level of detail, is shown."""
        return f"{self.source}|{self.graph}|{'all' if self.every_op else 'quiet'}"


def read_state(data: Mapping[str, Any] | None) -> ViewState:
    """The state in the GraphView's `view` property; an empty source means the gallery."""
    data = data or {}
    opened = data.get("open")
    return ViewState(
        source=str(data.get("source") or ""),
        graph=str(data.get("graph") or ""),
        opened=None if opened is None else frozenset(map(str, opened)),
        every_op=bool(data.get("all")),
    )


def read_address(params: QueryParams) -> ViewState:
    """The state in a page's address, as url.mjs reads it: no `open` at all means the usual groups."""
    opened = [group for group in params.getlist("open") if group] if "open" in params else None
    data = {"source": params.get("source"), "graph": params.get("graph"), "open": opened}
    return read_state({**data, "all": params.get("all") == "1"})


def write_state(state: ViewState) -> dict[str, Any]:
    """The state as the GraphView takes it."""
    return {
        "source": state.source,
        "graph": state.graph or None,
        "open": None if state.opened is None else sorted(state.opened),
        "all": state.every_op,
    }


def folded_of(library: Library, state: ViewState) -> Folded:
    """The graph of a state at its level of detail; the source's first graph where the state names none."""
    name = state.graph or library.names(state.source)[0]
    return library.folded(state.source, name, state.every_op)


def opened_of(folded: Folded, state: ViewState) -> Open:
    """The groups that are open in a state."""
    return default_open(folded) if state.opened is None else spelled_out(folded, state.opened)


def scene_of(library: Library, engine: LayoutEngine, state: ViewState) -> dict[str, Any]:
    """The scene of a state, as JSON for the GraphView. Blocks while it is laid out."""
    folded = folded_of(library, state)
    opened = opened_of(folded, state)
    _check_size(folded, opened)
    shown = view(folded, opened)
    return {
        **scene_to_json(engine.lay_out(shown)),
        "open": sorted(opened),
        "depths": boxes_at_depths(folded),
        "most": MOST_BOXES,
        "inside": _inside(folded, shown),
        "key": state.key,
        "crumbs": [{"id": "", "title": _title(folded)}],
    }


def _inside(folded: Folded, shown: View) -> dict[str, tuple[int, ...]]:
    """How many boxes each group on the page has inside it, see `boxes_within`, where it has groups inside."""
    within = boxes_within(folded)
    ids = [*(box.id for box in shown.boxes), *(frame.id for frame in shown.frames)]
    return {group_id: within[group_id] for group_id in ids if len(within.get(group_id, ())) > 1}


def _check_size(folded: Folded, opened: Open) -> None:
    """Raises GraphlabError, with the depth that fits, where more boxes would be open than can be drawn."""
    count = count_boxes(folded, opened)
    if count <= MOST_BOXES:
        return
    fits = max((depth for depth, boxes in enumerate(boxes_at_depths(folded)) if boxes <= MOST_BOXES), default=0)
    fitting = f"with everything open down to depth {fits} there are {boxes_at_depths(folded)[fits]:,}"
    raise GraphlabError(
        f"{count:,} boxes would be open, and {MOST_BOXES:,} can be drawn; {fitting}: press {fits}, or go back"
    )


def _title(folded: Folded) -> str:
    """The function's name; a model's graphs are named by what they are, as the model is a group inside."""
    graph = folded.graph
    return graph.name if graph.kind == "function" and graph.name else GRAPH_TITLES.get(graph.kind, graph.kind)
