"""The one-file viewer with values: boxes show them, and sliders move through the look-up tables."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from graphlab.graph import GraphFacts, Group, Op, Tensor, build_graph
from graphlab.overlay.types import Readout
from graphlab.pictures import PictureOptions
from graphlab.pictures.export import save
from graphlab.pictures.values.types import CarriedInput, CarriedSlider, CarriedValues
from tests.support.app_driver import box, watch

pytestmark = pytest.mark.browser

SCALAR = Tensor("float32", ())
LOCAL = ("file:", "data:", "blob:")
XS, YS = (1.0, 2.0, 3.0), (-4.0, 5.0)


@pytest.fixture(scope="module")
def graph():
    """|x · y|² with the product and its absolute value in a layer."""
    ops = [
        Op("x", "Placeholder", outputs=(SCALAR,)),
        Op("y", "Placeholder", outputs=(SCALAR,)),
        Op("layer/mul", "Mul", ("layer/",), (("x", 0), ("y", 0)), (SCALAR,)),
        Op("layer/abs", "Abs", ("layer/",), (("layer/mul", 0),), (SCALAR,)),
        Op("square", "Square", inputs=(("layer/abs", 0),), outputs=(SCALAR,)),
    ]
    facts = GraphFacts(
        name="f",
        kind="function",
        groups={"layer/": Group("layer/", "layer", "layer")},
        inputs=("x", "y"),
        outputs=("square",),
    )
    return build_graph(ops, (), facts)


def number(value):
    return (Readout("value", "number", f"{value:g}", words=f"value {value:g}"),)


@pytest.fixture(scope="module")
def values():
    rows = {"x": [], "y": [], "layer/mul": [], "layer/abs": [], "square": []}
    for x in XS:
        for y in YS:
            for op_id, value in zip(rows, (x, y, x * y, abs(x * y), (x * y) ** 2), strict=True):
                rows[op_id].append(number(value))
    distinct = [*dict.fromkeys(one for row in rows.values() for one in row)]
    places = {(op_id, 0): tuple(map(distinct.index, row)) for op_id, row in rows.items()}
    inputs = (CarriedInput("x", "float32[]", "given"), CarriedInput("y", "float32[]", "given"))
    sliders = (CarriedSlider("x", XS, 2), CarriedSlider("y", YS, 1))
    return CarriedValues(inputs, tuple(distinct), places, sliders, notes=("Data: made up.",))


@pytest.fixture
def offline(browser, graph, values, tmp_path):
    """The file in a browser, in which requests and errors fail the test."""
    words = save(graph, tmp_path / "f.html", PictureOptions(depth=0), values)
    assert "6 positions of the sliders" in words
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    problems = watch(context)
    context.on("request", lambda it: None if it.url.startswith(LOCAL) else problems.append(it.url))
    page = context.new_page()
    page.goto((tmp_path / "f.html").as_uri())
    page.wait_for_selector("#graph.graph-view[data-drawn]")
    yield page
    context.close()
    assert problems == []


def containing(words):
    return re.compile(re.escape(words))


def test_a_slider_moves_the_values_of_all_boxes(offline):
    strip = offline.get_by_label("Values", exact=True)
    expect(strip.locator(".carried-results")).to_have_text("output = 225")
    expect(box(offline, "layer/")).to_have_accessible_name(containing("value 15"))

    offline.get_by_role("slider", name="x").focus()
    offline.keyboard.press("ArrowLeft")
    offline.get_by_role("slider", name="y").focus()
    offline.keyboard.press("Home")

    expect(strip.locator(".carried-results")).to_have_text("output = 64")
    expect(box(offline, "layer/")).to_have_accessible_name(containing("value 8"))
    expect(strip.locator("output")).to_have_text(["2", "−4"])


def test_an_opened_group_and_every_op_show_their_values(offline):
    box(offline, "layer/").dblclick()
    expect(box(offline, "layer/mul")).to_have_accessible_name(containing("value 15"))

    offline.get_by_role("switch", name="Quiet view").click()
    expect(box(offline, "square")).to_have_accessible_name(containing("value 225"))


def test_a_search_leaves_the_values_on_the_boxes(offline):
    offline.get_by_role("combobox").fill("square")
    expect(box(offline, "square")).to_have_accessible_name(containing("found"))
    expect(box(offline, "square")).to_have_accessible_name(containing("value 225"))


def test_a_file_without_values_has_no_strip(browser, graph, tmp_path):
    save(graph, tmp_path / "f.html")
    page = browser.new_page()
    page.goto((tmp_path / "f.html").as_uri())
    page.wait_for_selector("#graph.graph-view[data-drawn]")

    expect(page.get_by_label("Values", exact=True)).to_have_count(0)
    page.close()
