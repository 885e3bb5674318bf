"""The clock inside the page, the same for every viewer: when the drawing has been painted, and how long frames take.

A graph counts as drawn at the start of the animation frame after the first one that had it, once two frames in a row
found it unchanged: the frame between them painted it. Pages are asked over the DevTools protocol, since Playwright's
own ways to wait put scripts into the page that take their time from its first drawing, and one viewer forbids `eval`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserType, Error, Page

from tests.bench.contestant import TooLongError

LIMIT_S = 120.0  # of one act or page load
LOOK_S = 0.03

SETTLED = """
window.benchSettled = (drawn) => new Promise((resolve) => {
  let last = "";
  let painted = 0;
  const look = () => {
    let found = "";
    try { found = drawn(); } catch { /* the page is not that far */ }
    if (found && found === last) {
      if (painted) return resolve(painted);
      painted = performance.now();
    } else {
      last = found;
      painted = 0;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
window.benchAct = async (act, drawn) => {
  const start = performance.now();
  await act();
  return (await window.benchSettled(drawn)) - start;
};
"""


def watch_script(drawn: str) -> str:
    """A script for new pages: it notes when the first graph is drawn."""
    return f"{SETTLED}\nwindow.benchSettled({drawn}).then((time) => {{ window.benchFirst = time; }});"


def ask(page: Page, expression: str) -> Any:
    """The value of an expression in the page; a promise's when it is kept. Raises RuntimeError where it throws."""
    session = page.context.new_cdp_session(page)
    try:
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = session.send("Runtime.evaluate", asked)
    finally:
        session.detach()
    if "exceptionDetails" in answer:
        raise RuntimeError(f"{expression[:200]}: {answer['exceptionDetails']}"[:800])
    return answer["result"].get("value")


def wait_first_drawn(page: Page) -> float:
    """From the start of the navigation to the first graph; waits as long as it takes, see `Chromium.limited`."""
    session = page.context.new_cdp_session(page)
    while True:
        time.sleep(LOOK_S)
        found = session.send("Runtime.evaluate", {"expression": "window.benchFirst"})["result"].get("value")
        if found is not None:
            session.detach()
            return float(found)


class Chromium:
    """A browser that is started again where it was ended, see `limited`."""

    def __init__(self, kind: BrowserType, path: str, arguments: Sequence[str]) -> None:
        self._launch = partial(kind.launch, executable_path=path, args=list(arguments))
        self._browser = self._launch()

    @property
    def browser(self) -> Browser:
        """The running one."""
        if not self._browser.is_connected():
            self._browser = self._launch()
        return self._browser

    @contextmanager
    def limited(self, limit_s: float = LIMIT_S) -> Iterator[None]:
        """Raise TooLongError where the body takes longer, and end the browser: a page that hangs answers nobody."""
        process = browser_process(self.browser)
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit_s, end)
        timer.start()
        try:
            yield
        except Error as error:
            if late.is_set():
                raise TooLongError(f"longer than {limit_s:.0f} s") from error
            raise
        finally:
            timer.cancel()

    def close(self) -> None:
        """End it."""
        self._browser.close()


def browser_process(browser: Browser) -> psutil.Process:
    """The browser's first process, the parent of all others."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return psutil.Process(next(one["id"] for one in found if one["type"] == "browser"))


def renderers(browser: Browser) -> list[psutil.Process]:
    """The processes that run pages, with their workers; one of them may be a spare."""
    found = []
    for process in browser_process(browser).children(recursive=True):
        try:
            if "--type=renderer" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found
