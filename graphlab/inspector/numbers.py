"""The inspector's rows of numbers: parameters, floating point operations, missing sizes."""

from __future__ import annotations

from collections.abc import Iterable

from graphlab.explain import (
    format_flops,
    format_number,
    left_out,
    open_sizes,
    per_words,
    total_work,
    why_unknown,
)
from graphlab.graph import Graph, Op
from graphlab.inspector.parts import Detail, Prose, Row, SizeField, SizeFields

Parts = list[Detail]
MOST_OPS = 30_000  # ops of a graph whose FLOPs are computed as soon as it is shown: that takes a second
COUNTED = ("forward", "train_step", "function")  # the kinds of graphs that compute


def number_rows(graph: Graph, *, can_give: bool = False) -> Parts:
    """The numbers of a whole graph; `can_give` adds fields for the sizes that are needed for them."""
    rows: Parts = [Row("ops", format_number(graph.number_of_nodes()))]
    total, trained = graph.parameters, graph.trainable_parameters
    if total:
        rows.append(Row("parameters", format_number(total)))
    if total and graph.tells_training:
        rows.append(Row("trainable", format_number(trained)))
        rows += [Row("not trained", format_number(total - trained))] if total > trained else []
    if graph.kind not in COUNTED:
        return rows
    if graph.number_of_nodes() > MOST_OPS:
        return [*rows, Row("FLOPs", "not counted in a graph of this size; `graphlab info` counts them")]
    rows += work_rows(graph)
    sizes = open_sizes(graph, total_work(graph).missing) if can_give else ()
    fields = tuple(SizeField(size.op_id, size.axis, size.label, size.usual) for size in sizes)
    return [*rows, SizeFields(fields)] if fields else rows


def work_rows(graph: Graph, ops: Iterable[Op] | None = None, *, per: str = "") -> Parts:
    """The floating point operations of a graph or of some ops, or why they are unknown, and what they exclude."""
    work = total_work(graph, ops)
    if work.flops is None:
        why = why_unknown(graph, work)
        return [Row("FLOPs", f"unknown: {why}")] if why else []
    omission = left_out(work)
    if not work.flops:
        return [Row("FLOPs", f"not counted: {', '.join(work.uncounted)}")] if omission else []
    words = f"per {per}" if per else per_words(graph)
    rows: Parts = [Row(f"FLOPs {words}".rstrip(), format_flops(work.flops))]
    return [*rows, Prose(f"{omission[0].upper()}{omission[1:]}.")] if omission else rows
