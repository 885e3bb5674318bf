"""The server as browsers meet it: many tabs, a quiet terminal, the page's policy, and other machines."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.page.test_training import ENDLESS, has_status, newest_run, start
from tests.support.app_driver import MNIST, App, open_graph, start_app, watch

pytestmark = pytest.mark.browser

STEP = re.compile(r"step [\d,]+ of 800,000")
TABS = 8
# Follow a run under so many names, as pages that look at other runs do: how many frames each got, and how many
# milliseconds another request took meanwhile.
FOLLOW_MANY = """async ([url, count]) => {
    const heard = Array(count).fill(0);
    const { share } = window.graphlab.modules["page/runs/sharing"];
    const ends = heard.map((_, n) => share(`${url}?n=${n}`, () => (heard[n] += 1), () => {}));
    for (let i = 0; i < 200 && Math.min(...heard) < 3; i += 1) await new Promise((done) => setTimeout(done, 50));
    const asked = performance.now();
    await fetch("/assets/favicon.svg", { cache: "no-store" });
    const took = performance.now() - asked;
    ends.forEach((end) => end());
    return [heard, took];
}"""
# Count from now on how often a chart is drawn and a frame of the run is shown.
COUNT_DRAWINGS = """() => {
    const { set_props: set } = window.dash_clientside;
    window.counts = { drawings: 0, frames: 0 };
    window.dash_clientside.set_props = (id, props) => {
        if (String(id).startsWith("chart-")) window.counts.drawings += 1;
        set(id, props);
    };
    const words = new MutationObserver(() => (window.counts.frames += 1));
    words.observe(document.querySelector("#live-step"), { childList: true, characterData: true, subtree: true });
}"""
COUNTS = """async (ms) => {
    window.counts.drawings = window.counts.frames = 0;
    const before = performance.now();
    await new Promise((done) => setTimeout(done, ms));
    return [window.counts.drawings, window.counts.frames, performance.now() - before];
}"""
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def step_of(page: Page) -> int:
    """The step of the run that the page shows."""
    words = page.locator("#live-step").text_content()  # also in a drawer that is closed
    return int(re.search(r"step ([\d,]+)", words)[1].replace(",", ""))


def moves_on(page: Page, seconds: float = 15) -> None:
    """Wait until the page shows a later step."""
    before, until = step_of(page), time.monotonic() + seconds
    while step_of(page) <= before:
        assert time.monotonic() < until, f"the page stays at step {before}"
        page.wait_for_timeout(50)


def seconds_to_stop(page: Page, app: App) -> float:
    """How long after the click on Stop the run's log says that it was stopped."""
    clicked = time.monotonic()
    page.locator("#train-stop").click()
    while not newest_run(app).ended:
        assert time.monotonic() < clicked + 20
        page.wait_for_timeout(20)
    return time.monotonic() - clicked


def open_endless_run(page: Page, app: App) -> None:
    """Show the page of a training that goes on until it is stopped."""
    app.file.write_text(ENDLESS)
    open_graph(page, app.address(app.own))
    start(page, epochs=1)
    has_status(page, "Running")


@pytest.mark.tf
@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "without locks"])
def test_eight_tabs_follow_one_run_and_stop_it(browser: Browser, app: App, locks: bool) -> None:
    app.file.write_text(ENDLESS)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    problems = watch(context)
    if not locks:  # as on a page that came from another machine without encryption
        context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined });")
    streams: list[str] = []
    context.on("request", lambda it: streams.append(it.url) if it.url.endswith("/events") else None)
    first = context.new_page()
    open_graph(first, app.address(app.own))
    start(first, epochs=1)
    has_status(first, "Running")
    tabs = [first]
    for number in range(1, TABS):
        tabs.append(context.new_page())
        if number < TABS - 1:  # the drawer with the charts is closed there, which saves their drawing
            tabs[-1].set_viewport_size({"width": 1000, "height": 700})
        open_graph(tabs[-1], app.address(app.own))
        has_status(tabs[-1], "Running")
    for tab in tabs:
        expect(tab.locator("#live-step")).to_have_text(STEP)
        moves_on(tab)
    # The first page may have followed an earlier run of the file before this one was started.
    assert streams[-1:] == [url for url in streams if url == streams[-1]]
    assert bool(streams) == locks
    if locks:
        heard, took_ms = first.evaluate(FOLLOW_MANY, [streams[-1], 10])
        assert min(heard) >= 3
        assert took_ms < 1000

    taken_s = seconds_to_stop(tabs[-1], app)
    for tab in tabs:
        has_status(tab, "Stopped")
    context.close()
    assert problems == []
    assert taken_s < 10  # a request that must wait for a free connection waits until the run ends


