"""Functions that take one sample each, in milliseconds or megabytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

from playwright.sync_api import Error, Page

from graphlab.layout.engine import LayoutEngine
from graphlab.processes.worker import Worker
from graphlab.view import default_open, fold_quiet, view
from tests.bench.contestant import CannotError, Contestant, Server, stop, wait_until_quiet, wait_until_up
from tests.bench.generated import scoped_graph
from tests.bench.graphlab_viewer import quiet_view
from tests.bench.memory import page_memory, server_memory
from tests.bench.page_clock import Chromium, ask, wait_first_drawn, watch_script
from tests.bench.subjects import Subject

VIEWPORT = {"width": 1440, "height": 900}
SETTLED_S = 4.0  # a server begins to load TensorFlow within this time
REST_MS = 400.0  # between reaching a group and opening it
MOVE_S = 2.0  # how long a view is moved; each move waits until the page has taken the one before
MOVE_PAUSE_S = 0.008
PAN_PX, PAN_STEPS = 4, 45  # there, and as many back
ZOOM_PX, ZOOM_STEPS = 40, 30
FRAME_TIMES = """
(() => {
  window.benchFrames = [];
  const frame = (now) => {
    window.benchFrames.push(now);
    window.benchRequest = requestAnimationFrame(frame);
  };
  window.benchRequest = requestAnimationFrame(frame);
})()
"""
MEAN_FRAME = """
(() => {
  cancelAnimationFrame(window.benchRequest);
  const times = window.benchFrames;
  if (times.length < 2) return performance.now() - times[0];
  return (times.at(-1) - times[0]) / (times.length - 1);
})()
"""


@dataclass(frozen=True)
class Bench:
    """What samples of one contestant are taken with. `servers` stay up from round to round, by subject, and so do
    `callers`, the processes that call a subject without a viewer.

    `limit_s` is for what a page does; the start of a server that lasts is none of it.
    """

    contestant: Contestant
    chromium: Chromium
    limit_s: float
    stack: ExitStack
    servers: dict[str, Server] = field(default_factory=dict)
    callers: dict[str, Worker] = field(default_factory=dict)


def typed_to_graph(bench: Bench, subject: Subject) -> float:
    """From starting the command to the first graph, in a browser that was open before."""
    with fresh_page(bench) as page:
        server = bench.contestant.start(subject)
        try:
            wait_until_up(server)
            go_to(page, bench.contestant, server.url)
            drawn_ms = wait_first_drawn(page)
            navigated_ms = float(ask(page, "performance.timeOrigin"))
        finally:
            stop(server)
    return navigated_ms + drawn_ms - 1000 * server.started_s


def load_to_graph(bench: Bench, subject: Subject) -> float:
    """From the start of the navigation to the graph; the server is up and at rest, the browser's cache is empty."""
    with shown(bench, subject, lasting_server(bench, subject)) as (_, drawn_ms):
        return drawn_ms


def open_group(
    bench: Bench, subject: Subject, group: str, opened: Sequence[str] | None = None, rest_ms: float = REST_MS
) -> float:
    """Opening a group that the server has not laid out before; `opened`: the groups around it that start closed.

    Before it is opened the pointer or the focus rests on it for `rest_ms`.
    """
    with some_server(bench, subject) as server, shown(bench, subject, server, opened) as (page, _):
        return bench.contestant.open_group(page, subject, group, rest_ms)


def open_everything(bench: Bench, subject: Subject) -> float:
    """Opening all groups at once, none of them laid out before."""
    with some_server(bench, subject) as server, shown(bench, subject, server) as (page, _):
        return bench.contestant.open_everything(page, subject)


def pan_everything(bench: Bench, subject: Subject) -> float:
    """The mean time of a frame while the mouse drags the view with all groups open."""
    with everything_open(bench, subject) as page:
        return pan(page)


def zoom_everything(bench: Bench, subject: Subject) -> float:
    """The mean time of a frame while the wheel zooms the view with all groups open."""
    with everything_open(bench, subject) as page:
        return zoom(page, bench.contestant.zoom_key)


def memory_of_page(bench: Bench, subject: Subject) -> float:
    """Megabytes of the page's process, the graph just loaded."""
    with shown(bench, subject, lasting_server(bench, subject)) as (page, _):
        return page_memory(page)


def memory_of_server(bench: Bench, subject: Subject) -> float:
    """Megabytes of the server's processes, the graph just loaded and the server at rest again."""
    server = lasting_server(bench, subject)
    with shown(bench, subject, server):
        wait_until_quiet(server)
        return server_memory(server)


