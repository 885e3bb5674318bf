"""Views of random programs for random sets of open groups match their op graphs; a limited number."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from graphlab.explain import group_totals
from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from graphlab.layout.engine import LayoutEngine
from graphlab.view import fold_nothing, fold_quiet, view
from tests.truth import checks, cycles
from tests.truth.flow import flow_of

MOST_S = 6.0
SHAPES = ("operators", "cast_after_relu", "helper_calls", "shared_activation", "summed_gradients", "several_outputs")
RANDOM = range(100, 200)
LEAST = 12  # programs that must be checked, however slow the machine is


@pytest.fixture(scope="module")
def engine() -> Iterator[LayoutEngine]:
    engine = LayoutEngine()
    yield engine
    engine.close()


@pytest.mark.tf
def test_views_of_random_programs_are_true(engine: LayoutEngine) -> None:
    from tests.truth.programs import FIXED, build
    from tests.truth.run import run

    names = [make.__name__ for make in FIXED]
    seeds = [*map(names.index, SHAPES), *RANDOM]
    until = time.monotonic() + MOST_S
    for number, seed in enumerate(seeds):
        if number >= LEAST and time.monotonic() > until:
            break
        report = run(seed, engine, build)
        assert not report.failures, (f"python -m tests.truth --seed {seed} --programs 1", report.failures)
        assert report.views > 0
        assert report.checks >= 4 * report.views


def test_a_group_that_is_left_and_entered_again_is_found() -> None:
    """The checks themselves can fail: a chain of three ops whose ends are in one box."""
    vector = Tensor("float32", (2,))
    ops = [Op("x", "Placeholder", outputs=(vector,))]
    for name, before, path in (("a", "x", ("c/",)), ("b", "a", ()), ("c", "b", ("c/",))):
        ops.append(Op(name, "Tanh", path, ((before, 0),), (vector,)))
    groups = {"c/": Group("c/", "c", "code")}
    graph = build_graph(ops, [], GraphFacts(groups=groups, inputs=("x",), outputs=("c",), kind="function"))
    joined = {"paths": {op.id: op.path for op in ops}, "groups": groups, "totals": group_totals(graph)}
    folded, flow = replace(fold_nothing(graph), **joined), flow_of(graph)  # as it was never divided
    pairs, inferred = cycles.value_pairs(folded, flow), cycles.inferred_groups(folded)
    closed = view(folded, frozenset())
    assert list(cycles.check_each_group(folded, pairs, inferred)) == [
        "a path leaves the code group c/ and comes back at c"
    ]
    assert len(list(cycles.check_cycles(folded, closed, frozenset(), pairs, inferred))) == 1
    opened = frozenset({"c/"})
    assert list(cycles.check_cycles(folded, view(folded, opened), opened, pairs, inferred)) == []


def test_a_link_that_is_missing_is_found() -> None:
    vector = Tensor("float32", (2,))
    ops = [Op("x", "Placeholder", outputs=(vector,)), Op("y", "Tanh", (), (("x", 0),), (vector,))]
    graph = build_graph(ops, [], GraphFacts(inputs=("x",), outputs=("y",), kind="function"))
    for fold in (fold_nothing, fold_quiet):
        folded = fold(graph)
        shown = view(folded, frozenset())
        boxes = checks.boxes_of_ops(folded, frozenset())
        lost = type(shown)(shown.boxes, shown.frames, ())
        if folded.quiet:
            found = list(checks.check_quiet_links(folded, flow_of(graph), lost, boxes))
        else:
            found = list(checks.check_all_links(folded, lost, boxes))
        assert len(found) == 1
        assert "not drawn" in found[0]
