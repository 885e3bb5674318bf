"""The functions that ops call, each in place: loop bodies, branches and called functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphlab.graph import Group
from graphlab.graph.stages import ROLES, stage_kind, stage_name
from graphlab.tracing.raw import RawFunction, RawOp

# Op type → the attributes that name functions, with the part each plays. "branches" holds a list.
_CALLS = {
    **dict.fromkeys(("PartitionedCall", "StatefulPartitionedCall"), (("f", "function"),)),
    **dict.fromkeys(("While", "StatelessWhile"), (("cond", "condition"), ("body", "body"))),
    **dict.fromkeys(("If", "StatelessIf"), (("then_branch", "then"), ("else_branch", "else"))),
    **dict.fromkeys(("Case", "StatelessCase"), (("branches", "branch"),)),
}
# What stages of pipelines call: (attribute, part, attribute that counts the tensors it reads from outside).
_STAGE_CALLS = (
    ("f", "element", "Targuments"),
    ("predicate", "element", "Targuments"),
    ("key_func", "key", "Tkey_func_other_arguments"),
    ("reduce_func", "reduce", "Treduce_func_other_arguments"),
    ("window_size_func", "window size", "Twindow_size_func_other_arguments"),
)
_KINDS = {"function": "function", "condition": "loop", **dict.fromkeys(ROLES, "stage")}  # the rest are choices


@dataclass(frozen=True)
class CalledFunction:
    """A function as one op calls it: the part it plays, its name in the library and itself."""

    role: str
    name: str
    function: RawFunction


def called_by(op: RawOp, find: Callable[[str], RawFunction | None]) -> Iterator[CalledFunction]:
    """The functions that an op calls, in a fixed order; an op may also be named after the function that it calls."""
    for role, name in _names(op):
        function = find(name)
        if function is not None:
            yield CalledFunction(role, name, function)


def _names(op: RawOp) -> Iterator[tuple[str, str]]:
    """(role, name in the library) of each function that the op would call."""
    if op.type not in _CALLS:
        yield "function", op.type
    stage_calls = [(attr, role) for attr, role, _ in _STAGE_CALLS] if stage_kind(op.type) else []
    for attr, role in _CALLS.get(op.type, stage_calls):
        if attr in op.attrs:
            value = op.attrs[attr]
            functions = value.list.func if value.WhichOneof("value") == "list" else [value.func]
            for index, function in enumerate(functions):
                yield f"{role} {index}" if role == "branch" else role, function.name


def calls_functions(op_type: str) -> bool:
    """Whether ops of this type are calls, loops or choices."""
    return op_type in _CALLS


def stage_role(attr: str) -> str:
    """The part that the function of this attribute plays in a stage of a pipeline; "" for none that is shown."""
    return next((role for name, role, _ in _STAGE_CALLS if name == attr), "")


def first_input(op: RawOp, role: str) -> int:
    """The input port from which on an op hands its inputs to a function it calls.

    The first chooses a branch; a stage passes on what its function reads from outside, after its dataset and state.
    """
    if role not in ROLES:
        return 1 if op.type in ("If", "StatelessIf", "Case", "StatelessCase") else 0
    before = [
        count for _, other, count in _STAGE_CALLS if ROLES.index(other) < ROLES.index(role) and other != "element"
    ]
    return 1 + sum(_count(op, attr) for attr in ("Tstate", *before))


def elements(op: RawOp, called: CalledFunction) -> int:
    """How many of a function's arguments, the first ones, a stage takes from elements and its state."""
    if called.role not in ROLES:
        return 0
    outside = next(count for _, role, count in _STAGE_CALLS if role == called.role)
    return len(called.function.args) - _count(op, outside)


def _count(op: RawOp, attr: str) -> int:
    return len(op.attrs[attr].list.type) if attr in op.attrs else 0


def plain_name(library_name: str) -> str:
    """`inner` for `__inference_inner_38`: what the user called the function."""
    return re.sub(r"^__(inference|forward|backward)_|_\d+$", "", library_name) or library_name


def call_group(op: RawOp, called: CalledFunction) -> Group:
    """The group that opens into what an op calls: named after the user's function, or after the loop or choice."""
    kind = _KINDS.get(called.role, "choice")
    label = _LABELS.get(kind, _own_label)(op, called)
    return Group("", label, kind, op.type, source=called.function.source)


def _function_label(op: RawOp, called: CalledFunction) -> str:
    return called.function.label or plain_name(called.name)


def _stage_label(op: RawOp, called: CalledFunction) -> str:
    name = plain_name(called.name).removeprefix("Dataset_").removeprefix(stage_name(op.type)).strip("_")
    return called.function.label or f"{stage_name(op.type)} {'' if name == 'lambda' else name}".strip()


def _own_label(op: RawOp, called: CalledFunction) -> str:
    return op.name.rpartition("/")[2]


_LABELS = {"function": _function_label, "stage": _stage_label}
