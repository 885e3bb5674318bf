"""What the inspector says about the selected op or group."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphlab.explain import explain, flops, format_flops, format_number, group_summary, layer_title
from graphlab.graph import Graph, Group, Op, Source, Tensor, Variable, display_name
from graphlab.inspector.parts import CodeLine, Folds, Formula, Heading, Part, Problem, Prose, Row, Section
from graphlab.inspector.samples import first_elements
from graphlab.inspector.trained import Trained, trained
from graphlab.view import Folded, once, op_name, problem_of

Parts = list[Part]
MOST_LINKS = 12
LONGEST_VALUE = 120  # characters of a setting or an attribute
HIDDEN_SETTINGS = frozenset({"batch_shape", "sparse", "ragged"})
PLUMBING_ATTRIBUTES = ("allowed_devices", "config_proto", "container", "debug_name", "executor_type", "shared_name")
_NULL = re.compile(r'("(?:[^"\\]|\\.)*")|null')  # an unknown size; within quotes it is a word like any other


@dataclass(frozen=True)
class _Index:
    """What takes a walk over the whole graph.

    The boxes of each op's gradient ops, the ops drawn inside each group, what training does to each variable, and the
    ops with which something is wrong.
    """

    gradients: Mapping[str, Sequence[str]]
    inside: Mapping[str, Sequence[Op]]
    trained: Trained
    problems: Sequence[Op]


@once
def _index(folded: Folded) -> _Index:
    """The index of a graph."""
    gradients: dict[str, list[str]] = defaultdict(list)
    inside: dict[str, list[Op]] = defaultdict(list)
    for op in folded.graph.ops():
        shown = folded.stands_for[op.id]
        if op.pair:
            gradients[op.pair].append(shown)
        for group_id in folded.paths.get(shown, ()):
            inside[group_id].append(op)
    problems = [op for op in folded.graph.ops() if op.problem]
    return _Index(gradients, inside, trained(folded.graph), problems)


def inspect(folded: Folded, box_id: str) -> Parts:
    """The inspector's parts for a box: an op with what it absorbed, or a group."""
    known = _index(folded)
    if box_id in folded.groups:
        return _inspect_group(folded, folded.groups[box_id], known.inside.get(box_id, ()), known.trained)
    return _inspect_op(folded, folded.graph.op(box_id), known)


def overview(folded: Folded) -> Parts:
    """What there is to say while nothing is selected: what a reader of the graph must know."""
    graph = folded.graph
    notes: Parts = [Prose(note) for note in graph.notes]
    problems = _index(folded).problems
    rows: Parts = [
        _link(folded, op.id, f"problem{place}", op.problem) for place, op in enumerate(problems[:MOST_LINKS])
    ]
    rows += _more(len(problems))
    return [*_section("About this graph", notes), *first_elements(graph), *_section("Problems", rows)]


def _inspect_op(folded: Folded, op: Op, known: _Index) -> Parts:
    graph = folded.graph
    words = explain(graph, op.id)
    found: Parts = [Heading(op_name(folded, op) if op.variable or op.id in folded.carried else op.type, op.id)]
    problem = problem_of(folded, op.id)
    found += [Problem(problem)] if problem else []
    found.append(Prose(words.sentence))
    if words.formula:
        found.append(Formula(words.formula))
    found += _section("Variable", _variable_rows(graph, op.variable)) if op.variable else []
    found += first_elements(graph, op.id) if op.id in graph.output_ids else []
    found += _section("Inputs", _input_rows(folded, op))
    found += _section("Outputs" if len(op.outputs) != 1 else "Output", _output_rows(folded, op))
    found += _section("Each element", _element_rows(graph, op))
    found += _section("Runs after", _control_rows(folded, graph.predecessors(op.id), op.id))
    found += _section("Gradient", _pair_rows(folded, op, known.gradients))
    found += _training_parts(folded, op.id, known.trained)
    found += _section("Layer", _layer_rows(graph, op))
    found += _section("Attributes", _attribute_rows(folded, op))
    found += _section("Made by", _code_lines(graph, op.source))
    found += _section("Folded into this box", _folded_part(folded, op))
    device = op.device or ("The device that TensorFlow picks when it runs" if _of_tensorflow(graph) else "")
    found += _section("Runs on", [Prose(device)] if device else [])
    return found


def _of_tensorflow(graph: Graph) -> bool:
    """Whether TensorFlow runs the graph; a file of another library does not say where it runs."""
    versions = graph.graph.get("versions") or {"tensorflow": ""}
    return "tensorflow" in versions


