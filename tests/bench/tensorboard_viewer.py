"""TensorBoard as a contestant: it reads an event file with the GraphDef, and groups by the names of ops."""

from __future__ import annotations

import json
from collections.abc import Sequence

from playwright.sync_api import Page

from tests.bench.contestant import Server
from tests.bench.page_clock import ask
from tests.bench.peer_files import EVENTS, SCOPES
from tests.bench.peers import HOST, Peer
from tests.bench.subjects import Subject
from tests.support.app_driver import free_port

BOARD = 'document.querySelector("tf-graph-dashboard").shadowRoot.querySelector("tf-graph-board")'
GRAPH = f'{BOARD}.shadowRoot.querySelector("tf-graph")'
SCENE = f'{GRAPH}.shadowRoot.querySelector("tf-graph-scene").shadowRoot'
# What a double click on a group does, by the element that listens for it.
HELPERS = f"""
window.benchNode ??= (name) => {SCENE}.querySelector(`g.node[data-name="${{name}}"]`);
window.benchDoubleClick ??= (node) => node.querySelector(":scope > .nodeshape")
  .dispatchEvent(new MouseEvent("dblclick", {{ bubbles: true, composed: true, view: window }}));
window.benchClosed ??= () => [...{SCENE}.querySelectorAll("g.node:is(.meta, .series):not(.expanded)")];
"""
OPEN = f"""
benchAct(
  () => benchDoubleClick(benchNode("{{name}}")),
  () => benchNode("{{name}}").classList.contains("expanded") && benchNode("{{name}}").querySelector("g.node")
    ? {SCENE}.querySelectorAll("g.node").length : "",
)
"""
# It has no command for it: every closed group gets its double click, again until none is left.
ALL_OPEN = f"""
benchAct(
  async () => {{
    for (let closed = benchClosed(); closed.length; closed = benchClosed()) {{
      for (const name of closed.map((node) => node.dataset.name)) {{
        const node = benchNode(name);
        if (node && !node.classList.contains("expanded")) benchDoubleClick(node);
      }}
      await new Promise((done) => requestAnimationFrame(done));
    }}
  }},
  () => benchClosed().length ? "" : {SCENE}.querySelectorAll("g.node").length,
)
"""


class TensorBoard(Peer):
    """TensorBoard's graph dashboard, drawn when its SVG holds nodes and its progress bar is at the end."""

    name = "TensorBoard"
    package = "tensorboard"
    command = "tensorboard"
    drawn = f'() => {BOARD}.progress.value < 100 ? "" : {SCENE}.querySelectorAll("g.node").length || ""'

    def start(self, subject: Subject) -> Server:
        """`tensorboard --logdir events`."""
        port = free_port()
        return self.launch(port, "--logdir", str(self.files(subject) / EVENTS), "--host", HOST, "--port", str(port))

    def address(self, server: Server, subject: Subject, opened: Sequence[str] | None = None) -> str:
        """Its graph dashboard, which is the only one that has anything to show."""
        return f"{server.url}/#graphs"

    def open_group(self, page: Page, subject: Subject, group: str, rest_ms: float) -> float:
        """The scope that the group's ops are in, those around it first; the time of the last."""
        scope = json.loads((self.files(subject) / SCOPES).read_text(encoding="utf-8"))[group]
        ask(page, HELPERS)
        page.wait_for_timeout(rest_ms)
        time_ms = 0.0
        names = scope.split("/")
        for depth in range(1, len(names) + 1):
            name = "/".join(names[:depth])
            if not ask(page, f'benchNode("{name}").classList.contains("expanded")'):
                time_ms = float(ask(page, OPEN.replace("{name}", name)))
        return time_ms

    def open_everything(self, page: Page, subject: Subject) -> float:
        """A double click on each closed group, until there is none."""
        ask(page, HELPERS)
        return float(ask(page, ALL_OPEN))

    def fit(self, page: Page) -> None:
        """By what its button for that calls."""
        ask(page, f"{GRAPH}.fit()")
