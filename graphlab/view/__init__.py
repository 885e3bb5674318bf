"""Visible boxes of a graph for a set of open groups. Knows nothing about pixels, Dash or TensorFlow."""

from graphlab.view.depth import boxes_at_depths, boxes_within, deepest, open_to_depth, spelled_out
from graphlab.view.fold import Folded, fold_nothing, once
from graphlab.view.labels import op_name, problem_of
from graphlab.view.quiet import fold_quiet
from graphlab.view.types import Box, Frame, Link, Open, View, Wire
from graphlab.view.visible import count_boxes, default_open, place_of, reveal, view

__all__ = [
    "Box",
    "Folded",
    "Frame",
    "Link",
    "Open",
    "View",
    "Wire",
    "boxes_at_depths",
    "boxes_within",
    "count_boxes",
    "deepest",
    "default_open",
    "fold_nothing",
    "fold_quiet",
    "once",
    "op_name",
    "open_to_depth",
    "place_of",
    "problem_of",
    "reveal",
    "spelled_out",
    "view",
]
