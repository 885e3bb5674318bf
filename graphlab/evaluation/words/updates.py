"""How a train step changes one weight: the gradient, the optimizer's slots and its formula, with numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isclose, sqrt

import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.evaluation.op_runs import OpRun
from graphlab.evaluation.result import Values, to_array
from graphlab.evaluation.words.case import Position, position_of_largest
from graphlab.evaluation.words.cells import filled
from graphlab.evaluation.words.expressions import EQUALS, Expression, name, number, row
from graphlab.evaluation.words.formulas import update_rules
from graphlab.evaluation.words.types import SlotWords, UpdateStep, UpdateWords
from graphlab.evaluation.words.value_words import value_at
from graphlab.graph import Graph, Group
from graphlab.graph.types import display_name

ASSIGN, ADD, SUBTRACT = "AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"
READ = "ReadVariableOp"
Numbers = dict[str, float]
NAMES = {
    **{"r": "learning rate", "g": "gradient", "t": "step", "e": "ε", "l": "weight decay"},
    **{"m": "momentum", "h": "old momentum", "v": "velocity", "k": "old velocity"},
}


def updated_variable(graph: Graph, op_id: str) -> str:
    """The variable that an op is the handle of, or writes, if the graph changes it; "" for another op."""
    op = graph.op(op_id)
    handle = op_id if op.variable else op.inputs[0][0] if op.type in _AFTER else ""
    is_written = handle and any(graph.op(reader).type in _AFTER for reader in graph.successors(handle))
    return handle if is_written else ""


def update_words(values: Values, op_id: str, position: Position | None = None) -> UpdateWords:
    """How the train step changes one number of a variable, whose handle is the op `op_id`.

    By default the number with the largest gradient. Raises GraphlabError if the step does not change it.
    """
    write = next((run for run in reversed(values.runs.order) if _is_write(values, run, op_id)), None)
    path = values.graph.op(write.op_id).path if write else ()
    group = next((one for one in reversed(path) if _is_update(values, one)), "")
    own = [run for run in values.runs.order if group and group in values.graph.op(run.op_id).path]
    if position is None:
        position = _position_of_most(values, own, op_id)
    writes = _writes(values, op_id, position)
    slots = _slots(values, own, op_id, position)
    gradient = _gradient(values, own, position)
    optimizer, steps = _recognised(values, own, writes, slots, gradient, _letter_names(values, op_id, position))
    return UpdateWords(
        op=op_id,
        name=display_name(values.graph.op(op_id)),
        position=position,
        optimizer=optimizer,
        before=writes[0],
        gradient=gradient,
        slots=tuple(slots),
        after=writes[-1],
        steps=tuple(steps),
        ops=() if optimizer else tuple(_plain_ops(values, own, position)),
    )


def _is_update(values: Values, group_id: str) -> bool:
    return group_id in values.graph.groups and values.graph.groups[group_id].kind == "update"


def _letter_names(values: Values, op_id: str, position: Position) -> dict[str, Expression]:
    """What the letters of the formulas stand for."""
    weight = display_name(values.graph.op(op_id))
    words = {letter: name(text) for letter, text in NAMES.items()}
    return {**words, "w": name(weight, position), "u": name(weight, position), "n": name(f"new {weight}", position)}


def _position_of_most(values: Values, own: Sequence[OpRun], op_id: str) -> Position:
    """The position of the number with the largest gradient; the first one if its gradient is not known."""
    variable = values.graph.op(op_id).variable
    rank = len(variable.shape or ()) if variable else 0
    gradient = _gradient_tensor(values, own, rank)
    array = None if gradient is None else to_array(gradient)
    return position_of_largest(array) if array is not None and array.size else (0,) * rank


def _writes(values: Values, op_id: str, position: Position) -> list[float]:
    """The numbers that a variable has at a position, from before the step to after it."""
    reads = [run for run in values.runs.order if _is_of(values, run, op_id) and _type(values, run) == READ]
    writes = [run for run in values.runs.order if _is_write(values, run, op_id)]
    if not writes:
        raise GraphlabError(f"this graph does not change {display_name(values.graph.op(op_id))!r}")
    if not reads:
        raise GraphlabError(f"the value of {display_name(values.graph.op(op_id))!r} before the step is not read")
    numbers = [_at(reads[0].outputs[0], position)]
    for run in writes:
        numbers.append(_AFTER[_type(values, run)](numbers[-1], _at(run.inputs[1], position)))
    return numbers


_AFTER: dict[str, Callable[[float, float], float]] = {
    ASSIGN: lambda before, value: value,
    ADD: lambda before, value: before + value,
    SUBTRACT: lambda before, value: before - value,
}


def _is_of(values: Values, run: OpRun, op_id: str) -> bool:
    """Whether an op reads or writes a variable."""
    inputs = values.graph.op(run.op_id).inputs
    return bool(inputs) and inputs[0][0] == op_id


def _is_write(values: Values, run: OpRun, op_id: str) -> bool:
    return _type(values, run) in _AFTER and _is_of(values, run, op_id)


def _type(values: Values, run: OpRun) -> str:
    return values.graph.op(run.op_id).type


def _at(tensor: object, position: Position) -> float:
    array = to_array(tensor)
    if array.ndim and (
        len(position) != array.ndim or any(not 0 <= at < size for at, size in zip(position, array.shape, strict=True))
    ):
        last = ", ".join(str(size - 1) for size in array.shape)
        raise GraphlabError(f"the variable has no number at {', '.join(map(str, position))}; its last one is at {last}")
    return float(array[position] if array.ndim else array)


def _slots(values: Values, own: Sequence[OpRun], op_id: str, position: Position) -> list[SlotWords]:
    """The other variables that the update writes."""
    handles = dict.fromkeys(
        values.graph.op(run.op_id).inputs[0][0] for run in own if _type(values, run) in _AFTER and run.inputs
    )
    prefix = f"{display_name(values.graph.op(op_id))}_"  # of `sequential_dense_kernel_momentum`
    slots = []
    for handle in handles:
        if handle != op_id:
            numbers = _writes(values, handle, position)
            title = display_name(values.graph.op(handle)).rpartition(prefix)[2]
            slots.append(SlotWords(title, numbers[0], numbers[-1]))
    return slots


def _gradient(values: Values, own: Sequence[OpRun], position: Position) -> float | None:
    """The gradient of the weight."""
    tensor = _gradient_tensor(values, own, len(position))
    return None if tensor is None else _at(tensor, position)


def _gradient_tensor(values: Values, own: Sequence[OpRun], rank: int) -> tf.Tensor | None:
    """The tensor from outside that the update reads and that is not a variable's."""
    inside = {run.op_id for run in own}
    for run in own:
        op = values.graph.op(run.op_id)
        for (source, _), tensor in zip(op.inputs, run.inputs, strict=True):
            is_value = tensor.dtype.is_floating and len(tensor.shape) == rank
            if source not in inside and is_value and values.graph.op(source).type not in (READ, "Const"):
                return tensor
    return None


