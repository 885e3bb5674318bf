"""What one op does, in words for a learner, with its own shapes. Independent of TensorFlow, pixels and Dash."""

from __future__ import annotations

from dataclasses import dataclass

from graphlab.explain.facts import OpFacts, brackets, format_number, op_facts, times
from graphlab.explain.gradients import gradient_port, in_loop, input_words, is_share
from graphlab.explain.phrases.ops import phrase
from graphlab.explain.stage_texts import stage_phrase
from graphlab.explain.wording import Phrase, output_amount, role, shapes_formula, short_name
from graphlab.explain.work.totals import flops, is_idle
from graphlab.graph import LAYERS, Graph, Op, count_elements, display_name, format_shape
from graphlab.graph.stages import stage_kind

IDLE = "Nothing reads it, so TensorFlow leaves it out when the graph runs."


@dataclass(frozen=True)
class Explanation:
    """A plain sentence about an op, its formula with shapes ("" if none helps) and its FLOPs (None if unknown)."""

    sentence: str
    formula: str
    flops: int | None


def explain(graph: Graph, op_id: str) -> Explanation:
    """The words for one op of a graph. Raises KeyError for an unknown id."""
    facts = op_facts(graph, op_id)
    op_phrase = _phrase_in_graph(graph, facts)
    sentence = f"{op_phrase.sentence} {IDLE}" if is_idle(graph, op_id) else op_phrase.sentence
    return Explanation(sentence, op_phrase.formula, flops(graph, op_id))


def _phrase_in_graph(graph: Graph, facts: OpFacts) -> Phrase:
    """An op's role in the graph (input, variable, gradient, result), before what its type does."""
    op = facts.op
    if op.variable is not None:
        return _variable(graph, op)
    if op.id in graph.input_ids and op.outputs:
        return _input(facts)
    if op.type == "Placeholder" and any(op.id in body.args[: body.elements] for body in graph.bodies):
        return _element(graph, facts)
    if op.type == "Placeholder" and any(body.role == "body" and op.id in body.args for body in graph.bodies):
        return _carried(graph, facts)
    if stage_kind(op.type):
        stage = graph.facts.stages.get(op.id)
        return stage_phrase(facts, stage["count"] if stage else None)
    type_phrase = _layer(facts) if graph.kind == "layers" else phrase(facts)
    if op.pair is not None and op.pair in graph:
        return Phrase(_gradient_sentence(graph, facts, type_phrase.sentence), type_phrase.formula)
    if op.type == "AddN" and _adds_shares(graph, op):
        readers = "" if in_loop(graph, op) else ": the tensor it belongs to has several readers"
        return Phrase(f"Adds up {len(op.inputs)} shares of one gradient{readers}.", type_phrase.formula)
    if op.id in graph.output_ids and op.outputs:
        if op.type == "Identity":
            return Phrase(f"A result of the computation: {output_amount(facts)}.", str(op.outputs[0]))
        return Phrase(f"{type_phrase.sentence} Its value is a result of the computation.", type_phrase.formula)
    return type_phrase


def _adds_shares(graph: Graph, op: Op) -> bool:
    """Whether a sum belongs to a backward pass: all its terms were computed there."""
    sources = [graph.op(src) for src, _ in op.inputs]
    return bool(sources) and all(source.pair is not None or _in_gradients(graph, source) for source in sources)


def _in_gradients(graph: Graph, op: Op) -> bool:
    groups = graph.groups
    return any(groups[group_id].kind == "gradients" for group_id in op.path if group_id in groups)


def _input(facts: OpFacts) -> Phrase:
    op, tensor = facts.op, facts.op.outputs[0]
    unknown = " A ? is a size that is known only at run time." if tensor.shape is None or None in tensor.shape else ""
    return Phrase(f"The input `{display_name(op)}`: {output_amount(facts)}.{unknown}", str(tensor))


def _element(graph: Graph, facts: OpFacts) -> Phrase:
    name = graph.facts.names.get(facts.op.id, display_name(facts.op))
    return Phrase(f"A part of each element, `{name}`: {output_amount(facts)}.", str(facts.op.outputs[0]))


