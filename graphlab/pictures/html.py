"""Graphs as one HTML page: the interactive viewer with the graphs inside, for any browser, without a server."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import quote

from graphlab.graph import Graph
from graphlab.layout.engine import LayoutEngine
from graphlab.packaged import packaged_dir
from graphlab.pictures.atlas import draw_atlas
from graphlab.pictures.atlas_json import Json, atlas_to_json, group_ids_of, inspector_to_json, names_to_json
from graphlab.pictures.bundle import bundle_modules, bundle_styles
from graphlab.pictures.content import MOST_OPS_TWICE, PictureContent, levels
from graphlab.pictures.scene import check_drawable, layout
from graphlab.pictures.values.block import Boxes, values_to_json
from graphlab.pictures.words import clean

MAIN = "offline/main"
FIRST = "page/head/first_theme.js"  # runs before the first paint
MEGABYTE = 1_000_000
_NO_ASCII = re.compile(r"[^\x00-\x7f]")

Blocks = dict[str, Json]
Policy = Callable[..., str]  # (style, *scripts) → the page's Content-Security-Policy


@dataclass(frozen=True)
class PageGraph:
    """One of a page's graphs: the words of its tab, and the content that it has at first."""

    title: str
    graph: Graph
    content: PictureContent


def save_html(graph: Graph, path: Path, content: PictureContent) -> str:
    """Write the page; it opens with the groups and the theme of the content. Returns what was written in words."""
    page_graph = PageGraph(graph.kind.replace("_", " ").capitalize(), graph, content)
    with layout() as engine:
        blocks = _blocks_of(page_graph, engine, MOST_OPS_TWICE)
    text = _page([page_graph], [blocks], strict_policy)
    path.write_text(text, encoding="ascii")
    both = " at both levels of detail" if "atlas-all" in blocks and "atlas-quiet" in blocks else ""
    positions = content.values.positions if content.values else 1
    sliders = f", {positions} positions of the sliders" if positions > 1 else ""
    return f"{graph.number_of_nodes():,} ops{both}{sliders}, {len(text) / MEGABYTE:.1f} MB"


def html_page(
    page_graphs: Sequence[PageGraph], engine: LayoutEngine, policy: Policy, *, most_ops_twice: int = MOST_OPS_TWICE
) -> str:
    """The page of these graphs as ASCII text, with a tab for each if there are several.

    Graphs of at most `most_ops_twice` ops are included at both levels of detail. Raises GraphlabError if a graph has
    nothing to draw.
    """
    return _page(page_graphs, [_blocks_of(one, engine, most_ops_twice) for one in page_graphs], policy)


def packed_page(page: str) -> str:
    """A page that replaces itself with another one that it unpacks: ASCII with few quotes, a third of the size."""
    folder = packaged_dir("assets") / "offline"
    template, script = ((folder / name).read_text(encoding="utf-8") for name in ("packed.html", "unpack.js"))
    return Template(template).substitute(packed=_pack(page), unpack=_ascii_script(script))


def strict_policy(style: str, *scripts: str) -> str:
    """A policy that loads nothing from anywhere and runs only what was written here."""
    allowed = " ".join(_digest(script) for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; base-uri 'none'"


def inline_policy(_style: str, *_scripts: str) -> str:
    """A policy that loads nothing from anywhere. An embedding page may change the bytes, so none are hashed."""
    return "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def _blocks_of(page_graph: PageGraph, engine: LayoutEngine, most_ops_twice: int) -> Blocks:
    check_drawable(page_graph.content)
    blocks: Blocks = {"names": names_to_json(page_graph.graph)}
    values = page_graph.content.values
    boxes: dict[str, Boxes] = {}
    for every_op, folded, opened in levels(page_graph.graph, page_graph.content, most_ops_twice):
        name = "all" if every_op else "quiet"
        sheets = draw_atlas(folded, engine, opened, readouts=values is not None)
        blocks[f"atlas-{name}"] = atlas_to_json(folded, sheets, opened)
        blocks[f"inspector-{name}"] = inspector_to_json(folded)
        boxes[name] = (folded, group_ids_of(sheets))
    if values is not None:
        blocks["values"] = {**values_to_json(values, page_graph.graph, boxes)}
    return blocks


def _pack(text: str) -> str:
    """The page compressed, in characters that cannot contain markup."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _page(page_graphs: Sequence[PageGraph], blocks: Sequence[Blocks], policy: Policy) -> str:
    assets = packaged_dir("assets")
    scripts = {"first": (assets / FIRST).read_text(encoding="utf-8"), "main": bundle_modules(MAIN)}
    scripts = {name: _ascii_script(text) for name, text in scripts.items()}
    style = _ascii_style(bundle_styles())
    name = clean(page_graphs[0].graph.name) or page_graphs[0].title
    page = Template((assets / "offline" / "page.html").read_text(encoding="utf-8")).substitute(
        policy=html.escape(policy(style, *scripts.values())),
        title=html.escape(f"{name} – graphlab"),
        name=html.escape(name),
        heading=_heading(page_graphs),
        theme=page_graphs[0].content.theme or "system",
        icon=f"data:image/svg+xml,{quote((assets / 'favicon.svg').read_text(encoding='utf-8'))}",
        style=style,
        blocks="\n".join(_written_blocks({"about": {"graphs": [_about(one) for one in page_graphs]}}, *blocks)),
        **scripts,
    )
    # The bytes stay the same in any encoding of the embedding page.
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _heading(page_graphs: Sequence[PageGraph]) -> str:
    if len(page_graphs) == 1:
        return f'<span class="kind">{html.escape(page_graphs[0].title)}</span>'
    return '<div class="tab-place"><div id="graphs" class="graph-tabs" role="tablist" aria-label="Graphs"></div></div>'


def _about(page_graph: PageGraph) -> dict[str, str]:
    name = clean(page_graph.graph.name) or page_graph.title
    return {
        "id": page_graph.title,
        "title": page_graph.title,
        "root": name if page_graph.graph.kind == "function" else page_graph.title,
        "detail": "all" if page_graph.content.every_op else "quiet",
    }


def _written_blocks(about: Blocks, *graphs: Blocks) -> Iterator[str]:
    """The blocks as elements; those of all graphs but the first have the graph's number in their ids."""
    numbered = [(name, block) for name, block in about.items()]
    for number, blocks in enumerate(graphs):
        numbered += [(f"{name}-{number}" if number else name, block) for name, block in blocks.items()]
    for name, block in numbered:
        packed = _pack(json.dumps(block, separators=(",", ":"), allow_nan=False))
        yield f'<script type="application/octet-stream" id="{name}">{packed}</script>'


def _ascii_script(text: str) -> str:
    """A script with its non-ASCII letters escaped, in strings, patterns and comments."""
    return _NO_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _ascii_style(text: str) -> str:
    return _NO_ASCII.sub(lambda match: f"\\{ord(match[0]):x} ", text)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
