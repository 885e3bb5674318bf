"""The outline: the graph as a tree that follows the picture, and can be used instead of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from graphlab.formats import save
from graphlab.graph import GraphFacts, Group, Op, build_graph
from tests.support.app_driver import (
    DENSE,
    MATMUL,
    App,
    box,
    inspected,
    open_graph,
    opened,
    rest,
    selection,
    show_mnist,
    start_app,
)

pytestmark = pytest.mark.browser

RELU = "mnist_mlp_1/activation_1/Relu"
GROUPS, OPS = 100, 200  # of the generated graph


def row(page: Page, box_id: str) -> Locator:
    return page.locator(f'[data-row="{box_id}"]')


def titles(page: Page) -> list[str]:
    """The rows from top to bottom, indented."""
    return page.eval_on_selector_all(
        "[data-row]",
        """found => found.sort((a, b) => a.offsetTop - b.offsetTop)
            .map((it) => "  ".repeat(it.ariaLevel - 1) + it.querySelector(".outline-title").textContent)""",
    )


def show_outline(page: Page, app: App, **query: str | list[str]) -> None:
    show_mnist(page, app, **query)
    page.keyboard.press("o")
    expect(row(page, "image")).to_be_visible()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.row"))


def test_outline_has_the_boxes_by_their_names_when_opened(page: Page, app: App) -> None:
    show_outline(page, app)
    layers = ["Reshape", "dense", "Relu", "dense_1", "Relu", "dense_2", "Softmax"]
    assert titles(page) == ["image", "mnist_mlp", *(f"  {layer}" for layer in layers), "output"]
    dense = row(page, DENSE)
    for name, value in {"level": 2, "posinset": 2, "setsize": 7, "expanded": "false", "selected": "false"}.items():
        expect(dense).to_have_attribute(f"aria-{name}", str(value))
    assert page.locator("[data-row][tabindex='0']").count() == 1
    page.reload()
    expect(row(page, "image")).to_be_visible()  # it is remembered
    page.get_by_role("button", name="Close the outline").click()
    expect(row(page, "image")).to_be_hidden()


def test_outline_and_picture_are_open_and_selected_alike(page: Page, app: App) -> None:
    show_outline(page, app)
    box(page, DENSE).dblclick(position={"x": 30, "y": 12})
    expect(row(page, MATMUL)).to_be_visible()
    expect(row(page, DENSE)).to_have_attribute("aria-expanded", "true")
    box(page, MATMUL).click()
    expect(row(page, MATMUL)).to_have_attribute("aria-selected", "true")
    row(page, DENSE).locator("i").click()
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "false")
    row(page, RELU).click()
    inspected(page, RELU)
    assert selection(page) == [RELU]
    page.go_back()
    opened(page, DENSE)
    expect(row(page, MATMUL)).to_be_visible()


def test_outline_is_walked_by_keys(page: Page, app: App) -> None:
    show_outline(page, app)
    expect(row(page, "image")).to_be_focused()
    for key, wanted in (
        ("ArrowDown", "mnist_mlp/"),
        ("ArrowRight", "mnist_mlp_1/reshape_1/Reshape"),
        ("d", DENSE),
        ("d", "mnist_mlp/dense_1/"),
        ("End", "output"),
        ("Home", "image"),
    ):
        page.keyboard.press(key)
        page.wait_for_timeout(800 if key == "d" else 0)  # letters that come faster are one word
        if wanted != "output":
            assert focused(page) == wanted
    row(page, DENSE).focus()
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "mnist_mlp/"
    row(page, DENSE).focus()
    page.keyboard.press("Enter")
    opened(page, DENSE)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert focused(page) == MATMUL
    page.keyboard.press("Space")
    inspected(page, MATMUL)
    page.keyboard.press("Escape")
    expect(box(page, MATMUL)).to_be_focused()


def test_outline_marks_what_is_found_and_hidden(page: Page, app: App) -> None:
    show_outline(page, app, hide=RELU)
    expect(row(page, RELU)).to_contain_text("hidden")
    page.locator("#search").fill("type:MatMul")
    expect(row(page, DENSE).locator(".outline-more")).to_have_text("1")
    page.keyboard.press("Escape")
    row(page, RELU).click()  # brings it back
    expect(box(page, RELU)).to_be_attached()
    assert "hide=" not in page.url


def test_outline_leads_out_of_a_focus(page: Page, app: App) -> None:
    show_outline(page, app, focus=DENSE, select=MATMUL)
    expect(row(page, MATMUL)).to_be_focused()
    row(page, "image").click()
    inspected(page, "image")
    assert "focus=" not in page.url
    assert selection(page) == ["image"]


def test_outline_covers_the_graph_in_a_small_window(page: Page, app: App) -> None:
    page.set_viewport_size({"width": 800, "height": 600})
    show_outline(page, app)
    area = page.locator("#graph").bounding_box()
    assert area is not None
    assert area["width"] == 800


def test_only_what_is_open_is_sent_of_a_large_graph(page: Page, tmp_path: Path) -> None:
    ops = [
        Op(id=f"g{group}/op{number}", type="Identity", path=(f"g{group}/",), inputs=(), outputs=())
        for group in range(GROUPS)
        for number in range(OPS)
    ]
    groups = {f"g{group}/": Group(f"g{group}/", f"g{group}", "scope", "") for group in range(GROUPS)}
    graph = build_graph(ops, [], GraphFacts(name="large", kind="function", groups=groups))
    save(graph, tmp_path / "large.json")
    with start_app(tmp_path, str(tmp_path / "large.json")) as running:
        open_graph(page, running.address(str(tmp_path / "large.json"), open="", all="1"))
        with page.expect_response("**/outline") as first:
            page.keyboard.press("o")
        assert {scope: len(children) for scope, children in first.value.json().items()} == {"": GROUPS}
        with page.expect_response("**/outline") as second:
            row(page, "g0/").locator("i").click()
        assert {scope: len(children) for scope, children in second.value.json().items()} == {"g0/": OPS}
        expect(row(page, "g0/op1")).to_be_visible()
        rest(page)
        assert page.locator("[data-row]").count() < 80
        page.goto("about:blank")


EDITED = """import tensorflow as tf

@tf.function(input_signature=[tf.TensorSpec((3,))])
def model(x):
    with tf.name_scope("first"):
        x = tf.sin(tf.exp(x))
    with tf.name_scope("second"):
        return tf.cos(tf.tanh(x))
"""


def test_outline_follows_a_file_that_was_edited(page: Page, app: App) -> None:
    app.file.write_text(EDITED)
    open_graph(page, app.address(app.own))
    page.keyboard.press("o")
    expect(row(page, "second/")).to_be_visible()
    app.file.write_text(EDITED.replace("second", "another"))
    box(page, "first/").focus()
    page.keyboard.press("Enter")
    expect(box(page, "another/")).to_be_attached(timeout=30_000)
    expect(row(page, "another/")).to_be_visible()
    expect(row(page, "second/")).to_have_count(0)
