"""Graphs in a notebook's cell: one bundle of HTML, picture and words for Jupyter, VS Code and Colab."""

from __future__ import annotations

import base64
import html
import sys
from collections.abc import Mapping, Sequence

from graphlab.errors import GraphlabError
from graphlab.graph import Graph
from graphlab.graph.names import DATA_TITLES, GRAPH_TITLES
from graphlab.layout.engine import LayoutEngine
from graphlab.pictures import PictureOptions, picture_content
from graphlab.pictures.html import PageGraph, html_page, inline_policy, packed_page
from graphlab.pictures.png import to_png
from graphlab.pictures.scene import layout

HEIGHT_PX = 560
MOST_BYTES = 8_000_000  # of a cell's HTML: Colab shows no more than 10 MB
MOST_DOTS = 3_000_000  # of the picture
MOST_OPS_TWICE = 2_000  # a saved notebook keeps every cell: both levels of detail are included only for smaller graphs

# The page may run scripts and save files but not access the notebook, whose origin controls the kernel.
SANDBOX = "allow-scripts allow-downloads"
# How JupyterLab, VS Code and Colab mark their themes. The frame's page sees its color-scheme as the system's.
THEMES = {
    "light": ('[data-jp-theme-light="true"]', ".vscode-light", ".vscode-high-contrast-light", '[theme="light"]'),
    "dark": (
        '[data-jp-theme-light="false"]',
        ".vscode-dark",
        ".vscode-high-contrast:not(.vscode-high-contrast-light)",
        '[theme="dark"]',
    ),
}

Bundle = dict[str, str]  # by mime type: text, or base64 of a picture


def is_notebook() -> bool:
    """Whether this code runs in a notebook's kernel."""
    shells = sys.modules.get("IPython")
    shell = shells.get_ipython() if shells else None
    return getattr(shell, "kernel", None) is not None


def display(graphs: Mapping[str, Graph]) -> None:
    """Show graphs by name, with a tab for each, as the output of the running cell."""
    from IPython.display import display as show

    show(mime_bundle(graphs), raw=True)


def mime_bundle(graphs: Mapping[str, Graph]) -> Bundle:
    """What a notebook shows: the viewer; if that is not trusted, its picture; without a picture, the words.

    All of it is in the notebook's file, so that it also works without a kernel. A graph with nothing to draw has
    only words.
    """
    words = "\n".join(repr(graph) for graph in graphs.values())
    try:
        tabs = [
            PageGraph(_title(name), graph, picture_content(graph, PictureOptions())) for name, graph in graphs.items()
        ]
        with layout() as engine:
            picture = to_png(tabs[0].content, engine, most_dots=MOST_DOTS)
            page = _page(tabs, engine)
    except (GraphlabError, LookupError):  # such as a part of a graph that networkx cut out of it
        return {"text/plain": words}
    alternative = f"{words}. Trust this notebook or run the cell again to explore the graph."
    if page is None:
        page, alternative = (
            "",
            f"{words}. The viewer of this graph is too large for a cell; write it to a file with graphlab.save(...).",
        )
    images = {"image/png": base64.b64encode(picture).decode()} if picture else {}
    return {"text/html": _cell(page, images.get("image/png", ""), alternative), **images, "text/plain": words}


def _title(name: str) -> str:
    return {**GRAPH_TITLES, **DATA_TITLES}.get(name, name)


def _page(tabs: Sequence[PageGraph], engine: LayoutEngine) -> str | None:
    """The viewer, packed: at both levels of detail, else at one, else None if it is too large."""
    for most_ops_twice in (MOST_OPS_TWICE, 0):
        page = packed_page(html_page(tabs, engine, inline_policy, most_ops_twice=most_ops_twice))
        if len(page) <= MOST_BYTES:
            return page
    return None


def _cell(page: str, picture: str, alternative: str) -> str:
    """The frame fills the cell; the picture is hidden below it unless the frame was removed."""
    words = html.escape(" ".join(alternative.split()))
    frame = (
        f'<iframe srcdoc="{html.escape(page)}" title="{words}" width="100%" height="{HEIGHT_PX}" '
        f'style="display:block;width:100%;height:{HEIGHT_PX}px;border:0" class="graphlab-cell" '
        f'sandbox="{SANDBOX}" allow="clipboard-write"></iframe>'
    )
    image = (
        f'<img src="data:image/png;base64,{picture}" alt="{words}" style="max-width:100%;max-height:{HEIGHT_PX}px">'
        if picture
        else f"<p>{words}</p>"
    )
    if not page:
        return image
    return f'<div style="height:{HEIGHT_PX}px;overflow:hidden">{_theme_style()}{frame}{image}</div>'


def _theme_style() -> str:
    rules = (
        f"{','.join(f'{mark} .graphlab-cell' for mark in marks)}{{color-scheme:{theme}}}"
        for theme, marks in THEMES.items()
    )
    return f"<style>{''.join(rules)}</style>"
