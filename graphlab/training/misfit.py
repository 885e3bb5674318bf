"""Why a model's first step refused its data, in one sentence. Knows nothing about logs.

Keras alone decides what fits: these words are only asked for once it has refused the data.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graphlab.training.feed import Feed

LOOKED_BATCHES = 1_000
UNKNOWN = "?"
SPARSE, ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"


def misfit_words(model: Any, feed: Feed) -> str:
    """What of the training or the validation data does not fit the model, and what would; "" where nothing is found."""
    parts = {"train": feed.train, "validation": feed.validation}
    found = (_words(part, data, model, once=feed.once) for part, data in parts.items() if data is not None)
    return next(filter(None, found), "")


def _words(part: str, data: Any, model: Any, *, once: bool) -> str:
    batch = data.element_spec if _is_pipeline(data) else data[0]
    inputs, labels = (*batch, None)[:2] if isinstance(batch, tuple | list) else (batch, None)
    given = _specs(inputs), _specs(labels)
    predicted = _result(lambda inputs: model(inputs, training=True), given[0])
    if predicted is None:
        return (
            _kind_words(part, "inputs", inputs)
            or _count_words(part, inputs, model)
            or _input_words(part, inputs, model)
        )
    takes_text = not _inputs(model) or any("string" in str(one.dtype) for one in _inputs(model))
    words = "" if takes_text else _text_words(part, "inputs", inputs)  # it fails where it runs, not where it is traced
    words = words or _length_words(part, inputs, labels) or _kind_words(part, "labels", labels)
    if words:
        return words
    loss = _result(lambda labels, predicted: model.compute_loss(y=labels, y_pred=predicted), given[1], predicted)
    if loss is None:
        return _label_words(part, labels, predicted, model)
    return "" if once else _class_words(part, data, labels, predicted, model)


def _specs(tree: Any) -> Any:
    """The same structure of shapes and dtypes, for batches of any size."""
    import tensorflow as tf

    def spec(leaf: Any) -> Any:
        if isinstance(leaf, tf.TypeSpec) and not isinstance(leaf, tf.TensorSpec):
            return leaf  # sparse or ragged
        shape = tf.TensorShape(leaf.shape)
        return tf.TensorSpec([None, *shape[1:]] if shape.rank else shape, leaf.dtype)

    return tf.nest.map_structure(spec, tree)


def _result(function: Any, *specs: Any) -> Any:
    """What the function gives for such tensors, as specs; None where Keras refuses them."""
    import tensorflow as tf

    try:
        traced = tf.function(function, autograph=False).get_concrete_function(*specs)
    except Exception:
        return None
    return tf.nest.map_structure(lambda one: tf.TensorSpec(one.shape, one.dtype), traced.structured_outputs)


def _leaves(tree: Any) -> list[Any]:
    import tensorflow as tf

    flat = [np.asarray(leaf) if isinstance(leaf, int | float) else leaf for leaf in tf.nest.flatten(tree)]
    return [leaf for leaf in flat if hasattr(leaf, "shape") and hasattr(leaf, "dtype")]


def _shape(leaf: Any) -> tuple[int | None, ...] | None:
    """The sizes, None for an unknown one; None for an unknown rank."""
    rank = getattr(leaf.shape, "rank", len(leaf.shape) if isinstance(leaf.shape, tuple) else None)
    return None if rank is None else tuple(leaf.shape)


def _text(shape: Sequence[int | None]) -> str:
    sizes = [UNKNOWN if size is None else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def _kind_words(part: str, what: str, tree: Any) -> str:
    """Text or complex numbers."""
    if "c" in _kinds(tree):
        name = "x" if what == "inputs" else "y"
        way = f"{name} = np.stack([{name}.real, {name}.imag], axis=-1)"
        return f"the {what} of {part} are complex numbers, which the model does not take; divide them: {way}"
    return _text_words(part, what, tree)


def _text_words(part: str, what: str, tree: Any) -> str:
    if not _kinds(tree) & set("USO"):
        return ""
    way = "x.astype('float32')" if what == "inputs" else "np.unique(y, return_inverse=True)[1]"
    return f"the {what} of {part} are text, but the model takes numbers; convert them: {way}"


def _kinds(tree: Any) -> set[str]:
    """NumPy's letters for the kinds of the dtypes."""
    return {np.dtype(getattr(leaf.dtype, "as_numpy_dtype", leaf.dtype)).kind for leaf in _leaves(tree)}


