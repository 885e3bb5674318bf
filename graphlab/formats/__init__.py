"""Files to graphs and graphs to files, one format a module."""

from __future__ import annotations

from pathlib import Path

from graphlab.errors import GraphlabError
from graphlab.formats.node_link import load_json, save_json
from graphlab.graph import Graph

SAVERS = {".json": save_json}
LOADERS = {".json": load_json}


def save(graph: Graph, path: str | Path) -> None:
    """Write the graph in the format that the suffix names."""
    check_suffix(path)
    SAVERS[Path(path).suffix](graph, Path(path))


def check_suffix(path: str | Path) -> None:
    """Raise GraphlabError where no format has the file's suffix: before the graph is made, not after."""
    if Path(path).suffix not in SAVERS:
        raise GraphlabError(f"cannot write {str(path)!r}: the suffix is one of {', '.join(SAVERS)}")


def load(path: str | Path) -> Graph:
    """Read a graph from a file; no code from the file is run."""
    loader = LOADERS.get(Path(path).suffix)
    if loader is None:
        raise GraphlabError(f"cannot read {str(path)!r}: the suffix is one of {', '.join(LOADERS)}")
    return loader(Path(path))
