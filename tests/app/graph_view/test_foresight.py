"""A group under the pointer or the focus is computed before it is opened."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.app_driver import DENSE, MNIST, App, box, rest

pytestmark = pytest.mark.browser

RESTED_MS = 300  # what is asked for ahead has been asked for by then
SCENES = "**/scene"
# Over a box and on, within one task: the cursors that it had on the way.
PASS = """
([x, y]) => {
  const surface = document.querySelector(".surface");
  return [[x, y], [5, 450]].map(([clientX, clientY]) => {
    surface.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
    return surface.style.cursor;
  });
}
"""


@pytest.fixture
def asked(page: Page, app: App) -> list[str]:
    """What the page with the network asks for from now on, once it is at rest."""
    page.goto(app.address(MNIST))
    expect(page.locator("#tabs")).to_contain_text("Train step")
    rest(page)
    page.mouse.move(5, 450)
    sent: list[str] = []
    page.on("request", lambda it: sent.append(it.post_data or "") if it.url.endswith("/scene") else None)
    return sent


def expect_open(page: Page) -> None:
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "true")
    expect(page.locator('[data-op-type="MatMul"]')).to_be_attached()


def test_a_group_under_the_pointer_is_asked_for_once(page: Page, asked: list[str]):
    with page.expect_response(SCENES):
        box(page, DENSE).hover()
    box(page, DENSE).dblclick()
    expect_open(page)
    page.wait_for_timeout(RESTED_MS)

    assert len(asked) == 1
    assert DENSE in asked[0]


def test_a_group_with_the_focus_is_asked_for_once(page: Page, asked: list[str]):
    with page.expect_response(SCENES):
        box(page, DENSE).focus()
    page.keyboard.press("Enter")
    expect_open(page)
    page.wait_for_timeout(RESTED_MS)

    assert len(asked) == 1


def test_nothing_is_prepared_when_the_pointer_only_passes(page: Page, asked: list[str]):
    area = box(page, DENSE).bounding_box()
    passed = page.evaluate(PASS, [area["x"] + 20, area["y"] + 10])
    page.wait_for_timeout(RESTED_MS)

    assert passed == ["pointer", ""]

    assert asked == []


def test_a_prepared_view_is_not_shown_after_other_colours_are_chosen(page: Page, asked: list[str]):
    with page.expect_response(SCENES):
        box(page, DENSE).focus()
    page.locator("#colour").select_option("dtype")
    expect(page.locator(".legend summary")).to_have_text("Dtype")
    asked.clear()
    box(page, DENSE).dblclick(delay=0)
    expect_open(page)

    assert len(asked) == 1
    assert '"colour":"dtype"' in asked[0]


def test_a_group_opens_though_asking_ahead_has_failed(browser: Browser, app: App):
    page = browser.new_page()
    page.goto(app.address(MNIST))
    expect(page.locator("#tabs")).to_contain_text("Train step")
    rest(page)
    refused: list[Route] = []

    def refuse_first(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route)
            route.abort()

    page.route(SCENES, refuse_first)
    with page.expect_event("requestfailed"):
        box(page, DENSE).focus()
    page.keyboard.press("Enter")

    expect_open(page)
    expect(page.locator(".message")).to_be_hidden()
    page.close()


def test_a_group_opens_when_it_is_opened_before_the_answer_is_there(page: Page, asked: list[str]):
    held: list[Route] = []
    page.route(SCENES, lambda route: held.append(route))
    with page.expect_request(SCENES):
        box(page, DENSE).focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(RESTED_MS)
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "false")
    held[0].continue_()

    expect_open(page)
    assert len(asked) == 1


def test_a_group_is_asked_for_again_when_it_was_opened_and_closed(page: Page, asked: list[str]):
    for _ in range(2):
        with page.expect_response(SCENES):
            box(page, DENSE).focus()
        page.keyboard.press("Enter")
        expect_open(page)
        with page.expect_response(SCENES):
            page.keyboard.press("Enter")
        expect(box(page, DENSE)).to_have_attribute("aria-expanded", "false")
        page.evaluate("document.activeElement.blur()")
        rest(page)

    assert len(asked) == 4
