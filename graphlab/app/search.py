"""Finding ops, groups and layers by words."""

from __future__ import annotations

from dataclasses import dataclass

from graphlab.graph import Graph, Group, display_name

MOST_FOUND = 40


@dataclass(frozen=True)
class Found:
    """One match: the id to go to, and the two lines that name it. A better match has a lower rank."""

    target: str
    title: str
    subtitle: str
    rank: int


def search(graph: Graph, words: str) -> list[Found]:
    """Ops and groups whose name, type, layer or variable holds every word, best first; [] for no words."""
    wanted = words.lower().split()
    if not wanted:
        return []
    found = [*_groups(graph, wanted), *_ops(graph, wanted)]
    return sorted(found, key=lambda match: (match.rank, len(match.target), match.target))


def _groups(graph: Graph, wanted: list[str]) -> list[Found]:
    found = []
    for group in graph.groups.values():
        text = f"{group.id} {group.label} {group.class_name}".lower()
        if all(word in text for word in wanted):
            rank = _rank(wanted, group.label, group.class_name) + (0 if group.kind in ("model", "layer") else 2)
            found.append(Found(group.id, group.label, _place(group), rank))
    return found


def _place(group: Group) -> str:
    """What tells groups of one name apart: `Dense in mnist_mlp`, `Dense in gradients/mnist_mlp`."""
    parent = group.parent_id.rstrip("/")
    return " in ".join(filter(None, (group.class_name or group.kind, parent)))


def _ops(graph: Graph, wanted: list[str]) -> list[Found]:
    found = []
    for op in graph.ops():
        layer = f"{op.layer.path} {op.layer.class_name}" if op.layer else ""
        variable = op.variable.name if op.variable else ""
        if all(word in f"{op.id} {op.type} {layer} {variable}".lower() for word in wanted):
            title = display_name(op) if op.variable else op.type
            where = op.layer.path if op.layer else op.path[-1].rstrip("/") if op.path else op.id
            layer_names = [op.layer.path.rpartition("/")[2], op.layer.class_name] if op.layer else []
            # What a layer holds comes before ops that only have the layer's name somewhere in theirs.
            rank = 1 + min(_rank(wanted, title), 1 + _rank(wanted, *layer_names))
            found.append(Found(op.id, title, where, rank))
    return found


def _rank(wanted: list[str], *names: str) -> int:
    """0 where a word is a whole name, 2 where a name starts with one, 4 else."""
    lower = [name.lower() for name in names]
    if any(name in wanted for name in lower):
        return 0
    return 2 if any(name.startswith(word) for name in lower for word in wanted) else 4
