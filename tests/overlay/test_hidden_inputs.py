"""Boxes that read an op that the page's graph does not show."""

from __future__ import annotations

from graphlab.overlay import LiftedOverlay, lift, visible_in_view
from graphlab.overlay.hidden_inputs import hidden_inputs_overlay
from graphlab.view import fold_quiet, view
from tests.support.example_graphs import MNIST, example_graph

MODEL, DENSE, SECOND = "mnist_mlp/", "mnist_mlp/dense/", "mnist_mlp/dense_1/"
HIDDEN = "mnist_mlp_1/dropout/stateless_dropout/SelectV2"
WORDS = "reads dropout/stateless_dropout/SelectV2, which this graph does not show"


def lifted(opened: set[str], path: tuple[str, ...] = ("mnist_mlp/dropout/",)) -> LiftedOverlay:
    """The first layer's MatMul reads an op that is not shown."""
    folded = fold_quiet(example_graph(MNIST, "forward"))
    product = next(op_id for op_id in folded.paths if op_id.endswith("dense_1/MatMul"))
    overlay = hidden_inputs_overlay(folded, {product: {HIDDEN: path}, "an op of no box": {HIDDEN: path}}, "key")
    return lift(overlay, folded, visible_in_view(view(folded, frozenset(opened))))


def test_the_box_says_what_it_reads_and_no_other_does() -> None:
    overlay = lifted({MODEL, DENSE})
    [mark] = overlay.marks
    assert mark.box.endswith("dense_1/MatMul")
    assert (mark.text, mark.words) == ("reads SelectV2", WORDS)
    assert overlay.legend.entries[0].count == 1


def test_a_closed_group_says_it_for_what_is_inside() -> None:
    assert [(mark.box, mark.words) for mark in lifted({MODEL}).marks] == [(DENSE, WORDS)]


def test_a_group_does_not_read_what_would_be_inside_it() -> None:
    assert lifted(set(), (MODEL, "mnist_mlp/dropout/")).marks == ()