@pytest.mark.tf
def test_charts_are_drawn_when_they_can_be_seen_and_no_more_often(page: Page, app: App) -> None:
    open_endless_run(page, app)
    expect(page.locator("#live-charts .js-plotly-plot")).to_have_count(1)
    page.evaluate(COUNT_DRAWINGS)
    drawings, frames, took_ms = page.evaluate(COUNTS, 4000)
    assert frames > 0
    assert 1 <= drawings <= took_ms / 500 + 1

    page.set_viewport_size({"width": 1000, "height": 700})  # the panel becomes a drawer, which is closed
    page.wait_for_timeout(1000)
    drawings, frames, _ = page.evaluate(COUNTS, 2000)
    assert frames > 0
    assert drawings == 0
    page.locator("#panel-toggle").click()
    drawings, *_ = page.evaluate(COUNTS, 2000)
    assert drawings > 0
    page.locator("#train-stop").click()
    has_status(page, "Stopped")


@pytest.mark.tf
def test_a_hidden_tab_pauses_and_catches_up(page: Page, app: App) -> None:
    open_endless_run(page, app)
    other = page.context.new_page()
    open_graph(other, app.address(app.own))
    has_status(other, "Running")

    page.evaluate(HIDE, True)  # it held the stream, which the other one takes over
    page.wait_for_timeout(500)
    paused = step_of(page)
    moves_on(other)
    assert step_of(page) == paused
    page.evaluate(HIDE, False)
    moves_on(page)
    other.close()
    moves_on(page)
    page.evaluate(HIDE, True)
    assert seconds_to_stop(page, app) < 2
    page.evaluate(HIDE, False)
    has_status(page, "Stopped")


@pytest.mark.tf
def test_the_terminal_stays_clean(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(ENDLESS)
    with start_app(tmp_path, f"{tmp_path / 'own.py'}:model") as app:
        context = browser.new_context()
        problems = watch(context)
        for address in (app.url, app.address(MNIST), app.address(app.own)):
            page = context.new_page()
            page.goto(address)
            page.reload()
        open_graph(page, app.address(app.own))
        start(page, epochs=1)
        has_status(page, "Running")
        page.locator("#train-stop").click()
        has_status(page, "Stopped")
        context.close()
    assert problems == []
    assert (tmp_path / "errors.txt").read_text().strip() == ""  # the line that Ctrl-C ends
    assert (tmp_path / "output.txt").read_text() == ""


def test_the_page_runs_under_its_policy(page: Page, browser: Browser, app: App) -> None:
    # The page's own fixture fails for any violation that the console tells.
    answer = page.goto(app.url)
    assert answer is not None
    told = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert told["default-src"] == told["frame-ancestors"] == "'none'"
    assert re.fullmatch(r"'self' 'nonce-[0-9a-f]{32}'", told["script-src"])
    open_graph(page, app.address(MNIST))

    other = browser.new_page()
    other.goto(app.url)
    strange = "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))"
    other.evaluate(strange)
    assert other.evaluate("window.ran") is None
    other.close()


def test_home_page_lists_the_sources_that_were_given(page: Page, app: App) -> None:
    page.goto(app.url)
    expect(page.locator(".gallery-title")).to_have_text(["Your sources", "Examples"])
    own = page.locator("section", has_text="Your sources").locator(".card")
    expect(own).to_have_count(1)
    expect(own.locator(".card-title")).to_have_text("model")
    expect(own.locator("code")).to_have_text(app.own)
    expect(page.locator("section", has_text="Examples").locator(".card")).to_have_count(4)


def test_an_unknown_address_leads_home(browser: Browser, app: App) -> None:
    page = browser.new_page()
    answer = page.goto(f"{app.url}no/such/place?x=1")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading")).to_have_text("There is no page at this address")
    page.get_by_role("link", name="Go to the home page").click()
    expect(page.locator(".gallery .card").first).to_be_visible()
    page.close()


def test_another_machine_comes_in_with_the_token(browser: Browser, tmp_path: Path) -> None:
    with start_app(tmp_path, "examples/quadratic.py:f", "--host", "0.0.0.0") as app:
        *_, warning, printed = app.printed
        address = printed.split()[3]
        host = address.partition("//")[2].partition(":")[0]
        assert warning.startswith(f"other machines can reach graphlab at {host}")
        stranger, guest = browser.new_page(), browser.new_context()
        answer = stranger.goto(app.url)
        assert answer is not None
        assert answer.status == 401
        expect(stranger.get_by_role("heading")).to_have_text("This address has no token")

        problems = watch(guest)
        page = guest.new_page()
        open_graph(page, address)
        assert page.url == f"{app.url}?source=examples/quadratic.py:f"
        assert page.evaluate("document.cookie") == ""
        (cookie,) = guest.cookies()
        assert [cookie["httpOnly"], cookie["sameSite"], cookie["expires"]] == [True, "Strict", -1]
        open_graph(page, app.address(MNIST))
        assert problems == []

        # A link on another site, whose page the browser does not tell the cookie.
        page.route(
            "http://elsewhere.example/",
            lambda route: route.fulfill(body=f'<a href="{app.url}">in</a>', content_type="text/html"),
        )
        page.goto("http://elsewhere.example/")
        page.get_by_role("link").click()
        expect(page.locator(".gallery .card").first).to_be_visible()
        stranger.close()
        guest.close()
    assert (tmp_path / "errors.txt").read_text().strip() == ""
