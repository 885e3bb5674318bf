"""How much memory a page and a server use: only their own (USS), in megabytes."""

from __future__ import annotations

import time

import psutil
from playwright.sync_api import Page

from tests.bench.contestant import Server
from tests.bench.page_clock import renderers

MEGABYTE = 1e6
SETTLED_S = 1.0


def page_memory(page: Page) -> float:
    """Of the page's process with its workers, after its garbage is collected. The only page: the largest process."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.detach()
    time.sleep(SETTLED_S)
    browser = page.context.browser
    assert browser is not None
    return max(_own(process) for process in renderers(browser))


def server_memory(server: Server) -> float:
    """Of the server's process and all that it started."""
    root = psutil.Process(server.process.pid)
    return sum(_own(process) for process in (root, *root.children(recursive=True)))


def largest_child(server: Server, module: str) -> float:
    """Of the largest process that the server started to run a module."""
    root = psutil.Process(server.process.pid)
    return max(_own(process) for process in root.children(recursive=True) if module in _command_of(process))


def _command_of(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _own(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().uss) / MEGABYTE
    except psutil.Error:
        return 0.0
