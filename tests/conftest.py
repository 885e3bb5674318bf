"""Fixtures shared by the tests: one browser, one app and one tracing process for the session, and fresh starts.

What a fixture needs is imported when it is used: every process imports this module first, also the one that only
distributes the tests.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, LoadScopeScheduling

from tests.support.marks import is_marked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from graphlab.layout.engine import LayoutEngine
    from graphlab.processes.worker import Worker
    from tests.support.app_driver import App

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
AT_ONCE = 2  # processes for the whole suite: each takes a gigabyte, and its tests start others
IN_BROWSER = "pytest.mark.browser"
# Files that contain one of these texts run in one process. What they share is made once: pictures need a layout process
# and Matplotlib's fonts, the app needs Dash, and tests of the code need it parsed.
TOGETHER = ("drawn_by_one", "make_app", "package_code")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for the whole suite. None, which is pytest alone, for named files and for what failed before."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return AT_ONCE if is_whole and not config.getoption("lf", default=False) else 0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a module out whose tests all have a mark that is not wanted: importing it can take seconds."""
    wanted = config.getoption("markexpr")
    if " or " in wanted or not collection_path.match("test_*.py"):
        return None
    unwanted = [mark for mark in ("tf", "browser") if f"not {mark}" in wanted]
    return any(is_marked(collection_path, mark) for mark in unwanted) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files that drive a browser last: by then only one process is at work, so no page waits for another."""
    if wants_browser(config):
        items.sort(key=lambda item: IN_BROWSER in text_of(item.path))


class ByFile(LoadFileScheduling):
    """Each file as a whole goes to the next process that is free; files that belong together go to one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        text = text_of(self.config.rootpath / file)
        groups = (IN_BROWSER, *TOGETHER) if wants_browser(self.config) else TOGETHER
        return next((group for group in groups if group in text), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Tests go to processes by their files."""
    return ByFile(config, log)


def wants_browser(config: pytest.Config) -> bool:
    """Whether tests that drive a browser are run."""
    return "not browser" not in config.getoption("markexpr")


@cache
def text_of(file: Path) -> str:
    """What a file contains."""
    return file.read_text(encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Look for garbage after many new objects, not after 700: tests parse and build much that stays alive.

    With TensorFlow, look more often: its graphs are large, and in cycles.
    """
    gc.set_threshold(300_000 if "not tf" in config.getoption("markexpr") else 50_000)


def pytest_sessionfinish() -> None:
    """Look for garbage once at the end: pytest does it five times, and Python again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def small_heap() -> None:
    """Keep what is alive between modules out of garbage collections: `keras.utils.clear_session` does one each time."""
    if "keras" in sys.modules:
        gc.collect()
        gc.freeze()


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored traces and docs in the test's own folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def fresh_names() -> None:
    """Keras numbers layers and optimizers as it makes them; let it count from the start."""
    import keras

    keras.utils.clear_session()


@pytest.fixture(scope="session")
def tracing_worker() -> Iterator[Worker]:
    """A process that has TensorFlow loaded once and traces for all tests that need one of its kind."""
    from graphlab.loading.fresh import WORKER_MODULE
    from graphlab.processes.worker import Worker

    worker = Worker(WORKER_MODULE)
    yield worker
    worker.close()


@pytest.fixture
def traced_by_one(tracing_worker: Worker, own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the session's process trace wherever a new one would: starting it takes several seconds."""
    from graphlab.loading import ask
    from tests.support.shared_processes import OneWorker

    monkeypatch.setattr(ask, "FreshWorkers", lambda: OneWorker(tracing_worker))


@pytest.fixture(scope="session")
def layout_engine() -> Iterator[LayoutEngine]:
    """A layout engine for all tests that only need scenes: a new one starts a process and lays out everything again."""
    from tests.support.shared_processes import OpenEngine

    engine = OpenEngine(scope_timeout_s=30)
    yield engine
    engine.end()


@pytest.fixture(scope="module")
def drawn_by_one(layout_engine: LayoutEngine) -> Iterator[None]:
    """Let the session's engine lay out wherever a picture would start its own."""
    from graphlab.pictures import scene

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene, "LayoutEngine", lambda **_: layout_engine)
        yield


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int | str | None, str, str]]:
    """Runs `graphlab ARGUMENTS` in this process; gives the exit code, what it said and what it complained of."""
    from graphlab.cli.main import main

    def run(*arguments: str) -> tuple[int | str | None, str, str]:
        monkeypatch.setattr(sys, "argv", ["graphlab", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of 1440x900 pixels; errors in its console and scripts and refused requests fail the test."""
    from tests.support.app_driver import watch

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    problems = watch(context)
    yield context.new_page()
    context.close()
    assert problems == []


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started as a user starts it, with an own file that each test writes again."""
    from tests.support.app_driver import start_app

    home = tmp_path_factory.mktemp("app")
    (home / "own.py").write_text("model = None\n")
    with start_app(home, f"{home / 'own.py'}:model") as running:
        yield running
