"""The details of the selected op, or of the whole graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphlab.explain import explain, format_number, layer_title
from graphlab.graph import Graph, Op, Tensor, Variable
from graphlab.inspector.group_details import inspect_group
from graphlab.inspector.numbers import number_rows
from graphlab.inspector.parts import Detail, Folds, Formula, Heading, Problem, Prose, Row
from graphlab.inspector.rows import MOST_LINKS, code_lines, link, more, plain, section, setting_rows
from graphlab.inspector.samples import first_elements
from graphlab.inspector.trained import Trained, trained
from graphlab.view import Folded, once, op_name, problem_of

Parts = list[Detail]
PLUMBING_ATTRIBUTES = ("allowed_devices", "config_proto", "container", "debug_name", "executor_type", "shared_name")


@dataclass(frozen=True)
class _Index:
    """Facts that require a walk over the whole graph.

    The boxes of each op's gradient ops, the ops drawn inside each group, what training does to each variable, and the
    ops with a problem.
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
        stand_in = folded.stands_for[op.id]
        if op.pair:
            gradients[op.pair].append(stand_in)
        for group_id in folded.paths.get(stand_in, ()):
            inside[group_id].append(op)
    problems = [op for op in folded.graph.ops() if op.problem]
    return _Index(gradients, inside, trained(folded.graph), problems)


def inspect(folded: Folded, box_id: str) -> Parts:
    """The inspector's parts for a box: an op with the ops it absorbed, or a group."""
    index = _index(folded)
    if box_id in folded.groups:
        return inspect_group(folded, folded.groups[box_id], index.inside.get(box_id, ()), index.trained)
    return _inspect_op(folded, folded.graph.op(box_id), index)


def overview(folded: Folded, *, can_give: bool = False) -> Parts:
    """The parts shown while nothing is selected: the graph's numbers, and what its reader must know.

    `can_give` offers fields for the sizes that are needed for the numbers.
    """
    graph = folded.graph
    notes: Parts = [Prose(note) for note in graph.notes]
    problems = _index(folded).problems
    rows: Parts = [link(folded, op.id, f"problem{index}", op.problem) for index, op in enumerate(problems[:MOST_LINKS])]
    rows += more(len(problems))
    numbers = section("Numbers", number_rows(graph, can_give=can_give))
    return [*numbers, *section("About this graph", notes), *first_elements(graph), *section("Problems", rows)]


def _inspect_op(folded: Folded, op: Op, index: _Index) -> Parts:
    graph = folded.graph
    words = explain(graph, op.id)
    parts: Parts = [Heading(op_name(folded, op) if op.variable or op.id in folded.carried else op.type, op.id)]
    problem = problem_of(folded, op.id)
    parts += [Problem(problem)] if problem else []
    parts.append(Prose(words.sentence))
    if words.formula:
        parts.append(Formula(words.formula))
    parts += section("Variable", _variable_rows(graph, op.variable)) if op.variable else []
    parts += first_elements(graph, op.id) if op.id in graph.output_ids else []
    parts += section("Inputs", _input_rows(folded, op))
    parts += section("Outputs" if len(op.outputs) != 1 else "Output", _output_rows(folded, op))
    parts += section("Each element", _element_rows(graph, op))
    parts += section("Runs after", _control_rows(folded, graph.predecessors(op.id), op.id))
    parts += section("Gradient", _pair_rows(folded, op, index.gradients))
    parts += _training_parts(folded, op.id, index.trained)
    parts += section("Layer", _layer_rows(graph, op))
    parts += section("Attributes", _attribute_rows(folded, op))
    parts += section("Made by", code_lines(graph, op.source))
    parts += section("Folded into this box", _folded_part(folded, op))
    device = op.device or ("The device that TensorFlow chooses when the graph runs" if graph.of_tensorflow else "")
    parts += section("Runs on", [Prose(device)] if device else [])
    return parts


def _variable_rows(graph: Graph, variable: Variable) -> Parts:
    rows: Parts = [Row("name", variable.name, mono=True), Row("shape", str(variable), mono=True)]
    if variable.parameters:
        rows.append(Row("parameters", format_number(variable.parameters)))
    if variable.trainable or graph.tells_training:
        rows.append(Row("trained", "yes" if variable.trainable else "no"))
    return rows


def _input_rows(folded: Folded, op: Op) -> Parts:
    rows: Parts = []
    for port, (src, src_port) in enumerate(op.inputs[:MOST_LINKS]):
        tensor = folded.graph.op(src).outputs[src_port]
        constant = folded.constants.get(op.id, {}).get(port)
        if constant is not None:
            rows.append(Row("constant", f"{constant} · {tensor}", mono=True))
        else:
            rows.append(link(folded, src, f"in{port}", str(tensor), mono=True))
    return [*rows, *more(len(op.inputs))]


