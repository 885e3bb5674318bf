"""The graphs that are measured. Knows nothing about who shows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RESNET50 = '''"""ResNet50 without its weights."""

import keras


def model():
    return keras.applications.ResNet50(weights=None)
'''


@dataclass(frozen=True)
class Subject:
    """A graph by its source and name. `packaged` sources come with their trace; others are traced beforehand.

    `size` is that of a generated graph, which is written beforehand too.
    """

    source: str
    graph: str
    packaged: bool = True
    size: int = 0


@dataclass(frozen=True)
class Subjects:
    """All that is measured."""

    quadratic: Subject
    mnist: Subject
    mnist_train_step: Subject
    resnet50: Subject
    ops_10k: Subject
    ops_100k: Subject


def write_subjects(folder: Path) -> Subjects:
    """The subjects; those that come without a source are written to the folder."""
    mnist = "examples/mnist_mlp.py:model"
    file = folder / "resnet50.py"
    file.write_text(RESNET50, encoding="utf-8")
    return Subjects(
        quadratic=Subject("examples/quadratic.py:f", "function"),
        mnist=Subject(mnist, "forward"),
        mnist_train_step=Subject(mnist, "train_step"),
        resnet50=Subject(f"{file}:model", "forward", packaged=False),
        ops_10k=Subject(str(folder / "ops_10k.json"), "function", packaged=False, size=10_000),
        ops_100k=Subject(str(folder / "ops_100k.json"), "function", packaged=False, size=100_000),
    )
