"""What a box depends on, what it reaches, and the paths between two boxes; and which of it a view shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from graphlab.overlay.flow import Edge, Flow, flow_of, steps_from
from graphlab.overlay.paths import NodePaths, shortest_paths
from graphlab.overlay.types import Lifted, Mark, Overlay, Style
from graphlab.view.fold import Folded
from graphlab.view.links import CHANGES
from graphlab.view.nest import members
from graphlab.view.types import Link

START, UP, DOWN, BOTH, ON, CURRENT_PATH = "start", "up", "down", "both", "on", "chosen"  # the sides of a lineage
Sides = Mapping[str, str]  # by op
SIGNS = {UP: "↑", DOWN: "↓", BOTH: "↕"}
WORDS = {
    START: "start or end",
    UP: "upstream",
    DOWN: "downstream",
    BOTH: "upstream and downstream",
    ON: "on a path",
    CURRENT_PATH: "on the path",
}
NAME = "lineage"
STYLE = Style(("ring", "foot"), rings=(START, CURRENT_PATH), dims=True)


@dataclass(frozen=True)
class Reach:
    """How many steps each node is before (`up`) and after (`down`) those of a box, which are at 0.

    `depth` is the number of steps that are shown, None for all.
    """

    flow: Flow
    up: Mapping[int, int]
    down: Mapping[int, int]
    depth: int | None = None

    @cached_property
    def deepest(self) -> int:
        """The greatest number of steps."""
        return max((*self.up.values(), *self.down.values()), default=0)

    @cached_property
    def sides(self) -> Sides:
        """The side of each op that is shown."""
        sides: dict[str, str] = {}
        for side, steps in ((UP, self.up), (DOWN, self.down)):
            for node, step in steps.items():
                if self.depth is None or step <= self.depth:
                    op_id = self.flow.ops[node]
                    sides[op_id] = side if sides.get(op_id, side) == side else BOTH
        starts = (node for steps in (self.up, self.down) for node, step in steps.items() if not step)
        return sides | {self.flow.ops[node]: START for node in starts}

    @property
    def updated_variables(self) -> list[str]:
        """The variables whose new values are reached."""
        steps = {op_id: self.down.get(node, 0) for op_id, node in self.flow.new_values.items()}
        return [op_id for op_id, step in steps.items() if step and (self.depth is None or step <= self.depth)]

    def side_of(self, edge: Edge) -> str:
        """The side of an edge; "" if the walk did not use it."""
        source, target = edge
        sides = set()
        for side, steps, far, near in ((UP, self.up, source, target), (DOWN, self.down, target, source)):
            if far in steps and near in steps and (self.depth is None or steps[near] < self.depth):
                sides.add(side if steps[far] else START)
        return merged_side(sides)


@dataclass(frozen=True)
class Paths:
    """The paths from one box to another. `is_reversed`: they lead from the second to the first.

    `path_index` is the number of the path that is shown, from 0.
    """

    flow: Flow
    first: frozenset[int]
    last: frozenset[int]
    path_set: NodePaths
    is_reversed: bool = False
    path_index: int = 0

    @property
    def path(self) -> tuple[int, ...]:
        """The nodes of the chosen path; () if there is none."""
        return self.path_set.paths[self.path_index] if self.path_set.paths else ()

    @cached_property
    def sides(self) -> Sides:
        """The side of each op that is shown."""
        if not self.path_set.paths:
            return {}
        ops = self.flow.ops
        on = {ops[node]: ON for node in self.path_set.on}
        return (
            on
            | {ops[node]: CURRENT_PATH for node in self.path}
            | {ops[node]: START for node in (*self.first, *self.last)}
        )

    def side_of(self, edge: Edge) -> str:
        """The side of an edge; "" if no path uses it."""
        source, target = edge
        if edge in self._steps:
            return CURRENT_PATH
        on = self.path_set.on
        inside = source in on and target in on and source not in self.last and target not in self.first
        return ON if inside else ""

    @cached_property
    def _steps(self) -> frozenset[Edge]:
        return frozenset(zip(self.path, self.path[1:], strict=False))


Lineage = Reach | Paths


def reach(folded: Folded, box_id: str, *, up: bool, down: bool) -> Reach:
    """Everything that leads to a box, and everything that it leads to.

    What leads to a variable is what leads to its new value; a layer does not depend on ops that write its variables.
    """
    flow = flow_of(folded)
    nodes = flow.nodes(members(folded, box_id))
    return Reach(
        flow,
        steps_from([*nodes, *flow.new_value(box_id)], flow.before) if up else {},
        steps_from(nodes, flow.after) if down else {},
    )


def paths_between(folded: Folded, first: str, last: str) -> Paths | None:
    """The paths from one box to another, or back if there are none; None if one contains the other."""
    flow = flow_of(folded)
    first_ops, last_ops = members(folded, first), members(folded, last)
    if set(first_ops) & set(last_ops):
        return None
    first_nodes, last_nodes = frozenset(flow.nodes(first_ops)), frozenset(flow.nodes(last_ops))
    forward = _paths(flow, first_nodes, last_nodes.union(flow.new_value(last)), is_reversed=False)
    if forward.path_set.paths:
        return forward
    return _paths(flow, last_nodes, first_nodes.union(flow.new_value(first)), is_reversed=True)


def _paths(flow: Flow, first: frozenset[int], last: frozenset[int], *, is_reversed: bool) -> Paths:
    return Paths(flow, first, last, shortest_paths(flow, first, last), is_reversed)


def groups_with(folded: Folded, sides: Sides) -> frozenset[str]:
    """The groups that contain more of a lineage than its ends."""
    paths = {folded.paths[op_id] for op_id, side in sides.items() if side != START}
    return frozenset(group_id for path in paths for group_id in path)


def lineage_overlay(lineage: Lineage, key: str = "") -> Overlay:
    """The sides of ops and links; a closed group combines those of its ops. `key` is the query."""
    return Overlay(NAME, "mix", STYLE, key, slots=lineage.sides, mark=_mark, link_slot=partial(_link_side, lineage))


def _mark(lifted: Lifted) -> Mark | None:
    if lifted.box_kind == "frame" or not lifted.count:
        return None
    inside = {side: count for side, count in lifted.shares if side != START}
    if not lifted.child.endswith("/"):
        side, count = lifted.shares[0][0], 1
    else:
        side, count = merged_side(inside) or START, int(sum(inside.values()))
    share = f"{count:,} of {lifted.total:,}" if lifted.of_closed and count else ""
    sign = SIGNS.get(side, "")
    if share:
        text = f"{sign} {f'all {count:,}' if count == lifted.total else share}".strip()
    else:
        text = "●" if side == START and not lifted.of_closed else sign
    words = f"{share} {WORDS[side]}".strip()
    return Mark(slots=((side, 1),), text=text, words=words, count=count, total=lifted.total)


def _link_side(lineage: Lineage, folded: Folded, link: Link) -> str:
    return merged_side(dict.fromkeys(_wire_sides(folded, lineage, link)))


def _wire_sides(folded: Folded, lineage: Lineage, link: Link) -> Iterator[str]:
    for wire in link.wires:
        edge = lineage.flow.edge(folded, wire, update=link.style in CHANGES)
        if edge:
            yield lineage.side_of(edge)


def merged_side(sides: Iterable[str]) -> str:
    """The side of a box with several: the chosen path wins over all paths, a direction over the start."""
    side_set = set(sides)
    if CURRENT_PATH in side_set or ON in side_set:
        return CURRENT_PATH if CURRENT_PATH in side_set else ON
    if BOTH in side_set or {UP, DOWN} <= side_set:
        return BOTH
    return next((side for side in (UP, DOWN, START) if side in side_set), "")
