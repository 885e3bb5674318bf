"""Sentences and formulas for ops whose words depend on their shapes. Every function takes an op's facts alone."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.binary_ops import BINARY, binary_phrase
from graphlab.explain.facts import BROKEN, OpFacts, brackets, format_value, times
from graphlab.explain.foreign import in_tensorflow_terms
from graphlab.explain.foreign_texts import FOREIGN_TEXTS
from graphlab.explain.op_texts import TEXTS
from graphlab.explain.wording import Phrase, amount, axis_words, shapes_formula, short_name, slice_text
from graphlab.graph import Tensor, format_shape

MAX_VALUE_CHARS = 40
_TEXTS = TEXTS | FOREIGN_TEXTS
DENSE_CLASSES = frozenset({"Dense", "EinsumDense"})


def phrase(facts: OpFacts) -> Phrase:
    """What the op does, in words for its type; for a type without words, what comes in and what goes out."""
    try:
        found = _phrase(in_tensorflow_terms(facts))
    except BROKEN:
        found = None
    if found is None:
        return Phrase(_fallback(facts), shapes_formula(facts))
    fused = str(facts.attr("fused_activation_function", "NONE"))
    return found if fused == "NONE" else Phrase(f"{found.sentence} Then applies {fused.lower()}.", found.formula)


def _phrase(facts: OpFacts) -> Phrase | None:
    op_type = facts.op.type
    if op_type in PHRASES:
        return PHRASES[op_type](facts)
    if op_type in BINARY and len(facts.inputs) == 2:
        return binary_phrase(facts)
    if op_type not in _TEXTS:
        return None
    sentence, formula = _TEXTS[op_type]
    fields = _fields(facts)
    return Phrase(sentence.format_map(fields), formula.format_map(fields) or shapes_formula(facts))


def _fields(facts: OpFacts) -> dict[str, str]:
    """The fields of the texts in op_texts."""
    shapes = [brackets(tensor) for tensor in facts.inputs] + ["[..]"] * 3
    first = facts.inputs[0] if facts.inputs else Tensor("", None)
    output = facts.op.outputs[0] if facts.op.outputs else Tensor("", None)
    variable = facts.variable(0)
    added = facts.constant(1)
    return {
        "a": shapes[0],
        "b": shapes[1],
        "c": shapes[2],
        "out": brackets(output),
        "m": amount(first),
        "n": amount(output),
        "last": format_shape(first.shape[-1:]) if first.shape else "",
        "k": str(len(facts.inputs)),
        "joined": str(len(facts.inputs) - 1),
        "l": str(len(facts.op.outputs)),
        "axis": axis_words(facts),
        "var": f"the variable `{short_name(variable)}`" if variable else "a variable",
        "target": short_name(variable) if variable else "variable",
        "b_numbers": format_value(added) if isinstance(added, (int, float)) else shapes[1],
        "from_type": first.dtype,
        "to_type": output.dtype,
    }


def _fallback(facts: OpFacts) -> str:
    inputs = " and ".join(str(tensor) for tensor in facts.inputs) or "nothing"
    outputs = " and ".join(str(tensor) for tensor in facts.op.outputs) or "nothing"
    return f"The op {facts.op.type}: takes {inputs}, gives {outputs}."


def _matmul(facts: OpFacts) -> Phrase:
    left, right = facts.inputs[:2]
    variable = facts.variable(1)
    row, columns = _matrix_sizes(facts)
    if variable is not None and (not facts.attr("transpose_b", False) or facts.attr("forward", False)):
        layer = facts.op.layer
        result = "neuron" if layer and layer.class_name in DENSE_CLASSES else "output"
        sums = f"one sum for one {result}" if columns == "1" else f"one sum for each of {columns} {result}s"
        sentence = f"Multiplies each input row ({_counted(row, 'number')}) by the weights: {sums}."
    else:
        sentence = (
            f"Multiplies each row of the first matrix with each column of the second: "
            f"sums of {_counted(row, 'product')}, giving {brackets(facts.op.outputs[0])}."
        )
    left_text = brackets(left) + ("ᵀ" if _transposed(facts, "transpose_a", "adj_x") else "")
    right_text = brackets(right) + ("ᵀ" if _transposed(facts, "transpose_b", "adj_y") else "")
    return Phrase(sentence, f"{left_text} · {right_text} → {brackets(facts.op.outputs[0])}")


def _batch_matmul(facts: OpFacts) -> Phrase:
    count = facts.op.outputs[0].shape
    pairs = times(count[:-2]) if count and len(count) > 2 else "many"
    row, _ = _matrix_sizes(facts)
    sentence = f"Multiplies {pairs} pairs of matrices: each result is a sum of {_counted(row, 'product')}."
    return Phrase(sentence, _matmul(facts).formula)


def _counted(number: str, noun: str) -> str:
    return f"{number} {noun}{'' if number == '1' else 's'}"


def _transposed(facts: OpFacts, *names: str) -> bool:
    return any(facts.attr(name, False) for name in names)


def _matrix_sizes(facts: OpFacts) -> tuple[str, str]:
    """(length of a row that is summed over, number of columns) as text."""
    left, output = facts.inputs[0].shape, facts.op.outputs[0].shape
    index = -2 if _transposed(facts, "transpose_a", "adj_x") else -1
    row = left[index] if left and len(left) >= 2 else None
    right = facts.inputs[1].shape
    if row is None and right and len(right) >= 2:  # as many as the other operand has
        row = right[-1 if _transposed(facts, "transpose_b", "adj_y") else -2]
    columns = output[-1] if output else None
    return (times((row,)), times((columns,)))


def _einsum(facts: OpFacts) -> Phrase:
    equation = str(facts.attr("equation", ""))
    sentence = f"Multiplies and adds up along the axes that `{equation}` names: {amount(facts.op.outputs[0])}."
    return Phrase(sentence, f"{equation}: {shapes_formula(facts)}")


def _bias_add(facts: OpFacts) -> Phrase:
    bias, output = facts.inputs[1], facts.op.outputs[0]
    units = times(bias.shape or (None,))
    part = "channel" if _rank(output) > 2 else "output"
    sentence = f"Adds the bias: one number for {f'the one {part}' if units == '1' else f'each of {units} {part}s'}."
    return Phrase(sentence, f"{brackets(facts.inputs[0])} + {brackets(bias)} → {brackets(output)}")


def _rank(tensor: Tensor) -> int:
    return len(tensor.shape) if tensor.shape is not None else 0


def spatial(facts: OpFacts, sizes: tuple[int | None, ...] | list[int]) -> tuple[int | None, ...]:
    """The height and width (or depth, height, width) of something that also has a batch and a channel entry."""
    return tuple(sizes[2:] if str(facts.attr("data_format", "NHWC")).startswith("NC") else sizes[1:-1])


def _convolution(facts: OpFacts) -> Phrase:
    image, kernel, output = facts.inputs[0], facts.inputs[1], facts.op.outputs[0]
    size = kernel.shape or (None,) * 4
    results = times(spatial(facts, output.shape or (None,) * len(size)))
    depthwise = facts.op.type.startswith("Depthwise")
    what = "one filter per channel," if depthwise else f"{_counted(times(size[-1:]), 'filter')} of"
    window = times(size[:-2] if depthwise else size[:-1])
    sentence = f"Slides {what} {window} numbers over the image{step_words(facts)}: {results} results for each filter."
    return Phrase(sentence, f"{brackets(image)} ∗ {brackets(kernel)} → {brackets(output)}")


def step_words(facts: OpFacts) -> str:
    """` in steps of 2`; "" for single steps."""
    strides = spatial(facts, facts.attr("strides") or [1, 1, 1, 1])
    largest = max((step for step in strides if step is not None), default=1)
    return f" in steps of {largest}" if largest > 1 else ""


def _convolution_gradient(facts: OpFacts) -> Phrase:
    to_filter = "BackpropFilter" in facts.op.type
    of_what = "filters" if to_filter else "input"
    transposed = "" if to_filter else "; as a forward op it is a transposed convolution, which enlarges the image"
    sentence = f"Runs a convolution backwards, to its {of_what}: {brackets(facts.op.outputs[0])}{transposed}."
    return Phrase(sentence, shapes_formula(facts))


def _pool(facts: OpFacts) -> Phrase:
    verb = "Takes the average" if facts.op.type.startswith("Avg") else "Keeps the largest number"
    window = times(spatial(facts, facts.attr("ksize") or [1, None, None, 1]))
    source, target = brackets(facts.inputs[0]), brackets(facts.op.outputs[0])
    return Phrase(f"{verb} of each {window} window: {source} becomes {target}.", f"{source} → {target}")


def _pool_gradient(facts: OpFacts) -> Phrase:
    if facts.op.type.startswith("Avg"):
        sentence = "Shares each gradient among the numbers of its window."
    else:
        sentence = "Sends each gradient back to the largest number of its window, 0 to the others."
    return Phrase(sentence, shapes_formula(facts))


def _reshape(facts: OpFacts) -> Phrase:
    source, target = brackets(facts.inputs[0]), brackets(facts.op.outputs[0])
    return Phrase(f"Gives the same numbers a new shape: {source} becomes {target}.", f"{source} → {target}")


def _slice(facts: OpFacts) -> Phrase:
    source, output = brackets(facts.inputs[0]), facts.op.outputs[0]
    part = slice_text(facts)
    if not part:
        return Phrase(f"Cuts a part out of {source}: {amount(output)}.", f"{source} → {brackets(output)}")
    sentence = f"Cuts the part x{part} out of x, a tensor of shape {source}: {amount(output)}."
    return Phrase(sentence, f"x{part} → {brackets(output)}, x = {source}")


def _transpose(facts: OpFacts) -> Phrase:
    source, target = brackets(facts.inputs[0]), brackets(facts.op.outputs[0])
    order = facts.constant(1)
    words = f" to {', '.join(str(axis) for axis in order)}" if isinstance(order, (list, tuple)) else ""
    return Phrase(f"Changes the order of the axes{words}: {source} becomes {target}.", f"{source} → {target}")


def _cast(facts: OpFacts) -> Phrase:
    source, target = facts.inputs[0].dtype, facts.op.outputs[0].dtype
    return Phrase(f"Turns {source} into {target}: {amount(facts.op.outputs[0])}.", f"{source} → {target}")


def _gather(facts: OpFacts) -> Phrase:
    table, variable = facts.inputs[0], facts.variable(0)
    if variable is not None and table.shape:
        width = times(table.shape[1:]) if len(table.shape) > 1 else "1"
        sentence = f"Looks up one row of {width} numbers in the table `{short_name(variable)}` for each index."
    else:
        sentence = f"Picks out entries{axis_words(facts)} by their index: {brackets(facts.op.outputs[0])}."
    formula = f"{brackets(table)}[{brackets(facts.inputs[1])}] → {brackets(facts.op.outputs[0])}"
    return Phrase(sentence, formula)


def _read_variable(facts: OpFacts) -> Phrase:
    variable = facts.variable(0)
    name = f"the variable `{short_name(variable)}`" if variable else "a variable"
    return Phrase(f"Reads the value of {name}: {amount(facts.op.outputs[0])}.", f"→ {brackets(facts.op.outputs[0])}")


def _constant(facts: OpFacts) -> Phrase:
    value = facts.attr("value")
    text = "" if value is None or value == [] else format_value(value)
    what = text if text and len(text) <= MAX_VALUE_CHARS else amount(facts.op.outputs[0])
    return Phrase(f"A constant: {what}.", str(facts.op.outputs[0]))


def _placeholder(facts: OpFacts) -> Phrase:
    tensor = facts.op.outputs[0]
    if tensor.dtype in ("resource", "variant"):
        return Phrase("Brings in a variable or a table that lives outside this graph.", "")
    if facts.attr("captured"):
        return Phrase(f"Brings in a value that was computed outside this graph: {amount(tensor)}.", str(tensor))
    return Phrase(f"An argument of the function that it stands in: {amount(tensor)}.", str(tensor))


def _each(types: str, function: Callable[[OpFacts], Phrase]) -> dict[str, Callable[[OpFacts], Phrase]]:
    return dict.fromkeys(types.split(), function)


PHRASES: dict[str, Callable[[OpFacts], Phrase]] = {
    "MatMul": _matmul,
    **_each("BatchMatMul BatchMatMulV2 BatchMatMulV3", _batch_matmul),
    "Einsum": _einsum,
    **_each("BiasAdd BiasAddV1", _bias_add),
    **_each("Conv2D Conv3D DepthwiseConv2dNative", _convolution),
    **_each("Conv2DBackpropFilter Conv2DBackpropInput", _convolution_gradient),
    **_each("Conv3DBackpropFilterV2 Conv3DBackpropInputV2", _convolution_gradient),
    **_each("DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput", _convolution_gradient),
    **_each("MaxPool AvgPool MaxPool3D AvgPool3D", _pool),
    **_each("MaxPoolGrad AvgPoolGrad MaxPool3DGrad AvgPool3DGrad", _pool_gradient),
    "Reshape": _reshape,
    "StridedSlice": _slice,
    "Transpose": _transpose,
    "Cast": _cast,
    "GatherV2": _gather,
    "ReadVariableOp": _read_variable,
    "Const": _constant,
    **_each("Placeholder PlaceholderWithDefault", _placeholder),
}
