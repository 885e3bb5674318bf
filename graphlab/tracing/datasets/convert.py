"""Converts arrays, generators and batches to tf.data. Independent of runs."""

from __future__ import annotations

import inspect
import itertools
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphlab.errors import RunError, shortened
from graphlab.tracing.datasets.parts import DatasetSplits, is_array, is_examples, kind, refuse

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

MOST_OBJECT_WORDS = 80  # characters of a quoted value
TrainData: TypeAlias = "tf.data.Dataset | keras.utils.PyDataset"
PEEKED = 2  # the elements inspected for varying sizes


@dataclass(frozen=True)
class ExampleSource:
    """A tf.data.Dataset, or a keras.utils.PyDataset unchanged. `once`: it can be read only once.

    `arrays`: it was made from arrays, so it is unbatched and in their order.
    """

    data: TrainData
    once: bool = False
    arrays: bool = False


def to_source(part: str, value: object) -> ExampleSource:
    """The part `train` or `validation` as something to iterate. Raises RunError if it cannot be converted."""
    import keras
    import tensorflow as tf

    if isinstance(value, tf.data.Dataset | keras.utils.PyDataset):
        return ExampleSource(value)
    if isinstance(value, tuple) and is_examples(value):
        return ExampleSource(_from_arrays(part, value), arrays=True)
    if isinstance(value, list) and is_examples(value) and not all(is_examples(one) for one in value):
        return ExampleSource(_from_arrays(part, tuple(value)), arrays=True)
    factory = _factory(value)
    if factory is not None:
        return ExampleSource(_from_generator(part, factory))
    if isinstance(value, Iterator):
        return ExampleSource(_from_generator(part, _single(part, value)), once=True)
    raise refuse(part, value)


def pipelines_of(parts: DatasetSplits) -> dict[str, tf.data.Dataset]:
    """The parts that are or become tf.data.Datasets, by name. Raises RunError if there are none."""
    import tensorflow as tf

    splits = {"train": parts.train, "validation": parts.validation}
    datasets = {name: to_source(name, value).data for name, value in splits.items() if value is not None}
    pipelines = {name: data for name, data in datasets.items() if isinstance(data, tf.data.Dataset)}
    if not pipelines:
        raise RunError("datasets() returns keras.utils.PyDataset objects, which have no tf.data pipeline to show")
    return pipelines


def rerunner(generator: types.GeneratorType[object, object, object]) -> Callable[[], Iterator[object]] | None:
    """A function that recreates the generator from its code and arguments; None if that is impossible.

    Only a generator that has not started still has its arguments, and an argument may itself be readable only once.
    """
    if inspect.getgeneratorstate(generator) != inspect.GEN_CREATED or generator.gi_frame is None:
        return None
    code, values = generator.gi_code, dict(generator.gi_frame.f_locals)
    if any(isinstance(value, Iterator) for value in values.values()):
        return None
    cells = tuple(types.CellType(values[name]) for name in code.co_freevars if name in values)
    if len(cells) != len(code.co_freevars):
        return None
    function = types.FunctionType(code, generator.gi_frame.f_globals, generator.__name__, None, cells)
    function.__kwdefaults__ = None
    argument_count = code.co_argcount + code.co_kwonlyargcount
    rest = code.co_varnames[argument_count : argument_count + bool(code.co_flags & inspect.CO_VARARGS)]
    more = code.co_varnames[argument_count + len(rest) :][: bool(code.co_flags & inspect.CO_VARKEYWORDS)]
    positional = [values[name] for name in code.co_varnames[: code.co_argcount]]
    positional += [one for name in rest for one in values[name]]
    keywords = {name: values[name] for name in code.co_varnames[code.co_argcount : argument_count]}
    keywords |= {key: one for name in more for key, one in values[name].items()}
    return lambda: iter(function(*positional, **keywords))


def _factory(value: object) -> Callable[[], Iterator[object]] | None:
    """A function that starts a new iteration at each call; None if the value can be read only once, or not at all."""
    if isinstance(value, types.GeneratorType):
        return rerunner(value)
    if inspect.isroutine(value):
        return lambda: iter(value())
    if isinstance(value, Iterable) and not isinstance(value, Iterator | str | bytes | Mapping) and not is_array(value):
        return lambda: iter(value)
    return None


def _single(part: str, iterator: Iterator[object]) -> Callable[[], Iterator[object]]:
    """A factory for an iterator that can be read once. Elements that were peeked at come first again."""
    peeked = list(itertools.islice(iterator, PEEKED))
    passes = itertools.count()

    def read() -> Iterator[object]:
        number = next(passes)
        if number == 0:
            return iter(peeked)
        if number == 1:
            return itertools.chain(peeked, iterator)
        raise RunError(f"{part} is an iterator that can be read only once")

    return read


def _from_arrays(part: str, value: tuple[object, ...]) -> tf.data.Dataset:
    import tensorflow as tf

    arrays = tuple(_array_tree(one) for one in value)
    sizes = {leaf.shape[0] if len(leaf.shape) else 0 for leaf in tf.nest.flatten(arrays)}
    if len(sizes) > 1:
        words = " and ".join(f"{size:,}" for size in sorted(sizes, reverse=True))
        raise RunError(f"the arrays of {part} have {words} rows; each input requires its label")
    if not sizes or 0 in sizes:
        raise RunError(f"the arrays of {part} are empty")
    with tf.device("CPU:0"):  # otherwise a large array would fill the memory of a GPU
        return tf.data.Dataset.from_tensor_slices(arrays)


