"""The packaged examples, as their files describe themselves."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphlab.source import SourceSpec, packaged_dir

NAMES = {"quadratic.py": "f", "neuron.py": "neuron", "mnist_mlp.py": "model", "xray_cnn.py": "model"}  # easy ones first


@dataclass(frozen=True)
class Example:
    """A packaged example: `title` and `description` are its docstring's first line and the rest."""

    source: str
    title: str
    description: str


def packaged_examples() -> list[Example]:
    """All packaged examples, in the order of the gallery."""
    return [_example(file, name) for file, name in NAMES.items()]


def example_specs() -> list[SourceSpec]:
    """The examples as sources."""
    folder = packaged_dir("examples").resolve()
    return [SourceSpec(f"examples/{file}:{name}", name, file=folder / file) for file, name in NAMES.items()]


def _example(file: str, name: str) -> Example:
    text = (packaged_dir("examples") / file).read_text(encoding="utf-8")
    title, _, description = (ast.get_docstring(ast.parse(text)) or file).partition("\n")
    return Example(f"examples/{file}:{name}", title.strip(), " ".join(description.split()))
