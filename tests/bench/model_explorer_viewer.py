"""Model Explorer as a contestant.

It is given graphlab's `.me.json`: the same ops in the same groups, in its own format, which its server need not convert
(its adapters for TensorFlow's files would be slower).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from playwright.sync_api import Page

from tests.bench.contestant import Server
from tests.bench.page_clock import ask
from tests.bench.peer_files import MODEL_EXPLORER
from tests.bench.peers import HOST, Peer
from tests.bench.subjects import Subject
from tests.support.app_driver import free_port

RENDERER = "Object.values(window.me_test.renderers)[0]"
GROUP = f'{RENDERER}.curModelGraph.nodesById["{{group}}___group___"]'  # how it names the node of a namespace
OPEN = f"""
benchAct(
  () => {RENDERER}.handleToggleExpandCollapse({GROUP}, false),
  () => {GROUP}.expanded && !{RENDERER}.showBusySpinner ? {RENDERER}.nodesToRender.length : "",
)
"""
IS_OPEN = f"() => Boolean({GROUP}.expanded)"
ALL_OPEN = f"""
benchAct(
  () => document.querySelector(".mat-icon-container.expand-all").click(),
  () => {{
    const renderer = {RENDERER};
    const groups = Object.values(renderer.curModelGraph.nodesById).filter((node) => node.nodeType === 1);
    const open = groups.every((node) => node.expanded);
    return open && !renderer.showBusySpinner ? renderer.nodesToRender.length : "";
  }},
)
"""


class ModelExplorer(Peer):
    """Model Explorer, drawn when its renderer has nodes to draw."""

    name = "Model Explorer"
    package = "ai-edge-model-explorer"
    command = "model-explorer"
    zoom_key = "Control"
    drawn = f"() => {RENDERER}.nodesToRender.length || ''"

    def start(self, subject: Subject) -> Server:
        """`model-explorer graph.me.json`."""
        port = free_port()
        file = str(self.files(subject) / MODEL_EXPLORER)
        still = ("--no_open_in_browser", "--skip_health_check")
        return self.launch(port, file, "--host", HOST, "--port", str(port), *still)

    def address(self, server: Server, subject: Subject, opened: Sequence[str] | None = None) -> str:
        """Its page with the file named in the address, as it prints it."""
        models = json.dumps({"models": [{"url": str(self.files(subject) / MODEL_EXPLORER)}]})
        return f"http://{HOST}:{urlsplit(server.url).port}/?data={quote(models)}"

    def open_group(self, page: Page, subject: Subject, group: str, rest_ms: float) -> float:
        """Those around it first; the time of the last. By the function that a double click calls."""
        page.wait_for_timeout(rest_ms)
        time_ms = 0.0
        names = group.rstrip("/").split("/")
        for depth in range(1, len(names) + 1):
            name = "/".join(names[:depth])
            if not ask(page, f"({IS_OPEN.format(group=name)})()"):
                time_ms = float(ask(page, OPEN.replace("{group}", name)))
        return time_ms

    def open_everything(self, page: Page, subject: Subject) -> float:
        """By its button for that."""
        return float(ask(page, ALL_OPEN))

    def fit(self, page: Page) -> None:
        """By its button for that."""
        ask(page, 'document.querySelector(".mat-icon-container.zoom-fit").click()')
