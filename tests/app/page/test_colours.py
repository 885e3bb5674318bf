"""Colours in a real browser: chosen in the header or the address, painted, explained and highlighted by the legend."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from graphlab.overlay import COLOURS, Overlay, lift, visible_boxes
from graphlab.overlay.scale import Scale
from graphlab.overlay.types import Legend, Lift, Style
from tests.support.app_driver import DENSE, FRAMES, KERNEL, MATMUL, App, box, open_graph, opened, rest, show_mnist
from tests.support.example_graphs import MNIST, quiet_example

pytestmark = pytest.mark.browser

DENSE_1 = "mnist_mlp/dense_1/"
RELU = "mnist_mlp_1/activation_1/Relu"
PIXEL = """(canvas, [x, y]) => {
    const scale = window.devicePixelRatio;
    return [...canvas.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data].slice(0, 3);
}"""


def pixel(page: Page, box_id: str, right: float, down: float) -> list[int]:
    """The colour at a place in a box, in parts of its width and height."""
    page.evaluate(FRAMES)
    area, canvas = box(page, box_id).bounding_box(), page.locator(".surface > canvas")
    corner = canvas.bounding_box()
    assert area
    assert corner
    place = [area["x"] - corner["x"] + right * area["width"], area["y"] - corner["y"] + down * area["height"]]
    found: list[int] = canvas.evaluate(PIXEL, place)
    return found


def ground(page: Page, box_id: str) -> list[int]:
    """The colour of a box between its words and its right end."""
    return pixel(page, box_id, 0.93, 0.25)


def legend(page: Page) -> list[str]:
    return page.locator(".legend li").all_inner_texts()


def entry(page: Page, name: str) -> Any:
    return page.locator(".legend").get_by_role("button", name=name)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_paints_when_chosen(page: Page, app: App, theme: Any) -> None:
    page.emulate_media(color_scheme=theme)
    show_mnist(page, app, open=["mnist_mlp/", DENSE])
    titles, pictures = [], []
    for by in COLOURS:
        page.locator("#colour").select_option(by)
        expect(page.locator(".legend summary")).to_have_text(re.compile(f"^{COLOURS[by].title}"))
        titles.append(by)
        boxes = (MATMUL, KERNEL, RELU, DENSE_1, "image")
        pictures.append(
            str([(ground(page, it), pixel(page, it, 0.01, 0.5), pixel(page, it, 0.4, 0.97)) for it in boxes])
        )
    assert len(set(pictures)) == len(titles) - 1  # all but one differ: nothing in it is placed on a device or repeated


def test_address_reopens_the_colour(page: Page, app: App) -> None:
    show_mnist(page, app, colour="flops", open=["mnist_mlp/"])
    expect(page.locator("#colour")).to_have_value("flops")
    expect(page.locator(".legend summary")).to_have_text("FLOPs, per example")
    expect(box(page, DENSE)).to_have_attribute("aria-label", re.compile("401.7 kFLOP$"))
    page.locator("#colour").select_option("type")
    expect(page).to_have_url(app.address("examples/mnist_mlp.py:model", open=["mnist_mlp/"]))
    expect(box(page, DENSE)).not_to_have_attribute("aria-label", re.compile("FLOP"))


def test_group_shows_its_mix_and_its_boxes_their_colours_when_it_is_opened(page: Page, app: App) -> None:
    show_mnist(page, app, colour="layer", graph="train_step", open=[])
    strip = {tuple(pixel(page, "mnist_mlp/", part / 40 + 0.01, 0.96)) for part in range(40)}
    assert len(strip) >= 7  # layers
    box(page, "mnist_mlp/").dblclick()
    opened(page, "mnist_mlp/")
    assert ground(page, DENSE) != ground(page, DENSE_1)
    expect(box(page, DENSE)).to_have_attribute("aria-label", re.compile("4 dense$"))
    expect(box(page, RELU)).to_have_attribute("aria-label", re.compile(r", activation$"))


def test_picked_entry_of_the_legend_makes_its_boxes_stand_out(page: Page, app: App) -> None:
    show_mnist(page, app, colour="layer", open=["mnist_mlp/"])
    before = ground(page, DENSE), ground(page, RELU)
    entry(page, "dense_1 (4)").focus()
    page.keyboard.press("Enter")
    expect(entry(page, "dense_1 (4)")).to_have_attribute("aria-pressed", "true")
    assert ground(page, DENSE) != before[0]
    assert ground(page, RELU) != before[1]
    entry(page, "dense (4)").click()
    expect(entry(page, "dense_1 (4)")).to_have_attribute("aria-pressed", "false")
    assert ground(page, DENSE) == before[0]
    page.keyboard.press("Escape")
    expect(entry(page, "dense (4)")).to_have_attribute("aria-pressed", "false")
    assert (ground(page, DENSE), ground(page, RELU)) == before


def test_families_can_be_picked_too(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/", DENSE])
    before = ground(page, RELU)
    entry(page, "activation (3)").click()
    assert ground(page, RELU) == before
    assert ground(page, MATMUL) != before
    entry(page, "activation (3)").click()
    assert ground(page, MATMUL) == before


MODEL = """
import keras

