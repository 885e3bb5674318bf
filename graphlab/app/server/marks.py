"""The marks on the boxes of a view: search hits and lineage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphlab.app.server.scenes import ViewState, focus_of, opened_of, view_of
from graphlab.errors import GraphlabError
from graphlab.overlay import search
from graphlab.overlay.lineage import marks
from graphlab.overlay.lineage_query import Answer, answer, opened_around
from graphlab.overlay.lineage_words import chip, sentence, sentence_of
from graphlab.overlay.query import QueryError
from graphlab.view import Folded, once


@dataclass(frozen=True)
class Searched:
    """What was found in a graph, and where."""

    found: list[search.Found]
    tally: search.Tally


def found_of(folded: Folded, state: ViewState, words: str) -> dict[str, int] | None:
    """How many ops that were found each box on the page is or hides; None if nothing is looked for."""
    if not words:
        return None
    try:
        return search.marks(folded, searched(folded, words).tally, opened_of(folded, state))
    except QueryError:  # the list says it
        return None


def searched(folded: Folded, words: str) -> Searched:
    """What is found in a graph, and where; kept until something else is looked for in it."""
    kept = _kept(folded)
    result = kept.get(words)
    if result is None:
        found = search.search(folded.graph, words)
        result = Searched(found, search.tally(folded, found))
        kept.clear()
        kept[words] = result
    return result


@once
def _kept(folded: Folded) -> dict[str, Searched]:
    """The last search in a graph, by its words."""
    return {}


def traced_of(folded: Folded, state: ViewState, asked: str | None) -> dict[str, Any] | None:
    """What the view shows of a trace: words, the visible boxes by number, and the links between those numbers."""
    if not asked:
        return None
    try:
        found = answer(folded, asked)
    except GraphlabError as error:
        said = sentence_of(error)
        return {"chip": said, "text": said, "boxes": None}
    words = {"chip": chip(folded, found), "text": sentence(folded, found)}
    return words | _drawn(folded, found, state)


def _drawn(folded: Folded, found: Answer, state: ViewState) -> dict[str, Any]:
    if found.trace is None or not found.trace.sides:
        return {"boxes": None}
    boxes, links = marks(folded, found.trace, found.groups, view_of(folded, state))
    opened = opened_of(folded, state)
    wanted = opened_around(folded, found, opened, focus_of(folded, state))
    numbers = {mark.box: number for number, mark in enumerate(boxes)}
    return {
        "boxes": [[mark.box, mark.side, mark.count, mark.total] for mark in boxes],
        "links": [[numbers[link.src], numbers[link.dst], link.style, side] for link, side in links],
        "open": None if wanted == opened else sorted(wanted),
    }
