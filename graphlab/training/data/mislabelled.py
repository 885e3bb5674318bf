"""Why a model's losses or metrics rejected its labels, in one sentence. Independent of inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlab.training.data.leaves import UNKNOWN, fits, leaves_of, listed, result_of, shape_of, shape_text, specs_of

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

SPARSE, ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"
EXAMPLES = 7_919  # unlikely to equal another size in a model, so that nothing fits by chance


@dataclass(frozen=True)
class _Output:
    """An output that has a loss; `name` is "" if the model has no names for its outputs."""

    name: str
    predicted: object
    loss: object


def label_words(part: str, labels: object, predicted: object, model: keras.Model) -> str:
    """What in the labels does not fit the outputs that have a loss; "" if nothing is found."""
    leaves = leaves_of(predicted)
    names = _output_names(model, predicted)
    losses = _losses(model.loss, names, len(leaves), by_name=isinstance(predicted, Mapping))
    if losses is None:
        return ""  # the losses themselves do not fit the model: Keras reports which
    every = [_Output(*one) for one in zip(names or [""] * len(leaves), leaves, losses, strict=True)]
    outputs = [one for one in every if one.loss is not None]
    pairs = _paired(labels, every, outputs)
    if pairs is None:
        return _structure_words(part, labels, every, outputs)
    several = len(every) > 1
    return next(filter(None, (_pair_words(part, leaf, one, several=several) for leaf, one in pairs)), "")


def _paired(labels: object, all_outputs: list[_Output], outputs: list[_Output]) -> list[tuple[object, _Output]] | None:
    """Each output that has a loss with its labels, paired as in Keras; None if Keras cannot pair them."""
    if isinstance(labels, Mapping) and all_outputs[0].name:
        if set(labels) not in ({one.name for one in all_outputs}, {one.name for one in outputs}):
            return None
        return [(leaf, one) for one in outputs for leaf in leaves_of(labels[one.name])]
    leaves = leaves_of(labels)
    if len(leaves) == len(all_outputs):
        return [(leaf, one) for leaf, one in zip(leaves, all_outputs, strict=True) if one.loss is not None]
    return list(zip(leaves, outputs, strict=True)) if len(leaves) == len(outputs) else None


def _structure_words(part: str, labels: object, all_outputs: list[_Output], outputs: list[_Output]) -> str:
    names = [one.name for one in outputs if one.name]
    quoted = ", ".join(map(repr, names))
    is_partial = len(outputs) < len(all_outputs)
    if is_partial:
        words = f"the model has losses for {quoted or len(outputs)} of its {len(all_outputs)} outputs"
    else:
        words = f"the model's {listed(names, 'output')}" if names else f"the model has {_outputs(len(all_outputs))}"
    if isinstance(labels, Mapping) and names:
        label_names = ", ".join(repr(name) for name in labels)
        way = ", ".join(f"{name!r}: ..." for name in names)
        return f"the labels of {part} are named {label_names}, but {words}; use these names: (x, {{{way}}})"
    count = len(leaves_of(labels))
    arrays = "1 array" if count == 1 else f"{count} arrays"
    which = "each output that has a loss" if is_partial else "each output"
    return f"the labels of {part} are {arrays}, but {words}; return labels for {which}"


def _output_names(model: keras.Model, predicted: object) -> list[str]:
    """The outputs' names in the order of their leaves; [] for outputs of a user's class without names."""
    names = sorted(predicted) if isinstance(predicted, Mapping) else getattr(model, "output_names", None) or []
    return [str(name) for name in names] if len(names) == len(leaves_of(predicted)) else []


def _losses(loss: object, names: Sequence[str], count: int, *, by_name: bool) -> list[object] | None:
    """Each output's loss, None for one without; None if Keras finds no outputs for them, whatever the labels."""
    if isinstance(loss, Mapping):
        if set(loss) - set(names) or (set(loss) != set(names) and not by_name):
            return None
        losses = [loss.get(name) for name in names]
    else:
        losses = list(loss) if isinstance(loss, list | tuple) and len(loss) == count else [loss] * count
    return losses if any(one is not None for one in losses) else None


def loss_name(loss: object) -> str:
    """The name of Keras' own loss, whether it is a string, an object or a function."""
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    return str(name)