def _inputs(model: Any) -> Sequence[Any]:
    """The inputs that the model declares; a model of a class of the user's declares none."""
    return getattr(model, "inputs", None) or ()


def _input_names(model: Any) -> list[str]:
    named = getattr(model, "input", None)  # a Sequential that was not called has none
    if isinstance(named, Mapping):
        return [str(name) for name in named]
    return [str(one.name) for one in _inputs(model)]


def _count_words(part: str, inputs: Any, model: Any) -> str:
    """An input that is missing."""
    if not _inputs(model):
        return ""
    names = _input_names(model)
    if isinstance(inputs, Mapping):
        missing = [name for name in names if name not in inputs]
        if not missing:
            return ""
        given = ", ".join(repr(name) for name in inputs)
        way = ", ".join(f"{name!r}: ..." for name in names)
        return (
            f"the inputs of {part} are named {given}, but the model's {_listed(names, 'input')}; "
            f"name them so: ({{{way}}}, y)"
        )
    given_count = len(_leaves(inputs))
    if given_count == len(names):
        return ""
    way = ", ".join(f"{name!r}: ..." for name in names) if len(names) > 1 else ""
    how = f"give a dict: ({{{way}}}, y)" if way else "give one array: (x, y)"
    arrays = "1 array" if given_count == 1 else f"{given_count} arrays"
    return f"the inputs of {part} are {arrays}, but the model's {_listed(names, 'input')}; {how}"


def _listed(names: Sequence[str], what: str) -> str:
    quoted = ", ".join(repr(name) for name in names)
    return f"{what} is {quoted}" if len(names) == 1 else f"{what}s are {quoted}"


def _pairs(inputs: Any, model: Any) -> Iterator[tuple[str, Any, tuple[int | None, ...]]]:
    """Each input's name, what is given for it, and the shape that the model takes."""
    names = _input_names(model)
    given = [inputs[name] for name in names] if isinstance(inputs, Mapping) else _leaves(inputs)
    yield from zip(names, given, [tuple(one.shape) for one in _inputs(model)], strict=False)


def _input_words(part: str, inputs: Any, model: Any) -> str:
    if not _inputs(model):
        return ""
    for name, leaf, wanted in _pairs(inputs, model):
        shape = _shape(leaf) if hasattr(leaf, "shape") else None
        if shape is None or _fits(shape, wanted):
            continue
        return (
            f"the batches of {part} have the shape {_text(shape)}, but the model's input {name!r} takes "
            f"{_text(wanted)}; {_input_way(shape[1:], wanted[1:])}"
        )
    return ""


def _input_way(shape: Sequence[int | None], wanted: Sequence[int | None]) -> str:
    if _size(shape) == _size(wanted) is not None:
        return f"reshape them: x.reshape(-1, {', '.join(map(str, wanted))})"
    return f"begin the model with keras.Input({_text(shape)}), or give examples of shape {_text(wanted)}"


