"""Finds ops, groups and layers that match a query, as a list and as an overlay."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from graphlab.graph import Graph, Group, Op, display_name
from graphlab.overlay.query import QueryError, group_fits, op_fits, parse_query
from graphlab.overlay.types import Lifted, Mark, Overlay, Style
from graphlab.view import Folded

NAME = "search"
MATCH = "match"  # the slot of matches
STYLE = Style(("ring", "corner"), rings=(MATCH,), vivid=True)
MOST_S = 5.0  # the time limit of a search


Item = TypeVar("Item")


@dataclass(frozen=True)
class SearchMatch:
    """One match: the id to go to, and the two lines that describe it. A better match has a lower rank."""

    target: str
    title: str
    subtitle: str
    rank: int


def search(graph: Graph, text: str) -> list[SearchMatch]:
    """Ops and groups that fit every part of the query, best first; [] for an empty query.

    Raises QueryError for a query that cannot be answered.
    """
    terms = parse_query(text)
    if not terms:
        return []
    words = [term.value for term in terms if term.pattern is None and term.key in ("", "name", "layer", "type")]
    try:
        groups = [_group_match(group, words) for group in _in_time(graph.groups.values()) if group_fits(group, terms)]
        ops = [_op_match(op, words) for op in _in_time(graph.ops()) if op_fits(op, terms)]
    except TimeoutError as error:
        raise QueryError("this search takes too long; simplify the regular expression") from error
    return sorted([*groups, *ops], key=lambda match: (match.rank, len(match.target), match.target))


def _in_time(items: Iterable[Item]) -> Iterator[Item]:
    """The items, until time runs out; then raises TimeoutError."""
    end = time.monotonic() + MOST_S
    for item in items:
        if time.monotonic() > end:
            raise TimeoutError
        yield item


def search_overlay(folded: Folded, matches: Iterable[SearchMatch], key: str = "") -> Overlay:
    """Where the matches are in a graph: groups, and shown ops that are or represent matches, with their number.

    A group that matches itself is marked although it may hold none, and also where it is open. `key` is the query.
    """
    targets = [match.target for match in matches]
    counts = Counter(folded.stands_for[target] for target in targets if target in folded.stands_for)
    groups = frozenset(folded.groups.keys() & targets)

    def mark(lifted: Lifted) -> Mark | None:
        count = int(lifted.number or 0) if lifted.box_kind == "box" else 0
        if not count and lifted.child not in groups:
            return None
        inside = f"{count:,}" if lifted.of_closed and count else ""
        words = f"{inside} found inside" if inside else "found"
        return Mark(slots=((MATCH, 1),), text=inside, words=words, count=count, total=lifted.total)

    return Overlay(NAME, "sum", STYLE, key, numbers=counts, mark=mark)


def _group_match(group: Group, words: Sequence[str]) -> SearchMatch:
    rank = _rank(words, group.label, group.class_name) + (0 if group.kind in ("model", "layer") else 2)
    return SearchMatch(group.id, group.label, _subtitle(group), rank)


def _subtitle(group: Group) -> str:
    """Words that distinguish groups of one name: `Dense in mnist_mlp`, `Dense in gradients/mnist_mlp`."""
    parent = group.parent_id.rstrip("/")
    return " in ".join(filter(None, (group.class_name or group.kind, parent)))


def _op_match(op: Op, words: Sequence[str]) -> SearchMatch:
    title = display_name(op) if op.variable else op.type
    subtitle = op.layer.path if op.layer else op.path[-1].rstrip("/") if op.path else op.id
    layer_names = [op.layer.path.rpartition("/")[2], op.layer.class_name] if op.layer else []
    # The contents of a layer come before ops that only have the layer's name somewhere in theirs.
    return SearchMatch(op.id, title, subtitle, 1 + min(_rank(words, title), 1 + _rank(words, *layer_names)))


def _rank(words: Sequence[str], *names: str) -> int:
    """0 if a word is a whole name, 2 if a name starts with one, 4 otherwise."""
    lower = [name.lower() for name in names]
    if any(name in words for name in lower):
        return 0
    return 2 if any(name.startswith(word) for name in lower for word in words) else 4
