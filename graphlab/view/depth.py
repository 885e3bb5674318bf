"""Opening a graph down to a depth, and an open set in few words however many groups it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import accumulate

from graphlab.view.fold import Folded, once
from graphlab.view.nest import ROOT, nest_of
from graphlab.view.types import Open

DOWN_TO = "*"  # before a depth: all groups with fewer groups than that around them
BUT = "-"  # before a group that is closed nevertheless


def open_to_depth(folded: Folded, depth: int) -> Open:
    """All groups with fewer than `depth` groups around them."""
    return frozenset(group_id for group_id, around in _depths(folded).items() if around < depth)


def deepest(folded: Folded) -> int:
    """The depth from which on everything is open."""
    return max(_depths(folded).values(), default=-1) + 1


@once
def boxes_at_depths(folded: Folded) -> tuple[int, ...]:
    """How many boxes there are with everything open down to each depth, from 0, where all is closed."""
    closed = Counter(_depths(folded).values())
    ops = Counter(len(path) for path in folded.paths.values())
    above = accumulate(ops[depth] for depth in range(deepest(folded) + 1))
    return tuple(closed[depth] + count for depth, count in enumerate(above))


@once
def _depths(folded: Folded) -> dict[str, int]:
    """How many groups are around each group."""
    nest = nest_of(folded)
    scopes = [scope for scope in nest.children if scope != ROOT]
    return {scope: sum(1 for _ in nest.around(scope)) for scope in scopes}


def spelled_out(folded: Folded, words: Collection[str]) -> Open:
    """The open groups that these words mean: ids of groups, `*2` for all down to depth 2, `-id` for all but a group."""
    groups = folded.groups.keys()
    plain = groups & words
    special = set(words) - plain
    wanted = {word.removeprefix(DOWN_TO) for word in special if word.startswith(DOWN_TO)}
    depths = [int(depth) for depth in wanted if depth.isdecimal() and len(depth) < 4]
    down = open_to_depth(folded, max(depths)) if depths else frozenset()
    return frozenset(plain | down) - {word.removeprefix(BUT) for word in special if word.startswith(BUT)}
