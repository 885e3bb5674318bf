"""Writes a graph to a file: as data, which contains everything, or as a picture of a selected part."""

from __future__ import annotations

from pathlib import Path

from graphlab.errors import FormatError, GraphlabError
from graphlab.formats import WRITERS, function_of, suffix_of
from graphlab.graph import Graph
from graphlab.pictures import PICTURES, THEMES, PictureOptions, picture_content

ALL = PictureOptions()


def save(graph: Graph, path: Path, options: PictureOptions = ALL) -> str:
    """Write the graph in the format of the suffix. Returns a description of what was written.

    Raises what `check` does, and GraphlabError if the options name an unknown group or the file cannot be written.
    """
    check(path, options)
    try:
        if _is_picture(path):
            return str(function_of(PICTURES, path, _what(path))(graph, path, picture_content(graph, options)))
        function_of(WRITERS, path, _what(path))(graph, path)
    except OSError as error:
        raise GraphlabError(f"{_what(path)}: {error.strerror}") from error
    return f"{graph.number_of_nodes():,} ops, {graph.number_of_edges():,} edges"


def check(path: Path, options: PictureOptions = ALL) -> None:
    """Raise FormatError for an unknown suffix or an invalid choice, before the graph is traced."""
    if not _is_picture(path) and options != ALL:
        pictures = ", ".join(PICTURES)
        raise FormatError(
            f"{path.suffix} files contain the whole graph; open, depth, all ops and theme are options of pictures "
            f"({pictures})"
        )
    if options.theme and options.theme not in THEMES:
        raise FormatError(f"there is no theme {options.theme!r}; the themes are {', '.join(THEMES)}")
    if options.depth is not None and options.depth < 0:
        raise FormatError(f"the depth {options.depth} is below 0; 0 collapses everything")


def _is_picture(path: Path) -> bool:
    return suffix_of(WRITERS | PICTURES, path, _what(path)) in PICTURES


def _what(path: Path) -> str:
    return f"cannot write {str(path)!r}"
