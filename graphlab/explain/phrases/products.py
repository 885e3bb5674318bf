"""Sentences for matrix products and for biases added to them."""

from __future__ import annotations

from graphlab.explain.facts import OpFacts, brackets, times
from graphlab.explain.wording import Phrase, each_of, output_amount, several, shapes_formula
from graphlab.graph import Tensor

DENSE_CLASSES = frozenset({"Dense", "EinsumDense"})


def matmul(facts: OpFacts) -> Phrase:
    """Rows times columns; with learned weights, the work of a layer of neurons."""
    left, right = facts.inputs[:2]
    variable = facts.variable(1)
    row, columns = _matrix_sizes(facts)
    if variable is not None and (not facts.attr("transpose_b", False) or facts.attr("forward", False)):
        layer = facts.op.layer
        result = "neuron" if layer and layer.class_name in DENSE_CLASSES else "output"
        read = "" if row is None else f" ({several(row, 'number')})"
        sentence = f"Multiplies each input row{read} by the weights: one sum for {each_of(columns, result)}."
    else:
        products = "products" if row is None else several(row, "product")
        sentence = (
            f"Multiplies each row of the first matrix with each column of the second: "
            f"sums of {products}, giving {brackets(facts.op.outputs[0])}."
        )
    left_text = brackets(left) + ("ᵀ" if _transposed(facts, "transpose_a", "adj_x") else "")
    right_text = brackets(right) + ("ᵀ" if _transposed(facts, "transpose_b", "adj_y") else "")
    return Phrase(sentence, f"{left_text} · {right_text} → {brackets(facts.op.outputs[0])}")


def batch_matmul(facts: OpFacts) -> Phrase:
    """Several matrix products at once."""
    shape = facts.op.outputs[0].shape
    if shape is not None and len(shape) == 2:
        return matmul(facts)
    stacked = shape[:-2] if shape else (None,)
    pairs = "each pair" if None in stacked else f"{times(stacked)} pairs" if set(stacked) != {1} else "one pair"
    row, _ = _matrix_sizes(facts)
    products = "products" if row is None else several(row, "product")
    return Phrase(f"Multiplies {pairs} of matrices: each result is a sum of {products}.", matmul(facts).formula)


def _transposed(facts: OpFacts, *names: str) -> bool:
    return any(facts.attr(name, False) for name in names)


def _matrix_sizes(facts: OpFacts) -> tuple[int | None, int | None]:
    """(length of a row that is summed over, number of columns), None for an unknown one."""
    left, output = facts.inputs[0].shape, facts.op.outputs[0].shape
    index = -2 if _transposed(facts, "transpose_a", "adj_x") else -1
    row = left[index] if left and len(left) >= 2 else None
    right = facts.inputs[1].shape
    if row is None and right and len(right) >= 2:  # as many as the other operand has
        row = right[-1 if _transposed(facts, "transpose_b", "adj_y") else -2]
    columns = output[-1] if output else None
    return row, columns


def einsum(facts: OpFacts) -> Phrase:
    """A product along the axes that an equation names."""
    equation = str(facts.attr("equation", ""))
    sentence = f"Multiplies and adds up along the axes that `{equation}` names: {output_amount(facts)}."
    return Phrase(sentence, f"{equation}: {shapes_formula(facts)}")


def bias_add(facts: OpFacts) -> Phrase:
    """A bias: one number for each neuron or channel."""
    bias, output = facts.inputs[1], facts.op.outputs[0]
    layer = facts.op.layer
    is_dense = layer is not None and layer.class_name in DENSE_CLASSES
    part = "neuron" if is_dense else "channel" if _rank(output) > 2 else "output"
    each = each_of(bias.shape[0] if bias.shape else None, part)
    formula = f"{brackets(facts.inputs[0])} + {brackets(bias)} → {brackets(output)}"
    return Phrase(f"Adds the bias: one number for {each}.", formula)


def bias_add_grad(facts: OpFacts) -> Phrase:
    """The gradient of a bias: a sum for each of its numbers."""
    shape = facts.op.outputs[0].shape
    over = "examples and positions" if _rank(facts.inputs[0]) > 2 else "examples"
    each = each_of(shape[0] if shape else None, "bias number")
    formula = f"Σ {brackets(facts.inputs[0])} → {brackets(facts.op.outputs[0])}"
    return Phrase(f"Adds up the gradient over all {over}: one sum for {each}.", formula)


def _rank(tensor: Tensor) -> int:
    return len(tensor.shape) if tensor.shape is not None else 0
