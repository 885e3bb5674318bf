"""What a viewer of graphs must be able to do to be measured. Knows nothing about any one of them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import psutil
from playwright.sync_api import Page

from tests.bench.subjects import Subject

QUIET_SHARE = 0.06  # of one core: a server below this is at rest
LOOK_S = 0.5


@dataclass(frozen=True)
class Server:
    """A viewer's process that was just started, and the address it named. `started_s` is by the clock of time.time."""

    process: subprocess.Popen[str]
    url: str
    started_s: float


class Contestant(Protocol):
    """One viewer. All times are in milliseconds."""

    name: str

    def prepare(self, subject: Subject) -> None:
        """Do what a user does once and no measurement should hold, such as the first trace of a source."""

    def start(self, subject: Subject) -> Server:
        """Start the server as a user does; return as soon as it names its address."""

    def address(self, server: Server, subject: Subject, opened: Sequence[str] | None = None) -> str:
        """Where the subject is shown with these groups open; None: those that are open at first."""

    def wait_drawn(self, page: Page) -> float:
        """Wait for the first graph; the time from the start of the navigation until it was drawn."""

    def open_group(self, page: Page, group: str) -> float:
        """Open a closed group; the time from the act until it was drawn."""

    def open_everything(self, page: Page, subject: Subject) -> float:
        """Open all groups at once; the time from the act until they were drawn."""


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
