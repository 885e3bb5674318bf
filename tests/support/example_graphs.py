"""The shipped graphs of the packaged examples."""

from __future__ import annotations

from functools import cache

from graphlab.graph import Graph
from graphlab.sources import parse_source
from graphlab.store.stored_graphs import StoredGraphs, read_graph, shipped_folder
from graphlab.view import Folded, fold_quiet

MNIST = "examples/mnist_mlp.py:model"
XRAY = "examples/xray_cnn.py:model"


@cache
def example_graph(source: str, name: str) -> Graph:
    """One of an example's graphs, read once for all tests, which do not change it; nothing is traced."""
    folder = shipped_folder(parse_source(source))
    assert folder is not None
    return read_graph(StoredGraphs(folder, (name,), stamp=0), name)


@cache
def quiet_example(source: str, name: str) -> Folded:
    """The quiet view of one of these graphs, folded once for all tests."""
    return fold_quiet(example_graph(source, name))
