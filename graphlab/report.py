"""The contents of a source's graphs, in numbers: `graphlab info`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from graphlab.explain import (
    format_number,
    input_examples,
    left_out,
    per_words,
    total_work,
    variables_through_arguments,
    why_unknown,
)
from graphlab.graph import LAYERS, Graph, JsonValue, Op, Tensor, Variable, count_elements

CALLED = ("loop", "conditional", "function", "body")  # the kinds of groups that contain what an op calls
MOST_PROBLEMS = 8  # listed in the terminal


@dataclass(frozen=True)
class LayerReport:
    """A Keras layer with its parameters, the trainable ones if known, and the output of its last op."""

    path: str
    class_name: str
    ops: int
    parameters: int
    trainable_parameters: int | None
    output: str


@dataclass(frozen=True)
class GraphReport:
    """The sizes of one graph. `flops_of` says what `flops` is for: `per example`, `for 32 examples`, "" for all of it.

    FLOPs are None if unknown: `why_unknown` says so, and `inputs_to_give` what is needed. `uncounted` is the number of
    ops of each type that they leave out. `parameters` is None if the size of a variable is unknown,
    `trainable_parameters` also if it is unknown which variables are trained. `notes` are what a reader must know,
    `problems` what is wrong with single ops, by op id.
    """

    ops: int
    edges: int
    groups: int
    layers: tuple[LayerReport, ...]
    variables: int
    parameters: int | None
    trainable_parameters: int | None
    flops: int | None
    flops_of: str
    uncounted: Mapping[str, int]
    why_unknown: str
    inputs_to_give: tuple[str, ...]
    notes: tuple[str, ...]
    problems: Mapping[str, str]


def report(graph: Graph) -> GraphReport:
    """The sizes of a graph."""
    variables = [op.variable for op in graph.ops() if op.variable]
    work = total_work(graph)
    why = why_unknown(graph, work)
    return GraphReport(
        ops=graph.number_of_nodes(),
        edges=graph.number_of_edges(),
        groups=len(graph.groups),
        layers=_layers(graph),
        variables=len({graph.weights.get(op.id) or (op.id,) for op in graph.ops() if op.variable}),
        parameters=graph.parameters if _are_counted(variables) else None,
        trainable_parameters=_trainable(graph, variables),
        flops=work.flops,
        flops_of=per_words(graph),
        uncounted=work.uncounted,
        why_unknown=why,
        inputs_to_give=tuple(input_examples(graph, work.missing)),
        notes=(*graph.notes, *([f"FLOPs {left_out(work)}."] if left_out(work) else [])),
        problems={op.id: op.problem for op in graph.ops() if op.problem},
    )


def to_json(
    source: str,
    reports: Mapping[str, GraphReport],
    untraced: Sequence[str] = (),
    failures: Mapping[str, str] | None = None,
) -> dict[str, JsonValue]:
    """The reports of a source as plain data.

    `untraced` are the names of its graphs that are traced on demand, `failures` those that could not be
    made, each with the reason.
    """
    graphs = {name: asdict(graph_report) for name, graph_report in reports.items()}
    return {"source": source, "graphs": graphs, "untraced": list(untraced), "failures": dict(failures or {})}


def to_text(
    source: str,
    reports: Mapping[str, GraphReport],
    untraced: Sequence[str] = (),
    failures: Mapping[str, str] | None = None,
) -> str:
    """The reports of a source as a table for the terminal; see `to_json`."""
    lines = [source, ""]
    heads = ("graph", "ops", "edges", "groups", "layers", "variables", "parameters", "trainable", "FLOPs")
    rows = [heads, *(_row(name, graph_report) for name, graph_report in reports.items())]
    lines += _columns(rows)
    lines += [f"{word}: not traced yet; use --graph {word}" for word in untraced]
    lines += [f"{name}: not shown, {reason}" for name, reason in (failures or {}).items()]
    first = next(iter(reports.values()), None)
    if first is not None and first.layers:
        layer_rows: list[tuple[str, ...]] = [("layer", "class", "output", "parameters", "trainable", "ops")]
        layer_rows += [
            (layer.path, layer.class_name, layer.output, *_number_words(*_numbers(layer))) for layer in first.layers
        ]
        lines += ["", *_columns(layer_rows, left_columns=3)]
    lines += [line for name, graph_report in reports.items() for line in _remarks(name, graph_report)]
    return "\n".join(lines)


def _numbers(layer: LayerReport) -> tuple[int | None, ...]:
    return layer.parameters, layer.trainable_parameters, layer.ops


def _number_words(*numbers: int | None) -> list[str]:
    return ["unknown" if number is None else format_number(number) for number in numbers]


def _remarks(name: str, graph_report: GraphReport) -> list[str]:
    """The notes of a graph and the first of its problems, below the name of the graph."""
    problems = [f"{op_id}: {problem}" for op_id, problem in graph_report.problems.items()]
    rest = len(problems) - MOST_PROBLEMS
    more = [f"and {rest:,} more ops with a problem"] if rest > 0 else []
    unknown = (
        [f"FLOPs are unknown: {graph_report.why_unknown}{_way_out(graph_report.inputs_to_give)}."]
        if graph_report.why_unknown
        else []
    )
    lines = [*graph_report.notes, *unknown, *problems[:MOST_PROBLEMS], *more]
    return ["", f"{name}:", *(f"  {line}" for line in lines)] if lines else []


def _way_out(inputs: Sequence[str]) -> str:
    return "; use " + " ".join(f'--input "{text}"' for text in inputs) if inputs else ""


def _are_counted(variables: Sequence[Variable]) -> bool:
    return all(count_elements(variable.shape) is not None for variable in variables)


def _trainable(graph: Graph, variables: Sequence[Variable]) -> int | None:
    is_known = not variables or (graph.tells_training and _are_counted(variables))
    return graph.trainable_parameters if is_known else None


def _row(name: str, graph_report: GraphReport) -> tuple[str, ...]:
    numbers = (
        graph_report.ops,
        graph_report.edges,
        graph_report.groups,
        len(graph_report.layers),
        graph_report.variables,
    )
    counts = (graph_report.parameters, graph_report.trainable_parameters)
    words = _number_words(*numbers, *counts)
    work = "unknown" if graph_report.flops is None else f"{graph_report.flops:,} {graph_report.flops_of}".rstrip()
    return (name, *words, work)


def _columns(rows: list[tuple[str, ...]], left_columns: int = 1) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < left_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _layers(graph: Graph) -> tuple[LayerReport, ...]:
    """Every layer in the order of its first op. A layer's numbers include those of the layers inside it.

    Of the variables that an enclosing loop or branch passes in, a layer counts those that it reads.
    """
    classes: dict[str, str] = {}
    keras_counts: dict[str, tuple[int, int]] = {}
    counts = graph.counts
    ops: Counter[str] = Counter()
    variables: defaultdict[str, set[str]] = defaultdict(set)
    output: dict[str, Tensor] = {}
    passed_variables = variables_through_arguments(graph)
    returned = {op_id: body.group for body in graph.bodies for op_id, _ in body.results}
    for op in graph.ops():
        for path, class_name, depth in _layers_around(graph, op):
            classes.setdefault(path, class_name)
            ops[path] += 1
            keras_counts |= {path: counts[op.path[depth - 1]]} if op.path[depth - 1] in counts else {}
            variables[path].update([op.id] if op.variable else passed_variables.get(op.id, ()))
            if _gives_on(graph, op, path, depth, returned.get(op.id, "")):
                output[path] = op.outputs[0]
    return tuple(
        LayerReport(
            path,
            class_name,
            ops[path],
            *(keras_counts.get(path) or _parameters(graph, variables[path])),
            str(output.get(path, "")),
        )
        for path, class_name in classes.items()
    )


def _parameters(graph: Graph, variable_ids: set[str]) -> tuple[int, int | None]:
    variables = [variable for op_id in variable_ids if (variable := graph.op(op_id).variable)]
    trained = sum(variable.parameters for variable in variables if variable.trainable)
    return sum(one.parameters for one in variables), trained if graph.tells_training or not variables else None


def _gives_on(graph: Graph, op: Op, path: str, depth: int, returned: str) -> bool:
    """Whether a layer's op passes its value to what comes after the layer (its gradients do not count).

    An op that only reads a variable passes on no result: an RNN's cell passes its weights to the enclosing loop.
    `depth` counts the groups down to the layer's, `returned` is the body that the op's value is a result of.
    """
    if (
        op.variable
        or not op.outputs
        or op.type == "ReadVariableOp"
        or any(graph.groups[group_id].kind in CALLED for group_id in op.path[depth:])
    ):
        return False
    readers = [graph.op(reader) for reader in graph.successors(op.id)]
    return returned in op.path[:depth] or any(
        not (reader.layer and f"{reader.layer.path}/".startswith(f"{path}/"))
        and not any(graph.groups[group_id].kind == "gradients" for group_id in reader.path)
        for reader in readers
    )


def _layers_around(graph: Graph, op: Op) -> list[tuple[str, str, int]]:
    """The layers around an op with their classes and the depth of their groups, outermost first."""
    if op.layer is None:
        return []
    names = op.layer.path.split("/")
    layers = [
        (graph.groups[group_id].class_name, depth)
        for depth, group_id in enumerate(op.path, 1)
        if graph.groups[group_id].kind in LAYERS
    ]
    return [("/".join(names[: index + 1]), *one) for index, one in enumerate(layers)]
