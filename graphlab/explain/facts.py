"""What sentences and formulas need to know about one op: its tensors, its constant inputs, its variables."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphlab.explain.body_arguments import MAX_STEPS, unchanged_arguments
from graphlab.graph import Graph, JsonValue, Op, Tensor, Variable, format_shape
from graphlab.graph.json_values import ints_of
from graphlab.number_text import setting_text

# A variable reaches its reader through these ops; after a longer chain, readers no longer recognise the variable.
PASS_ON = frozenset({"ReadVariableOp", "Identity", "Cast", "VarHandleOp", "Reshape", "ExpandDims", "Squeeze"})
BROKEN = (LookupError, TypeError, ValueError)  # raised for an op of a file that lacks what its type promises
SIZE_UNITS = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class OpFacts:
    """One op with its inputs; `constants` and `variables` have one entry per input port, None if there is none.

    `graph` is the graph of the op, for facts that depend on its neighbours; None if there is none.
    """

    op: Op
    inputs: tuple[Tensor, ...]
    constants: tuple[JsonValue, ...] = ()
    variables: tuple[Variable | None, ...] = ()
    graph: Graph | None = field(default=None, repr=False, compare=False)

    def constant(self, port: int) -> JsonValue:
        """The value of the constant at an input port (-1 the last); None if it is not a small constant."""
        return self.constants[port] if -len(self.constants) <= port < len(self.constants) else None

    def variable(self, port: int) -> Variable | None:
        """The variable whose value or handle arrives at an input port."""
        return self.variables[port] if port < len(self.variables) else None

    def attr(self, name: str, default: JsonValue = None) -> JsonValue:
        """An attribute of the op, `default` if it is missing."""
        return self.op.attrs.get(name, default)


def op_facts(graph: Graph, op_id: str) -> OpFacts:
    """The facts of one op. Raises KeyError for an unknown id."""
    op = graph.op(op_id)
    return OpFacts(
        op,
        input_tensors(graph, op),
        tuple(find_constant(graph, src) for src, _ in op.inputs),
        tuple(find_variable(graph, src) for src, _ in op.inputs),
        graph,
    )


def input_tensors(graph: Graph, op: Op) -> tuple[Tensor, ...]:
    """The tensor at each input port."""
    return tuple(graph.op(src).outputs[port] for src, port in op.inputs)


def find_variable(graph: Graph, op_id: str) -> Variable | None:
    """The variable that an op is, reads or passes on unchanged, even into a loop; None if it computes something."""
    for _ in range(MAX_STEPS):
        op = graph.op(op_id)
        if op.variable is not None:
            return op.variable
        outside = unchanged_arguments(graph).get(op_id) if graph.bodies else None
        if outside is None and (op.type not in PASS_ON or not op.inputs):
            return None
        op_id = outside[0] if outside else op.inputs[0][0]
    return None


def find_axes(facts: OpFacts) -> tuple[int, ...] | None:
    """The axes an op works along, from its attributes or its constant input; None without axes or if computed."""
    port = AXIS_PORTS.get(facts.op.type)
    value = facts.attr("axis", facts.attr("squeeze_dims"))
    if port is not None:
        value = facts.constant(port)
    if value is None or isinstance(value, (bool, str, float)):
        return None
    return ints_of(value if isinstance(value, (list, tuple)) else [value])


def find_constant(graph: Graph, op_id: str) -> JsonValue:
    """The value of the constant that an op is or passes on; None if it is not a small constant."""
    for _ in range(MAX_STEPS):
        op = graph.op(op_id)
        if op.type == "Const":
            return op.attrs.get("value")
        if op.type != "Identity" or not op.inputs:
            return None
        op_id = op.inputs[0][0]
    return None


def format_number(number: int) -> str:
    """`200,960`: the number with thousands separators."""
    return f"{number:,}"


def format_flops(flops: int) -> str:
    """`401.4 kFLOP`: floating point operations with one decimal; plain numbers below a thousand."""
    for size, unit in SIZE_UNITS:
        # 999,950 is 1.0 M, not 1000.0 k: decide after rounding.
        if flops >= 1000 and round(flops / size, 1) >= 1:
            return f"{flops / size:.1f} {unit}FLOP"
    return f"{flops} FLOP"


def format_bytes(size: int) -> str:
    """`802.8 kB`: bytes in thousands with one decimal; plain numbers below a thousand."""
    for unit_size, unit in SIZE_UNITS:
        if size >= 1000 and round(size / unit_size, 1) >= 1:
            return f"{size / unit_size:.1f} {unit}B"
    return f"{size} B"


def format_value(value: JsonValue) -> str:
    """A constant in readable form: `0.1` for float32's 0.10000000149, `[0, 2, 1]` for a list."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return setting_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(format_value(item) for item in value) + "]"
    return str(value)


def brackets(tensor: Tensor) -> str:
    """`[?,784]`."""
    return f"[{format_shape(tensor.shape)}]"


def times(sizes: tuple[int | None, ...] | list[int]) -> str:
    """`784 × 256`; an unknown size is "?"."""
    return " × ".join("?" if size is None else format_number(size) for size in sizes)


# Ops whose axis is an input: its port, -1 for the last.
AXIS_PORTS = {
    **dict.fromkeys(("Sum", "Mean", "Prod", "Max", "Min", "All", "Any", "EuclideanNorm", "ArgMax", "ArgMin"), 1),
    **dict.fromkeys(("ExpandDims", "Cumsum", "Cumprod", "CumulativeLogsumexp", "ReverseV2"), 1),
    **dict.fromkeys(("GatherV2", "Roll"), 2),
    "ConcatV2": -1,
    "Split": 0,
    "SplitV": 2,
}
