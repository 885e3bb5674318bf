"""A graph as one HTML file: the interactive viewer with the graph inside, for any browser, without a server."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from graphlab.graph import Graph
from graphlab.pictures.atlas import draw_atlas
from graphlab.pictures.atlas_json import atlas_to_json, inspector_to_json, names_to_json
from graphlab.pictures.bundle import bundle_modules, bundle_styles
from graphlab.pictures.look import Look
from graphlab.pictures.scene import check_drawable, layout
from graphlab.pictures.words import clean
from graphlab.source import packaged_dir
from graphlab.view import Folded, Open, default_open, fold_nothing, fold_quiet

MAIN = "graphlab/offline/main"
SHARED = ("page.js", "search.js")  # the page's own scripts that the file has too
MOST_OPS_TWICE = 5_000  # up to this many ops both levels of detail are in the file, and a switch between them
MEGABYTE = 1_000_000


def save_html(graph: Graph, path: Path, look: Look) -> str:
    """Write the page; it opens with the groups and the theme of the look. Returns what was written in words."""
    check_drawable(look)
    with layout() as engine:
        blocks: dict[str, dict[str, Any]] = {"names": names_to_json(graph)}
        for every_op, folded, opened in _levels(graph, look):
            name = "all" if every_op else "quiet"
            blocks[f"atlas-{name}"] = atlas_to_json(folded, draw_atlas(folded, engine, opened), opened)
            blocks[f"inspector-{name}"] = inspector_to_json(folded)
    text = _page(graph, look, {name: _pack(block) for name, block in blocks.items()})
    path.write_text(text, encoding="utf-8")
    levels = " at both levels of detail" if len(blocks) > 3 else ""
    return f"{graph.number_of_nodes():,} ops{levels}, {len(text.encode()) / MEGABYTE:.1f} MB"


def _levels(graph: Graph, look: Look) -> Iterator[tuple[bool, Folded, Open]]:
    """The look's level of detail and, of a graph that is not too large, the other one."""
    yield look.every_op, look.folded, look.opened
    if graph.number_of_nodes() <= MOST_OPS_TWICE:
        other = fold_quiet(graph) if look.every_op else fold_nothing(graph)
        yield not look.every_op, other, default_open(other)


def _pack(block: dict[str, Any]) -> str:
    """Compressed, and in letters that no markup can hide in."""
    text = json.dumps(block, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _page(graph: Graph, look: Look, blocks: dict[str, str]) -> str:
    assets = packaged_dir("assets")
    first, *shared = ((assets / name).read_text(encoding="utf-8") for name in ("offline/first.js", *SHARED))
    scripts = {"first": first, "page": "\n".join(shared), "main": bundle_modules(MAIN)}
    style = bundle_styles()
    kind = graph.kind.replace("_", " ").capitalize()
    name = clean(graph.name) or kind
    return Template((assets / "offline" / "page.html").read_text(encoding="utf-8")).substitute(
        policy=html.escape(_policy(style, *scripts.values())),
        title=html.escape(f"{name} – graphlab"),
        name=html.escape(name),
        kind=html.escape(kind),
        theme=look.theme or "system",
        detail="all" if look.every_op else "quiet",
        icon=f"data:image/svg+xml,{quote((assets / 'favicon.svg').read_text(encoding='utf-8'))}",
        style=style,
        about=_pack({"title": name if graph.kind == "function" else kind}),
        blocks="\n".join(_block(name, packed) for name, packed in blocks.items()),
        **scripts,
    )


def _block(name: str, packed: str) -> str:
    return f'<script type="application/octet-stream" id="{name}">{packed}</script>'


def _policy(style: str, *scripts: str) -> str:
    """Nothing is loaded from anywhere, and nothing runs but what was written here."""
    allowed = " ".join(_digest(script) for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; base-uri 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
