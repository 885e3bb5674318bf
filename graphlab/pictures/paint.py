"""A picture painted by matplotlib's renderers, without pyplot."""

from __future__ import annotations

import base64
import io
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import matplotlib
import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path as Vertices
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Transform
from PIL import Image

from graphlab.layout.scene import Scene
from graphlab.pictures.drawing import draw_scene
from graphlab.pictures.fonts import Families, families_for, properties
from graphlab.pictures.scene import texts_of
from graphlab.pictures.shapes import Bitmap, Font, Paint, Path, Picture, Rect, Step, Words, outline
from graphlab.pictures.theme import Theme
from graphlab.pictures.values.types import Readouts
from graphlab.pictures.words import LONGEST, Measure
from graphlab.shared_constants import LABEL_HALO_PX

BASELINE = 0.35  # of the font size: from the middle of the letters down to their baseline
MEASURE_DPI = 720  # text is measured at a large size because widths are rounded to dots
START = {"start": 0.0, "middle": 0.5}  # the share of a text's width to the left of its point
CODES = {"M": [Vertices.MOVETO], "L": [Vertices.LINETO], "C": [Vertices.CURVE4] * 3, "Z": [Vertices.CLOSEPOLY]}
SETTINGS = {
    "pdf.fonttype": 42,  # TrueType: its text can be selected and searched
    "pdf.use14corefonts": False,
    "text.hinting": "none",
    "text.antialiased": True,
    "path.simplify": False,
}


@contextmanager
def own_settings() -> Iterator[None]:
    """matplotlib with our settings, independent of the user's, and without its warnings about fonts."""
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), matplotlib.rc_context(SETTINGS):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


@dataclass(frozen=True)
class Painting:
    """A picture with the fonts that its texts need, and their widths."""

    picture: Picture
    families: Families
    measure: Measure


@dataclass(frozen=True)
class Canvas:
    """The target of painting: a renderer, its height in dots, and the size of a scene pixel in dots."""

    renderer: RendererBase
    height: float
    px_pt: float
    px_dots: float

    @property
    def transform(self) -> Affine2D:
        """From the scene, y down, to the renderer's dots, y up."""
        return Affine2D().scale(self.px_dots, -self.px_dots).translate(0, self.height)


def draw_for_painting(scene: Scene, theme: Theme, readouts: Mapping[str, Readouts]) -> Painting:
    """The picture of a scene and its values, with its texts cut to their exact widths."""
    families = families_for(text[:LONGEST] for text in texts_of(scene, readouts))
    measure = _make_measure(families)
    return Painting(draw_scene(scene, theme, measure, readouts), families, measure)


def _make_measure(families: Families) -> Measure:
    renderer = RendererAgg(1, 1, MEASURE_DPI)

    @lru_cache(maxsize=20_000)
    def measure(text: str, font: Font) -> float:
        width, _, _ = renderer.get_text_width_height_descent(text, properties(font, font.size_px, families), False)
        return float(width) * 72 / MEASURE_DPI

    return measure


def paint(canvas: Canvas, painting: Painting) -> None:
    """Paint the whole picture."""
    picture = painting.picture
    ground = Rect(0, 0, picture.width_px + 1, picture.height_px + 1, 0, Paint(fill=picture.ground))
    for shape in (ground, *(shape for part in picture.parts for shape in part.shapes)):
        if isinstance(shape, Words):
            _paint_words(canvas, painting, shape)
        elif isinstance(shape, Bitmap):
            _paint_bitmap(canvas, shape)
        else:
            steps = shape.steps if isinstance(shape, Path) else outline(shape)
            _paint_path(canvas, _vertices(steps), shape.paint, canvas.transform)


def _vertices(steps: Sequence[Step]) -> Vertices:
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for letter, flat in steps:
        points += zip(flat[::2], flat[1::2], strict=True) if flat else [(0.0, 0.0)]
        codes += map(int, CODES[letter])
    return Vertices(points, codes)


def _paint_path(canvas: Canvas, path: Vertices, paint: Paint, transform: Transform) -> None:
    with _context(canvas) as context:
        context.set_linewidth(paint.stroke_px * canvas.px_pt if paint.stroke else 0)
        context.set_foreground(paint.stroke or paint.fill)
        context.set_joinstyle("round")
        context.set_capstyle("butt")
        if paint.dash:
            context.set_dashes(0, [length * canvas.px_pt for length in paint.dash])
        if paint.opacity < 1:
            context.set_alpha(paint.opacity)
        canvas.renderer.draw_path(context, path, transform, to_rgba(paint.fill) if paint.fill else None)


def _paint_words(canvas: Canvas, painting: Painting, words: Words) -> None:
    if not words.text:
        return
    font = properties(words.font, words.font.size_px * canvas.px_pt, painting.families)
    left = words.x_px - START[words.anchor] * painting.measure(words.text, words.font)
    baseline = words.y_px + BASELINE * words.font.size_px
    if words.halo:
        rim = TextPath((0, 0), words.text, size=words.font.size_px, prop=font, usetex=False)
        transform = Affine2D().scale(1, -1).translate(left, baseline) + canvas.transform
        _paint_path(canvas, rim, Paint(stroke=words.halo, stroke_px=LABEL_HALO_PX), transform)
    x, y = canvas.transform.transform((left, baseline))
    y = canvas.height - y if canvas.renderer.flipy() else y
    with _context(canvas) as context:
        context.set_foreground(words.colour)
        canvas.renderer.draw_text(context, x, y, words.text, font, 0)


def _paint_bitmap(canvas: Canvas, bitmap: Bitmap) -> None:
    """A renderer for dots takes the image in dots; others scale it themselves. Both begin with the lowest row."""
    image = Image.open(io.BytesIO(base64.b64decode(bitmap.uri.partition(",")[2]))).convert("RGBA")
    left, bottom = canvas.transform.transform((bitmap.x_px, bitmap.y_px + bitmap.height_px))
    width, height = bitmap.width_px * canvas.px_dots, bitmap.height_px * canvas.px_dots
    with _context(canvas) as context:
        if canvas.renderer.option_scale_image():
            scale = Affine2D().scale(width, height)
            canvas.renderer.draw_image(context, left, bottom, np.flipud(np.asarray(image)), scale)
            return
        way = Image.Resampling.BOX if bitmap.is_smooth else Image.Resampling.NEAREST
        dots = image.resize((max(1, round(width)), max(1, round(height))), way)
        canvas.renderer.draw_image(context, round(left), round(bottom), np.flipud(np.asarray(dots)))


@contextmanager
def _context(canvas: Canvas) -> Iterator[GraphicsContextBase]:
    context = canvas.renderer.new_gc()
    try:
        yield context
    finally:
        context.restore()
