"""The real origin of a tensor: through identities, and across the borders of called functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphlab.graph import CONTROL_KEY, Body, Graph
from graphlab.graph.stages import ROLES, SELECTING, stage_kind

End = tuple[str, int]  # an op's output port
BRANCHES = frozenset({"then", "else", "branch"})  # the roles of bodies of which only one runs


@dataclass(frozen=True)
class Carried:
    """A loop variable: the op that represents it, its initial and its next value."""

    argument: str
    first: End
    following: End


@dataclass(frozen=True)
class Stage:
    """A pipeline stage's call: its own inputs that are drawn, by port, and what its functions return to it."""

    inputs: tuple[tuple[int, End], ...]
    results: tuple[End, ...]


@dataclass(frozen=True)
class Wiring:
    """`passed` maps an output that only repeats another to that other. `hidden` are calls drawn only as their bodies.

    `conditionals` maps a conditional's outputs to the results of its branches, by output port. `idle` are the counters
    that TensorFlow adds to loops and nothing else reads. `stages` are the calls of pipeline stages, and `elements`
    maps each argument of their functions that represents a part of an element to its origin.
    """

    passed: Mapping[End, End]
    carried: Mapping[str, Carried]
    hidden: Mapping[str, tuple[Body, ...]]
    conditionals: Mapping[str, tuple[tuple[End, ...], ...]]
    idle: frozenset[str] = frozenset()
    stages: Mapping[str, Stage] = field(default_factory=dict)
    elements: Mapping[str, End] = field(default_factory=dict)

    def source(self, end: End) -> End:
        """The output that `end` ultimately repeats; itself if it makes its own value."""
        seen_ends = {end}
        while (following := self.passed.get(end)) is not None and following not in seen_ends:
            end = following
            seen_ends.add(end)
        return end


def wiring(graph: Graph, identities: Iterable[str]) -> Wiring:
    """The graph's connections when these identities, and the borders of called functions, are left out."""
    passed: dict[End, End] = {
        (op_id, port): end for op_id in identities for port, end in enumerate(graph.op(op_id).inputs)
    }
    carried: dict[str, Carried] = {}
    hidden: dict[str, tuple[Body, ...]] = {}
    conditionals: dict[str, tuple[tuple[End, ...], ...]] = {}
    stages: dict[str, Stage] = {}
    elements: dict[str, End] = {}
    by_call: dict[str, list[Body]] = {}
    for body in graph.bodies:
        by_call.setdefault(body.call, []).append(body)
    for call, bodies in by_call.items():
        roles = {body.role: body for body in bodies}
        if "body" in roles and set(roles) <= {"condition", "body"}:
            _wire_loop(graph, roles.get("condition"), roles["body"], passed, carried)
            hidden[call] = tuple(bodies)
        elif set(roles) == {"function"}:
            _wire_function(graph, bodies[0], passed)
            hidden[call] = tuple(bodies)
        elif set(roles) <= set(ROLES):
            stages[call] = _wire_stage(graph, roles, passed, elements)
        elif graph.op(call).inputs and all(role.partition(" ")[0] in BRANCHES for role in roles):
            conditionals[call] = _wire_conditional(graph, bodies, passed)
    idle = {argument for argument in elements if not graph.out_degree(argument)}
    for value in list(carried.values()):
        counting = _counting(graph, Wiring(passed, {}, {}, {}), value, by_call)
        if counting:
            idle |= counting
            del carried[value.argument]
    return Wiring(passed, carried, hidden, conditionals, frozenset(idle), stages, elements)


def _counting(graph: Graph, wired: Wiring, value: Carried, by_call: Mapping[str, list[Body]]) -> set[str]:
    """The ops of a loop variable that only counts iterations; empty if anything else reads it."""
    count, _ = wired.source(value.following)
    read_ops = {src for src, _ in graph.op(count).inputs if graph.op(src).type != "Const"}
    body = next(body for bodies in by_call.values() for body in bodies if value.argument in body.args)
    port = body.args.index(value.argument)
    counters = [one.args[port] for one in by_call[body.call] if port < len(one.args)]
    readers = {reader for argument in counters for reader in graph.successors(argument)}
    port -= _results_ahead(graph, body)
    leaves = any(data["src_port"] == port for _, _, data in graph.out_edges(body.call, data=True))
    is_alone = read_ops == {value.argument} and readers == {count} and not leaves
    return {*counters, count} if is_alone and _is_only_passed_on(graph, wired, count) else set()


