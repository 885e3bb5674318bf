"""Graphs of TensorFlow files: shapes inferred, variables beside their users, constants as weights."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from graphlab.graph import Graph, GraphFacts, Op, Variable, count_elements
from graphlab.tracing.attributes import MAX_VALUES
from graphlab.tracing.gather import Gathered, finish, gather
from graphlab.tracing.models.record import Recording
from graphlab.tracing.raw import RawFunction
from graphlab.tracing.saved.plumbing import set_apart
from graphlab.tracing.saved.shapes import with_shapes
from graphlab.tracing.saved.variable_places import place_shared, used_variables
from graphlab.tracing.tensorflow_types import TensorShapeProto

NUMBERS = ("float", "bfloat", "complex", "int8", "uint8", "qint", "quint")  # the dtypes of a model's parameters
_READ = ("/ReadVariableOp", "/read")  # TensorFlow's name for the op that reads a variable
_TRAINS = ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply")
_FED = ("Placeholder", "PlaceholderV2", "_Arg")
CONSTANT = "constant"
VARIABLE = "variable"


@dataclass(frozen=True)
class FileFacts:
    """What a file records about a graph besides its ops. Names are those of its own ops, not of called functions'.

    `inputs` and `outputs` are ops with their words. `keys` locates the variables' values. `apart` are ops that go into
    a group of their own, by its label. `producer` is the version of the GraphDef. `used` are variables that something
    outside of this graph uses.
    """

    name: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    apart: Mapping[str, set[str]] = field(default_factory=dict)
    producer: int = 0
    notes: tuple[str, ...] = ()
    used: Collection[str] = ()


def file_graph(raw: RawFunction, facts: FileFacts) -> Graph:
    """The Graph of a function from a file, including the functions that its ops call."""
    draft = gather(raw, facts.variables, Recording())
    protos = {op_id: op.attrs for op_id, (_, op) in draft.raw.items()}
    draft.ops, unknown = with_shapes(draft.ops, draft.bodies, protos, facts.producer)
    ids = {op.id for op in draft.ops}
    weights = {name: f"{VARIABLE}:{key}" for name, key in facts.keys.items() if name in ids}
    notes = [*facts.notes, *filter(None, [unknown, _closed(draft)])]
    if not facts.variables:
        draft.ops, count = _with_frozen_variables(draft)
        notes += [_frozen(count)] if count else []
    weights |= _constants(draft)
    apart = [set_apart(draft, label, op_ids) for label, op_ids in facts.apart.items()]
    draft.ops = _with_parameters(draft, apart, facts)
    draft.ops = place_shared(draft.ops, draft.bodies, draft.tree.groups, apart)
    return finish(
        draft,
        GraphFacts(
            name=facts.name,
            inputs=tuple(facts.inputs),
            outputs=tuple(facts.outputs),
            names={**facts.inputs, **facts.outputs},
            notes=tuple(notes),
            weights=weights,
        ),
    )


def ends_of(raw: RawFunction, apart: Collection[str] = ()) -> tuple[dict[str, str], dict[str, str]]:
    """The inputs and outputs of a graph that does not declare them, with words: what is fed and what nothing reads.

    A graph that trains has no outputs: what nothing reads is then mostly a gradient.
    """
    inputs = {op.name: op.name for op in raw.ops if op.type in _FED and not op.inputs and op.name not in apart}
    readers: dict[str, list[str]] = {}
    for op in raw.ops:
        for name, _ in op.inputs:
            readers.setdefault(name, []).append(op.name)
    reached = set(inputs)
    waiting = list(inputs)
    while waiting:
        new = [name for name in readers.get(waiting.pop(), ()) if name not in reached]
        reached.update(new)
        waiting += new
    trains = any(op.type.startswith(_TRAINS) for op in raw.ops)
    ends = set() if trains else reached - set(readers) - set(inputs)
    return inputs, {op.name: op.name for op in raw.ops if op.outputs and op.name in ends}


def _closed(draft: Gathered) -> str:
    if not draft.closed:
        return ""
    return (
        f"{len(draft.closed)} calls are not expanded, because the graph would be too large or they are nested too "
        "deeply."
    )


def _frozen(count: int) -> str:
    return (
        f"The weights are constants in this graph: {count} that were variables, or have more than {MAX_VALUES} "
        f"numbers, are shown as variables."
    )


def _constants(draft: Gathered) -> dict[str, str]:
    """Where the values of constants are that were variables or are too large for the graph, by op id."""
    return {
        op.id: f"{CONSTANT}:{draft.raw[op.id][0].key}:{draft.raw[op.id][1].name}"
        for op in draft.ops
        if op.type == "Const" and (op.variable is not None or (count_elements(op.outputs[0].shape) or 0) > MAX_VALUES)
    }


def _with_frozen_variables(draft: Gathered) -> tuple[list[Op], int]:
    """The ops, with a variable on each constant that was one or is as large as one, and the number of these."""
    names = {op.id: name for op, name in _frozen_names(draft)}
    ops = [replace(op, variable=_variable(names[op.id], op)) if op.id in names else op for op in draft.ops]
    return ops, len(names)


def _frozen_names(draft: Gathered) -> Iterator[tuple[Op, str]]:
    """Constants that replace variables, with the variables' names."""
    identities: dict[str, str] = {}
    readers: dict[str, Op] = {}
    for op in draft.ops:
        for name, _ in op.inputs:
            readers.setdefault(name, op)
        if op.type == "Identity" and op.inputs:
            identities.setdefault(op.inputs[0][0], op.id)
    for op in draft.ops:
        if op.type != "Const" or not op.outputs or not op.outputs[0].dtype.startswith(NUMBERS):
            continue
        reader = identities.get(op.id, "")
        if reader == f"{op.id}/read":
            yield op, op.id
        elif reader.endswith(_READ) or op.id.endswith("/ReadVariableOp/resource"):
            # The name of the variable is lost; the name of the op that uses it remains.
            yield op, f"{_user(op, readers)} weights"
        elif (count_elements(op.outputs[0].shape) or 0) > MAX_VALUES:
            yield op, op.id


