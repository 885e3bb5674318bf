"""The scene of a look, laid out as the page lays it out, in a worker that lives only for this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graphlab.errors import GraphlabError
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.scene import Scene
from graphlab.pictures.look import Look
from graphlab.view import view

SCOPE_TIMEOUT_S = 15.0  # nobody waits with the pointer on a button


@contextmanager
def layout() -> Iterator[LayoutEngine]:
    """An engine that is closed in the end."""
    engine = LayoutEngine(scope_timeout_s=SCOPE_TIMEOUT_S)
    try:
        yield engine
    finally:
        engine.close()


def scene_of(look: Look, engine: LayoutEngine) -> Scene:
    """The scene of a look; raises GraphlabError where the graph has nothing to draw."""
    if not look.folded.paths:
        name = look.folded.graph.name or "this graph"
        raise GraphlabError(f"there is nothing to draw: {name!r} has no ops")
    return engine.lay_out(view(look.folded, look.opened))
