"""Sentences and formulas for ops that depend on their shapes. Every function uses only an op's facts."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.facts import BROKEN, OpFacts, brackets, find_variable, format_value, times
from graphlab.explain.foreign import in_tensorflow_terms
from graphlab.explain.foreign_texts import FOREIGN_TEXTS
from graphlab.explain.op_texts import TEXTS
from graphlab.explain.phrases.binary_ops import BINARY, binary_phrase, repetition
from graphlab.explain.phrases.convolutions import channels, convolution, convolution_gradient, pool, pool_gradient
from graphlab.explain.phrases.products import batch_matmul, bias_add, bias_add_grad, einsum, matmul
from graphlab.explain.phrases.slices import slice_phrase
from graphlab.explain.wording import (
    Phrase,
    axis_words,
    counted,
    each_of,
    in_and_out,
    output_amount,
    role,
    several,
    shapes_formula,
    short_name,
)
from graphlab.graph import Tensor
from graphlab.graph.json_values import int_of

MAX_VALUE_CHARS = 40
_TEXTS = TEXTS | FOREIGN_TEXTS
# Ops that broadcast their inputs, and whose texts are in a table.
_REPEATING = """
    SelectV2 LogicalAnd LogicalOr BitwiseAnd BitwiseOr BitwiseXor Xlogy Xdivy Xlog1py MulNoNan Atan2 TruncateDiv
    TruncateMod LeftShift RightShift Igamma Igammac Zeta Polygamma NextAfter Complex
    """
BROADCASTING = frozenset(_REPEATING.split())


def phrase(facts: OpFacts) -> Phrase:
    """What the op does, in the words for its type; for a type without words, its inputs and outputs."""
    try:
        type_phrase = _phrase(in_tensorflow_terms(facts))
    except BROKEN:
        type_phrase = None
    if type_phrase is None:
        return Phrase(_fallback(facts), shapes_formula(facts))
    fused = str(facts.attr("fused_activation_function", "NONE"))
    return (
        type_phrase
        if fused == "NONE"
        else Phrase(f"{type_phrase.sentence} Then applies {fused.lower()}.", type_phrase.formula)
    )


def _phrase(facts: OpFacts) -> Phrase | None:
    op_type = facts.op.type
    if op_type in PHRASES:
        return PHRASES[op_type](facts)
    if op_type in BINARY and len(facts.inputs) == 2:
        return binary_phrase(facts)
    texts = _TEXTS.get(op_type) or _rare_text(op_type)
    if texts is None:
        return None
    sentence, formula = texts
    fields = _fields(facts)
    more = repetition(facts) if op_type in BROADCASTING else ""
    return Phrase(sentence.format_map(fields) + more, formula.format_map(fields) or shapes_formula(facts))


def _rare_text(op_type: str) -> tuple[str, str] | None:
    # Imported on demand: they are many, and the first graph needs none of them.
    from graphlab.explain.texts import rare_text

    return rare_text(op_type)


def _fields(facts: OpFacts) -> dict[str, str]:
    """The fields for the texts in op_texts."""
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
        "n": output_amount(facts),
        "in_out": in_and_out(facts),
        "each_channel": each_of(channels(facts), "channel"),
        "slope": format_value(facts.attr("alpha", "a small slope")),
        "k_tensors": several(len(facts.inputs), "tensor"),
        "joined_tensors": several(len(facts.inputs) - 1, "tensor"),
        "l_tensors": several(len(facts.op.outputs), "tensor"),
        "l_parts": several(len(facts.op.outputs), "part"),
        "l_equal_parts": several(len(facts.op.outputs), "equal part"),
        "l_columns": several(len(facts.op.outputs), "column"),
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
    return f"The op {facts.op.type} takes {inputs} and gives {outputs}."


def _add_n(facts: OpFacts) -> Phrase:
    formula = f"Σ of {len(facts.inputs)} × {brackets(facts.inputs[0])} → {brackets(facts.op.outputs[0])}"
    if facts.inputs[0].dtype == "variant":
        return Phrase(f"Adds {several(len(facts.inputs), 'list')} of tensors, entry by entry.", formula)
    many = several(len(facts.inputs), "tensor")
    return Phrase(f"Adds {many} of the same shape, number by number: {output_amount(facts)}.", formula)


def _softmax(facts: OpFacts) -> Phrase:
    """Scores along the last axis (or the one in an attribute); a single score needs no softmax."""
    is_log = facts.op.type == "LogSoftmax"
    shape = facts.inputs[0].shape
    rank = len(shape) if shape is not None else 0
    axis = int_of(facts.attr("axis", -1)) % rank if rank else -1
    size = shape[axis] if shape else None
    last = axis in (-1, rank - 1)
    along = "the last axis" if last else f"axis {axis}"
    source = brackets(facts.inputs[0])
    formula = f"{'x - log Σ eˣ' if is_log else 'eˣ / Σ eˣ'}, x = {source}, sum over {along}"
    if size == 1:
        what, always = ("logarithm of its probability", "0") if is_log else ("probability", "1")
        return Phrase(f"Has only one score along {along}: the {what} is always {always}.", formula)
    where = (
        f"along {along}, at each position,"
        if rank > 2 or not last
        else "of each row"
        if rank == 2
        else "along the last axis"
    )
    result = "logarithms of probabilities" if is_log else "probabilities: all positive, together 1"
    return Phrase(f"Turns {counted(size, 'score')} {where} into {result}.", formula)


def _reshape(facts: OpFacts) -> Phrase:
    source, target = brackets(facts.inputs[0]), brackets(facts.op.outputs[0])
    return Phrase(f"Gives the same numbers a new shape: {source} becomes {target}.", f"{source} → {target}")


def _block(facts: OpFacts) -> Phrase:
    source, target = facts.inputs[0], facts.op.outputs[0]
    if _is_same(source, target):
        return Phrase(f"Takes all of its input, {brackets(source)}: {output_amount(facts)}.", shapes_formula(facts))
    return Phrase(f"Cuts a block out of {brackets(source)}: {output_amount(facts)}.", shapes_formula(facts))


def _repeat(facts: OpFacts) -> Phrase:
    """Tile and BroadcastTo, which may have nothing to repeat."""
    source, target = facts.inputs[0], facts.op.outputs[0]
    if _is_same(source, target):
        return Phrase(f"Passes its input on unchanged: {output_amount(facts)}.", shapes_formula(facts))
    need = "" if _is_known(source) and _is_known(target) else ", where that is needed,"
    words = f"Repeats its input{need} to make it larger: {brackets(source)} becomes {brackets(target)}."
    return Phrase(words, shapes_formula(facts))


def _is_known(tensor: Tensor) -> bool:
    return tensor.shape is not None and None not in tensor.shape


def _is_same(source: Tensor, target: Tensor) -> bool:
    """Whether two tensors are known to have the same shape."""
    return _is_known(source) and source.shape == target.shape


def _transpose(facts: OpFacts) -> Phrase:
    source, target = brackets(facts.inputs[0]), brackets(facts.op.outputs[0])
    order = facts.constant(1)
    words = f" to {', '.join(str(axis) for axis in order)}" if isinstance(order, (list, tuple)) else ""
    return Phrase(f"Changes the order of the axes{words}: {source} becomes {target}.", f"{source} → {target}")


def _cast(facts: OpFacts) -> Phrase:
    source, target = facts.inputs[0].dtype, facts.op.outputs[0].dtype
    if source == target:
        return Phrase(f"Passes its input on unchanged, as {target}: {output_amount(facts)}.", f"{source} → {target}")
    return Phrase(f"Converts {source} to {target}: {output_amount(facts)}.", f"{source} → {target}")


def _gather(facts: OpFacts) -> Phrase:
    table, variable = facts.inputs[0], facts.variable(0)
    if variable is not None and table.shape:
        width = table.shape[1:]
        row = f"one row of {times(width)} numbers" if width and set(width) != {1} else "one number"
        sentence = f"Looks up {row} in the table `{short_name(variable)}` for each index."
    else:
        sentence = f"Picks out entries{axis_words(facts)} by their index: {output_amount(facts)}."
    formula = f"{brackets(table)}[{brackets(facts.inputs[1])}] → {brackets(facts.op.outputs[0])}"
    return Phrase(sentence, formula)


def _read_variable(facts: OpFacts) -> Phrase:
    variable = facts.variable(0)
    name = f"the variable `{short_name(variable)}`" if variable else "a variable"
    return Phrase(f"Reads the value of {name}: {output_amount(facts)}.", f"→ {brackets(facts.op.outputs[0])}")


def _constant(facts: OpFacts) -> Phrase:
    value = facts.attr("value")
    text = "" if value is None or value == [] else format_value(value)
    what = text if text and len(text) <= MAX_VALUE_CHARS else output_amount(facts)
    return Phrase(f"A constant: {what}.", str(facts.op.outputs[0]))


def _placeholder(facts: OpFacts) -> Phrase:
    tensor = facts.op.outputs[0]
    variable = find_variable(facts.graph, facts.op.id) if facts.graph is not None else None
    if variable is not None:
        return Phrase(f"Brings in the {role(variable)} `{short_name(variable)}` from outside.", str(variable))
    if tensor.dtype == "resource":
        return Phrase("Brings in a variable, a table or another resource from outside this graph.", "")
    if tensor.dtype == "variant":
        return Phrase("Brings in an opaque value from outside this graph, such as a list of tensors or a dataset.", "")
    if facts.attr("captured"):
        return Phrase(f"Brings in a value that was computed outside this graph: {output_amount(facts)}.", str(tensor))
    return Phrase(f"An argument of this function: {output_amount(facts)}.", str(tensor))


def _each(types: str, function: Callable[[OpFacts], Phrase]) -> dict[str, Callable[[OpFacts], Phrase]]:
    return dict.fromkeys(types.split(), function)


PHRASES: dict[str, Callable[[OpFacts], Phrase]] = {
    "MatMul": matmul,
    **_each("BatchMatMul BatchMatMulV2 BatchMatMulV3", batch_matmul),
    "Einsum": einsum,
    **_each("BiasAdd BiasAddV1", bias_add),
    "BiasAddGrad": bias_add_grad,
    "AddN": _add_n,
    **_each("Softmax LogSoftmax", _softmax),
    **_each("Conv2D Conv3D DepthwiseConv2dNative", convolution),
    **_each("Conv2DBackpropFilter Conv2DBackpropInput", convolution_gradient),
    **_each("Conv2DBackpropFilterV2 Conv2DBackpropInputV2", convolution_gradient),
    **_each("Conv3DBackpropFilter Conv3DBackpropInput", convolution_gradient),
    **_each("Conv3DBackpropFilterV2 Conv3DBackpropInputV2", convolution_gradient),
    **_each("DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput", convolution_gradient),
    **_each("MaxPool AvgPool MaxPool3D AvgPool3D", pool),
    **_each("MaxPoolGrad AvgPoolGrad MaxPool3DGrad AvgPool3DGrad", pool_gradient),
    "Reshape": _reshape,
    "StridedSlice": slice_phrase,
    "Slice": _block,
    **_each("Tile BroadcastTo", _repeat),
    "Transpose": _transpose,
    "Cast": _cast,
    "GatherV2": _gather,
    "ReadVariableOp": _read_variable,
    "Const": _constant,
    **_each("Placeholder PlaceholderWithDefault", _placeholder),
}
