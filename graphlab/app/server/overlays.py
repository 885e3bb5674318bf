"""The overlays of a view: its colours, search matches and lineage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphlab.app.server.scenes import Shown
from graphlab.errors import GraphlabError
from graphlab.json_value import JsonObject
from graphlab.overlay import USUAL, LiftedOverlay, Overlay, colour_overlay, lift
from graphlab.overlay import search as searching
from graphlab.overlay.lineage_query import LineageAnswer, answer, opened_around
from graphlab.overlay.lineage_words import chip, sentence, sentence_of
from graphlab.overlay.query import QueryError
from graphlab.view import Folded, once


@dataclass(frozen=True)
class LineageText:
    """A lineage in words: few over the graph (`chip`) and a sentence; what to `open` to see more of it."""

    chip: str
    text: str
    open: tuple[str, ...] | None = None

    def to_json(self) -> JsonObject:
        """The words as the browser takes them."""
        return {"chip": self.chip, "text": self.text, "open": self.open}


@dataclass(frozen=True)
class Searched:
    """What was found in a graph, and where."""

    matches: list[searching.SearchMatch]
    overlay: Overlay


@dataclass(frozen=True)
class Shine:
    """What is shown on the boxes of a view, and the lineage in words."""

    overlays: tuple[LiftedOverlay, ...] = ()
    lineage: LineageText | None = None


def shine_of(shown: Shown, emphasis: Mapping[str, str], words: str) -> Shine:
    """The overlays of a view that are on: its colours, always, and what is asked for."""
    folded = shown.folded
    overlays = [lift(colour_overlay(folded, emphasis.get("colour") or USUAL), folded, shown.visible)]
    found = found_in(folded, words)
    if found is not None:
        overlays.append(lift(found, folded, shown.visible))
    query = emphasis.get("lineage")
    if not query:
        return Shine(tuple(overlays))
    try:
        lineage = answer(folded, query)
    except GraphlabError as error:
        said = sentence_of(error)
        return Shine(tuple(overlays), LineageText(said, said))
    if lineage.overlay is not None:
        overlays.append(lift(lineage.overlay, folded, shown.visible_links))
    return Shine(tuple(overlays), _text(shown, lineage))


def _text(shown: Shown, found: LineageAnswer) -> LineageText:
    wanted = opened_around(shown.folded, found, shown.opened, shown.focus) if found.overlay else shown.opened
    opened = None if wanted == shown.opened else tuple(sorted(wanted))
    return LineageText(chip(shown.folded, found), sentence(shown.folded, found), opened)


def found_in(folded: Folded, words: str) -> Overlay | None:
    """The overlay of what is found in a graph; None where nothing is looked for."""
    if not words:
        return None
    try:
        return searched(folded, words).overlay
    except QueryError:  # the list says it
        return None


def searched(folded: Folded, words: str) -> Searched:
    """What is found in a graph, and where; kept until something else is looked for in it."""
    kept = _kept(folded)
    result = kept.get(words)
    if result is None:
        found = searching.search(folded.graph, words)
        result = Searched(found, searching.search_overlay(folded, found, words))
        kept.clear()
        kept[words] = result
    return result


@once
def _kept(folded: Folded) -> dict[str, Searched]:
    """The last search in a graph, by its words."""
    return {}