def pan(page: Page) -> float:
    """Drag from the middle of the view, to and fro; the mean time between the page's frames meanwhile."""
    x, y = VIEWPORT["width"] // 3, VIEWPORT["height"] // 2
    page.mouse.move(x, y)
    page.mouse.down()
    mean_ms = mean_frame(page, lambda step: page.mouse.move(x + PAN_PX * _to_and_fro(step, PAN_STEPS), y))
    page.mouse.up()
    return mean_ms


def zoom(page: Page, key: str | None) -> float:
    """Turn the wheel in the middle of the view, in and out; the mean time between the page's frames meanwhile."""
    page.mouse.move(VIEWPORT["width"] // 3, VIEWPORT["height"] // 2)
    if key:
        page.keyboard.down(key)

    def turn(step: int) -> None:
        page.mouse.wheel(0, ZOOM_PX if step // ZOOM_STEPS % 2 else -ZOOM_PX)

    mean_ms = mean_frame(page, turn)
    if key:
        page.keyboard.up(key)
    return mean_ms


def mean_frame(page: Page, move: Callable[[int], None]) -> float:
    """The mean time between the page's frames while its view is moved step by step."""
    ask(page, FRAME_TIMES)
    end = time.monotonic() + MOVE_S
    for step in count(1):
        move(step)
        time.sleep(MOVE_PAUSE_S)
        if time.monotonic() > end:
            return float(ask(page, MEAN_FRAME))
    raise AssertionError


def _to_and_fro(step: int, steps: int) -> int:
    """1 … steps, then down to 0, and so on."""
    place = step % (2 * steps)
    return min(place, 2 * steps - place)


def lay_out(bench: Bench, subject: Subject, *, everything: bool) -> float:
    """View, layout and JSON on graphlab's server, nothing of it known before; the layout worker is up."""
    if bench.contestant.name != "graphlab":
        raise CannotError
    engine = LayoutEngine()
    try:
        engine.lay_out(view(fold_quiet(scoped_graph(1)), frozenset()))
        folded = quiet_view(subject)
        opened = frozenset(folded.groups) if everything else default_open(folded)
        start = time.perf_counter()
        engine.lay_out(view(folded, opened)).to_json()
        return 1000 * (time.perf_counter() - start)
    finally:
        engine.close()


@contextmanager
def shown(
    bench: Bench, subject: Subject, server: Server, opened: Sequence[str] | None = None
) -> Iterator[tuple[Page, float]]:
    """A page with the subject drawn on it, and the time that took."""
    with fresh_page(bench) as page:
        go_to(page, bench.contestant, bench.contestant.address(server, subject, opened))
        yield page, wait_first_drawn(page)


@contextmanager
def everything_open(bench: Bench, subject: Subject) -> Iterator[Page]:
    """A page with all groups open, and all of it in view where the viewer can."""
    with shown(bench, subject, lasting_server(bench, subject)) as (page, _):
        if not bench.contestant.shows_all:
            bench.contestant.open_everything(page, subject)
        bench.contestant.fit(page)
        page.wait_for_timeout(1000)
        yield page


def go_to(page: Page, contestant: Contestant, url: str) -> None:
    """Begin to load an address."""
    page.context.add_cookies([{"name": name, "value": it, "url": url} for name, it in contestant.cookies(url).items()])
    page.goto(url, wait_until="commit")


@contextmanager
def fresh_page(bench: Bench) -> Iterator[Page]:
    """A blank page with nothing in its cache, and the clock in it."""
    context = bench.chromium.browser.new_context(viewport=VIEWPORT)
    context.add_init_script(watch_script(bench.contestant.drawn))
    page = context.new_page()
    page.goto("about:blank")
    try:
        with bench.chromium.limited(bench.limit_s):
            yield page
    finally:
        with suppress(Error):  # a browser that was ended has none
            context.close()


@contextmanager
def some_server(bench: Bench, subject: Subject) -> Iterator[Server]:
    """A server that has laid out nothing: one of this sample's own where servers remember."""
    if not bench.contestant.keeps_layouts:
        yield lasting_server(bench, subject)
        return
    server = bench.contestant.start(subject)
    try:
        wait_until_up(server)
        yield server
    finally:
        stop(server)


def lasting_server(bench: Bench, subject: Subject) -> Server:
    """The server of a subject that all rounds share, at rest."""
    if subject.name not in bench.servers:
        server = bench.servers[subject.name] = bench.contestant.start(subject)
        bench.stack.callback(stop, server)
        wait_until_up(server)
        wait_until_quiet(server, at_least_s=SETTLED_S)
    return bench.servers[subject.name]
