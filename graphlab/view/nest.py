"""The nesting of boxes and the meeting points of wires, computed once, so that a view costs only what it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from graphlab.errors import GraphlabError
from graphlab.view.fold import Folded, once
from graphlab.view.links import link_label, styled_wires
from graphlab.view.types import Link, Open, Wire

ROOT = ""  # the scope that is the page
_AGAIN = "retrace the source, or export the file again"
Numbered = tuple[int, Wire]  # a wire with its index among all wires


@dataclass(frozen=True)
class Bundle:
    """The wires of one style between two children of a scope, in order."""

    src: str
    dst: str
    style: str
    wires: list[Numbered]

    @cached_property
    def link(self) -> Link:
        """The bundle as a link between closed children."""
        wires = tuple(wire for _, wire in self.wires)
        return Link(self.src, self.dst, wires, self.style, link_label(wires, self.style))


@dataclass(frozen=True)
class Nest:
    """A folded graph's scopes: their children and the bundles between those, by scope id.

    `parents` maps each child to its scope, `places` to its position in the graph's order, that of its first op.
    """

    paths: Mapping[str, tuple[str, ...]]
    stands_for: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, str]
    places: Mapping[str, int]
    bundles: Mapping[str, tuple[Bundle, ...]]

    def around(self, child: str) -> Iterator[str]:
        """The groups around a child, innermost first."""
        while (child := self.parents[child]) != ROOT:
            yield child

    def open_scopes(self, opened: Open, whole: str = ROOT) -> Iterator[tuple[str, int]]:
        """(scope, depth) of the page, depth -1, and of every group that is open with all groups around it.

        `whole` is the scope that the page shows.
        """
        waiting = [(whole, -1)]
        while waiting:
            scope, depth = waiting.pop()
            yield scope, depth
            waiting += [(child, depth + 1) for child in self.children[scope] if child in opened]

    def visible_ids(self, opened: Open, whole: str = ROOT) -> Iterator[str]:
        """The ids of all boxes and frames in the scope that the page shows."""
        for scope, _ in self.open_scopes(opened, whole):
            yield from self.children[scope]

    def links(self, scopes: Iterable[str], opened: Open) -> Iterator[Link]:
        """The links between what is visible in these open scopes, in the order of their first wires."""
        numbered_links: list[tuple[int, Link]] = []
        for scope in scopes:
            for bundle in self.bundles.get(scope, ()):
                if bundle.src in opened or bundle.dst in opened:
                    numbered_links += self._parts(bundle, opened)
                else:
                    numbered_links.append((bundle.wires[0][0], bundle.link))
        numbered_links.sort(key=lambda numbered: numbered[0])
        return (link for _, link in numbered_links)

    def _parts(self, bundle: Bundle, opened: Open) -> Iterator[tuple[int, Link]]:
        """The parts of a bundle that ends at an open group."""
        parts: dict[tuple[str, str], list[Numbered]] = defaultdict(list)
        for number, wire in bundle.wires:
            parts[self.visible(wire.src, opened), self.visible(wire.dst, opened)].append((number, wire))
        for (src, dst), wires in parts.items():
            yield wires[0][0], Bundle(src, dst, bundle.style, wires).link

    def visible(self, op_id: str, opened: Open) -> str:
        """The box that shows an op: the outermost closed group around the op that represents it, else that op."""
        stand_in = self.stands_for[op_id]
        return next((group_id for group_id in self.paths[stand_in] if group_id not in opened), stand_in)


@once
def nest_of(folded: Folded) -> Nest:
    """The nest of a graph at one level of detail."""
    chains = {op_id: (ROOT, *path, op_id) for op_id, path in folded.paths.items()}
    children: dict[str, dict[str, None]] = {ROOT: {}}
    parents: dict[str, str] = {}
    places: dict[str, int] = {}
    for index, chain in enumerate(chains.values()):
        for scope, child in pairwise(chain):
            children.setdefault(scope, {})[child] = None
            parents[child] = scope
            places.setdefault(child, index)
    _check_nesting(children, parents)
    bundles: dict[str, dict[tuple[str, str, str], list[Numbered]]] = defaultdict(lambda: defaultdict(list))
    for number, (style, wire) in enumerate(styled_wires(folded)):
        source, target = chains[folded.stands_for[wire.src]], chains[folded.stands_for[wire.dst]]
        if source is target:
            continue
        depth = next(depth for depth, (a, b) in enumerate(zip(source, target, strict=False)) if a != b)
        bundles[source[depth - 1]][source[depth], target[depth], style].append((number, wire))
    return Nest(
        folded.paths,
        folded.stands_for,
        {scope: tuple(inside) for scope, inside in children.items()},
        parents,
        places,
        {scope: tuple(Bundle(*key, wires) for key, wires in inside.items()) for scope, inside in bundles.items()},
    )


def _check_nesting(children: Mapping[str, Mapping[str, None]], parents: Mapping[str, str]) -> None:
    """Raise GraphlabError if a group is inside itself or in two groups: walks outwards and inwards would not end."""
    reached_scopes = {ROOT}
    waiting = [ROOT]
    while waiting:
        scope = waiting.pop()
        inside = [child for child in children[scope] if child in children and parents[child] == scope]
        new = [child for child in inside if child not in reached_scopes]
        reached_scopes.update(new)
        waiting += new
    unreached = next((scope for scope in children if scope not in reached_scopes), None)
    twice = (child for scope, inside in children.items() for child in inside if parents[child] != scope)
    wrong = unreached or next(twice, None)
    if wrong is not None:
        raise GraphlabError(f"{wrong!r} is in itself or in two groups, so it cannot be drawn; {_AGAIN}")


def members(folded: Folded, box_id: str) -> list[str]:
    """The shown ops of a box: the op itself, or all in the group."""
    children = nest_of(folded).children
    op_ids: list[str] = []
    waiting = [box_id]
    while waiting:
        child = waiting.pop()
        if child in children:
            waiting += children[child]
        else:
            op_ids.append(child)
    return op_ids
