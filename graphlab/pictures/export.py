"""Writes a graph to a file: as data, which contains everything, or as a picture of a selected part."""

from __future__ import annotations

from pathlib import Path

from graphlab.errors import FormatError, GraphlabError
from graphlab.formats import WRITERS, function_of, suffix_of
from graphlab.graph import Graph
from graphlab.pictures import PICTURES, THEMES, PictureOptions, picture_content
from graphlab.pictures.content import children_in, levels
from graphlab.pictures.values.types import CarriedValues
from graphlab.view import ShownOutput, shown_output, view

ALL = PictureOptions()
ONE_FILE = ".html"
WITH_VALUES = (".svg", ".png", ".pdf", ONE_FILE)


def save(graph: Graph, path: Path, options: PictureOptions = ALL, values: CarriedValues | None = None) -> str:
    """Write the graph in the format of the suffix, a picture with values if there are any.

    Returns a description of what was written.

    Raises what `check` does, and GraphlabError if the options name an unknown group or the file cannot be written.
    """
    check(path, options)
    try:
        if _is_picture(path):
            return str(function_of(PICTURES, path, _what(path))(graph, path, picture_content(graph, options, values)))
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


def check_values(path: Path) -> None:
    """Raise FormatError for a suffix whose files cannot carry values."""
    if path.suffix.lower() not in WITH_VALUES:
        raise FormatError(f"{path.suffix} files have no room for values; use {', '.join(WITH_VALUES)}")


def outputs_to_show(graph: Graph, path: Path, options: PictureOptions) -> list[ShownOutput]:
    """The outputs whose values a picture shows: those of its boxes, in the one-file viewer those of all boxes."""
    content = picture_content(graph, options)
    if path.suffix.lower() == ONE_FILE:
        children = [(folded, child) for _, folded, _ in levels(graph, content) for child in children_in(folded)]
    else:
        children = [(content.folded, box.id) for box in view(content.folded, content.opened).boxes]
    outputs = (shown_output(folded, child) for folded, child in children)
    return [*dict.fromkeys(output for output in outputs if output is not None)]


def _is_picture(path: Path) -> bool:
    return suffix_of(WRITERS | PICTURES, path, _what(path)) in PICTURES


def _what(path: Path) -> str:
    return f"cannot write {str(path)!r}"
