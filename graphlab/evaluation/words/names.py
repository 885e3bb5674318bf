"""What the tensors of a graph are called in formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphlab.evaluation.evaluate import LOSS, find_target
from graphlab.evaluation.result import Values
from graphlab.evaluation.words.case import Position
from graphlab.evaluation.words.expressions import Expression, name, number
from graphlab.graph import Graph
from graphlab.graph.types import display_name
from graphlab.view.readouts import variables_in_conditions

ARGUMENTS = ("Placeholder", "PlaceholderWithDefault")
READS = "ReadVariableOp"


@dataclass(frozen=True)
class Target:
    """The op whose gradients are shown, the position of a number in its output, and what the op is called if not by
    its own title."""

    op_id: str
    position: Position | None
    name: str = ""


def target_of(values: Values) -> Target | None:
    """What an evaluation has the gradients of; None if none were asked for. What a train step minimises is the loss."""
    if not values.gradient_of:
        return None
    op_id, position = find_target(values.graph, values.gradient_of)
    is_loss = values.graph.kind == "train_step" and find_target(values.graph, LOSS)[0] == op_id
    return Target(op_id, position, LOSS if is_loss else "")


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


def names_for(values: Values, own: str, others: Iterable[str], target: Target | None) -> Names:
    """Short titles for an op and others in its formulas: two with the same title get their own names."""
    graph = values.graph
    every = dict.fromkeys([own, *others, *([target.op_id] if target else [])])
    titles: dict[str, str] = {}
    for naming in (short_title, _own_name, _full_name):
        shared = _shared_titles(graph, titles)
        titles = {op_id: naming(graph, op_id) if titles.get(op_id, "") in shared else titles[op_id] for op_id in every}
    constants = {
        op_id: number(values[op_id].reshape(-1)[0])
        for op_id in every
        if op_id != own and graph.op(op_id).type == "Const" and op_id in values and _is_number(values, op_id)
    }
    target_name = name(target.name or titles[target.op_id], target.position or ()) if target else name("")
    return Names(target_name, titles, constants)


def _shared_titles(graph: Graph, titles: Mapping[str, str]) -> set[str]:
    """The titles of several things, and "" for an op without one; a variable and what reads it are the same thing."""
    counts = Counter(title for title, _ in {(title, _variable_of(graph, op_id)) for op_id, title in titles.items()})
    return {"", *(title for title, count in counts.items() if count > 1)}


def _variable_of(graph: Graph, op_id: str) -> str:
    """The handle of the variable that an op reads; of another op itself."""
    op = graph.op(op_id)
    return op.inputs[0][0] if op.type == READS and op.inputs else op_id


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
    op = graph.op(_variable_of(graph, op_id))
    if op_id in graph.facts.names:
        return short_title(graph, op_id)
    return "/".join(op.variable.name.split("/")[-2:]) if op.variable else display_name(op)


def _full_name(graph: Graph, op_id: str) -> str:
    variable = graph.op(_variable_of(graph, op_id)).variable
    return variable.name if variable else op_id


def _is_number(values: Values, op_id: str) -> bool:
    return values[op_id].size == 1 and values[op_id].dtype.kind in "biuf"
