"""The process that has TensorFlow loaded: it traces sources and looks up op documentation. `python -m` runs it."""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from graphlab.datasets import DATA_VARIABLE, FILE_HAS_NONE, named_folder
from graphlab.errors import DataError, TraceError
from graphlab.formats import read, read_weights
from graphlab.formats.statistics import statistics_of
from graphlab.loading.limits import limited_memory
from graphlab.source import SourceSpec, describe_failure, is_installed_file, is_user_file, parse_source
from graphlab.tensorflow_start import start_tensorflow
from graphlab.traces import digest, to_send
from graphlab.worker import Message, serve

Progress = Callable[[str], None]
PIPELINE = "pipeline"  # the kind of the graphs of data sets


def answer_start(request: Message, progress: Progress) -> Message:
    """Load TensorFlow, so that later requests need not wait for it."""
    return {"seconds": _ready(progress)}


def answer_trace(request: Message, progress: Progress) -> Message:
    """The graphs of a source as `to_send` gives them, and the user's files they came from with the digests they had."""
    spec = parse_source(
        request["source"],
        tuple(request["inputs"]),
        trust=bool(request.get("trust")),
        arguments=tuple(request.get("arguments", ())),
    )
    if spec.path is not None:
        return _read_file(spec, spec.path, progress)
    _ready(progress)
    from graphlab.tracing.targets import trace_data, trace_source

    with _own_files(spec) as files:
        try:
            if request.get("data") is None:
                graphs = trace_source(spec, progress)
            else:
                graphs = trace_data(replace(spec, data=request["data"]), progress)
        except SystemExit as error:
            raise TraceError(describe_failure(f"tracing {spec.text!r} failed", error)) from error
    if any(graph.kind == PIPELINE for graph in graphs.values()):
        files |= _data_read(request.get("data"))
    progress("Sending the graph")
    return {"graphs": {name: to_send(graph) for name, graph in graphs.items()}, "files": files}


def _data_read(data: str | None) -> dict[str, str]:
    """The data folder that a pipeline may have read, with its digest, and the variable that names it."""
    folder = None
    with suppress(DataError):  # the pipeline was made without it
        folder = named_folder(data)
    mark = f"${DATA_VARIABLE}"
    return {mark: digest(mark)} | ({str(folder): digest(str(folder))} if folder else {})


def _read_file(spec: SourceSpec, path: Path, progress: Progress) -> Message:
    progress(f"Reading {path.name}")
    files = {str(path): digest(str(path))}
    with nullcontext() if spec.trust else limited_memory():
        graphs = read(path, trust=spec.trust)
    for graph in graphs.values():
        graph.graph["has_data"] = False  # whatever it said where it was saved: no code beside the file is its own
        graph.graph["untrainable"] = FILE_HAS_NONE
        graph.graph.pop("failures", None)
    progress("Sending the graph")
    return {"graphs": {name: to_send(graph) for name, graph in graphs.items()}, "files": files}


def answer_values(request: Message, progress: Progress) -> Message:
    """What the values at one place of a model file look like: the fields of formats.statistics.Statistics."""
    with limited_memory():
        return asdict(statistics_of(read_weights(Path(request["path"]), request["where"])))


def answer_docs(request: Message, progress: Progress) -> Message:
    """TensorFlow's documentation of op types, by type; "" where it has none."""
    _ready(progress)
    import tensorflow as tf

    return {op_type: inspect.getdoc(getattr(tf.raw_ops, op_type, None)) or "" for op_type in request["types"]}


def _ready(progress: Progress) -> float:
    if "tensorflow" in sys.modules:
        return 0.0
    progress("Starting TensorFlow")
    started = time.monotonic()
    start_tensorflow()
    return time.monotonic() - started


class _Digests(MetaPathFinder):
    """Notes the user's files with their digests just before Python reads them: what is edited later has another."""

    def __init__(self, spec: SourceSpec, files: dict[str, str]) -> None:
        self._spec = spec
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python's own finder finds."""
        found = PathFinder.find_spec(fullname, path, target)
        if found is not None and found.origin and _is_own(self._spec, fullname, found.origin):
            self._files.setdefault(found.origin, digest(found.origin))
        return found


@contextmanager
def _own_files(spec: SourceSpec) -> Iterator[dict[str, str]]:
    """The user's files loaded meanwhile, with digests. Their modules go at the end: the next trace runs them anew."""
    files = {str(spec.file): digest(str(spec.file))} if spec.file else {}
    known = set(sys.modules)
    finder = _Digests(spec, files)
    sys.meta_path.insert(sys.meta_path.index(PathFinder), finder)
    try:
        yield files
    finally:
        sys.meta_path.remove(finder)
        for name in set(sys.modules) - known:
            if _is_own(spec, name, _file(name)):
                # A loader of another kind read it: better now than never.
                files.setdefault(_file(name), digest(_file(name)))
                del sys.modules[name]


def _is_own(spec: SourceSpec, module_name: str, file: str) -> bool:
    """Whether the module is what the user is working on; of installed packages that is the source's own only."""
    if not is_user_file(file):
        return False
    top = (spec.module or "").partition(".")[0]
    return not is_installed_file(file) or module_name.partition(".")[0] == top


def _file(module_name: str) -> str:
    module: Any = sys.modules.get(module_name)
    return getattr(module, "__file__", None) or ""


if __name__ == "__main__":
    serve({"start": answer_start, "trace": answer_trace, "values": answer_values, "docs": answer_docs})
