"""The details of the selected group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphlab.explain import (
    format_number,
    group_sentence,
    group_summary,
)
from graphlab.graph import Group, Op, display_name
from graphlab.inspector.numbers import COUNTED, MOST_OPS, work_rows
from graphlab.inspector.parts import Detail, Heading, Prose, Row
from graphlab.inspector.rows import MOST_LINKS, code_lines, link, more, section, setting_rows
from graphlab.inspector.trained import Trained
from graphlab.view import Folded, Wire, once
from graphlab.view.returning import data_returns

Parts = list[Detail]
_RETURNS = (
    "Data leaves this scope and comes back: the code entered the scope more than once, or called something "
    "else inside it."
)
MOST_FLOWS = 6  # rows of inputs and of outputs: a group may have hundreds of tensors


@dataclass(frozen=True)
class _Wires:
    """The wires that carry a tensor, by the shown op that they enter and by the one that they leave."""

    entering: Mapping[str, Sequence[Wire]]
    leaving: Mapping[str, Sequence[Wire]]


@once
def _wires(folded: Folded) -> _Wires:
    """The wires of a graph at its ends."""
    entering: dict[str, list[Wire]] = defaultdict(list)
    leaving: dict[str, list[Wire]] = defaultdict(list)
    for wire in folded.wires:
        if wire.tensor is not None:
            entering[folded.stands_for[wire.dst]].append(wire)
            leaving[folded.stands_for[wire.src]].append(wire)
    return _Wires(entering, leaving)


def inspect_group(folded: Folded, group: Group, inside: Sequence[Op], training: Trained) -> Parts:
    """The inspector's parts for a group, whose ops are `inside`."""
    graph = folded.graph
    stand_ins = list(dict.fromkeys(folded.stands_for[op.id] for op in inside))
    parts: Parts = [Heading(group.label, group.id), Prose(group_summary(group, folded.totals[group.id]))]
    sentence = group_sentence(group)
    parts += [Prose(sentence)] if sentence else []
    parts += [Prose(_RETURNS)] if group.kind == "scope" and data_returns(folded, group.id) else []
    parts += section("Contents", _held_rows(folded, group, inside, len(stand_ins)))
    parts += section("Inputs", _input_rows(folded, stand_ins))
    parts += section("Outputs", _output_rows(folded, stand_ins))
    parts += section("Updates", _updated_rows(folded, group, inside, training))
    parts += section("Settings", setting_rows(group) if group.kind != "update" else [])
    parts += section("Variables", _variable_rows(op for op in inside if op.variable))
    parts += section("Made by", code_lines(graph, group.source))
    return parts


def _held_rows(folded: Folded, group: Group, inside: Sequence[Op], shown_count: int) -> Parts:
    """The group's numbers; if some of its ops are folded into others, also how many are drawn."""
    graph, totals = folded.graph, folded.totals[group.id]
    rows: Parts = [Row("ops", format_number(totals.ops))]
    if folded.quiet and shown_count != totals.ops:
        rows.append(Row("in the quiet view", format_number(shown_count)))
    if totals.parameters:
        rows.append(Row("parameters", format_number(totals.parameters)))
    if totals.parameters and graph.tells_training:
        rows.append(Row("trainable", format_number(totals.trainable_parameters)))
        if frozen := totals.parameters - totals.trainable_parameters:
            rows.append(Row("not trained", format_number(frozen)))
    if len(inside) > MOST_OPS:
        why = f"not counted in a group of more than {format_number(MOST_OPS)} ops"
        return [*rows, Row("FLOPs", why)] if graph.kind in COUNTED else rows
    return rows + work_rows(graph, inside, per="step" if group.kind in ("optimizer", "update") else "")


def _input_rows(folded: Folded, stand_ins: Sequence[str]) -> Parts:
    """The tensors that come in from outside, each once."""
    entering, own = _wires(folded).entering, set(stand_ins)
    wires = (wire for op_id in stand_ins for wire in entering.get(op_id, ()) if folded.stands_for[wire.src] not in own)
    by_output = {(wire.src, wire.src_port): wire for wire in wires}
    rows = [
        link(folded, wire.src, f"in{index}", str(wire.tensor), mono=True)
        for index, wire in enumerate(list(by_output.values())[:MOST_FLOWS])
    ]
    return [*rows, *more(len(by_output), MOST_FLOWS)]


def _output_rows(folded: Folded, stand_ins: Sequence[str]) -> Parts:
    """The ops outside that read a tensor of the group, each with the first it reads; the backward pass comes last."""
    leaving, own = _wires(folded).leaving, set(stand_ins)
    by_reader: dict[str, Wire] = {}
    for op_id in stand_ins:
        for wire in leaving.get(op_id, ()):
            if folded.stands_for[wire.dst] not in own:
                by_reader.setdefault(folded.stands_for[wire.dst], wire)
    readers = sorted(by_reader.values(), key=lambda wire: _is_backward(folded, wire.dst))
    rows = [
        link(folded, wire.dst, f"out{index}", str(wire.tensor), mono=True)
        for index, wire in enumerate(readers[:MOST_FLOWS])
    ]
    return [*rows, *more(len(by_reader), MOST_FLOWS)]


def _is_backward(folded: Folded, op_id: str) -> bool:
    return any(folded.groups[group_id].kind == "gradients" for group_id in folded.paths[folded.stands_for[op_id]])


def _variable_rows(ops: Iterable[Op]) -> Parts:
    """The variables of a group; if two have the same name, with the layer or metric that owns them."""
    variable_ops = list(ops)
    shared = {name for name, count in Counter(map(display_name, variable_ops)).items() if count > 1}
    rows = [
        Row(
            _with_owner(op) if display_name(op) in shared else display_name(op),
            str(op.variable),
            op.id,
            "variable",
            mono=True,
        )
        for op in variable_ops[:MOST_LINKS]
    ]
    return [*rows, *more(len(variable_ops))]


def _with_owner(op: Op) -> str:
    """`dense/kernel`: a variable's name with its owner's."""
    return "/".join(op.variable.name.split("/")[-2:]) if op.variable else display_name(op)


def _updated_rows(folded: Folded, group: Group, inside: Sequence[Op], training: Trained) -> Parts:
    """The variable that an optimizer's update group belongs to."""
    variable_id = next((training.variable_of[op.id] for op in inside if op.id in training.variable_of), None)
    if group.kind != "update" or variable_id is None:
        return []
    return [link(folded, variable_id, "updates", str(group.settings.get("variable", "")), mono=True)]
