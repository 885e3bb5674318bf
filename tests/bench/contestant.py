"""What a graph viewer must be able to do to be measured. Independent of any one of them."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Page

from tests.bench.subjects import Subject

QUIET_SHARE = 0.06  # of one core: a server below this is at rest
LOOK_S = 0.5
UP_S = 60.0


class CannotError(Exception):
    """The viewer has no such thing to measure."""


class TooLongError(Exception):
    """It took longer than a sample may."""


@dataclass(frozen=True)
class Server:
    """A viewer's process that was just started, and the address it named. `started_s` is by the clock of time.time."""

    process: subprocess.Popen[str]
    url: str
    started_s: float


class Contestant(Protocol):
    """One viewer. All times are in milliseconds.

    `drawn` is JavaScript: a function that tells what is drawn, by a text that changes with it, "" for nothing.
    `zoom_key` is held while the wheel zooms. `keeps_layouts`: its server lays out, and remembers. `shows_all`: it has
    no groups, all ops are always in view.
    """

    name: str
    drawn: str
    zoom_key: str | None
    keeps_layouts: bool
    shows_all: bool

    def prepare(self, subjects: Sequence[Subject]) -> None:
        """Do what a user does once and no measurement should hold, such as the first trace of a source."""

    def start(self, subject: Subject) -> Server:
        """Start the server as a user does; return as soon as it names its address."""

    def address(self, server: Server, subject: Subject, opened: Sequence[str] | None = None) -> str:
        """Where the subject is shown; with these groups open where an address can tell. None: as it opens at first."""

    def cookies(self, url: str) -> Mapping[str, str]:
        """What a browser that was there before sends."""

    def open_group(self, page: Page, subject: Subject, group: str, rest_ms: float) -> float:
        """Open a closed group, by graphlab's id; the time from the act to the frame after it was drawn.

        Groups around it are opened before, outside of the time; the one that opens it rests on it for `rest_ms` first.
        """

    def open_everything(self, page: Page, subject: Subject) -> float:
        """Open all groups; the time from the act to the frame after they were drawn."""

    def fit(self, page: Page) -> None:
        """Bring the whole graph into view, where the viewer has a way to."""


def start_server(command: Sequence[str], port: int, *, cwd: Path, environment: Mapping[str, str]) -> Server:
    """Start a command that prints its address with this port; raises RuntimeError with its last words if it ends."""
    started_s = time.time()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd, env=dict(environment)
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        url = next((word for word in line.split() if word.startswith("http://") and f":{port}" in word), None)
        if url is not None:
            # Whatever it goes on to say must not fill the pipe.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return Server(process, url.rstrip("/"), started_s)
    raise RuntimeError(f"{' '.join(command)} named no address: {''.join(said[-5:])}")


def wait_until_up(server: Server) -> None:
    """Wait until something listens at the server's address: some name it earlier."""
    parts = urlsplit(server.url)
    end = time.monotonic() + UP_S
    while time.monotonic() < end:
        try:
            socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"nothing listens at {server.url}")


def stop(server: Server) -> None:
    """End a server."""
    server.process.terminate()
    try:
        server.process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def wait_until_quiet(server: Server, *, at_least_s: float = 0.0, timeout_s: float = 60.0) -> None:
    """Wait until a server and its children do nothing but wait."""
    now = time.monotonic()
    earliest, latest = now + at_least_s, now + timeout_s
    used_s = _cpu_s(server)
    while time.monotonic() < latest:
        time.sleep(LOOK_S)
        before_s, used_s = used_s, _cpu_s(server)
        if used_s - before_s < QUIET_SHARE * LOOK_S and time.monotonic() > earliest:
            return


def _cpu_s(server: Server) -> float:
    root = psutil.Process(server.process.pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
