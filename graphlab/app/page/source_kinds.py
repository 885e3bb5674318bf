"""The kinds of the sources on the home page, determined from a file's text or name. Runs nothing."""

from __future__ import annotations

import ast
from pathlib import Path

from graphlab.formats import OF_SUFFIX, suffix_of_file
from graphlab.sources import SourceSpec, module_file
from graphlab.sources.names import top_level

FUNCTION, MODEL, DATASET, FILE, OTHER = "function", "model", "dataset", "file", "other"
WORDS = {FUNCTION: "Function", MODEL: "Keras model", DATASET: "Dataset", OTHER: "Python object"}
_MODELS = frozenset({"Model", "Sequential", "Functional", "load_model", "clone_model"})
_MODEL_MODULE = "applications"
_DATASET = "Dataset"
_FUNCTIONS = frozenset({"function", "partial"})


def kind_of_source(spec: SourceSpec | None) -> tuple[str, str]:
    """The kind of a source, for drawing its card, and the kind's text. None represents a live object."""
    if spec is None:
        return OTHER, WORDS[OTHER]
    if spec.path is not None:
        return FILE, _words_of_file(spec.path)
    file = spec.file or (module_file(spec.module) if spec.module else None)
    kind = _kind_in(file, spec.name) if file else OTHER
    return kind, WORDS[kind]


def _words_of_file(path: Path) -> str:
    if path.is_dir():
        return "Model or log folder"
    return OF_SUFFIX.get(suffix_of_file(path), "Event file")


def _kind_in(file: Path, name: str) -> str:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):  # its page reports the problem
        return OTHER
    own_models = {node.name for node in tree.body if isinstance(node, ast.ClassDef) and _is_model(node)}
    kind = OTHER
    for node in top_level(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            kind = FUNCTION
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and name in _targets(node):
            kind = _kind_of_value(node.value, own_models)
    return kind


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _is_model(node: ast.ClassDef) -> bool:
    return any(_parts(base)[-1:] == ["Model"] for base in node.bases)


def _kind_of_value(value: ast.expr, own_models: set[str]) -> str:
    if isinstance(value, ast.Lambda):
        return FUNCTION
    if not isinstance(value, ast.Call):
        return OTHER
    parts = _parts(value)
    if parts[-1:] and (parts[-1] in _MODELS | own_models or _MODEL_MODULE in parts):
        return MODEL
    if _DATASET in parts:
        return DATASET
    return FUNCTION if parts[-1:] and parts[-1] in _FUNCTIONS else OTHER


def _parts(value: ast.expr) -> list[str]:
    """The names along a chain of attributes and calls, in order: for `tf.data.Dataset.range(3).batch(2)` all five."""
    names: list[str] = []
    while True:
        if isinstance(value, ast.Call):
            value = value.func
        elif isinstance(value, ast.Attribute):
            names.append(value.attr)
            value = value.value
        else:
            return [*([value.id] if isinstance(value, ast.Name) else []), *reversed(names)]
