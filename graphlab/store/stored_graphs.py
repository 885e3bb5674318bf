"""Stored traces: those shipped with the examples and those of earlier runs. Independent of TensorFlow."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from platformdirs import user_cache_dir

from graphlab.errors import GraphlabError
from graphlab.formats.facts_json import facts_to_json
from graphlab.formats.node_link import from_node_link, read_lines, to_node_link, write_lines
from graphlab.graph import Graph, JsonValue
from graphlab.graph.json_values import object_of, text_of
from graphlab.packaged import packaged_dir
from graphlab.sources import SourceSpec, source_key
from graphlab.store.dependencies import are_unchanged
from graphlab.store.versions import are_current, versions_of

EXAMPLES_MARK = "{examples}"  # stands for the folder of the packaged examples inside shipped traces
USUAL = ("keras", "tensorflow")  # the distributions that a trace depends on if no others are named
LARGE_OPS = 50_000  # graphs with this many ops are passed between processes as files
NEWEST = 200  # traces kept in the cache
LONGEST_NAME = 120  # characters of a graph's file name
_SENT_FACTS = ("has_data", "failures", "early_training")  # what is sent about a graph that is passed as a file


SentGraph: TypeAlias = dict[str, JsonValue]  # node-link data; for a large graph, its file and what is sent about it


@dataclass(frozen=True)
class StoredGraphs:
    """The graphs of one source on disk.

    `stamp` changes when the trace is written again. `has_data` says that the model's file has a datasets().
    `failures` are the graphs that could not be made, each with the reason.
    `traced_s` is when it was traced, in seconds since 1970; None for traces shipped with graphlab.
    """

    folder: Path
    names: tuple[str, ...]
    stamp: int
    has_data: bool = False
    failures: tuple[tuple[str, str], ...] = ()
    traced_s: float | None = None


class DamagedStoredGraphs(GraphlabError):  # noqa: N818 - a fact, like FileNotFoundError
    """A stored trace cannot be read; it was removed from the cache."""


def find_stored(spec: SourceSpec) -> StoredGraphs | None:
    """The newest stored trace of the source if nothing that it depends on has changed."""
    for folder in (cache_folder(spec), shipped_folder(spec)):
        stored = _read(folder) if folder else None
        if stored is not None:
            return stored
    return None


def read_graph(stored: StoredGraphs, name: str) -> Graph:
    """One of the trace's graphs. If its file is damaged, drops the trace and raises DamagedStoredGraphs."""
    try:
        return _graph(_graph_file(stored.folder, name))
    except (OSError, EOFError, zlib.error, ValueError, TypeError, AttributeError, LookupError, GraphlabError) as error:
        if stored.folder.parent == _cache_dir():  # shipped traces are never dropped
            shutil.rmtree(stored.folder, ignore_errors=True)
        what = f"the stored graph {name!r} in {str(stored.folder)!r} is damaged"
        raise DamagedStoredGraphs(f"{what} ({type(error).__name__}: {error})") from error


def _graph(file: Path) -> Graph:
    examples = json.dumps(str(packaged_dir("examples")))[1:-1]
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        graph = read_lines(line.replace(EXAMPLES_MARK, examples) for line in lines)
    if graph is not None:
        return graph
    text = gzip.decompress(file.read_bytes()).decode("utf-8")
    return from_node_link(json.loads(text.replace(EXAMPLES_MARK, examples)))


