"""What TensorBoard's event files contain: the graphs as bytes, and the scalars."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.folders import event_files
from graphlab.graph.facts import Point

if TYPE_CHECKING:
    from tensorflow.core.framework.summary_pb2 import Summary
    from tensorflow.core.util.event_pb2 import Event

    from graphlab.tracing.tensorflow_types import TensorProto

MOST_GRAPHS = 30
MOST_POINTS = 10_000  # of one curve
GRAPH, META_GRAPH, RUN, KERAS = "graph", "meta graph", "run", "keras"
_PLUGINS = {"graph_run_metadata_graph": RUN, "graph_keras_model": KERAS}
_RUN_PLUGIN = "graph_run_metadata"
_SCALARS = "scalars"


@dataclass(frozen=True)
class LoggedGraph:
    """A logged graph with its run, its tag, and the kind of its message (GRAPH, META_GRAPH, RUN or KERAS)."""

    run: str
    tag: str
    form: str
    data: bytes


@dataclass
class Log:
    """Everything found. `scalars` contains, by run and tag, the points in file order."""

    graphs: list[LoggedGraph] = field(default_factory=list)
    scalars: dict[str, dict[str, list[Point]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _seen_digests: set[bytes] = field(default_factory=set)
    _plugins: dict[tuple[str, str], str] = field(default_factory=dict)
    skipped: int = 0

    def add_graph(self, run: str, tag: str, form: str, data: bytes) -> None:
        """Keep a graph unless the same one was logged before."""
        digest = hashlib.sha256(data).digest()
        if digest in self._seen_digests:
            return
        self._seen_digests.add(digest)
        if len(self.graphs) < MOST_GRAPHS:
            self.graphs.append(LoggedGraph(run, tag, form, data))
        else:
            self.skipped += 1

    def plugin_of(self, run: str, value: Summary.Value) -> str:
        """The TensorBoard plugin of a value, which only the first value of a tag names."""
        name = str(value.metadata.plugin_data.plugin_name)
        return self._plugins.setdefault((run, value.tag), name) if name else self._plugins.get((run, value.tag), "")


def read_events(path: Path) -> Log:
    """The contents of the event files at or below the path. Raises FormatError if there are none."""
    log = Log()
    root = path if path.is_dir() else path.parent
    whole = 0
    for file in event_files(path):
        run = file.parent.relative_to(root).as_posix()
        count, trouble = _read_file(file, run, log)
        whole += bool(count)
        if trouble:
            after = f"after {count:,} records" if count else "from the start"
            log.notes.append(
                f"{file.name} of the run {run!r} is truncated or damaged {after}; the records before that are shown."
            )
    if not whole:
        raise FormatError(f"{str(path)!r} is damaged or not an event file: no record can be read")
    if log.skipped:
        log.notes.append(f"{log.skipped} more graphs in the log are not shown.")
    _thin(log)
    return log


def _read_file(file: Path, run: str, log: Log) -> tuple[int, bool]:
    """Add a file to the log. Returns how many records could be read, and whether a problem stopped it."""
    count = 0
    try:
        for event in _events(file):
            _add(event, run, log)
            count += 1
    except _damages():
        return count, True
    return count, False


def _damages() -> tuple[type[Exception], ...]:
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    return tf.errors.DataLossError, tf.errors.OutOfRangeError, DecodeError


def _events(file: Path) -> Iterator[Event]:
    from tensorflow.core.util import event_pb2

    from graphlab.tracing.private import records

    for record in records(str(file)):
        yield event_pb2.Event.FromString(record)


def _add(event: Event, run: str, log: Log) -> None:
    kind = event.WhichOneof("what")
    if kind == "graph_def":
        log.add_graph(run, "", GRAPH, event.graph_def)
    elif kind == "meta_graph_def":
        log.add_graph(run, "", META_GRAPH, event.meta_graph_def)
    elif kind == "summary":
        for value in event.summary.value:
            plugin = log.plugin_of(run, value)
            if plugin in _PLUGINS or plugin == _RUN_PLUGIN:
                _add_graphs(value, _PLUGINS.get(plugin, RUN), run, log)
            elif value.HasField("simple_value"):
                _add_point(log, run, event, value.tag, value.simple_value)
            elif plugin == _SCALARS and value.HasField("tensor"):
                _add_point(log, run, event, value.tag, _number(value.tensor))


def _add_graphs(value: Summary.Value, form: str, run: str, log: Log) -> None:
    for data in value.tensor.string_val:
        log.add_graph(run, value.tag, form, data)


def _number(tensor: TensorProto) -> float:
    import tensorflow as tf

    try:
        return float(tf.make_ndarray(tensor).reshape(-1)[0])
    except (TypeError, ValueError, IndexError):
        return math.nan


def _add_point(log: Log, run: str, event: Event, tag: str, value: float) -> None:
    words: float | str = value if math.isfinite(value) else str(value)  # JSON cannot represent infinity
    points = log.scalars.setdefault(run, {}).setdefault(tag, [])
    points.append((event.step, event.wall_time, words))
    if len(points) > 8 * MOST_POINTS:
        del points[1::2]


def _thin(log: Log) -> None:
    """Thin out curves that are too long for a page."""
    for tags in log.scalars.values():
        for tag, points in tags.items():
            if len(points) > MOST_POINTS:
                step = math.ceil(len(points) / MOST_POINTS)
                tags[tag] = [*points[:-1:step], points[-1]]
