"""Runs a graph for an input, and computes the gradients of one of its results."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import tensorflow as tf

from graphlab.errors import SourceError, words_of
from graphlab.evaluation.eager import is_trainable, kernel_words
from graphlab.evaluation.inputs import Argument, tensor_words
from graphlab.evaluation.interpreter import OUT_OF_MEMORY, EndedEarly, Interpreter
from graphlab.evaluation.limits.memory import limit_bytes, ops_limited
from graphlab.evaluation.op_runs import OpRuns
from graphlab.evaluation.result import Values
from graphlab.evaluation.rules import Rules
from graphlab.graph import Graph
from graphlab.tracing.live import LiveGraph
from graphlab.view import fold_quiet, loss_output

ORDINARY = Rules()
LOSS = "loss"
_NO_GRADIENT = re.compile(r"gradient registry has no entry for: (?P<type>\w+)")
_TARGET = re.compile(r"(?P<name>.*?)(?:\[(?P<index>[-\d,\s]*)\])?")


def evaluate(
    live: LiveGraph,
    arguments: Sequence[Argument],
    *,
    gradient: str = "",
    isolated: bool = False,
    on_run: Callable[[OpRuns], None] = lambda runs: None,
    on_backward: Callable[[], None] = lambda: None,
    rules: Rules = ORDINARY,
) -> Values:
    """The value of each op; with `gradient`, the name of a result or an op, also the gradients of that number.

    A name may be followed by the position of a number in it: `output[0,3]`. Nothing that the graph's functions hold is
    changed: variables are copied where they are written. In a process of its own (`isolated`), random ops draw the same
    numbers each time. An evaluation that is ended early, by its limits or by `on_run`, keeps what it has computed;
    `on_backward` is called before the gradients. Raises SourceError if `gradient` names no single number.
    """
    values = [argument.value for argument in arguments]
    if not gradient:
        interpreter = Interpreter(live, isolated=isolated, on_run=on_run, rules=rules)
        end = _run(interpreter, values)
        return Values(live.graph, tuple(arguments), interpreter.runs, end=end, rules=rules)
    op_id, position = find_target(live.graph, gradient)
    with tf.GradientTape(persistent=True) as tape:
        interpreter = Interpreter(live, tape, isolated=isolated, on_run=on_run, rules=rules)
        end = _run(interpreter, values)
        run = interpreter.runs.last.get(op_id)
        if run is None and end:
            return Values(live.graph, tuple(arguments), interpreter.runs, end=end, rules=rules)
        if run is None:
            problem = interpreter.runs.problems.get(op_id)
            why = problem.words if problem else "it did not run"
            raise SourceError(f"there are no gradients: {op_id} has no value: {why}")
        if not run.outputs:
            raise SourceError(f"{op_id!r} has no output; gradients are those of a number")
        number = _number(run.outputs[0], position, gradient)
    on_backward()
    positions = [
        index for index, run in enumerate(interpreter.runs.order) if run.outputs and is_trainable(run.outputs[0])
    ]
    tensors = [interpreter.runs.order[index].outputs[0] for index in positions]
    try:
        with ops_limited(limit_bytes()):
            one_by_one = tape.gradient(number, tensors)
    except OUT_OF_MEMORY:
        end = "the gradients need more memory than this process may use; the values are shown without them"
        return Values(live.graph, tuple(arguments), interpreter.runs, end=end, rules=rules)
    except Exception as error:  # an op's gradient is missing, or it fails
        raise SourceError(f"there are no gradients of {gradient!r}: {_why(error, interpreter.runs, live)}") from error
    gradients = {index: tensor for index, tensor in zip(positions, one_by_one, strict=True) if tensor is not None}
    return Values(live.graph, tuple(arguments), interpreter.runs, gradient, gradients, end, rules)


def _why(error: Exception, runs: OpRuns, live: LiveGraph) -> str:
    """Why the tape has no gradients: an op without a gradient by its id, or what a kernel says."""
    match = _NO_GRADIENT.search(words_of(error))
    if match is None:
        return kernel_words(error)
    op_id = next((run.op_id for run in runs.order if live.graph.op(run.op_id).type == match["type"]), "an op")
    return f"TensorFlow has none for {match['type']} ({op_id}); choose a number that does not depend on it"


def _run(interpreter: Interpreter, values: Sequence[tf.Tensor]) -> str:
    """Run the graph; why it ended early, "" if it did not."""
    try:
        interpreter.run(values)
    except EndedEarly as error:
        return str(error)
    return ""


def find_target(graph: Graph, text: str) -> tuple[str, tuple[int, ...] | None]:
    """The op that a text names, and the position of a number in its output.

    `loss` of a train step is what the step minimises; its result of that name is a mean over all batches so far.
    """
    loss = loss_output(fold_quiet(graph)) if text == LOSS and graph.kind == "train_step" else None
    if loss is not None:
        return loss.op_id, None
    for name, index in ((text, None), _parts(text)):
        by_name = {graph.facts.names.get(op_id, op_id): op_id for op_id in graph.output_ids}
        if len(graph.output_ids) == 1:
            by_name |= {"output": graph.output_ids[0]}
        op_id = by_name.get(name, name)
        if op_id in graph:
            return op_id, index
    results = ", ".join(graph.facts.names.get(op_id, op_id) for op_id in graph.output_ids)
    words = "only result is" if len(graph.output_ids) == 1 else "results are"
    raise SourceError(f"the graph has no result and no op {text!r}; its {words} {results or 'none'}")


def _parts(text: str) -> tuple[str, tuple[int, ...] | None]:
    match = _TARGET.fullmatch(text)
    assert match is not None
    index = match["index"]
    try:
        return match["name"], None if index is None else tuple(int(one) for one in index.split(",") if one.strip())
    except ValueError:
        return text, None


def _number(tensor: tf.Tensor, position: tuple[int, ...] | None, text: str) -> tf.Tensor:
    """The single number of a tensor whose gradients are wanted."""
    kind = tensor_words(tensor)
    if not _is_real(tensor):
        raise SourceError(f"{text!r} is {kind}: only real numbers have gradients")
    if position is None and tensor.shape.num_elements() == 1:
        return tf.reshape(tensor, [])
    first = ",".join("0" for _ in tensor.shape)
    if position is None:
        raise SourceError(f"{text!r} is {kind}, not a single number; name one of them: {text}[{first}]")
    if len(position) != len(tensor.shape) or any(
        not -size <= index < size for index, size in zip(position, tensor.shape, strict=True)
    ):
        raise SourceError(f"{text!r} is outside of {kind}; positions begin with 0")
    return tensor[position]


def _is_real(tensor: tf.Tensor) -> bool:
    return bool(tensor.dtype.is_floating)
