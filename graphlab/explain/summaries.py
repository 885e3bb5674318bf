"""The grey line on a closed group: class, settings, parameters, counts. Independent of pixels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from graphlab.explain.facts import format_number, format_value
from graphlab.explain.totals import GroupTotals
from graphlab.graph import Group, JsonValue
from graphlab.graph.stages import stage_kind

_GRADIENTS = re.compile(r"gradients( \(call \d+\))?")  # a tape's own group; its subgroups are named after layers


def group_summary(group: Group, totals: GroupTotals) -> str:
    """The line on a closed group: `Dense 256 relu · 200,960 parameters`, `updates 6 variables · 160 ops`, `12 ops`."""
    return SUMMARIES.get(group.kind, _scope_summary)(group, totals)


def layer_title(group: Group) -> str:
    """A layer's class and main settings: `Dense 256 relu`, `Conv2D 32 3×3 relu`, `Dropout 0.5`; "" without a class."""
    if not group.class_name:
        return ""
    texts = [text for key, show in SETTINGS.items() if key in group.settings and (text := show(group.settings))]
    return " ".join([group.class_name, *texts])


def _count(number: int, noun: str) -> str:
    return f"{format_number(number)} {noun}{'' if number == 1 else 's'}"


def _layer_summary(group: Group, totals: GroupTotals) -> str:
    parameters = _count(totals.parameters, "parameter") if totals.parameters else ""
    parameters += ", not trained" if totals.parameters and not totals.trainable_parameters else ""
    return " · ".join(part for part in (layer_title(group), parameters) if part) or _count(totals.ops, "op")


def _loss_summary(group: Group, totals: GroupTotals) -> str:
    return _class_words(group) or _count(totals.ops, "op")


def _metrics_summary(group: Group, totals: GroupTotals) -> str:
    words = _class_words(group)
    return f"{words} · {_count(totals.ops, 'op')}" if words else _count(totals.ops, "op")


def _gradients_summary(group: Group, totals: GroupTotals) -> str:
    if group.class_name or not _GRADIENTS.fullmatch(group.label):
        return f"gradient of {group.class_name or group.label} · {_count(totals.ops, 'op')}"
    start = f"for {_count(totals.updated, 'variable')} · " if totals.updated else ""
    return start + _count(totals.ops, "op")


def _optimizer_summary(group: Group, totals: GroupTotals) -> str:
    start = f"updates {_count(totals.updated, 'variable')} · " if totals.updated else ""
    return start + _count(totals.ops, "op")


def _call_summary(group: Group, totals: GroupTotals) -> str:
    return f"{group.kind} · {_count(totals.ops, 'op')}"


def _stage_summary(group: Group, totals: GroupTotals) -> str:
    words = STAGES.get(group.label) or STAGES.get(stage_kind(group.class_name), "stage")
    return f"{words} · {_count(totals.ops, 'op')}"


STAGES = {
    "Map": "changes each element",
    "Filter": "keeps some elements",
    "TakeWhile": "ends at the first false",
    "FlatMap": "several of each element",
    "Interleave": "several of each, by turns",
    "Scan": "changes each, with a state",
    "GroupByWindow": "gathers elements by key",
    # Stages that tf.data composes from others, by their own name.
    "from_generator": "your Python generator",
    "TextLineDataset": "the lines of text files",
    "TFRecordDataset": "the records of files",
    "FixedLengthRecordDataset": "the records of files",
    "bucket_by_sequence_length": "batches of like length",
}


def _scope_summary(group: Group, totals: GroupTotals) -> str:
    return _count(totals.ops, "op")


def _run_summary(group: Group, totals: GroupTotals) -> str:
    parameters = _count(totals.parameters, "parameter") + " · " if totals.parameters else ""
    return parameters + _count(totals.ops, "op")


def _class_words(group: Group) -> str:
    """`sparse top k categorical accuracy` for SparseTopKCategoricalAccuracy; "" if the label already contains it."""
    names = [" ".join(map(_word, _WORDS.findall(name))) for name in group.class_name.split(", ")]
    words = ", ".join(names)
    return "" if _plain_letters(words) == _plain_letters(group.label.partition(" · ")[0]) else words


