"""Which inferred groups may be one box, and how the others are divided into pieces. Independent of pixels."""

from graphlab.graph.pieces.divide import Edge, common, divide, whole
from graphlab.graph.pieces.inferred import inferred_groups, paths_by_op, piece_label
from graphlab.graph.pieces.settle import Path, Piece, Pieces
from graphlab.graph.pieces.walks import After, cycles_of, in_order

__all__ = [
    "After",
    "Edge",
    "Path",
    "Piece",
    "Pieces",
    "common",
    "cycles_of",
    "divide",
    "in_order",
    "inferred_groups",
    "paths_by_op",
    "piece_label",
    "whole",
]
