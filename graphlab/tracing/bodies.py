"""The functions that ops call: loop bodies, branches and called functions, each in the place where it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphlab.graph import Group
from graphlab.tracing.private import called_graph

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
    """A function as one op calls it: the part it plays, its name in the library and its live FuncGraph."""

    role: str
    name: str
    func_graph: Any


def called_by(op: Any, attr: Mapping[str, Any], func_graph: Any) -> Iterator[Called]:
    """The functions that a TensorFlow op calls, in a fixed order; `attr` are its attributes in the graph's proto."""
    for name, role in _CALLS.get(op.type, ()):
        value = attr[name]
        functions = value.list.func if value.WhichOneof("value") == "list" else [value.func]
        for place, function in enumerate(functions):
            found = called_graph(func_graph, function.name)
            if found is not None:
                yield Called(f"{role} {place}" if role == "branch" else role, function.name, found)


def first_input(op_type: str) -> int:
    """The input port from which on an op hands its inputs to the functions it calls: the first chooses a branch."""
    return 1 if op_type in ("If", "StatelessIf", "Case", "StatelessCase") else 0


def plain_name(library_name: str) -> str:
    """`inner` for `__inference_inner_38`: what the user called the function."""
    return re.sub(r"^__(inference|forward|backward)_|_\d+$", "", library_name) or library_name


def call_group(op: Any, called: Called) -> Group:
    """The group that opens into what an op calls: named after the user's function, or after the loop or choice."""
    kind = _KINDS.get(called.role, "choice")
    label = plain_name(called.name) if kind == "function" else str(op.name).rpartition("/")[2]
    return Group("", label, kind, op.type)