def _recognised(
    values: Values,
    own: Sequence[OpRun],
    weight: Sequence[float],
    slots: Sequence[SlotWords],
    gradient: float | None,
    names: Mapping[str, Expression],
) -> tuple[str, list[UpdateStep]]:
    """The optimizer and its formulas with numbers, if they give the weight that the step gave; else "" and nothing."""
    optimizer = _optimizer(values, own)
    if optimizer is None or gradient is None:
        return "", []
    settings = {key: float(value) for key, value in optimizer.settings.items() if isinstance(value, int | float)}
    key, more = _kind(optimizer.class_name, settings)
    if key not in update_rules():
        return "", []
    numbers = {"w": weight[-2], "u": weight[0], "n": weight[-1], "g": gradient, **more}
    numbers |= {"r": _variable(values, "learning_rate"), "t": _variable(values, "iteration") + 1}
    for slot in slots:
        after, before = ("v", "k") if slot.name.endswith("velocity") else ("m", "h")
        numbers |= {after: slot.after, before: slot.before}
    is_decayed = len(weight) > 2
    if not _holds(key, numbers, decayed=is_decayed):
        return "", []
    steps = [*(update_rules()["decay"] if is_decayed else []), *update_rules()[key]]
    names = {**names, "w": name("decayed weight")} if is_decayed else names
    parts = {**names, **RATES.get(key, {})}
    return optimizer.class_name, [_step(letter, tex, parts, numbers) for letter, tex in steps]


