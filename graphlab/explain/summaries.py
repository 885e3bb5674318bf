"""The grey line on a closed group: class, settings, parameters, counts. Knows nothing about pixels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphlab.explain.facts import find_variable, format_number, format_value
from graphlab.explain.families import family
from graphlab.explain.handed import handed_in, handed_variables
from graphlab.graph import LAYERS, Graph, Group, JsonValue, Op
from graphlab.stages import stage_kind

_GRADIENTS = re.compile(r"gradients( \(call \d+\))?")  # a tape's own group; those inside are named after layers
Path = tuple[str, ...]  # the ids of the groups around an op
# (ops, variables, parameters, trainable parameters, problems)
Held = tuple[int, int, int, int, int]
NOTHING: Held = (0, 0, 0, 0, 0)


@dataclass(frozen=True)
class GroupTotals:
    """What a group holds, subgroups included.

    `parameters` are the numbers in its `variables`, a layer's also in those that a loop or a branch around it hands in;
    where the graph tells how many a layer has, they are all of those, read or not. `trainable_parameters` are those
    that training changes. `updated` counts the trainable variables that its ops write; for the outermost gradients
    group, those that the whole graph writes. `problems` counts the ops with which something is wrong.
    """

    ops: int = 0
    variables: int = 0
    parameters: int = 0
    trainable_parameters: int = 0
    updated: int = 0
    problems: int = 0


def group_totals(graph: Graph, around: Mapping[str, Path] | None = None) -> dict[str, GroupTotals]:
    """The totals of every group that holds an op or is known to the graph, in one pass over the ops.

    `around` tells the groups around each op where there are others than the graph's, after those of the graph.
    """
    held_at: dict[Path, Held] = {}
    written: defaultdict[str, set[str]] = defaultdict(set)
    all_written: set[str] = set()
    outside = handed_in(graph)
    for op in graph.ops():
        path = around[op.id] if around else op.path
        held_at[path] = _sum(held_at.get(path, NOTHING), _held(op))
        if target := _written_variable(graph, op, outside):
            all_written |= target
            for group_id in path:
                written[group_id] |= target
    counts: dict[str, Held] = dict.fromkeys(graph.groups, NOTHING)
    for path, held in held_at.items():
        for group_id in path:
            counts[group_id] = _sum(counts.get(group_id, NOTHING), held)
    for group_id, variable_id in _handed_in(graph, around):
        counts[group_id] = _sum(counts[group_id], (0, *_held(graph.op(variable_id))[1:]))
    for group_id, group in graph.groups.items():
        parent = graph.groups.get(group.parent_id)
        if group.kind == "gradients" and (parent is None or parent.kind != "gradients"):
            written[group_id] = all_written
    told = graph.counts
    return {
        group_id: GroupTotals(*total[:2], *told.get(group_id, total[2:4]), len(written.get(group_id, ())), total[4])
        for group_id, total in counts.items()
    }


def group_summary(group: Group, totals: GroupTotals) -> str:
    """The line on a closed group: `Dense 256 relu · 200,960 parameters`, `updates 6 variables · 160 ops`, `12 ops`."""
    return SUMMARIES.get(group.kind, _scope_summary)(group, totals)


def layer_title(group: Group) -> str:
    """A layer's class and main settings: `Dense 256 relu`, `Conv2D 32 3×3 relu`, `Dropout 0.5`; "" without a class."""
    if not group.class_name:
        return ""
    texts = [shown for key, show in SETTINGS.items() if key in group.settings and (shown := show(group.settings))]
    return " ".join([group.class_name, *texts])


def _handed_in(graph: Graph, around: Mapping[str, Path] | None) -> set[tuple[str, str]]:
    """(group, variable outside it that a layer in it reads through the call around them), each once.

    That is a layer's own group, and one that the graph has not and that gathers such layers.
    """
    return {
        (group_id, variable_id)
        for op_id, variable_ids in handed_variables(graph).items()
        for group_id in (around[op_id] if around else graph.op(op_id).path)
        for variable_id in variable_ids
        if _takes_weights(graph, group_id, op_id)
        and group_id not in (around[variable_id] if around else graph.op(variable_id).path)
    }


