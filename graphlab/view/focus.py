"""Shows one group as the whole picture. What crosses its border ends at stubs, named after what is outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from graphlab.view.fold import Folded
from graphlab.view.labels import title_of
from graphlab.view.links import CHANGES, link_label
from graphlab.view.nest import ROOT, Bundle, Nest, Numbered, nest_of
from graphlab.view.types import Box, Link, Open, Wire

COMES_IN = "→ "  # before the id of what is outside: no op has such a name
GOES_OUT = " →"  # after it

Carried = tuple[str, list[tuple[str, Wire]]]  # the box outside, and its wires with their styles


def groups_around(folded: Folded, child: str) -> tuple[str, ...]:
    """The groups around a shown op or group, outermost first."""
    return tuple(nest_of(folded).around(child))[::-1]


def is_inside(folded: Folded, child: str, group_id: str) -> bool:
    """Whether a shown op or group is inside a group; everything is inside the graph, which is ""."""
    return group_id == ROOT or group_id in nest_of(folded).around(child)


def stubs(folded: Folded, focus: str, opened: Open) -> tuple[list[Box], list[Box], list[Link]]:
    """The stubs for a group's inputs and for its outputs, and the links between them and what is inside.

    A stub stands for the outside box that is visible while only the groups around the focus are open.
    """
    nest = nest_of(folded)
    outside = frozenset(nest.around(focus))
    wires_by_link: dict[tuple[str, str, str], list[Numbered]] = defaultdict(list)
    carried: dict[str, Carried] = {}
    for style, number, wire in _crossing(nest, focus):
        if focus in nest.paths[nest.stands_for[wire.src]]:
            outer = nest.visible(wire.dst, outside)
            src, dst = nest.visible(wire.src, opened), f"{outer}{GOES_OUT}"
            stub_id = dst
        else:
            outer = nest.visible(wire.src, outside)
            src, dst = f"{COMES_IN}{outer}", nest.visible(wire.dst, opened)
            stub_id = src
        wires_by_link[src, dst, style].append((number, wire))
        carried.setdefault(stub_id, (outer, []))[1].append((style, wire))
    bundles = sorted(
        (Bundle(*ends, wires) for ends, wires in wires_by_link.items()), key=lambda bundle: bundle.wires[0][0]
    )
    boxes = [_stub(folded, stub_id, *what) for stub_id, what in carried.items()]
    boxes.sort(key=lambda stub: nest.places[stub.leads_to])
    incoming = [stub for stub in boxes if stub.id.startswith(COMES_IN)]
    outgoing = [stub for stub in boxes if not stub.id.startswith(COMES_IN)]
    return incoming, outgoing, [bundle.link for bundle in bundles]


def _crossing(nest: Nest, focus: str) -> Iterator[tuple[str, int, Wire]]:
    """The wires with one end in a group, each with its style and its number, in order."""
    child = focus
    for scope in (*nest.around(focus), ROOT):
        for bundle in nest.bundles.get(scope, ()):
            if child not in (bundle.src, bundle.dst):
                continue
            for number, wire in bundle.wires:
                end = wire.src if bundle.src == child else wire.dst
                # Further out, only some of the tensors that cross the enclosing group are the focus's own.
                if child == focus or focus in nest.paths[nest.stands_for[end]]:
                    yield bundle.style, number, wire
        child = scope


def _stub(folded: Folded, stub_id: str, outer: str, carried: list[tuple[str, Wire]]) -> Box:
    """The stub of a box outside."""
    title = title_of(folded, outer)
    is_incoming = stub_id.startswith(COMES_IN)
    styles = {style for style, _ in carried}
    tensor = link_label((wire for _, wire in carried), "data") or (
        "new value" if styles & CHANGES else "control dependency"
    )
    way = "input from outside this group" if is_incoming else "output to outside this group"
    return Box(
        id=stub_id,
        kind="stub",
        title=f"{COMES_IN}{title}" if is_incoming else f"{title}{GOES_OUT}",
        subtitle=tensor,
        parent=ROOT,
        label=", ".join(word for word in (title, way, tensor) if word),
        leads_to=outer,
    )
