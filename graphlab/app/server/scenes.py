"""From the page's view state to the scene it draws, and back from ids to boxes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.datastructures import QueryParams

from graphlab.app.server.library import Library
from graphlab.app.server.progress import Progress
from graphlab.errors import GraphlabError
from graphlab.graph.names import GRAPH_TITLES
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
    groups_around,
    is_inside,
    once,
    spelled_out,
    title_of,
    view,
    with_focus,
)

MOST_KEPT = 200  # groups that stay open when a focus is left: each is a word in the address
MOST_BOXES = 12_000  # what a browser draws within a few seconds


@dataclass(frozen=True)
class ViewState:
    """What the address says: a source, one of its graphs, the open groups (None: the usual ones), level of detail.

    The open groups are as `spelled_out` takes them. `focus` is the group that is the whole picture ("": the graph),
    `hidden` are the ops and groups left out of it.
    """

    source: str
    graph: str
    opened: Open | None
    every_op: bool
    focus: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Changes when another graph, or the same one at another level of detail, is shown."""
        return f"{self.source}|{self.graph}|{'all' if self.every_op else 'quiet'}"


class UnreadableViewError(TypeError):
    """A `view` property that the page cannot have."""


def read_state(data: Mapping[str, Any] | None) -> ViewState:
    """The state in the GraphView's `view` property; an empty source means the gallery. Raises UnreadableViewError."""
    try:
        return _read_state(data or {})
    except (TypeError, AttributeError) as error:  # values of other types, which only a made-up request has
        raise UnreadableViewError("this is not a view") from error


def _read_state(data: Mapping[str, Any]) -> ViewState:
    opened = data.get("open")
    return ViewState(
        source=str(data.get("source") or ""),
        graph=str(data.get("graph") or ""),
        opened=None if opened is None else frozenset(map(str, opened)),
        every_op=bool(data.get("all")),
        focus=str(data.get("focus") or ""),
        hidden=frozenset(map(str, data.get("hide") or ())),
    )


def read_address(params: QueryParams) -> ViewState:
    """The state in a page's address, as url.mjs reads it: no `open` at all means the usual groups."""
    opened = [group for group in params.getlist("open") if group] if "open" in params else None
    data = {"source": params.get("source"), "graph": params.get("graph"), "open": opened}
    shown = {"all": params.get("all") == "1", "focus": params.get("focus"), "hide": params.getlist("hide")}
    return read_state({**data, **shown})


def write_state(state: ViewState) -> dict[str, Any]:
    """The state as the GraphView takes it."""
    return {
        "source": state.source,
        "graph": state.graph or None,
        "open": None if state.opened is None else sorted(state.opened),
        "all": state.every_op,
        "focus": state.focus or None,
        "hide": sorted(state.hidden),
    }


def folded_of(library: Library, state: ViewState) -> Folded:
    """The graph of a state at its level of detail; the source's first graph where the state names none.

    Raises GraphlabError where there is no such graph, or none yet.
    """
    name = state.graph or next(iter(library.names(state.source)), "")
    return library.folded(state.source, name, state.every_op)


def focus_of(folded: Folded, state: ViewState) -> str:
    """The group that is the whole picture; "" for the graph, also where it has no such group at this level."""
    return state.focus if state.focus in folded.groups else ""


def opened_of(folded: Folded, state: ViewState) -> Open:
    """The groups that are open in a state: a focus is, and those around it are."""
    focus = focus_of(folded, state)
    chosen = default_open(folded) if state.opened is None else spelled_out(folded, state.opened)
    return with_focus(folded, chosen, focus)


def scene_of(library: Library, engine: LayoutEngine, state: ViewState, progress: Progress) -> dict[str, Any]:
    """The scene of a state, as JSON for the GraphView. Blocks while it is laid out; raises Stopped."""
    folded = folded_of(library, state)
    opened, focus = opened_of(folded, state), focus_of(folded, state)
    _check_size(folded, opened - state.hidden, focus)
    shown = view_of(folded, state)
    scene = engine.lay_out(shown, on_progress=progress.tell)
    progress.check()
    return {
        **scene_to_json(scene),
        "open": sorted(opened),
        "depths": _depths(folded, focus),
        "most": MOST_BOXES,
        "inside": _inside(folded, shown),
        "key": f"{state.key}|{focus}",
        "traced": _trace_name(folded),
        "of": write_state(state),
        "crumbs": _trail(folded, focus),
        "focus": focus,
        "hidden": [
            {"id": hidden, "title": name_of(folded, hidden)} for hidden in sorted(state.hidden) if has(folded, hidden)
        ],
        **({"lost": state.focus} if state.focus != focus else {}),
    }


