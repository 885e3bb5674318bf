"""What the inspector says about the selected op or group."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dash import html

from graphlab.app import parts
from graphlab.explain import explain, family, flops, format_flops, format_number, group_summary, layer_title
from graphlab.graph import Graph, Group, Op, Source, Variable, display_name
from graphlab.view import Folded, problem_of

Children = list[Any]
MOST_LINKS = 12
HIDDEN_SETTINGS = frozenset({"batch_shape", "sparse", "ragged"})


def inspect(folded: Folded, box_id: str) -> Children:
    """The inspector's parts for a box: an op with what it absorbed, or a group."""
    if box_id in folded.groups:
        return _inspect_group(folded, folded.groups[box_id])
    return _inspect_op(folded, folded.graph.op(box_id))


def overview(folded: Folded) -> Children:
    """What the inspector says while nothing is selected: what a reader of the graph must know, and the keys."""
    graph = folded.graph
    notes: Children = [parts.prose(note) for note in graph.notes]
    problems = [op for op in graph.ops() if op.problem]
    rows: Children = [
        parts.row(_link(folded, op.id, f"problem{place}"), op.problem) for place, op in enumerate(problems[:MOST_LINKS])
    ]
    rows += _more(len(problems))
    title, *hints = parts.inspect_hint()
    return [title, *_section("About this graph", notes), *_section("Problems", rows), *hints]


def _inspect_op(folded: Folded, op: Op) -> Children:
    graph = folded.graph
    words = explain(graph, op.id)
    found = [parts.heading(display_name(op) if op.variable else op.type, op.id)]
    problem = problem_of(folded, op.id)
    found += [parts.problem(problem)] if problem else []
    found.append(parts.prose(words.sentence))
    if words.formula:
        found.append(parts.formula(words.formula))
    found += _section("Variable", _variable_rows(graph, op.variable)) if op.variable else []
    found += _section("Inputs", _input_rows(folded, op))
    found += _section("Outputs" if len(op.outputs) != 1 else "Output", _output_rows(folded, op))
    found += _section("Runs after", _control_rows(folded, graph.predecessors(op.id), op.id))
    found += _section("Gradient", _pair_rows(folded, op))
    found += _section("Layer", _layer_rows(graph, op))
    found += _section("Attributes", _attribute_rows(op))
    found += _section("Made by", _code_lines(graph, op.source))
    found += _section("Folded into this box", _folded_part(folded, op))
    found += _section("Runs on", [parts.prose(op.device or "The device that TensorFlow picks when it runs")])
    return found


def _inspect_group(folded: Folded, group: Group) -> Children:
    graph = folded.graph
    totals = folded.totals[group.id]
    found: Children = [parts.heading(group.label, group.id), parts.prose(group_summary(group, totals))]
    rows = [parts.row("ops", format_number(totals.ops))]
    if totals.parameters:
        rows.append(parts.row("parameters", format_number(totals.parameters)))
        rows.append(parts.row("trainable", format_number(totals.trainable_parameters)))
    inside = [op for op in graph.ops() if group.id in folded.paths.get(folded.stands_for[op.id], ())]
    work = sum(flops(graph, op.id) or 0 for op in inside)
    if work:
        looped = any(folded.graph.groups[group_id].kind == "loop" for op in inside for group_id in op.path)
        rows.append(parts.row("work, loops once" if looped else "work per example", format_flops(work)))
    found += _section("Holds", rows)
    found += _section("Settings", _setting_rows(group))
    found += _section("Variables", [_variable_link(op) for op in inside if op.variable][:MOST_LINKS])
    found += _section("Made by", _code_lines(graph, group.source))
    return found


def _section(title: str, children: Children) -> Children:
    return [parts.section(title, children)] if children else []


def _variable_rows(graph: Graph, variable: Variable) -> Children:
    return [
        parts.row("name", variable.name, mono=True),
        parts.row("shape", str(variable), mono=True),
        *([parts.row("parameters", format_number(variable.parameters))] if variable.parameters else []),
        parts.row("trained", "yes" if variable.trainable else "no"),
    ]


def _variable_link(op: Op) -> Any:
    return parts.row(parts.op_link(display_name(op), op.id, "variable"), str(op.variable), mono=True)


def _input_rows(folded: Folded, op: Op) -> Children:
    rows = []
    for port, (src, src_port) in enumerate(op.inputs[:MOST_LINKS]):
        tensor = folded.graph.op(src).outputs[src_port]
        constant = folded.constants.get(op.id, {}).get(port)
        if constant is not None:
            rows.append(parts.row("constant", f"{constant} · {tensor}", mono=True))
        else:
            rows.append(parts.row(_link(folded, src, f"in{port}"), str(tensor), mono=True))
    return [*rows, *_more(len(op.inputs))]


