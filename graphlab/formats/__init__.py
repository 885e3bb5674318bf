"""Read graphs from files and write graphs to files, one module per format.

A reader takes (path, trust=bool) and returns the file's graphs by name; a writer takes (graph, path). Tables map each
suffix to its reader or writer, imported at first use. The readers of SIZED also take `inputs`, the input sizes to use.
"""

from __future__ import annotations

import errno
import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from graphlab.errors import FormatError, GraphlabError, SourceError, shortened, words_of
from graphlab.formats.faults import too_large
from graphlab.formats.folders import LOG, SAVED_MODEL, is_event_file, kind_of_folder
from graphlab.formats.magic import check_kind
from graphlab.graph import Graph
from graphlab.sources.inputs import InputSpec
from graphlab.sources.paths import is_there

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_QUOTED = 600  # characters of a message about a file: it may quote a name of any length from the file
UNREADABLE = (errno.EACCES, errno.EPERM, errno.EIO)  # errors that have nothing to do with the file's content
ImportedFunction: TypeAlias = Callable[..., object]  # a function, named in a table by its module

READERS = {
    ".json": "graphlab.formats.node_link:read_json",
    ".pb": "graphlab.formats.tensorflow.graph_def:read_graph_def",
    ".pbtxt": "graphlab.formats.tensorflow.graph_def:read_graph_def",
    ".meta": "graphlab.formats.tensorflow.graph_def:read_graph_def",
    ".keras": "graphlab.formats.keras.graphs:read_keras",
    ".h5": "graphlab.formats.keras.graphs:read_keras",
    ".hdf5": "graphlab.formats.keras.graphs:read_keras",
    ".me.json": "graphlab.formats.model_explorer.read:read_model_explorer",
    ".tflite": "graphlab.formats.tflite.graphs:read_tflite",
    ".onnx": "graphlab.formats.onnx.graphs:read_onnx",
}
SIZED = (".keras", ".h5", ".hdf5", ".onnx")
# What files with a suffix are, as a person would call them.
OF_SUFFIX = {
    ".json": "Saved graph",
    ".me.json": "Model Explorer graph",
    **dict.fromkeys((".pb", ".pbtxt", ".meta"), "TensorFlow graph"),
    **dict.fromkeys((".keras", ".h5", ".hdf5"), "Keras file"),
    ".tflite": "TensorFlow Lite model",
    ".onnx": "ONNX model",
}
# Kinds without a suffix, as a person would call them.
FOLDER_READERS = {
    SAVED_MODEL: "graphlab.formats.tensorflow.saved_model:read_saved_model",
    LOG: "graphlab.formats.tensorflow.event_files:read_log",
}
WRITERS = {
    ".json": "graphlab.formats.node_link:save_json",
    ".graphml": "graphlab.formats.graph_xml:save_graphml",
    ".gexf": "graphlab.formats.graph_xml:save_gexf",
    ".me.json": "graphlab.formats.model_explorer.write:save_model_explorer",
}
# A reader of one array: takes (path, where) and returns a NumPy array. `where` is an entry of the graph's `weights`.
WEIGHTS: dict[str, str] = {
    ".pb": "graphlab.formats.tensorflow.graph_def:read_graph_def_weights",
    ".pbtxt": "graphlab.formats.tensorflow.graph_def:read_graph_def_weights",
    ".meta": "graphlab.formats.tensorflow.graph_def:read_graph_def_weights",
    ".keras": "graphlab.formats.keras.weights:read_weights",
    ".h5": "graphlab.formats.keras.weights:read_weights",
    ".hdf5": "graphlab.formats.keras.weights:read_weights",
    ".tflite": "graphlab.formats.tflite.values:read_tflite_weights",
    ".onnx": "graphlab.formats.onnx.values:read_onnx_weights",
}

FOLDER_WEIGHTS = {
    SAVED_MODEL: "graphlab.formats.tensorflow.saved_model:read_saved_model_weights",
    LOG: "graphlab.formats.tensorflow.event_files:read_log_weights",
}


def takes_inputs(path: Path) -> bool:
    """Whether the file's reader can make the graphs for inputs of given sizes."""
    return _suffix(READERS, path) in SIZED and path.is_file()


