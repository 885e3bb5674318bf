"""The way in, as HTML that waits for nothing: a card for each example."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from graphlab.app.examples import Example


def gallery(examples: Iterable[Example]) -> str:
    """What the page shows where its address names no source."""
    cards = "\n".join(f"<li>{_card(example)}</li>" for example in examples)
    return f"""<main class="gallery">
<h1 class="wordmark">graphlab</h1>
<p class="gallery-lead">See what TensorFlow really computes.</p>
<ul class="cards">
{cards}
</ul>
<p class="gallery-own">Your own: <code>graphlab open FILE.py:NAME</code>, a tf.function, a Keras model or a data set, or
<code>graphlab open model.keras</code>, a model file.</p>
</main>"""


def source_href(source: str) -> str:
    """The address of a source's page."""
    return f"/?source={quote(source, safe='/:')}"


def _card(example: Example) -> str:
    title, description, source = map(escape, (example.title, example.description, example.source))
    return (
        f'<a class="card" href="{escape(source_href(example.source))}"><span class="card-title">{title}</span>'
        f'<span class="card-text">{description}</span><code>{source}</code></a>'
    )
