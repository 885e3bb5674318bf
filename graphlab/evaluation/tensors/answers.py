"""Answers to what the tensor drawer asks about an evaluated graph, from JSON to JSON."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import cast

from graphlab.errors import GraphlabError
from graphlab.evaluation.cells.field import reached_field, receptive_field
from graphlab.evaluation.cells.report import cell_report
from graphlab.evaluation.result import Array, Values
from graphlab.evaluation.tensors.axes import axis_names
from graphlab.evaluation.tensors.files import npy_bytes, numpy_text
from graphlab.evaluation.tensors.page import tensor_page, tensor_request
from graphlab.evaluation.tensors.search import find_numbers
from graphlab.graph.json_values import int_of, ints_of, list_of, text_of
from graphlab.json_value import JsonObject, JsonValue


def answer_tensor(values: Values, body: JsonObject) -> JsonObject:
    """A TensorPage: `row_axis`, `column_axis`, `at`, `top`, `left`, `height`, `width` and `statistics` are optional."""
    op_id, output, iterations = _place(body)
    array = _array(values, body)
    axes = axis_names(values.graph, op_id, array.ndim, output)
    outputs = len(values.run(op_id, iterations).outputs)
    return tensor_page(array, axes, tensor_request(body, array.shape, axes), outputs).to_json()


def answer_cell(values: Values, body: JsonObject) -> JsonObject:
    """A CellReport for the `position`."""
    op_id, output, iterations = _place(body)
    return cell_report(values, op_id, ints_of(list_of(body["position"])), output, iterations).to_json()


def answer_field(values: Values, body: JsonObject) -> JsonObject:
    """The `parts` of all tensors that a number was computed from, or with `way` "to" reaches: op, sizes, shape."""
    op_id, output, _ = _place(body)
    find = reached_field if body.get("way") == "to" else receptive_field
    parts = find(values, op_id, ints_of(list_of(body["position"])), output)
    sizes = [[part.op, [stop - start for start, stop, _ in part.axes], list(part.shape)] for part in parts]
    return {"parts": cast("JsonValue", sizes)}


def answer_find(values: Values, body: JsonObject) -> JsonObject:
    """TensorMatches for the `text` that was typed."""
    return find_numbers(_array(values, body), text_of(body["text"])).to_json()


def answer_npy(values: Values, body: JsonObject) -> JsonObject:
    """With `form` "text" the `text` of NumPy code, else `data`, a .npy file in base64, and its `name`."""
    array = _array(values, body)
    if body.get("form") == "text":
        return {"text": numpy_text(array)}
    name = re.sub(r"[^\w.-]+", "_", text_of(body["op"])).strip("_") or "tensor"
    suffix = "_gradient" if body.get("of") == "gradient" else ""
    return {"data": base64.b64encode(npy_bytes(array)).decode("ascii"), "name": f"{name}{suffix}.npy"}


DRAWER_ACTS: Mapping[str, Callable[[Values, JsonObject], JsonObject]] = {
    "tensor": answer_tensor,
    "cell": answer_cell,
    "field": answer_field,
    "find": answer_find,
    "npy": answer_npy,
}


def _place(body: JsonObject) -> tuple[str, int, tuple[int, ...] | None]:
    """The op, its output and the iterations: those of its last run if none are named."""
    iterations = body.get("iterations")
    return text_of(body["op"]), int_of(body.get("output", 0)), None if iterations is None else ints_of(iterations)


def _array(values: Values, body: JsonObject) -> Array:
    """The value or, with `of` "gradient", the gradient. Raises GraphlabError if there is none."""
    op_id, output, iterations = _place(body)
    if body.get("of") == "gradient":
        gradient = values.gradient(op_id, iterations)
        if gradient is None:
            raise GraphlabError(f"{values.gradient_of or 'the output'} has no gradient with respect to {op_id!r}")
        return gradient
    outputs = values.outputs(op_id, iterations)
    if not 0 <= output < len(outputs):
        raise GraphlabError(f"{op_id!r} has no output {output}; it has {len(outputs)}")
    return outputs[output]
