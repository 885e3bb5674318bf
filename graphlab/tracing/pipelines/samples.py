"""The first elements of tf.data.Datasets as images, numbers and words."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from graphlab.graph import Tensor
from graphlab.graph.facts import SampleValue
from graphlab.graph.stages import stage_kind
from graphlab.number_text import value_text
from graphlab.sources.failures import describe_failure
from graphlab.sources.thumbnails import is_image, png_data_uri
from graphlab.tracing import private
from graphlab.tracing.pipelines.elements import element_names, element_tensors
from graphlab.tracing.pipelines.stages import op_type_of

MOST_ELEMENTS = 6
MOST_VALUES = 8
MOST_TEXT = 120  # characters
LIMIT_S = 10.0


@dataclass
class ElementSamples:
    """The first elements (of a batch: its first examples), each as its tensors, and why there are no more."""

    elements: list[list[SampleValue]] = field(default_factory=list)
    problem: str = ""


def sample_elements(
    dataset: tf.data.Dataset, class_names: Sequence[str] = (), *, limit_s: float = LIMIT_S
) -> ElementSamples:
    """The first elements of a dataset, which is iterated for this; a failure is described in words."""
    samples = ElementSamples(problem=_harm(dataset))
    if samples.problem:
        return samples
    stop = threading.Event()
    thread = threading.Thread(target=_take, args=(dataset, class_names, samples, stop), daemon=True)
    thread.start()
    thread.join(limit_s)
    if thread.is_alive():
        stop.set()
        count = len(samples.elements)
        elements = "1 element" if count == 1 else f"{count} elements"
        what = f"it yielded only {elements}" if count else "it did not yield its first element"
        return ElementSamples(list(samples.elements), f"{what} within {limit_s:g} s")
    return samples


def _harm(dataset: tf.data.Dataset) -> str:
    """Why the dataset must not be iterated only to look at it: it would write files."""
    for stage in _chain(dataset):
        kind = stage_kind(op_type_of(stage) or "")
        file = _text(private.dataset_setting(stage, "filename")) if kind == "Cache" else ""
        if file and not Path(f"{file}.index").exists():
            return f"no elements are shown, because reading them would write the cache file {file!r}"
        if kind in ("Snapshot", "Save"):
            return "no elements are shown, because reading them would write a snapshot"
    return ""


def _text(value: object) -> str:
    raw = value.numpy() if hasattr(value, "numpy") else value
    return raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw or "")


def _chain(dataset: tf.data.Dataset) -> Iterator[tf.data.Dataset]:
    """The dataset and all that it reads."""
    waiting, seen_ids = [dataset], set[int]()
    while waiting:
        stage = private.dataset_behind(waiting.pop())
        if id(stage) not in seen_ids:
            seen_ids.add(id(stage))
            yield stage
            waiting += reversed(private.dataset_inputs(stage))


def _take(dataset: tf.data.Dataset, class_names: Sequence[str], samples: ElementSamples, stop: threading.Event) -> None:
    spec = dataset.element_spec
    names, tensors = element_names(spec), element_tensors(spec)
    labels = class_names if isinstance(spec, tuple) and len(spec) > 1 else ()
    batched = is_batched(dataset)
    try:
        for element in dataset.take(1 if batched else MOST_ELEMENTS):
            values = tf.nest.flatten(element)
            examples = _examples(values) if batched else [values]
            for example in examples:
                parts = zip(names, tensors, example, strict=False)
                samples.elements.append([_part(name, tensor, value, labels) for name, tensor, value in parts])
            if stop.is_set():
                return
        if not samples.elements:
            samples.problem = "It yields no elements."
    except Exception as error:  # whatever the user's own functions raise
        samples.problem = describe_failure("the pipeline raised", error)


def is_batched(dataset: tf.data.Dataset) -> bool:
    """Whether the elements are batches of examples: batch() is the last stage that changes their number."""
    while True:
        stage = private.dataset_behind(dataset)
        kind = stage_kind(op_type_of(stage) or "")
        inputs = private.dataset_inputs(stage)
        if kind in ("Batch", "PaddedBatch", "Rebatch"):
            return True
        if kind in ("Unbatch", "FlatMap", "Interleave", "GroupByWindow", "Window") or not inputs:
            return False
        dataset = inputs[0]


def _examples(values: Sequence[tf.Tensor]) -> list[list[tf.Tensor]]:
    """The first examples of a batch."""
    sizes = [int(value.shape[0]) for value in values if _has_rows(value)]
    count = min([*sizes, MOST_ELEMENTS]) if sizes else 1
    return [[value[row] if _has_rows(value) else value for value in values] for row in range(count)]


def _has_rows(value: object) -> bool:
    return isinstance(value, (tf.Tensor, tf.RaggedTensor)) and bool(value.shape.rank)


def _part(name: str, tensor: Tensor, value: object, class_names: Sequence[str]) -> SampleValue:
    """A tensor of an element in readable form."""
    if not isinstance(value, tf.Tensor):
        words = f"dataset of {tensor}" if tensor.elements else str(tensor)
        return SampleValue(name=name, tensor=words, text=_words_of(value))
    array = value.numpy()
    value_tensor = Tensor(tensor.dtype, tuple(np.shape(array)))
    if (
        value_tensor.shape
        and is_image(value_tensor.shape)
        and (len(value_tensor.shape) == 3 or tensor.dtype == "uint8")
    ):
        return SampleValue(name=name, tensor=str(value_tensor), image=png_data_uri(np.asarray(array)))
    class_text = _class_of(np.asarray(array), class_names) if name == "[1]" else ""
    return SampleValue(name=name, tensor=str(value_tensor), text=class_text or _values(np.asarray(array)))


def _words_of(value: object) -> str:
    """A description of a value that is not a plain tensor."""
    kind = type(value).__name__
    if isinstance(value, tf.RaggedTensor):
        return f"ragged: {_shortened(str(value.to_list()))}"
    if isinstance(value, tf.SparseTensor):
        return f"sparse: {_shortened(_values(value.values.numpy()))}"
    if isinstance(value, tf.data.Dataset):
        return "a dataset"
    return f"a {kind}"


def _values(array: NDArray[np.generic]) -> str:
    if array.dtype.kind in "OS":
        words = [item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item) for item in array.flat]
        more = ", …" if len(words) > MOST_VALUES else ""
        return _shortened(words[0] if array.ndim == 0 else f"[{', '.join(map(repr, words[:MOST_VALUES]))}{more}]")
    numbers = ", ".join(_number(item) for item in array.flat[:MOST_VALUES])
    more = ", …" if array.size > MOST_VALUES else ""
    return numbers if array.ndim == 0 else f"[{numbers}{more}]"


def _number(item: np.generic) -> str:
    return value_text(float(item)) if np.asarray(item).dtype.kind == "f" else str(item)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"


def _class_of(array: NDArray[np.generic], class_names: Sequence[str]) -> str:
    """`1 · COVID-19`: the label and its class; "" if there is none."""
    if array.size != 1 or array.dtype.kind not in "iuf":
        return ""
    label = array.reshape(-1)[0]
    index = round(float(label))
    return f"{_number(label)} · {class_names[index]}" if 0 <= index < len(class_names) else ""
