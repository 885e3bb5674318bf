"""Words that distinguish parts of one scope with the same name. Independent of pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from graphlab.graph import Graph, Group
from graphlab.graph.free_names import free_name
from graphlab.view.types import Box

ROOT = ""
USER_NAMED_KINDS = frozenset({"variable", "input", "output"})  # boxes titled with names from the user's code


def groups_apart(paths: Iterable[tuple[str, ...]], groups: Mapping[str, Group]) -> dict[str, Group]:
    """The groups, with labels that differ in each scope: by output, line or class if these distinguish them.

    Otherwise they are numbered in the order of the paths.
    """
    scopes: dict[str, dict[str, None]] = defaultdict(dict)
    for path in dict.fromkeys(paths):
        for scope, child in pairwise((ROOT, *path)):
            scopes[scope][child] = None
    new_groups = dict(groups)
    for children in scopes.values():
        by_label: dict[str, list[str]] = defaultdict(list)
        for child in children:
            by_label[groups[child].label].append(child)
        labels = set(by_label)
        for label, alike in by_label.items():
            for child, words in zip(alike, _telling([groups[one] for one in alike]), strict=False):
                new = free_name(f"{label} · {words}", labels)
                labels.add(new)
                new_groups[child] = replace(groups[child], label=new)
    return new_groups


def _telling(alike: Sequence[Group]) -> Sequence[str]:
    """A word for each of these groups that no other has; none for a single group."""
    if len(alike) < 2:
        return ()
    for tell in _WORDS:
        words = tell(alike)
        if all(words) and len(set(words)) == len(words):
            return words
    return [f"{number} of {len(alike)}" for number in range(1, len(alike) + 1)]


def _lines(alike: Sequence[Group]) -> list[str]:
    """`line 12` if all are in one file, else `net.py:12`."""
    locations = [_source_location(group) for group in alike]
    one_file = len({location.rpartition(":")[0] for location in locations}) == 1
    return [f"line {location.rpartition(':')[2]}" if one_file and location else location for location in locations]


def _source_location(group: Group) -> str:
    """The file and line of a group's code; "" if unknown."""
    if group.source is None:
        return str(group.settings.get("line", ""))
    return f"{group.source.file.replace(chr(92), '/').rpartition('/')[2]}:{group.source.line}"


_WORDS: tuple[Callable[[Sequence[Group]], list[str]], ...] = (
    lambda alike: [str(group.settings.get("output", "")) for group in alike],
    _lines,
    lambda alike: [group.class_name for group in alike],
)


def boxes_apart(graph: Graph, boxes: Mapping[str, Box]) -> dict[str, Box]:
    """The boxes of one scope with distinct words: variables get their owners' names, unnamed boxes that of their op.

    An op keeps its type as its title; only its label for screen readers gets the op's name.
    """
    new_boxes = dict(boxes)
    for same in _alike(
        (box for box in boxes.values() if box.kind in USER_NAMED_KINDS), lambda box: (box.kind, box.title)
    ):
        names = [_full_name(graph, box) for box in same]
        for box, title in zip(same, _tails(names) or _numbered(same), strict=True):
            words = box.label.replace(f"{box.kind} {box.title}", f"{box.kind} {title}", 1)
            new_boxes[box.id] = replace(box, title=title, label=words)
    for same in _alike((box for box in new_boxes.values() if box.kind != "group"), lambda box: box.label):
        for box, name in zip(same, _tails([box.id for box in same]), strict=True):
            new_boxes[box.id] = replace(box, label=f"{box.label}, {name}")
    return new_boxes


def _alike(boxes: Iterable[Box], key: Callable[[Box], object]) -> list[list[Box]]:
    """The boxes that share a key with another box."""
    by_key: dict[object, list[Box]] = defaultdict(list)
    for box in boxes:
        by_key[key(box)].append(box)
    return [same for same in by_key.values() if len(same) > 1]


def _full_name(graph: Graph, box: Box) -> str:
    variable = graph.op(box.id).variable
    return variable.name if variable else box.title


def _numbered(same: Sequence[Box]) -> list[str]:
    return [f"{box.title} · {number} of {len(same)}" for number, box in enumerate(same, 1)]


def _tails(names: Sequence[str]) -> list[str]:
    """The shortest distinct ends of these paths; [] if they are the same."""
    parts = [name.split("/") for name in names]
    for length in range(1, max(map(len, parts)) + 1):
        tails = ["/".join(part[-length:]) for part in parts]
        if len(set(tails)) == len(names):
            return tails
    return []