def to_send(graph: Graph) -> SentGraph:
    """The graph in the form that another process accepts: node-link data, or for a large graph its file's name."""
    if len(graph) < LARGE_OPS:
        return to_node_link(graph)
    handle, name = tempfile.mkstemp(prefix="graphlab-", suffix=".json.gz")
    examples = json.dumps(str(packaged_dir("examples")))[1:-1]
    with open(handle, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8", compresslevel=1) as file:
        file.writelines(line.replace(examples, EXAMPLES_MARK) for line in write_lines(graph))
    facts = facts_to_json(graph.facts)
    return {"file": name, "graph": {key: facts[key] for key in _SENT_FACTS if key in facts}}


def take(data: SentGraph) -> Graph:
    """The graph that `to_send` returned. Its file stays; see `drop`."""
    return _graph(Path(text_of(data["file"]))) if "file" in data else from_node_link(data)


def drop(graphs: Mapping[str, SentGraph]) -> None:
    """Remove the files in which graphs were sent."""
    for data in graphs.values():
        if "file" in data:
            Path(text_of(data["file"])).unlink(missing_ok=True)


def _graph_file(folder: Path, name: str) -> Path:
    """The file of a graph in a trace's folder; the graph's name may contain anything and have any length."""
    quoted = quote(name, safe="")
    if len(quoted) > LONGEST_NAME:
        quoted = hashlib.sha256(name.encode()).hexdigest()
    return folder / f"{quoted}.json.gz"


def store_graphs(
    spec: SourceSpec, graphs: Mapping[str, SentGraph], files: Mapping[str, str], distributions: Iterable[str] = USUAL
) -> bool:
    """Store graphs (by name, see `to_send`) in the cache for `find_stored`. False if it would not find them.

    That happens if the cache cannot be written to, and for a trusted file: its graphs depend on which of its author's
    code was found, which no list of files can express. `files`: the dependencies of the graphs, each with its `digest`
    at the time; `distributions`: the installed ones that were imported.
    """
    if spec.trust:
        return False
    folder = cache_folder(spec)
    try:
        write_stored(folder, graphs, files, distributions, traced_s=time.time())
        _forget_oldest(folder.parent)
    except OSError:
        return False
    return _read(folder) is not None


def write_stored(
    folder: Path,
    graphs: Mapping[str, SentGraph],
    files: Mapping[str, str],
    distributions: Iterable[str] = USUAL,
    traced_s: float | None = None,
) -> None:
    """Write the folder of a trace in one step, so that readers see either the old one or the new one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    examples = json.dumps(str(packaged_dir("examples")))[1:-1]
    for name, data in graphs.items():
        if "file" in data:
            shutil.copyfile(text_of(data["file"]), _graph_file(draft, name))
            continue
        text = json.dumps(data, allow_nan=False, separators=(",", ":")).replace(examples, EXAMPLES_MARK)
        # mtime=0: the same graph gives the same bytes.
        _graph_file(draft, name).write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    meta = {
        "names": list(graphs),
        "has_data": any(object_of(data["graph"]).get("has_data") for data in graphs.values()),
        "failures": {
            name: value
            for data in graphs.values()
            for name, value in object_of(object_of(data["graph"]).get("failures", {})).items()
        },
        "files": {file.replace(str(packaged_dir("examples")), EXAMPLES_MARK): value for file, value in files.items()},
        "versions": versions_of(distributions),
        **({} if traced_s is None else {"traced_s": traced_s}),
    }
    (draft / "trace.json").write_text(json.dumps(meta, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)


def cache_folder(spec: SourceSpec) -> Path:
    """Where the trace of a source is stored."""
    data = [] if spec.data is None else [spec.data]
    script = [{"arguments": spec.arguments}] if spec.arguments else []
    key = json.dumps([source_key(spec), list(spec.inputs), *data, *script])
    return _cache_dir() / hashlib.sha256(key.encode()).hexdigest()[:24]


def _cache_dir() -> Path:
    return Path(user_cache_dir("graphlab")) / "traces"


def shipped_folder(spec: SourceSpec) -> Path | None:
    """Where the trace of a packaged example is shipped; None for other sources."""
    if spec.file is None or spec.file.parent != packaged_dir("examples").resolve():
        return None
    if spec.inputs or spec.arguments or spec.data is not None:
        return None
    return packaged_dir("examples") / "traces" / f"{spec.file.stem}.{spec.name}"


def _read(folder: Path) -> StoredGraphs | None:
    try:
        stamp = (folder / "trace.json").stat().st_mtime_ns
        meta = json.loads((folder / "trace.json").read_text(encoding="utf-8"))
        names = tuple(meta["names"])
        files = {
            file.replace(EXAMPLES_MARK, str(packaged_dir("examples"))): digest for file, digest in meta["files"].items()
        }
        is_current = are_current(meta["versions"])
        failures = tuple(meta.get("failures", {}).items())
        traced_s = float(meta["traced_s"]) if "traced_s" in meta else None
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        return None
    if not is_current or not are_unchanged(files) or not all(_graph_file(folder, name).is_file() for name in names):
        return None
    return StoredGraphs(folder, names, stamp, bool(meta.get("has_data")), failures, traced_s)


def _forget_oldest(folder: Path) -> None:
    traces = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in traces[NEWEST:]:
        shutil.rmtree(old, ignore_errors=True)
