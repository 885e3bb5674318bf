"""The rank of every node of a task, and how much work the task is for dot. Independent of coordinates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graphlab.layout.plan import Edge, Task

DOT_MAX_ITEMS = 400
DOT_MAX_EDGES = 1_000
# dot's time grows faster than linearly with the ranks that long edges cross: 9,000 of them took it 12 s.
DOT_MAX_CROSSED = 2_500


def suits_dot(task: Task) -> bool:
    """Whether dot is likely to draw the task well within its time limit."""
    if len(task.items) > DOT_MAX_ITEMS or len(task.edges) > DOT_MAX_EDGES:
        return False
    ranks = rank_nodes(len(task.items), task.top_count, task.bottom_count, task.edges)
    return sum(ranks[edge.head] - ranks[edge.tail] - 1 for edge in task.edges) <= DOT_MAX_CROSSED


def rank_nodes(item_count: int, top_count: int, bottom_count: int, edges: Sequence[Edge]) -> list[int]:
    """The longest path to each node; top ports first, bottom ports last."""
    count = item_count + top_count + bottom_count
    following: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * count
    for edge in edges:
        following[edge.tail].append(edge.head)
        waiting[edge.head] += 1
    ranks = [0 if item_count <= node < item_count + top_count else 1 for node in range(count)]
    ready = [node for node in range(count) if not waiting[node]]
    for node in ready:
        for head in following[node]:
            ranks[head] = max(ranks[head], ranks[node] + 1)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    last = max(ranks[:item_count], default=0) + 1
    ranks[item_count + top_count :] = [last] * bottom_count
    first = min(ranks, default=0)
    return [rank - first for rank in ranks]
