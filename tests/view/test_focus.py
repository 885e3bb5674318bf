"""A group as the whole picture and hidden boxes, against the whole graph."""

from __future__ import annotations

from collections import Counter

import pytest

from graphlab.graph import Op, Tensor, build_graph
from graphlab.layout.engine import LayoutEngine
from graphlab.view import (
    box_of,
    count_boxes,
    fold_nothing,
    fold_quiet,
    is_inside,
    labels,
    open_to_depth,
    title_of,
    view,
)
from graphlab.view.links import styled_wires
from tests.support.example_graphs import MNIST, example_graph, quiet_example

DENSE = "mnist_mlp/dense/"
RESHAPE = "mnist_mlp_1/reshape_1/Reshape"
RELU = "mnist_mlp_1/activation_1/Relu"


@pytest.fixture(scope="module", params=[fold_quiet, fold_nothing])
def folded(request):
    return request.param(example_graph(MNIST, "train_step"))


@pytest.fixture(scope="module")
def quiet():
    return quiet_example(MNIST, "train_step")


def wires_of(shown):
    return Counter((link.style, wire) for link in shown.links for wire in link.wires)


def test_a_title_is_the_one_on_the_box(folded):
    children = [*folded.paths, *folded.groups]

    titles = {child: title_of(folded, child) for child in children}

    assert titles == {child: box_of(folded, child, "").title for child in children}


def test_naming_one_op_makes_no_boxes_of_those_beside_it(monkeypatch):
    ops = [Op(f"o{place}", "Relu", outputs=(Tensor("float32", ()),)) for place in range(50)]
    flat = fold_nothing(build_graph(ops, []))
    made = []
    plain = labels.box_of_op
    monkeypatch.setattr(
        labels, "box_of_op", lambda folded, op_id, parent: made.append(op_id) or plain(folded, op_id, parent)
    )

    assert title_of(flat, "o7") == "Relu"
    assert made == ["o7"]


def test_every_wire_of_a_focus_is_one_of_the_graph_and_none_is_lost(folded):
    for focus in folded.groups:
        wires = Counter()
        for style, wire in styled_wires(folded):
            src, dst = folded.stands_for[wire.src], folded.stands_for[wire.dst]
            if src != dst and (focus in folded.paths[src] or focus in folded.paths[dst]):
                wires[style, wire] += 1
        everything = view(folded, frozenset(folded.groups), focus=focus)
        assert wires_of(everything) == wires
        closed = view(folded, frozenset(), focus=focus)
        assert not wires_of(closed) - wires
        assert crossing(closed) == crossing(everything) == wires_across(folded, focus, wires)


def crossing(shown):
    stubs = {box.id for box in shown.boxes if box.kind == "stub"}
    return Counter((link.style, wire) for link in shown.links if {link.src, link.dst} & stubs for wire in link.wires)


def wires_across(folded, focus, wires):
    inside = {end for end, path in folded.paths.items() if focus in path}
    across = Counter()
    for (style, wire), count in wires.items():
        if (folded.stands_for[wire.src] in inside) != (folded.stands_for[wire.dst] in inside):
            across[style, wire] += count
    return across


def test_focus_has_the_boxes_and_inner_links_that_the_open_group_has(folded):
    for focus in folded.groups:
        opened = open_to_depth(folded, 99)
        whole, shown = view(folded, opened), view(folded, opened, focus=focus)
        inside = [box.id for box in whole.boxes if is_inside(folded, box.id, focus)]
        assert [box.id for box in shown.boxes if box.kind != "stub"] == inside
        assert count_boxes(folded, opened, focus) == len(inside)
        links = {(link.src, link.dst, link.style): link.wires for link in whole.links}
        for link in shown.links:
            if {link.src, link.dst} <= set(inside):
                assert links[link.src, link.dst, link.style] == link.wires


def test_stubs_are_named_by_what_is_outside_and_its_tensor(quiet):
    shown = view(quiet, frozenset(), focus=DENSE)
    assert [(box.title, box.subtitle, box.leads_to) for box in shown.boxes if box.kind == "stub"] == [
        ("→ Reshape", "float32[?,784]", RESHAPE),
        ("→ adam", "new value", "adam/"),
        ("Relu →", "float32[?,256]", RELU),
    ]
    assert shown.frames == ()
    assert {box.parent for box in shown.boxes} == {""}


def test_hidden_boxes_are_gone_and_counted_by_those_linked_with_them(quiet):
    whole = view(quiet, frozenset())
    shown = view(quiet, frozenset(), hidden=frozenset({"loss/", "gradients/", "nowhere"}))
    assert [box.id for box in shown.boxes] == [box.id for box in whole.boxes if box.id not in ("loss/", "gradients/")]
    assert {box.id: box.hidden for box in shown.boxes if box.hidden} == {
        "label": 1,
        "mnist_mlp/": 2,
        "adam/": 1,
        "metrics/": 1,
    }
    gone = {"loss/", "gradients/"}
    assert [link for link in whole.links if not {link.src, link.dst} & gone] == list(shown.links)


def test_closed_groups_count_what_is_hidden_inside(quiet):
    hidden = frozenset({"mnist_mlp_1/dense_1/MatMul", "mnist_mlp/dense_1/", "mnist_mlp_1/dense_1_2/MatMul", "loss/"})

    def holders(opened):
        return {box.id: box.hides for box in view(quiet, frozenset(opened), hidden=hidden).boxes if box.hides}

    assert holders([]) == {"mnist_mlp/": 2}  # the second MatMul is in the hidden group
    assert holders(["mnist_mlp/"]) == {DENSE: 1}
    assert holders(["mnist_mlp/", DENSE]) == {}


def test_hidden_group_is_gone_with_what_is_open_in_it(quiet):
    opened = frozenset({"mnist_mlp/", DENSE})
    shown = view(quiet, opened, hidden=frozenset({"mnist_mlp/"}))
    assert shown == view(quiet, frozenset(), hidden=frozenset({"mnist_mlp/"}))


def test_stub_is_gone_with_the_last_box_it_was_linked_with(quiet):
    hidden = frozenset({"mnist_mlp_1/dense_1/MatMul"})
    shown = view(quiet, frozenset(), focus=DENSE, hidden=hidden)
    assert [box.title for box in shown.boxes if box.kind == "stub"] == ["→ adam", "Relu →"]


def test_focus_inside_a_hidden_group_is_shown(quiet):
    assert view(quiet, frozenset(), focus=DENSE, hidden=frozenset({"mnist_mlp/"})) == view(
        quiet, frozenset(), focus=DENSE
    )


def test_focus_with_everything_hidden_is_laid_out(quiet):
    everything = frozenset(box.id for box in view(quiet, frozenset({DENSE}), focus="mnist_mlp/").boxes)
    engine = LayoutEngine()
    try:
        scene = engine.lay_out(view(quiet, frozenset({DENSE}), focus="mnist_mlp/", hidden=everything))
        assert [placed.id for placed in scene.frames] == [DENSE]
        assert scene.boxes == ()
    finally:
        engine.close()
