"""A picture as PNG, with two pixels per point if it is not too large."""

from __future__ import annotations

import io
import math
from pathlib import Path

from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from graphlab.errors import GraphlabError
from graphlab.graph import Graph
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.scene import Scene
from graphlab.pictures.content import PictureContent
from graphlab.pictures.paint import Canvas, Painting, draw_for_painting, own_settings, paint
from graphlab.pictures.scene import layout, readouts_of, scene_of, scene_summary
from graphlab.pictures.theme import read_theme
from graphlab.shared_constants import READABLE_ZOOM
from graphlab.view import deepest, open_to_depth

ZOOM = 2.0  # dots per pixel of the scene
MOST_DOTS = 80_000_000  # uses 320 MB while painting
LONGEST_SIDE = 32_767  # few programs open more dots than this
POINTS_PER_INCH, PX_PER_INCH = 72, 96


def save_png(graph: Graph, path: Path, content: PictureContent) -> str:
    """Write the picture of a graph; returns what was written.

    A large picture gets fewer dots per pixel. Raises GraphlabError if that would make its text unreadable.
    """
    with layout() as engine:
        scene = scene_of(content, engine)
        zoom = zoom_for(scene)
        if zoom < READABLE_ZOOM:
            raise GraphlabError(_too_large(path, scene, content, engine))
    with own_settings():
        image = to_image(draw_for_painting(scene, read_theme(content.theme), readouts_of(content, scene)), zoom)
    dots_per_inch = PX_PER_INCH * zoom
    image.save(path, format="PNG", dpi=(dots_per_inch, dots_per_inch))
    return f"{scene_summary(scene)}, {image.width:,} × {image.height:,} pixels"


def to_png(content: PictureContent, engine: LayoutEngine, *, most_dots: int) -> bytes | None:
    """The picture in few bytes: 256 colours and, if it can be read then, at most so many dots.

    None if its text would be unreadable even with more dots.
    """
    scene = scene_of(content, engine)
    zoom = zoom_for(scene)
    if zoom < READABLE_ZOOM:
        return None
    zoom = max(READABLE_ZOOM, min(zoom, math.sqrt(most_dots / max(scene.width_px * scene.height_px, 1))))
    with own_settings():
        image = to_image(draw_for_painting(scene, read_theme(content.theme), readouts_of(content, scene)), zoom)
    buffer = io.BytesIO()
    image.quantize().save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def zoom_for(scene: Scene) -> float:
    """How many dots a pixel of the scene may have."""
    side = max(scene.width_px, scene.height_px, 1)
    return min(ZOOM, LONGEST_SIDE / side, math.sqrt(MOST_DOTS / max(scene.width_px * scene.height_px, 1)))


def to_image(painting: Painting, zoom: float) -> Image.Image:
    """The picture in dots."""
    width, height = math.ceil(painting.picture.width_px * zoom), math.ceil(painting.picture.height_px * zoom)
    renderer = RendererAgg(width, height, POINTS_PER_INCH * zoom)
    paint(Canvas(renderer, height, px_pt=1.0, px_dots=zoom), painting)
    return Image.frombuffer("RGBA", (width, height), renderer.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")


def _too_large(path: Path, scene: Scene, content: PictureContent, engine: LayoutEngine) -> str:
    size = f"{scene.width_px:,.0f} × {scene.height_px:,.0f}"
    depth = _depth_that_fits(content, engine)
    smaller = "" if depth is None else f"expand fewer groups (everything down to depth {depth} fits), or "
    return f"cannot write {str(path)!r}: a PNG of {size} pixels is too large to read; {smaller}write .svg or .pdf"


def _depth_that_fits(content: PictureContent, engine: LayoutEngine) -> int | None:
    """The greatest depth to which everything can be open; None if not even closed groups fit."""
    fits = None
    for depth in range(deepest(content.folded) + 1):
        tried = PictureContent(content.folded, open_to_depth(content.folded, depth))
        if zoom_for(scene_of(tried, engine)) < READABLE_ZOOM:
            break
        fits = depth
    return fits
