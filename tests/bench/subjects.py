"""The graphs that are measured. Independent of the viewers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RESNET50 = '''"""ResNet50 without its weights."""

import keras


def model():
    return keras.applications.ResNet50(weights=None)
'''
EFFICIENTNET = '''"""EfficientNetB7 without its weights."""

import keras


def model():
    return keras.applications.EfficientNetB7(weights=None)
'''
TRANSFORMER = '''"""A transformer encoder of twelve layers."""

import keras
from keras import layers


def model():
    tokens = keras.Input((128,), dtype="int32", name="tokens")
    x = layers.Embedding(8000, 256, name="embedding")(tokens)
    for number in range(12):
        seen = layers.MultiHeadAttention(8, 32, name=f"attention_{number}")(x, x)
        x = layers.Add(name=f"attention_add_{number}")([x, seen])
        x = layers.LayerNormalization(name=f"attention_norm_{number}")(x)
        wide = layers.Dense(1024, activation="gelu", name=f"wide_{number}")(x)
        back = layers.Dense(256, name=f"narrow_{number}")(wide)
        x = layers.Add(name=f"dense_add_{number}")([x, back])
        x = layers.LayerNormalization(name=f"dense_norm_{number}")(x)
    pooled = layers.GlobalAveragePooling1D(name="pool")(x)
    return keras.Model(tokens, layers.Dense(2, activation="softmax", name="head")(pooled), name="encoder")
'''


WRITTEN = {"resnet50": RESNET50, "efficientnet_b7": EFFICIENTNET, "transformer": TRANSFORMER}
MNIST = "examples/mnist_mlp.py:model"


@dataclass(frozen=True)
class Subject:
    """A graph by its source and name. `packaged` sources come with their trace; others are traced beforehand.

    `size` is that of a generated graph, which is written beforehand too.
    """

    name: str
    source: str
    graph: str
    packaged: bool = True
    size: int = 0


def write_subjects(folder: Path) -> dict[str, Subject]:
    """All subjects by name; those that come without a source are written to the folder."""
    for name, text in WRITTEN.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    found = [
        Subject("quadratic", "examples/quadratic.py:f", "function"),
        Subject("mnist", MNIST, "forward"),
        Subject("mnist_train_step", MNIST, "train_step"),
        Subject("xray", "examples/xray_cnn.py:model", "forward"),
        Subject("cnn_train_step", "examples/xray_cnn.py:model", "train_step"),
        *(Subject(name, f"{folder / name}.py:model", "forward", packaged=False) for name in WRITTEN),
        *(
            Subject(name, f"{folder / name}.json", "function", packaged=False, size=size)
            for name, size in (("ops_10k", 10_000), ("ops_100k", 100_000), ("ops_1m", 1_000_000))
        ),
    ]
    return {subject.name: subject for subject in found}
