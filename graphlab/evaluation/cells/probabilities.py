"""Softmax and the cross-entropy of logits: the share of each class, and the term of each example."""

from __future__ import annotations

import numpy as np

from graphlab.evaluation.cells.numbers import (
    Parts,
    aligned,
    cell,
    counted,
    highest,
    largest,
    place_text,
    plain,
    source,
    text,
    vector_grid,
    whole,
)
from graphlab.evaluation.cells.types import CellArithmetic, Family, Numbers, OpCall, Position, Reach, Region, Term, wide


def _shares(logits: Numbers) -> tuple[Numbers, Numbers]:
    """e^(x − the largest x) of each class, and its share of their sum."""
    powers = np.exp(logits - logits.max())
    return powers, powers / powers.sum()


def _softmax(call: OpCall, position: Position) -> CellArithmetic:
    *row, own = position
    logits = wide(call.inputs[0][tuple(row)])
    powers, shares = _shares(logits)
    is_log = call.type == "LogSoftmax"
    form = "e^({0} − " + text(logits.max()) + ") / " + text(powers.sum())
    results = np.log(shares) if is_log else shares
    parts = Parts(results, logits, powers, lambda at: (*row, *at), f"ln({form})" if is_log else form)
    terms = highest(parts, call.most)
    if all(term.position != position for term in terms):
        terms = (*terms[:-1], parts.term(own))
    return CellArithmetic(
        title=f"{'logarithm of the ' if is_log else ''}share of {call.member} {own} among {logits.size:,}",
        position=position,
        rule="own",
        value=plain(call.result[position]),
        total=plain(results[own]),
        terms=terms,
        more=logits.size - len(terms),
        note=f"The sum of all e^(x − {text(logits.max())}) is {text(powers.sum())}.",
        grids=(
            vector_grid(f"{counted(logits.size, 'input')} of this row", logits, port=0, mark=own),
            vector_grid("their shares", shares, sign="→", mark=own),
        ),
        sources=(Region(0, (*cell(row), (0, logits.size, 1))),),
    )


def _reach_row(call: OpCall, port: int, position: Position) -> Reach:
    return Reach((Region(call.output, (*cell(position[:-1]), (0, call.result.shape[-1], 1))),))


def _targets(call: OpCall, row: Position) -> tuple[Numbers, tuple[Region, ...]]:
    """The probability that the label of an example gives to each class, and where it is read."""
    labels, classes = call.inputs[1], call.inputs[0].shape[-1]
    if call.type.startswith("Sparse"):
        return (np.arange(classes) == int(labels[row])).astype(np.float64), (source(1, row),)
    at = aligned(row, labels.shape[:-1])
    values: Numbers = np.broadcast_to(wide(labels[at]), classes)
    return values, (Region(1, (*cell(at), (0, labels.shape[-1], 1))),)


def _logits(call: OpCall, row: Position) -> tuple[Numbers, Position]:
    at = aligned(row, call.inputs[0].shape[:-1])
    return wide(call.inputs[0][at]), at


def _cross_entropy(call: OpCall, position: Position) -> CellArithmetic:
    """Output 0 is the loss of each example, output 1 the gradient of its logits."""
    if call.output:
        return _logit_gradient(call, position)
    logits, at = _logits(call, position)
    targets, label_regions = _targets(call, position)
    logs = np.log(_shares(logits)[1])
    products = np.where(targets == 0, 0.0, -targets * logs)
    parts = Parts(products, targets, logs, lambda place: (*at, *place), "−{0} × {1}")
    terms = largest(parts, call.most)
    best = int(np.argmax(logits))
    label = int(np.argmax(targets))
    return CellArithmetic(
        title=f"loss of example {place_text(position)}: Σ −label × ln(share)",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=plain(products.sum()),
        terms=terms,
        more=products.size - len(terms),
        note=f"The label is {label}, with share {text(np.exp(logs[label]))}; the highest share is that of {best}.",
        grids=(vector_grid("the share of each class", np.exp(logs), port=0, mark=label),),
        sources=(Region(0, (*cell(at), (0, call.inputs[0].shape[-1], 1))), *label_regions),
    )


def _logit_gradient(call: OpCall, position: Position) -> CellArithmetic:
    *row, own = position
    logits, at = _logits(call, tuple(row))
    targets, label_regions = _targets(call, tuple(row))
    share, target = _shares(logits)[1][own], targets[own]
    total = plain(share - target)
    words = f"{text(share)} − {text(target)} = {text(share - target)}"
    return CellArithmetic(
        title=f"share of class {own} minus its label",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=total,
        terms=(Term((*at, own), words, plain(share), plain(target), total),),
        sources=(Region(0, (*cell(at), (0, call.inputs[0].shape[-1], 1))), *label_regions),
    )


def _reach_example(call: OpCall, port: int, position: Position) -> Reach:
    """The loss of the example, or the gradients of its row."""
    shape = call.inputs[port].shape
    is_sparse_label = port == 1 and call.type.startswith("Sparse")
    row, sizes = (position, shape) if is_sparse_label else (position[:-1], shape[:-1])
    results = call.outputs[0].shape
    lead = [(0, out, 1) if size == 1 else (at, at + 1, 1) for at, size, out in zip(row, sizes, results, strict=True)]
    rest = whole(call.result.shape[-1:]) if call.output else ()
    return Reach((Region(call.output, (*lead, *rest)),))


FAMILIES = {
    **dict.fromkeys(("Softmax", "LogSoftmax"), Family(_softmax, _reach_row)),
    **dict.fromkeys(
        ("SparseSoftmaxCrossEntropyWithLogits", "SoftmaxCrossEntropyWithLogits"),
        Family(_cross_entropy, _reach_example),
    ),
}
