"""The scene of a picture, laid out as the page lays it out, in a worker that lives only for this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from graphlab.errors import GraphlabError
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.scene import Scene
from graphlab.pictures.content import PictureContent
from graphlab.pictures.values.draw import readout_texts
from graphlab.pictures.values.types import Readouts
from graphlab.view import View, shown_output, view

SCOPE_TIMEOUT_S = 15.0  # nobody is waiting after a click


@contextmanager
def layout() -> Iterator[LayoutEngine]:
    """A layout engine that is closed at the end."""
    engine = LayoutEngine(scope_timeout_s=SCOPE_TIMEOUT_S)
    try:
        yield engine
    finally:
        engine.close()


def scene_of(content: PictureContent, engine: LayoutEngine) -> Scene:
    """The scene of a picture; raises GraphlabError if the graph has nothing to draw."""
    check_drawable(content)
    return engine.lay_out(view(content.folded, content.opened, readouts=content.values is not None))


def readouts_of(content: PictureContent, scene: Scene) -> Mapping[str, Readouts]:
    """What the boxes of a scene show of the content's values, by box id."""
    values = content.values
    if values is None:
        return {}
    return {placed.id: values.readouts(shown_output(content.folded, placed.id)) for placed in scene.boxes}


def check_drawable(content: PictureContent) -> None:
    """Raise GraphlabError if the graph has nothing to draw."""
    if not content.folded.paths:
        name = content.folded.graph.name or "this graph"
        raise GraphlabError(f"there is nothing to draw: {name!r} has no ops")


def texts_of(scene: Scene, readouts: Mapping[str, Readouts]) -> Iterator[str]:
    """All texts in a scene and its readouts."""
    yield from (text for ones in readouts.values() for readout in ones for text in readout_texts(readout))
    for box in scene.boxes:
        yield from (box.box.title, box.box.subtitle)
    for frame in scene.frames:
        yield from (frame.frame.title, frame.frame.subtitle)
    yield from (placed.label for placed in scene.links)


def scene_summary(picture: Scene | View) -> str:
    """The contents of a scene or view, in words."""
    boxes, groups, links = len(picture.boxes), len(picture.frames), len(picture.links)
    counts = ((boxes, "box", "boxes"), (groups, "open group", "open groups"), (links, "link", "links"))
    return ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in counts)
