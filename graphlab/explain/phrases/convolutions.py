"""Sentences for convolutions, their gradients and pooling: windows, strides, dilations, kinds of pictures."""

from __future__ import annotations

from graphlab.explain.facts import OpFacts, brackets, find_constant, format_number, times
from graphlab.explain.wording import Phrase, each_of, ordinal, shapes_formula
from graphlab.graph import Op
from graphlab.graph.json_values import ints_of


def spatial(facts: OpFacts, sizes: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """The height and width (or depth, height, width) of a list that also has entries for batch and channels."""
    return tuple(sizes[2:] if _channels_first(facts) else sizes[1:-1])


def _channels_first(facts: OpFacts) -> bool:
    return str(facts.attr("data_format", "NHWC")).startswith("NC")


def channels(facts: OpFacts) -> int | None:
    """How many channels the first input has; None if unknown."""
    shape = facts.inputs[0].shape if facts.inputs else None
    return shape[1 if _channels_first(facts) and len(shape) > 2 else -1] if shape else None


def convolution(facts: OpFacts) -> Phrase:
    """Filters that slide over a sequence, an image or a volume."""
    image, kernel, output = facts.inputs[0], facts.inputs[1], facts.op.outputs[0]
    size = kernel.shape or (None,) * 4
    what = _filters(facts, size)
    moves = f"{step_words(facts)}{_dilation_words(facts)}"
    results = _results(facts, output.shape, size)
    sentence = f"Slides {what} over {_picture(facts, size)}{_each_channel(facts, size)}{moves}: {results}."
    return Phrase(sentence, f"{brackets(image)} ∗ {brackets(kernel)} → {brackets(output)}")


def _filters(facts: OpFacts, size: tuple[int | None, ...]) -> str:
    """`32 filters of 3 × 3 × 1 numbers`; for depthwise filters, those of each channel."""
    depthwise = facts.op.type.startswith("Depthwise")
    count = size[-1]
    window = _window(facts, size)
    whole = window if depthwise else (*window, size[-2])
    number = "one number" if set(whole) == {1} else f"{times(whole)} numbers"
    if depthwise and count == 1:
        return f"a filter of {number}"
    filters = "filters" if count is None else f"{format_number(count)} filter{'' if count == 1 else 's'}"
    return f"{filters} of {number}"


def _window(facts: OpFacts, size: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """The window's sizes, without the extra axis of a sequence that is laid out as an image."""
    return size[1:-2] if _is_sequence(facts, size) else size[:-2]


def _is_sequence(facts: OpFacts, size: tuple[int | None, ...]) -> bool:
    """Whether a convolution over images processes a sequence: height 1, with filters of height 1."""
    shape = facts.inputs[0].shape
    return len(size) == 4 and size[0] == 1 and shape is not None and spatial(facts, shape)[:1] == (1,)


def _picture(facts: OpFacts, size: tuple[int | None, ...]) -> str:
    if _is_sequence(facts, size):
        return "the sequence"
    return "the volume" if len(size) == 5 else "the image"


def _each_channel(facts: OpFacts, size: tuple[int | None, ...]) -> str:
    """Which of the channels a filter reads, if not all."""
    if facts.op.type.startswith("Depthwise"):
        return f", {_channel_words(size[-2])}"
    channel_count, read = channels(facts), size[-2]
    groups = channel_count // read if channel_count and read else 1
    return f", in {groups} groups of channels" if groups > 1 else ""


def _channel_words(count: int | None) -> str:
    return "its one channel" if count == 1 else f"{each_of(count, 'channel')} by itself"


def _results(facts: OpFacts, shape: tuple[int | None, ...] | None, size: tuple[int | None, ...]) -> str:
    """How many results a filter gives."""
    sizes = spatial(facts, shape) if shape else ()
    sizes = sizes[1:] if _is_sequence(facts, size) and sizes[:1] == (1,) else sizes
    if not sizes or None in sizes:
        return "one result at each position for each filter"
    if set(sizes) == {1}:
        return "one result for each filter"
    return f"{times(sizes)} results for each filter"


def step_words(facts: OpFacts) -> str:
    """` in steps of 2`, ` in steps of 2 × 1`; "" for steps of 1."""
    steps = spatial(facts, ints_of(facts.attr("strides") or [1, 1, 1, 1]))
    if len(facts.inputs) > 1 and _is_sequence(facts, facts.inputs[1].shape or ()):
        steps = steps[1:]
    if all(step in (1, None) for step in steps):
        return ""
    return f" in steps of {steps[0] if len(set(steps)) == 1 else times(steps)}"


def dilation(facts: OpFacts) -> tuple[int | None, ...]:
    """The distance between the numbers that a filter reads, along each axis; () if they are neighbours.

    TensorFlow also dilates by moving blocks into the batch before the convolution.
    """
    rates = spatial(facts, ints_of(facts.attr("dilations") or [1, 1, 1, 1]))
    if any(rate not in (1, None) for rate in rates):
        return rates
    source = _source(facts)
    if source is not None and source.type == "SpaceToBatchND" and facts.graph is not None:
        blocks = find_constant(facts.graph, source.inputs[1][0])
        return tuple(blocks) if isinstance(blocks, (list, tuple)) else ()
    return ()


def _source(facts: OpFacts) -> Op | None:
    """The op that provides a convolution's picture, before an axis that is added for a sequence."""
    if facts.graph is None or not facts.op.inputs:
        return None
    op = facts.graph.op(facts.op.inputs[0][0])
    return facts.graph.op(op.inputs[0][0]) if op.type in ("ExpandDims", "Reshape") and op.inputs else op


def _dilation_words(facts: OpFacts) -> str:
    rates = [rate for rate in dilation(facts) if rate is not None]
    if all(rate == 1 for rate in rates):
        return ""
    used = rates[1:] if len(rates) > 1 and rates[0] == 1 and _is_sequence(facts, facts.inputs[1].shape or ()) else rates
    if len(set(used)) > 1:
        return f" with a dilation of {times(used)}"
    return f" with a dilation of {used[0]} (a window takes every {ordinal(used[0])} number)"


def convolution_gradient(facts: OpFacts) -> Phrase:
    """A convolution run backwards: to its filters, or to its input, as in a transposed convolution."""
    output = brackets(facts.op.outputs[0])
    if "BackpropFilter" in facts.op.type:
        return Phrase(f"Runs a convolution backwards, to its filters: {output}.", shapes_formula(facts))
    if facts.op.pair is not None:
        return Phrase(f"Runs a convolution backwards, to its input: {output}.", shapes_formula(facts))
    size = facts.inputs[1].shape or (None,) * 4
    window = times(_window(facts, size) if len(size) > 3 else size[:-2])
    sentence = f"A transposed convolution: spreads each number over a window of {window}, weighted by filters"
    return Phrase(f"{sentence}{step_words(facts)}{_dilation_words(facts)}: {_grown(facts)}.", shapes_formula(facts))


def _grown(facts: OpFacts) -> str:
    """From which size to which; the shapes if some are unknown."""
    source = facts.inputs[2] if len(facts.inputs) > 2 else facts.inputs[-1]
    before, after = (spatial(facts, tensor.shape or ()) for tensor in (source, facts.op.outputs[0]))
    if not before or not after or None in before or None in after:
        return f"{brackets(source)} becomes {brackets(facts.op.outputs[0])}"
    return f"{times(before)} stays {times(after)}" if before == after else f"{times(before)} becomes {times(after)}"


def pool(facts: OpFacts) -> Phrase:
    """One number for each window."""
    verb = "Takes the average" if facts.op.type.startswith("Avg") else "Keeps the largest number"
    sizes = facts.attr("ksize")
    window = spatial(facts, ints_of(sizes) if sizes else (1, None, None, 1))
    source, target = brackets(facts.inputs[0]), brackets(facts.op.outputs[0])
    steps = spatial(facts, ints_of(facts.attr("strides") or []))
    apart = step_words(facts) if steps and steps != window else ""
    size_text = "" if None in window or not window else f"{times(window)} "
    return Phrase(f"{verb} of each {size_text}window{apart}: {source} becomes {target}.", f"{source} → {target}")


def pool_gradient(facts: OpFacts) -> Phrase:
    """The gradient of one number for each window."""
    if facts.op.type.startswith("Avg"):
        sentence = "Shares each gradient among the numbers of its window."
    else:
        sentence = "Sends each gradient back to the largest number of its window, 0 to the others."
    return Phrase(sentence, shapes_formula(facts))
