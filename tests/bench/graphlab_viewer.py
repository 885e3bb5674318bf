"""graphlab as a contestant: the command in a process of its own, its page driven as a user does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

from graphlab.app.server.library import VALUES_MODULE
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
# The values of the boxes are one overlay; another key says that it shows other values. Their pictures have come.
VALUES_KEY = """
() => {
  const { overlays } = window.graphlab.modules["page/values/client"].viewNow();
  if (window.graphlab.modules["graph_view/draw/draw_picture"].loadPictures(overlays)) return "";
  return overlays.find(({ name, marks }) => name === "values" && marks.length)?.key ?? "";
}
"""
FIRST_VALUES = f"() => window.benchSettled({VALUES_KEY})"
# A slider where the input is a number; other random numbers where it is an array.
CHANGE_INPUT = f"""
() => {{
  const key = {VALUES_KEY};
  const before = key();
  const slider = document.querySelector(".values-slider");
  const act = () => {{
    if (!slider) return document.querySelector(".values-heading button").click();
    slider.valueAsNumber = (slider.valueAsNumber + 1) % 7;
    slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
  }};
  return window.benchAct(act, () => key() === before ? "" : key());
}}
"""


class Graphlab:
    """graphlab as it stands in this checkout, drawn when its view says so."""

    name = "graphlab"
    drawn = '() => document.querySelector(".graph-view[data-drawn]")?.dataset.drawn ?? ""'
    zoom_key: str | None = None
    keeps_layouts = True
    shows_all = False
    values_module = VALUES_MODULE

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

    def wait_for_values(self, page: Page) -> None:
        """The first values, which need a process with TensorFlow."""
        page.evaluate(FIRST_VALUES)

    def change_input(self, page: Page) -> float:
        """Change an input; the time to the frame after every box had its new value."""
        return float(page.evaluate(CHANGE_INPUT))

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
