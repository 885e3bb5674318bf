"""The functions that ops call, each placed at its call: loop bodies, branches and called functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphlab.graph import Group
from graphlab.graph.stages import ROLES, stage_kind, stage_name
from graphlab.tracing.raw import RawFunction, RawOp

FUNCTION, CONDITION, BODY, THEN, ELSE, BRANCH = "function", "condition", "body", "then", "else", "branch"  # roles
# Op type → the attributes that name functions, each with its role. "branches" is a list.
_CALLS = {
    **dict.fromkeys(("PartitionedCall", "StatefulPartitionedCall"), (("f", FUNCTION),)),
    **dict.fromkeys(("While", "StatelessWhile"), (("cond", CONDITION), ("body", BODY))),
    **dict.fromkeys(("If", "StatelessIf"), (("then_branch", THEN), ("else_branch", ELSE))),
    **dict.fromkeys(("Case", "StatelessCase"), (("branches", BRANCH),)),
}
# The functions that stages of pipelines call: (attribute, role, attribute that counts the tensors read from outside).
_STAGE_CALLS = (
    ("f", "element", "Targuments"),
    ("predicate", "element", "Targuments"),
    ("key_func", "key", "Tkey_func_other_arguments"),
    ("reduce_func", "reduce", "Treduce_func_other_arguments"),
    ("window_size_func", "window size", "Twindow_size_func_other_arguments"),
)
_KINDS = {FUNCTION: "function", CONDITION: "loop", **dict.fromkeys(ROLES, "stage")}  # the rest are conditionals


@dataclass(frozen=True)
class CalledFunction:
    """A function as one op calls it: its role, its name in the library, and the function itself."""

    role: str
    name: str
    function: RawFunction


def called_by(op: RawOp, find: Callable[[str], RawFunction | None]) -> Iterator[CalledFunction]:
    """The functions that an op calls, in a fixed order. An op's type may also be the name of a function to call."""
    for role, name in _names(op):
        function = find(name)
        if function is not None:
            yield CalledFunction(role, name, function)


def _names(op: RawOp) -> Iterator[tuple[str, str]]:
    """(role, name in the library) of each function that the op may call."""
    if op.type not in _CALLS:
        yield FUNCTION, op.type
    stage_calls = [(attr, role) for attr, role, _ in _STAGE_CALLS] if stage_kind(op.type) else []
    for attr, role in _CALLS.get(op.type, stage_calls):
        if attr in op.attrs:
            value = op.attrs[attr]
            functions = value.list.func if value.WhichOneof("value") == "list" else [value.func]
            for index, function in enumerate(functions):
                yield f"{role} {index}" if role == BRANCH else role, function.name


def calls_functions(op_type: str) -> bool:
    """Whether ops of this type are calls, loops or conditionals."""
    return op_type in _CALLS


def stage_role(attr: str) -> str:
    """The role of this attribute's function in a pipeline stage; "" if the function is not shown."""
    return next((role for name, role, _ in _STAGE_CALLS if name == attr), "")


def first_input(op: RawOp, role: str) -> int:
    """The first input port that an op passes on to a function it calls.

    A conditional's first input selects the branch. A stage passes on what its function reads from outside, after its
    dataset and state.
    """
    if role not in ROLES:
        return 1 if op.type in ("If", "StatelessIf", "Case", "StatelessCase") else 0
    before = [
        count for _, other, count in _STAGE_CALLS if ROLES.index(other) < ROLES.index(role) and other != "element"
    ]
    return 1 + sum(_count(op, attr) for attr in ("Tstate", *before))


def elements(op: RawOp, called: CalledFunction) -> int:
    """How many leading arguments of a function a stage fills from elements and its state."""
    if called.role not in ROLES:
        return 0
    outside = next(count for _, role, count in _STAGE_CALLS if role == called.role)
    return len(called.function.args) - _count(op, outside)


def _count(op: RawOp, attr: str) -> int:
    return len(op.attrs[attr].list.type) if attr in op.attrs else 0


def plain_name(library_name: str) -> str:
    """`inner` for `__inference_inner_38`: the user's name of the function."""
    return re.sub(r"^__(inference|forward|backward)_|_\d+$", "", library_name) or library_name


def call_group(op: RawOp, called: CalledFunction) -> Group:
    """The group that contains what an op calls, named after the user's function, the loop or the conditional."""
    kind = _KINDS.get(called.role, "conditional")
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
