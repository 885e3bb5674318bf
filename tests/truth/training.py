"""How a random model is compiled: every optimizer, losses and metrics of several outputs, mixed precision."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import keras
from keras import optimizers

OPTIMIZERS: dict[str, Callable[[], Any]] = {
    **{
        name: getattr(optimizers, name)
        for name in (
            "SGD",
            "Adam",
            "AdamW",
            "Adamax",
            "Adadelta",
            "Adagrad",
            "Adafactor",
            "Ftrl",
            "Lamb",
            "Lion",
            "LossScaleOptimizer",
            "Muon",
            "Nadam",
            "RMSprop",
        )
        if name != "LossScaleOptimizer"
    },
    "SGD momentum": lambda: optimizers.SGD(momentum=0.9, nesterov=True),
    "RMSprop centered": lambda: optimizers.RMSprop(momentum=0.5, centered=True),
    "Adam amsgrad": lambda: optimizers.Adam(amsgrad=True),
    "Adam clipnorm": lambda: optimizers.Adam(clipnorm=1.0),
    "Adam global_clipnorm": lambda: optimizers.Adam(global_clipnorm=1.0),
    "Adam use_ema": lambda: optimizers.Adam(use_ema=True, ema_overwrite_frequency=5),
    "SGD accumulation": lambda: optimizers.SGD(gradient_accumulation_steps=3),
    "Adam weight_decay": lambda: optimizers.Adam(weight_decay=0.1),
    "SGD schedule": lambda: optimizers.SGD(optimizers.schedules.CosineDecay(0.1, 100, warmup_steps=9)),
    "Adam loss scale": lambda: optimizers.LossScaleOptimizer(optimizers.Adam()),
    "SGD loss scale": lambda: optimizers.LossScaleOptimizer(optimizers.SGD()),
}
_LOSSES = ("mse", "mae", "huber", "log_cosh")
_METRICS = ("mae", "mse", "cosine_similarity")


def compile_model(rng: random.Random, model: Any) -> str:
    """Compile the model; returns words for how."""
    name = rng.choice(list(OPTIMIZERS))
    outputs = len(model.outputs) if getattr(model, "outputs", None) else 1
    loss: Any = rng.choice(_LOSSES)
    metrics: Any = [rng.choice(_METRICS)] if rng.random() < 0.6 else None
    if outputs > 1:
        loss = [rng.choice(_LOSSES[:2]) for _ in range(outputs)]
        metrics = [[rng.choice(_METRICS[:2])] for _ in range(outputs)] if metrics else None
    model.compile(OPTIMIZERS[name](), loss, metrics=metrics)
    return f"{name}, {loss}" + (f", {metrics}" if metrics else "")


class MixedPrecision:
    """Layers made inside the block compute in float16."""

    def __init__(self, on: bool) -> None:
        self._on = on

    def __enter__(self) -> None:
        if self._on:
            keras.mixed_precision.set_dtype_policy("mixed_float16")

    def __exit__(self, *_: object) -> None:
        keras.mixed_precision.set_dtype_policy("float32")
