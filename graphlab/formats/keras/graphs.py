"""Keras model files to graphs: the traced model if possible, else its layers. No code from the file runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError, GraphlabError, SourceError
from graphlab.formats.keras.archive import Archive, read_archive
from graphlab.formats.keras.build import check_training, compile_model, own_config, quiet, rebuild_model
from graphlab.formats.keras.calls import check_calls, class_in, layers_in, name_in
from graphlab.formats.keras.config import check
from graphlab.formats.keras.constants import load_constants
from graphlab.formats.keras.layers import Config, layers_graph
from graphlab.formats.keras.places import missing_values, weight_locations, weights_of
from graphlab.formats.keras.private import hollow_variables
from graphlab.formats.keras.trust import load_trusted
from graphlab.formats.keras.variable_groups import weights_graph
from graphlab.formats.keras.weights import LEGACY, Stored, stored_arrays
from graphlab.graph import Graph
from graphlab.processes.tensorflow_start import start_tensorflow
from graphlab.sources.inputs import InputSpec

if TYPE_CHECKING:
    import keras

Graphs = dict[str, Graph]
_HINT = " Use --trust to run its author's code."
_NO_SHAPES = (
    "Shapes after such a layer are unknown, because HDF5 does not contain them. A .keras file of the model does."
)


def read_keras(path: Path, *, trust: bool = False, inputs: Sequence[InputSpec] = ()) -> Graphs:
    """The forward pass, and the train step if the model was compiled; else the layers or the weights, with the reason.

    Raises FormatError if the file is damaged or not a Keras file, SourceError if it cannot be traced for `inputs`.
    """
    archive = read_archive(path)  # report a damaged file before loading TensorFlow, which takes seconds
    start_tensorflow()
    import keras

    if archive.config is None:
        graphs = {"layers": _weights_only(path)}
        _check_traced(graphs, inputs)
        return graphs
    keras.utils.clear_session()  # number layers from the start, whatever this process read before
    notes: list[str] = []
    arrays = _stored(path, notes)
    trace = partial(_traced, archive=archive, arrays=arrays, notes=notes, inputs=inputs)
    graphs = _trusted(archive, archive.config, notes, trace) if trust else {}
    if not graphs:
        graphs = _untrusted(archive, archive.config, arrays, notes, trace, hint="" if trust else _HINT)
    _check_traced(graphs, inputs)
    for graph in graphs.values():
        graph.facts = replace(graph.facts, notes=(*_about(archive), *notes))
    return graphs


def _check_traced(graphs: Graphs, inputs: Sequence[InputSpec]) -> None:
    """Raise SourceError if inputs were passed for a graph of layers or weights, which is not traced."""
    if inputs and "forward" not in graphs:
        why = next(iter(graphs["layers"].notes), "the file contains no model that can be traced")
        raise SourceError(f"sizes can be given only for a graph of ops; omit --input. {why}")


def _untrusted(
    archive: Archive, config: Config, arrays: Stored, notes: list[str], trace: Callable[..., Graphs], *, hint: str
) -> Graphs:
    """The graphs of the model, as far as it consists of Keras' own objects."""
    config = own_config(archive, config)
    with hollow_variables(), quiet():
        try:
            check_calls(config)
            model = rebuild_model(config)
            notes += load_constants(model, archive.path, arrays)
            return trace(model, hint=hint)
        except FormatError as error:
            why = f"The op graph is not available: {str(error).rstrip('.')}.{hint if check(config).unknown else ''}"
            return {"layers": _layers(config, arrays, why, notes)}


def _trusted(archive: Archive, config: Config, notes: list[str], trace: Callable[..., Graphs]) -> Graphs:
    """The graphs of the model with its author's code; {} if there is no such code, or it cannot be loaded."""
    unknown = [*check(own_config(archive, config)).unknown, *check_training(archive).unknown]
    if not unknown:
        return {}
    try:
        model = load_trusted(archive.path, unknown)
        return trace(model)
    except FormatError as error:
        notes.append(f"{str(error).rstrip('.')}.")
        return {}


def _traced(
    model: keras.Model,
    *,
    archive: Archive,
    arrays: Stored,
    notes: list[str],
    inputs: Sequence[InputSpec],
    hint: str = "",
) -> Graphs:
    """The model's graphs. Adds to `notes` why one is missing."""
    from graphlab.tracing.models.graphs import has_train_step, is_compiled, trace_forward, trace_train_step, why_no_step
    from graphlab.tracing.specs import sorted_specs

    specs, keyword_specs = sorted_specs(inputs)
    try:
        graphs = {"forward": trace_forward(model, specs, keyword_specs)}
    except GraphlabError as error:
        raise (SourceError if inputs else FormatError)(str(error)) from error
    try:
        if not is_compiled(model):
            compile_model(model, archive)
        if has_train_step(model):
            graphs["train_step"] = trace_train_step(model, specs, keyword_specs)
        notes += why_no_step(model, "compile it before you save it")
    except GraphlabError as error:
        hint = hint if check_training(archive).unknown else ""
        notes.append(f"The train step is not available: {str(error).rstrip('.')}.{hint}")
    locations = weight_locations(model, arrays)
    notes += filter(None, [missing_values(model, locations)] if arrays.tensors else [])
    for graph in graphs.values():
        graph.facts = replace(graph.facts, weights=weights_of(graph, locations))
    return graphs


def _layers(config: Config, arrays: Stored, why: str, notes: list[str]) -> Graph:
    if layers_in(config):
        notes.append(f"{why} These are the layers from the file's config.")
        graph = layers_graph(config, arrays)
        if LEGACY in arrays.orders and any(tensor.shape is None for op in graph.ops() for tensor in op.outputs):
            notes.append(_NO_SHAPES)
        return graph
    if not arrays.tensors:
        raise FormatError(f"{name_in(config)!r} cannot be shown: the file contains neither layers nor weights. {why}")
    notes.append(f"{why} The config does not describe the layers. These are the weights, by their names in the file.")
    return weights_graph(arrays, name_in(config), class_in(config))


def _weights_only(path: Path) -> Graph:
    arrays = stored_arrays(path)
    if not arrays.tensors:
        raise FormatError(f"{str(path)!r} contains no Keras model: neither a config nor arrays")
    graph = weights_graph(arrays, path.name.partition(".")[0], "")
    note = "The file contains weights only. To see layers and a graph, save the model itself with model.save()."
    graph.facts = replace(graph.facts, notes=(note,))
    return graph


def _stored(path: Path, notes: list[str]) -> Stored:
    """The file's arrays. If they cannot be read, the graph is still useful, and a note gives the reason."""
    try:
        return stored_arrays(path)
    except FormatError as error:
        notes.append(f"No values can be shown: {error}.")
        return Stored()


def _about(archive: Archive) -> list[str]:
    if not archive.is_old:
        return []
    import keras

    version = f"Keras {archive.version}" if archive.version else "an old version of Keras"
    return [f"Saved by {version}; the graph was made by Keras {keras.__version__}."]
