"""Questions about what flows where, as the page's address writes them, and their answers in words.

`up:ID`, `down:ID` and `both:ID` ask what leads to a box and what it leads to, `up3:ID` within three steps; `from:ID` is
a box whose paths to another are asked for next, `paths:ID..ID` asks for those, with `paths2:ID..ID` the second of them.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from functools import cached_property

from graphlab.cache import LruCache
from graphlab.errors import GraphlabError
from graphlab.overlay.lineage import Paths, Reach, Trace, groups_with, lineage_overlay, paths_between, reach
from graphlab.overlay.types import Overlay
from graphlab.view import Folded, Open, count_boxes, is_inside, once, op_name, reveal

MOST_OPENED = 600  # boxes that there may be with all that is traced in sight
MOST_KEPT = 4  # answers for a graph
FROM, PATHS, BETWEEN = "from", "paths", ".."
WAYS = {"up": (True, False), "down": (False, True), "both": (True, True)}
_QUESTION = re.compile(rf"({'|'.join([*WAYS, FROM, PATHS])})(\d{{0,6}}):(.+)", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """What is asked of a box, of `other` too for paths. `number` is a depth or that of a path, 0 where none is said."""

    way: str
    box: str
    other: str = ""
    number: int = 0

    def __str__(self) -> str:
        number = self.number or ""
        return f"{self.way}{number}:{self.box}{BETWEEN + self.other if self.other else ''}"

    def with_number(self, number: int) -> Question:
        """The same question with another depth, or about another path."""
        return dataclasses.replace(self, number=number)


@dataclass(frozen=True)
class Answer:
    """A question's trace, None if it asks for none, and its overlay; the groups that hold more than its ends."""

    question: Question
    trace: Trace | None = None
    groups: frozenset[str] = frozenset()

    @cached_property
    def overlay(self) -> Overlay | None:
        """What of the trace is shown; None where it marks nothing."""
        return lineage_overlay(self.trace, str(self.question)) if self.trace is not None and self.trace.sides else None


def parse_question(folded: Folded, text: str) -> Question:
    """The question that a word of an address asks of a graph; raises GraphlabError for one that it cannot."""
    match = _QUESTION.fullmatch(text)
    if match is None:
        raise GraphlabError(f"{text!r} does not name a lineage; use up:BOX, down:BOX, both:BOX or paths:BOX..BOX")
    way, number, target = match[1], int(match[2] or 0), match[3]
    if way != PATHS:
        return Question(way, _box(folded, target), number=number)
    if BETWEEN not in target:
        raise GraphlabError(f"{text!r} does not name two boxes; use paths:BOX..BOX")
    places = (found.start() for found in re.finditer(re.escape(BETWEEN), target))
    ends = ((target[:place], target[place + len(BETWEEN) :]) for place in places)
    known = (pair for pair in ends if all(reveal(folded, end, frozenset()) for end in pair))
    first, _, last = target.partition(BETWEEN)
    first, last = next(known, (first, last))
    return Question(PATHS, _box(folded, first), _box(folded, last), number)


def _box(folded: Folded, target: str) -> str:
    found = reveal(folded, target, frozenset())
    if found is None:
        raise GraphlabError(f"this graph has no {target!r}")
    return found[1]


def answer(folded: Folded, text: str) -> Answer:
    """The answer to a question as an address asks it; raises GraphlabError if there is none."""
    question = parse_question(folded, text)
    if question.way == FROM:
        return Answer(question)
    if question.way == PATHS:
        question = question.with_number(max(question.number, 1))
    return _answers(folded).find(question, lambda: _answer(folded, question))


def _answer(folded: Folded, question: Question) -> Answer:
    """The answer at the depth, or with the path, that is asked for."""
    whole = question.with_number(0)
    if question == whole:
        return _work_out(folded, whole)
    found = _answers(folded).find(whole, lambda: _work_out(folded, whole))
    if isinstance(found.trace, Reach) and question.number < found.trace.deepest:
        trace = dataclasses.replace(found.trace, depth=question.number)
        return Answer(question, trace, groups_with(folded, trace.sides))
    return _choose(found, question) if question.way == PATHS else found


def _choose(found: Answer, question: Question) -> Answer:
    """The answer with the path chosen that a question asks for; the last one where there are fewer."""
    if not isinstance(found.trace, Paths):
        return found
    number = min(question.number, max(len(found.trace.found.paths), 1))
    return Answer(question.with_number(number), dataclasses.replace(found.trace, chosen=number - 1), found.groups)


@once
def _answers(folded: Folded) -> LruCache[Question, Answer]:
    """The last answers about a graph; those that others are cut or chosen from have no number."""
    return LruCache(MOST_KEPT)


def _work_out(folded: Folded, question: Question) -> Answer:
    trace: Trace | None
    if question.way == PATHS:
        trace = paths_between(folded, question.box, question.other)
    else:
        up, down = WAYS[question.way]
        trace = reach(folded, question.box, up=up, down=down)
    return Answer(question, trace, groups_with(folded, trace.sides) if trace else frozenset())


def opened_around(folded: Folded, found: Answer, opened: Open, focus: str = "") -> Open:
    """The open groups with those around what is traced added, the outer ones first, as long as there is room.

    Of a group that is the whole picture only those inside it.
    """
    depths: dict[int, set[str]] = {}
    for group_id in found.groups:
        if is_inside(folded, group_id, focus):
            depths.setdefault(group_id.count("/"), set()).add(group_id)
    for _, groups in sorted(depths.items()):
        if count_boxes(folded, frozenset(opened | groups), focus) > MOST_OPENED:
            break
        opened = frozenset(opened | groups)
    return opened


def box_name(folded: Folded, box_id: str) -> str:
    """What a box is called in a sentence."""
    group = folded.groups.get(box_id)
    return group.label if group else op_name(folded, folded.graph.op(box_id))
