"""Why a model's first step rejected its data, in one sentence. Independent of logs.

Keras alone decides what fits: these words are used only after it has rejected the data.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from graphlab.training.data.leaves import fits, leaves_of, listed, result_of, shape_of, shape_text, size_of, specs_of
from graphlab.training.data.mislabelled import SPARSE, label_words, loss_name, metric_words
from graphlab.training.data.training_data import TrainingData

if TYPE_CHECKING:
    import keras

    from graphlab.tracing.datasets.convert import TrainData

LOOKED_BATCHES = 1_000


def misfit_words(model: keras.Model, training_data: TrainingData) -> str:
    """What in the training or validation data does not fit the model, and what would; "" if nothing is found."""
    parts = {"train": training_data.train, "validation": training_data.validation}
    problems = (_words(part, data, model, once=training_data.once) for part, data in parts.items() if data is not None)
    return next(filter(None, problems), "")


def _words(part: str, data: TrainData, model: keras.Model, *, once: bool) -> str:
    batch = data.element_spec if _is_pipeline(data) else data[0]
    inputs, labels = (*batch, None)[:2] if isinstance(batch, tuple | list) else (batch, None)
    specs = specs_of(inputs), specs_of(labels)
    predicted = result_of(lambda inputs: model(inputs, training=True), specs[0])
    if predicted is None:
        return (
            _kind_words(part, "inputs", inputs)
            or _count_words(part, inputs, model)
            or _input_words(part, inputs, model)
        )
    takes_text = not _inputs(model) or any("string" in str(one.dtype) for one in _inputs(model))
    words = "" if takes_text else _text_words(part, "inputs", inputs)  # it fails when it runs, not when it is traced
    words = words or _length_words(part, inputs, labels) or _kind_words(part, "labels", labels)
    if words:
        return words
    loss = result_of(lambda labels, predicted: model.compute_loss(y=labels, y_pred=predicted), specs[1], predicted)
    if loss is None:
        return label_words(part, labels, predicted, model)
    words = "" if once else _class_words(part, data, labels, predicted, model)
    return words or metric_words(part, labels, predicted, model)


def _kind_words(part: str, what: str, tree: object) -> str:
    """Describes data that is text or complex numbers."""
    if "c" in _kinds(tree):
        name = "x" if what == "inputs" else "y"
        way = f"{name} = np.stack([{name}.real, {name}.imag], axis=-1)"
        return f"the {what} of {part} are complex numbers, which the model does not accept; split them: {way}"
    return _text_words(part, what, tree)


def _text_words(part: str, what: str, tree: object) -> str:
    if not _kinds(tree) & set("USO"):
        return ""
    way = "x.astype('float32')" if what == "inputs" else "np.unique(y, return_inverse=True)[1]"
    return f"the {what} of {part} are text, but the model requires numbers; convert them: {way}"


def _kinds(tree: object) -> set[str]:
    """NumPy's letters for the kinds of the dtypes."""
    return {np.dtype(getattr(leaf.dtype, "as_numpy_dtype", leaf.dtype)).kind for leaf in leaves_of(tree)}


def _inputs(model: keras.Model) -> Sequence[keras.KerasTensor]:
    """The inputs that the model declares; a model of a user's class declares none."""
    return getattr(model, "inputs", None) or ()


def _input_names(model: keras.Model) -> list[str]:
    inputs = getattr(model, "input", None)  # a Sequential that was never called has none
    if isinstance(inputs, Mapping):
        return [str(name) for name in inputs]
    return [str(one.name) for one in _inputs(model)]


