"""Sentences and hints for the stages of tf.data pipelines, with their settings."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.facts import OpFacts, format_number
from graphlab.explain.wording import Phrase, ordinal
from graphlab.graph import JsonValue, Tensor
from graphlab.graph.stages import stage_kind, stage_name

AUTOTUNE = -1
ENDLESS = 2**63 - 1  # the end of an endless range
MOST_FILE = 16  # characters of a file's name in a hint
Words = Callable[[OpFacts], str]


def stage_phrase(facts: OpFacts, count: JsonValue = None) -> Phrase:
    """What a stage does, and how many elements it yields ("infinite", None if unknown)."""
    kind = stage_kind(facts.op.type)
    sentence = SENTENCES[kind](facts) if kind in SENTENCES else _fallback(facts)
    return Phrase(f"{sentence}{_count_sentence(count)}", _formula(facts))


def stage_hint(facts: OpFacts) -> str:
    """A few words for a stage's box: `buffer of 10,000`."""
    words = HINTS.get(stage_kind(facts.op.type))
    return words(facts) if words else ""


def _count_sentence(count: JsonValue) -> str:
    if count == "infinite":
        return " It never ends."
    if not isinstance(count, int):
        return ""
    return " It gives one element." if count == 1 else f" It gives {format_number(count)} elements."


def _formula(facts: OpFacts) -> str:
    """The input and output of each element."""
    before = next((tensor for tensor in facts.inputs if tensor.elements), None)
    after = facts.op.outputs[0] if facts.op.outputs else Tensor("", None)
    if before is None or str(before) == str(after):
        return str(after) if after.elements else ""
    return f"{before} → {after}"


def _fallback(facts: OpFacts) -> str:
    # Imported on demand: few pipelines have such a stage.
    from graphlab.explain.texts.stages import RARE_STAGES

    return RARE_STAGES.get(stage_kind(facts.op.type), f"The stage {stage_name(facts.op.type)} of an input pipeline.")


def _setting(facts: OpFacts, name: str) -> JsonValue:
    """A setting by the name of the op's argument; None if the graph does not contain its value."""
    ports = PORTS.get(facts.op.type) or PORTS[stage_kind(facts.op.type)]
    return facts.constant(ports[name]) if name in ports else None


def _number(facts: OpFacts, name: str, noun: str = "element") -> str:
    """`32 elements`, `one element`, `some elements`."""
    value = _setting(facts, name)
    if not isinstance(value, int):
        return f"some {noun}s"
    return f"one {noun}" if value == 1 else f"{format_number(value)} {noun}s"


def _parallel(facts: OpFacts) -> str:
    """How many calls run in parallel, as the end of a sentence."""
    value = facts.constant(-1) if "Parallel" in facts.op.type else None
    if value == AUTOTUNE:
        return ", as many at a time as tf.data chooses"
    return f", up to {value} at a time" if isinstance(value, int) else ""


def _parallel_hint(facts: OpFacts) -> str:
    value = facts.constant(-1) if "Parallel" in facts.op.type else None
    return "autotuned" if value == AUTOTUNE else f"{value} at a time" if isinstance(value, int) else ""


def _shuffle(facts: OpFacts) -> str:
    again = facts.attr("reshuffle_each_iteration")
    words = {True: " The order is different in every epoch.", False: " The order is the same in every epoch."}
    order = words[again] if isinstance(again, bool) else ""
    return f"Keeps a buffer of {_number(facts, 'buffer_size')} and draws from it at random.{order}"


def _batch(facts: OpFacts) -> str:
    drops = _setting(facts, "drop_remainder")
    words = {True: " A last batch that is not full is dropped.", False: " The last batch may be smaller."}
    rest = words[drops] if isinstance(drops, bool) else ""
    return f"Puts {_number(facts, 'batch_size')} into one: each tensor gets a first axis of that size.{rest}"


def _padded_batch(facts: OpFacts) -> str:
    return f"Puts {_number(facts, 'batch_size')} into one, and fills each up to the size of the largest."


def _cache(facts: OpFacts) -> str:
    file = _setting(facts, "filename")
    if file:
        return (
            f"Writes the elements of the first epoch to the file {file!r}, and reads them from there in later epochs."
        )
    return "Caches the elements of the first epoch in memory; later epochs skip the stages before it."


