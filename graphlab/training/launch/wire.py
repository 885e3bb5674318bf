"""Sends a training's events to its parent process: one JSON object per line, over a pipe."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
from collections.abc import Iterator

from graphlab.runs.events import Event, EventSink, event_from_json

LOOK_S = 0.5  # how often to check whether the process still runs, if another one holds its end of the pipe
PIECE_BYTES = 65_536


def sender(pipe: int) -> EventSink:
    """A function that sends one event. It ends this process if nobody reads any more.

    A process that the user's code has forked sends nothing.
    """
    sends = os.getpid()
    os.set_inheritable(pipe, False)

    def send(event: Event) -> None:
        if os.getpid() != sends:
            return
        # The first line break ends a line that a signal handler has interrupted.
        rest = b"\n" + json.dumps(event.to_json()).encode() + b"\n"
        try:
            while rest:
                rest = rest[os.write(pipe, rest) :]
        except BrokenPipeError:
            os._exit(1)  # the command was killed: its training ends with it

    return send


def received(pipe: int, process: subprocess.Popen[bytes]) -> Iterator[Event]:
    """The events as they arrive, until the process has ended and all its output is read."""
    half = b""
    while piece := _next_piece(pipe, process):
        *lines, half = (half + piece).split(b"\n")
        for line in lines:
            try:
                event = event_from_json(json.loads(line))
            except ValueError:
                continue  # an empty or an interrupted line
            if event is not None:
                yield event


def _next_piece(pipe: int, process: subprocess.Popen[bytes]) -> bytes:
    """The next available data; empty at the end, even if a child of the training holds the pipe open."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            has_ended = process.poll() is not None  # checked before reading, so that nothing sent is missed
            if selector.select(0 if has_ended else LOOK_S):
                return os.read(pipe, PIECE_BYTES)
            if has_ended:
                return b""
