"""What is visible as Graphviz DOT: a node for each box, a cluster for each open group. Graphviz does the layout."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import graphviz

from graphlab.graph import Graph
from graphlab.pictures.boxes import FILLS, edge_colour
from graphlab.pictures.content import PictureContent
from graphlab.pictures.scene import check_drawable, scene_summary
from graphlab.pictures.theme import Theme, ground_at, read_theme
from graphlab.pictures.words import clean
from graphlab.shared_constants import PILL_KINDS
from graphlab.view import Box, Frame, Link, View, view

LONGEST_LINE = 60  # characters of a label
SANS = "Helvetica,Arial,DejaVu Sans,sans-serif"
MONO = "Consolas,Menlo,DejaVu Sans Mono,monospace"
STYLES = {"group": "rounded,filled,bold", "constant": "rounded,filled,dashed"}
STYLES_OF_LINKS = {
    "data": {},
    "control": {"style": "dashed"},
    "shared": {"style": "dashed"},
    "update": {"style": "dashed", "constraint": "false"},  # does not move a variable below its update
    "iteration": {"style": "dashed", "constraint": "false"},
}

Attributes = dict[str, str]


def save_dot(graph: Graph, path: Path, content: PictureContent) -> str:
    """Write the picture of a graph; returns what was written."""
    check_drawable(content)
    current_view = view(content.folded, content.opened)
    path.write_text(to_dot(current_view, read_theme(content.theme), graph.name).source, encoding="utf-8")
    return scene_summary(current_view)


def to_dot(current_view: View, theme: Theme, name: str = "") -> graphviz.Digraph:
    """The view as DOT. Nodes are numbered, so that any name is valid; their `id` is the box's id."""
    dot = _digraph(theme, name)
    numbers = {box.id: f"n{number}" for number, box in enumerate(current_view.boxes)}
    clusters = {frame.id: _cluster(theme, frame, number) for number, frame in enumerate(current_view.frames)}
    for box in current_view.boxes:
        clusters.get(box.parent, dot).node(numbers[box.id], **_box(theme, box))
    # A graph is copied when it is added to another, so inner ones must be complete before outer ones.
    for frame in sorted(current_view.frames, key=lambda frame: -frame.depth):
        clusters.get(frame.parent, dot).subgraph(clusters[frame.id])
    for link in current_view.links:
        dot.edge(numbers[link.src], numbers[link.dst], **_link(link))
    return dot


def _digraph(theme: Theme, name: str) -> graphviz.Digraph:
    return graphviz.Digraph(
        graph_attr={"tooltip": _text(name), "bgcolor": theme["ground"], "fontname": SANS},
        node_attr={"shape": "box", "fontname": SANS, "fontcolor": theme["ink"], "fontsize": "12"},
        edge_attr={"color": theme["link"], "fontname": MONO, "fontcolor": theme["ink-soft"], "fontsize": "10"},
    )


def _cluster(theme: Theme, frame: Frame, number: int) -> graphviz.Digraph:
    attributes = {
        "label": _label([frame.title, frame.subtitle]),
        "id": _name(frame.id),
        "tooltip": _text(frame.label),
        "style": "rounded,filled",
        "fillcolor": ground_at(theme, frame.depth),
        "color": theme["frame-line"],
        "fontcolor": theme["ink"],
        "fontsize": "12",
    }
    return graphviz.Digraph(f"cluster_{number}", graph_attr=attributes)


def _box(theme: Theme, box: Box) -> Attributes:
    return {
        "label": _label([box.title, box.subtitle]),
        "id": _name(box.id),
        "class": _name(f"{box.kind} {box.op_type}".strip()),
        "tooltip": _text(box.label),
        "shape": "ellipse" if box.kind in PILL_KINDS else "box",
        "style": STYLES.get(box.kind, "rounded,filled"),
        "fillcolor": theme[FILLS.get(box.kind, "box")],
        "color": edge_colour(theme, box),
    }


def _link(link: Link) -> Attributes:
    return {"label": _label([link.label]), **STYLES_OF_LINKS[link.style]}


def _label(lines: Iterable[str]) -> str:
    """Lines below each other, each cut if it is very long."""
    short = [line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…" for line in lines if line]
    return _plain(r"\n".join(map(_text, short)))


def _text(text: str) -> str:
    """Text that is shown literally: without line breaks, escapes, entities or markup."""
    return _plain(_name(re.sub(r"\s", " ", text)).replace("&", "&amp;"))


def _name(name: str) -> str:
    return _plain(clean(name).replace("\\", "\\\\"))


def _plain(text: str) -> str:
    """Text that DOT does not take for markup, whatever it begins and ends with."""
    escaped: str = graphviz.nohtml(text)
    return escaped
