"""The graphs of a source by name: their titles on the page, and how to find one by what a person types."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from graphlab.errors import GraphlabError
from graphlab.graph import Graph

PIPELINE = "pipeline"  # the graph of the datasets() in a model's file, traced on demand
MOST_NAMES = 16  # in a message
LONGEST_NAME = 120  # characters of a name in a message
# The labels of the page's tabs.
GRAPH_TITLES = {
    "graph": "Graph",
    "function": "Function",
    "forward": "Forward",
    "train_step": "Train step",
    "layers": "Layers",
    PIPELINE: "Data",
}
# The graph names of a source of datasets; in a model file, the same words are ordinary names.
DATA_TITLES = {"train": "Training data", "validation": "Validation data", "test": "Test data"}


def titles_of(*, of_file: bool) -> Mapping[str, str]:
    """Titles by graph name, for a model file or any other source; a name without a title is its own."""
    return GRAPH_TITLES if of_file else {**GRAPH_TITLES, **DATA_TITLES}


def failures_of(graphs: Iterable[Graph]) -> dict[str, str]:
    """The graphs of the same source that could not be made, each with the reason."""
    return {name: reason for graph in graphs for name, reason in graph.facts.failures.items()}


def early_training_of(graphs: Iterable[Graph]) -> list[str]:
    """What is reported about training that their source does while it is loaded; [] if it does none."""
    return sorted({graph.facts.early_training for graph in graphs} - {""})


def names_of(graphs: Mapping[str, Graph]) -> list[str]:
    """The names of a source's graphs, including those that could not be made and that of a model's data."""
    has_data = any(graph.facts.has_data for graph in graphs.values())
    return [*graphs, *failures_of(graphs.values()), *([PIPELINE] if has_data and PIPELINE not in graphs else [])]


def find_name(typed: str, names: Sequence[str], source: str, *, of_file: bool) -> str:
    """The name of the graph with this name or title, ignoring case.

    Raises GraphlabError that lists the names if there is none.
    """
    if typed in names:
        return typed
    titles = titles_of(of_file=of_file)
    for name in names:
        if _plain(typed) in (_plain(name), _plain(titles.get(name, name))):
            return name
    raise GraphlabError(f"{source!r} has no graph {typed!r}; it has {listed(names)}")


def listed(names: Iterable[str]) -> str:
    """The names, quoted for a shell."""
    shell_names = [shlex.quote(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}...") for name in names]
    more = [f"and {len(shell_names) - MOST_NAMES} more"] if len(shell_names) > MOST_NAMES else []
    return ", ".join([*shell_names[:MOST_NAMES], *more])


def _plain(name: str) -> str:
    """The name without case and punctuation: `trainstep` for `Train step` and `train-step`."""
    return re.sub(r"[\s_]|(?<=[a-z])-(?=[a-z])", "", name.casefold())
