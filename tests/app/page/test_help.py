"""The help in the browser: reachable from the header, readable on a phone, without accessibility problems."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from graphlab.app.page.help_pages import CHAPTERS, FIRST, chapter_href
from tests.app.page.test_access import page_of, violations
from tests.support.app_driver import App, show_mnist

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def test_help_opens_from_the_header_in_a_tab_of_its_own(page: Page, app: App) -> None:
    show_mnist(page, app)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Help", exact=True).click()
    expect(popup.value.get_by_role("heading", level=1)).to_have_text("graphlab help")
    popup.value.get_by_role("navigation").get_by_role("link", name="Keys and links").click()
    expect(popup.value.get_by_role("heading", level=1)).to_have_text("Keys and links")
    popup.value.get_by_role("link", name="graphlab", exact=True).click()
    expect(popup.value.locator(".card").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_help(browser: Browser, app: App, theme: str) -> None:
    found = {}
    with page_of(browser, viewport=PHONE, color_scheme=theme) as page:
        for name in (FIRST, *CHAPTERS):
            page.goto(app.url.rstrip("/") + chapter_href(name))
            assert page.locator("html").get_attribute("data-theme") == theme
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], name
            found[name] = violations(page)
    assert {name: what for name, what in found.items() if what} == {}
