"""Opening something large: progress, cancelling, requests for something else meanwhile, on a graph of 10,000 ops."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from graphlab.api import save
from tests.bench.generated import scoped_graph
from tests.support.app_driver import App, box, box_ids, open_graph, opened, start_app

pytestmark = pytest.mark.browser

COUNT_FRAMES = """() => {
  window.frames_seen = 0;
  const next = () => { window.frames_seen += 1; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    home = tmp_path_factory.mktemp("large")
    source = str(home / "ops_10k.json")
    save(scoped_graph(10_000), source)
    with start_app(home, source) as running:
        yield running, source


def show_closed(page: Page, large: tuple[App, str]) -> None:
    app, source = large
    open_graph(page, app.address(source, open=""))


def test_opening_everything_says_how_far_it_is_and_escape_goes_back(page: Page, large: tuple[App, str]) -> None:
    show_closed(page, large)
    closed, address = box_ids(page), page.url
    page.evaluate(COUNT_FRAMES)

    page.keyboard.press("9")
    expect(page.locator(".progress")).to_contain_text(re.compile(r"(Laying out [\d,]+ of|Drawing) 10,001 boxes…"))
    assert "open=*3" in page.url
    before = page.evaluate("window.frames_seen")
    page.wait_for_timeout(300)
    assert page.evaluate("window.frames_seen") > before + 3
    page.keyboard.press("Escape")

    expect(page.locator(".progress")).to_be_hidden()
    expect(page).to_have_url(address)
    assert box_ids(page) == closed
    box(page, "stage_0/").focus()
    page.keyboard.press("Enter")
    opened(page, "stage_0/")
    assert page.url.endswith("open=stage_0/")


def test_cancel_goes_back_as_escape_does(page: Page, large: tuple[App, str]) -> None:
    show_closed(page, large)
    address = page.url
    page.keyboard.press("9")
    page.get_by_role("button", name="Cancel and keep").click()
    expect(page.locator(".progress")).to_be_hidden()
    expect(page).to_have_url(address)


def test_the_newest_of_two_views_is_drawn(page: Page, large: tuple[App, str]) -> None:
    show_closed(page, large)
    page.keyboard.press("9")
    expect(page.locator(".progress")).to_be_visible()
    page.keyboard.press("1")
    opened(page, "stage_0/")
    expect(page.locator(".progress")).to_be_hidden()
    drawn = page.get_attribute("#graph", "data-drawn")
    page.wait_for_timeout(1500)
    assert page.get_attribute("#graph", "data-drawn") == drawn
    assert page.url.endswith("open=*1")
    expect(box(page, "stage_0/block_0/")).to_have_attribute("aria-expanded", "false")
