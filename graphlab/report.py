"""What is in a source's graphs, in numbers: `graphlab info`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from graphlab.explain import total_flops
from graphlab.graph import Graph, JsonValue, Tensor


@dataclass(frozen=True)
class LayerReport:
    """A Keras layer with its parameters and what its last op gives."""

    path: str
    class_name: str
    ops: int
    parameters: int
    output: str


@dataclass(frozen=True)
class GraphReport:
    """The sizes of one graph. `flops` counts one example where the batch size is unknown; None when none is known."""

    ops: int
    edges: int
    groups: int
    layers: tuple[LayerReport, ...]
    variables: int
    parameters: int
    trainable_parameters: int
    flops: int | None


def report(graph: Graph) -> GraphReport:
    """The sizes of a graph. Parameters are the model's own, without the state of optimizer and metrics."""
    variables = [op.variable for op in graph.ops() if op.variable]
    own = graph.graph.get("parameters")
    return GraphReport(
        ops=graph.number_of_nodes(),
        edges=graph.number_of_edges(),
        groups=len(graph.groups),
        layers=_layers(graph),
        variables=len(variables),
        parameters=graph.parameters if own is None else int(own),
        trainable_parameters=sum(variable.parameters for variable in variables if variable.trainable),
        flops=total_flops(graph) or None,
    )


def to_json(source: str, reports: Mapping[str, GraphReport]) -> dict[str, JsonValue]:
    """The reports of a source as plain data."""
    return {"source": source, "graphs": {name: asdict(found) for name, found in reports.items()}}


def to_text(source: str, reports: Mapping[str, GraphReport]) -> str:
    """The reports of a source as a table for the terminal."""
    lines = [source, ""]
    heads = ("graph", "ops", "edges", "groups", "layers", "variables", "parameters", "trainable", "FLOPs per example")
    rows = [heads, *(_row(name, found) for name, found in reports.items())]
    lines += _columns(rows)
    first = next(iter(reports.values()), None)
    if first is not None and first.layers:
        layer_rows: list[tuple[str, ...]] = [("layer", "class", "output", "parameters", "ops")]
        layer_rows += [
            (layer.path, layer.class_name, layer.output, f"{layer.parameters:,}", f"{layer.ops:,}")
            for layer in first.layers
        ]
        lines += ["", *_columns(layer_rows, left=3)]
    return "\n".join(lines)


def _row(name: str, found: GraphReport) -> tuple[str, ...]:
    numbers = (found.ops, found.edges, found.groups, len(found.layers), found.variables, found.parameters)
    flops = "unknown" if found.flops is None else f"{found.flops:,}"
    return (name, *(f"{number:,}" for number in numbers), f"{found.trainable_parameters:,}", flops)


def _columns(rows: list[tuple[str, ...]], left: int = 1) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _layers(graph: Graph) -> tuple[LayerReport, ...]:
    """Every layer in the order of its first op. A layer's numbers include those of the layers inside it."""
    classes: dict[str, str] = {}
    ops: dict[str, int] = {}
    parameters: dict[str, int] = {}
    output: dict[str, Tensor] = {}
    for op in graph.ops():
        if op.layer is None:
            continue
        parts = op.layer.path.split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            ops[path] = ops.get(path, 0) + 1
            parameters[path] = parameters.get(path, 0) + (op.variable.parameters if op.variable else 0)
            if op.outputs and not op.variable:
                output[path] = op.outputs[0]
        classes[op.layer.path] = op.layer.class_name
    return tuple(
        LayerReport(path, classes.get(path, ""), ops[path], parameters[path], str(output.get(path, ""))) for path in ops
    )