def _prefetch(facts: OpFacts) -> str:
    ahead = _setting(facts, "buffer_size")
    many = "as many as tf.data chooses" if ahead == AUTOTUNE else f"up to {_number(facts, 'buffer_size')} ahead"
    return f"Prepares the next elements while the last one is being used, {many}."


def _repeat(facts: OpFacts) -> str:
    count = _setting(facts, "count")
    if count == AUTOTUNE:
        return "Starts again whenever the elements end."
    return f"Repeats all elements {_number(facts, 'count', 'time')}."


def _interleave(facts: OpFacts) -> str:
    cycle, block = _setting(facts, "cycle_length"), _setting(facts, "block_length")
    many = f"{cycle} of them" if isinstance(cycle, int) and cycle > 0 else "several of them"
    turns = f"{block} elements" if isinstance(block, int) and block > 1 else "one element"
    return f"Makes a dataset from each element and alternates between {many}, {turns} at a time."


def _interleave_hint(facts: OpFacts) -> str:
    cycle = _setting(facts, "cycle_length")
    return f"{cycle} by turns" if isinstance(cycle, int) and cycle > 0 else "by turns"


def _range(facts: OpFacts) -> str:
    start, stop, step = (_setting(facts, name) for name in ("start", "stop", "step"))
    steps = f" in steps of {step}" if step not in (1, None) else ""
    if stop == ENDLESS:
        return f"Counts from {start} on{steps}."
    return f"Counts from {start} up to {stop}{steps}; {stop} itself is left out."


def _range_hint(facts: OpFacts) -> str:
    start, stop = _setting(facts, "start"), _setting(facts, "stop")
    if start is None or stop is None:
        return ""
    return f"from {start} on" if stop == ENDLESS else f"{start} to {stop}"


def _shard(facts: OpFacts) -> str:
    shards, index = _setting(facts, "num_shards"), _setting(facts, "index")
    if not isinstance(shards, int) or not isinstance(index, int):
        return "Gives one element of every few: one shard of several."
    every = "every element" if shards == 1 else f"every {ordinal(shards)} element"
    return f"Gives {every}, beginning with number {index} (counted from 0): shard {index} of {shards}."


def _window(facts: OpFacts) -> str:
    shift = _setting(facts, "shift")
    moves = f"; each begins {shift} after the last one" if isinstance(shift, int) else ""
    return f"Gives windows: small datasets of {_number(facts, 'size')}{moves}."


def _slices(facts: OpFacts) -> str:
    many = f"its {len(facts.inputs)} tensors" if len(facts.inputs) > 1 else "its tensor"
    return f"Takes {many} apart along the first axis and gives one slice at a time."


def _zip(facts: OpFacts) -> str:
    return f"Puts one element of each of its {len(facts.inputs)} datasets side by side; ends with the shortest."


def _expects(facts: OpFacts) -> str:
    return f"Declares that there are {_number(facts, 'cardinality')}, and fails otherwise."


def _file_hint(facts: OpFacts) -> str:
    name = str(_setting(facts, "filename") or "")
    return "in memory" if not name else f"file {name.replace(chr(92), '/').rpartition('/')[2][:MOST_FILE]}"


def _says(text: str) -> Words:
    return lambda facts: text


def _calls(text: str) -> Words:
    return lambda facts: f"{text}{_parallel(facts)}."


def _counted(pattern: str, name: str) -> Words:
    """The pattern with the number of a setting, if known."""

    def words(facts: OpFacts) -> str:
        value = _setting(facts, name)
        return pattern.format(format_number(value)) if isinstance(value, int) else ""

    return words


def _tuned(pattern: str, name: str, word: str) -> Words:
    """As `_counted`, with other words for -1."""

    def words(facts: OpFacts) -> str:
        return word if _setting(facts, name) == AUTOTUNE else _counted(pattern, name)(facts)

    return words


