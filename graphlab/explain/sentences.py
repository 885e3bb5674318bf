"""What one op does, in words for a learner, with its own shapes. Knows nothing about TensorFlow, pixels or Dash."""

from __future__ import annotations

from dataclasses import dataclass

from graphlab.explain.facts import OpFacts, brackets, format_number, op_facts, times
from graphlab.explain.gradients import gradient_port, input_words
from graphlab.explain.op_phrases import phrase
from graphlab.explain.stage_texts import stage_phrase
from graphlab.explain.wording import Phrase, amount, role, shapes_formula, short_name
from graphlab.explain.work import flops, is_idle
from graphlab.graph import Graph, Op, count_elements, display_name, format_shape
from graphlab.stages import stage_kind

IDLE = "Nothing reads it, so TensorFlow leaves it out when the graph runs."


@dataclass(frozen=True)
class Explanation:
    """A plain sentence about an op, its formula with shapes ("" where none helps) and its FLOPs (None unknown)."""

    sentence: str
    formula: str
    flops: int | None


def explain(graph: Graph, op_id: str) -> Explanation:
    """The words for one op of a graph; KeyError when there is none of that id."""
    facts = op_facts(graph, op_id)
    found = _phrase_in_graph(graph, facts)
    sentence = f"{found.sentence} {IDLE}" if is_idle(graph, op_id) else found.sentence
    return Explanation(sentence, found.formula, flops(graph, op_id))


def _phrase_in_graph(graph: Graph, facts: OpFacts) -> Phrase:
    """An op's part in the graph (input, variable, gradient, result) before what its type does."""
    op = facts.op
    if op.variable is not None:
        return _variable(graph, op)
    if op.id in graph.input_ids and op.outputs:
        return _input(op)
    if op.type == "Placeholder" and any(op.id in body.args[: body.elements] for body in graph.bodies):
        return _element(graph, op)
    if op.type == "Placeholder" and any(body.role == "body" and op.id in body.args for body in graph.bodies):
        return _carried(graph, op)
    if stage_kind(op.type):
        return stage_phrase(facts, graph.graph.get("stages", {}).get(op.id, {}).get("count"))
    found = _layer(facts) if graph.kind == "layers" else phrase(facts)
    if op.pair is not None and op.pair in graph:
        return Phrase(_gradient_sentence(graph, facts, found.sentence), found.formula)
    if op.id in graph.output_ids and op.outputs:
        if op.type == "Identity":
            return Phrase(f"A result of the computation: {amount(op.outputs[0])}.", str(op.outputs[0]))
        return Phrase(f"{found.sentence} Its value is a result of the computation.", found.formula)
    return found


def _input(op: Op) -> Phrase:
    tensor = op.outputs[0]
    unknown = " A ? is a size known only when it runs." if tensor.shape is None or None in tensor.shape else ""
    return Phrase(f"The input `{display_name(op)}`: {amount(tensor)}.{unknown}", str(tensor))


def _element(graph: Graph, op: Op) -> Phrase:
    name = graph.graph.get("names", {}).get(op.id, display_name(op))
    return Phrase(f"A part of each element, `{name}`: {amount(op.outputs[0])}.", str(op.outputs[0]))


def _carried(graph: Graph, op: Op) -> Phrase:
    name = graph.graph.get("names", {}).get(op.id, "")
    what = f"`{name}`, a value" if name else "A value"
    return Phrase(f"{what} that each round of the loop gets: {amount(op.outputs[0])}.", str(op.outputs[0]))


def _layer(facts: OpFacts) -> Phrase:
    """A whole layer, in a graph of layers: its class may have the name of an op, and is none."""
    name = facts.op.layer.path.rsplit("/", 1)[-1] if facts.op.layer else display_name(facts.op)
    given = " and ".join(map(amount, facts.op.outputs))
    return Phrase(f"The layer `{name}`, a {facts.op.type}: it gives {given}.", shapes_formula(facts))


def _variable(graph: Graph, op: Op) -> Phrase:
    variable = op.variable
    if variable is None:
        return Phrase("", "")
    keeper = _keeper(graph, op)
    words = f"{_numbers(variable.shape)}{', ' if keeper else ''}{keeper}"
    sentence = f"The {role(variable)} `{short_name(variable)}`: {words}."
    return Phrase(sentence, f"{variable.dtype}[{format_shape(variable.shape)}]")


def _numbers(shape: tuple[int | None, ...] | None) -> str:
    """How many numbers a variable of this shape holds."""
    if shape is None:
        return "numbers of a shape that the graph does not tell"
    if not shape:
        return "one number"
    count = count_elements(shape)
    total = f" ({format_number(count)})" if len(shape) > 1 and count is not None else ""
    return f"{times(shape)} numbers{total}"


def _keeper(graph: Graph, op: Op) -> str:
    """Who changes a variable: training, the optimizer's or the metric's own bookkeeping, the program; "" if untold."""
    if op.variable and op.variable.trainable:
        return "learned in training"
    kinds = {graph.groups[group_id].kind for group_id in op.path if group_id in graph.graph.get("groups", {})}
    if "optimizer" in kinds:
        return "kept by the optimizer"
    if "metrics" in kinds:
        return "kept by the metrics"
    if op.id in graph.weights:
        return "held in the file"
    return "not learned" if graph.tells_training else ""


def _gradient_sentence(graph: Graph, facts: OpFacts, own: str) -> str:
    """Whose gradient an op is and, where it can be told, with respect to what."""
    forward = graph.op(facts.op.pair or "")
    port = gradient_port(graph, facts.op, forward)
    if port is None:
        return f"Part of the gradient of {_forward_name(forward)}: {own[:1].lower()}{own[1:]}"
    result = "the loss" if graph.kind == "train_step" else "the result"
    target = input_words(graph, forward, port)
    changed = _changed_numbers(facts).replace("numbers", "weights" if target == "weights" else "numbers")
    return (
        f"The gradient of {_forward_name(forward)} with respect to its {target}: how {result} changes with {changed}."
    )


def _changed_numbers(facts: OpFacts) -> str:
    output = facts.op.outputs[0]
    words = amount(output)
    if words.startswith("numbers"):
        return f"each number of {brackets(output)}"
    if words.startswith("one number"):
        return words.replace("one", "this one", 1)
    return f"each of the {words}"


def _forward_name(forward: Op) -> str:
    """`dense/MatMul`: the layer's own name, or the last scope, before the op's."""
    name = display_name(forward)
    if forward.layer is not None:
        return f"{forward.layer.path.rsplit('/', 1)[-1]}/{name}"
    return "/".join(forward.id.split("/")[-2:])
