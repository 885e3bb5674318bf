"""The process with TensorFlow: it traces sources and looks up op documentation. `python -m` runs it."""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, replace
from pathlib import Path

from graphlab.errors import DataError, SourceError, TraceError
from graphlab.formats import read, read_weights, takes_inputs
from graphlab.formats.statistics import statistics_of
from graphlab.graph import Graph
from graphlab.loading.imports import distributions_of_modules, imported_distributions, own_modules
from graphlab.loading.limits import limited_memory
from graphlab.loading.watch import start_dependencies, unwatched, watching
from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.processes.worker import Message, serve
from graphlab.sources import SourceSpec, parse_source
from graphlab.sources.data_folders import DATA_VARIABLE, FILE_HAS_NONE, named_folder
from graphlab.sources.failures import describe_failure
from graphlab.sources.inputs import InputSpec, parse_inputs
from graphlab.store.dependencies import digest, is_too_full
from graphlab.store.stored_graphs import to_send

Progress = Callable[[str], None]
PIPELINE = "pipeline"  # the kind of the graphs of datasets
READERS = ("keras", "tensorflow", "h5py", "onnx")  # the distributions that read model files


def answer_start(request: Message, progress: Progress) -> Message:
    """Load TensorFlow and the tracing code, so that a later request need not wait. Does not start devices."""
    seconds = _ready(progress)
    import graphlab.tracing.targets  # noqa: F401

    distributions_of_modules()
    return {"seconds": seconds}


def answer_trace(request: Message, progress: Progress) -> Message:
    """The graphs of a source in the form of `to_send`, their dependencies with digests, and the distributions.

    "complete" is false if they also depend on something that is not listed.
    """
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

    with watching() as watch, own_modules(spec, watch):
        try:
            if request.get("data") is None:
                graphs = trace_source(spec, progress)
            else:
                graphs = trace_data(replace(spec, data=request["data"]), progress)
        except BaseException as error:
            if isinstance(error, Exception):
                raise
            raise TraceError(describe_failure(f"tracing {spec.text!r} failed", error)) from error
        with unwatched():
            distributions = imported_distributions()
    files = start_dependencies() | watch.result()
    if any(graph.kind == PIPELINE for graph in graphs.values()):
        files |= _data_read(request.get("data"))
    return _answer(graphs, files, distributions, watch.is_complete, progress)


def _answer(
    graphs: Mapping[str, Graph],
    files: Mapping[str, str],
    distributions: Iterable[str],
    is_complete: bool,
    progress: Progress,
) -> Message:
    is_complete = is_complete and not any(map(is_too_full, files))
    progress("Sending the graph")
    sent = {name: to_send(graph) for name, graph in graphs.items()}
    return {"graphs": sent, "files": files, "distributions": [*distributions], "complete": is_complete}


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
        graphs = _graphs_of_file(path, parse_inputs(spec.inputs), trust=spec.trust)
    for graph in graphs.values():
        # Whatever the file says about where it was saved, no code beside it belongs to it.
        graph.facts = replace(graph.facts, has_data=False, untrainable=FILE_HAS_NONE, failures={})
    return _answer(graphs, files, READERS, True, progress)


def _graphs_of_file(path: Path, inputs: Sequence[InputSpec], *, trust: bool) -> Mapping[str, Graph]:
    """The graphs of a model file for these inputs, if its format accepts them."""
    try:
        graphs = read(path, trust=trust, inputs=inputs)
        if not inputs or takes_inputs(path):
            return graphs
        from graphlab.loading.input_sizes import graphs_for  # loads all of explain, which no trace needs

        return graphs_for(graphs, inputs)
    except SourceError as error:
        raise SourceError(f"{path.name!r} cannot be shown for these inputs: {error}") from error


def answer_statistics(request: Message, progress: Progress) -> Message:
    """Statistics of the values at one place of a model file: the fields of formats.statistics.Statistics."""
    with limited_memory():
        return asdict(statistics_of(read_weights(Path(request["path"]), request["where"])))


def answer_docs(request: Message, progress: Progress) -> Message:
    """TensorFlow's documentation of op types, by type; "" if it has none."""
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


HANDLERS = {"start": answer_start, "trace": answer_trace, "statistics": answer_statistics, "docs": answer_docs}

if __name__ == "__main__":
    serve(HANDLERS)