def _optimizer(values: Values, own: Sequence[OpRun]) -> Group | None:
    """The group of the optimizer that these ops belong to."""
    if not own:
        return None
    groups = [values.graph.groups[key] for key in values.graph.op(own[0].op_id).path if key in values.graph.groups]
    return next((group for group in reversed(groups) if group.kind == "optimizer"), None)


def _kind(class_name: str, settings: Mapping[str, float]) -> tuple[str, Numbers]:
    """Which formulas an optimizer has, and its settings by letter."""
    momentum, decay = settings.get("momentum", 0.0), settings.get("weight_decay", 0.0)
    common = {"l": decay, "e": settings.get("epsilon", 0.0)}
    if class_name == "SGD":
        kind = "SGD with Nesterov momentum" if settings.get("nesterov") else "SGD with momentum"
        return (kind if momentum else "SGD"), {**common, "p": momentum}
    if class_name == "RMSprop":
        is_plain = not momentum and not settings.get("centered")
        return ("RMSprop" if is_plain else ""), {**common, "p": settings.get("rho", 0.0)}
    if class_name in ("Adam", "AdamW") and not settings.get("amsgrad"):
        return "Adam", {**common, "p": settings.get("beta_1", 0.0), "q": settings.get("beta_2", 0.0)}
    return "", common


RATES = {
    "SGD with momentum": {"p": name("β")},
    "SGD with Nesterov momentum": {"p": name("β")},
    "Adam": {"p": name("β", (1,)), "q": name("β", (2,))},
    "RMSprop": {"p": name("ρ")},
}


def _new_weight(key: str, n: Numbers) -> float:
    """What the last formula gives."""
    if key == "SGD":
        return n["w"] - n["r"] * n["g"]
    if key == "SGD with momentum":
        return n["w"] + n["p"] * n["h"] - n["r"] * n["g"]
    if key == "SGD with Nesterov momentum":
        return n["w"] + n["p"] * (n["p"] * n["h"] - n["r"] * n["g"]) - n["r"] * n["g"]
    rho = n["q"] if key == "Adam" else n["p"]
    velocity = rho * n["k"] + (1 - rho) * n["g"] ** 2
    if key == "RMSprop":
        return n["w"] - n["r"] * n["g"] / sqrt(velocity + n["e"])
    momentum = n["p"] * n["h"] + (1 - n["p"]) * n["g"]
    rate = n["r"] * sqrt(1 - pow(n["q"], n["t"])) / (1 - pow(n["p"], n["t"]))
    return float(n["w"] - rate * momentum / (sqrt(velocity) + n["e"]))


def _holds(key: str, numbers: Numbers, *, decayed: bool) -> bool:
    """Whether the formulas give the weight that the step gave."""
    try:
        after = _new_weight(key, numbers)
    except (KeyError, ZeroDivisionError, ValueError):
        return False
    u, w = numbers["u"], numbers["w"]
    is_decayed = not decayed or isclose(w, u - numbers["r"] * numbers["l"] * u, rel_tol=1e-4, abs_tol=1e-7)
    return is_decayed and isclose(after - w, numbers["n"] - w, rel_tol=1e-3, abs_tol=1e-6 * max(1.0, abs(w)))


def _variable(values: Values, ending: str) -> float:
    """The value of one of the optimizer's own variables at its first read; 0 if it is not read."""
    for run in values.runs.order:
        op = values.graph.op(run.op_id)
        if (
            op.type == READ
            and (variable := values.graph.op(op.inputs[0][0]).variable)
            and variable.name.endswith(ending)
        ):
            return _at(run.outputs[0], ())
    return 0.0


def _step(letter: str, tex: str, names: Mapping[str, Expression], numbers: Numbers) -> UpdateStep:
    in_numbers = {key: number(value) for key, value in numbers.items()}
    formula = row(names[letter], EQUALS, filled(tex, dict(names)))
    return UpdateStep(formula, row(names[letter], EQUALS, filled(tex, in_numbers), EQUALS, number(numbers[letter])))


def _plain_ops(values: Values, own: Sequence[OpRun], position: Position) -> list[Expression]:
    """The ops of the update one by one, each at the weight's position."""
    return [
        line
        for run in own
        if _type(values, run) not in (READ, "Const", "Placeholder", *_AFTER)
        for line in [value_at(values, run, position)]
        if line is not None
    ]
