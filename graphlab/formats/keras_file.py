"""Keras model files to graphs: what the model computes, traced, else its layers. No code from the file is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphlab.errors import FormatError, GraphlabError
from graphlab.formats.keras_archive import Archive, read_archive
from graphlab.formats.keras_build import check_model, compile_model, quiet, rebuild_model
from graphlab.formats.keras_constants import load_constants
from graphlab.formats.keras_places import missing_values, places_of, weights_of
from graphlab.formats.keras_private import hollow_variables
from graphlab.formats.keras_weights import Stored, stored_arrays
from graphlab.graph import Graph
from graphlab.tensorflow_start import start_tensorflow


def read_keras(path: Path, *, trust: bool = False) -> dict[str, Graph]:
    """The forward pass, and the train step where the model was compiled.

    Raises FormatError where the file is damaged or no Keras file.
    """
    start_tensorflow()
    import keras

    archive = read_archive(path)
    keras.utils.clear_session()  # layers are numbered from the start, whatever was read here before
    notes = _about(archive)
    stored = _stored(path, notes)
    with hollow_variables(), quiet():
        model = rebuild_model(check_model(archive))
        load_constants(model, path, places_of(model, stored))
        graphs = _traced(model, archive, notes)
        places = places_of(model, stored)
    notes += filter(None, [missing_values(model, places)] if stored.tensors else [])
    for graph in graphs.values():
        graph.graph["notes"] = list(notes)
        graph.graph["weights"] = weights_of(graph, places)
    return graphs


def _stored(path: Path, notes: list[str]) -> Stored:
    """The file's arrays; without them the graph is as good, and a note says why there are none."""
    try:
        return stored_arrays(path)
    except FormatError as error:
        notes.append(f"No values can be shown: {error}.")
        return Stored()


def _traced(model: Any, archive: Archive, notes: list[str]) -> dict[str, Graph]:
    """The model's graphs; says in `notes` why one is missing."""
    from graphlab.tracing.models import has_train_step, trace_forward, trace_train_step

    try:
        graphs = {"forward": trace_forward(model)}
    except GraphlabError as error:
        raise FormatError(str(error)) from error
    try:
        compile_model(model, archive)
        if has_train_step(model):
            graphs["train_step"] = trace_train_step(model)
    except GraphlabError as error:
        notes.append(f"The train step is not available: {str(error).rstrip('.')}.")
    return graphs


def _about(archive: Archive) -> list[str]:
    if not archive.is_old:
        return []
    import keras

    version = f"Keras {archive.version}" if archive.version else "an old version of Keras"
    return [f"Saved by {version}: the graph is what Keras {keras.__version__} makes of it."]
