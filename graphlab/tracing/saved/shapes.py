"""Shapes that a file lacks: TensorFlow's own shape functions infer them on a flat copy of the graph.

In the copy, called functions are expanded in place, so that each sees its caller's shapes. Its ops
have their own names, and placeholders replace the ops that TensorFlow would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import tensorflow as tf

from graphlab.graph import Body, Op
from graphlab.tracing.bodies import calls_functions
from graphlab.tracing.raw import End
from graphlab.tracing.saved.flat_copy import HANDLES, FlatCopy, Protos, can_be_copied
from graphlab.tracing.saved.folding import MOST_DIMENSIONS
from graphlab.tracing.saved.nodes import Shape, shapes_of
from graphlab.tracing.saved.op_defs import UNKNOWN

ATTEMPTS = 20  # each without one more op that TensorFlow refused
ROUNDS = 4  # each with more known about the ops that are hidden from their readers
_COPIED_NAME = re.compile(r"\bop_(\d+)\b")


def with_shapes(ops: Sequence[Op], bodies: Sequence[Body], protos: Protos, producer: int) -> tuple[list[Op], str]:
    """The ops with the shapes of their outputs, and a sentence on why some are unknown; "" if none are.

    `protos` are the attributes by op id. `producer` is the version of the file's GraphDef, which affects what an
    attribute means. An op that TensorFlow refuses has TensorFlow's message as its problem.
    """
    ops_by_id = {op.id: op for op in _declared(ops, bodies, protos)}
    if all("_output_shapes" in protos[op.id] or _is_known(op) for op in ops):
        return _with_handles(ops_by_id, bodies), ""
    copy = FlatCopy(ops_by_id, _outside(ops_by_id, bodies), protos)
    copy.leave_out({op_id for op_id, op in ops_by_id.items() if not can_be_copied(op, protos[op_id])})
    unknown = ""
    for _ in range(ROUNDS):
        unknown = _infer(copy, producer)
        if unknown or not copy.hides_less():
            break
    return list(copy.ops.values()), unknown


def _infer(copy: FlatCopy, producer: int) -> str:
    """Give the copy's ops the shapes that TensorFlow infers. Returns why it does not, or ""."""
    for _ in range(ATTEMPTS):
        try:
            with tf.Graph().as_default() as graph:
                tf.import_graph_def(copy.graph_def(producer), name="")
        except Exception as error:  # whatever a shape function raises: its message names the op
            if not _refuse(copy, str(error)):
                return f"Shapes that are not in the file are unknown: {_words(str(error))}."
        else:
            copy.ops = {op.id: op for op in _shaped(copy, graph)}
            return ""
    return f"TensorFlow rejected {ATTEMPTS} ops one by one, so most shapes are unknown."


def _with_handles(ops: Mapping[str, Op], bodies: Sequence[Body]) -> list[Op]:
    """The ops; a handle that is passed to a function gets the shape that its caller knows."""
    filled_ops = dict(ops)
    for body in bodies:  # outer ones first
        for name, (source, port) in zip(body.args, ops[body.call].inputs[body.first_input :], strict=False):
            filled_ops[name] = _filled(filled_ops[name], [filled_ops[source].outputs[port].shape])
    return list(filled_ops.values())


def _is_known(op: Op) -> bool:
    return all(tensor.shape is not None or tensor.dtype in HANDLES for tensor in op.outputs)


def _declared(ops: Sequence[Op], bodies: Sequence[Body], protos: Protos) -> list[Op]:
    """The ops with the shapes that loops and conditionals declare for their results, and loops for their variables."""
    shapes = {op.id: shapes_of(protos[op.id], "output_shapes") or [] for op in ops if calls_functions(op.type)}
    carried = {
        argument: shapes[body.call][port : port + 1]
        for body in bodies
        if body.role in ("condition", "body") and body.call in shapes
        for port, argument in enumerate(body.args)
    }
    return [_filled(op, carried.get(op.id) or shapes.get(op.id) or []) for op in ops]


def _filled(op: Op, shapes: Sequence[Shape]) -> Op:
    if not any(shape is not None for shape in shapes):
        return op
    outputs = tuple(
        replace(tensor, shape=_better(tensor.shape, shapes[port])) if port < len(shapes) else tensor
        for port, tensor in enumerate(op.outputs)
    )
    return replace(op, outputs=outputs)


def _better(file_shape: Shape, inferred_shape: Shape) -> Shape:
    """The file's shape, with its unknown sizes filled in; a shape of another rank is ignored."""
    if file_shape is None or inferred_shape is None or len(file_shape) != len(inferred_shape):
        return inferred_shape if file_shape is None else file_shape
    return tuple(right if left is None else left for left, right in zip(file_shape, inferred_shape, strict=True))


def _outside(ops: Mapping[str, Op], bodies: Sequence[Body]) -> dict[End, End]:
    """For each argument of a called function its source, and for each result of a call the output it comes from.

    A loop variable may change its shape between iterations, and a conditional has several results: those are no copies.
    """
    sources: dict[End, End] = {}
    for body in bodies:
        for name, end in zip(body.args, ops[body.call].inputs[body.first_input :], strict=False):
            if body.role not in ("condition", "body") or ops[name].outputs[0].dtype in HANDLES:
                sources[name, 0] = end
        if body.role == "function":
            sources |= {(body.call, port): end for port, end in enumerate(body.results)}
    return sources


def _refuse(copy: FlatCopy, message: str) -> bool:
    """Leave out the op that TensorFlow's message names; False if it names none.

    The message becomes the op's problem unless an input of the op is not in the copy: then the copy may be at fault.
    """
    ids = list(copy.numbers)
    op_ids = [ids[int(number)] for number in _COPIED_NAME.findall(message) if int(number) < len(ids)]
    refused = next((op_id for op_id in op_ids if op_id not in copy.left_out), "")
    if not refused:
        return False
    if all(op_id not in copy.left_out for op_id, _ in copy.sources(refused)):
        words = _COPIED_NAME.sub(lambda match: ids[int(match[1])], _words(message))
        copy.problems[refused] = f"TensorFlow rejects it: {words}"
    copy.leave_out({refused})
    return True


def _words(message: str) -> str:
    return " ".join(message.split())[:300].rstrip(".")


def _shaped(copy: FlatCopy, graph: tf.Graph) -> list[Op]:
    """The ops with what TensorFlow reports for the copy's ops."""
    by_name = {op.name: op for op in graph.get_operations()}
    shapes = {
        (op_id, port): _sizes(tensor.shape)
        for op_id, number in copy.numbers.items()
        if op_id not in copy.left_out
        for port, tensor in enumerate(by_name[f"op_{number}"].outputs)
    }
    ops = []
    for op in copy.ops.values():
        op_shapes = [_shape_at(copy, shapes, (op.id, port)) for port in range(len(op.outputs))]
        problem = "; ".join(filter(None, [op.problem, copy.problems.get(op.id, "")]))
        ops.append(replace(_filled(op, op_shapes), problem=problem))
    copy.problems.clear()
    return ops


def _shape_at(copy: FlatCopy, shapes: Mapping[End, Shape], end: End) -> Shape:
    source = copy.source(end)
    if source in shapes:
        return shapes[source]
    tensor = copy.ops[source[0]].outputs[source[1]]
    return tensor.shape if tensor.dtype != UNKNOWN else None


def _sizes(shape: tf.TensorShape) -> Shape:
    # If a long vector is taken for a shape, TensorFlow creates as many dimensions, more than any tensor can have.
    return None if shape.rank is None or shape.rank > MOST_DIMENSIONS else tuple(shape.as_list())
