"""Finds the group that a user typed: by id, by a path of labels, or by the end of one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping

from graphlab.errors import GraphlabError
from graphlab.graph import Group
from graphlab.view import Folded

MOST_NAMES = 5  # similar names, in an error
MOST_CANDIDATES = 12  # groups that match a name, in an error
LONGEST_NAME = 80  # characters of a name in an error
REPEATS = frozenset({"gradients", "optimizer", "metrics"})  # groups whose subgroups are named after parts of the model
ALIKE = 0.65  # the least similarity of a suggested name
AS_NEAR = 0.2  # how much less similar than the best one a suggestion may be
CONTAINED = 0.9  # the similarity of a name that contains the other
SHORTEST = 3  # letters a name needs to be suggested because it is contained in another


def find_group(folded: Folded, typed: str) -> str:
    """The id of the group that `typed` names: `mnist_mlp/dense/`, `mnist_mlp/dense` or `dense`.

    A layer takes precedence over the gradients and slots named after it. Raises GraphlabError if several other groups
    have that name, with their paths, or if none has, with the most similar ones.
    """
    groups = {**folded.graph.groups, **folded.groups}
    paths = {group_id: _label_path(groups, group_id) for group_id in groups}
    name = typed.strip("/")
    tests: tuple[Callable[[str], bool], ...] = (
        lambda group_id: group_id == f"{name}/",
        lambda group_id: paths[group_id] == name,
        lambda group_id: f"/{paths[group_id]}".endswith(f"/{name}") or f"/{group_id}".endswith(f"/{name}/"),
    )
    for test in tests:
        matches = [group_id for group_id in groups if name and test(group_id)]
        if matches:
            return _best(groups, typed, matches)
    raise GraphlabError(_no_group(typed, groups, paths))


def _label_path(groups: Mapping[str, Group], group_id: str) -> str:
    labels = []
    while group_id in groups:
        labels.append(groups[group_id].label)
        group_id = groups[group_id].parent_id
    return "/".join(reversed(labels))


def _best(groups: Mapping[str, Group], typed: str, matches: list[str]) -> str:
    best = [group_id for group_id in matches if not _repeats(groups, group_id)] or matches
    if len(best) > 1:
        paths = _listed(sorted(best, key=_depth), MOST_CANDIDATES)
        raise GraphlabError(f"{_short(typed)!r} names {len(best):,} groups; use more of the path: {paths}")
    return best[0]


def _repeats(groups: Mapping[str, Group], group_id: str) -> bool:
    """Whether the group repeats a part of the model that has its own group."""
    outer = groups.get(f"{group_id.partition('/')[0]}/")
    return outer is not None and outer.kind in REPEATS


def _depth(group_id: str) -> int:
    return group_id.count("/")


def _no_group(typed: str, groups: Mapping[str, Group], paths: Mapping[str, str]) -> str:
    what = f"there is no group {_short(typed)!r} in this graph"
    if not paths:
        return f"{what}: it has no groups"
    name = typed.strip("/")[:LONGEST_NAME].casefold()
    scores = {group_id: _nearness(name, path.casefold()) for group_id, path in paths.items()}
    least = max(ALIKE, max(scores.values()) - AS_NEAR)
    near = [group_id for group_id, score in scores.items() if score >= least]
    if near:
        near.sort(key=lambda group_id: (-scores[group_id], _repeats(groups, group_id), _depth(group_id)))
        return f"{what}; similar: {_listed(paths[group_id] for group_id in near[:MOST_NAMES])}"
    return f"{what}; the groups are: {_listed(path for group_id, path in paths.items() if _depth(group_id) == 1)}"


def _nearness(name: str, path: str) -> float:
    """How similar a name is to the end of a path, from 0 to 1; 1 if only parts before the last are missing."""
    labels, parts = path.split("/"), name.split("/")
    rest = iter(labels)
    if parts[-1] == labels[-1] and all(part in rest for part in parts):
        return 1.0
    end = "/".join(labels[-len(parts) :])[:LONGEST_NAME]
    if len(name) >= SHORTEST and name in end:
        return CONTAINED
    matcher = difflib.SequenceMatcher(None, end, name)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _listed(names: Iterable[str], most: int = MOST_NAMES) -> str:
    listed = list(names)
    more = [f"and {len(listed) - most:,} more"] if len(listed) > most else []
    return ", ".join([*(_short(name.rstrip("/")) for name in listed[:most]), *more])


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."