def _is_only_passed_on(graph: Graph, wired: Wiring, op_id: str) -> bool:
    """Whether an op's value is only passed on: to the next iteration, if to anything."""
    waiting = [op_id]
    while waiting:
        for _, reader, key in graph.out_edges(waiting.pop(), keys=True):
            if key == CONTROL_KEY:
                continue
            if (reader, 0) not in wired.passed:
                return False
            waiting.append(reader)
    return True


def _wire_function(graph: Graph, body: Body, passed: dict[End, End]) -> None:
    for argument, end in zip(body.args, graph.op(body.call).inputs[body.first_input :], strict=False):
        passed[argument, 0] = end
    for port, end in enumerate(body.results):
        passed[body.call, port] = end


def _wire_conditional(graph: Graph, bodies: list[Body], passed: dict[End, End]) -> tuple[tuple[End, ...], ...]:
    for body in bodies:
        for argument, end in zip(body.args, graph.op(body.call).inputs[body.first_input :], strict=False):
            passed[argument, 0] = end
    return tuple(zip(*(body.results for body in bodies), strict=False))


def _wire_loop(
    graph: Graph, condition: Body | None, body: Body, passed: dict[End, End], carried: dict[str, Carried]
) -> None:
    """A value that the body passes on unchanged is the caller's; any other is beside condition and body.

    What the body returns beyond its arguments is collected by the loop over its iterations.
    """
    inner = Wiring(dict(passed), {}, {}, {})
    results_before = _results_ahead(graph, body)
    for port, end in enumerate(body.results):
        passed[body.call, port - results_before] = end
    inputs = graph.op(body.call).inputs[body.first_input :]
    for port, (argument, first) in enumerate(zip(body.args, inputs, strict=False)):
        following = body.results[port] if port < len(body.results) else (argument, 0)
        if inner.source(following) == (argument, 0):
            passed[argument, 0] = first
        else:
            carried[argument] = Carried(argument, first, following)
        if condition is not None and port < len(condition.args):
            passed[condition.args[port], 0] = (argument, 0)
        passed[body.call, port - results_before] = (argument, 0)


def _results_ahead(graph: Graph, body: Body) -> int:
    """How many results precede the loop's own: ONNX's body first returns whether to continue."""
    return max(0, len(body.results) - len(graph.op(body.call).outputs))


def _wire_stage(graph: Graph, roles: Mapping[str, Body], passed: dict[End, End], elements: dict[str, End]) -> Stage:
    """Elements go into a stage's functions and their results to the stage, which reads an element only to select."""
    call = graph.op(next(iter(roles.values())).call)
    outside: set[int] = set()
    key = roles.get("key")
    for role, body in roles.items():
        for index, argument in enumerate(body.args):
            port = body.first_input + index - body.elements
            if index >= body.elements and port < len(call.inputs):
                passed[argument, 0] = call.inputs[port]
                outside.add(port)
            elif key is not None and role != "key" and index == 0:
                elements[argument] = key.results[0]
            else:
                # The arguments of a scan begin with its state; every other stage has its dataset first.
                state = body.first_input - 1 if role == "element" else 0
                elements[argument] = call.inputs[1 + index if index < state else 0]
    selects = stage_kind(call.type) in SELECTING or not elements.keys() & {
        arg for b in roles.values() for arg in b.args
    }
    inputs = [(port, end) for port, end in enumerate(call.inputs) if port not in outside and (port or selects)]
    results = [end for role, body in roles.items() for end in body.results if role != "key" or len(roles) == 1]
    return Stage(tuple(inputs), tuple(results))
