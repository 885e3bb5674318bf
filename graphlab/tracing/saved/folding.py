"""How much TensorFlow would compute while it infers shapes: it runs ops whose inputs are all constant.

A small file may contain constants that grow without bound on the way. Sizes here are upper bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

from graphlab.graph import Op, count_elements
from graphlab.tracing import private
from graphlab.tracing.raw import End
from graphlab.tracing.saved.nodes import shape_of
from graphlab.tracing.tensorflow_types import Attrs

MOST_FOLDED = 1 << 18  # numbers in one op's results: at most a few megabytes
MOST_DIMENSIONS = 254  # of a tensor that TensorFlow can represent

Size = tuple[int, int]  # the count of numbers, and of dimensions
Inputs = Sequence[Size]


def too_large(
    ops: Mapping[str, Op],
    protos: Mapping[str, Attrs],
    source: Callable[[End], End],
    sizes: Mapping[str, Size],
) -> set[str]:
    """The ops that TensorFlow could run in advance and whose results are large, or may be.

    `source` returns what an input really reads; `sizes` are the sizes that TensorFlow has reported. An op that reads
    one of these is not run either.
    """
    result_sizes: dict[str, Size | None] = {}
    op_ids: set[str] = set()
    for op in _in_order(ops, source):
        inputs = [result_sizes.get(name) for name, _ in map(source, op.inputs)]
        input_sizes = [size for size in inputs if size is not None]
        if op.type in _OWN:
            size: Size | None = _OWN[op.type]
        elif op.type == "Const":
            size = size_of([shape_of(protos[op.id]["value"].tensor.tensor_shape)])
        elif op.type in _JOINS and len(input_sizes) < len(inputs) and op.outputs[0].dtype in ("int32", "int64"):
            size = sizes.get(op.id)  # TensorFlow does not run it but combines what it knows about a shape's parts
        elif len(input_sizes) < len(inputs) or not _is_run(op.type):
            continue
        else:
            size = sizes.get(op.id) or _bound(op, input_sizes, protos[op.id])
        if size is None or size[0] > MOST_FOLDED:
            op_ids.add(op.id)
        else:
            result_sizes[op.id] = size
    return op_ids


def size_of(shapes: Sequence[tuple[int | None, ...] | None]) -> Size | None:
    """The combined size of results of these shapes; None if unknown."""
    total, dimensions = 0, 0
    for shape in shapes:
        count = count_elements(shape)
        if shape is None or count is None:
            return None
        total, dimensions = total + count, max(dimensions, len(shape))
    return total, dimensions


def _in_order(ops: Mapping[str, Op], source: Callable[[End], End]) -> Iterator[Op]:
    """The ops, each after those that it reads; a loop of TensorFlow 1 begins at the start of its first iteration."""
    before = {
        op.id: [name for name, _ in map(source, op.inputs) if name in ops and not ops[name].type.endswith(_LOOPS_BACK)]
        for op in ops.values()
    }
    return (ops[op_id] for op_id in TopologicalSorter(before).static_order())


def _is_run(op_type: str) -> bool:
    return not op_type.startswith("Placeholder") and not private.is_stateful(op_type)


def _bound(op: Op, inputs: Inputs, attrs: Attrs) -> Size | None:
    """The upper bound of an op's results for inputs of these sizes; None if there is none."""
    if op.type not in _RULES or not inputs:
        return None
    count, dimensions = _RULES[op.type](inputs)
    if op.type == "StridedSlice":
        masks = {name: attrs[name].i if name in attrs else 0 for name in ("shrink_axis_mask", "new_axis_mask")}
        if masks["new_axis_mask"]:
            return count, MOST_DIMENSIONS
        if dimensions == 1 and masks["shrink_axis_mask"] & 1:
            return 1, 0
    return count, dimensions


def _like_first(inputs: Inputs) -> Size:
    return inputs[0]


def _together(inputs: Inputs) -> Size:
    # Even empty values take time.
    return sum(max(count, 1) for count, _ in inputs), max(dimensions for _, dimensions in inputs)


def _one_more(inputs: Inputs) -> Size:
    count, dimensions = _together(inputs)
    return count, dimensions + 1


def _reshaped(inputs: Inputs) -> Size:
    return inputs[0][0], MOST_DIMENSIONS


def _spread(inputs: Inputs) -> Size:
    """Operands that are each repeated to fit the others."""
    dimensions = max(rank for _, rank in inputs)
    if dimensions <= 1:
        return max(count for count, _ in inputs), dimensions
    return _crossed([(count, dimensions) for count, _ in inputs])[0], dimensions


def _crossed(inputs: Inputs) -> Size:
    total = 1
    for count, _ in inputs:
        total = min(total * count, MOST_FOLDED + 1)  # beyond this, the difference does not matter
    return total, sum(dimensions for _, dimensions in inputs)


def _each(rule: Callable[[Inputs], Size], words: str) -> dict[str, Callable[[Inputs], Size]]:
    return dict.fromkeys(words.split(), rule)


_LOOPS_BACK = "NextIteration"
_JOINS = ("Concat", "ConcatV2")
_OWN = {"Shape": (MOST_DIMENSIONS, 1), "Size": (1, 0), "Rank": (1, 0)}  # TensorFlow knows these from shapes alone
_RULES: dict[str, Callable[[Inputs], Size]] = {
    **_each(
        _like_first,
        "Abs All Any Cast Ceil Cumprod Cumsum Enter Erf Exit Exp Floor Identity InvertPermutation IsFinite IsInf IsNan "
        "Log Log1p LogicalNot Max Mean Min Neg OnesLike PreventGradient Prod Reciprocal Relu Reverse ReverseV2 Rint "
        "Round Rsqrt Sigmoid Sign Slice Snapshot Softplus Sqrt Square Squeeze StopGradient StridedSlice Sum Switch "
        "Tanh Transpose Unpack ZerosLike",
    ),
    **_each(_together, "BroadcastArgs Concat ConcatV2 Merge Split SplitV"),
    **_each(_one_more, "ExpandDims Pack"),
    **_each(_reshaped, "Reshape"),
    **_each(
        _spread,
        "Add AddV2 BiasAdd Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Less LessEqual LogicalAnd "
        "LogicalOr Maximum Minimum Mod Mul NotEqual Pow RealDiv Select SelectV2 SquaredDifference Sub TruncateDiv "
        "TruncateMod",
    ),
    **_each(_crossed, "Gather GatherV2"),
}
