"""The app's help: the Markdown chapters of assets/help as HTML pages. The README links to the same files."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from graphlab.app.page.notices import plain_page
from graphlab.packaged import packaged_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

HELP_PLACE = "/help"
FIRST = "index"
# In the order in which index.md lists them.
CHAPTERS = ("sources", "page", "values", "keys", "terminal", "files", "pictures", "training", "safety")
_CHAPTER_LINK = re.compile(r"([a-z]+)\.md(#.*)?")


def help_page(name: str) -> tuple[str, str] | None:
    """The page of a chapter and the nonce of its scripts; None for an unknown chapter."""
    if name not in (FIRST, *CHAPTERS):
        return None
    style = (packaged_dir("assets") / "help" / "help.css").read_text(encoding="utf-8")
    return plain_page(title_of(name), f"{_header(name)}\n<main>\n{chapter_html(name)}</main>", style=style)


def chapter_href(name: str) -> str:
    """The address of a chapter."""
    return HELP_PLACE if name == FIRST else f"{HELP_PLACE}/{name}"


@cache
def title_of(name: str) -> str:
    """A chapter's title: its first line without the #."""
    return _text(name).partition("\n")[0].lstrip("# ")


@cache
def chapter_html(name: str) -> str:
    """The body of a chapter; links between the files become links between the pages."""
    markdown = _markdown()
    tokens = markdown.parse(_text(name))
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before and before.type == "heading_open":
            before.attrSet("id", slug(token.content))
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("href", _page_href(str(inner.attrGet("href"))))
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def slug(heading: str) -> str:
    """A heading's anchor, as GitHub forms it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _page_href(href: str) -> str:
    chapter = _CHAPTER_LINK.fullmatch(href)
    return chapter_href(chapter[1]) + (chapter[2] or "") if chapter else href


def _text(name: str) -> str:
    return (packaged_dir("assets") / "help" / f"{name}.md").read_text(encoding="utf-8")


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # not needed for the first graph

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _code_block)
    return markdown


def _code_block(_renderer: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    """A code block that can be scrolled sideways with the keyboard."""
    return f'<pre tabindex="0"><code>{escape(tokens[at].content)}</code></pre>\n'


def _header(current: str) -> str:
    links = "\n".join(_chapter_link(name, current) for name in (FIRST, *CHAPTERS))
    return f"""<header><a class="wordmark" href="/">graphlab</a></header>
<nav aria-label="Help"><ul>
{links}
</ul></nav>"""


def _chapter_link(name: str, current: str) -> str:
    is_current = ' aria-current="page"' if name == current else ""
    title = "Overview" if name == FIRST else title_of(name)
    return f'<li><a href="{chapter_href(name)}"{is_current}>{escape(title)}</a></li>'
