"""A picture as SVG: real text, no script, nothing external; boxes have the data attributes of the page's mirror."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from xml.etree import ElementTree

from graphlab.graph import Graph
from graphlab.pictures.content import PictureContent
from graphlab.pictures.drawing import draw_scene
from graphlab.pictures.scene import layout, readouts_of, scene_of, scene_summary
from graphlab.pictures.shapes import Bitmap, Drawable, Paint, Path, Picture, Rect, Shape, Words
from graphlab.pictures.theme import Theme, read_theme
from graphlab.pictures.words import clean, estimate
from graphlab.shared_constants import LABEL_HALO_PX

NAMESPACE = "http://www.w3.org/2000/svg"
BASELINE = 0.35  # of the font size: from the middle of the letters down to their baseline


def save_svg(graph: Graph, path: FilePath, content: PictureContent) -> str:
    """Write the picture of a graph; returns what was written."""
    with layout() as engine:
        scene = scene_of(content, engine)
    theme = read_theme(content.theme)
    picture = draw_scene(scene, theme, estimate, readouts_of(content, scene))
    path.write_bytes(to_svg(picture, theme, title=graph.name))
    return scene_summary(scene)


def to_svg(picture: Picture, theme: Theme, *, title: str = "") -> bytes:
    """The picture as an SVG file."""
    width, height = _number(picture.width_px), _number(picture.height_px)
    size = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}"}
    root = ElementTree.Element("svg", {"xmlns": NAMESPACE, **size, "font-family": theme["sans"]})
    if title:
        ElementTree.SubElement(root, "title").text = clean(title)
    ElementTree.SubElement(root, "rect", {"width": width, "height": height, "fill": picture.ground})
    for part in picture.parts:
        root.append(_part(part, theme))
    ElementTree.indent(root, " ")
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _part(part: Drawable, theme: Theme) -> ElementTree.Element:
    group = ElementTree.Element("g", {f"data-{key}": clean(value) for key, value in part.data.items()})
    if part.title:
        ElementTree.SubElement(group, "title").text = clean(part.title)
    for shape in part.shapes:
        group.append(_shape(shape, theme))
    return group


def _shape(shape: Shape, theme: Theme) -> ElementTree.Element:
    if isinstance(shape, Words):
        return _words(shape, theme)
    if isinstance(shape, Bitmap):
        return _bitmap(shape)
    return _rect(shape) if isinstance(shape, Rect) else _path(shape)


def _rect(rect: Rect) -> ElementTree.Element:
    sides = {"x": rect.x_px, "y": rect.y_px, "width": rect.width_px, "height": rect.height_px, "rx": rect.radius_px}
    attributes = {name: _number(value) for name, value in sides.items() if value or name != "rx"}
    return ElementTree.Element("rect", attributes | _paint(rect.paint))


def _bitmap(bitmap: Bitmap) -> ElementTree.Element:
    sides = {"x": bitmap.x_px, "y": bitmap.y_px, "width": bitmap.width_px, "height": bitmap.height_px}
    attributes = {name: _number(value) for name, value in sides.items()} | {"href": bitmap.uri}
    if not bitmap.is_smooth:
        attributes["image-rendering"] = "pixelated"
    return ElementTree.Element("image", attributes | {"preserveAspectRatio": "none"})


def _path(path: Path) -> ElementTree.Element:
    steps = "".join(f"{letter}{_numbers(points)}" for letter, points in path.steps)
    return ElementTree.Element("path", {"d": steps} | _paint(path.paint))


def _paint(paint: Paint) -> dict[str, str]:
    attributes = {"fill": paint.fill or "none"}
    if paint.stroke:
        attributes |= {"stroke": paint.stroke, "stroke-width": _number(paint.stroke_px)}
    if paint.dash:
        attributes["stroke-dasharray"] = _numbers(paint.dash)
    if paint.opacity < 1:
        attributes["opacity"] = _number(paint.opacity)
    return attributes


def _words(words: Words, theme: Theme) -> ElementTree.Element:
    font = words.font
    attributes = {
        "x": _number(words.x_px),
        "y": _number(words.y_px + BASELINE * font.size_px),
        "font-size": _number(font.size_px),
        "fill": words.colour,
    }
    if words.anchor != "start":
        attributes["text-anchor"] = words.anchor
    if font.bold:
        attributes["font-weight"] = "600"
    if font.mono:
        attributes["font-family"] = theme["mono"]
    if words.halo:
        attributes |= {"stroke": words.halo, "stroke-width": str(LABEL_HALO_PX), "stroke-linejoin": "round"}
        attributes["paint-order"] = "stroke"
    element = ElementTree.Element("text", attributes)
    element.text = words.text
    return element


def _numbers(values: Sequence[float]) -> str:
    return " ".join(map(_number, values))


def _number(value: float) -> str:
    """A number with about a tenth of a pixel's precision, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
