"""Handmade overlays, lifted by each rule, against a walk over the ops of every box."""

from __future__ import annotations

import gc
import math
import random
import statistics
import time
import weakref
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from graphlab.graph import GraphFacts, Group, Op, build_graph
from graphlab.overlay import Overlay, lift, visible_boxes, visible_in_view
from graphlab.overlay.scale import Scale
from graphlab.overlay.types import Legend, LegendEntry, Mark, Style
from graphlab.view import Folded, fold_nothing, open_to_depth, view
from tests.support.example_graphs import MNIST, example_graph

STYLE = Style(("line", "ring", "picture"), rings=("bad",))


@pytest.fixture(scope="module")
def folded() -> Folded:
    return fold_nothing(example_graph(MNIST, "train_step"))


def inside(folded: Folded, child: str) -> list[str]:
    """The ops of a box, in any order."""
    return [op_id for op_id, path in folded.paths.items() if child in (op_id, *path)]


def some(folded: Folded, seed: int) -> dict[str, float]:
    """A number for two of three ops."""
    chance = random.Random(seed)
    return {op_id: chance.randint(-50, 50) / 4 for op_id in folded.paths if chance.random() < 2 / 3}


@pytest.mark.parametrize("depth", range(4))
def test_sums_are_those_of_a_walk(folded: Folded, depth: int) -> None:
    numbers = some(folded, depth)
    overlay = Overlay("values", "sum", STYLE, numbers=numbers, write=lambda number: f"{number:.2f}")
    visible = visible_boxes(folded, open_to_depth(folded, depth))
    found = {mark.box: mark for mark in lift(overlay, folded, visible).marks}
    for box in visible.boxes:
        held = [numbers[op_id] for op_id in inside(folded, box) if op_id in numbers]
        assert (box in found) == bool(held)
        if held:
            assert found[box].text == f"{math.fsum(held):.2f}"
            assert (found[box].count, found[box].total) == (len(held), len(inside(folded, box)))


@pytest.mark.parametrize("depth", range(4))
def test_the_worst_is_that_of_a_walk_and_brings_its_slot_text_and_picture(folded: Folded, depth: int) -> None:
    numbers = {op_id: number + place / 1e6 for place, (op_id, number) in enumerate(some(folded, depth).items())}
    slots = {op_id: "bad" if number > 0 else "good" for op_id, number in numbers.items()}
    pictures = {op_id: f"/{op_id}.png" for op_id in numbers}
    overlay = Overlay("findings", "worst", STYLE, slots=slots, numbers=numbers, texts=pictures, pictures=pictures)
    visible = visible_boxes(folded, open_to_depth(folded, depth))
    found = {mark.box: mark for mark in lift(overlay, folded, visible).marks}
    for box in visible.boxes:
        held = [op_id for op_id in inside(folded, box) if op_id in numbers]
        if held:
            worst = max(held, key=numbers.__getitem__)
            mark = found[box]
            assert (mark.slots, mark.text, mark.picture) == (((slots[worst], 1),), pictures[worst], pictures[worst])


def test_nothing_is_worse_than_nan() -> None:
    overlay = Overlay("values", "worst", STYLE, numbers={"g/a": 4e9, "g/b": math.nan}, write=str)
    (mark,) = lift(overlay, small(), visible_boxes(small(), frozenset())).marks
    assert mark.text == "nan"


@pytest.mark.parametrize("depth", range(4))
@pytest.mark.parametrize("weighted", [False, True])
def test_mixes_are_those_of_a_walk_in_the_order_of_the_legend(folded: Folded, depth: int, weighted: bool) -> None:
    slots = {op_id: str(int(number) % 3) for op_id, number in some(folded, depth).items()}
    weights = dict.fromkeys(list(slots)[::2], 2) if weighted else {}
    legend = Legend("Kinds", tuple(LegendEntry(slot, slot, 0) for slot in ("2", "0", "1")))
    overlay = Overlay("colour", "mix", STYLE, legend=legend, slots=slots, weights=weights)
    visible = visible_boxes(folded, open_to_depth(folded, depth))
    found = {mark.box: mark for mark in lift(overlay, folded, visible).marks}
    for box in visible.boxes:
        shares: Counter[str] = Counter()
        for op_id in inside(folded, box):
            if op_id in slots:
                shares[slots[op_id]] += weights.get(op_id, 1)
        assert (found[box].slots if box in found else ()) == tuple((it, shares[it]) for it in "201" if it in shares)