def _output_rows(folded: Folded, op: Op) -> Parts:
    """Each output tensor with the ops that read it, looking through what the box absorbed.

    A call that passes the tensor on does not read it if its argument is looked through: the ops inside do.
    """
    rows: Parts = []
    own = (op.id, *folded.absorbed.get(op.id, ()))
    passing_calls = {body.call for body in folded.graph.bodies if not set(own).isdisjoint(body.args)}
    readers = [
        (port, dst)
        for source in own
        for _, dst, data in folded.graph.out_edges(source, data=True)
        if not data["control"] and folded.stands_for[dst] != op.id and dst not in passing_calls
        for port in (data["src_port"] if source == op.id else 0,)
    ]
    for port, tensor in enumerate(op.outputs):
        reader_ids = list(dict.fromkeys(folded.stands_for[dst] for at, dst in readers if at == port))
        text = str(_read_tensor(folded, op) if op.variable else tensor)
        for index, dst in enumerate(reader_ids[:MOST_LINKS]):
            rows.append(link(folded, dst, f"out{port}.{index}", text, mono=True))
        rows += more(len(reader_ids)) if reader_ids else [Row("not read", text, mono=True)]
    return rows


def _read_tensor(folded: Folded, op: Op) -> Tensor:
    """What a variable's readers receive; its own output is only a handle."""
    reads = (folded.graph.op(read) for read in folded.absorbed.get(op.id, ()))
    return next((read.outputs[0] for read in reads if read.type == "ReadVariableOp"), op.outputs[0])


def _element_rows(graph: Graph, op: Op) -> Parts:
    """The tensors of each element that a pipeline stage yields, with Python's expressions for them."""
    stage = graph.facts.stages.get(op.id)
    names = stage["names"] if stage else []
    tensors = op.outputs[0].elements if op.outputs else ()
    if len(names) != len(tensors) or not any(names):
        return []
    return [Row(name, str(tensor), mono=True) for name, tensor in zip(names, tensors, strict=True)]


def _control_rows(folded: Folded, sources: Iterable[str], op_id: str) -> Parts:
    """Control edges, if they are shown: the quiet view has none."""
    if folded.quiet:
        return []
    source_ids = [src for src in sources if folded.graph.has_edge(src, op_id, "^")]
    rows: Parts = [link(folded, src, "control", "control", mono=True) for src in source_ids[:MOST_LINKS]]
    return [*rows, *more(len(source_ids))]


def _pair_rows(folded: Folded, op: Op, gradients: Mapping[str, Sequence[str]]) -> Parts:
    if op.pair:
        return [link(folded, op.pair, "pair", "forward op of this gradient")]
    own = (op.id, *folded.absorbed.get(op.id, ()))
    gradient_ids = list(dict.fromkeys(gradient_id for forward in own for gradient_id in gradients.get(forward, ())))
    rows: Parts = [link(folded, gradient, "pair", "gradient op") for gradient in gradient_ids[:MOST_LINKS]]
    return [*rows, *more(len(gradient_ids))]


def _training_parts(folded: Folded, op_id: str, training: Trained) -> Parts:
    """For a variable its gradient, slots and update; for each of these the variable."""
    parts: Parts = []
    for title, ids in (
        ("Gradient", training.gradients),
        ("Optimizer slots", training.slots),
        ("Updated by", training.updates),
    ):
        stand_ins = list(dict.fromkeys(folded.stands_for[part] for part in ids.get(op_id, ())))
        rows = [
            link(folded, part, f"{title}{index}", _link_text(folded.graph, part))
            for index, part in enumerate(stand_ins)
        ]
        parts += section(title, rows)
    own = (op_id, *folded.absorbed.get(op_id, ()))
    trains = dict.fromkeys(training.variable_of[part] for part in own if part in training.variable_of)
    rows = [link(folded, part, f"trains{index}", _link_text(folded.graph, part)) for index, part in enumerate(trains)]
    return [*parts, *section("Trains", rows)]


def _link_text(graph: Graph, op_id: str) -> str:
    """A variable's type and shape, else the group of the op."""
    op = graph.op(op_id)
    return str(op.variable) if op.variable else (graph.groups[op.path[-1]].label if op.path else "")


def _layer_rows(graph: Graph, op: Op) -> Parts:
    if op.layer is None:
        return []
    rows: Parts = [Row(op.layer.path.rpartition("/")[2], op.layer.path, mono=True)]
    groups = [graph.groups[group_id] for group_id in op.path if graph.groups[group_id].kind in ("layer", "model")]
    if groups:
        rows.append(Row("class", layer_title(groups[-1])))
        rows += setting_rows(groups[-1])
    return rows


def _attribute_rows(folded: Folded, op: Op) -> Parts:
    """The op's attributes; the quiet view omits TensorFlow's internal ones."""
    hidden = [name for name in op.attrs if folded.quiet and (name.startswith("_") or name in PLUMBING_ATTRIBUTES)]
    return [Row(name, plain(value), mono=True) for name, value in sorted(op.attrs.items()) if name not in hidden]


def _folded_part(folded: Folded, op: Op) -> Parts:
    absorbed = folded.absorbed.get(op.id, ())
    if not absorbed:
        return []
    return [Folds(tuple(f"{folded.graph.op(op_id).type} {op_id}" for op_id in absorbed))]
