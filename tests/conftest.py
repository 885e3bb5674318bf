"""Fixtures shared by the tests: one real browser and one app for the session, a page of its own for each test."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.app_driver import App, start_app, watch

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(autouse=True, scope="module")
def small_heap() -> None:
    """Keep what is alive between modules out of garbage collections: `keras.utils.clear_session` does one each time."""
    gc.collect()
    gc.freeze()


def find_chromium() -> str | None:
    """The path of an installed Chromium, None without one."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, headless. Without one the test is skipped; in CI, where it must be there, it fails."""
    path = find_chromium()
    if path is None:
        message = f"no browser found; install one of {', '.join(CHROMIUM_NAMES)}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of 1440x900 pixels; errors in its console and scripts and refused requests fail the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    problems = watch(context)
    yield context.new_page()
    context.close()
    assert problems == []


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started as a user starts it, with an own file that each test writes anew."""
    home = tmp_path_factory.mktemp("app")
    (home / "own.py").write_text("model = None\n")
    with start_app(home, f"{home / 'own.py'}:model") as running:
        yield running
