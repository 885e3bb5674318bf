"""Random tf.data pipelines."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import tensorflow as tf

Stage = Callable[[Any], Any]  # of a dataset whose elements are float32 vectors of four


def _choose(x: Any) -> Any:
    return tf.cond(tf.reduce_sum(x) > 1.0, lambda: x * 2.0, lambda: x - 1.0)


def _loop(x: Any) -> Any:
    for i in tf.range(3):
        x = x + tf.cast(i, tf.float32)
    return x


def _scan(state: Any, x: Any) -> Any:
    return state + tf.reduce_sum(x), x * state


STAGES: dict[str, Stage] = {
    "map": lambda data: data.map(lambda x: x / 255.0 + 1.0, num_parallel_calls=2),
    "map with a conditional": lambda data: data.map(_choose),
    "map with a loop": lambda data: data.map(_loop),
    "filter": lambda data: data.filter(lambda x: tf.reduce_sum(x) > 0.0),
    "shuffle": lambda data: data.shuffle(8, seed=1),
    "batch": lambda data: data.batch(2, drop_remainder=True).map(lambda x: x[0]),
    "unbatch": lambda data: data.batch(2).unbatch(),
    "prefetch": lambda data: data.prefetch(1),
    "take": lambda data: data.take(5).repeat(2),
    "interleave": lambda data: data.interleave(lambda x: tf.data.Dataset.from_tensors(x).repeat(2), cycle_length=2),
    "flat_map": lambda data: data.flat_map(lambda x: tf.data.Dataset.from_tensors(x + 1.0)),
    "zip": lambda data: tf.data.Dataset.zip((data, data.skip(1))).map(lambda a, b: a + b),
    "concatenate": lambda data: data.concatenate(data.map(lambda x: -x)),
    "scan": lambda data: data.scan(0.0, _scan),
    "take_while": lambda data: data.take_while(lambda x: x[0] < 9.0),
    "window": lambda data: data.window(2).flat_map(lambda window: window.batch(2)).map(lambda x: x[0]),
    "group_by_window": lambda data: data.group_by_window(
        key_func=lambda x: tf.cast(x[0], tf.int64) % 2, reduce_func=lambda key, window: window.batch(2), window_size=2
    ).map(lambda x: x[0]),
    "cache": lambda data: data.cache(),
}


def random_pipelines(rng: random.Random) -> tuple[dict[str, Any], str]:
    """One to three datasets, which may share their first stages, and words for them."""
    data = tf.data.Dataset.from_tensor_slices(tf.ones([12, 4]))
    common = rng.choices(list(STAGES), k=rng.randint(0, 4))
    for name in common:
        data = STAGES[name](data)
    found, words = {}, ["+".join(common) or "slices"]
    for label in ("train", "validation", "test")[: rng.choice([1, 1, 2, 3])]:
        own = rng.choices(list(STAGES), k=rng.randint(1, 6))
        found[label] = data
        for name in own:
            found[label] = STAGES[name](found[label])
        words.append(f"{label}: {'+'.join(own)}")
    return found, "; ".join(words)
