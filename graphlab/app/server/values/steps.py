"""The steps of an evaluation as a page goes through them: the shown ops in the order in which they ran, then back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from graphlab.json_value import JsonObject, JsonValue
from graphlab.view import Folded, box_of, loss_output, title_of
from graphlab.view.nest import nest_of

PASSIVE_KINDS = frozenset({"constant", "variable", "input", "output"})  # boxes that compute nothing


def steps_json(
    folded: Folded, order: Sequence[Sequence[JsonValue]], with_gradient: Sequence[int], gradient: str = ""
) -> JsonObject:
    """The steps: `ops` with `titles` and the groups around each (`paths`), and `order`, one row for each step.

    A row is the index of its op, its position among all ops that ran, the position until which ops belong to the step,
    and the iterations of the loops around it. `backward` are the steps that have gradients, the last one first;
    `way_back` says what they compute where the graph has gradients of its own.
    """
    index_of: dict[str, int] = {}
    rows: list[list[JsonValue]] = []
    for position, (op_id, *iterations) in enumerate(order):
        op_id = str(op_id)
        if op_id not in folded.paths or _is_passive(folded, op_id):
            continue
        index = index_of.setdefault(op_id, len(index_of))
        rows.append([index, position, position + 1, *iterations])
    for row, after in pairwise(rows):
        row[2] = after[1]
    if rows:
        rows[-1][2] = len(order)
    gradients = set(with_gradient)
    backward = [number for number in reversed(range(len(rows))) if rows[number][1] in gradients]
    return {
        "ops": list(index_of),
        "titles": [title_of(folded, op_id) for op_id in index_of],
        "paths": [list(folded.paths[op_id]) for op_id in index_of],
        "order": [*rows],
        "backward": list(backward),
        "way_back": _way_back(folded, gradient) if backward else "",
    }


def _way_back(folded: Folded, gradient: str) -> str:
    """What the way back is in a train step, whose own gradients are among the steps forward."""
    if folded.graph.kind != "train_step":
        return ""
    loss = loss_output(folded)
    of_loss = loss is not None and gradient == loss.op_id
    return f"graphlab's own gradient of {'the loss' if of_loss else gradient}"


def _is_passive(folded: Folded, op_id: str) -> bool:
    return box_of(folded, op_id, nest_of(folded).parents[op_id]).kind in PASSIVE_KINDS
