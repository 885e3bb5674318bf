"""The stream of a run's snapshots, and of a log's scalars as a run that is over."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from graphlab.app.server.library import Library
from graphlab.errors import GraphlabError
from graphlab.graph.facts import Point
from graphlab.runs.find import runs_dir
from graphlab.runs.reader import RunReader
from graphlab.runs.run import Run
from graphlab.runs.running import RunningRun, RunningRuns, running_run
from graphlab.runs.scalars import snapshot_of_scalars
from graphlab.runs.settings import SETTINGS_FILE
from graphlab.runs.snapshots import snapshot_of

SNAPSHOT_GAP_S = 0.2
QUIET_GAP_S = 10.0  # an occasional comment keeps the connection open
ROUTE = "/runs/{name}/events"
RUNNING_ROUTE = "/runs"
SCALARS_ROUTE = "/scalars"


class SnapshotStream:
    """The snapshots of one run: read and serialised at most once per 0.2 s, however many pages look on."""

    def __init__(self, run_dir: Path) -> None:
        self._reader = RunReader(run_dir)
        self._lock = threading.Lock()
        self._snapshot_time_s = 0.0
        self._text = ""
        self.has_ended = False

    def text(self) -> str:
        """The newest snapshot as JSON."""
        with self._lock:
            if time.monotonic() - self._snapshot_time_s >= SNAPSHOT_GAP_S:
                run = self._reader.read()
                self._text = json.dumps(snapshot_of(run).to_json(), allow_nan=False, separators=(",", ":"))
                self.has_ended = run.ended
                self._snapshot_time_s = time.monotonic()
            return self._text


class SnapshotStreams:
    """The streams of the runs that pages look at. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: dict[Path, SnapshotStream] = {}

    def of(self, run_dir: Path) -> SnapshotStream:
        """A run's stream, shared by all pages while it is running. Raises RunError if the run's settings are broken."""
        with self._lock:
            # Whoever still reads of a run that has ended holds its stream.
            self._streams = {path: stream for path, stream in self._streams.items() if not stream.has_ended}
            if run_dir not in self._streams:
                self._streams[run_dir] = SnapshotStream(run_dir)
            return self._streams[run_dir]


def run_dir_of(name: str) -> Path | None:
    """The folder of the run of that name, which is untrusted; None if there is none."""
    run_dir = runs_dir() / name
    try:
        is_run = name != ".." and name == run_dir.name and (run_dir / SETTINGS_FILE).is_file()
    except OSError:  # a name too long for a file
        return None
    return run_dir if is_run else None


def run_url(run_dir: Path, resumed: int = 0) -> str:
    """Where the page finds a run's snapshots; another address each time the run was resumed, so that it looks again."""
    return ROUTE.format(name=run_dir.name) + (f"?resumed={resumed}" if resumed else "")


def served_run(run: Run) -> RunningRun:
    """What the page receives about a running run."""
    return running_run(run, run_url(run.run_dir, run.resumed))


def run_name_at(url: str) -> str:
    """The name of the run whose snapshots are at that address."""
    before, after = ROUTE.split("{name}")
    return url.partition("?")[0].removeprefix(before).removesuffix(after)


def register_routes(server: FastAPI) -> None:
    """Serve snapshots of runs, as server-sent events or the newest one with `?once=1`, and the runs that are going."""
    streams = SnapshotStreams()
    running_runs = RunningRuns()

    def find(name: str) -> SnapshotStream:
        run_dir = run_dir_of(name)
        if run_dir is None:
            raise HTTPException(404, f"there is no run {name!r}")
        try:
            return streams.of(run_dir)
        except GraphlabError as error:
            raise HTTPException(404, str(error)) from error

    @server.get(RUNNING_ROUTE)
    async def running() -> Response:
        text = await asyncio.to_thread(lambda: json.dumps([served_run(run).to_json() for run in running_runs.read()]))
        return PlainTextResponse(text, media_type="application/json", headers={"Cache-Control": "no-store"})

    @server.get(ROUTE)
    async def events(name: str, once: int = 0) -> Response:
        stream = await asyncio.to_thread(find, name)
        if once:
            return PlainTextResponse(await asyncio.to_thread(stream.text), media_type="application/json")
        return StreamingResponse(_stream(stream), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def register_scalars(server: FastAPI, library: Library) -> None:
    """Serve the scalars of a log as a finished run, in the same two ways."""

    def find(source: str) -> str:
        try:
            scalars = scalars_of(library, source)
        except GraphlabError as error:
            raise HTTPException(404, str(error)) from error
        return json.dumps(snapshot_of_scalars(scalars).to_json(), allow_nan=False, separators=(",", ":"))

    @server.get(SCALARS_ROUTE)
    async def scalars(source: str, once: int = 0) -> Response:
        text = await asyncio.to_thread(find, source)
        if once:
            return PlainTextResponse(text, media_type="application/json")
        return PlainTextResponse(f"data: {text}\n\n", media_type="text/event-stream")


def scalars_of(library: Library, source: str) -> Mapping[str, Mapping[str, Sequence[Point]]]:
    """The scalars in the source's file, by run and tag; {} if it is not a log or could not be read."""
    names = library.names(source)
    return library.graph(source, names[0]).facts.scalars if names else {}


async def _stream(stream: SnapshotStream) -> AsyncIterator[str]:
    """New snapshots as they come, until the run has ended."""
    last, last_sent_s = "", time.monotonic()
    while True:
        text = await asyncio.to_thread(stream.text)
        if text != last:
            yield f"data: {text}\n\n"
            last, last_sent_s = text, time.monotonic()
        elif time.monotonic() - last_sent_s > QUIET_GAP_S:
            yield ": still here\n\n"
            last_sent_s = time.monotonic()
        if stream.has_ended:
            return
        await asyncio.sleep(SNAPSHOT_GAP_S)
