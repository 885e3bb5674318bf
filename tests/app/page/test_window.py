"""The app's page in a real browser: themes, the keyboard alone, small and large windows."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_driver import (
    DENSE,
    KERNEL,
    MATMUL,
    App,
    box,
    inspected,
    opened,
    rest,
    selection,
    show_mnist,
    wait_until,
)

pytestmark = pytest.mark.browser


def test_theme_stays_when_chosen(page: Page, app: App) -> None:
    show_mnist(page, app)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_theme_follows_system_when_nothing_was_chosen(page: Page, app: App) -> None:
    page.emulate_media(color_scheme="dark")
    show_mnist(page, app)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on something that matches."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"60 tabs did not lead to {selector}")


def test_keyboard_alone_opens_dense_and_reads_inspector(page: Page, app: App) -> None:
    show_mnist(page, app)
    tab_to(page, "[data-box]")
    for _ in range(9):
        if page.evaluate("document.activeElement.dataset.box") == DENSE:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    opened(page, DENSE)
    expect(box(page, DENSE)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    inspected(page, MATMUL)
    tab_to(page, "#inspect .link[title$=resource]")
    page.keyboard.press("Enter")
    inspected(page, KERNEL)
    assert selection(page) == [KERNEL]


# What is seen of the elements of a selector: [name, left, top, right, bottom, whether its text is cut].
LOOK = """(selector) => [...document.querySelectorAll(selector)]
    .filter((it) => it.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
    .filter((it) => getComputedStyle(it).clipPath === "none") // what is there for screen readers alone
    .map((it) => {
        const { left, top, right, bottom } = it.getBoundingClientRect();
        return [it.id || it.className || it.textContent, left, top, right, bottom, it.scrollWidth > it.clientWidth + 1];
    })"""
HALF_PX = 0.5
KEPT_APART = ["header > *", ".overhead, .legend, .minimap, .zoom, .message", "#panel > *"]
KEPT_INSIDE = ", ".join([*KEPT_APART, "#panel", "#search", "header button"])
KEPT_WHOLE = "header button, header a, .crumb, .legend li, #panel h2, #train-start"


def outside(page: Page) -> list[str]:
    """What reaches over the window's edges."""
    size = page.viewport_size
    assert size is not None
    return [
        name
        for name, left, top, right, bottom, _ in page.evaluate(LOOK, KEPT_INSIDE)
        if min(left, top) < 0 or right > size["width"] + HALF_PX or bottom > size["height"] + HALF_PX
    ]


def overlaps(page: Page, selector: str) -> list[str]:
    """The pairs of elements that lie over each other."""
    return [
        f"{one[0]} / {other[0]}"
        for one, other in combinations(page.evaluate(LOOK, selector), 2)
        if min(one[3], other[3]) - max(one[1], other[1]) > HALF_PX
        and min(one[4], other[4]) - max(one[2], other[2]) > HALF_PX
    ]


def cut(page: Page) -> list[str]:
    """What is too narrow for its text."""
    return [name for name, *_, is_cut in page.evaluate(LOOK, KEPT_WHOLE) if is_cut]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(800, 600), (1440, 900)])
def test_nothing_overlaps_or_is_cut_when_window_has_size(
    page: Page, app: App, width: int, height: int, theme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    show_mnist(page, app, graph="train_step", open=["mnist_mlp/", DENSE], select=MATMUL)
    inspected(page, MATMUL)
    assert outside(page) == []
    assert [pair for selector in KEPT_APART for pair in overlaps(page, selector)] == []
    assert cut(page) == []
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]


def test_panel_is_whole_when_opened_in_small_window(page: Page, app: App) -> None:
    page.set_viewport_size({"width": 800, "height": 600})
    show_mnist(page, app, select=MATMUL, open=["mnist_mlp/", DENSE])
    expect(page.locator("#panel")).to_be_hidden()
    page.locator("#panel-toggle").click()
    expect(page.locator("#panel-toggle")).to_have_attribute("aria-expanded", "true")
    wait_until(page, "() => document.querySelector('#panel').getAnimations().length === 0")  # it has slid in
    expect(page.locator("#train-start")).to_be_in_viewport(ratio=1)
    inspected(page, MATMUL)
    assert outside(page) == []
    assert overlaps(page, "#panel > *") == []
    page.locator("#panel-toggle").click()
    expect(page.locator("#panel")).to_be_hidden()


def test_camera_goes_along_when_something_scrolls_the_graph(page: Page, app: App) -> None:
    page.set_viewport_size({"width": 800, "height": 400})
    show_mnist(page, app, open=["mnist_mlp/", DENSE])
    top = "document.querySelector('[data-box=\"mnist_mlp/dense/\"]').getBoundingClientRect().top"
    before = page.evaluate(top)
    page.evaluate("document.querySelector('.surface').scrollTop = 60")
    wait_until(page, "() => document.querySelector('.surface').scrollTop === 0")
    wait_until(page, f"() => Math.abs({top} - ({before} - 60)) < 1")


# The edges of what holds all boxes, and of the canvas: [left, top, right, bottom].
EDGES = """() => {
    const around = (rects) => [
        Math.min(...rects.map((it) => it.left)), Math.min(...rects.map((it) => it.top)),
        Math.max(...rects.map((it) => it.right)), Math.max(...rects.map((it) => it.bottom))];
    const boxes = [...document.querySelectorAll("#graph [data-box]")];
    return [around(boxes.map((it) => it.getBoundingClientRect())),
        around([document.querySelector("#graph").getBoundingClientRect()])];
}"""


def is_whole(page: Page) -> bool:
    """Whether every box lies on the canvas."""
    boxes, canvas = page.evaluate(EDGES)
    return bool(boxes[0] >= canvas[0] and boxes[1] >= canvas[1] and boxes[2] <= canvas[2] and boxes[3] <= canvas[3])


def resize(page: Page, width: int, height: int) -> None:
    """Give the window another size, and the page the time to follow."""
    page.set_viewport_size({"width": width, "height": height})
    rest(page)


@pytest.mark.parametrize("is_moved", [False, True])
def test_graph_stays_whole_when_window_shrinks(page: Page, app: App, is_moved: bool) -> None:
    show_mnist(page, app, graph="train_step")
    if is_moved:
        page.locator("#graph").hover(position={"x": 30, "y": 400})
        page.mouse.wheel(0, -20)
        rest(page)
    assert is_whole(page)
    resize(page, 900, 560)
    assert is_whole(page)


def test_middle_stays_when_window_shrinks_around_a_part(page: Page, app: App) -> None:
    show_mnist(page, app, graph="train_step")
    resize(page, 1440, 700)
    zoom_in = page.get_by_role("button", name="Zoom in (+)")
    for _ in range(4):
        zoom_in.click()
    rest(page)
    before = middle_of(page)
    resize(page, 1200, 600)
    assert middle_of(page) == pytest.approx(before, abs=1)


def middle_of(page: Page) -> list[float]:
    """Where the loss lies, seen from the middle of the canvas."""
    loss, canvas = box(page, "loss/").bounding_box(), page.locator("#graph").bounding_box()
    assert loss is not None
    assert canvas is not None
    return [loss["x"] - canvas["x"] - canvas["width"] / 2, loss["y"] - canvas["y"] - canvas["height"] / 2]


def test_keys_are_listed_when_question_mark_is_pressed(page: Page, app: App) -> None:
    show_mnist(page, app)
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    expect(keys).to_contain_text("expand everything down to that depth")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()
    page.locator("#search").fill("")
    page.locator("#search").press("?")
    expect(keys).to_be_hidden()
    expect(page.locator("#search")).to_have_value("?")
