"""Netron as a contestant: it reads a GraphDef. It has no groups to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from playwright.sync_api import Page

from tests.bench.contestant import CannotError, Server
from tests.bench.peer_files import GRAPH_DEF
from tests.bench.peers import HOST, Peer
from tests.bench.subjects import Subject
from tests.support.app_driver import free_port


class Netron(Peer):
    """Netron, drawn when its page leaves the spinner and its SVG holds nodes."""

    name = "Netron"
    package = "netron"
    command = "netron"
    zoom_key = "Control"
    shows_all = True
    drawn = """
    () => document.body.classList.contains("default")
      ? document.querySelectorAll("#canvas #nodes > *").length || "" : ""
    """

    def start(self, subject: Subject) -> Server:
        """`netron graph.pb`."""
        port = free_port()
        return self.launch(port, str(self.files(subject) / GRAPH_DEF), "--host", HOST, "--port", str(port))

    def address(self, server: Server, subject: Subject, opened: Sequence[str] | None = None) -> str:
        """The address it printed."""
        return server.url

    def cookies(self, url: str) -> Mapping[str, str]:
        """The consent to its cookies, given earlier; it would wait for a click otherwise."""
        return {"consent": "1"}

    def open_group(self, page: Page, subject: Subject, group: str, rest_ms: float) -> float:
        """It has no groups."""
        raise CannotError

    def open_everything(self, page: Page, subject: Subject) -> float:
        """All ops are in view as soon as the page is loaded."""
        raise CannotError

    def fit(self, page: Page) -> None:
        """It has no such command; it stays as it opened, a part of the graph in view."""
