"""The packaged examples, as their files describe themselves."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphlab.packaged import packaged_dir
from graphlab.sources import SourceSpec

NAMES = {"quadratic.py": "f", "neuron.py": "neuron", "mnist_mlp.py": "model", "xray_cnn.py": "model"}  # easy ones first


@dataclass(frozen=True)
class Example:
    """A packaged example: `title` and `description` are its docstring's first line and the rest."""

    spec: SourceSpec
    title: str
    description: str

    @property
    def source(self) -> str:
        """The source's text."""
        return self.spec.text


def packaged_examples() -> list[Example]:
    """All packaged examples, in the order of the gallery."""
    return [_example(spec) for spec in example_specs()]


def example_specs() -> list[SourceSpec]:
    """The examples as sources."""
    folder = packaged_dir("examples").resolve()
    return [SourceSpec(f"examples/{file}:{name}", name, file=folder / file) for file, name in NAMES.items()]


def _example(spec: SourceSpec) -> Example:
    text = spec.file.read_text(encoding="utf-8") if spec.file else ""
    title, _, description = (ast.get_docstring(ast.parse(text)) or spec.text).partition("\n")
    return Example(spec, title.strip(), " ".join(description.split()))