def _array_tree(value: object) -> object:
    """The same structure with arrays that tf.data can slice: floats in Keras' float type, tuples instead of lists."""
    if isinstance(value, Mapping):
        return {name: _array_tree(one) for name, one in value.items()}
    if isinstance(value, tuple) or (isinstance(value, list) and any(is_array(one) for one in value)):
        return tuple(_array_tree(one) for one in value)
    compact = _sparse_or_ragged(value)
    if compact is not None:
        return compact
    try:
        array = np.asarray(value.to_numpy() if hasattr(value, "to_numpy") else value)
    except ValueError as error:  # of lists
        raise RunError(
            "the rows of a list differ in length; pad them: keras.utils.pad_sequences(x, dtype='float32')"
        ) from error
    if array.dtype.kind == "f":
        return array.astype(_float_type(), copy=False)
    if array.dtype.kind == "O" and all(isinstance(one, str) for one in array.flat):
        return array.astype(str)  # as model.fit expects them
    if array.dtype.kind == "O":
        raise RunError(
            f"an array contains Python objects, such as {_object_words(array.flat[0])}; "
            f"convert it: np.asarray(x, 'float32')"
        )
    return array


def _sparse_or_ragged(value: Any) -> object:
    """A sparse or ragged tensor unchanged, or SciPy's converted to TensorFlow's; None for anything else."""
    import tensorflow as tf

    if type(value).__module__.startswith("scipy.sparse"):
        entries = value.tocoo()
        places = np.stack([entries.row, entries.col], axis=1).astype("int64")
        value = tf.sparse.reorder(tf.SparseTensor(places, entries.data, entries.shape))
    if not isinstance(value, tf.SparseTensor | tf.RaggedTensor):
        return None
    return tf.cast(value, _float_type()) if value.dtype.is_floating else value


def _object_words(value: object) -> str:
    return shortened(" ".join(repr(value).split()), MOST_OBJECT_WORDS)


def _float_type() -> str:
    import keras

    return str(keras.config.floatx())


def _from_generator(part: str, factory: Callable[[], Iterator[object]]) -> tf.data.Dataset:
    """A tf.data.Dataset of the iterators' elements. Sizes that differ in the first elements are unknown."""
    import tensorflow as tf

    first = [_element(part, one) for one in itertools.islice(factory(), PEEKED)]
    if not first:
        raise RunError(f"{part} is a generator that yields nothing; make it yield (x, y)")
    try:
        signature = tf.nest.map_structure(lambda *leaves: _spec(leaves), *first)
    except (TypeError, ValueError) as error:
        raise RunError(f"the elements of {part} have different structures: {error}") from error

    def make(signature: object) -> tf.data.Dataset:
        return tf.data.Dataset.from_generator(
            lambda: (_element(part, one) for one in factory()), output_signature=signature
        )

    dataset = make(signature)
    dataset.graphlab_again = make  # the model decides whether these are batches, whose first size varies
    return dataset


def _element(part: str, value: object) -> object:
    if not (isinstance(value, tuple | list) and is_examples(value)):
        raise RunError(f"{part} must yield (inputs, labels), not {kind(value)}; write: yield x, y")
    return tuple(_array_tree(one) for one in value)


def _spec(leaves: tuple[NDArray[np.generic], ...]) -> tf.TypeSpec:
    import tensorflow as tf

    if len({leaf.ndim for leaf in leaves}) > 1:
        return tf.TensorSpec(None, leaves[0].dtype)
    sizes = [set(sizes) for sizes in zip(*(leaf.shape for leaf in leaves), strict=True)]
    return tf.TensorSpec([size.pop() if len(size) == 1 else None for size in sizes], leaves[0].dtype)


def is_unbatched(dataset: tf.data.Dataset, model: keras.Model) -> bool:
    """Whether the elements have the shapes of the model's inputs without their batch dimension."""
    import tensorflow as tf

    examples = [tensor.shape[1:] for tensor in getattr(model, "inputs", None) or ()]
    spec = dataset.element_spec
    leaves = [leaf.shape for leaf in tf.nest.flatten(spec[0] if isinstance(spec, tuple) else spec)]
    return bool(examples) and all(
        any(leaf.rank == len(shape) and leaf.is_compatible_with(shape) for shape in examples) for leaf in leaves
    )


def as_batches(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """A generator's dataset, declared as batches whose last one may be smaller; other datasets unchanged."""
    import tensorflow as tf

    if not hasattr(dataset, "graphlab_again"):
        return dataset

    def loosen(spec: tf.TypeSpec) -> tf.TypeSpec:
        rank = spec.shape.rank
        return tf.TensorSpec([None, *spec.shape[1:]] if rank else spec.shape, spec.dtype)

    loose = tf.nest.map_structure(loosen, dataset.element_spec)
    return dataset.graphlab_again(loose)
