"""Walks over a small graph of names: a topological order, and the cycles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from heapq import heappop, heappush

After = Mapping[str, Collection[str]]  # what each node leads to


def in_order(nodes: Iterable[str], after: After) -> list[str]:
    """The nodes, each after those that lead to it, else in the given order; without those on or behind cycles."""
    names = list(nodes)
    positions = {node: number for number, node in enumerate(names)}
    before = dict.fromkeys(names, 0)
    for node in names:
        for head in after[node]:
            before[head] += 1
    ready = [number for number, node in enumerate(names) if not before[node]]
    order: list[str] = []
    while ready:
        node = names[heappop(ready)]
        order.append(node)
        for head in after[node]:
            before[head] -= 1
            if not before[head]:
                heappush(ready, positions[head])
    return order


def cycles_of(nodes: Iterable[str], after: After) -> list[list[str]]:
    """The sets of more than one node in which each leads to all others (Kosaraju's two walks)."""
    everything = list(nodes)
    rest = dict.fromkeys(everything)
    for node in in_order(everything, after):
        del rest[node]
    before: dict[str, list[str]] = {node: [] for node in rest}
    for node in rest:
        for head in after[node]:
            before[head].append(node)
    cycles: list[list[str]] = []
    seen_nodes: set[str] = set()
    for start in reversed(_last_left_first(rest, after)):
        if start in seen_nodes:
            continue
        cycle = [start]
        seen_nodes.add(start)
        for node in cycle:
            new = [tail for tail in dict.fromkeys(before[node]) if tail not in seen_nodes]
            seen_nodes.update(new)
            cycle += new
        cycles += [cycle] if len(cycle) > 1 else []
    return cycles


def _last_left_first(nodes: Collection[str], after: After) -> list[str]:
    """The nodes in postorder of a depth-first walk."""
    order: list[str] = []
    seen_nodes: set[str] = set()
    for start in nodes:
        if start in seen_nodes:
            continue
        seen_nodes.add(start)
        walk = [(start, iter(after[start]))]
        while walk:
            node, heads = walk[-1]
            head = next((head for head in heads if head not in seen_nodes), None)
            if head is None:
                walk.pop()
                order.append(node)
            else:
                seen_nodes.add(head)
                walk.append((head, iter(after[head])))
    return order
