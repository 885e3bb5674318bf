"""graphlab as a contestant: the command in a process of its own, its page driven as a user does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

from graphlab.formats import save
from graphlab.sources import parse_source
from graphlab.store.stored_graphs import find_stored, read_graph
from graphlab.view import Folded, fold_quiet
from tests.bench.contestant import Server, start_server
from tests.bench.generated import scoped_graph
from tests.bench.peers import ROOT, run_quietly
from tests.bench.subjects import Subject
from tests.support.app_driver import free_port

# The page's policy forbids Playwright's wait_for_function, which evaluates a text.
REST = """
() => new Promise((done) => {
  const isAtRest = () =>
    document.querySelector(".graph-view[data-drawn]:not([data-moving])") && !document.getElementById("early");
  const look = () => (isAtRest() ? done() : requestAnimationFrame(look));
  look();
})
"""
EVERYTHING = ["*99"]
PRESS_ENTER = """
async ({ group, restMs }) => {
  const box = () => document.querySelector(`[data-box="${group}"]`);
  const drawn = () => document.querySelector(".graph-view").dataset.drawn;
  box().focus();
  await new Promise((done) => setTimeout(done, restMs));
  const before = drawn();
  const act = () => box().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  return window.benchAct(act, () => drawn() === before ? "" : drawn());
}
"""
SET_VIEW = """
(view) => {
  const drawn = () => document.querySelector(".graph-view").dataset.drawn;
  const before = drawn();
  const act = () => dash_clientside.set_props("graph", { view });
  return window.benchAct(act, () => drawn() === before ? "" : drawn());
}
"""


class Graphlab:
    """graphlab as it stands in this checkout, drawn when its view says so."""

    name = "graphlab"
    drawn = '() => document.querySelector(".graph-view[data-drawn]")?.dataset.drawn ?? ""'
    zoom_key: str | None = None
    keeps_layouts = True
    shows_all = False

    def prepare(self, subjects: Sequence[Subject]) -> None:
        """Trace the sources that come without their trace, once."""
        for subject in subjects:
            if subject.size and not Path(subject.source).exists():
                save(scoped_graph(subject.size), Path(subject.source))
            if not subject.packaged and find_stored(parse_source(subject.source)) is None:
                run_quietly(_command("info", subject.source))

    def start(self, subject: Subject) -> Server:
        """`graphlab open`."""
        port = free_port()
        command = _command("open", subject.source, "--no-browser", "--port", str(port))
        return start_server(command, port, cwd=ROOT, environment=os.environ)

    def address(self, server: Server, subject: Subject, opened: Sequence[str] | None = None) -> str:
        """The printed address, which shows the source's first graph, with the graph and the open groups added."""
        groups = "".join(f"&open={quote(group)}" for group in opened or ())
        return f"{server.url}&graph={subject.graph}{groups}"

    def cookies(self, url: str) -> Mapping[str, str]:
        """None."""
        return {}

    def open_group(self, page: Page, subject: Subject, group: str, rest_ms: float) -> float:
        """By the Enter key, the focus on the group before."""
        page.evaluate(REST)
        return float(page.evaluate(PRESS_ENTER, {"group": group, "restMs": rest_ms}))

    def open_everything(self, page: Page, subject: Subject) -> float:
        """By a new view state."""
        page.evaluate(REST)
        view = {"source": subject.source, "graph": subject.graph, "open": EVERYTHING, "all": False}
        return float(page.evaluate(SET_VIEW, view))

    def fit(self, page: Page) -> None:
        """By its key for that."""
        page.keyboard.press("f")


def quiet_view(subject: Subject) -> Folded:
    """The subject's graph as the quiet view folds it, from its stored trace."""
    trace = find_stored(parse_source(subject.source))
    if trace is None:
        raise RuntimeError(f"{subject.source} is not traced")
    return fold_quiet(read_graph(trace, subject.graph))


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "graphlab", *arguments]
