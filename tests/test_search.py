"""Finding ops and groups by words, in the packaged network's train step."""

from __future__ import annotations

import pytest

from graphlab.app.examples import example_specs
from graphlab.app.search import search
from graphlab.graph import Graph
from graphlab.traces import find_trace, read_graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    trace = find_trace(example_specs()[2])
    assert trace is not None
    return read_graph(trace, "train_step")


def found(graph: Graph, words: str) -> list[tuple[str, str]]:
    return [(match.title, match.subtitle) for match in search(graph, words)]


def test_model_layer_comes_before_its_namesakes_and_its_ops_when_layer_is_named(graph: Graph) -> None:
    assert found(graph, "dense_1")[:5] == [
        ("dense_1", "Dense in mnist_mlp"),
        ("dense_1", "scope in adam"),
        ("dense_1", "Dense in gradients/mnist_mlp"),
        ("MatMul", "mnist_mlp/dense_1"),
        ("BiasAdd", "mnist_mlp/dense_1"),
    ]


def test_forward_ops_come_first_when_type_is_named(graph: Graph) -> None:
    assert found(graph, "matmul")[:4] == [
        ("MatMul", "mnist_mlp/dense"),
        ("MatMul", "mnist_mlp/dense_1"),
        ("MatMul", "mnist_mlp/dense_2"),
        ("MatMul", "gradients/mnist_mlp/dense"),
    ]


def test_every_word_counts_when_several_are_given(graph: Graph) -> None:
    assert found(graph, "kernel dense_2")[0] == ("kernel", "mnist_mlp/dense_2")
    assert found(graph, "Kernel nowhere") == []


def test_nothing_is_found_when_there_are_no_words(graph: Graph) -> None:
    assert found(graph, "  ") == []
