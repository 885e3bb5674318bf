"""The overlays of a view: its colours, search matches and lineage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphlab.app.server.scenes import ShownGraph
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
    """A lineage in words: a short text over the graph (`chip`) and a sentence; what to `open` to see more of it."""

    chip: str
    text: str
    open: tuple[str, ...] | None = None

    def to_json(self) -> JsonObject:
        """The words in the browser's form."""
        return {"chip": self.chip, "text": self.text, "open": self.open}


@dataclass(frozen=True)
class SearchResult:
    """The matches of a search, and where they are."""

    matches: list[searching.SearchMatch]
    overlay: Overlay


@dataclass(frozen=True)
class ViewOverlays:
    """What is shown on the boxes of a view, and the lineage in words."""

    lifted: tuple[LiftedOverlay, ...] = ()
    lineage: LineageText | None = None


def overlays_of(shown_graph: ShownGraph, emphasis: Mapping[str, str], words: str) -> ViewOverlays:
    """The overlays of a view that are on: always its colours, and those requested."""
    folded = shown_graph.folded
    overlays = [lift(colour_overlay(folded, emphasis.get("colour") or USUAL), folded, shown_graph.visible)]
    overlay = search_overlay_in(folded, words)
    if overlay is not None:
        overlays.append(lift(overlay, folded, shown_graph.visible))
    query = emphasis.get("lineage")
    if not query:
        return ViewOverlays(tuple(overlays))
    try:
        lineage = answer(folded, query)
    except GraphlabError as error:
        text = sentence_of(error)
        return ViewOverlays(tuple(overlays), LineageText(text, text))
    if lineage.overlay is not None:
        overlays.append(lift(lineage.overlay, folded, shown_graph.visible_links))
    return ViewOverlays(tuple(overlays), _lineage_text(shown_graph, lineage))


def _lineage_text(shown_graph: ShownGraph, lineage: LineageAnswer) -> LineageText:
    open_groups = (
        opened_around(shown_graph.folded, lineage, shown_graph.opened, shown_graph.focus)
        if lineage.overlay
        else shown_graph.opened
    )
    added = None if open_groups == shown_graph.opened else tuple(sorted(open_groups))
    return LineageText(chip(shown_graph.folded, lineage), sentence(shown_graph.folded, lineage), added)


def search_overlay_in(folded: Folded, words: str) -> Overlay | None:
    """The overlay of a search's matches; None without a search."""
    if not words:
        return None
    try:
        return search_result(folded, words).overlay
    except QueryError:  # the list of results reports it
        return None


def search_result(folded: Folded, words: str) -> SearchResult:
    """The matches of a search, and where they are; cached until the next search in the graph."""
    last = _last_search(folded)
    result = last.get(words)
    if result is None:
        matches = searching.search(folded.graph, words)
        result = SearchResult(matches, searching.search_overlay(folded, matches, words))
        last.clear()
        last[words] = result
    return result


@once
def _last_search(folded: Folded) -> dict[str, SearchResult]:
    """The last search in a graph, by its words."""
    return {}