def _inspect_group(folded: Folded, group: Group, inside: Sequence[Op], known: Trained) -> Parts:
    graph = folded.graph
    totals = folded.totals[group.id]
    found: Parts = [Heading(group.label, group.id), Prose(group_summary(group, totals))]
    rows: Parts = [Row("ops", format_number(totals.ops))]
    if totals.parameters:
        rows.append(Row("parameters", format_number(totals.parameters)))
    if totals.parameters and graph.tells_training:
        rows.append(Row("trainable", format_number(totals.trainable_parameters)))
    work = sum(flops(graph, op.id) or 0 for op in inside)
    if work:
        looped = any(graph.groups[group_id].kind == "loop" for op in inside for group_id in op.path)
        rows.append(Row("work, loops once" if looped else "work per example", format_flops(work)))
    found += _section("Holds", rows)
    found += _section("Updates", _updated_rows(folded, group, inside, known))
    found += _section("Settings", _setting_rows(group) if group.kind != "update" else [])
    found += _section("Variables", [_variable_link(op) for op in inside if op.variable][:MOST_LINKS])
    found += _section("Made by", _code_lines(graph, group.source))
    return found


def _section(title: str, parts: Sequence[Part]) -> Parts:
    return [Section(title, tuple(parts))] if parts else []


def _variable_rows(graph: Graph, variable: Variable) -> Parts:
    rows: Parts = [Row("name", variable.name, mono=True), Row("shape", str(variable), mono=True)]
    if variable.parameters:
        rows.append(Row("parameters", format_number(variable.parameters)))
    if variable.trainable or graph.tells_training:
        rows.append(Row("trained", "yes" if variable.trainable else "no"))
    return rows


def _variable_link(op: Op) -> Row:
    return Row(display_name(op), str(op.variable), op.id, "variable", mono=True)


def _input_rows(folded: Folded, op: Op) -> Parts:
    rows: Parts = []
    for port, (src, src_port) in enumerate(op.inputs[:MOST_LINKS]):
        tensor = folded.graph.op(src).outputs[src_port]
        constant = folded.constants.get(op.id, {}).get(port)
        if constant is not None:
            rows.append(Row("constant", f"{constant} · {tensor}", mono=True))
        else:
            rows.append(_link(folded, src, f"in{port}", str(tensor), mono=True))
    return [*rows, *_more(len(op.inputs))]


def _output_rows(folded: Folded, op: Op) -> Parts:
    """Each output tensor with the ops that read it; what the box absorbed is looked through.

    A call that hands the tensor on reads nothing where its argument is looked through: the ops inside do.
    """
    rows: Parts = []
    own = (op.id, *folded.absorbed.get(op.id, ()))
    handed_on = {body.call for body in folded.graph.bodies if not set(own).isdisjoint(body.args)}
    readers = [
        (port, dst)
        for source in own
        for _, dst, data in folded.graph.out_edges(source, data=True)
        if not data["control"] and folded.stands_for[dst] != op.id and dst not in handed_on
        for port in (data["src_port"] if source == op.id else 0,)
    ]
    for port, tensor in enumerate(op.outputs):
        found = list(dict.fromkeys(folded.stands_for[dst] for at, dst in readers if at == port))
        shown = str(_read_tensor(folded, op) if op.variable else tensor)
        for place, dst in enumerate(found[:MOST_LINKS]):
            rows.append(_link(folded, dst, f"out{port}.{place}", shown, mono=True))
        rows += _more(len(found)) if found else [Row("not read", shown, mono=True)]
    return rows


def _read_tensor(folded: Folded, op: Op) -> Tensor:
    """What a variable's readers get; its own output is only a handle."""
    reads = (folded.graph.op(read) for read in folded.absorbed.get(op.id, ()))
    return next((read.outputs[0] for read in reads if read.type == "ReadVariableOp"), op.outputs[0])


def _element_rows(graph: Graph, op: Op) -> Parts:
    """The tensors of each element that a stage of a pipeline gives, by what Python calls them."""
    names = graph.graph.get("stages", {}).get(op.id, {}).get("names", [])
    tensors = op.outputs[0].elements if op.outputs else ()
    if len(names) != len(tensors) or not any(names):
        return []
    return [Row(name, str(tensor), mono=True) for name, tensor in zip(names, tensors, strict=True)]


