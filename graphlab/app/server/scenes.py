"""What a view state shows of a graph, and the scene that the page draws."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from uuid import uuid4

from graphlab.app.server.library import Library
from graphlab.app.server.progress import Progress
from graphlab.app.server.view_state import ViewState
from graphlab.errors import GraphlabError
from graphlab.graph.names import GRAPH_TITLES, PIPELINE
from graphlab.json_value import JsonObject, as_object
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.scene import Scene
from graphlab.overlay import visible_boxes, visible_in_view
from graphlab.overlay.types import Visible
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
class ShownGraph:
    """What a state shows of a graph: `opened` are the open groups, including a focus and the groups around it.

    `focus` is the group that is the whole picture; "" for the graph, and if the group does not exist at this level.
    """

    folded: Folded
    state: ViewState
    opened: Open
    focus: str

    @property
    def shows_values(self) -> bool:
        """Whether its boxes have room for values, which a pipeline never has."""
        return self.state.values and self.folded.graph.kind != PIPELINE

    @cached_property
    def view(self) -> View:
        """What is visible."""
        return view(self.folded, self.opened, focus=self.focus, hidden=self.state.hidden, readouts=self.shows_values)

    @cached_property
    def visible(self) -> Visible:
        """What overlays are lifted to, without links and stubs; cheaper than the view."""
        return visible_boxes(self.folded, self.opened, self.focus)

    @cached_property
    def visible_links(self) -> Visible:
        """What overlays are lifted to that also mark links and stubs."""
        return visible_in_view(self.view)

    @property
    def box_count(self) -> int:
        """How many boxes there are."""
        return count_boxes(self.folded, self.opened - self.state.hidden, self.focus)

    @property
    def ready(self) -> str:
        """A name for the graph and its level of detail; opening a group does not change it."""
        return "|".join([self.state.key, self.focus, _trace_name(self.folded), *sorted(self.state.hidden)])


def folded_of(library: Library, state: ViewState) -> Folded:
    """The graph of a state at its level of detail; the source's first graph if the state names none.

    Raises GraphlabError if there is no such graph, or none yet.
    """
    name = state.graph or next(iter(library.names(state.source)), "")
    return library.folded(state.source, name, state.every_op)


def shown_graph_of(library: Library, state: ViewState) -> ShownGraph:
    """What a state shows. Raises GraphlabError if there is no such graph, or none yet."""
    return shown_graph_in(folded_of(library, state), state)


def shown_graph_in(folded: Folded, state: ViewState) -> ShownGraph:
    """What a state shows of its graph."""
    focus = state.focus if state.focus in folded.groups else ""
    opened = default_open(folded) if state.opened is None else spelled_out(folded, state.opened)
    return ShownGraph(folded, state, with_focus(folded, opened, focus), focus)


@dataclass(frozen=True)
class Crumb:
    """A group, or the whole graph (with id ""), with its title."""

    id: str
    title: str

    def to_json(self) -> JsonObject:
        """The crumb in the browser's form."""
        return {"id": self.id, "title": self.title}


@dataclass(frozen=True)
class ShownScene:
    """A scene with what the page needs to move on from it.

    `depths` are how many boxes there are with everything open down to each depth, `most` how many can be drawn;
    `inside` are the same for each group on the page that contains groups, see `boxes_within`. A new `key` means a new
    picture, with a new camera; `traced` identifies the trace. `of` is the state. `crumbs` lead from the graph
    into the focus. `lost` is a focus that the graph does not have; "" for none.
    """

    scene: Scene
    open: Open
    depths: tuple[int, ...]
    most: int
    inside: dict[str, tuple[int, ...]]
    key: str
    traced: str
    of: ViewState
    crumbs: tuple[Crumb, ...]
    focus: str
    hidden: tuple[Crumb, ...]
    lost: str = ""

    def to_json(self) -> JsonObject:
        """The scene and the rest in the browser's form."""
        return {
            **as_object(self.scene.to_json()),
            "open": sorted(self.open),
            "depths": self.depths,
            "most": self.most,
            "inside": self.inside,
            "key": self.key,
            "traced": self.traced,
            "of": self.of.to_json(),
            "crumbs": [crumb.to_json() for crumb in self.crumbs],
            "focus": self.focus,
            "hidden": [crumb.to_json() for crumb in self.hidden],
            **({"lost": self.lost} if self.lost else {}),
        }


