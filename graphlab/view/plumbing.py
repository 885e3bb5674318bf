"""What the quiet view leaves out: small constants, shape arithmetic, and how random generators advance their seeds."""

from __future__ import annotations

from graphlab.explain import tensorflow_type
from graphlab.graph import Graph, Op, Variable, count_elements
from graphlab.graph.stages import stage_kind
from graphlab.view.fold import is_output
from graphlab.view.wiring import Wiring

SMALL_CONSTANT = 64  # numbers; a constant with at most this many is written on the op that uses it

_SHAPE_SOURCES = frozenset({"Shape", "ShapeN", "Size", "Rank", "BroadcastGradientArgs", "BroadcastArgs"})
_ARITHMETIC = frozenset(
    word
    for line in (
        "Abs Add AddV2 Cast Ceil ConcatV2 Equal ExpandDims Fill Floor FloorDiv FloorMod GatherV2 Greater GreaterEqual",
        "Identity InvertPermutation Less LessEqual LogicalAnd LogicalNot LogicalOr Max Maximum Min Minimum Mul Neg",
        "NotEqual OnesLike Pack Prod Range RealDiv Reshape Round SelectV2 Slice Squeeze StatelessRandomGetKeyCounter",
        "StridedSlice Sub Unpack Where ZerosLike",
    )
    for word in line.split()
)
_EMPTY_LISTS = frozenset({"EmptyTensorList", "TensorListReserve"})  # what a loop starts to fill


def small_constants(graph: Graph) -> set[str]:
    """Constants that can be written on the ops that use them; one that is returned or was a variable keeps its box."""
    constants = set()
    returned = {op_id for body in graph.bodies for op_id, _ in body.results}
    for op in graph.ops():
        if op.type != "Const" or op.variable is not None or not _fits(op):
            continue
        readers = [graph.op(reader) for reader in graph.successors(op.id)]
        passed_on = any(reader.type == "Identity" and reader.id in returned for reader in readers)
        has_box = op.id in returned or passed_on
        if not has_box and not any(is_output(graph, reader) or _slices(reader) for reader in readers):
            constants.add(op.id)
    return constants


def _slices(reader: Op) -> bool:
    """Whether a constant's reader makes elements of it: the start of a pipeline is not a mere setting."""
    return stage_kind(reader.type) == "TensorSlice"


def _fits(op: Op) -> bool:
    elements = count_elements(op.outputs[0].shape) if op.outputs else None
    return elements is not None and elements <= SMALL_CONSTANT


def plumbing(graph: Graph, wired: Wiring, constants: set[str]) -> dict[str, str]:
    """Arithmetic on shapes and seeds → the op that uses it ("" if nothing reads it). What is returned keeps its box.

    A random generator's state is updated by arithmetic on itself, which belongs to the variable. An empty list
    belongs to the value of the loop that fills it.
    """
    calls = {body.call for body in graph.bodies}
    argument_of = {value.first[0]: argument for argument, value in wired.carried.items()}
    candidates, states = _candidates(graph, wired, constants)
    done_for: dict[str, str] = {}
    for op in reversed(list(graph.ops())):
        if op.id not in candidates or is_output(graph, op):
            continue
        if op.id in states or (op.type in _EMPTY_LISTS and op.id in argument_of):
            done_for[op.id] = states.get(op.id) or argument_of[op.id]
            continue
        readers = [graph.op(reader) for _, reader, key in graph.out_edges(op.id, keys=True) if key != "^"]
        if not any(is_output(graph, reader) or reader.id in calls for reader in readers):
            first = readers[0].id if readers else ""
            done_for[op.id] = done_for.get(first, first)
    return done_for


def _candidates(graph: Graph, wired: Wiring, constants: set[str]) -> tuple[set[str], dict[str, str]]:
    """Ops whose values follow only from shapes, constants and random generators' states; and ops that write a state."""
    candidates: set[str] = set()
    states: dict[str, str] = {}
    known_ops = set(constants)
    for op in graph.ops():
        state = _state(graph, wired, op)
        if state and op.type == "ReadVariableOp":
            known_ops.add(op.id)
        elif _is_arithmetic(op, known_ops):
            candidates.add(op.id)
            known_ops.add(op.id)
        elif state and len(op.inputs) > 1 and op.inputs[1][0] in known_ops:
            candidates.add(op.id)
            states[op.id] = state
    return candidates, states


def _is_arithmetic(op: Op, known_ops: set[str]) -> bool:
    """Whether the op returns a shape, makes an empty list, or computes a few numbers from known ones."""
    op_type = tensorflow_type(op.type)
    if op_type in _SHAPE_SOURCES or op_type in _EMPTY_LISTS:
        return True
    return op_type in _ARITHMETIC and _is_index(op) and all(src in known_ops for src, _ in op.inputs)


def _state(graph: Graph, wired: Wiring, op: Op) -> str:
    """The random generator's state that the op reads or writes; "" for none."""
    if op.type not in ("ReadVariableOp", "AssignVariableOp") or not op.inputs:
        return ""
    source_id, _ = wired.source(op.inputs[0])
    return source_id if _is_generator(graph.op(source_id).variable) else ""


def _is_generator(variable: Variable | None) -> bool:
    """Whether a variable is a random generator's state: a few whole numbers that are not weights or a counter."""
    return (
        variable is not None
        and not variable.trainable
        and not variable.parameters
        and variable.dtype in ("int32", "int64", "uint32", "uint64")
        and variable.shape in ((2,), (3,))
    )


def _is_index(op: Op) -> bool:
    """Whether the results are shapes or seeds; inside a layer, also a few numbers of another kind."""
    return all(
        tensor.shape is not None
        and len(tensor.shape) <= 1
        and (tensor.dtype in ("int32", "int64", "uint64", "bool") or (op.layer is not None and _fits(op)))
        for tensor in op.outputs
    )