def _fits(shape: tuple[int | None, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether Keras takes the one for the other: it adds or drops a last dimension of 1."""
    if len(shape) == len(wanted) + 1 and shape[-1] in (1, None):
        shape = shape[:-1]
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        shape = (*shape, 1)
    pairs = zip(shape[1:], wanted[1:], strict=False)
    return len(shape) == len(wanted) and all(one == other or None in (one, other) for one, other in pairs)


def _size(shape: Sequence[int | None]) -> int | None:
    return None if None in shape else int(np.prod([size for size in shape if size is not None]))


def _length_words(part: str, inputs: Any, labels: Any) -> str:
    sizes = [_shape(leaf) for tree in (inputs, labels) for leaf in _leaves(tree)]
    first = list(dict.fromkeys(shape[0] for shape in sizes if shape and shape[0] is not None))
    if len(first) < 2:
        return ""
    words = " and ".join(str(size) for size in first)
    return f"a batch of {part} has arrays of {words} rows; give each input one label: (x[:n], y[:n])"


def _loss_name(loss: Any) -> str:
    """The name of Keras' own loss, as a string, an object or a function has it."""
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    return str(name)


def _label_words(part: str, labels: Any, predicted: Any, model: Any) -> str:
    outputs, leaves = _leaves(predicted), _leaves(labels)
    names = list(predicted) if isinstance(predicted, Mapping) else getattr(model, "output_names", [])
    ours = _listed([str(name) for name in names], "output")
    if isinstance(labels, Mapping) and set(labels) != set(names):
        given = ", ".join(repr(name) for name in labels)
        way = ", ".join(f"{name!r}: ..." for name in names)
        return f"the labels of {part} are named {given}, but the model's {ours}; name them so: (x, {{{way}}})"
    if len(outputs) != len(leaves):
        arrays = "1 array" if len(leaves) == 1 else f"{len(leaves)} arrays"
        return f"the labels of {part} are {arrays}, but the model's {ours}; give labels for each output"
    shape, wanted = _shape(leaves[0]), _shape(outputs[0])
    if len(outputs) > 1 or shape is None or wanted is None:
        return ""
    has, takes = f"the labels of {part} have the shape {_text(shape)}", _text(wanted)
    if _loss_name(model.loss) == SPARSE and len(shape) == len(wanted) and shape[-1] != 1:
        return (
            f"the loss {SPARSE} takes one class number an example, but {has}; convert them: y.argmax(axis=-1), or "
            f"compile with loss={ONE_HOT!r}"
        )
    as_numbers = shape[:-1] if shape[-1:] == (1,) else shape
    if _loss_name(model.loss) == ONE_HOT and _fits((*as_numbers, wanted[-1]), wanted):
        return (
            f"the loss {ONE_HOT} takes labels of shape {takes}, but {has}; convert them: "
            f"keras.utils.to_categorical(y, {wanted[-1]}), or compile with loss={SPARSE!r}"
        )
    if _fits(shape, wanted):
        return ""
    return (
        f"{has}, but the model's output has {takes}; give labels of shape {_text(wanted[1:])}, or end the model with "
        f"{_last_size(shape)} in place of {_last_size(wanted)}"
    )


def _last_size(shape: Sequence[int | None]) -> str:
    size = shape[-1] if len(shape) > 1 else 1
    return "1 output" if size == 1 else f"{UNKNOWN if size is None else size} outputs"


def _class_words(part: str, data: Any, labels: Any, predicted: Any, model: Any) -> str:
    """A class number that the output has no score for."""
    outputs, leaves = _leaves(predicted), _leaves(labels)
    classes = outputs[0].shape[-1] if len(outputs) == len(leaves) == 1 and outputs[0].shape.rank else None
    if _loss_name(model.loss) != SPARSE or classes is None:
        return ""
    ignored = getattr(model.loss, "ignore_class", None)
    for batch in itertools.islice(_batches(data), LOOKED_BATCHES):
        found = np.asarray(_leaves(batch[1])[0]).astype(np.float64)
        wrong = found[~((found >= 0) & (found < classes)) & (found != ignored)]
        if wrong.size:
            most = float(np.nanmax([*wrong, 0.0]))
            way = f"end the model with Dense({int(most) + 1}), or mend the labels" if most else "number them from 0"
            return (
                f"{part} has the label {wrong[0]:g}, but the model's output has scores for the classes 0 to "
                f"{classes - 1}; {way}"
            )
    return ""


def _batches(data: Any) -> Iterator[Any]:
    return iter(data) if _is_pipeline(data) else (data[place] for place in range(data.num_batches or 0))


def _is_pipeline(data: Any) -> bool:
    import tensorflow as tf

    return isinstance(data, tf.data.Dataset)