def _control_rows(folded: Folded, sources: Iterable[str], op_id: str) -> Parts:
    """Control edges, where they are shown: the quiet view has none."""
    if folded.quiet:
        return []
    found = [src for src in sources if folded.graph.has_edge(src, op_id, "^")]
    rows: Parts = [_link(folded, src, "control", "control", mono=True) for src in found[:MOST_LINKS]]
    return [*rows, *_more(len(found))]


def _pair_rows(folded: Folded, op: Op, gradients: Mapping[str, Sequence[str]]) -> Parts:
    if op.pair:
        return [_link(folded, op.pair, "pair", "the forward op this is the gradient of")]
    own = (op.id, *folded.absorbed.get(op.id, ()))
    found = list(dict.fromkeys(shown for forward in own for shown in gradients.get(forward, ())))
    rows: Parts = [_link(folded, gradient, "pair", "gradient op") for gradient in found[:MOST_LINKS]]
    return [*rows, *_more(len(found))]


def _training_parts(folded: Folded, op_id: str, known: Trained) -> Parts:
    """For a variable its gradient, slots and update; for each of these the variable."""
    found: Parts = []
    for title, ids in (
        ("Gradient", known.gradients),
        ("Optimizer slots", known.slots),
        ("Updated by", known.updates),
    ):
        shown = list(dict.fromkeys(folded.stands_for[part] for part in ids.get(op_id, ())))
        rows = [_link(folded, part, f"{title}{place}", _place(folded.graph, part)) for place, part in enumerate(shown)]
        found += _section(title, rows)
    own = (op_id, *folded.absorbed.get(op_id, ()))
    trains = dict.fromkeys(known.variable_of[part] for part in own if part in known.variable_of)
    rows = [_link(folded, part, f"trains{place}", _place(folded.graph, part)) for place, part in enumerate(trains)]
    return [*found, *_section("Trains", rows)]


def _updated_rows(folded: Folded, group: Group, inside: Sequence[Op], known: Trained) -> Parts:
    """The variable that an update group of an optimizer is for."""
    found = next((known.variable_of[op.id] for op in inside if op.id in known.variable_of), None)
    if group.kind != "update" or found is None:
        return []
    return [_link(folded, found, "updates", str(group.settings.get("variable", "")), mono=True)]


def _place(graph: Graph, op_id: str) -> str:
    """A variable's type and shape, else the group that an op stands in."""
    op = graph.op(op_id)
    return str(op.variable) if op.variable else (graph.groups[op.path[-1]].label if op.path else "")


def _layer_rows(graph: Graph, op: Op) -> Parts:
    if op.layer is None:
        return []
    rows: Parts = [Row(op.layer.path.rpartition("/")[2], op.layer.path, mono=True)]
    groups = [graph.groups[group_id] for group_id in op.path if graph.groups[group_id].kind in ("layer", "model")]
    if groups:
        rows.append(Row("class", layer_title(groups[-1])))
        rows += _setting_rows(groups[-1])
    return rows


def _setting_rows(group: Group) -> Parts:
    return [
        Row(key.replace("_", " "), _plain(value))
        for key, value in group.settings.items()
        if key not in HIDDEN_SETTINGS and value not in ("", [], {})
    ]


def _attribute_rows(folded: Folded, op: Op) -> Parts:
    """The op's attributes; the quiet view leaves out those that TensorFlow keeps for itself."""
    hidden = [name for name in op.attrs if folded.quiet and (name.startswith("_") or name in PLUMBING_ATTRIBUTES)]
    return [Row(name, _plain(value), mono=True) for name, value in sorted(op.attrs.items()) if name not in hidden]


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = _NULL.sub(lambda found: found[1] or "?", json.dumps(value, ensure_ascii=False))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _code_lines(graph: Graph, source: Source | None) -> Parts:
    if source is None:
        return []
    text = graph.graph.get("code", {}).get(source.file, {}).get(source.line, "")
    return [CodeLine(Path(source.file).name, source.line, text)]


def _folded_part(folded: Folded, op: Op) -> Parts:
    absorbed = folded.absorbed.get(op.id, ())
    if not absorbed:
        return []
    return [Folds(tuple(f"{folded.graph.op(op_id).type} {op_id}" for op_id in absorbed))]


def _link(folded: Folded, op_id: str, n: str, value: str, *, mono: bool = False) -> Row:
    """A row that leads to the box which stands for an op."""
    shown = folded.graph.op(folded.stands_for[op_id])
    return Row(op_name(folded, shown), value, shown.id, n, mono)


def _more(count: int) -> Parts:
    return [Prose(f"and {count - MOST_LINKS:,} more")] if count > MOST_LINKS else []
