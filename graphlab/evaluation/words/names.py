"""What the tensors of a graph are called in formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphlab.evaluation.result import Values
from graphlab.evaluation.words.case import Position
from graphlab.evaluation.words.expressions import Expression, name, number
from graphlab.graph import Graph
from graphlab.graph.types import display_name
from graphlab.view.readouts import variables_in_conditions

ARGUMENTS = ("Placeholder", "PlaceholderWithDefault")
READS = "ReadVariableOp"


@dataclass(frozen=True)
class Names:
    """Titles by op id, and the target of the gradients."""

    target: Expression
    titles: dict[str, str]
    constants: dict[str, Expression] = field(default_factory=dict)

    def __getitem__(self, op_id: str) -> Expression:
        return self.at(op_id, ())

    def at(self, op_id: str, position: Position) -> Expression:
        """An op's output, or one number of it."""
        return self.constants.get(op_id) or name(self.titles[op_id], position)


def names_for(values: Values, own: str, others: Iterable[str], target: tuple[str, Position | None] | None) -> Names:
    """Short titles for an op and others in its formulas: two with the same title get their own names."""
    graph = values.graph
    every = dict.fromkeys([own, *others, *([target[0]] if target else [])])
    titles = {op_id: short_title(graph, op_id) for op_id in every}
    counts = Counter(titles.values())
    titles = {op_id: title if counts[title] == 1 else _own_name(graph, op_id) for op_id, title in titles.items()}
    counts = Counter(titles.values())
    titles = {op_id: title if counts[title] == 1 else op_id for op_id, title in titles.items()}
    constants = {
        op_id: number(values[op_id].reshape(-1)[0])
        for op_id in every
        if op_id != own and graph.op(op_id).type == "Const" and op_id in values and _is_number(values, op_id)
    }
    return Names(name(titles[target[0]], target[1] or ()) if target else name(""), titles, constants)


def short_title(graph: Graph, op_id: str) -> str:
    """The user's name for an input or a result, a variable's name, or the op's type."""
    op = graph.op(op_id)
    if op.type == READS and op.inputs:
        return short_title(graph, op.inputs[0][0])
    names = graph.facts.names
    if op.type in ARGUMENTS and op_id not in names:  # a loop's variable has its name in the loop's body
        op_id = next((own for own, other in variables_in_conditions(graph).items() if other == op_id), op_id)
    if op_id in names:
        return names[op_id]
    return display_name(op) if op.variable or op.type in ARGUMENTS else op.type


def _own_name(graph: Graph, op_id: str) -> str:
    op = graph.op(op_id)
    return short_title(graph, op_id) if op_id in graph.facts.names else display_name(op)


def _is_number(values: Values, op_id: str) -> bool:
    return values[op_id].size == 1 and values[op_id].dtype.kind in "biuf"
