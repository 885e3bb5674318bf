"""The graph is drawn while Dash starts, and stays the same graph when Dash takes it over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
DRAWN = ".graph-view[data-drawn]"
WATCH = """
document.addEventListener("graphlab:drawn", () => {
  (window.drawnWith ??= []).push(document.getElementById("early") ? "early" : "Dash");
});
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The MNIST network's page, served by the command."""
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "graphlab", "open", "examples/mnist_mlp.py:model", "--no-browser"]
    command += ["--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split(" at ")[1].split()[0]
        finally:
            process.terminate()


def wait_for_dash(page: Page) -> None:
    expect(page.locator("#source")).to_have_text("examples/mnist_mlp.py:model")
    expect(page.locator("#early")).to_have_count(0)


def hold_dash(page: Page) -> list[Route]:
    """Keep Dash from starting until the held requests are let go."""
    held: list[Route] = []
    page.route("**/_dash-layout", lambda route: held.append(route))
    return held


def test_the_graph_is_drawn_before_dash_is_there_and_only_once(page: Page, address: str):
    page.add_init_script(WATCH)
    held = hold_dash(page)
    page.goto(address)
    page.wait_for_selector(f"#early {DRAWN}")
    page.wait_for_selector('[data-box="mnist_mlp/dense/"]')
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    wait_for_dash(page)
    page.wait_for_timeout(500)

    assert page.locator(".graph-view").count() == 1
    assert page.locator(".graph-view").get_attribute("data-drawn") == "1"
    # The second word is for the page's scripts, which may have come after the first; nothing is drawn anew.
    assert page.evaluate("window.drawnWith") == ["early", "Dash"]
    assert page.evaluate("performance.getEntriesByName('graphlab:drawn').length") == 1


def test_a_group_opened_before_dash_is_there_opens_when_it_is(page: Page, address: str):
    held = hold_dash(page)
    page.goto(address)
    page.wait_for_selector(f"#early {DRAWN}")
    page.locator('[data-box="mnist_mlp/dense/"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    wait_for_dash(page)

    expect(page.locator('[data-box="mnist_mlp/dense/"]')).to_have_attribute("aria-expanded", "true")
    assert "open=mnist_mlp/dense/" in page.url
    assert page.evaluate("document.activeElement.dataset.box") == "mnist_mlp/dense/"


def test_the_page_works_without_the_early_scene(page: Page, address: str):
    page.route("**/scene?*", lambda route: route.fulfill(body="no JSON"))
    page.goto(address)
    wait_for_dash(page)

    expect(page.locator('[data-box="mnist_mlp/dense/"]')).to_be_attached()
    page.locator('[data-box="mnist_mlp/dense/"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-box="mnist_mlp/dense/"]')).to_have_attribute("aria-expanded", "true")


def test_a_source_that_cannot_be_opened_says_so_once(page: Page, address: str):
    page.goto(address.replace("mnist_mlp", "nothing"))

    expect(page.locator(".message")).to_contain_text("this app was not started with 'examples/nothing.py:model'")
    expect(page.locator("#early")).to_have_count(0)
    expect(page.locator(".message")).to_have_count(1)


def test_the_gallery_has_nothing_over_it(page: Page, address: str):
    page.goto(address.partition("?")[0])

    expect(page.locator(".cards")).to_be_visible()
    expect(page.locator("#early")).to_have_count(0)