# For each kind of stage or op type, the input ports of its settings; counted from the end if more may precede them.
PORTS: dict[str, dict[str, int]] = {
    "Shuffle": {"buffer_size": 1},
    "Batch": {"batch_size": 1, "drop_remainder": -1},
    "PaddedBatch": {"batch_size": 1, "drop_remainder": -1},
    "Rebatch": {"batch_sizes": 1},
    "Cache": {"filename": 1},
    "Prefetch": {"buffer_size": 1},
    "Repeat": {"count": 1},
    "Take": {"count": 1},
    "Skip": {"count": 1},
    "Shard": {"num_shards": 1, "index": 2},
    "Range": {"start": 0, "stop": 1, "step": 2},
    "Window": {"size": 1, "shift": 2},
    "AssertCardinality": {"cardinality": 1},
    "Interleave": {"cycle_length": -2, "block_length": -1},
    "ParallelInterleaveDatasetV4": {"cycle_length": -5, "block_length": -4},
    "LegacyParallelInterleaveDatasetV2": {"cycle_length": -4, "block_length": -3},
}
SENTENCES: dict[str, Words] = {
    "TensorSlice": _slices,
    "Tensor": _says("Gives its tensors as one element."),
    "Range": _range,
    "Random": _says("Gives random whole numbers."),
    "Generator": _says("Calls your Python generator for each element."),
    "TextLine": _says("Reads text files line by line."),
    "TFRecord": _says("Reads the records of TFRecord files one by one."),
    "FixedLengthRecord": _says("Reads files in records of a fixed number of bytes."),
    "CSV": _says("Reads the rows of CSV files one by one."),
    "Map": _calls("Calls your function on each element and returns the result"),
    "Filter": _says("Keeps the elements for which your function returns true."),
    "TakeWhile": _says("Gives elements as long as your function returns true, and ends at the first false."),
    "FlatMap": _says("Makes a dataset from each element and joins these datasets one after the other."),
    "Interleave": _interleave,
    "Scan": _says("Calls your function on each element with a state that it passes from one element to the next."),
    "GroupByWindow": _says(
        "Groups elements by the key that your function returns, and combines each group once it is large enough."
    ),
    "Shuffle": _shuffle,
    "Batch": _batch,
    "PaddedBatch": _padded_batch,
    "Rebatch": _says("Cuts batches into batches of another size."),
    "Unbatch": _says("Takes batches apart into single elements."),
    "Cache": _cache,
    "Prefetch": _prefetch,
    "Repeat": _repeat,
    "Zip": _zip,
    "Concatenate": _says("Gives the elements of the first dataset, then those of the second."),
    "Take": lambda facts: f"Gives the first {_number(facts, 'count')} and ends.",
    "Skip": lambda facts: f"Leaves out the first {_number(facts, 'count')}.",
    "Shard": _shard,
    "Window": _window,
    "Unique": _says("Removes duplicate elements."),
    "IgnoreErrors": _says("Skips elements that raise an error."),
    "AssertCardinality": _expects,
    "DirectedInterleave": _says("Takes each element from the dataset whose number the first dataset yields."),
    "Snapshot": _says("Writes the elements to disk the first time, and reads them from disk later."),
    "Options": _says("Carries settings for the whole pipeline; the elements pass unchanged."),
    "Model": _says("Lets tf.data tune the pipeline while it runs; the elements pass unchanged."),
}
HINTS: dict[str, Words] = {
    "Map": _parallel_hint,
    "Interleave": _interleave_hint,
    "Shuffle": _counted("buffer of {}", "buffer_size"),
    "Batch": _counted("{} elements", "batch_size"),
    "PaddedBatch": _counted("{} elements", "batch_size"),
    "Rebatch": _counted("{} elements", "batch_sizes"),
    "Cache": _file_hint,
    "Prefetch": _tuned("{} ahead", "buffer_size", "autotuned"),
    "Repeat": _tuned("{} times", "count", "without end"),
    "Take": _counted("the first {}", "count"),
    "Skip": _counted("without the first {}", "count"),
    "Shard": lambda facts: f"{_setting(facts, 'index')} of {_setting(facts, 'num_shards')}",
    "Range": _range_hint,
    "Window": _counted("{} elements each", "size"),
    "AssertCardinality": _counted("{} elements", "cardinality"),
}
