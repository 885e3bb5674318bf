"""The sizes of a graph's tensors that follow from its inputs, and which unknown sizes are the batch."""

from __future__ import annotations

from collections.abc import Iterator
from threading import RLock
from weakref import WeakKeyDictionary

from graphlab.explain.facts import BROKEN
from graphlab.explain.foreign import tensorflow_type
from graphlab.explain.sizes.rules import RULES, default_shape
from graphlab.explain.sizes.terms import BATCH_SIZE, OF_DATA, Dim, Dims, free_size, plus, some_function, times
from graphlab.explain.sizes.values import MOST_NUMBERS, VALUES
from graphlab.explain.work.loops import steps, trips
from graphlab.graph import Body, Graph, Op

End = tuple[str, int]
LOOPS = ("While", "StatelessWhile", "WHILE")
PARTS = (" indices", " values", " dense shape", " row splits")  # suffixes of the parts of sparse and ragged inputs
INPUTS = ("Placeholder", "PlaceholderWithDefault", "PlaceholderV2")
FAILS = (*BROKEN, ArithmeticError)
MOST_PASSES = 4  # passes over a loop whose values change their shapes


class Sizes:
    """The shape of every tensor and the value of every small tensor of sizes, computed on demand.

    Threads that ask at the same time take turns, because a half-computed size looks like an unknown one.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._turn = RLock()
        self._names = graph.facts.names
        self._inputs = frozenset(graph.input_ids)
        self._shapes: dict[End, Dims | None] = {}
        self._values: dict[End, Dims | None] = {}
        self._contents: dict[End, Dims | None] = {}  # of lists: the value of the shapes that are put into them
        self._done: set[str] = set()
        self._changing: dict[str, set[int]] = {}
        self.bodies: dict[str, list[Body]] = {}
        self._args: dict[str, tuple[Body, int]] = {}
        self._around: dict[str, str] = {}
        for body in graph.bodies:
            self.bodies.setdefault(body.call, []).append(body)
            self._args |= {arg: (body, index) for index, arg in enumerate(body.args)}
            self._around[body.group] = body.call

    def shape(self, end: End) -> Dims | None:
        """The sizes of a tensor; None if its rank is unknown."""
        static = self.graph.op(end[0]).outputs[end[1]].shape
        if static is not None and None not in static:
            return static  # type: ignore[return-value]
        with self._turn:
            for call in self.calls_around(self.graph.op(end[0])):  # a loop may change shapes
                self._resolve(call)
            self._resolve(end[0])
            return self._shapes.get(end)

    def value(self, end: End) -> Dims | None:
        """The numbers in a small tensor of sizes, flattened; None if unknown."""
        with self._turn:
            self._resolve(end[0])
            return self._values.get(end)

    def calls_around(self, op: Op) -> list[str]:
        """The ops whose bodies an op is in, outermost first."""
        return [self._around[group_id] for group_id in op.path if group_id in self._around]

    def trips(self, call: str) -> Dim | None:
        """How often the body of a loop runs; None if only running it shows."""
        with self._turn:
            self._resolve(call)
            return trips(self.graph, self.bodies.get(call, ()), self._values)

    def _resolve(self, op_id: str) -> None:
        waiting = [(op_id, False)]
        visited: set[str] = set()
        while waiting:
            current_id, ready = waiting.pop()
            if current_id in self._done or (current_id in visited and not ready):
                continue
            if ready:
                self._settle(current_id)
                continue
            visited.add(current_id)
            waiting.append((current_id, True))
            waiting += [
                (source, False) for source in self._sources(self.graph.op(current_id)) if source not in self._done
            ]

    def _sources(self, op: Op) -> Iterator[str]:
        """The ops whose sizes determine an op's sizes."""
        if op.id in self._args:
            body, index = self._args[op.id]
            yield from (src for src, _ in self._passed_ends(body, index))
        yield from (src for src, _ in op.inputs)
        for body in self.bodies.get(op.id, ()):
            yield from (src for src, _ in body.results)

    def _passed_ends(self, body: Body, index: int) -> list[End]:
        """The outside value of a body's argument: one tensor of the call's inputs, or unknown."""
        call = self.graph.op(body.call)
        port = body.first_input + index - body.elements
        return [call.inputs[port]] if index >= body.elements and port < len(call.inputs) else []

    def _settle(self, op_id: str) -> None:
        op = self.graph.op(op_id)
        if op.type in LOOPS and op_id in self.bodies:
            self._done.add(op_id)  # before its body, which leads back to the loop in damaged files
            self._settle_loop(op)
        else:
            self._note(op)
            self._done.add(op_id)

    def _note(self, op: Op) -> None:
        for port, tensor in enumerate(op.outputs):
            end = (op.id, port)
            static = tensor.shape
            self._shapes[end] = self._merged(op, port, static)
            self._values[end] = _short(self._value_of(op, port))
            if tensor.dtype == "variant":
                self._contents[end] = _short(self._content_of(op))

    def _merged(self, op: Op, port: int, static: tuple[int | None, ...] | None) -> Dims | None:
        """The shape in the graph, with the computed sizes filled in."""
        known_sizes = [size for size in static or () if size is not None]
        if static is not None and len(known_sizes) == len(static):
            return tuple(known_sizes)
        dims = _short(self._shape_of(op, port))
        if static is None:
            return dims
        if dims is None or len(dims) != len(static):
            rest = some_function(dim for shape in self.shapes_in(op) for dim in shape or ())
            dims = (rest,) * len(static)
        return tuple(dim if size is None else size for size, dim in zip(static, dims, strict=True))

    def _shape_of(self, op: Op, port: int) -> Dims | None:
        if op.id in self._args:
            return self._argument(op)
        if op.id in self._inputs or (op.type in INPUTS and op.variable is None):
            return _of_input(op, port, in_parts=self._names.get(op.id, "").endswith(PARTS))
        if op.id in self.bodies:
            return self._called(op, port)
        rule = RULES.get(tensorflow_type(op.type))
        shapes, values = self.shapes_in(op), [self._values.get(end) for end in op.inputs]
        try:
            shape = rule(op, port, shapes, values) if rule else None
        except FAILS:  # of another library, or damaged: it lacks an attribute of TensorFlow's type
            shape = None
        return default_shape(op, port, shapes) if shape is None else shape

    def shapes_in(self, op: Op) -> list[Dims | None]:
        """The shapes of an op's inputs, as far as they are computed."""
        return [self._shapes.get(end) for end in op.inputs]

    def _argument(self, op: Op) -> Dims | None:
        body, index = self._args[op.id]
        ends = self._passed_ends(body, index)
        if not ends:
            return _of_input(op, 0)
        shape = self._shapes.get(ends[0])
        changing = self._changing.get(op.id, ())
        return shape and tuple(OF_DATA if axis in changing else dim for axis, dim in enumerate(shape))

    def _called(self, op: Op, port: int) -> Dims | None:
        """What the called functions return; if branches differ, some function of both."""
        shapes = [self._shapes.get(body.results[port]) for body in self.bodies[op.id] if port < len(body.results)]
        first = shapes[0] if shapes else None
        if first is None or any(shape is None or len(shape) != len(first) for shape in shapes):
            return None
        return tuple(
            dims[0] if len(set(dims)) == 1 else some_function(dims)
            for dims in zip(*(shape or () for shape in shapes), strict=True)
        )

    def _content_of(self, op: Op) -> Dims | None:
        """A loop passes the shapes of its values to its gradient's loop in lists; one value stands for a whole list."""
        if op.id in self._args:
            ends = self._passed_ends(*self._args[op.id])
            return self._contents.get(ends[0]) if ends else None
        if op.type == "TensorListPushBack":
            return self._values.get(op.inputs[1])
        return self._contents.get(op.inputs[0]) if op.type in ("Identity", "TensorListPopBack") else None

    def _value_of(self, op: Op, port: int) -> Dims | None:
        if op.type == "TensorListPopBack" and port == 1:
            return self._contents.get(op.inputs[0])
        if op.id in self._args:
            body, index = self._args[op.id]
            ends = self._passed_ends(body, index)
            looped = self.graph.op(body.call).type in LOOPS
            is_list = op.outputs[port].dtype == "variant"
            same = not looped or is_list or steps(self.graph, self.bodies[body.call], self._values, index) == 0
            return self._values.get(ends[0]) if ends and same else None
        if op.type in LOOPS:
            return None
        if op.id in self.bodies:
            body_values = {
                self._values.get(body.results[port]) for body in self.bodies[op.id] if port < len(body.results)
            }
            return body_values.pop() if len(body_values) == 1 else None
        rule = VALUES.get(tensorflow_type(op.type) if op.type.isupper() else op.type)  # TensorFlow Lite's ops are alike
        try:
            values = [self._values.get(end) for end in op.inputs]
            return rule(op, port, self.shapes_in(op), values) if rule else None
        except FAILS:
            return None

    def _settle_loop(self, op: Op) -> None:
        """A loop's results: the initial shapes, unless an iteration changes them."""
        body = next((body for body in self.bodies[op.id] if body.role == "body"), self.bodies[op.id][-1])
        for _ in range(MOST_PASSES):
            changed = self._changed(body)
            if not changed:
                break
            for arg, axes in changed.items():
                self._changing.setdefault(arg, set()).update(axes)
            self._forget(op.id)
            for source, _ in body.results:
                self._resolve(source)
        count = trips(self.graph, self.bodies[op.id], self._values)
        for port, tensor in enumerate(op.outputs):
            arg = body.args[port] if port < len(body.args) else ""
            dims = self._shapes.get((arg, 0)) if arg else None
            static = tensor.shape
            if static is not None and dims is not None and len(dims) == len(static):
                dims = tuple(dim if size is None else size for size, dim in zip(static, dims, strict=True))
            self._shapes[op.id, port] = dims if dims is not None or static is None else (OF_DATA,) * len(static)
            self._values[op.id, port] = _short(self._counted(op, port, count))
            if port < len(body.results):
                self._contents[op.id, port] = self._contents.get(body.results[port])

    def _changed(self, body: Body) -> dict[str, set[int]]:
        """The axes of a loop's values whose size changes in an iteration."""
        changed_axes: dict[str, set[int]] = {}
        for arg, result in zip(body.args, body.results, strict=False):
            before, after = self._shapes.get((arg, 0)), self._shapes.get(result)
            if before is None or after is None or len(before) != len(after):
                continue
            pairs = enumerate(zip(before, after, strict=True))
            axes = {axis for axis, (old, new) in pairs if old not in (new, OF_DATA)}
            if axes:
                changed_axes[arg] = axes
        return changed_axes

    def _forget(self, call: str) -> None:
        groups = {body.group for body in self.bodies[call]}
        for op in self.graph.ops():
            if not groups.isdisjoint(op.path):
                self._done.discard(op.id)

    def _counted(self, op: Op, port: int, count: Dim | None) -> Dims | None:
        """The value of a loop's result: its initial value, or counted up once per iteration."""
        start = self._values.get(op.inputs[port]) if port < len(op.inputs) else None
        body = next((body for body in self.bodies[op.id] if body.role == "body"), None)
        if body and op.outputs[port].dtype == "variant" and port < len(body.results):
            new_list = self._values.get(body.results[port])  # with the elements added per iteration
            return (*(start or (OF_DATA,))[:1], *(new_list or ())[1:]) if new_list else start
        step = steps(self.graph, self.bodies[op.id], self._values, port)
        if start is None or step is None or len(start) != 1 or (step and count is None):
            return start if start is not None and step == 0 else None
        return (plus(start[0], times(step, count or 0)),)


def _short(dims: Dims | None) -> Dims | None:
    """The sizes; None if there are so many that joining them repeatedly would use up the memory."""
    return None if dims is None or len(dims) > MOST_NUMBERS else dims


def _of_input(op: Op, port: int, *, in_parts: bool = False) -> Dims | None:
    """An input's sizes. An unknown first size is the batch, unless the input is a part of a sparse tensor."""
    shape = op.outputs[port].shape
    if shape is None:
        return None
    return tuple(
        size if size is not None else BATCH_SIZE if axis == 0 and not in_parts else free_size(op.id, axis)
        for axis, size in enumerate(shape)
    )


_SIZES_CACHE: WeakKeyDictionary[Graph, Sizes] = WeakKeyDictionary()
_SIZES_LOCK = RLock()


def sizes_of(graph: Graph) -> Sizes:
    """The sizes of a graph, computed once and shared."""
    with _SIZES_LOCK:
        sizes = _SIZES_CACHE.get(graph)
        if sizes is None:
            sizes = _SIZES_CACHE[graph] = Sizes(graph)
        return sizes