def _takes_weights(graph: Graph, group_id: str, op_id: str) -> bool:
    """Whether a group is a layer, or gathers layers of which an op is part."""
    group = graph.groups.get(group_id)
    return group.kind in LAYERS if group else graph.op(op_id).layer is not None


def _held(op: Op) -> Held:
    """What one op adds to its groups."""
    problems = 1 if op.problem else 0
    if op.variable is None:
        return (1, 0, 0, 0, problems)
    numbers = op.variable.parameters
    return (1, 1, numbers, numbers if op.variable.trainable else 0, problems)


def _sum(a: Held, b: Held) -> Held:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]


def _written_variable(graph: Graph, op: Op, outside: Mapping[str, str]) -> set[str]:
    """The name of the trainable variable an op writes, as a set of one or none."""
    writes = family(op.type) in ("variable", "optimizer") and op.type not in READERS
    handle = op.inputs[0][0] if writes and op.inputs else ""
    variable = find_variable(graph, outside.get(handle, handle)) if handle else None
    return {variable.name} if variable is not None and variable.trainable else set()


READERS = frozenset({"ReadVariableOp", "VariableShape", "VarIsInitializedOp", "ResourceGather", "ResourceGatherNd"})


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
    # Stages that tf.data builds from others, by their own name.
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
    """`sparse top k categorical accuracy` for SparseTopKCategoricalAccuracy; "" where the label says it already."""
    names = [" ".join(map(_word, _WORDS.findall(name))) for name in group.class_name.split(", ")]
    words = ", ".join(names)
    return "" if _plain_letters(words) == _plain_letters(group.label.partition(" · ")[0]) else words


# Short names as people write them, longer acronyms, words with their digits.
_WORDS = re.compile(
    r"IoU|[A-Z][a-z]+\d[A-Z](?=[A-Z]|$)|AUC|[A-Z]+\d+(?=[A-Z_]|$)|[A-Z]{2,}(?=[A-Z][a-z]|_|$)|[A-Z]?[a-z]+\d*|[A-Z]|\d+"
)


def _word(word: str) -> str:
    """Acronyms and names with digits (`KL`, `F1`) keep their letters."""
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
    "choice": _call_summary,
    "function": _call_summary,
    "stage": _stage_summary,
}


def _plain(key: str, prefix: str = "") -> Callable[[Mapping[str, JsonValue]], str]:
    """Shows a number or a name as it is, thousands separated; nothing for what is neither."""

    def show(settings: Mapping[str, JsonValue]) -> str:
        value = settings[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return ""
        return prefix + (format_number(value) if isinstance(value, int) else format_value(value))

    return show


def _size(key: str, prefix: str = "") -> Callable[[Mapping[str, JsonValue]], str]:
    """Shows a list of sizes as `3×3`."""

    def show(settings: Mapping[str, JsonValue]) -> str:
        value = settings[key]
        sizes = value if isinstance(value, (list, tuple)) else [value]
        numbers = [str(size) for size in sizes if isinstance(size, int)]
        return prefix + "×".join(numbers) if numbers and len(numbers) == len(sizes) else ""

    return show


def _strides(settings: Mapping[str, JsonValue]) -> str:
    """`stride 2`; nothing for single steps and for the pooling window's own size, the default there."""
    strides = settings["strides"]
    steps = list(strides) if isinstance(strides, (list, tuple)) else [strides]
    window = settings.get("pool_size")
    windows = list(window) if isinstance(window, (list, tuple)) else [window]
    if steps in (windows, [None]) or all(step == 1 for step in steps):
        return ""
    return "stride " + ("×".join(str(step) for step in steps) if len(set(steps)) > 1 else str(steps[0]))


def _activation(settings: Mapping[str, JsonValue]) -> str:
    """The activation's name; nothing for linear, and for a recurrent layer's own tanh."""
    name = settings["activation"]
    if not isinstance(name, str) or name == "linear":
        return ""
    return "" if name == "tanh" and "recurrent_activation" in settings else name


def _axis(settings: Mapping[str, JsonValue]) -> str:
    """`axis 1`; nothing for the last axis, the default everywhere."""
    axis = settings["axis"]
    return f"axis {axis}" if isinstance(axis, int) and axis != -1 else ""


# Constructor settings worth a place in the title, in the order they are shown.
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
