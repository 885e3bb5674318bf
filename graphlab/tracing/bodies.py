"""The functions that ops call: loop bodies, branches and called functions, each in the place where it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphlab.graph import Group
from graphlab.tracing.raw import RawFunction, RawOp

# Op type → the attributes that name functions, with the part each plays. "branches" holds a list.
_CALLS = {
    **dict.fromkeys(("PartitionedCall", "StatefulPartitionedCall"), (("f", "function"),)),
    **dict.fromkeys(("While", "StatelessWhile"), (("cond", "condition"), ("body", "body"))),
    **dict.fromkeys(("If", "StatelessIf"), (("then_branch", "then"), ("else_branch", "else"))),
    **dict.fromkeys(("Case", "StatelessCase"), (("branches", "branch"),)),
}
_KINDS = {"function": "function", "condition": "loop"}  # the rest are choices: if, case


@dataclass(frozen=True)
class Called:
    """A function as one op calls it: the part it plays, its name in the library and itself."""

    role: str
    name: str
    function: RawFunction


def called_by(op: RawOp, find: Callable[[str], RawFunction | None]) -> Iterator[Called]:
    """The functions that an op calls, in a fixed order; an op may also be named after the function that it calls."""
    for role, name in _names(op):
        function = find(name)
        if function is not None:
            yield Called(role, name, function)


def _names(op: RawOp) -> Iterator[tuple[str, str]]:
    """(role, name in the library) of each function that the op would call."""
    if op.type not in _CALLS:
        yield "function", op.type
    for attr, role in _CALLS.get(op.type, ()):
        if attr in op.attrs:
            value = op.attrs[attr]
            functions = value.list.func if value.WhichOneof("value") == "list" else [value.func]
            for place, function in enumerate(functions):
                yield f"{role} {place}" if role == "branch" else role, function.name


def calls_functions(op_type: str) -> bool:
    """Whether ops of this type are calls, loops or choices."""
    return op_type in _CALLS


def first_input(op_type: str) -> int:
    """The input port from which on an op hands its inputs to the functions it calls: the first chooses a branch."""
    return 1 if op_type in ("If", "StatelessIf", "Case", "StatelessCase") else 0


def plain_name(library_name: str) -> str:
    """`inner` for `__inference_inner_38`: what the user called the function."""
    return re.sub(r"^__(inference|forward|backward)_|_\d+$", "", library_name) or library_name


def call_group(op: RawOp, called: Called) -> Group:
    """The group that opens into what an op calls: named after the user's function, or after the loop or choice."""
    kind = _KINDS.get(called.role, "choice")
    label = plain_name(called.name) if kind == "function" else op.name.rpartition("/")[2]
    return Group("", label, kind, op.type)
