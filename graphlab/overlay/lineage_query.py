"""Lineage queries from the page's address, and their answers in words.

`up:ID`, `down:ID` and `both:ID` ask for what leads to a box and what it leads to, `up3:ID` within three steps;
`from:ID` selects a box for a query of paths to another, `paths:ID..ID` asks for these, `paths2:ID..ID` for the second.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from functools import cached_property

from graphlab.cache import LruCache
from graphlab.errors import GraphlabError
from graphlab.overlay.lineage import Lineage, Paths, Reach, groups_with, lineage_overlay, paths_between, reach
from graphlab.overlay.types import Overlay
from graphlab.view import Folded, Open, count_boxes, is_inside, once, op_name, reveal

MOST_OPENED = 600  # boxes that there may be with a whole lineage in sight
MOST_KEPT = 4  # answers kept per graph
FROM, PATHS, BETWEEN = "from", "paths", ".."
WAYS = {"up": (True, False), "down": (False, True), "both": (True, True)}
_QUERY = re.compile(rf"({'|'.join([*WAYS, FROM, PATHS])})(\d{{0,6}}):(.+)", re.DOTALL)


@dataclass(frozen=True)
class LineageQuery:
    """A query about a box, for paths also about `other`. `number` is a depth or a path's number, 0 if not specified."""

    way: str
    box: str
    other: str = ""
    number: int = 0

    def __str__(self) -> str:
        number = self.number or ""
        return f"{self.way}{number}:{self.box}{BETWEEN + self.other if self.other else ''}"

    def with_number(self, number: int) -> LineageQuery:
        """The same query with another depth, or about another path."""
        return dataclasses.replace(self, number=number)


@dataclass(frozen=True)
class LineageAnswer:
    """The lineage of a query, None if it asks for none, its overlay, and the groups that hold more than its ends."""

    query: LineageQuery
    lineage: Lineage | None = None
    groups: frozenset[str] = frozenset()

    @cached_property
    def overlay(self) -> Overlay | None:
        """What of the lineage is shown; None where it marks nothing."""
        return (
            lineage_overlay(self.lineage, str(self.query)) if self.lineage is not None and self.lineage.sides else None
        )


def parse_lineage_query(folded: Folded, text: str) -> LineageQuery:
    """The query in a word of an address. Raises GraphlabError if it is invalid for the graph."""
    match = _QUERY.fullmatch(text)
    if match is None:
        raise GraphlabError(f"{text!r} does not name a lineage; use up:BOX, down:BOX, both:BOX or paths:BOX..BOX")
    way, number, target = match[1], int(match[2] or 0), match[3]
    if way != PATHS:
        return LineageQuery(way, _box(folded, target), number=number)
    if BETWEEN not in target:
        raise GraphlabError(f"{text!r} does not name two boxes; use paths:BOX..BOX")
    starts = (separator.start() for separator in re.finditer(re.escape(BETWEEN), target))
    ends = ((target[:start], target[start + len(BETWEEN) :]) for start in starts)
    valid_pairs = (pair for pair in ends if all(reveal(folded, end, frozenset()) for end in pair))
    first, _, last = target.partition(BETWEEN)
    first, last = next(valid_pairs, (first, last))
    return LineageQuery(PATHS, _box(folded, first), _box(folded, last), number)


def _box(folded: Folded, target: str) -> str:
    revealed_box = reveal(folded, target, frozenset())
    if revealed_box is None:
        raise GraphlabError(f"this graph has no {target!r}")
    return revealed_box[1]


def answer(folded: Folded, text: str) -> LineageAnswer:
    """The answer to a query from an address. Raises GraphlabError if there is none."""
    query = parse_lineage_query(folded, text)
    if query.way == FROM:
        return LineageAnswer(query)
    if query.way == PATHS:
        query = query.with_number(max(query.number, 1))
    return _answers(folded).find(query, lambda: _answer(folded, query))


def _answer(folded: Folded, query: LineageQuery) -> LineageAnswer:
    """The answer for the requested depth or path."""
    whole = query.with_number(0)
    if query == whole:
        return _work_out(folded, whole)
    full_answer = _answers(folded).find(whole, lambda: _work_out(folded, whole))
    if isinstance(full_answer.lineage, Reach) and query.number < full_answer.lineage.deepest:
        lineage = dataclasses.replace(full_answer.lineage, depth=query.number)
        return LineageAnswer(query, lineage, groups_with(folded, lineage.sides))
    return _choose(full_answer, query) if query.way == PATHS else full_answer


def _choose(full_answer: LineageAnswer, query: LineageQuery) -> LineageAnswer:
    """The answer with the requested path selected; with the last one if there are fewer."""
    if not isinstance(full_answer.lineage, Paths):
        return full_answer
    number = min(query.number, max(len(full_answer.lineage.path_set.paths), 1))
    return LineageAnswer(
        query.with_number(number), dataclasses.replace(full_answer.lineage, path_index=number - 1), full_answer.groups
    )


@once
def _answers(folded: Folded) -> LruCache[LineageQuery, LineageAnswer]:
    """The last answers about a graph; those from which others are derived have no number."""
    return LruCache(MOST_KEPT)


def _work_out(folded: Folded, query: LineageQuery) -> LineageAnswer:
    lineage: Lineage | None
    if query.way == PATHS:
        lineage = paths_between(folded, query.box, query.other)
    else:
        up, down = WAYS[query.way]
        lineage = reach(folded, query.box, up=up, down=down)
    return LineageAnswer(query, lineage, groups_with(folded, lineage.sides) if lineage else frozenset())


def opened_around(folded: Folded, shown_answer: LineageAnswer, opened: Open, focus: str = "") -> Open:
    """The open groups with those around the lineage added, the outer ones first, as long as there is room.

    If a group is shown as the whole picture, only those inside it.
    """
    depths: dict[int, set[str]] = {}
    for group_id in shown_answer.groups:
        if is_inside(folded, group_id, focus):
            depths.setdefault(group_id.count("/"), set()).add(group_id)
    for _, groups in sorted(depths.items()):
        if count_boxes(folded, frozenset(opened | groups), focus) > MOST_OPENED:
            break
        opened = frozenset(opened | groups)
    return opened


def box_name(folded: Folded, box_id: str) -> str:
    """A box's name in a sentence."""
    group = folded.groups.get(box_id)
    return group.label if group else op_name(folded, folded.graph.op(box_id))