inputs = x = keras.Input((8,), name="x")
for _ in range(4):
    x = keras.layers.Dense(8, activation="relu")(x)
model = keras.Model(inputs, keras.layers.Dense(3)(x))
"""


def test_selected_layer_marks_those_that_are_built_alike(page: Page, app: App) -> None:
    app.file.write_text(MODEL)
    open_graph(page, app.address(app.own, colour="structure"))
    groups = page.locator("[data-kind=group][aria-expanded=false]")
    expect(groups).to_have_count(5)
    ids = [it.get_attribute("data-box") or "" for it in groups.all()]
    before = [ground(page, it) for it in ids]
    assert before[0] == before[1] == before[2] == before[3] != before[4]
    groups.first.click(position={"x": 30, "y": 12})
    expect(page.locator(".legend-note")).to_have_text("Selected: 1 of 4 alike")
    expect(groups.nth(2)).to_have_attribute("aria-label", re.compile("3 of 4 alike"))
    rest(page)
    assert ground(page, ids[2]) == before[2]  # not pale, although it is not a neighbour
    assert ground(page, ids[4]) != before[4]


def test_colour_chosen_while_a_group_opens_is_the_one_that_is_seen(page: Page, app: App) -> None:
    show_mnist(page, app, open=["mnist_mlp/"])

    def delay(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/scene", delay)
    box(page, DENSE).dblclick()
    page.locator("#colour").select_option("layer")
    opened(page, DENSE)
    expect(page.locator(".legend summary")).to_have_text("Layer")
    expect(box(page, MATMUL)).to_have_attribute("aria-label", re.compile(", dense$"))


PAINT_TEN = """(box) => {
    const style = { places: ["fill", "line"], rings: [], dims: false, vivid: false };
    const entries = [0, 1, 2, 3, 4].map((step) => ({ slot: `r${step}`, name: `${step}`, count: 0 }));
    const legend = { title: "Live", ends: ["0", "10"], entries, note: "" };
    for (let i = 1; i <= 10; i++) {
        const marks = [{ box, level: i / 10, text: `${i}`, words: `value ${i}` }];
        const overlay = { name: "colour", key: "live", style, legend, marks, links: [] };
        window.dash_clientside.set_props("graph", { overlays: [overlay] });
    }
}"""


def test_last_of_many_quick_paints_is_seen(page: Page, app: App) -> None:
    show_mnist(page, app, colour="flops", open=["mnist_mlp/", DENSE])
    drawn = page.locator(".graph-view").get_attribute("data-drawn")
    page.evaluate(PAINT_TEN, MATMUL)
    expect(box(page, MATMUL)).to_have_attribute("aria-label", re.compile("value 10$"))
    assert "rgb({}, {}, {})".format(*ground(page, MATMUL)) == page.locator(".legend [data-slot=r4] i").evaluate(
        "mark => getComputedStyle(mark).backgroundColor"
    )
    assert page.locator(".graph-view").get_attribute("data-drawn") == drawn  # no scene was made ready again


SHOW = """overlay => window.dash_clientside.set_props("graph", { overlays: [overlay] })"""
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><rect width='8' height='8' fill='red'/></svg>"
RED = f"data:image/svg+xml,{quote(SVG)}"
PLACES = {  # where each is seen, in px from a corner of the box
    "fill": ("left", "top", 9, 4),
    "ring": ("left", "top", -3, 15),
    "corner": ("right", "top", 2, -6),
    "foot": ("left", "bottom", -3, 4),
}


def seen_at(page: Page, box_id: str) -> dict[str, list[int]]:
    """The colours at the places of a box."""
    page.evaluate(FRAMES)
    area = box(page, box_id).bounding_box()
    size = box(page, box_id).evaluate("it => [it.offsetWidth, it.offsetHeight]")
    assert area
    found = {}
    for name, (side, edge, x, y) in PLACES.items():
        right = (x + (size[0] if side == "right" else 0)) / size[0]
        found[name] = pixel(page, box_id, right, (y + (size[1] if edge == "bottom" else 0)) / size[1])
    return found


def picture_at(page: Page, box_id: str) -> list[int]:
    """The colour in the middle of a box's picture."""
    width, height = box(page, box_id).evaluate("it => [it.offsetWidth, it.offsetHeight]")
    toggle = 26 if box_id.endswith("/") else 0
    return pixel(page, box_id, 1 - (4 + toggle + (height - 8) / 2) / width, 0.5)


