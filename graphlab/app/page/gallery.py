"""The home page as plain HTML: a card for each of the user's sources and each example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import PurePath
from urllib.parse import quote

from graphlab.app.page.examples import Example
from graphlab.app.page.help_pages import HELP_PLACE
from graphlab.app.page.source_kinds import kind_of_source
from graphlab.sources import SourceSpec


def gallery(examples: Iterable[Example], sources: Mapping[str, SourceSpec | None]) -> str:
    """The page for an address without a source: the user's `sources`, then the examples.

    Live objects have no SourceSpec.
    """
    shipped = [
        _card(example.source, example.title, example.description, kind_of_source(example.spec)) for example in examples
    ]
    own_cards = [_card(source, *_names(source), kind_of_source(spec)) for source, spec in sources.items()]
    sections = [_section("Your sources", own_cards), _section("Examples", shipped)] if own_cards else [_cards(shipped)]
    return f"""<main class="gallery">
<h1 class="wordmark">graphlab</h1>
<p class="gallery-lead">See what TensorFlow really computes.</p>
{"".join(sections)}
<p class="gallery-own">To open your own function, model or dataset, run <code>graphlab open FILE.py:NAME</code>. For a
model file, run <code>graphlab open model.keras</code>. <a href="{HELP_PLACE}">Help</a></p>
</main>"""


def _section(title: str, cards: Iterable[str]) -> str:
    return f'<section><h2 class="gallery-title">{title}</h2>{_cards(cards)}</section>'


def _cards(cards: Iterable[str]) -> str:
    return '<ul class="cards">' + "\n".join(f"<li>{card}</li>" for card in cards) + "</ul>"


def _names(source: str) -> tuple[str, str]:
    """The title of a source's card, and the text below it: `model` of `nets/small.py`, or a model file's name."""
    file, colon, name = source.rpartition(":")
    if colon and file and name.isidentifier():
        return name, f"in {PurePath(file).name}"
    return PurePath(source).name or source, ""


def source_href(source: str) -> str:
    """The address of a source's page."""
    return f"/?source={quote(source, safe='/:')}"


def _card(source: str, title: str, description: str, kind: tuple[str, str]) -> str:
    name, words = kind
    description_html = f'<span class="card-text">{escape(description)}</span>'
    return (
        f'<a class="card" data-kind="{name}" href="{escape(source_href(source))}">'
        f'<span class="card-kind">{escape(words)}</span><span class="card-title">{escape(title)}</span>'
        f"{description_html}<code>{escape(source)}</code></a>"
    )
