"""graphlab as a contestant: the command in a process of its own, its page driven as a user does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

from graphlab.formats import save
from graphlab.source import parse_source
from graphlab.traces import find_trace, read_graph
from graphlab.view import Folded, fold_quiet
from tests.app_driver import free_port
from tests.bench.contestant import Server
from tests.bench.generated import scoped_graph
from tests.bench.subjects import Subject

ROOT = Path(__file__).parent.parent.parent
SAID = "graphlab is at "
PATIENCE_S = 60.0

AT_REST = """
() => document.querySelector(".graph-view[data-drawn]:not([data-moving])") && !document.getElementById("early")
"""
FIRST_DRAWN = "performance.getEntriesByName('graphlab:drawn')[0]?.startTime"
LOOK_S = 0.03
EVERYTHING = ["*99"]
# Both ends are read inside the page: from the key's own time to the mark that the next drawn scene leaves.
AWAIT_KEY = """
() => {
  window.benchDrawn = new Promise((resolve) => {
    document.addEventListener("keydown", (event) => {
      const drawn = () => performance.getEntriesByName("graphlab:drawn").at(-1).startTime - event.timeStamp;
      document.addEventListener("graphlab:drawn", () => resolve(drawn()), { once: true });
    }, { once: true, capture: true });
  });
}
"""
SET_VIEW = """
(view) => new Promise((resolve) => {
  const start = performance.now();
  const drawn = () => performance.getEntriesByName("graphlab:drawn").at(-1).startTime - start;
  document.addEventListener("graphlab:drawn", () => resolve(drawn()), { once: true });
  dash_clientside.set_props("graph", { view });
})
"""


class Graphlab:
    """graphlab as it stands in this checkout."""

    name = "graphlab"

    def prepare(self, subject: Subject) -> None:
        """Trace a source that comes without its trace, once."""
        if subject.size and not Path(subject.source).exists():
            save(scoped_graph(subject.size), Path(subject.source))
        if subject.packaged or find_trace(parse_source(subject.source)) is not None:
            return
        subprocess.run(_command("info", subject.source), check=True, capture_output=True, cwd=ROOT)

    def start(self, subject: Subject) -> Server:
        """`graphlab open`; the clock runs from here, once the source is prepared."""
        self.prepare(subject)
        command = _command("open", subject.source, "--no-browser", "--port", str(free_port()))
        started_s = time.time()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(SAID):
                return Server(process, line.removeprefix(SAID).split()[0], started_s)
        raise RuntimeError(f"{' '.join(command)} named no address")

    def address(self, server: Server, subject: Subject, opened: Sequence[str] | None = None) -> str:
        """The printed address, which shows the source's first graph, with the graph and the open groups added."""
        groups = "".join(f"&open={quote(group)}" for group in opened or ())
        return f"{server.url}&graph={subject.graph}{groups}"

    def wait_drawn(self, page: Page) -> float:
        """From the start of the navigation to the page's own mark."""
        # Playwright's own ways to wait put a script into the page that takes its time from the page's first drawing.
        session = page.context.new_cdp_session(page)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            time.sleep(LOOK_S)
            found = session.send("Runtime.evaluate", {"expression": FIRST_DRAWN})["result"].get("value")
            if found is not None:
                return float(found)
        raise RuntimeError(f"no graph was drawn at {page.url}")

    def open_group(self, page: Page, group: str) -> float:
        """From the Enter key to the mark of the next drawn scene."""
        page.wait_for_function(AT_REST)
        page.locator(f'[data-box="{group}"]').focus()
        page.wait_for_timeout(400)  # the view may glide to the focused box
        page.evaluate(AWAIT_KEY)
        page.keyboard.press("Enter")
        return float(page.evaluate("() => window.benchDrawn"))

    def open_everything(self, page: Page, subject: Subject) -> float:
        """From the new view state to the mark of the next drawn scene."""
        page.wait_for_function(AT_REST)
        view = {"source": subject.source, "graph": subject.graph, "open": EVERYTHING, "all": False}
        return float(page.evaluate(SET_VIEW, view))


def quiet_view(subject: Subject) -> Folded:
    """The subject's graph as the quiet view folds it, from its stored trace."""
    trace = find_trace(parse_source(subject.source))
    if trace is None:
        raise RuntimeError(f"{subject.source} is not traced")
    return fold_quiet(read_graph(trace, subject.graph))


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "graphlab", *arguments]
