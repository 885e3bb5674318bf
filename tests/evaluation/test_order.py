"""Which run of an op belongs to a step: that of the same iteration of the loops that both are in."""

from __future__ import annotations

from graphlab.evaluation.session.order import RunOrder
from graphlab.graph import Body, GraphFacts, Op, build_graph

CONDITION, BODY = ("w/", "w/condition/"), ("w/", "w/body/")
OPS = [
    Op("x", "Placeholder"),
    Op("w/c_x", "Placeholder", CONDITION),
    Op("w/less", "Less", CONDITION),
    Op("w/b_x", "Placeholder", BODY),
    Op("w/mul", "Mul", BODY),
    Op("w/then", "Exp", (*BODY, "w/cond/then/")),
    Op("w/else", "Log", (*BODY, "w/cond/else/")),
    Op("w/cond", "If", BODY),
    Op("w", "While"),
]
BODIES = (
    Body("w", "condition", "w/condition/", ("w/c_x",), (("w/less", 0),)),
    Body("w", "body", "w/body/", ("w/b_x",), (("w/mul", 0),)),
    Body("w/cond", "then", "w/cond/then/", (), (("w/then", 0),)),
    Body("w/cond", "else", "w/cond/else/", (), (("w/else", 0),)),
)
GRAPH = build_graph(OPS, (), GraphFacts(bodies=BODIES))
ITERATION = ("w/c_x", "w/less", "w/b_x", "w/mul", "w/then", "w/cond")
RUNS = [
    ("x", ()),
    *((op_id, (iteration,)) for iteration in (1, 2) for op_id in ITERATION),
    *((op_id, (3,)) for op_id in ITERATION[:2]),
    ("w", ()),
]


def test_the_last_run_belongs_to_the_end():
    order = RunOrder(GRAPH, RUNS)

    assert order.position("w/mul") == 10
    assert order.position("w/mul", 9) == 4
    assert order.position("w/mul", 4) is None
    assert order.position("w/else") is None


def test_in_a_step_of_a_loop_the_runs_are_those_of_its_iteration():
    order = RunOrder(GRAPH, RUNS)

    assert order.position("w/mul", None, 4) == 4
    assert order.position("w/less", None, 4) == 2
    assert order.position("x", None, 4) == 0
    assert order.position("w", None, 4) == len(RUNS) - 1
    assert order.position("w/mul", 9, 8) is None, "it has not run yet in iteration 2"
    assert order.position("w/mul", None, len(RUNS) - 2) is None, "iteration 3 is only the condition"
    assert order.position("w/mul", None, len(RUNS) - 1) == 10, "after the loop, the last iteration"


def test_an_op_has_run_in_some_iterations():
    order = RunOrder(GRAPH, RUNS)

    assert [order.has_run("w/mul", iterations) for iterations in ([2], [3], [], None)] == [True, False, False, True]
    assert not order.has_run("w/else", None)


def test_a_loop_variable_has_its_value_from_the_condition_on():
    assert RunOrder(GRAPH, RUNS).position("w/b_x", 9, 8) == 7


def test_the_branch_that_never_ran_is_not_taken():
    assert RunOrder(GRAPH, RUNS).untaken == {"w/cond/else/"}
    assert RunOrder(GRAPH, RUNS[:5]).untaken == frozenset(), "the conditional has not run"