def _output_rows(folded: Folded, op: Op) -> Children:
    """Each output tensor with the ops that read it; what the box absorbed is looked through."""
    rows: Children = []
    readers = [
        (port, dst)
        for source in (op.id, *folded.absorbed.get(op.id, ()))
        for _, dst, data in folded.graph.out_edges(source, data=True)
        if not data["control"] and folded.stands_for[dst] != op.id
        for port in (data["src_port"] if source == op.id else 0,)
    ]
    for port, tensor in enumerate(op.outputs):
        found = list(dict.fromkeys(folded.stands_for[dst] for at, dst in readers if at == port))
        shown = str(_read_tensor(folded, op) if op.variable else tensor)
        for place, dst in enumerate(found[:MOST_LINKS]):
            rows.append(parts.row(_link(folded, dst, f"out{port}.{place}"), shown, mono=True))
        rows += _more(len(found)) if found else [parts.row("not read", shown, mono=True)]
    return rows


def _read_tensor(folded: Folded, op: Op) -> Any:
    """What a variable's readers get; its own output is only a handle."""
    reads = (folded.graph.op(read) for read in folded.absorbed.get(op.id, ()))
    return next((read.outputs[0] for read in reads if read.type == "ReadVariableOp"), op.outputs[0])


def _control_rows(folded: Folded, sources: Iterable[str], op_id: str) -> Children:
    """Control edges, where they are shown: the quiet view has none."""
    if folded.absorbed:
        return []
    found = [src for src in sources if folded.graph.has_edge(src, op_id, "^")]
    rows = [parts.row(_link(folded, src, "control"), "control", mono=True) for src in found[:MOST_LINKS]]
    return [*rows, *_more(len(found))]


def _pair_rows(folded: Folded, op: Op) -> Children:
    if op.pair:
        return [parts.row(_link(folded, op.pair, "pair"), "the forward op this is the gradient of")]
    own = {op.id, *folded.absorbed.get(op.id, ())}
    found = list(dict.fromkeys(folded.stands_for[other.id] for other in folded.graph.ops() if other.pair in own))
    rows = [parts.row(_link(folded, gradient, "pair"), "gradient op") for gradient in found[:MOST_LINKS]]
    return [*rows, *_more(len(found))]


def _layer_rows(graph: Graph, op: Op) -> Children:
    if op.layer is None:
        return []
    rows = [parts.row(op.layer.path.rpartition("/")[2], op.layer.path, mono=True)]
    groups = [graph.groups[group_id] for group_id in op.path if graph.groups[group_id].kind in ("layer", "model")]
    if groups:
        rows.append(parts.row("class", layer_title(groups[-1])))
        rows += _setting_rows(groups[-1])
    return rows


def _setting_rows(group: Group) -> Children:
    return [
        parts.row(key.replace("_", " "), _plain(value))
        for key, value in group.settings.items()
        if key not in HIDDEN_SETTINGS and value not in ("", [], {})
    ]


def _attribute_rows(op: Op) -> Children:
    return [parts.row(name, _plain(value), mono=True) for name, value in sorted(op.attrs.items())]


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = json.dumps(value, ensure_ascii=False).replace("null", "?")
    return text if len(text) <= 120 else text[:117] + "…"


def _code_lines(graph: Graph, source: Source | None) -> Children:
    if source is None:
        return []
    text = graph.graph.get("code", {}).get(source.file, {}).get(source.line, "")
    return [parts.code_line(Path(source.file).name, source.line, text)]


def _folded_part(folded: Folded, op: Op) -> Children:
    absorbed = folded.absorbed.get(op.id, ())
    if not absorbed:
        return []
    items = [f"{folded.graph.op(op_id).type} {op_id}" for op_id in absorbed]
    return [parts.folded_list([html.Code(item) for item in items])]


def _link(folded: Folded, op_id: str, n: str) -> Any:
    shown = folded.graph.op(folded.stands_for[op_id])
    return parts.op_link(_name(folded, shown), shown.id, n)


def _name(folded: Folded, op: Op) -> str:
    """What a link to an op says: a variable's or an argument's name, else the type."""
    names = folded.graph.graph.get("names", {})
    if op.variable or family(op.type) == "io" or op.id in names:
        return str(names.get(op.id) or display_name(op))
    return op.type


def _more(count: int) -> Children:
    return [parts.prose(f"and {count - MOST_LINKS:,} more")] if count > MOST_LINKS else []
