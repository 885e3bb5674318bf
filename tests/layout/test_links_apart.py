"""No link's label covers anything, and no two links between the same boxes overlap: in real graphs."""

from __future__ import annotations

from functools import cache

import pytest

from graphlab.graph import Graph
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.parting import part_lines
from graphlab.layout.plan import CENTRE, Edge
from graphlab.view import deepest, fold_nothing, fold_quiet, open_to_depth, view
from tests.support.example_graphs import MNIST, XRAY, example_graph
from tests.support.real_scenes import coinciding_links, label_collisions

QUADRATIC, NEURON = "examples/quadratic.py:f", "examples/neuron.py:neuron"
FOLDS = {"quiet": fold_quiet, "all": fold_nothing}
EXAMPLES = [
    (QUADRATIC, "function"),
    (NEURON, "function"),
    (MNIST, "forward"),
    (MNIST, "train_step"),
    (XRAY, "forward"),
    (XRAY, "train_step"),
]


@pytest.fixture(scope="module")
def engine(layout_engine: LayoutEngine) -> LayoutEngine:
    return layout_engine


@pytest.mark.parametrize("detail", FOLDS)
@pytest.mark.parametrize(("source", "name"), EXAMPLES)
def test_labels_and_links_are_apart_in_the_examples(engine: LayoutEngine, source: str, name: str, detail: str) -> None:
    check(engine, example_graph(source, name), detail)


@pytest.mark.tf
@pytest.mark.parametrize("detail", FOLDS)
@pytest.mark.parametrize("name", ["ResNet50", "LSTM"])
def test_labels_and_links_are_apart_in_large_models(engine: LayoutEngine, name: str, detail: str) -> None:
    check(engine, traced(name), detail)


def check(engine: LayoutEngine, graph: Graph, detail: str) -> None:
    folded = FOLDS[detail](graph)
    for depth in range(deepest(folded) + 1):
        shown = view(folded, open_to_depth(folded, depth))
        scene = engine.lay_out(shown).to_json()
        assert label_collisions(scene) == [], f"down to depth {depth}"
        assert coinciding_links(scene) == [], f"down to depth {depth}"


@cache
def traced(name: str) -> Graph:
    import keras

    from graphlab.tracing.models.graphs import trace_forward

    keras.utils.clear_session()
    if name == "ResNet50":
        return trace_forward(keras.applications.ResNet50(weights=None))
    layers = [keras.Input((20, 8)), keras.layers.LSTM(16), keras.layers.Dense(3)]
    return trace_forward(keras.Sequential(layers))


def test_lines_upon_each_other_are_bent_aside_and_keep_their_ends() -> None:
    line = (0.0, 0.0, 0.0, 30.0, 0.0, 60.0, 0.0, 90.0)
    edges = [Edge(0, CENTRE, 1, CENTRE), Edge(0, CENTRE, 1, CENTRE, 0, "other"), Edge(0, CENTRE, 2, CENTRE)]
    assert part_lines(edges, [line, line, line]) == [
        (0.0, 0.0, 4.0, 30.0, 4.0, 60.0, 0.0, 90.0),
        (0.0, 0.0, -4.0, 30.0, -4.0, 60.0, 0.0, 90.0),
        line,
    ]


def test_lines_that_are_apart_stay_where_they_are() -> None:
    lines = [(0.0, 0.0, x, 30.0, x, 60.0, 0.0, 90.0) for x in (-9.0, 9.0)]
    assert part_lines([Edge(0, CENTRE, 1, CENTRE)] * 2, lines) == lines
