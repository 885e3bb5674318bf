"""The fields for sizes that a model leaves open, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graphlab.formats import save
from graphlab.graph import GraphFacts, Op, Tensor, build_graph
from tests.support.app_driver import App, box, open_graph, start_app

pytestmark = [pytest.mark.browser, pytest.mark.tf]

FREE = """import keras

layers = keras.layers
image = keras.Input((None, None, 3), name="image")
pooled = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 3, padding="same", name="conv")(image))
model = keras.Model(image, layers.Dense(2, name="last")(pooled), name="free")
model.compile("sgd", "mse")
"""


def test_sizes_that_are_given_trace_the_source_anew_and_keep_the_view(page: Page, app: App) -> None:
    app.file.write_text(FREE)
    open_graph(page, app.address(app.own, open=["free/", "free/conv/"], colour="parameters"))
    inspect = page.locator("#inspect")
    expect(inspect).to_contain_text("unknown: height and width are unknown")
    expect(inspect).to_contain_text("242")

    page.get_by_label("Size of height").fill("224")
    page.get_by_label("Size of width").fill("224")
    page.get_by_role("button", name="Use these sizes").click()

    expect(inspect).to_contain_text("22.5 MFLOP", timeout=60_000)
    expect(inspect).to_contain_text("FLOPs per example")
    expect(page).to_have_url(re.compile(r"input.*image"))
    expect(box(page, "free/conv/")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#colour")).to_have_value("parameters")
    expect(page.get_by_label("Size of height")).to_be_hidden()

    page.get_by_role("tab", name="Train step").click()
    expect(inspect).to_contain_text("45.0 MFLOP", timeout=60_000)
    page.reload()
    expect(inspect).to_contain_text("45.0 MFLOP", timeout=60_000)


def test_an_invalid_size_is_refused_beside_the_fields(page: Page, app: App) -> None:
    app.file.write_text(FREE)
    open_graph(page, app.address(app.own))
    give = page.get_by_role("button", name="Use these sizes")

    give.click()
    expect(page.locator("#sizes-note")).to_have_text("enter a size first")
    page.get_by_label("Size of width").fill("32")
    give.click()

    expect(page.locator("#inspect")).to_contain_text("unknown: height is unknown", timeout=60_000)


def test_sizes_are_given_to_a_file_as_to_a_script(page: Page, tmp_path: Path) -> None:
    ops = [
        Op("x", "Placeholder", outputs=(Tensor("float32", (None, None, 3)),)),
        Op("y", "Relu", inputs=(("x", 0),), outputs=(Tensor("float32", (None, None, 3)),)),
    ]
    graph = build_graph(
        ops, [], GraphFacts(name="g", kind="forward", inputs=("x",), outputs=("y",), names={"x": "words"})
    )
    save(graph, tmp_path / "open.json")
    with start_app(tmp_path, str(tmp_path / "open.json")) as app:
        open_graph(page, app.address(str(tmp_path / "open.json")))
        inspect = page.locator("#inspect")
        expect(inspect).to_contain_text("unknown: length is unknown", timeout=60_000)

        page.get_by_label("Size of length").fill("128")
        page.get_by_role("button", name="Use these sizes").click()

        expect(inspect).to_contain_text("384 FLOP", timeout=60_000)
        expect(page).to_have_url(re.compile(r"input.*words"))
