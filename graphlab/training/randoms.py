"""Saves and restores the state of the random generators that a training draws from, as plain data.

Stateful random ops inside a graph (tf.random.normal without a generator) do not expose their state.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, TypedDict

import numpy as np

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


class State(TypedDict):
    """The states of the random generators as JSON, each in its library's form."""

    python: tuple[int, list[int], float | None]
    numpy: tuple[str, list[int], int, int, float]
    keras: list[int] | None
    own: dict[str, object]


def random_state(module: ModuleType) -> State:
    """JSON of Python's, NumPy's and Keras' global generators, and of the module's NumPy generators."""
    version, numbers, gauss = random.getstate()
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    return {
        "python": (version, list(numbers), gauss),
        "numpy": (str(kind), np.asarray(keys).tolist(), int(position), int(has_gauss), float(cached)),
        "keras": _keras_seed(),
        "own": {name: _plain(one.bit_generator.state) for name, one in _generators(module).items()},
    }


def set_random_state(module: ModuleType, state: State) -> None:
    """Restore the generators; those that the module no longer has are skipped."""
    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
    kind, keys, position, has_gauss, cached = state["numpy"]
    np.random.set_state((kind, np.array(keys, np.uint32), position, has_gauss, cached))
    _set_keras_seed(state["keras"])
    for name, one in _generators(module).items():
        if isinstance(own := _arrays(state["own"].get(name)), dict):
            one.bit_generator.state = own


@contextmanager
def kept_randoms(model: keras.Model, module: ModuleType) -> Iterator[None]:
    """After the block, restore all generators to their state before it."""
    before = random_state(module)
    seeds = [(one, np.array(one)) for one in seed_states(model, module)]
    try:
        yield
    finally:
        set_random_state(module, before)
        for variable, value in seeds:
            variable.assign(value)


def seed_states(model: keras.Model, module: ModuleType) -> list[keras.Variable]:
    """The states of the model's seed generators, such as Dropout's, and of layers beside it that augment data."""
    import keras

    beside = (one for one in vars(module).values() if isinstance(one, keras.Layer) and one is not model)
    states = [one for owner in (model, *beside) for one in owner.variables if _is_seed(one)]
    return list({id(one): one for one in states}.values())


def _is_seed(variable: keras.Variable) -> bool:
    return str(variable.path).endswith("seed_generator_state")


def _generators(module: ModuleType) -> dict[str, np.random.Generator]:
    return {name: value for name, value in vars(module).items() if isinstance(value, np.random.Generator)}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return {"array": value.tolist(), "dtype": str(value.dtype)} if isinstance(value, np.ndarray) else value


def _arrays(value: object) -> object:
    if isinstance(value, dict) and value.keys() == {"array", "dtype"}:
        return np.array(value["array"], value["dtype"])
    return {key: _arrays(one) for key, one in value.items()} if isinstance(value, dict) else value


def _keras_seed() -> list[int] | None:
    """The state of Keras' global seed generator, which is private: checked with Keras 3.15."""
    generator = _global_seed_generator()
    return None if generator is None else [int(one) for one in np.asarray(generator.state)]


def _set_keras_seed(state: list[int] | None) -> None:
    generator = _global_seed_generator()
    if generator is not None:  # one created since then has drawn from its first state on
        generator.state.assign(state or [int(np.asarray(generator.state)[0]), 0])


def _global_seed_generator() -> keras.random.SeedGenerator:
    from keras.src.backend.common import global_state

    return global_state.get_global_attribute("global_seed_generator")


class Passes:
    """Counts the iterators created from a tf.data.Dataset from now on; its shuffle() draws a seed for each.

    A resumed run must draw as many. Keras creates one per epoch or two, depending on what it knows about the data's
    length. For a keras.utils.PyDataset, none is counted.
    """

    def __init__(self, dataset: tf.data.Dataset) -> None:
        import tensorflow as tf

        self.count = 0
        self._dataset = dataset if isinstance(dataset, tf.data.Dataset) else None
        if self._dataset is not None:
            kind = type(dataset)

            def iterate(one: object) -> object:
                self.count += 1
                return kind.__iter__(one)

            # Python looks for __iter__ only on the class; code that checks the class's name sees the same name.
            dataset.__class__ = type(kind.__name__, (kind,), {"__iter__": iterate})

    def skip(self, count: int) -> None:
        """Create that many iterators without reading them."""
        if self._dataset is not None:
            for _ in range(count):
                iter(self._dataset)
