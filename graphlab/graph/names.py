"""The graphs of a source by name: what the page calls them, and the one that a person means."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from graphlab.errors import GraphlabError
from graphlab.graph import Graph

PIPELINE = "pipeline"  # the graph of the datasets() in a model's file, traced when it is asked for
MOST_NAMES = 16  # in a message
LONGEST_NAME = 120  # characters of a name in a message
# What the tabs of the page say.
GRAPH_TITLES = {
    "graph": "Graph",
    "function": "Function",
    "forward": "Forward",
    "train_step": "Train step",
    "layers": "Layers",
    PIPELINE: "Data",
}
# What a source of datasets calls its graphs; in a model file the same words name something else.
DATA_TITLES = {"train": "Training data", "validation": "Validation data", "test": "Test data"}


def titles_of(*, of_file: bool) -> Mapping[str, str]:
    """The titles of graphs by name, in a model file or any other source; a name without one is its own title."""
    return GRAPH_TITLES if of_file else {**GRAPH_TITLES, **DATA_TITLES}


def failures_of(graphs: Iterable[Graph]) -> dict[str, str]:
    """The graphs of the same source that could not be made, each with the reason."""
    return {name: reason for graph in graphs for name, reason in graph.facts.failures.items()}


def early_training_of(graphs: Iterable[Graph]) -> list[str]:
    """What is reported about the training that their source does while it is loaded; [] if it does none."""
    return sorted({graph.facts.early_training for graph in graphs} - {""})


def names_of(graphs: Mapping[str, Graph]) -> list[str]:
    """The names of a source's graphs, with those that could not be made, and that of the data of a model."""
    has_data = any(graph.facts.has_data for graph in graphs.values())
    return [*graphs, *failures_of(graphs.values()), *([PIPELINE] if has_data and PIPELINE not in graphs else [])]


def find_name(typed: str, names: Sequence[str], source: str, *, of_file: bool) -> str:
    """The name of the graph that a person means by its name or its title, in small letters or capitals.

    Raises GraphlabError that lists the names where there is none.
    """
    if typed in names:
        return typed
    titles = titles_of(of_file=of_file)
    for name in names:
        if _plain(typed) in (_plain(name), _plain(titles.get(name, name))):
            return name
    raise GraphlabError(f"{source!r} has no graph {typed!r}; it has {listed(names)}")


def listed(names: Iterable[str]) -> str:
    """The names as a shell takes them."""
    shell_names = [shlex.quote(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}...") for name in names]
    more = [f"and {len(shell_names) - MOST_NAMES} more"] if len(shell_names) > MOST_NAMES else []
    return ", ".join([*shell_names[:MOST_NAMES], *more])


def _plain(name: str) -> str:
    """The name without what people leave out: `trainstep` for `Train step` and `train-step`."""
    return re.sub(r"[\s_]|(?<=[a-z])-(?=[a-z])", "", name.casefold())
