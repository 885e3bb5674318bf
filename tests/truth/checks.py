"""What must be true of a view, whatever the program: each check yields sentences about violations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from graphlab.graph import Graph
from graphlab.view import Box, Folded, Open, View
from tests.truth.flow import WRITES, Flow

ROOT = ""
Boxes = Mapping[str, str]  # op → the box it stands in


def boxes_of_ops(folded: Folded, opened: Open) -> dict[str, str]:
    """The box of every op: the outermost closed group around what stands for it, else that itself."""
    found = {}
    for op_id, shown in folded.stands_for.items():
        found[op_id] = next((group for group in folded.paths[shown] if group not in opened), shown)
    return found


def check_folding(folded: Folded) -> Iterator[str]:
    """Each op stands in one shown op, in groups that it really is in, and is listed where it stands."""
    graph = folded.graph
    if folded.stands_for.keys() != set(graph):
        yield "not every op has something that stands for it"
    for op_id, shown in folded.stands_for.items():
        if shown not in folded.paths or folded.stands_for[shown] != shown:
            yield f"{op_id} is stood for by {shown}, which is not shown"
        if shown != op_id and op_id not in folded.absorbed.get(shown, ()):
            yield f"{op_id} is not listed in {shown}, which stands for it"
    listed = [op_id for ids in folded.absorbed.values() for op_id in ids]
    if len(listed) != len(set(listed)) or len(listed) + len(folded.paths) != len(graph):
        yield "an op is listed in two boxes"
    own_groups = graph.groups
    for op_id, path in folded.paths.items():
        if len(set(path)) != len(path) or not all(group_id.endswith("/") for group_id in path):
            yield f"the groups around {op_id} repeat or do not end in '/': {path}"
        places = [graph.op(op_id).path.index(one) for one in path if one in own_groups]
        if places != sorted(places):
            yield f"the groups around {op_id} are not in its order: {path}"
    for group_id in folded.groups:
        if group_id in folded.paths:
            yield f"{group_id} is a group and an op"


def check_parts(folded: Folded, shown: View, opened: Open, boxes: Boxes) -> Iterator[str]:
    """Ids, parents, and that each op stands in exactly one box, each box being what it says."""
    ids = [box.id for box in shown.boxes] + [frame.id for frame in shown.frames]
    yield from (f"{one} is there {count} times" for one, count in Counter(ids).items() if count > 1)
    parents = _parents(folded)
    frames = {frame.id for frame in shown.frames}
    held = set(boxes.values())
    for one in held - {box.id for box in shown.boxes}:
        yield f"the ops in {one} stand in no box"
    for box in shown.boxes:
        if box.id not in held:
            yield f"the box {box.id} holds no op"
        if box.id.endswith("/") != (box.kind == "group"):
            yield f"the box {box.id} is of kind {box.kind}"
        if box.parent != parents[box.id] or (box.parent and box.parent not in frames):
            yield f"the box {box.id} lies in {box.parent!r}, not in {parents[box.id]!r}"
        if box.kind != "group" and set(box.folded) != set(folded.absorbed.get(box.id, ())):
            yield f"the box {box.id} does not tell what it holds"
    for frame in shown.frames:
        if frame.parent != parents[frame.id] or (frame.parent and frame.parent not in frames):
            yield f"the frame {frame.id} lies in {frame.parent!r}, not in {parents[frame.id]!r}"
        if frame.id not in opened or not frame.id.endswith("/"):
            yield f"the frame {frame.id} is not open"


def _parents(folded: Folded) -> dict[str, str]:
    found: dict[str, str] = {}
    for op_id, path in folded.paths.items():
        for parent, child in zip((ROOT, *path), (*path, op_id), strict=True):
            found.setdefault(child, parent)
    return found


def check_labels(shown: View) -> Iterator[str]:
    """The parts of one scope are told apart: groups by their titles, all by what a screen reader says."""
    parts = [*shown.boxes, *shown.frames]
    groups = [part for part in parts if not isinstance(part, Box) or part.kind == "group"]
    titles = Counter((part.parent, part.title) for part in groups)
    labels = Counter((part.parent, part.label) for part in parts)
    for what, counts in (("title", titles), ("label", labels)):
        for (parent, words), count in counts.items():
            if count > 1:
                yield f"{count} parts of {parent!r} have the {what} {words!r}"


def check_all_links(folded: Folded, shown: View, boxes: Boxes) -> Iterator[str]:
    """Every op: the links hold exactly the edges of the graph, and what runs between calls and what they call."""
    graph = folded.graph
    expected: Counter[tuple[str, str]] = Counter()
    wires: Counter[tuple[str, int | None, str, int | None]] = Counter()
    for src, dst, data in graph.edges(data=True):
        _add(expected, wires, boxes, src, data["src_port"], dst, data["dst_port"])
    for body in graph.bodies:
        for argument in body.args:
            _add(expected, wires, boxes, body.call, None, argument, None)
        for op_id, port in body.results:
            _add(expected, wires, boxes, op_id, port, body.call, None)
    found: Counter[tuple[str, str]] = Counter()
    told: Counter[tuple[str, int | None, str, int | None]] = Counter()
    for link in shown.links:
        found[link.src, link.dst] += len(link.wires)
        for wire in link.wires:
            told[wire.src, wire.src_port, wire.dst, wire.dst_port] += 1
            if wire.src_port is not None and wire.tensor != graph.op(wire.src).outputs[wire.src_port]:
                yield f"the link {link.src} → {link.dst} says {wire.tensor} of {wire.src}"
            if (boxes[wire.src], boxes[wire.dst]) != (link.src, link.dst):
                yield f"{wire.src} → {wire.dst} is drawn from {link.src} to {link.dst}"
    yield from (f"{count} edges {pair[0]} → {pair[1]} are not drawn" for pair, count in (expected - found).items())
    yield from (f"{count} links {pair[0]} → {pair[1]} are no edges" for pair, count in (found - expected).items())
    if not expected - found and not found - expected and wires != told:
        yield f"links hold other edges than the graph has: {dict(list((wires - told).items())[:3])}"


def _add(expected: Counter, wires: Counter, boxes: Boxes, src: str, port: int | None, dst: str, at: int | None) -> None:
    if boxes[src] != boxes[dst]:
        expected[boxes[src], boxes[dst]] += 1
        wires[src, port, dst, at] += 1


def check_quiet_links(folded: Folded, flow: Flow, shown: View, boxes: Boxes) -> Iterator[str]:
    """Quiet: every edge that carries a value is a link or inside a box, and every link is such an edge."""
    graph = folded.graph
    edges: set[tuple[str, str]] = set()
    links = {(link.src, link.dst) for link in shown.links}
    for edge in flow.edges:
        pairs = {(boxes[source], boxes[edge.reader]) for source in edge.sources}
        if _writes(graph, edge.reader, edge.port):
            pairs |= {(dst, src) for src, dst in pairs}
        edges |= pairs
        if not pairs or any(src == dst or (src, dst) in links for src, dst in pairs):
            continue
        if edge.reader in flow.dead or edge.reader in flow.bare or flow.bare.issuperset(edge.sources):
            continue
        yield f"{' or '.join(edge.sources)} → {edge.reader} is not drawn: no link {sorted(pairs)}"
    back = {(boxes[source], boxes[argument]) for source, argument in flow.back}
    for pair in sorted(back - links):
        if pair[0] != pair[1] and not _is_idle(flow, boxes, pair):
            yield f"the next value {pair[0]} → {pair[1]} of a loop is not drawn"
    for src, dst in sorted(links - edges - back):
        yield f"the link {src} → {dst} is no edge"
    for link in shown.links:
        for wire in link.wires:
            if wire.tensor is not None and wire.tensor != graph.op(wire.src).outputs[wire.src_port or 0]:
                yield f"the link {link.src} → {link.dst} says {wire.tensor} of {wire.src}"
            if (boxes[wire.src], boxes[wire.dst]) != (link.src, link.dst):
                yield f"{wire.src} → {wire.dst} is drawn from {link.src} to {link.dst}"


def _writes(graph: Graph, op_id: str, port: int | None) -> bool:
    return port == 0 and graph.op(op_id).type.startswith(WRITES)


def _is_idle(flow: Flow, boxes: Boxes, pair: tuple[str, str]) -> bool:
    """Whether a loop's next value is a mere count, or what the loop began with."""
    return all(
        source in flow.bare or argument in flow.bare or argument in flow.dead
        for source, argument in flow.back
        if (boxes[source], boxes[argument]) == pair
    )
