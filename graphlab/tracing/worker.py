"""The process that has TensorFlow loaded: it traces sources and looks up op documentation. `python -m` runs it."""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable
from typing import Any

from graphlab.formats.node_link import to_node_link
from graphlab.source import is_user_file, parse_source
from graphlab.tensorflow_start import start_tensorflow
from graphlab.worker import Message, serve

Progress = Callable[[str], None]


def answer_start(request: Message, progress: Progress) -> Message:
    """Load TensorFlow, so that later requests need not wait for it."""
    return {"seconds": _ready(progress)}


def answer_trace(request: Message, progress: Progress) -> Message:
    """The graphs of a source as node-link data, and the user's files they came from."""
    _ready(progress)
    from graphlab.tracing.targets import trace_source

    spec = parse_source(request["source"], tuple(request["inputs"]))
    known = set(sys.modules)
    try:
        graphs = trace_source(spec, progress)
        files = _user_files(known)
    finally:
        _forget_modules(known)
    progress("Sending the graph")
    return {"graphs": {name: to_node_link(graph) for name, graph in graphs.items()}, "files": files}


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


def _user_files(known: set[str]) -> list[str]:
    """The user's own files among the modules loaded since."""
    files = {_file(name) for name in set(sys.modules) - known}
    return sorted(file for file in files if is_user_file(file))


def _forget_modules(known: set[str]) -> None:
    """Drop the user's modules, so that the next trace runs them as they are on disk by then."""
    for name in set(sys.modules) - known:
        if is_user_file(_file(name)):
            del sys.modules[name]


def _file(module_name: str) -> str:
    module: Any = sys.modules.get(module_name)
    return getattr(module, "__file__", None) or ""


if __name__ == "__main__":
    serve({"start": answer_start, "trace": answer_trace, "docs": answer_docs})