def _user(op: Op, readers: Mapping[str, Op]) -> str:
    """The scope in which a constant is read, which is that of its user; for a Cast, that of the op after it."""
    scope = op.id.removesuffix("/resource").removesuffix("/ReadVariableOp")
    if not re.fullmatch(r"Cast(_\d+)?", scope.rpartition("/")[2]):
        return scope
    reader = readers.get(op.id)
    while reader is not None and reader.type in ("Identity", "Cast"):
        reader = readers.get(reader.id)
    return reader.id if reader is not None else scope


def _variable(name: str, op: Op) -> Variable:
    return Variable(name, op.outputs[0].shape, op.outputs[0].dtype, False, count_elements(op.outputs[0].shape) or 0)


def _with_parameters(draft: Gathered, apart: list[str], facts: FileFacts) -> list[Op]:
    """The ops. Variables that are only kept up to date and never used do not count as parameters.

    If the file lists its saved variables, one that is neither saved nor used is not one of its variables: Keras leaves
    handles of the model that it exported. Several handles of one saved value count once.
    """
    used = used_variables(draft.ops, draft.bodies, apart).union(facts.used)
    counted: set[str] = set()
    ops = []
    for op in draft.ops:
        key = facts.keys.get(op.id, "")
        if op.variable is not None and not op.variable.trainable and op.id not in used:
            variable = None if facts.keys and not key else replace(op.variable, parameters=0)
            ops.append(replace(op, variable=variable))
        elif op.variable is not None and key in counted:
            ops.append(replace(op, variable=replace(op.variable, parameters=0)))
        else:
            ops.append(op)
            counted |= {key} if op.variable is not None and key else set()
    return ops


def variable_of(name: str, shape: TensorShapeProto, dtype: str, *, trainable: bool) -> Variable:
    """A variable of a file. Whole numbers that are not trained (counters, seeds) are not parameters."""
    counts = trainable or dtype.startswith(NUMBERS)
    return Variable(name, shape, dtype, trainable, (count_elements(shape) or 0) if counts else 0)
