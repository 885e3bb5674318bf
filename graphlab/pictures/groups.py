"""The group that a person means by what they typed: an id, a path of labels, or the end of one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping

from graphlab.errors import GraphlabError
from graphlab.graph import Group
from graphlab.view import Folded

MOST_NAMES = 5  # in an error
LONGEST_NAME = 80  # characters of a name in an error
LAYERS = frozenset({"model", "layer"})


def find_group(folded: Folded, typed: str) -> str:
    """The id of the group that `typed` names: `mnist_mlp/dense/`, `mnist_mlp/dense` or `dense`.

    Of several groups with that name a layer is meant before its gradients and its optimizer's slots, and an outer
    group before an inner one. Raises GraphlabError, with names that are near, for no such group and for several.
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
        found = [group_id for group_id in groups if name and test(group_id)]
        if found:
            return _best(groups, typed, found)
    raise GraphlabError(_no_group(typed, paths))


def _label_path(groups: Mapping[str, Group], group_id: str) -> str:
    labels = []
    while group_id in groups:
        labels.append(groups[group_id].label)
        group_id = groups[group_id].parent_id
    return "/".join(reversed(labels))


def _best(groups: Mapping[str, Group], typed: str, found: list[str]) -> str:
    def rank(group_id: str) -> tuple[bool, int]:
        return groups[group_id].kind not in LAYERS, group_id.count("/")

    least = min(map(rank, found))
    best = [group_id for group_id in found if rank(group_id) == least]
    if len(best) > 1:
        raise GraphlabError(f"{_short(typed)!r} names {len(best):,} groups; give more of the path: {_listed(best)}")
    return best[0]


def _no_group(typed: str, paths: Mapping[str, str]) -> str:
    what = f"there is no group {_short(typed)!r} in this graph"
    if not paths:
        return f"{what}: it has no groups"
    by_name = {name: group_id for group_id, path in paths.items() for name in (path, path.rpartition("/")[2])}
    near = difflib.get_close_matches(typed.strip("/")[:LONGEST_NAME], by_name, MOST_NAMES, 0.5)
    if near:
        return f"{what}; near it are {_listed(dict.fromkeys(paths[by_name[name]] for name in near))}"
    outer = [path for group_id, path in paths.items() if group_id.count("/") == 1]
    return f"{what}; it has {_listed(outer)}"


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    more = ["..."] if len(listed) > MOST_NAMES else []
    return ", ".join([*(_short(name.rstrip("/")) for name in listed[:MOST_NAMES]), *more])


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."
