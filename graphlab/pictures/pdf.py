"""A picture as a PDF of one page: vectors, and text that can be selected and searched."""

from __future__ import annotations

from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure

from graphlab.graph import Graph
from graphlab.pictures.content import PictureContent
from graphlab.pictures.paint import Canvas, Painting, draw_for_painting, own_settings, paint
from graphlab.pictures.scene import layout, readouts_of, scene_of, scene_summary
from graphlab.pictures.theme import read_theme
from graphlab.pictures.words import clean

PX_PT = 0.75  # a pixel in points
LONGEST_SIDE_PT = 14_400.0  # of a page, by the standard
POINTS_PER_INCH = 72


class _Painter(Artist):
    """The object that matplotlib calls to paint the picture."""

    def __init__(self, painting: Painting, height_pt: float, px_pt: float) -> None:
        super().__init__()
        self._painting, self._height_pt, self._px_pt = painting, height_pt, px_pt

    def draw(self, renderer: RendererBase) -> None:
        """Paint all of it."""
        paint(Canvas(renderer, self._height_pt, self._px_pt, self._px_pt), self._painting)


def save_pdf(graph: Graph, path: Path, content: PictureContent) -> str:
    """Write the picture of a graph; returns what was written. What is too large for a page is made smaller."""
    with layout() as engine:
        scene = scene_of(content, engine)
    px_pt = min(PX_PT, LONGEST_SIDE_PT / max(scene.width_px, scene.height_px, 1))
    width_pt, height_pt = scene.width_px * px_pt, scene.height_px * px_pt
    with own_settings():
        painting = draw_for_painting(scene, read_theme(content.theme), readouts_of(content, scene))
        figure = Figure(figsize=(width_pt / POINTS_PER_INCH, height_pt / POINTS_PER_INCH), frameon=False)
        figure.add_artist(_Painter(painting, height_pt, px_pt))
        # Without a date, the same graph gives the same file.
        metadata = {"Title": clean(graph.name), "Creator": "graphlab", "Producer": None, "CreationDate": None}
        with path.open("wb") as file:
            FigureCanvasPdf(figure).print_pdf(file, metadata=metadata)
    return scene_summary(scene)
