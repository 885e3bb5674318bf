"""Combines the plans of all scopes: every box, frame and link in the page's pixels."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graphlab.graph import count_elements
from graphlab.layout import curves
from graphlab.layout.cells import link_pill
from graphlab.layout.curves import Curve
from graphlab.layout.plan import Plan, shape_frame
from graphlab.layout.scene import PlacedBox, PlacedFrame, PlacedLink, Scene
from graphlab.layout.scopes import ROOT, Route, Segment
from graphlab.layout.sizes import frame_title_width
from graphlab.layout.tasks import INSIDE, Job, ScopeTask
from graphlab.shared_constants import PAGE_PADDING_PX
from graphlab.view import Link, View

MAX_WEIGHT = 1.8
HUGE_TENSOR = 8  # decimal digits of the element count that gets the thickest line
LOOP_PX = 22

Point = tuple[float, float]


@dataclass(frozen=True)
class _Spots:
    """Where each scope's plan starts on the page, and the placed parts by id."""

    origins: Mapping[str, Point]
    boxes: Mapping[str, PlacedBox]
    frames: Mapping[str, PlacedFrame]


def compose(view: View, job: Job, plans: Mapping[str, Plan]) -> Scene:
    """The scene of a view; `plans` has a plan for each task's digest."""
    spots = _spots_of(view, job, plans)
    pieces: dict[tuple[str, Segment], Curve] = {}
    shown_labels: set[tuple[str, str]] = set()
    used_spots: set[Point] = set()  # for the label of another link along the same line
    links = []
    for link, route in zip(view.links, job.cut.routes, strict=True):
        if route is None:
            links.append(PlacedLink(link, _loop(spots.boxes[link.src]), "", 0, 0, link_weight(link)))
            continue
        for where in route.segments:
            if where not in pieces:
                pieces[where] = _piece(where, job, plans, spots)
        points = curves.join([pieces[where] for where in route.segments])
        spot = (
            None if (link.src, link.label) in shown_labels else _label_spot(link, route, job, plans, spots, used_spots)
        )
        if spot:
            shown_labels.add((link.src, link.label))
            used_spots.add(spot)
        x, y = spot or (0.0, 0.0)
        links.append(PlacedLink(link, points, link.label if spot else "", x, y, link_weight(link)))
    root = plans[job.scope_tasks[ROOT].task.digest]
    return Scene(
        root.left_px + root.width_px + root.right_px + 2 * PAGE_PADDING_PX,
        root.height_px + 2 * PAGE_PADDING_PX,
        tuple(spots.boxes[box.id] for box in view.boxes),
        tuple(spots.frames.values()),
        tuple(links),
    )


def _spots_of(view: View, job: Job, plans: Mapping[str, Plan]) -> _Spots:
    """Boxes and frames, from the page inwards."""
    by_id = {frame.id: frame for frame in view.frames}
    root = plans[job.scope_tasks[ROOT].task.digest]
    origins: dict[str, Point] = {ROOT: (PAGE_PADDING_PX + root.left_px, PAGE_PADDING_PX)}
    boxes: dict[str, PlacedBox] = {}
    frames: dict[str, PlacedFrame] = {}
    for scope_id in reversed([scope.id for scope in job.cut.scopes]):
        scope_task = job.scope_tasks[scope_id]
        ox, oy = origins[scope_id]
        for cell, (x, y) in zip(scope_task.cells, plans[scope_task.task.digest].places, strict=True):
            for member in cell.members:
                boxes[member.box.id] = PlacedBox(
                    member.box, ox + x + member.x_px, oy + y + member.y_px, member.width_px, member.height_px
                )
            if cell.frame_id:
                frame = by_id[cell.frame_id]
                plan = plans[job.scope_tasks[frame.id].task.digest]
                shape = shape_frame(plan, frame_title_width(frame))
                frames[frame.id] = PlacedFrame(frame, ox + x, oy + y, shape.width_px, shape.height_px)
                origins[frame.id] = (ox + x + shape.x_px, oy + y + shape.y_px)
    return _Spots(origins, boxes, frames)


def _piece(where: tuple[str, Segment], job: Job, plans: Mapping[str, Plan], spots: _Spots) -> Curve:
    """A segment's curve on the page, in the direction of the data, from border to border."""
    scope_id, segment = where
    scope_task = job.scope_tasks[scope_id]
    plan = plans[scope_task.task.digest]
    parts = _parts(scope_task, segment, plan)
    curve = curves.move(curves.join(parts), *spots.origins[scope_id])
    curve = _reach_border(curve, segment, scope_id, spots)
    return curves.reverse(curve) if segment.flipped else curve


def _parts(scope_task: ScopeTask, segment: Segment, plan: Plan) -> list[Curve]:
    edge = scope_task.edges[segment]
    if edge == INSIDE:
        index = scope_task.cell_of[segment.tail.name]
        return [curves.move(link_pill(scope_task.cells[index], segment), *plan.places[index])]
    parts = [plan.curves[edge]]
    if segment.tail.kind == "box":
        index = scope_task.cell_of[segment.tail.name]
        stub = scope_task.cells[index].exit(segment.tail.name)[1]
        parts = [curves.move(stub, *plan.places[index]), *parts] if stub else parts
    if segment.head.kind == "box":
        index = scope_task.cell_of[segment.head.name]
        stub = scope_task.cells[index].entry(segment.head.name)[1]
        parts = [*parts, curves.move(stub, *plan.places[index])] if stub else parts
    return parts


def _reach_border(curve: Curve, segment: Segment, scope_id: str, spots: _Spots) -> Curve:
    """The curve extended from a port of the scope to its frame's border."""
    if scope_id == ROOT:
        return curve
    frame = spots.frames[scope_id]
    if segment.tail.kind == "top":
        curve = curves.join([curves.straight(curve[0], frame.y_px, curve[0], curve[1]), curve])
    if segment.head.kind == "bottom":
        bottom = frame.y_px + frame.height_px
        curve = curves.join([curve, curves.straight(curve[-2], curve[-1], curve[-2], bottom)])
    return curve


def _label_spot(
    link: Link, route: Route, job: Job, plans: Mapping[str, Plan], spots: _Spots, used_spots: Collection[Point]
) -> Point | None:
    """The free spot nearest to the middle of the link's ends, of those that its segments received."""
    inwards = [*route.segments[route.meeting :], *reversed(route.segments[: route.meeting])]
    for scope_id, segment in inwards:
        scope_task = job.scope_tasks[scope_id]
        number = scope_task.edges[segment]
        if number == INSIDE or scope_task.task.edges[number].label != link.label:
            continue
        spot = plans[scope_task.task.digest].labels[number]
        x, y = spots.origins[scope_id]
        if spot and (x + spot[0], y + spot[1]) not in used_spots:
            return x + spot[0], y + spot[1]
    return None


def _loop(placed: PlacedBox) -> Curve:
    """A loop at the box's right side, from its lower half to its upper half."""
    x, middle = placed.x_px + placed.width_px, placed.y_px + placed.height_px / 2
    out = x + LOOP_PX
    return (x, middle + 8, out, middle + 20, out, middle - 20, x, middle - 8)


def link_weight(link: Link) -> float:
    """A link's thickness, from 1 to 1.8: by the digits of the largest element count, with unknown sizes as 1."""
    largest = 1
    for wire in link.wires:
        if wire.tensor and wire.tensor.shape is not None:
            largest = max(largest, count_elements(tuple(size or 1 for size in wire.tensor.shape)) or 1)
    return 1 + (MAX_WEIGHT - 1) * min(math.log10(largest) / HUGE_TENSOR, 1)