# Common spellings: short names, longer acronyms, words with their digits.
_WORDS = re.compile(
    r"IoU|[A-Z][a-z]+\d[A-Z](?=[A-Z]|$)|AUC|[A-Z]+\d+(?=[A-Z_]|$)|[A-Z]{2,}(?=[A-Z][a-z]|_|$)|[A-Z]?[a-z]+\d*|[A-Z]|\d+"
)


def _word(word: str) -> str:
    """A word in lower case, except acronyms and names with digits (`KL`, `F1`)."""
    is_name = word == "IoU" or (len(word) > 1 and word.upper() == word)
    return word if is_name else word.lower()


def _plain_letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


SUMMARIES: dict[str, Callable[[Group, GroupTotals], str]] = {
    "model": _layer_summary,
    "layer": _layer_summary,
    "loss": _loss_summary,
    "gradients": _gradients_summary,
    "optimizer": _optimizer_summary,
    "metrics": _metrics_summary,
    "scope": _scope_summary,
    "run": _run_summary,
    "loop": _call_summary,
    "conditional": _call_summary,
    "function": _call_summary,
    "stage": _stage_summary,
}


def _plain(key: str, prefix: str = "") -> Callable[[Mapping[str, JsonValue]], str]:
    """A number with thousands separators, or a name; nothing for other values."""

    def show(settings: Mapping[str, JsonValue]) -> str:
        value = settings[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return ""
        return prefix + (format_number(value) if isinstance(value, int) else format_value(value))

    return show


def _size(key: str, prefix: str = "") -> Callable[[Mapping[str, JsonValue]], str]:
    """A list of sizes as `3×3`."""

    def show(settings: Mapping[str, JsonValue]) -> str:
        value = settings[key]
        sizes = value if isinstance(value, (list, tuple)) else [value]
        numbers = [str(size) for size in sizes if isinstance(size, int)]
        return prefix + "×".join(numbers) if numbers and len(numbers) == len(sizes) else ""

    return show


def _strides(settings: Mapping[str, JsonValue]) -> str:
    """`stride 2`; nothing for strides of 1, or of the pooling window's own size, which is the default there."""
    strides = settings["strides"]
    steps = list(strides) if isinstance(strides, (list, tuple)) else [strides]
    window = settings.get("pool_size")
    windows = list(window) if isinstance(window, (list, tuple)) else [window]
    if steps in (windows, [None]) or all(step == 1 for step in steps):
        return ""
    return "stride " + ("×".join(str(step) for step in steps) if len(set(steps)) > 1 else str(steps[0]))


def _activation(settings: Mapping[str, JsonValue]) -> str:
    """The activation's name; nothing for linear, and for the default tanh of a recurrent layer."""
    name = settings["activation"]
    if not isinstance(name, str) or name == "linear":
        return ""
    return "" if name == "tanh" and "recurrent_activation" in settings else name


def _axis(settings: Mapping[str, JsonValue]) -> str:
    """`axis 1`; nothing for the last axis, which is always the default."""
    axis = settings["axis"]
    return f"axis {axis}" if isinstance(axis, int) and axis != -1 else ""


# Constructor settings worth a place in the title, in display order.
SETTINGS: dict[str, Callable[[Mapping[str, JsonValue]], str]] = {
    "units": _plain("units"),
    "filters": _plain("filters"),
    "num_heads": _plain("num_heads"),
    "key_dim": _size("key_dim", "× "),
    "input_dim": _plain("input_dim"),
    "output_dim": _plain("output_dim", "→ "),
    "kernel_size": _size("kernel_size"),
    "pool_size": _size("pool_size"),
    "size": _size("size"),
    "target_shape": _size("target_shape"),
    "dims": _size("dims"),
    "n": _plain("n"),
    "rate": _plain("rate"),
    "stddev": _plain("stddev"),
    "scale": _plain("scale"),
    "strides": _strides,
    "axis": _axis,
    "activation": _activation,
}
