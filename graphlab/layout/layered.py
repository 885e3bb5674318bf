"""A plain layered layout: longest path, barycentre sweeps, lanes for long edges. It always succeeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise

from graphlab.layout import curves
from graphlab.layout.plan import CENTRE, Curve, Edge, Item
from graphlab.layout.ranks import rank_nodes

RANK_GAP_PX = 44.0
COLUMN_GAP_PX = 24.0
LANE_PX = 6.0  # a lane has its own gap
SWEEPS = 6
MAX_LANES = 20_000
Points = list[tuple[float, float]]


def draw_by_layers(
    items: Sequence[Item], top_count: int, bottom_count: int, edges: Sequence[Edge]
) -> tuple[Points, list[Curve]]:
    """The middle of every node and the curve of every edge, y down. Edges must form no cycle."""
    count = len(items) + top_count + bottom_count
    ranks = rank_nodes(len(items), top_count, bottom_count, edges)
    chains, lane_ranks = _lanes(count, ranks, edges)
    all_ranks = [*ranks, *lane_ranks]
    rooms = [*(item.width_px + COLUMN_GAP_PX for item in items), *[LANE_PX] * (len(all_ranks) - len(items))]
    heights = [*(item.height_px for item in items), *[0.0] * (len(all_ranks) - len(items))]
    steps = [step for chain in chains for step in pairwise(chain)]
    layers = _order(all_ranks, steps)
    x = _spread(layers, rooms, steps)
    y, spans = _stack(layers, heights)
    middles = [(x[node], y[all_ranks[node]]) for node in range(count)]
    lines = [
        _route(edge, chain, items, middles, x, spans, all_ranks) for edge, chain in zip(edges, chains, strict=True)
    ]
    return middles, lines


def _lanes(count: int, ranks: Sequence[int], edges: Sequence[Edge]) -> tuple[list[list[int]], list[int]]:
    """For each edge its nodes, with a lane in each rank that it crosses, and the lanes' ranks."""
    lane_ranks: list[int] = []
    chains = []
    for edge in edges:
        between = range(ranks[edge.tail] + 1, ranks[edge.head])
        if len(lane_ranks) + len(between) > MAX_LANES:
            between = range(0)
        lanes = range(count + len(lane_ranks), count + len(lane_ranks) + len(between))
        lane_ranks.extend(between)
        chains.append([edge.tail, *lanes, edge.head])
    return chains, lane_ranks


def _order(ranks: Sequence[int], steps: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Nodes per rank, ordered by the mean position of their neighbours, swept down and up."""
    layers: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for node, rank in enumerate(ranks):
        layers[rank].append(node)
    above, below = _neighbours(steps)
    positions = [0.0] * len(ranks)
    for layer in layers:
        _number(layer, positions)
    for sweep in range(SWEEPS):
        near, order = (above, layers) if sweep % 2 == 0 else (below, layers[::-1])
        for layer in order:
            layer.sort(key=lambda node: _mean(positions, near.get(node, (node,))))
            _number(layer, positions)
    return layers


def _number(layer: Sequence[int], positions: list[float]) -> None:
    for place, node in enumerate(layer):
        positions[node] = float(place)


def _mean(values: Sequence[float], nodes: Sequence[int]) -> float:
    return sum(values[node] for node in nodes) / len(nodes)


def _spread(layers: list[list[int]], rooms: Sequence[float], steps: Sequence[tuple[int, int]]) -> list[float]:
    """The x of every node: near the mean of its neighbours, apart from its siblings."""
    above, below = _neighbours(steps)
    x = [0.0] * len(rooms)
    offsets = [_offsets([rooms[node] for node in layer]) for layer in layers]
    for layer, offset in zip(layers, offsets, strict=True):
        for node, distance in zip(layer, offset, strict=True):
            x[node] = distance - offset[-1] / 2
    for sweep in range(SWEEPS):
        near, order = (above, 1) if sweep % 2 == 0 else (below, -1)
        for layer, offset in zip(layers[::order], offsets[::order], strict=True):
            targets = [_mean(x, near.get(node, (node,))) for node in layer]
            for node, placed in zip(layer, _apart(targets, offset), strict=True):
                x[node] = placed
    return x


def _offsets(sizes: Sequence[float]) -> list[float]:
    """The least distances of siblings' middles from that of the first one."""
    return [*accumulate(((left + right) / 2 for left, right in pairwise(sizes)), initial=0.0)][: len(sizes)]


def _apart(targets: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """The wanted positions without overlap: the mean of pushing right from the left and left from the right."""
    free = [target - offset for target, offset in zip(targets, offsets, strict=True)]
    pushed_right = accumulate(free, max)
    pushed_left = reversed([*accumulate(reversed(free), min)])
    pushed = zip(pushed_right, pushed_left, offsets, strict=True)
    return [(right + left) / 2 + offset for right, left, offset in pushed]


def _neighbours(steps: Sequence[tuple[int, int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    above: dict[int, list[int]] = defaultdict(list)
    below: dict[int, list[int]] = defaultdict(list)
    for tail, head in steps:
        above[head].append(tail)
        below[tail].append(head)
    return above, below


def _stack(layers: list[list[int]], heights: Sequence[float]) -> tuple[list[float], list[tuple[float, float]]]:
    """The middle of each rank, and its top and bottom."""
    middles, spans, y = [], [], 0.0
    for layer in layers:
        height = max((heights[node] for node in layer), default=0.0)
        middles.append(y + height / 2)
        spans.append((y, y + height))
        y += height + RANK_GAP_PX
    return middles, spans


def _route(
    edge: Edge,
    chain: Sequence[int],
    items: Sequence[Item],
    middles: Points,
    x: Sequence[float],
    spans: Sequence[tuple[float, float]],
    ranks: Sequence[int],
) -> Curve:
    """Straight down to the end of the tail's rank, through the lanes, straight down to the head."""
    start = _border(edge.tail, edge.tail_at, items, middles, bottom=True)
    end = _border(edge.head, edge.head_at, items, middles, bottom=False)
    points = [start, (start[0], spans[ranks[edge.tail]][1])]
    for lane in chain[1:-1]:
        top, bottom = spans[ranks[lane]]
        points += [(x[lane], top), (x[lane], bottom)]
    points += [(end[0], spans[ranks[edge.head]][0]), end]
    distinct = [points[0], *(point for before, point in pairwise(points) if point != before)]
    return curves.through(distinct if len(distinct) > 1 else [start, end])


def _border(node: int, at: int, items: Sequence[Item], middles: Points, *, bottom: bool) -> tuple[float, float]:
    x, y = middles[node]
    if node >= len(items):
        return x, y
    item = items[node]
    side = item.height_px / 2 if bottom else -item.height_px / 2
    if at == CENTRE:
        return x, y + side
    return x - item.width_px / 2 + (item.bottoms if bottom else item.tops)[at], y + side
