"""What the player marks, from the ops that have run."""

from __future__ import annotations

from graphlab.graph import GraphFacts, Op, Tensor, build_graph
from graphlab.overlay.values import player_overlay
from graphlab.view import fold_nothing

TENSOR = (Tensor("float32", ()),)


def test_an_op_of_a_branch_that_was_not_taken_is_not_marked_as_used() -> None:
    ops = [
        Op("x", "Placeholder", outputs=TENSOR),
        Op("then", "Exp", (), (("x", 0),), TENSOR),
        Op("else", "Log", (), (("x", 0),), TENSOR),
        Op("cond", "If", (), (("then", 0), ("else", 0)), TENSOR),
    ]
    folded = fold_nothing(build_graph(ops, [], facts=GraphFacts()))

    overlay = player_overlay(folded, {"x", "then"}, "cond", ["then", "else"], "step")

    slots = {op_id: mark.slots[0][0] for op_id, mark in overlay.groups.items()}
    assert slots == {"x": "on", "then": "used", "cond": "now"}
