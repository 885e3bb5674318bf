"""A scope's children packed into cells, the units that an engine places.

A cell is one box, one frame, an op with its variables to its left, or a grid of similar siblings (boxes with the
same neighbours), which would otherwise form one long row.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphlab.layout import curves
from graphlab.layout.curves import Curve
from graphlab.layout.plan import CENTRE
from graphlab.layout.scopes import Node, Scope, Segment
from graphlab.layout.sizes import box_size
from graphlab.shared_constants import PILL_GAP_PX, PILL_ROW_PX
from graphlab.view import Box

LANE_PX = 12
MAX_PILLS = 4
GRID_LEAST = 9
GRID_ASPECT = 1.6
GRID_COLUMN_PX = 36
GRID_ROW_PX = 36
GRID_IN_PX, GRID_OUT_PX = 17, 11  # how far above a row its links enter, and below it they leave
BUS_PX = 28
SIDE_KINDS = frozenset({"variable", "constant"})

Stubs = Mapping[str, tuple[int, Curve]]


@dataclass(frozen=True)
class Member:
    """A box inside a cell, with its top left corner relative to the cell's."""

    box: Box
    x_px: float
    y_px: float
    width_px: float
    height_px: float


@dataclass(frozen=True)
class Cell:
    """Boxes that move together, or one frame (`members` is empty then, and its size is set later).

    `entries` and `exits` give, per box, the index in `tops` or `bottoms` where its links attach, and the curve from
    there to the box. A box without one is the whole cell: links aim at its middle.
    """

    members: tuple[Member, ...]
    width_px: float = 0
    height_px: float = 0
    frame_id: str = ""
    tops: tuple[float, ...] = ()
    bottoms: tuple[float, ...] = ()
    entries: Stubs = field(default_factory=dict)
    exits: Stubs = field(default_factory=dict)

    def entry(self, box_id: str) -> tuple[int, Curve]:
        """Where links into the box attach, and the curve from there to the box; () if they attach to the box itself."""
        return self.entries.get(box_id, (CENTRE, ()))

    def exit(self, box_id: str) -> tuple[int, Curve]:
        """Where links out of the box attach, and the curve from the box to there."""
        return self.exits.get(box_id, (CENTRE, ()))


def pack_cells(scope: Scope, boxes: Mapping[str, Box]) -> tuple[Cell, ...]:
    """The scope's cells, in the order of its children."""
    pills = _find_pills(scope, boxes)
    grids = _find_grids(scope, boxes, pills)
    packed_names = {name for names in pills.values() for name in names} | {
        name for names in grids.values() for name in names
    }
    leaving = {
        segment.tail.name
        for segment in scope.segments
        if segment.tail.name in packed_names and not _stays(segment, pills)
    }
    cells = []
    for name in scope.children:
        if name not in boxes:
            cells.append(Cell((), frame_id=name))
        elif name in pills:
            cells.append(_pill_cell(boxes[name], [boxes[pill] for pill in pills[name]], leaving))
        elif name in grids:
            cells.append(_grid_cell([boxes[like] for like in grids[name]]))
        elif name not in packed_names:
            width, height = box_size(boxes[name])
            cells.append(Cell((Member(boxes[name], 0, 0, width, height),), width, height))
    return tuple(cells)


def link_pill(cell: Cell, segment: Segment) -> Curve:
    """The curve from a variable to the op beside it; a variable update is drawn a little below the read."""
    members_by_id = {member.box.id: member for member in cell.members}
    pill, op = members_by_id[segment.tail.name], members_by_id[segment.head.name]
    pills = [member for member in cell.members if member is not op]
    apart = min(10.0, (op.height_px - 12) / max(len(pills), 1))
    middle = op.y_px + op.height_px / 2
    y1 = middle + (pills.index(pill) - (len(pills) - 1) / 2) * apart
    y0 = pill.y_px + pill.height_px / 2
    shift = 0 if segment.style == "data" and not segment.flipped else 5
    return curves.horizontal(pill.x_px + pill.width_px, y0 + shift, op.x_px, y1 + shift)


def _find_pills(scope: Scope, boxes: Mapping[str, Box]) -> dict[str, list[str]]:
    """The variables to draw to an op's left: nothing feeds them, and only that op reads them."""
    readers: dict[str, dict[str, None]] = defaultdict(dict)
    heads: set[str] = set()
    for segment in scope.segments:
        heads.add(segment.head.name)
        if segment.style == "data" and not segment.flipped and segment.head.kind != "bottom":
            readers[segment.tail.name][segment.head.name] = None
    pills: dict[str, list[str]] = defaultdict(list)
    for name in scope.children:
        if name in boxes and boxes[name].kind in SIDE_KINDS and name not in heads and len(readers[name]) == 1:
            reader = next(iter(readers[name]))
            if reader in boxes and boxes[reader].kind not in SIDE_KINDS:
                pills[reader].append(name)
    return {reader: names for reader, names in pills.items() if len(names) <= MAX_PILLS}


