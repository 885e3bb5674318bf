"""One cell of an evaluated graph: its arithmetic, the tensors it was computed from, and what it reaches next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import cast

from graphlab.errors import GraphlabError
from graphlab.evaluation.cells.arithmetic import cell_arithmetic, reached_outputs
from graphlab.evaluation.cells.types import CellArithmetic, Region
from graphlab.evaluation.op_runs import OpRun
from graphlab.evaluation.result import Values, to_array
from graphlab.json_value import JsonObject


@dataclass(frozen=True)
class InputTensor:
    """An input of an op: the op and the output that it comes from, and its dtype and shape in words."""

    op: str
    output: int
    words: str


@dataclass(frozen=True)
class ReachedOp:
    """An op that reads the cell, and which numbers of its first output the cell has an effect on."""

    op: str
    type: str
    regions: tuple[Region, ...]
    more: int


@dataclass(frozen=True)
class CellReport:
    """The arithmetic of a cell; `inputs` are those of its op by port, `reached` the ops that read the cell."""

    cell: CellArithmetic
    inputs: tuple[InputTensor, ...]
    reached: tuple[ReachedOp, ...]

    def to_json(self) -> JsonObject:
        """The fields as JSON."""
        return cast(JsonObject, asdict(self))


def cell_report(
    values: Values,
    op_id: str,
    position: Sequence[int],
    output: int = 0,
    iterations: tuple[int, ...] | None = None,
) -> CellReport:
    """The report on one number of an op's output, by default of the op's last run.

    Raises GraphlabError if the op has no value or the position is outside of it.
    """
    run, op = values.run(op_id, iterations), values.graph.op(op_id)
    inputs, outputs = ([to_array(tensor) for tensor in tensors] for tensors in (run.inputs, run.outputs))
    if not 0 <= output < len(outputs):
        raise GraphlabError(f"{op_id!r} has no output {output}; it has {len(outputs)}")
    sources = zip(op.inputs, inputs, strict=False)
    is_attention = op.layer is not None and op.layer.class_name == "MultiHeadAttention"
    member = "key" if is_attention else "class"
    return CellReport(
        cell_arithmetic(op.type, op.attrs, inputs, outputs, position, output, member=member),
        tuple(InputTensor(*ends, f"{array.dtype.name}{list(array.shape)}") for ends, array in sources),
        tuple(_reached_ops(values, op_id, position, output, iterations)),
    )


def _reached_ops(
    values: Values, op_id: str, position: Sequence[int], output: int, iterations: tuple[int, ...] | None
) -> Iterator[ReachedOp]:
    """The ops that read the cell, in the order of the graph, each with what the cell reaches of its first output."""
    for reader_id in dict.fromkeys(values.graph.successors(op_id)):
        reader = values.graph.op(reader_id)
        ports = [port for port, ends in enumerate(reader.inputs) if ends == (op_id, output)]
        if not ports or reader_id not in values:
            continue
        run = _run_beside(values, reader_id, iterations)
        inputs, outputs = ([to_array(tensor) for tensor in tensors] for tensors in (run.inputs, run.outputs))
        if not outputs or any(port >= len(inputs) or inputs[port].ndim != len(position) for port in ports):
            continue
        reaches = [reached_outputs(reader.type, reader.attrs, inputs, outputs, port, position) for port in ports]
        regions = tuple(dict.fromkeys(region for reach in reaches for region in reach.regions))
        if regions:
            yield ReachedOp(reader_id, reader.type, regions, sum(reach.more for reach in reaches))


def _run_beside(values: Values, op_id: str, iterations: tuple[int, ...] | None) -> OpRun:
    try:
        return values.run(op_id, iterations)
    except GraphlabError:  # outside of the loop
        return values.run(op_id)