def _count_words(part: str, inputs: object, model: keras.Model) -> str:
    """Describes a missing input."""
    if not _inputs(model):
        return ""
    names = _input_names(model)
    if isinstance(inputs, Mapping):
        missing = [name for name in names if name not in inputs]
        if not missing:
            return ""
        data_names = ", ".join(repr(name) for name in inputs)
        way = ", ".join(f"{name!r}: ..." for name in names)
        return (
            f"the inputs of {part} are named {data_names}, but the model's {listed(names, 'input')}; "
            f"use these names: ({{{way}}}, y)"
        )
    input_count = len(leaves_of(inputs))
    if input_count == len(names):
        return ""
    way = ", ".join(f"{name!r}: ..." for name in names) if len(names) > 1 else ""
    how = f"return a dict: ({{{way}}}, y)" if way else "return one array: (x, y)"
    arrays = "1 array" if input_count == 1 else f"{input_count} arrays"
    return f"the inputs of {part} are {arrays}, but the model's {listed(names, 'input')}; {how}"


def _pairs(inputs: object, model: keras.Model) -> Iterator[tuple[str, object, tuple[int | None, ...]]]:
    """For each input: its name, its data, and the shape that the model accepts."""
    names = _input_names(model)
    leaves = [inputs[name] for name in names] if isinstance(inputs, Mapping) else leaves_of(inputs)
    yield from zip(names, leaves, [tuple(one.shape) for one in _inputs(model)], strict=False)


def _input_words(part: str, inputs: object, model: keras.Model) -> str:
    if not _inputs(model):
        return ""
    for name, leaf, input_shape in _pairs(inputs, model):
        shape = shape_of(leaf) if hasattr(leaf, "shape") else None
        if shape is None or fits(shape, input_shape):
            continue
        return (
            f"the batches of {part} have the shape {shape_text(shape)}, but the model's input {name!r} takes "
            f"{shape_text(input_shape)}; {_input_way(shape[1:], input_shape[1:])}"
        )
    return ""


def _input_way(shape: Sequence[int | None], input_shape: Sequence[int | None]) -> str:
    if size_of(shape) == size_of(input_shape) is not None:
        return f"reshape them: x.reshape(-1, {', '.join(map(str, input_shape))})"
    return f"start the model with keras.Input({shape_text(shape)}), or use examples of shape {shape_text(input_shape)}"


def _length_words(part: str, inputs: object, labels: object) -> str:
    sizes = [shape_of(leaf) for tree in (inputs, labels) for leaf in leaves_of(tree)]
    first = list(dict.fromkeys(shape[0] for shape in sizes if shape and shape[0] is not None))
    if len(first) < 2:
        return ""
    words = " and ".join(str(size) for size in first)
    return f"a batch of {part} has arrays of {words} rows; each input requires one label: (x[:n], y[:n])"


def _class_words(part: str, data: TrainData, labels: object, predicted: object, model: keras.Model) -> str:
    """Describes a class number for which the output has no score."""
    outputs, leaves = leaves_of(predicted), leaves_of(labels)
    classes = outputs[0].shape[-1] if len(outputs) == len(leaves) == 1 and outputs[0].shape.rank else None
    if loss_name(model.loss) != SPARSE or classes is None:
        return ""
    ignored = getattr(model.loss, "ignore_class", None)
    for batch in itertools.islice(_batches(data), LOOKED_BATCHES):
        numbers = np.asarray(leaves_of(batch[1])[0]).astype(np.float64)
        wrong = numbers[~((numbers >= 0) & (numbers < classes)) & (numbers != ignored)]
        if wrong.size:
            most = float(np.nanmax([*wrong, 0.0]))
            way = f"end the model with Dense({int(most) + 1}), or correct the labels" if most else "number them from 0"
            return (
                f"{part} has the label {wrong[0]:g}, but the model's output has scores for the classes 0 to "
                f"{classes - 1}; {way}"
            )
    return ""


def _batches(data: TrainData) -> Iterator[Sequence[object]]:
    return iter(data) if _is_pipeline(data) else (data[index] for index in range(data.num_batches or 0))


def _is_pipeline(data: TrainData) -> bool:
    import tensorflow as tf

    return isinstance(data, tf.data.Dataset)