def boxes_of(library: Library, state: ViewState) -> int:
    """How many boxes a state's scene has."""
    folded = folded_of(library, state)
    return count_boxes(folded, opened_of(folded, state) - state.hidden, focus_of(folded, state))


def ready_of(library: Library, state: ViewState) -> str:
    """A name for the graph and what there is of it to be seen; opening a group does not change it."""
    folded = folded_of(library, state)
    return "|".join([state.key, focus_of(folded, state), _trace_name(folded), *sorted(state.hidden)])


@once
def _trace_name(folded: Folded) -> str:
    """A name for what was traced: a graph that was traced again, from an edited file, has another."""
    return uuid4().hex[:8]


def view_of(folded: Folded, state: ViewState) -> View:
    """What is visible in a state."""
    return view(folded, opened_of(folded, state), focus=focus_of(folded, state), hidden=state.hidden)


def shown_in(folded: Folded, state: ViewState, box_id: str) -> ViewState:
    """The state in which a box is in the picture: out of a focus that it does not lie in, and not hidden."""
    focus = focus_of(folded, state)
    kept = dataclasses.replace(state, hidden=state.hidden - {box_id, *groups_around(folded, box_id)})
    if is_inside(folded, box_id, focus):
        return kept
    opened = opened_of(folded, state)
    return dataclasses.replace(kept, focus="", opened=opened if len(opened) <= MOST_KEPT else None)


def has(folded: Folded, box_id: str) -> bool:
    """Whether an op or a group has a box of its own at this level of detail."""
    return box_id in folded.paths or box_id in folded.groups


def name_of(folded: Folded, box_id: str) -> str:
    """What is written on the box of an op or a group."""
    return title_of(folded, box_id)


def _trail(folded: Folded, focus: str) -> list[dict[str, str]]:
    """The way from the whole graph into the focus."""
    groups = (*groups_around(folded, focus), focus) if focus else ()
    return [{"id": "", "title": _title(folded)}, *({"id": it, "title": name_of(folded, it)} for it in groups)]


def _inside(folded: Folded, shown: View) -> dict[str, tuple[int, ...]]:
    """How many boxes each group on the page has inside it, see `boxes_within`, where it has groups inside."""
    within = boxes_within(folded)
    ids = [*(box.id for box in shown.boxes), *(frame.id for frame in shown.frames)]
    return {group_id: within[group_id] for group_id in ids if len(within.get(group_id, ())) > 1}


def _depths(folded: Folded, focus: str) -> tuple[int, ...]:
    """How many boxes there are in the focus with everything in it open down to each depth."""
    return boxes_within(folded)[focus] if focus else boxes_at_depths(folded)


def _check_size(folded: Folded, opened: Open, focus: str) -> None:
    """Raises GraphlabError, with the depth that fits, where more boxes would be open than can be drawn."""
    count = count_boxes(folded, opened, focus)
    if count <= MOST_BOXES:
        return
    counts = _depths(folded, focus)
    fits = max((depth for depth, boxes in enumerate(counts) if boxes <= MOST_BOXES), default=0)
    fitting = f"with everything expanded down to depth {fits} there are {counts[fits]:,}"
    raise GraphlabError(
        f"this view has {count:,} boxes, and {MOST_BOXES:,} can be drawn; {fitting}: press {fits}, or go back"
    )


def _title(folded: Folded) -> str:
    """The function's name; a model's graphs are named by what they are, as the model is a group inside."""
    graph = folded.graph
    return graph.name if graph.kind == "function" and graph.name else GRAPH_TITLES.get(graph.kind, graph.kind)