@pytest.mark.parametrize("depth", range(4))
def test_any_op_marks_its_groups(folded: Folded, depth: int) -> None:
    slots = dict.fromkeys(some(folded, depth), "bad")
    overlay = Overlay("marked", "any", STYLE, slots=slots)
    visible = visible_boxes(folded, open_to_depth(folded, depth))
    found = {mark.box: mark for mark in lift(overlay, folded, visible).marks}
    marked = {box: len(slots.keys() & set(inside(folded, box))) for box in visible.boxes}
    assert {box: mark.count for box, mark in found.items()} == {box: count for box, count in marked.items() if count}
    assert {mark.slots for mark in found.values()} == {(("bad", 1),)}


def small() -> Folded:
    """A group of two ops, and one op beside it."""
    ops = [Op("g/a", "Relu", ("g/",)), Op("g/b", "Relu", ("g/",)), Op("c", "Relu")]
    return SMALL.setdefault("", fold_nothing(build_graph(ops, [], GraphFacts(groups={"g/": Group("g/", "g")}))))


SMALL: dict[str, Folded] = {}


def test_what_a_source_says_of_a_group_counts_more_than_what_its_ops_have() -> None:
    overlay = Overlay(
        "values", "sum", STYLE, numbers={"g/a": 1, "g/b": 2}, groups={"g/": Mark(text="about 3")}, write=str
    )
    (mark,) = lift(overlay, small(), visible_boxes(small(), frozenset())).marks
    assert (mark.box, mark.text) == ("g/", "about 3")


def test_numbers_on_a_scale_have_a_level_in_place_of_a_slot() -> None:
    overlay = Overlay("values", "sum", STYLE, slots={"c": "0"}, numbers={"g/a": 1, "g/b": 2, "c": 4}, scale=Scale(1, 4))
    marks = lift(overlay, small(), visible_boxes(small(), frozenset())).marks
    assert [(mark.box, mark.level, mark.slots) for mark in marks] == [("g/", 0.75, ()), ("c", 1.0, ())]


def test_a_stub_is_marked_like_the_box_that_it_stands_for(folded: Folded) -> None:
    shown = view(folded, frozenset({"mnist_mlp/"}), focus="mnist_mlp/")
    stubs = {box.id: box.leads_to for box in shown.boxes if box.kind == "stub"}
    overlay = Overlay("values", "any", STYLE, texts=dict.fromkeys(folded.paths, "x"))
    assert stubs
    assert stubs.keys() <= {mark.box for mark in lift(overlay, folded, visible_in_view(shown)).marks}


def test_an_overlay_as_json_omits_empty_fields() -> None:
    overlay = Overlay("values", "sum", replace(STYLE, places=("line",)), "loss", numbers={"c": 4}, write=str)
    told = lift(overlay, small(), visible_boxes(small(), frozenset())).to_json()
    assert told == {
        "name": "values",
        "key": "loss",
        "style": {"places": ("line",), "rings": ("bad",), "dims": False, "vivid": False},
        "legend": {"title": "", "entries": (), "ends": None, "note": ""},
        "marks": [{"box": "c", "text": "4", "words": "4"}],
        "links": (),
    }


@cache
def flat(groups: int, ops: int) -> Folded:
    """So many groups of as many ops each."""
    ids = [f"g{number}/" for number in range(groups)]
    made = [Op(f"{group}{number}", "Relu", (group,)) for group in ids for number in range(ops)]
    facts = GraphFacts(groups={group: Group(group, group.rstrip("/")) for group in ids})
    return fold_nothing(build_graph(made, [], facts))


@pytest.mark.parametrize("rule", ["sum", "worst", "mix", "any"])
def test_300_boxes_over_10_000_ops_are_lifted_five_times_a_second(rule: str) -> None:
    graph = flat(300, 33)
    visible = visible_boxes(graph, frozenset())
    style = Style(("line",))
    times = []
    for turn in range(7):
        numbers = {op_id: float(place * turn) for place, op_id in enumerate(graph.paths)}
        slots = {op_id: str(place % 7) for place, op_id in enumerate(graph.paths)} if rule in ("mix", "any") else {}
        begun = time.thread_time()
        overlay = Overlay("live", rule, style, slots=slots, numbers=numbers, scale=Scale(1, 1e6), write=str)
        marks = lift(overlay, graph, visible).marks
        times.append(time.thread_time() - begun)
        assert len(marks) == 300
    assert statistics.median(times) < 0.05  # 4 ms on a quiet machine


def test_an_overlay_without_references_is_dropped_from_the_cache() -> None:
    overlay = Overlay("live", "sum", STYLE, numbers={"c": 1})
    lift(overlay, small(), visible_boxes(small(), frozenset()))
    held = weakref.ref(overlay)
    del overlay
    gc.collect()
    assert held() is None