def read(path: Path, *, trust: bool = False, inputs: Sequence[InputSpec] = ()) -> dict[str, Graph]:
    """The graphs of a model file or folder by name, the main one first. For `inputs`, see `takes_inputs`.

    No code from the file runs unless `trust` is True. Raises FormatError if the file cannot be read, SourceError if it
    does not accept these inputs.
    """
    if is_there(path, FormatError) and path.is_file() and not is_event_file(path):
        check_kind(path, suffix_of_file(path))
    reader = _reader_of(path, READERS, FOLDER_READERS, f"cannot read {str(path)!r}")
    try:
        sized = {"inputs": inputs} if inputs and takes_inputs(path) else {}
        graphs = cast("dict[str, Graph]", reader(path, trust=trust, **sized))
    except SourceError:
        raise
    except GraphlabError as error:
        if path.name in str(error):
            raise
        words = shortened(str(error), MOST_QUOTED)
        raise FormatError(f"{str(path)!r} cannot be read: {words}") from error  # raised where the file is not known
    except MemoryError as error:
        raise FormatError(too_large(repr(str(path)))) from error
    except Exception as error:  # a parser may raise anything: the file is at fault, and the user needs to know
        if isinstance(error, OSError) and error.errno in UNREADABLE:
            raise FormatError(f"cannot read {str(error.filename or path)!r}: {os.strerror(error.errno)}") from error
        raise FormatError(f"{str(path)!r} is damaged or has another format ({_words(error)})") from error
    return graphs


def can_read(path: Path) -> bool:
    """Whether `read` supports this existing file or folder, judged by its name and, for a folder, its contents."""
    if not path.is_dir():
        return is_event_file(path) or bool(suffix_of_file(path))
    try:
        return bool(kind_of_folder(path))
    except FormatError:
        return False


def suffix_of_file(path: Path) -> str:
    """The suffix that picks the file's reader; "" if the name has none of the known suffixes."""
    return _suffix(READERS, path)


def read_weights(path: Path, where: str) -> NDArray[np.generic]:
    """The values of one variable or constant of a model file, without the others.

    Raises FormatError if the file does not contain them, or no longer does.
    """
    reader = _reader_of(path, WEIGHTS, FOLDER_WEIGHTS, f"cannot read values from {str(path)!r}")
    try:
        values = cast("NDArray[np.generic]", reader(path, where))
    except GraphlabError:
        raise
    except MemoryError as error:
        raise FormatError(too_large(f"the array at {where!r} of {str(path)!r}")) from error
    except Exception as error:  # as in `read`
        raise FormatError(f"cannot read the values at {where!r} in {str(path)!r} ({_words(error)})") from error
    return values


def load(path: str | Path, *, graph: str | None = None, trust: bool = False) -> Graph:
    """One graph of a model file or folder, by default the main one. No code from it runs unless `trust` is True."""
    graphs = read(Path(path), trust=trust)
    name = graph or next(iter(graphs))
    if name not in graphs:
        raise FormatError(f"{str(path)!r} has no graph {name!r}; it has {', '.join(graphs)}")
    return graphs[name]


def save(graph: Graph, path: str | Path) -> None:
    """Write the graph in the format that the suffix selects."""
    function_of(WRITERS, Path(path), f"cannot write {str(path)!r}")(graph, Path(path))


def suffix_of(table: Mapping[str, str], path: Path, what: str) -> str:
    """The longest suffix in the table that the file has. Raises FormatError, whose message begins with `what`."""
    suffix = _suffix(table, path)
    if not suffix:
        raise FormatError(f"{what}: its suffix must be one of {', '.join(table)}")
    return suffix


def _suffix(table: Mapping[str, str], path: Path) -> str:
    return max((suffix for suffix in table if path.name.lower().endswith(suffix)), key=len, default="")


def function_of(table: Mapping[str, str], path: Path, what: str) -> ImportedFunction:
    """The function in the table for the file's suffix; see `suffix_of`."""
    return _imported(table[suffix_of(table, path, what)])


def _reader_of(path: Path, files: Mapping[str, str], folders: Mapping[str, str], what: str) -> ImportedFunction:
    if not is_there(path, FormatError):
        raise FormatError(f"{what}: there is no such file or folder")
    if path.is_dir():
        return _imported(folders[kind_of_folder(path)])
    return _imported(folders[LOG]) if is_event_file(path) else function_of(files, path, what)


def _imported(import_path: str) -> ImportedFunction:
    module, _, name = import_path.partition(":")
    function: ImportedFunction = getattr(importlib.import_module(module), name)
    return function


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(words_of(error).split())[:200]}"
