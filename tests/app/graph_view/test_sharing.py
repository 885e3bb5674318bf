"""Pages that follow one run: their requests and their state while the server is down or its connections are in use."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from tests.support.app_driver import ROOT

pytestmark = pytest.mark.browser

SITE = "http://localhost:9/"  # a secure origin, without which browsers have no locks
# Another page holds these locks.
FOLLOW = """async ([names]) => {
    const { share } = await import("/sharing.mjs");
    const hold = (name) => new Promise((held) => navigator.locks.request(name, () => (held(), new Promise(() => {}))));
    for (const name of names) await hold(name);
    window.listeners = 0;
    for (const [name, number] of [["addEventListener", 1], ["removeEventListener", -1]]) {
        AbortSignal.prototype[name] = function (...words) {
            window.listeners += number;
            EventTarget.prototype[name].apply(this, words);
        };
    }
    window.heard = [];
    window.end = share("/run", (text) => window.heard.push(text), () => {});
}"""


def follow(page: Page, *held: str) -> list[str]:
    """Follow a run while another page holds these locks. Gives the questions that the page asks; none is answered."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path.startswith("run"):
            asked.append(path)
            route.fulfill(status=204)  # as good as no answer, without an error in the console
        elif path:
            script = (ROOT / "assets" / "page" / "runs" / path).read_text(encoding="utf-8")
            route.fulfill(body=script, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route(f"{SITE}**", answer)
    page.goto(SITE)
    page.clock.install()
    page.evaluate(FOLLOW, [list(held)])
    return asked


def pass_seconds(page: Page, seconds: int) -> None:
    """Let the page's clock continue, with time for what is asked meanwhile."""
    for _ in range(seconds):
        page.clock.run_for(1000)
        page.evaluate("0")


def test_a_page_that_follows_asks_once_per_silence_while_the_server_is_down(page: Page) -> None:
    asked = follow(page, "graphlab:stream:/run")

    pass_seconds(page, 65)

    assert 4 <= len(asked) <= 6
    assert page.evaluate("window.listeners") <= 0
    page.evaluate("window.end()")
    pass_seconds(page, 25)
    assert len(asked) <= 6


def test_a_page_without_a_connection_keeps_one_listener(page: Page) -> None:
    asked = follow(page, *(f"graphlab:connection:{number}" for number in range(3)))

    pass_seconds(page, 20)

    assert len(asked) >= 10
    assert page.evaluate("window.listeners") <= 1
