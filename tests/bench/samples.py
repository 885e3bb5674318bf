"""Functions that take one sample each, in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from graphlab.layout.engine import LayoutEngine
from graphlab.layout.scene import scene_to_json
from graphlab.view import default_open, view
from tests.bench.contestant import Contestant, Server, stop, wait_until_quiet
from tests.bench.graphlab_viewer import quiet_view
from tests.bench.subjects import Subject, Subjects

VIEWPORT = {"width": 1440, "height": 900}
SETTLED_S = 4.0  # a server begins to load TensorFlow within this time
PAN_STEPS = 90
PAN_PX = 4
FRAME_TIMES = """
() => {
  window.benchFrames = [];
  const frame = (now) => {
    window.benchFrames.push(now);
    window.benchRequest = requestAnimationFrame(frame);
  };
  window.benchRequest = requestAnimationFrame(frame);
}
"""
MEAN_FRAME = """
() => {
  cancelAnimationFrame(window.benchRequest);
  const times = window.benchFrames;
  return (times.at(-1) - times[0]) / (times.length - 1);
}
"""


@dataclass(frozen=True)
class Bench:
    """What samples are taken with. `servers` are those that stay up from round to round, by source."""

    contestant: Contestant
    browser: Browser
    subjects: Subjects
    stack: ExitStack
    servers: dict[str, Server] = field(default_factory=dict)


def typed_to_graph(bench: Bench, subject: Subject) -> float:
    """From starting the command to the first graph, in a browser that was open before."""
    with fresh_page(bench) as page:
        server = bench.contestant.start(subject)
        try:
            page.goto(server.url, wait_until="commit")
            drawn_ms = bench.contestant.wait_drawn(page)
            navigated_ms = float(page.evaluate("() => performance.timeOrigin"))
        finally:
            stop(server)
    return navigated_ms + drawn_ms - 1000 * server.started_s


def load_to_graph(bench: Bench, subject: Subject) -> float:
    """From the start of the navigation to the graph; the server is up and at rest, the browser's cache is empty."""
    with fresh_page(bench) as page:
        page.goto(bench.contestant.address(lasting_server(bench, subject), subject), wait_until="commit")
        return bench.contestant.wait_drawn(page)


def open_group(bench: Bench, subject: Subject, group: str, opened: Sequence[str] | None = None) -> float:
    """Opening a group that the server has not laid out before."""
    with fresh_server(bench, subject) as server, fresh_page(bench) as page:
        page.goto(bench.contestant.address(server, subject, opened), wait_until="commit")
        bench.contestant.wait_drawn(page)
        return bench.contestant.open_group(page, group)


def open_everything(bench: Bench, subject: Subject) -> float:
    """Opening all groups at once, none of them laid out before."""
    with fresh_server(bench, subject) as server, fresh_page(bench) as page:
        page.goto(bench.contestant.address(server, subject), wait_until="commit")
        bench.contestant.wait_drawn(page)
        return bench.contestant.open_everything(page, subject)


def pan_everything(bench: Bench, subject: Subject) -> float:
    """The mean time of a frame while the mouse drags the view with all groups open."""
    with fresh_page(bench) as page:
        page.goto(bench.contestant.address(lasting_server(bench, subject), subject), wait_until="commit")
        bench.contestant.wait_drawn(page)
        bench.contestant.open_everything(page, subject)
        page.keyboard.press("f")
        page.wait_for_timeout(1000)
        return drag(page)


def drag(page: Page) -> float:
    """Drag from the middle of the view, to and fro; the mean time between the page's frames meanwhile."""
    x, y = VIEWPORT["width"] // 3, VIEWPORT["height"] // 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAME_TIMES)
    for step in range(PAN_STEPS):
        x += PAN_PX if step < PAN_STEPS // 2 else -PAN_PX
        page.mouse.move(x, y)
        page.wait_for_timeout(8)
    mean = float(page.evaluate(MEAN_FRAME))
    page.mouse.up()
    return mean


def lay_out(bench: Bench, subject: Subject, *, everything: bool) -> float:
    """View, layout and JSON on the server, nothing of it known before; the layout worker is up."""
    bench.contestant.prepare(subject)
    engine = LayoutEngine()
    try:
        engine.lay_out(view(quiet_view(bench.subjects.quadratic), frozenset()))
        folded = quiet_view(subject)
        opened = frozenset(folded.groups) if everything else default_open(folded)
        start = time.perf_counter()
        scene_to_json(engine.lay_out(view(folded, opened)))
        return 1000 * (time.perf_counter() - start)
    finally:
        engine.close()


@contextmanager
def fresh_page(bench: Bench) -> Iterator[Page]:
    """A blank page with nothing in its cache."""
    context = bench.browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    page.goto("about:blank")
    try:
        yield page
    finally:
        context.close()


@contextmanager
def fresh_server(bench: Bench, subject: Subject) -> Iterator[Server]:
    """A server of this sample's own."""
    server = bench.contestant.start(subject)
    try:
        yield server
    finally:
        stop(server)


def lasting_server(bench: Bench, subject: Subject) -> Server:
    """The server of a source that all rounds share, at rest."""
    if subject.source not in bench.servers:
        server = bench.servers[subject.source] = bench.contestant.start(subject)
        bench.stack.callback(stop, server)
        wait_until_quiet(server, at_least_s=SETTLED_S)
    return bench.servers[subject.source]