def scene_of(shown_graph: ShownGraph, engine: LayoutEngine, progress: Progress) -> ShownScene:
    """The scene of a state. Blocks during the layout. Raises Stopped."""
    _check_size(shown_graph)
    folded, state, focus = shown_graph.folded, shown_graph.state, shown_graph.focus
    scene = engine.lay_out(shown_graph.view, on_progress=progress.tell)
    progress.check()
    hidden = (box_id for box_id in sorted(state.hidden) if has(folded, box_id))
    return ShownScene(
        scene,
        open=shown_graph.opened,
        depths=_depths(folded, focus),
        most=MOST_BOXES,
        inside=_inside(shown_graph),
        key=f"{state.key}|{focus}{'|values' if state.values else ''}",
        traced=_trace_name(folded),
        of=state,
        crumbs=_crumbs(folded, focus),
        focus=focus,
        hidden=tuple(Crumb(box_id, name_of(folded, box_id)) for box_id in hidden),
        lost=state.focus if state.focus != focus else "",
    )


@once
def _trace_name(folded: Folded) -> str:
    """A name for the trace: retracing an edited file gives another one."""
    return uuid4().hex[:8]


def with_box(shown_graph: ShownGraph, box_id: str) -> ShownGraph:
    """What is shown so that a box is in the picture: outside a focus that does not contain it, and not hidden."""
    folded, state = shown_graph.folded, shown_graph.state
    state = dataclasses.replace(state, hidden=state.hidden - {box_id, *groups_around(folded, box_id)})
    if not is_inside(folded, box_id, shown_graph.focus):
        opened = shown_graph.opened if len(shown_graph.opened) <= MOST_KEPT else None
        state = dataclasses.replace(state, focus="", opened=opened)
    return shown_graph_in(folded, state)


def has(folded: Folded, box_id: str) -> bool:
    """Whether an op or group has its own box at this level of detail."""
    return box_id in folded.paths or box_id in folded.groups


def name_of(folded: Folded, box_id: str) -> str:
    """The title of an op's or group's box."""
    return title_of(folded, box_id)


def _crumbs(folded: Folded, focus: str) -> tuple[Crumb, ...]:
    """The groups from the whole graph into the focus."""
    groups = (*groups_around(folded, focus), focus) if focus else ()
    return (Crumb("", _title(folded)), *(Crumb(group_id, name_of(folded, group_id)) for group_id in groups))


def _inside(shown_graph: ShownGraph) -> dict[str, tuple[int, ...]]:
    within = boxes_within(shown_graph.folded)
    ids = [*(box.id for box in shown_graph.view.boxes), *(frame.id for frame in shown_graph.view.frames)]
    return {group_id: within[group_id] for group_id in ids if len(within.get(group_id, ())) > 1}


def _depths(folded: Folded, focus: str) -> tuple[int, ...]:
    return boxes_within(folded)[focus] if focus else boxes_at_depths(folded)


def _check_size(shown_graph: ShownGraph) -> None:
    """Raise GraphlabError, with the depth that fits, if more boxes would be open than can be drawn."""
    count = shown_graph.box_count
    if count <= MOST_BOXES:
        return
    counts = _depths(shown_graph.folded, shown_graph.focus)
    fits = max((depth for depth, boxes in enumerate(counts) if boxes <= MOST_BOXES), default=0)
    fitting = f"with everything expanded down to depth {fits} there are {counts[fits]:,}"
    raise GraphlabError(
        f"this view has {count:,} boxes, and {MOST_BOXES:,} can be drawn; {fitting}: press {fits}, or go back"
    )


def _title(folded: Folded) -> str:
    """The function's name; a model's graphs are named by their kind, because the model is a group inside."""
    graph = folded.graph
    return graph.name if graph.kind == "function" and graph.name else GRAPH_TITLES.get(graph.kind, graph.kind)
