"""How one number of a tensor was computed: one module for each family of ops. Knows arrays, not TensorFlow."""

from graphlab.evaluation.cells.arithmetic import cell_arithmetic, reached_outputs
from graphlab.evaluation.cells.field import FieldPart, reached_field, receptive_field
from graphlab.evaluation.cells.report import CellReport, InputTensor, ReachedOp, cell_report
from graphlab.evaluation.cells.types import CellArithmetic, Curve, NumberGrid, Reach, Region, Term

__all__ = [
    "CellArithmetic",
    "CellReport",
    "Curve",
    "FieldPart",
    "InputTensor",
    "NumberGrid",
    "Reach",
    "ReachedOp",
    "Region",
    "Term",
    "cell_arithmetic",
    "cell_report",
    "reached_field",
    "reached_outputs",
    "receptive_field",
]