def _carried(graph: Graph, facts: OpFacts) -> Phrase:
    name = graph.facts.names.get(facts.op.id, "")
    what = f"The loop variable `{name}`" if name else "A loop variable"
    return Phrase(f"{what}, at the start of each iteration: {output_amount(facts)}.", str(facts.op.outputs[0]))


def _layer(facts: OpFacts) -> Phrase:
    """A whole layer in a graph of layers. Its class may have the name of an op but is not one."""
    name = facts.op.layer.path.rsplit("/", 1)[-1] if facts.op.layer else display_name(facts.op)
    results = " and ".join(output_amount(facts, port) for port in range(len(facts.op.outputs))) or "nothing"
    return Phrase(f"The layer `{name}` ({facts.op.type}): it gives {results}.", shapes_formula(facts))


def _variable(graph: Graph, op: Op) -> Phrase:
    variable = op.variable
    if variable is None:
        return Phrase("", "")
    keeper = _keeper(graph, op)
    words = f"{_numbers(variable.shape)}{', ' if keeper else ''}{keeper}"
    sentence = f"The {role(variable)} `{short_name(variable)}`: {words}."
    return Phrase(sentence, f"{variable.dtype}[{format_shape(variable.shape)}]")


def _numbers(shape: tuple[int | None, ...] | None) -> str:
    """How many numbers a variable of this shape contains."""
    if shape is None:
        return "numbers of unknown shape"
    if set(shape) <= {1}:
        return "one number"
    count = count_elements(shape)
    total = f" ({format_number(count)})" if len(shape) > 1 and count is not None else ""
    return f"{times(shape)} numbers{total}"


def _keeper(graph: Graph, op: Op) -> str:
    """What changes a variable: training, the optimizer's or a metric's own bookkeeping, the program; "" if unknown."""
    groups = graph.groups
    kinds = {groups[group_id].kind for group_id in op.path if group_id in groups}
    if "optimizer" in kinds:
        return "kept by the optimizer"
    if "metrics" in kinds:
        return "kept by the metrics"
    if op.variable and op.variable.trainable:
        # A plain tf.Variable of a function may be trainable even if nothing trains it.
        return "learned in training" if graph.kind != "function" or kinds & set(LAYERS) else "trainable"
    if op.id in graph.weights:
        return "stored in the file"
    return "not learned" if graph.tells_training else ""


def _gradient_sentence(graph: Graph, facts: OpFacts, own: str) -> str:
    """What an op is the gradient of and, if known, with respect to what."""
    forward = graph.op(facts.op.pair or "")
    port = gradient_port(graph, facts.op, forward)
    if port is None:
        return f"Part of the gradient of {_forward_name(forward)}: {_lower(own)}"
    result = "the loss" if graph.kind == "train_step" else "the result"
    target = input_words(graph, forward, port)
    noun = "weight" if target == "weights" else "number"
    changed = _changed_numbers(facts, noun)
    whose = f"of {_forward_name(forward)} with respect to its {target}"
    if is_share(graph, facts.op):
        return f"One share of the gradient {whose}: how {result} changes with {changed} through this op alone."
    if in_loop(graph, facts.op):
        return f"The gradient {whose}, from one iteration of the loop: how {result} changes with {changed} through it."
    return f"The gradient {whose}: how {result} changes with {changed}."


def _changed_numbers(facts: OpFacts, noun: str) -> str:
    """`each of the 36 weights`, `this number`, `each number of [?,?]`."""
    words = output_amount(facts)
    if " of " in words:
        return f"each {noun} of {brackets(facts.op.outputs[0])}"
    if words.startswith("one number"):
        return words.replace("one number", f"this {noun}" if words == "one number" else f"the one {noun}", 1)
    return f"each of the {words.replace('number', noun, 1)}"


def _lower(sentence: str) -> str:
    """A sentence after a colon, in lower case except for names and formulas."""
    return sentence if sentence[1:2].isupper() else f"{sentence[:1].lower()}{sentence[1:]}"


def _forward_name(forward: Op) -> str:
    """`dense/MatMul`: the layer's own name, or the last scope, before the op's."""
    name = display_name(forward)
    if forward.layer is not None:
        return f"{forward.layer.path.rsplit('/', 1)[-1]}/{name}"
    return "/".join(forward.id.split("/")[-2:])