@pytest.mark.parametrize("rule", ["sum", "worst", "mix", "any"])
def test_an_overlay_made_by_hand_is_drawn_in_all_its_places(page: Page, app: App, rule: Lift) -> None:
    folded = quiet_example(MNIST, "forward")
    style = Style(("fill", "line", "ring", "corner", "foot", "picture"), rings=("r3", "r4"))
    ops = folded.paths
    overlay = Overlay("values", rule, style, "live", Legend("Live"), slots=dict.fromkeys(ops, "r4"))
    if rule != "mix":
        overlay = replace(
            overlay, numbers=dict.fromkeys(ops, 8.0), scale=Scale(1, 10), write=lambda it: f"{it:g} is here"
        )
    overlay = replace(overlay, pictures=dict.fromkeys(ops, RED))
    lifted = lift(overlay, folded, visible_boxes(folded, frozenset({"mnist_mlp/", DENSE})))
    words = {mark.box: mark.words for mark in lifted.marks}
    show_mnist(page, app, open=["mnist_mlp/", DENSE])
    before = {it: seen_at(page, it) for it in (MATMUL, DENSE_1)}

    page.evaluate(SHOW, lifted.to_json())

    expect(page.locator(".legend summary")).to_have_text("Live")
    drawn = {"fill", "ring"} if rule == "mix" else set(PLACES)
    for box_id, plain in before.items():
        expect(box(page, box_id)).to_have_attribute(
            "aria-label", re.compile(f", {words[box_id]}$" if words[box_id] else ".")
        )
        seen = seen_at(page, box_id)
        assert {name for name in PLACES if seen[name] != plain[name]} == drawn
    if rule in ("worst", "any"):  # the picture is that of one op
        wait_for_picture(page, DENSE_1)


def wait_for_picture(page: Page, box_id: str) -> None:
    """Wait until a box's picture has come and is drawn."""
    for _ in range(100):
        if picture_at(page, box_id) == [255, 0, 0]:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{box_id} has no picture: {picture_at(page, box_id)}")
