"""What a picture shows: the level of detail, the open groups, the theme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphlab.graph import Graph
from graphlab.pictures.named_group import find_group
from graphlab.pictures.values.types import CarriedValues
from graphlab.view import Folded, Open, default_open, fold_nothing, fold_quiet, open_to_depth, reveal

THEMES = ("light", "dark")
MOST_OPS_TWICE = 5_000  # up to this many ops, the one-file viewer has both levels of detail and a switch between them


@dataclass(frozen=True)
class PictureOptions:
    """What a person requested: these groups open, everything down to a depth, every op, a theme.

    `open` names groups as in `find_group`; the groups around one are opened too. At depth 0, everything is closed.
    Without both, the groups are open that the page opens at first.
    """

    open: tuple[str, ...] = ()
    depth: int | None = None
    all_ops: bool = False
    theme: str = ""


@dataclass(frozen=True)
class PictureContent:
    """A graph at a level of detail, its open groups and the theme; "" leaves the theme to the viewer.

    `values` are shown on the boxes, None for none.
    """

    folded: Folded
    opened: Open
    every_op: bool = False
    theme: str = ""
    values: CarriedValues | None = None


def picture_content(graph: Graph, options: PictureOptions, values: CarriedValues | None = None) -> PictureContent:
    """The content that a person chose for a picture; raises GraphlabError if a name is not a group's."""
    folded = fold_nothing(graph) if options.all_ops else fold_quiet(graph)
    opened = default_open(folded) if options.depth is None else open_to_depth(folded, options.depth)
    for typed in options.open:
        opened = _open_group(folded, find_group(folded, typed), opened)
    return PictureContent(folded, opened, options.all_ops, options.theme, values)


def levels(
    graph: Graph, content: PictureContent, most_ops_twice: int = MOST_OPS_TWICE
) -> Iterator[tuple[bool, Folded, Open]]:
    """The level of detail of the content and, of a graph that is not too large, the other one."""
    yield content.every_op, content.folded, content.opened
    if graph.number_of_nodes() <= most_ops_twice:
        other_level = fold_quiet(graph) if content.every_op else fold_nothing(graph)
        yield not content.every_op, other_level, default_open(other_level)


def children_in(folded: Folded) -> list[str]:
    """The ops and groups of a level of detail that can be boxes."""
    groups = dict.fromkeys(group_id for path in folded.paths.values() for group_id in path)
    return [*folded.paths, *groups]


def _open_group(folded: Folded, group_id: str, opened: Open) -> Open:
    """The open groups plus this one and those around it; the quiet view may show one box instead of the group."""
    location = reveal(folded, group_id, opened)
    if location is None:
        return opened
    around, box_id = location
    return around | {box_id} if box_id in folded.groups else around
