"""Functions placed at their calls: order, ids, recursion, limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphlab.graph import Body
from graphlab.graph.assembly import CallSite, Limits, assemble

AMPLE = Limits(ops=1000, calls=1000, nested=10)


@dataclass(frozen=True)
class Function:
    """Ops by name, some of which call a function."""

    ops: tuple[str, ...]
    calls: dict[str, str] = field(default_factory=dict)


LIBRARY = {
    "main": Function(("a", "b"), {"a": "f", "b": "g"}),
    "f": Function(("x",), {"x": "g"}),
    "g": Function(("y", "z"), {"z": "g"}),  # it calls itself
}


def assembled(limits=AMPLE):
    """The ids of all ops in the order in which they are added, and the calls that stay closed."""
    ids = []

    def add(site):
        ids.extend(site.prefix + op for op in site.function.ops)
        return [
            site.inner(LIBRARY[name], name, "function", call=site.prefix + op, path=(*site.path, f"{site.prefix}{op}/"))
            for op, name in site.function.calls.items()
            if name not in site.chain
        ]

    closed = assemble(CallSite(LIBRARY["main"], ("main",)), add, limits)
    return ids, closed


def test_functions_are_added_at_each_call_and_a_recursion_once():
    ids, closed = assembled()

    assert ids == ["a", "b", "a/x", "b/y", "b/z", "a/x/y", "a/x/z"]
    assert closed == []


def test_calls_beyond_a_limit_stay_closed():
    assert assembled(Limits(ops=5, calls=1000, nested=10))[1] == ["a/x"]
    assert assembled(Limits(ops=1000, calls=0, nested=10))[1] == ["b", "a/x"]
    assert assembled(Limits(ops=1000, calls=1000, nested=1))[1] == ["a/x"]


def test_a_body_of_a_loop_has_its_own_prefix_and_group():
    main = CallSite(LIBRARY["main"])

    inner = main.inner(LIBRARY["g"], "g", "branch 1", call="loop", path=("loop/", "loop/branch 1/"), first_input=1)

    assert inner.prefix == "loop/branch_1/"
    assert inner.body(("y",), (("z", 0),)) == Body("loop", "branch 1", "loop/branch 1/", ("y",), (("z", 0),), 1)
