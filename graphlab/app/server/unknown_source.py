"""The message for a source that the app was not started with. Does not run or read the source."""

from __future__ import annotations

import shlex

from graphlab.app.server.source_text import split_source
from graphlab.errors import GraphlabError
from graphlab.formats import can_read
from graphlab.sources import module_file, parse_source
from graphlab.sources.paths import quoted

NAMELESS = "the address does not name a source; open one from the home page"
_OF_ANOTHER_MACHINE = ("\\\\", "//")  # checking such a path would contact that machine


def unknown_words(text: str) -> str:
    """Why there is no such source here, and the command that would open it, if there is one."""
    source, inputs = split_source(text)
    if not source:
        return NAMELESS
    words = f"this app was not started with {quoted(text)}"
    if _can_open(source, inputs):
        flags = "".join(f" --input {shlex.quote(input_text)}" for input_text in inputs)
        return f"{words}; to open it, run: graphlab open {shlex.quote(source)}{flags}"
    return (
        f"{words}, and graphlab cannot open it; use a model file such as model.keras, a SavedModel or log folder, "
        f"or FILE.py:NAME. The home page lists the sources of this app"
    )


def _can_open(source: str, inputs: tuple[str, ...]) -> bool:
    """Whether `graphlab open` would find a source of that text and know its kind."""
    if source.startswith(_OF_ANOTHER_MACHINE):
        return False
    try:
        spec = parse_source(source, inputs)
        if spec.path is not None:
            return can_read(spec.path)
        return spec.file is not None or bool(spec.module and module_file(spec.module))
    except (GraphlabError, OSError, ValueError):
        return False
