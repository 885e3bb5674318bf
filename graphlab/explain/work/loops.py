"""How often a loop runs, if its condition and its counter show it. Works on the graph's ops, not shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from graphlab.explain.facts import BROKEN
from graphlab.explain.foreign import tensorflow_type
from graphlab.explain.sizes.terms import Dim, Dims, Size, minus, plus, some_function
from graphlab.graph import Body, Graph

End = tuple[str, int]
Values = Mapping[End, Dims | None]
Trips = Dim | bool | None  # a number, always (True), never (False), or unknown
MOST_TERMS = 64  # of a condition
PASSES = ("Identity", "Cast")


def trips(graph: Graph, bodies: Sequence[Body], values: Values) -> Dim | None:
    """How often the body of a loop runs; None if only running it shows."""
    condition = next((body for body in bodies if body.role == "condition"), None)
    if condition is None or not condition.results:
        return None
    try:
        trip_count = _Condition(graph, bodies, values).runs(condition.results[0])
    except BROKEN:  # a loop of a damaged file
        return None
    return 0 if trip_count is False else None if isinstance(trip_count, bool) else trip_count


def steps(graph: Graph, bodies: Sequence[Body], values: Values, index: int) -> int | None:
    """By how much an iteration changes one of a loop's values: 0 for not at all, None if it is not a counter."""
    body = next((body for body in bodies if body.role == "body"), None)
    if body is None or index >= len(body.results) or index >= len(body.args):
        return None
    arg = (body.args[index], 0)
    end = _source(graph, body.results[index])
    if end == arg:
        return 0
    op = graph.op(end[0])
    op_type = tensorflow_type(op.type)
    if op_type not in ("AddV2", "Add", "Sub") or len(op.inputs) != 2:
        return None
    left, right = (_source(graph, operand) for operand in op.inputs)
    if right == arg and op_type != "Sub":
        left, right = right, left
    added = _fixed(graph, body, values, right) if left == arg else None
    if added is None:
        return None
    return -added if op_type == "Sub" else added


def _fixed(graph: Graph, body: Body, values: Values, end: End) -> int | None:
    """A constant in a body, or a value that the call passes in and every iteration keeps."""
    value: object = graph.op(end[0]).attrs.get("value") if graph.op(end[0]).type == "Const" else None
    if end[0] in body.args:
        index = body.args.index(end[0])
        inputs = graph.op(body.call).inputs
        is_passed_on = index < len(body.results) and _source(graph, body.results[index]) == end
        port = body.first_input + index
        passed_values = values.get(inputs[port]) if is_passed_on and port < len(inputs) else None
        value = passed_values[0] if passed_values and len(passed_values) == 1 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _source(graph: Graph, end: End) -> End:
    for _ in range(MOST_TERMS):
        op = graph.op(end[0])
        if tensorflow_type(op.type) not in PASSES or not op.inputs:
            return end
        end = op.inputs[0]
    return end


class _Condition:
    """The condition of one loop."""

    def __init__(self, graph: Graph, bodies: Sequence[Body], values: Values) -> None:
        self._graph = graph
        self._bodies = bodies
        self._values = values
        self._terms_left = MOST_TERMS
        condition = next(body for body in bodies if body.role == "condition")
        self._arg_index = {arg: index for index, arg in enumerate(condition.args)}
        self._call = graph.op(condition.call)
        self._first = condition.first_input

    def runs(self, end: End) -> Trips:
        """How often a term of the condition stays true. Terms may be nested: at most MOST_TERMS."""
        self._terms_left -= 1
        if self._terms_left < 0:
            return None
        op = self._graph.op(_source(self._graph, end)[0])
        op_type = tensorflow_type(op.type)
        if op_type == "Const":
            value = op.attrs.get("value")
            return value if isinstance(value, bool) else None
        if op_type in ("LogicalAnd", "LogicalOr"):
            pair = [self.runs(term) for term in op.inputs]
            return _both(pair) if op_type == "LogicalAnd" else _either(pair)
        if op_type == "LogicalNot":
            term = self.runs(op.inputs[0])
            return not term if isinstance(term, bool) else None
        if op_type in _COMPARES and len(op.inputs) == 2:
            return self._compared(op_type, *op.inputs)
        return None

    def _compared(self, op_type: str, left: End, right: End) -> Trips:
        """For `i < n` with a counter i, the iterations until it is false; for two fixed numbers, whether it is true."""
        (start, step), (limit, moves) = self._counter(left), self._counter(right)
        if start is None or limit is None:
            return None
        if moves and not step:
            start, step, limit, moves, op_type = limit, moves, start, 0, _TURNED[op_type]
        if moves or step is None:
            return None
        if not step:
            return _COMPARES[op_type](start, limit) if isinstance(start, int) and isinstance(limit, int) else None
        if op_type in ("LessEqual", "GreaterEqual"):
            limit = plus(limit, 1 if step > 0 else -1)
        if (step > 0) != (op_type in ("Less", "LessEqual")) or op_type in ("Equal", "NotEqual"):
            return None
        apart = minus(limit, start) if step > 0 else minus(start, limit)
        if isinstance(apart, Size):
            return apart if abs(step) == 1 else Size(None, apart.of)
        return max(0, -(-apart // abs(step)))

    def _counter(self, end: End) -> tuple[Dim | None, int | None]:
        """The first value of one side of a comparison, and its change per iteration."""
        source = _source(self._graph, end)
        index = self._arg_index.get(source[0])
        if index is None:
            value = self._values.get(source)
            return (value[0] if value and len(value) == 1 else None), 0
        port = self._first + index
        value = self._values.get(self._call.inputs[port]) if port < len(self._call.inputs) else None
        step = steps(self._graph, self._bodies, self._values, index)
        return (value[0] if value and len(value) == 1 and step is not None else None), step


def _both(pair: Sequence[Trips]) -> Trips:
    if False in [term for term in pair if isinstance(term, bool)]:
        return False
    counted = [term for term in pair if term is not True]
    if len(counted) < 2:
        return counted[0] if counted else True
    one, other = counted
    if one == other:
        return one
    if one is None or other is None:
        return None
    return min(one, other) if isinstance(one, int) and isinstance(other, int) else some_function((one, other))


def _either(pair: Sequence[Trips]) -> Trips:
    if True in [term for term in pair if isinstance(term, bool)]:
        return True
    counted = [term for term in pair if term is not False]
    return False if not counted else counted[0] if len(counted) == 1 else None


_COMPARES: dict[str, Callable[[int, int], bool]] = {
    "Less": lambda left, right: left < right,
    "LessEqual": lambda left, right: left <= right,
    "Greater": lambda left, right: left > right,
    "GreaterEqual": lambda left, right: left >= right,
    "Equal": lambda left, right: left == right,
    "NotEqual": lambda left, right: left != right,
}
_TURNED = {
    "Less": "Greater",
    "LessEqual": "GreaterEqual",
    "Greater": "Less",
    "GreaterEqual": "LessEqual",
    "Equal": "Equal",
    "NotEqual": "NotEqual",
}