def _pair_words(part: str, labels: object, output: _Output, *, several: bool) -> str:
    """Why an output's loss rejects its labels; "" if it accepts them or is not Keras' own."""
    loss = _keras_loss(output.loss)
    if loss is None or result_of(loss, specs_of(labels), output.predicted) is not None:
        return ""
    shape, output_shape = shape_of(labels), shape_of(output.predicted)
    if shape is None or output_shape is None:
        return ""
    output_words = f" for {output.name!r}" if several and output.name else ""
    has, takes = f"the labels of {part}{output_words} have the shape {shape_text(shape)}", shape_text(output_shape)
    name = loss_name(output.loss)
    if name == SPARSE and len(shape) == len(output_shape) and shape[-1] != 1:
        return (
            f"the loss {SPARSE} requires one class number per example, but {has}; convert them: y.argmax(axis=-1), or "
            f"compile with loss={ONE_HOT!r}"
        )
    as_numbers = shape[:-1] if shape[-1:] == (1,) else shape
    if name == ONE_HOT and fits((*as_numbers, output_shape[-1]), output_shape):
        return (
            f"the loss {ONE_HOT} requires labels of shape {takes}, but {has}; convert them: "
            f"keras.utils.to_categorical(y, {output_shape[-1]}), or compile with loss={SPARSE!r}"
        )
    if name == SPARSE or fits(shape, output_shape):
        return ""
    words = f"the output {output.name!r}" if output_words else "the model's output"
    end = f"end {output.name!r}" if output_words else "end the model"
    return (
        f"{has}, but {words} has {takes}; return labels of shape {shape_text(output_shape[1:])}, or {end} with "
        f"{_last_size(shape)} instead of {_last_size(output_shape)}"
    )


def _last_size(shape: Sequence[int | None]) -> str:
    return _outputs(shape[-1] if len(shape) > 1 else 1)


def _outputs(count: int | None) -> str:
    return "1 output" if count == 1 else f"{UNKNOWN if count is None else count} outputs"


def _keras_loss(loss: object) -> keras.Loss | None:
    """The loss as a function of labels and predictions; None for a user's loss, which may fail for any reason."""
    import keras

    with suppress(Exception):  # a short word, such as "crossentropy", whose meaning depends on the shapes
        keras_loss = keras.losses.get(loss)
        return keras_loss if _is_of_keras(keras_loss) and _is_of_keras(getattr(keras_loss, "fn", keras_loss)) else None
    return None


def _is_of_keras(candidate: object) -> bool:
    """Whether a function or object is Keras' own, not the user's."""
    module = getattr(candidate, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] == "keras"


def metric_words(part: str, labels: object, predicted: object, model: keras.Model) -> str:
    """Which of Keras' own metrics rejects the labels of a model with one output; "" if none does."""
    leaves, outputs = leaves_of(labels), leaves_of(predicted)
    if len(leaves) != 1 or len(outputs) != 1:
        return ""
    examples = [_of_examples(one) for one in (leaves[0], outputs[0])]
    loss = _keras_loss(model.loss)
    if loss is None or result_of(loss, *examples) is None:
        return ""
    for metric in _keras_metrics(model):
        if result_of(_updated(metric), *examples) is None:
            shapes = [shape_text(shape_of(one) or ()) for one in (leaves[0], outputs[0])]
            return (
                f"the metric {metric.name!r} does not accept labels of shape {shapes[0]} for an output of {shapes[1]}, "
                f"which {part} has; {_metric_way(metric.name)}"
            )
    return ""


def _of_examples(leaf: tf.Tensor) -> tf.Tensor:
    import tensorflow as tf

    return tf.TensorSpec([EXAMPLES, *(shape_of(leaf) or (None,))[1:]], leaf.dtype)


def _updated(metric: keras.Metric) -> Callable[..., object]:
    def update(labels: object, predicted: object) -> object:
        metric.update_state(labels, predicted)
        return metric.result()

    return update


def _keras_metrics(model: keras.Model) -> list[keras.Metric]:
    """The metrics of the compiled model that are Keras' own."""
    compiled = [one for group in model.metrics for one in getattr(group, "metrics", ())]
    # `_fn` is the function behind a metric that was made from one; checked with Keras 3.15.1.
    return [one for one in compiled if _is_of_keras(one) and _is_of_keras(getattr(one, "_fn", one))]


def _metric_way(name: str) -> str:
    if "accuracy" in name:
        return "compile with metrics=['accuracy'], which chooses the one that fits"
    return "compile without it, or return labels that it accepts"
