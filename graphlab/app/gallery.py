"""The way in, as HTML that waits for nothing: a card for each source that was given, and for each example."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import PurePath
from urllib.parse import quote

from graphlab.app.examples import Example


def gallery(examples: Iterable[Example], given: Iterable[str] = ()) -> str:
    """What the page shows where its address names no source: the sources that were `given`, then the examples."""
    shipped = [_card(example.source, example.title, example.description) for example in examples]
    own = [_card(source, *_names(source)) for source in given]
    parts = [_part("Your sources", own), _part("Examples", shipped)] if own else [_cards(shipped)]
    return f"""<main class="gallery">
<h1 class="wordmark">graphlab</h1>
<p class="gallery-lead">See what TensorFlow really computes.</p>
{"".join(parts)}
<p class="gallery-own">Your own: <code>graphlab open FILE.py:NAME</code>, a tf.function, a Keras model or a dataset, or
<code>graphlab open model.keras</code>, a model file.</p>
</main>"""


def _part(title: str, cards: Iterable[str]) -> str:
    return f'<section><h2 class="gallery-title">{title}</h2>{_cards(cards)}</section>'


def _cards(cards: Iterable[str]) -> str:
    return '<ul class="cards">' + "\n".join(f"<li>{card}</li>" for card in cards) + "</ul>"


def _names(source: str) -> tuple[str, str]:
    """The title of a source's card, and what is said below it: `model` of `nets/small.py`, or a model file's name."""
    where, colon, name = source.rpartition(":")
    if colon and where and name.isidentifier():
        return name, f"in {PurePath(where).name}"
    return PurePath(source).name or source, ""


def source_href(source: str) -> str:
    """The address of a source's page."""
    return f"/?source={quote(source, safe='/:')}"


def _card(source: str, title: str, description: str) -> str:
    told = f'<span class="card-text">{escape(description)}</span>'
    return (
        f'<a class="card" href="{escape(source_href(source))}"><span class="card-title">{escape(title)}</span>'
        f"{told}<code>{escape(source)}</code></a>"
    )
