"""Visible boxes of a graph for a set of open groups. Independent of pixels, Dash and TensorFlow."""

from graphlab.view.depth import boxes_at_depths, boxes_within, deepest, open_to_depth, spelled_out
from graphlab.view.focus import groups_around, is_inside
from graphlab.view.fold import Folded, fold_nothing, once
from graphlab.view.labels import box_of, op_name, problem_of, title_of
from graphlab.view.quiet import fold_quiet
from graphlab.view.readouts import ShownOutput, loss_output, readout_of, shown_output
from graphlab.view.types import Box, Frame, Link, Open, View, Wire
from graphlab.view.visible import children_of, count_boxes, default_open, reveal, view, visible_in, with_focus

__all__ = [
    "Box",
    "Folded",
    "Frame",
    "Link",
    "Open",
    "ShownOutput",
    "View",
    "Wire",
    "box_of",
    "boxes_at_depths",
    "boxes_within",
    "children_of",
    "count_boxes",
    "deepest",
    "default_open",
    "fold_nothing",
    "fold_quiet",
    "groups_around",
    "is_inside",
    "loss_output",
    "once",
    "op_name",
    "open_to_depth",
    "problem_of",
    "readout_of",
    "reveal",
    "shown_output",
    "spelled_out",
    "title_of",
    "view",
    "visible_in",
    "with_focus",
]
