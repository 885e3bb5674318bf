"""The state of the random generators that a training draws from, as plain data, and back.

Stateful random ops inside a graph (tf.random.normal without a generator) keep their state to themselves.
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
    """The states of the random generators as JSON, each as its library tells it."""

    python: tuple[int, list[int], float | None]
    numpy: tuple[str, list[int], int, int, float]
    keras: list[int] | None
    own: dict[str, object]


def random_state(module: ModuleType) -> State:
    """JSON of Python's, NumPy's and Keras' global generators, and of the NumPy generators that the module has."""
    version, numbers, gauss = random.getstate()
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    return {
        "python": (version, list(numbers), gauss),
        "numpy": (str(kind), np.asarray(keys).tolist(), int(position), int(has_gauss), float(cached)),
        "keras": _keras_seed(),
        "own": {name: _plain(one.bit_generator.state) for name, one in _generators(module).items()},
    }


def set_random_state(module: ModuleType, state: State) -> None:
    """Put the generators where they were; those that the module no longer has are left out."""
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
    """Whatever the block draws, all generators are afterwards where they were before it."""
    before = random_state(module)
    seeds = [(one, np.array(one)) for one in seed_states(model, module)]
    try:
        yield
    finally:
        set_random_state(module, before)
        for variable, value in seeds:
            variable.assign(value)


def seed_states(model: keras.Model, module: ModuleType) -> list[keras.Variable]:
    """The states of the seed generators of the model, such as Dropout's, and of layers beside it that augment data."""
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
    if generator is not None:  # one that was made since has drawn from its first state on
        generator.state.assign(state or [int(np.asarray(generator.state)[0]), 0])


def _global_seed_generator() -> keras.random.SeedGenerator:
    from keras.src.backend.common import global_state

    return global_state.get_global_attribute("global_seed_generator")


class Passes:
    """Counts the iterators that are made of a tf.data.Dataset from now on; its shuffle() draws a seed for each.

    A resumed run must draw as many. Keras makes one an epoch or two, by what it knows of the data's length. Of a
    keras.utils.PyDataset none is counted.
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

            # Python looks for __iter__ on the class only; whatever asks for the class's name finds the same.
            dataset.__class__ = type(kind.__name__, (kind,), {"__iter__": iterate})

    def skip(self, count: int) -> None:
        """Make as many iterators, and read none of them."""
        if self._dataset is not None:
            for _ in range(count):
                iter(self._dataset)