def _find_grids(scope: Scope, boxes: Mapping[str, Box], pills: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Nine or more boxes with the same neighbours, by the first of them."""
    near: dict[str, set[tuple[str, Node, str, bool]]] = defaultdict(set)
    for segment in scope.segments:
        near[segment.tail.name].add(("down", segment.head, segment.style, segment.flipped))
        near[segment.head.name].add(("up", segment.tail, segment.style, segment.flipped))
    used = {*pills, *(name for names in pills.values() for name in names)}
    alike: dict[frozenset[tuple[str, Node, str, bool]], list[str]] = defaultdict(list)
    for name in scope.children:
        if name in boxes and name not in used:
            alike[frozenset(near[name])].append(name)
    return {names[0]: names for names in alike.values() if len(names) >= GRID_LEAST}


def _stays(segment: Segment, pills: Mapping[str, list[str]]) -> bool:
    return segment.tail.name in pills.get(segment.head.name, ())


def _pill_cell(op: Box, pills: Sequence[Box], leaving: set[str]) -> Cell:
    """The op with its variables in a column to its left; links out of a variable run down beside the column."""
    sizes = [box_size(pill) for pill in pills]
    op_width, op_height = box_size(op)
    lane = LANE_PX if any(pill.id in leaving for pill in pills[:-1]) else 0
    right = lane + max(width for width, _ in sizes)
    stack = sum(height for _, height in sizes) + PILL_ROW_PX * (len(sizes) - 1)
    height = max(stack, op_height)
    y = (height - stack) / 2
    members, exits, bottoms = [], {}, [right + PILL_GAP_PX + op_width / 2]
    for pill, (pill_width, pill_height) in zip(pills, sizes, strict=True):
        members.append(Member(pill, right - pill_width, y, pill_width, pill_height))
        if pill.id in leaving:
            last = pill is pills[-1]
            x = right - pill_width / 2 if last else 0
            if x not in bottoms:
                bottoms.append(x)
            exits[pill.id] = (bottoms.index(x), _leave_pill(members[-1], x, height, straight_down=last))
        y += pill_height + PILL_ROW_PX
    member = Member(op, right + PILL_GAP_PX, (height - op_height) / 2, op_width, op_height)
    x, top, bottom = bottoms[0], member.y_px, member.y_px + op_height
    exits[op.id] = (0, curves.straight(x, bottom, x, height) if bottom < height else ())
    entries = {op.id: (0, curves.straight(x, 0, x, top) if top > 0 else ())}
    width = right + PILL_GAP_PX + op_width
    return Cell((*members, member), width, height, "", (x,), tuple(bottoms), entries, exits)


def _leave_pill(pill: Member, x: float, height: float, *, straight_down: bool) -> Curve:
    if straight_down:
        bottom = pill.y_px + pill.height_px
        return curves.straight(x, bottom, x, height) if bottom < height else ()
    middle = pill.y_px + pill.height_px / 2
    return curves.rounded([(pill.x_px, middle), (x, middle), (x, height)])


def _grid_cell(likes: Sequence[Box]) -> Cell:
    """The boxes in rows; links enter by a bus above and leave by a bus below, through the gaps between the columns."""
    sizes = [box_size(box) for box in likes]
    wide, high = max(width for width, _ in sizes), max(height for _, height in sizes)
    step_x, step_y = wide + GRID_COLUMN_PX, high + GRID_ROW_PX
    columns = max(round(math.sqrt(len(likes) * GRID_ASPECT * step_y / step_x)), 3)
    rows = math.ceil(len(likes) / columns)
    width, height = columns * step_x, rows * step_y - GRID_ROW_PX + 2 * BUS_PX
    members, entries, exits = [], {}, {}
    for index, (box, (box_width, box_height)) in enumerate(zip(likes, sizes, strict=True)):
        row, column = divmod(index, columns)
        x, y = column * step_x + (step_x - box_width) / 2, BUS_PX + row * step_y + (high - box_height) / 2
        members.append(Member(box, x, y, box_width, box_height))
        middle, gap = x + box_width / 2, column * step_x + step_x
        above, below = (
            [(width / 2, 0.0), (width / 2, BUS_PX / 2)],
            [(width / 2, height - BUS_PX / 2), (width / 2, height)],
        )
        left = gap - step_x + GRID_COLUMN_PX / 4
        turn = y - GRID_IN_PX if row else BUS_PX / 2
        entries[box.id] = (0, _bus([*above, (left, BUS_PX / 2), (left, turn), (middle, turn), (middle, y)]))
        low = height - BUS_PX / 2
        right, turn = gap - GRID_COLUMN_PX / 4, y + box_height + GRID_OUT_PX if row < rows - 1 else low
        exits[box.id] = (0, _bus([(middle, y + box_height), (middle, turn), (right, turn), (right, low), *below]))
    return Cell(tuple(members), width, height, "", (width / 2,), (width / 2,), entries, exits)


def _bus(points: Sequence[tuple[float, float]]) -> Curve:
    """The line through the points, without those that do not turn."""
    corners = [points[0]]
    for point, after in zip(points[1:], [*points[2:], None], strict=True):
        (x, y), last = point, corners[-1]
        straight_on = after and ((last[0] == x == after[0]) or (last[1] == y == after[1]))
        if not straight_on and point != last:
            corners.append(point)
    return curves.rounded(corners)
