"""The app as a user starts it, and the helpers that the tests of its page share."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.support.places import ROOT

MNIST = "examples/mnist_mlp.py:model"
QUADRATIC = "examples/quadratic.py:f"
DENSE = "mnist_mlp/dense/"
MATMUL = "mnist_mlp_1/dense_1/MatMul"
KERNEL = "mnist_mlp_1/dense_1/Cast/ReadVariableOp/resource"
FORWARD = [
    "1 input input image, float32[?,28,28,1], float32[?,28,28,1]",
    "1 group true group mnist_mlp, Sequential · 235,146 parameters, "
    "6 math, 3 activation, 1 shape and copies, 6 variables",
    "2 op Reshape, reshape · to [?,784], float32[?,784]",
    "2 group false group dense, Dense 256 · 200,960 parameters, 2 math, 2 variables",
    "2 op Relu, activation, float32[?,256]",
    "2 group false group dense_1, Dense 128 · 32,896 parameters, 2 math, 2 variables",
    "2 op Relu, activation_1, float32[?,128]",
    "2 group false group dense_2, Dense 10 · 1,290 parameters, 2 math, 2 variables",
    "2 op Softmax, activation_2, float32[?,10]",
    "1 output output output, float32[?,10], float32[?,10]",
]
TREE = """found => found.map((it) => [it.getAttribute("aria-level"), it.dataset.kind, it.getAttribute("aria-expanded"),
    it.getAttribute("aria-label")].filter(Boolean).join(" "))"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WAIT = """wanted => new Promise((done, fail) => {
    const holds = HOLDS;
    const until = performance.now() + 30_000;
    const late = () => performance.now() > until && (fail(new Error(`this never held: ${holds}`)), true);
    const look = () => (holds(wanted) ? done() : late() || requestAnimationFrame(look));
    look();
})"""
ENDED = ("net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET", "net::ERR_EMPTY_RESPONSE")
NOWHERE = "http://127.0.0.1:9"  # a proxy that refuses: no test depends on a network

expect.set_options(timeout=15_000)


def answer_at(url: str) -> bytes:
    """What the server at the address answers, once it does."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")


@dataclass(frozen=True)
class App:
    """A running app: its address, the user's own file it was started with, the folder of its runs, what it printed."""

    url: str
    file: Path
    runs: Path
    printed: tuple[str, ...]

    @property
    def own(self) -> str:
        """The user's source."""
        return f"{self.file}:model"

    def address(self, source: str, **query: str | list[str]) -> str:
        """The address of a source's page."""
        return f"{self.url}?{urlencode({'source': source, **query}, doseq=True, safe='/:')}"


@contextmanager
def start_app(home: Path, *arguments: str, port: int | None = None) -> Iterator[App]:
    """`graphlab open ARGUMENTS` with caches, data and runs in `home`; ended as a user ends it, with Ctrl-C.

    What it prints once it is up is then in `errors.txt` and `output.txt` there.
    """
    command = [sys.executable, "-m", "graphlab", "open", *arguments, "--no-browser", "--port", str(port or free_port())]
    with (home / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment_in(home), stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            printed = _first_words(process)
            url = printed[-1].split()[3].partition("?")[0]
            yield App(url, home / "own.py", home / "runs", printed)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(15)
            assert process.stdout is not None
            (home / "output.txt").write_text(process.stdout.read())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment_in(home: Path) -> dict[str, str]:
    """The environment of a user with caches, data and runs in `home`, and without a network."""
    folders = {"XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "GRAPHLAB_RUNS": "runs", "KERAS_HOME": "keras"}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    kept = {name: value for name, value in os.environ.items() if name != "GRAPHLAB_DATA"}
    return kept | proxies | {name: str(home / folder) for name, folder in folders.items()}


def _first_words(process: subprocess.Popen[str]) -> tuple[str, ...]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if line.startswith("graphlab is at "):
            return tuple(lines)
    raise AssertionError(f"the app ended before it was up: {lines}")


def watch(context: BrowserContext) -> list[str]:
    """What goes wrong on any of the context's pages: errors in its console and in its scripts, refused requests.

    An app that a test has ended is not a problem: its page goes on asking for the runs until it answers again.
    """
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.endswith(ENDED):
            problems.append(message.text)

    context.on("console", note)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on("response", lambda it: problems.append(f"{it.status} {it.url}") if it.status >= 400 else None)
    return problems


def open_graph(page: Page, address: str) -> None:
    """Go there and wait until the page is complete and its graph is drawn and rests."""
    page.goto(address)
    wait_for_graph(page)


def wait_for_graph(page: Page) -> None:
    """Wait until Dash has taken the graph over, and it is drawn and rests."""
    page.wait_for_selector("#graph.graph-view[data-drawn]", timeout=60_000)
    rest(page)


def wait_until(page: Page, holds: str, wanted: object = None) -> None:
    """Wait until the function `holds`, as JavaScript, gives something true for `wanted`.

    Playwright's own wait_for_function evaluates a text in the page, which the page's policy forbids.
    """
    page.evaluate(WAIT.replace("HOLDS", holds), wanted)


def rest(page: Page) -> None:
    """Wait until nothing moves; what was just set off is marked as moving in the next frame."""
    page.evaluate(FRAMES)
    page.wait_for_selector(".graph-view:not([data-moving])")


def show_mnist(page: Page, app: App, **query: str | list[str]) -> None:
    """Open the network of handwritten digits."""
    open_graph(page, app.address(MNIST, **query))


def box(page: Page, box_id: str) -> Locator:
    """A drawn box or frame."""
    return page.locator(f'[data-box="{box_id}"]')


def opened(page: Page, group_id: str) -> None:
    """Wait until a group is open and rests."""
    expect(box(page, group_id)).to_have_attribute("aria-expanded", "true")
    rest(page)


def boxes(page: Page) -> list[str]:
    """What is drawn, a line for each box: its depth, kind, whether it is open, and its words."""
    return page.eval_on_selector_all("[data-box]", TREE)


def box_ids(page: Page) -> list[str]:
    """The ids of what is drawn, sorted."""
    return sorted(page.eval_on_selector_all("[data-box]", "found => found.map((it) => it.dataset.box)"))


def selection(page: Page) -> list[str]:
    """The ids of the selected boxes: one at most."""
    return page.eval_on_selector_all("[aria-selected=true][data-box]", "found => found.map((it) => it.dataset.box)")


def inspected(page: Page, name: str) -> None:
    """Wait until the inspector is about the op or group of that name."""
    expect(page.locator("#inspect h2 code")).to_have_text(name)


def part(page: Page, title: str) -> Locator:
    """A part of the inspector by its title."""
    return page.locator("#inspect .part").filter(has=page.get_by_role("heading", name=title, exact=True))


def rows(page: Page, title: str) -> list[tuple[str, str]]:
    """The (label, value) rows of a part of the inspector."""
    return [
        (row.locator(".key").inner_text(), row.locator("> span").nth(1).inner_text())
        for row in part(page, title).locator(".row").all()
    ]
