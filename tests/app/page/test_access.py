"""The page is accessible: axe-core's checks, screen readers, touch, large text, contrast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.support.app_driver import (
    DENSE,
    MATMUL,
    MNIST,
    App,
    box,
    inspected,
    open_graph,
    opened,
    rest,
    selection,
    show_mnist,
)
from tests.support.places import ASSETS

THEME = ASSETS / "styles" / "theme.css"
SIZES = {"large": {"width": 1440, "height": 900}, "small": {"width": 800, "height": 600}}
# axe reaches no verdict on text that lies over a canvas or a backdrop; its colours are in `test_contrast_...` below.
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@contextmanager
def page_of(browser: Browser, **options: object) -> Iterator[Page]:
    """A page of its own kind."""
    context = browser.new_context(**options)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it is now."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['impact']} {one['id']}: {node['target']}" for one in found for node in one["nodes"]]


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "size"), list(product(("light", "dark"), SIZES)))
def test_axe_finds_nothing_in_any_state(browser: Browser, app: App, theme: str, size: str) -> None:
    found = {}
    with page_of(browser, viewport=SIZES[size], color_scheme=theme) as page:
        page.goto(app.url)
        expect(page.locator(".card").first).to_be_visible()
        found["gallery"] = violations(page)
        show_mnist(page, app, graph="train_step", open=["mnist_mlp/", DENSE], select=MATMUL)
        if size == "small":
            page.locator("#panel-toggle").click()
        inspected(page, MATMUL)
        found["inspect"] = violations(page)
        if size == "small":
            page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("dense")
        expect(page.locator("#results [role=option]").first).to_be_visible()
        found["search"] = violations(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Expand or collapse everything").click()
        found["depths"] = violations(page)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        found["keys"] = violations(page)
        page.keyboard.press("Escape")
        shown = {"focus": "mnist_mlp/", "hide": "mnist_mlp/dense_2/", "colour": "structure", "lineage": f"up:{MATMUL}"}
        show_mnist(page, app, graph="train_step", open=[DENSE], select=MATMUL, pin=[MATMUL, DENSE], **shown)
        expect(page.locator(".chip")).to_be_visible()
        page.locator(".notes summary").click()
        page.keyboard.press("o")
        expect(page.locator(".outline-row").first).to_be_visible()
        found["all at once"] = violations(page)
    assert {state: what for state, what in found.items() if what} == {}


@pytest.mark.browser
def test_screen_reader_hears_what_opened_and_closed(page: Page, app: App) -> None:
    show_mnist(page, app)
    box(page, DENSE).focus()
    page.keyboard.press("Enter")
    opened(page, DENSE)
    heard = page.locator(".spoken[role=status]")
    expect(heard).to_have_text(re.compile(r"^dense expanded: .*kernel.*MatMul.*BiasAdd"))
    page.keyboard.press("Enter")
    expect(heard).to_have_text("dense collapsed")


@pytest.mark.browser
def test_screen_reader_hears_the_neighbours_of_a_box(page: Page, app: App) -> None:
    show_mnist(page, app)
    expect(box(page, DENSE)).to_have_attribute(
        "aria-description", "from Reshape (reshape · to [?,784]); to Relu (activation)"
    )


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    """One touch event with a finger at each point."""
    fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def place(page: Page, box_id: str) -> tuple[float, float, float]:
    """Where a box is on the screen, and how wide."""
    bounds = box(page, box_id).bounding_box()
    assert bounds
    return bounds["x"] + bounds["width"] / 2, bounds["y"] + bounds["height"] / 2, bounds["width"]


@pytest.mark.browser
def test_fingers_drag_pinch_and_double_tap(browser: Browser, app: App) -> None:
    with page_of(browser, viewport=SIZES["small"], has_touch=True) as page:
        open_graph(page, app.address(MNIST))
        x, y, width = place(page, DENSE)
        fingers = page.context.new_cdp_session(page)
        touch(fingers, "touchStart", (60, 300))
        for step in range(1, 6):
            touch(fingers, "touchMove", (60 + 10 * step, 300 - 8 * step))
        touch(fingers, "touchEnd")
        rest(page)
        moved_x, moved_y, _ = place(page, DENSE)
        assert (moved_x - x, moved_y - y) == pytest.approx((50, -40), abs=2)
        touch(fingers, "touchStart", (300, 300))
        touch(fingers, "touchStart", (300, 300), (400, 300))
        for step in range(1, 6):
            touch(fingers, "touchMove", (300 - 10 * step, 300), (400 + 10 * step, 300))
        touch(fingers, "touchEnd")
        rest(page)
        assert place(page, DENSE)[2] == pytest.approx(2 * width, rel=0.1)
        page.keyboard.press("f")
        rest(page)
        x, y, _ = place(page, DENSE)
        page.touchscreen.tap(x - 20, y)
        expect(box(page, DENSE)).to_have_attribute("aria-selected", "true")
        page.touchscreen.tap(x - 20, y)
        opened(page, DENSE)
        assert selection(page) == [DENSE]


@pytest.mark.browser
@pytest.mark.parametrize("size", [(720, 450), (640, 512)], ids=["1440x900", "1280x1024"])
def test_page_is_whole_when_zoomed_to_200_percent(browser: Browser, app: App, size: tuple[int, int]) -> None:
    width, height = size
    with page_of(browser, viewport={"width": width, "height": height}, device_scale_factor=2) as page:
        show_mnist(page, app, graph="train_step")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for button in page.locator(".header :is(button, input, a)").all():
            if button.is_visible():
                bounds = button.bounding_box()
                assert bounds
                assert bounds["x"] >= 0, button
                assert bounds["x"] + bounds["width"] <= width, button
        page.keyboard.press("?")
        keys = page.locator("#keys").bounding_box()
        assert keys
        assert keys["height"] <= height


def colours(theme: str) -> dict[str, tuple[float, ...]]:
    """The theme's colours by name, as red, green and blue from 0 to 1."""
    rules = re.search(rf'data-theme="{theme}"\] \{{(.*?)\}}', THEME.read_text(encoding="utf-8"), re.S)
    assert rules
    found = re.findall(r"--([\w-]+): #([0-9a-f]{6});", rules[1])
    return {name: tuple(int(text[at : at + 2], 16) / 255 for at in (0, 2, 4)) for name, text in found}


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance as in WCAG 2.2."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Contrast ratio as in WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def on_painted_boxes(palette: dict[str, tuple[float, ...]]) -> dict[str, float]:
    """Contrast of the words on boxes that a category tints, and on those that an amount fills."""
    tint = float(re.findall(r"TINT = ([\d.]+);", (ASSETS / "graph_view" / "draw" / "draw_paint.mjs").read_text())[0])
    tints = {name: palette[name] for name in palette if re.fullmatch(r"slot-\d", name)}
    grounds = {
        name: tuple((1 - tint) * a + tint * b for a, b in zip(palette["box"], tints[name], strict=True))
        for name in tints
    }
    words = {f"ink-soft on {name}": contrast(palette["ink-soft"], ground) for name, ground in grounds.items()}
    steps = [name for name in palette if name.startswith("slot-r")]
    return words | {f"ink on {name}": contrast(palette["ink"], palette[name]) for name in steps}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_suffices_on_every_ground(theme: str) -> None:
    palette = colours(theme)
    grounds = [name for name in palette if name in ("ground", "surface", "surface-sunk") or name.startswith("frame-")]
    grounds.remove("frame-line")
    boxes = ["box", "box-pressed", "variable-fill"]
    pairs = [*product(["ink", "ink-soft"], [*grounds, *boxes]), ("on-accent", "accent"), (("on-accent", "match"))]
    pairs += [("accent", "surface"), ("error", "surface"), ("error", "error-soft"), ("warning", "surface")]
    pale = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in pale.items() if ratio < 4.5} == {}
    assert {name: ratio for name, ratio in on_painted_boxes(palette).items() if ratio < 4.5} == {}
    families = [name for name in palette if name.startswith("family-") or re.fullmatch(r"slot-(\d|unknown)", name)]
    signs = {
        pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in product([*families, "link"], ["box", "ground"])
    }
    assert {pair: ratio for pair, ratio in signs.items() if ratio < 3} == {}
