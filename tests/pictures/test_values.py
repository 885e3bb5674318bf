"""Values on the boxes of pictures, as plain data in and shapes out."""

from __future__ import annotations

import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from graphlab.errors import FormatError
from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from graphlab.overlay.types import Readout, read_readout
from graphlab.pictures import PictureOptions
from graphlab.pictures.export import check_values, outputs_to_show, save
from graphlab.pictures.theme import read_theme
from graphlab.pictures.values.types import CarriedInput, CarriedSlider, CarriedValues

pytestmark = pytest.mark.usefixtures("drawn_by_one")

SVG = "{http://www.w3.org/2000/svg}"
RED = (220, 20, 60)
SCALAR, IMAGE = Tensor("float32", ()), Tensor("float32", (1, 8, 8, 1))
THREE = Readout("value", "number", "3", words="value 3")
GRADIENT = Readout("gradient", "number", "24", words="gradient 24")
NAN = Readout("value", "number", "nan", bad=1, words="value nan")
STRIP = Readout("value", "strip", levels=(100, 0, -50), words="value: mean 0.5")
BARS = Readout("value", "histogram", "0…1", levels=(0, 100, 50), words="value: mean 0.2")
PROBLEM = Readout("value", "problem", "no value", words="Slice failed")


def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), RED).save(buffer, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    return Readout("value", "picture", "0…0.9", picture=uri, words="value: mean 0.3")


@pytest.fixture
def graph():
    """x → layer(square, root) → image → total."""
    ops = [
        Op("x", "Placeholder", outputs=(SCALAR,)),
        Op("layer/square", "Square", ("layer/",), (("x", 0),), (SCALAR,)),
        Op("layer/root", "Sqrt", ("layer/",), (("layer/square", 0),), (SCALAR,)),
        Op("image", "Fill", inputs=(("layer/root", 0),), outputs=(IMAGE,)),
        Op("total", "Sum", inputs=(("image", 0),), outputs=(SCALAR,)),
    ]
    groups = {"layer/": Group("layer/", "layer", "layer")}
    facts = GraphFacts(name="f", kind="function", groups=groups, inputs=("x",), outputs=("total",))
    return build_graph(ops, (), facts)


def carried(**readouts):
    """Values by op, the same at all positions."""
    distinct = tuple(readouts.values())
    places = {(op_id.replace("__", "/"), 0): (number,) for number, op_id in enumerate(readouts)}
    return CarriedValues((CarriedInput("x", "float32[]", "given"),), distinct, places)


def svg_of(graph, path, values, theme="light"):
    save(graph, path, PictureOptions(depth=0, theme=theme), values)
    root = ElementTree.parse(path).getroot()
    return {group.get("data-box"): group for group in root.iter(f"{SVG}g") if group.get("data-kind")}


def fills(group):
    return [rect.get("fill") for rect in group.iter(f"{SVG}rect")]


def words(group):
    return [text.text for text in group.iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_are_chips_with_the_words_in_the_title(graph, tmp_path, theme):
    boxes = svg_of(graph, tmp_path / "x.svg", carried(x=(THREE, GRADIENT)), theme)

    colours = read_theme(theme)
    assert words(boxes["x"])[-2:] == ["3", "∂ 24"]
    assert fills(boxes["x"])[-2:] == [colours["value-fill"], colours["gradient-fill"]]
    assert boxes["x"].get("data-value") == "value 3, gradient 24"
    assert boxes["x"].find(f"{SVG}title").text.endswith("value 3, gradient 24")
    assert "data-value" not in boxes["total"].attrib


def test_a_closed_group_shows_its_output(graph, tmp_path):
    boxes = svg_of(graph, tmp_path / "x.svg", carried(layer__root=(THREE,)))

    assert words(boxes["layer/"])[-1] == "3"


def test_bad_numbers_and_missing_values_have_the_colour_of_errors(graph, tmp_path):
    boxes = svg_of(graph, tmp_path / "x.svg", carried(x=(NAN,), total=(PROBLEM,)))

    error = read_theme("light")["error"]
    for box_id, text in (("x", "nan"), ("total", "no value")):
        chip = [*boxes[box_id].iter(f"{SVG}rect")][-1]
        label = [*boxes[box_id].iter(f"{SVG}text")][-1]
        assert (chip.get("stroke"), label.get("fill"), label.text) == (error, error, text)


def test_strips_and_histograms_have_a_rectangle_for_each_level(graph, tmp_path):
    boxes = svg_of(graph, tmp_path / "x.svg", carried(x=(STRIP,), total=(BARS,)))

    theme = read_theme("light")
    strip = [(rect.get("fill"), rect.get("opacity")) for rect in boxes["x"].iter(f"{SVG}rect")]
    assert strip[-3:-1] == [(theme["above"], None), (theme["below"], "0.5")]
    bars = [rect for rect in boxes["total"].iter(f"{SVG}rect") if rect.get("fill") == theme["above"]]
    heights = [float(rect.get("height")) for rect in bars]
    assert heights == [16.0, 8.0]
    assert words(boxes["total"])[-1] == "0…1"


def test_pictures_are_images_in_every_format(graph, tmp_path):
    import pypdf

    values = carried(image=(picture(),), x=(THREE,))
    boxes = svg_of(graph, tmp_path / "x.svg", values)
    save(graph, tmp_path / "x.png", PictureOptions(depth=0), values)
    save(graph, tmp_path / "x.pdf", PictureOptions(depth=0), values)

    (image,) = boxes["image"].iter(f"{SVG}image")
    assert image.get("href") == picture().picture
    assert float(image.get("width")) == float(image.get("height")) == 36.0
    pixels = np.asarray(Image.open(tmp_path / "x.png"))
    assert (pixels == RED).all(axis=-1).sum() == pytest.approx(72 * 72, rel=0.1)
    (page,) = pypdf.PdfReader(tmp_path / "x.pdf").pages
    assert len(page.images) == 1
    assert "0…0.9" in page.extract_text()


def test_boxes_have_room_for_values_only_if_there_are_some(graph, tmp_path):
    with_values = svg_of(graph, tmp_path / "x.svg", carried(x=(THREE,)))
    without = svg_of(graph, tmp_path / "y.svg", None)

    heights = [float(boxes["x"].find(f"{SVG}rect").get("height")) for boxes in (with_values, without)]
    assert heights[0] - heights[1] == 22


def test_a_picture_asks_for_its_boxes_and_the_viewer_for_all(graph, tmp_path):
    closed = outputs_to_show(graph, tmp_path / "x.svg", PictureOptions(depth=0))
    everything = outputs_to_show(graph, tmp_path / "x.html", PictureOptions(depth=0))

    assert [output.op_id for output in closed] == ["x", "layer/root", "image", "total"]
    assert {output.op_id for output in everything} == {"x", "layer/square", "layer/root", "image", "total"}


@pytest.mark.parametrize("name", ["x.json", "x.dot", "x.me.json"])
def test_other_files_have_no_room_for_values(tmp_path, name):
    with pytest.raises(FormatError, match=r"no room for values; use \.svg, \.png, \.pdf, \.html"):
        check_values(tmp_path / name)


def test_the_last_slider_moves_first():
    sliders = (CarriedSlider("x", (1.0, 2.0, 3.0), 1), CarriedSlider("y", (5.0, 6.0), 1))
    values = CarriedValues((), ((THREE,),), {}, sliders)

    assert (values.positions, values.position) == (6, 3)


@pytest.mark.parametrize("readout", [THREE, NAN, STRIP, BARS, PROBLEM, picture()])
def test_a_readout_is_the_same_after_its_json(readout):
    assert read_readout(readout.to_json()) == readout
