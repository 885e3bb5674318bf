"""The graph is drawn while Dash starts, and stays the same graph when Dash takes it over."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.app_driver import DENSE, MNIST, App, box, wait_until

pytestmark = pytest.mark.browser

SETTLED_MS = 300  # what should not happen would have happened by then
DRAWN = ".graph-view[data-drawn]"
WATCH = """
document.addEventListener("graphlab:drawn", () => {
  (window.drawnWith ??= []).push(document.getElementById("early") ? "early" : "Dash");
});
"""

# However slow the machine is, the graph comes before the end of the page's patience.
NO_PATIENCE = """
const wait = window.setTimeout;
window.setTimeout = (act, ms, ...more) => wait(act, ms === 600 ? 1e6 : ms, ...more);
document.addEventListener("graphlab:drawn", () => { window.ranBefore ??= "DashRenderer" in window; });
"""


def wait_for_dash(page: Page) -> None:
    expect(page.locator("#source")).to_have_text(MNIST)
    expect(page.locator("#early")).to_have_count(0)


def hold_dash(page: Page) -> list[Route]:
    """Keep Dash from starting until the held requests are let go."""
    held: list[Route] = []
    page.route("**/_dash-layout", lambda route: held.append(route))
    return held


def let_go(page: Page, held: list[Route]) -> None:
    """Let Dash start, once it has asked for its layout and what the early page does meanwhile is done."""
    page.wait_for_timeout(SETTLED_MS)
    while not held:  # the test's own time limit ends this
        page.wait_for_timeout(10)
    for route in held:
        route.continue_()
    wait_for_dash(page)


def test_no_style_sheet_or_module_is_waited_for(page: Page, app: App):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(app.address(MNIST))
    page.wait_for_selector(DRAWN)

    assert [url for url in asked if re.search(r"\.(css|mjs)(\?|$)", url)] == []


def test_the_graph_is_drawn_before_dash_is_there_and_only_once(page: Page, app: App):
    page.add_init_script(WATCH)
    held = hold_dash(page)
    page.goto(app.address(MNIST))
    page.wait_for_selector(f"#early {DRAWN}")
    expect(box(page, DENSE)).to_be_attached()
    let_go(page, held)
    # The second word is for the page's scripts, which may have come after the first; nothing is drawn again.
    wait_until(page, "() => window.drawnWith.length > 1")
    page.wait_for_timeout(SETTLED_MS)

    assert page.locator(".graph-view").count() == 1
    assert page.locator(".graph-view").get_attribute("data-drawn") == "1"
    assert page.evaluate("window.drawnWith") == ["early", "Dash"]
    assert page.evaluate("performance.getEntriesByName('graphlab:drawn').length") == 1


def test_dash_runs_when_the_graph_is_drawn(page: Page, app: App):
    page.add_init_script(NO_PATIENCE)
    page.goto(app.address(MNIST))
    wait_for_dash(page)

    assert page.evaluate("window.ranBefore") is False


def test_dash_is_asked_for_again_when_the_server_does_not_answer(browser: Browser, app: App):
    page = browser.new_page()
    refused = iter([True])
    page.route("**/_dash-page", lambda route: route.abort() if next(refused, False) else route.continue_())
    page.goto(app.address(MNIST))
    wait_for_dash(page)

    assert next(refused, None) is None
    page.close()


def test_dash_does_not_wait_for_a_graph_that_takes_long(page: Page, app: App):
    held: list[Route] = []
    page.route(re.compile(r"/scene\?"), lambda route: held.append(route))
    page.goto(app.address(MNIST))
    wait_for_dash(page)
    expect(page.locator(".message")).to_have_text("Loading graph…")
    held[0].continue_()

    expect(box(page, DENSE)).to_be_attached()
    expect(page.locator("#tabs")).to_contain_text("Train step")


def test_a_group_opens_before_dash_is_there_and_stays_open(page: Page, app: App):
    held = hold_dash(page)
    page.goto(app.address(MNIST))
    page.wait_for_selector(f"#early {DRAWN}")
    box(page, DENSE).focus()
    page.keyboard.press("Enter")
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "true")
    let_go(page, held)

    expect(page).to_have_url(re.compile(f"open={DENSE}"))
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "true")
    expect(box(page, DENSE)).to_be_focused()


def test_a_view_is_asked_for_once(page: Page, app: App):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {urlsplit(request.url).path}"))
    page.goto(app.address(MNIST))
    wait_for_dash(page)
    expect(page.locator("#tabs")).to_contain_text("Train step")
    before = -1
    while before != len(asked):  # the test's own time limit ends this
        before = len(asked)
        page.wait_for_timeout(SETTLED_MS)
    loading = [it for it in asked if it.endswith("/scene")]
    asked.clear()
    box(page, DENSE).focus()
    page.keyboard.press("Enter")
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "true")
    page.wait_for_timeout(SETTLED_MS)

    assert loading == ["GET /scene"]
    assert [it for it in asked if it.startswith("POST")] == ["POST /scene"]


def test_the_page_reports_a_stopped_server_and_reconnects_when_it_is_back(browser: Browser, app: App):
    page = browser.new_page()
    page.goto(app.address(MNIST))
    wait_for_dash(page)
    page.route("**/scene", lambda route: route.abort())
    box(page, DENSE).dblclick()

    expect(page.locator(".message")).to_contain_text("graphlab does not answer")
    expect(box(page, DENSE)).to_be_attached()
    page.unroute("**/scene")
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".message")).to_be_hidden()
    page.close()


def test_colours_are_there_again_when_the_server_is(browser: Browser, app: App):
    page = browser.new_page()
    page.goto(app.address(MNIST))
    wait_for_dash(page)
    page.route("**/scene", lambda route: route.abort())
    page.locator("#colour").select_option("layer")

    expect(page.locator(".message")).to_contain_text("graphlab does not answer")
    page.unroute("**/scene")
    expect(page.locator(".legend summary")).to_have_text("Layer")
    expect(page.locator(".message")).to_be_hidden()
    page.close()


def test_a_question_that_the_server_gave_up_is_asked_again(page: Page, app: App):
    page.goto(app.address(MNIST))
    wait_for_dash(page)
    given_up = iter([True])
    page.route(
        "**/scene", lambda route: route.fulfill(json={"again": True}) if next(given_up, False) else route.continue_()
    )
    box(page, DENSE).dblclick()

    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "true")


def test_what_cannot_be_shown_stays_said_when_another_colour_is_chosen(page: Page, app: App):
    page.goto(app.address("examples/nothing.py:model"))
    expect(page.locator("#inspect")).to_be_empty()
    page.locator("#colour").select_option("layer")
    page.wait_for_timeout(SETTLED_MS)

    expect(page.locator(".message")).to_contain_text("was not started with")
    assert page.locator("#inspect").inner_text().strip() == ""


def test_the_page_works_without_the_early_scene(page: Page, app: App):
    page.route(re.compile(r"/scene\?"), lambda route: route.fulfill(body="no JSON"))
    page.goto(app.address(MNIST))
    wait_for_dash(page)

    expect(box(page, DENSE)).to_be_attached()
    box(page, DENSE).focus()
    page.keyboard.press("Enter")
    expect(box(page, DENSE)).to_have_attribute("aria-expanded", "true")


def test_a_source_that_cannot_be_opened_says_so_once(page: Page, app: App):
    page.goto(app.address("examples/nothing.py:model"))

    expect(page.locator(".message")).to_contain_text("this app was not started with 'examples/nothing.py:model'")
    expect(page.locator("#early")).to_have_count(0)
    expect(page.locator(".message")).to_have_count(1)


def test_the_gallery_needs_nothing_but_the_page(page: Page, app: App):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(app.url)
    expect(page.locator(".cards").first).to_be_visible()
    page.wait_for_timeout(SETTLED_MS)

    expect(page.locator("#early")).to_have_count(0)
    assert set(asked) == {"/", "/assets/favicon.svg"}
