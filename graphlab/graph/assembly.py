"""Inserts functions into a graph at each op that calls them. Independent of files and TensorFlow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from graphlab.graph.types import Body

IN_PLACE = ("function", "element")  # roles whose ops need no group inside the call's


class Function(Protocol):
    """A function to insert: it has ops."""

    @property
    def ops(self) -> Sequence[object]:
        """The function's ops, in the caller's own form."""


F = TypeVar("F", bound=Function)


@dataclass(frozen=True)
class Limits:
    """Beyond this many ops, calls or levels of calls, no further functions are inserted."""

    ops: int
    calls: int
    nested: int


@dataclass(frozen=True)
class CallSite(Generic[F]):
    """Where a function's ops go: their groups, the prefix of their ids, and the op that calls it, as in `Body`.

    `chain` contains the names of the functions being called here, this one last. The outermost one has no `call`.
    """

    function: F
    chain: tuple[str, ...] = ("",)
    path: tuple[str, ...] = ()
    prefix: str = ""
    call: str = ""
    role: str = ""
    first_input: int = 0
    elements: int = 0

    def inner(
        self,
        function: F,
        name: str,
        role: str,
        *,
        call: str,
        path: tuple[str, ...],
        first_input: int = 0,
        elements: int = 0,
    ) -> CallSite[F]:
        """The site of a function that an op of this one calls."""
        prefix = f"{call}/" if role in IN_PLACE else f"{call}/{role.replace(' ', '_')}/"
        return CallSite(function, (*self.chain, name), path, prefix, call, role, first_input, elements)

    def body(self, args: tuple[str, ...], results: tuple[tuple[str, int], ...]) -> Body:
        """The function as a Body, with the ids that its ops have here."""
        return Body(self.call, self.role, self.path[-1], args, results, self.first_input, self.elements)


def assemble(main: CallSite[F], add: Callable[[CallSite[F]], Iterable[CallSite[F]]], limits: Limits) -> list[str]:
    """Add a function and those that its ops call, the outer ones first. Returns the calls beyond the limits, by id.

    `add` puts a function's ops into the graph and returns the sites of those that they call. It leaves out functions
    in the site's chain: a recursion is shown once.
    """
    closed: list[str] = []
    waiting = deque([main])
    ops = calls = 0
    while waiting:
        site = waiting.popleft()
        size = len(site.function.ops)
        is_too_much = ops + size > limits.ops or calls > limits.calls or len(site.chain) - 1 > limits.nested
        if site.call and is_too_much:
            closed.append(site.call)
            continue
        waiting.extend(add(site))
        ops += size
        calls += bool(site.call)
    return closed
