"""Opening a graph down to a depth, and a short text for any set of open groups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from itertools import accumulate

from graphlab.view.fold import Folded, once
from graphlab.view.nest import ROOT, nest_of
from graphlab.view.types import Open

DOWN_TO = "*"  # after a group and before a number of levels; all levels without a number
BUT = "-"  # before what is closed nevertheless
MOST_LEVELS = 999
_LEVELS = re.compile(r"((?!-)(?:.*/)?)\*((?<=/\*)|\d{1,3})")


def open_to_depth(folded: Folded, depth: int) -> Open:
    """All groups with fewer than `depth` groups around them."""
    return frozenset(group_id for group_id, around in _depths(folded).items() if around < depth)


def deepest(folded: Folded) -> int:
    """The depth from which on everything is open."""
    return max(_depths(folded).values(), default=-1) + 1


@once
def boxes_at_depths(folded: Folded) -> tuple[int, ...]:
    """The number of boxes with everything open down to each depth, from 0, where all is closed."""
    closed = Counter(_depths(folded).values())
    ops = Counter(len(path) for path in folded.paths.values())
    above = accumulate(ops[depth] for depth in range(deepest(folded) + 1))
    return tuple(closed[depth] + count for depth, count in enumerate(above))


@once
def _depths(folded: Folded) -> dict[str, int]:
    """The number of groups around each group."""
    nest = nest_of(folded)
    scopes = [scope for scope in nest.children if scope != ROOT]
    return {scope: sum(1 for _ in nest.around(scope)) for scope in scopes}


@once
def boxes_within(folded: Folded) -> dict[str, tuple[int, ...]]:
    """The number of boxes in each group with one level of it open, with two, and so on until all is open."""
    nest = nest_of(folded)
    within: dict[str, tuple[int, ...]] = {}
    for scope in reversed(_outside_in(folded)):
        inner = [within[child] for child in nest.children[scope] if child in within]
        ops = len(nest.children[scope]) - len(inner)
        levels = max(map(len, inner), default=0)
        deeper = (ops + sum(counts[min(level, len(counts) - 1)] for counts in inner) for level in range(levels))
        within[scope] = (len(nest.children[scope]), *deeper)
    return within


@once
def _outside_in(folded: Folded) -> tuple[str, ...]:
    """All groups, each after the one around it."""
    depths = _depths(folded)
    return tuple(sorted(depths, key=depths.__getitem__))


def spelled_out(folded: Folded, words: Collection[str]) -> Open:
    """The open groups that these words select; the innermost word wins.

    Ids of groups; `*2` for all down to depth 2; `group/*` for a group and all inside it, `group/*2` for two levels of
    it; `-group/` for all but a group, `-group/*` for all but a group and all inside it.
    """
    plain = folded.groups.keys() & words
    patterns = [word for word in words if word not in plain]
    levels = {match[1]: int(match[2] or MOST_LEVELS) for word in patterns if (match := _LEVELS.fullmatch(word))}
    shut = {word.removeprefix(BUT) for word in patterns if word.startswith(BUT)}
    if not levels and not shut:
        return frozenset(plain)
    parents = nest_of(folded).parents
    levels_below = {ROOT: levels.get(ROOT, 0)}  # how many levels are open below
    opened = set()
    for group_id in _outside_in(folded):
        own = 0 if f"{group_id}{DOWN_TO}" in shut else levels.get(group_id, levels_below[parents[group_id]])
        levels_below[group_id] = max(own - 1, 0)
        if (own or group_id in plain) and group_id not in shut:
            opened.add(group_id)
    return frozenset(opened)
