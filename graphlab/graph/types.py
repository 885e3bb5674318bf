"""Ops, tensors, groups and the graph that holds them. Knows nothing about TensorFlow or pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import networkx as nx

JsonValue = Any  # what json.dumps takes; TensorFlow attributes have no narrower type

CONTROL_KEY = "^"
LAYERS = ("model", "layer")  # the kinds of groups that are Keras layers


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value that flows along an edge. `shape` is None for unknown rank; a None in it is an unknown size.

    `elements` holds, for a dataset, the tensors of one of its elements.
    """

    dtype: str
    shape: tuple[int | None, ...] | None
    elements: tuple[Tensor, ...] = ()

    def __str__(self) -> str:
        if self.elements:
            return ", ".join(map(_element_words, self.elements))
        return f"{self.dtype}[{format_shape(self.shape)}]"


def _element_words(tensor: Tensor) -> str:
    """A tensor of an element; one that is a dataset itself is told with its own elements."""
    words = str(tensor)
    if not tensor.elements:
        return words
    return f"dataset of {words}" if len(tensor.elements) == 1 else f"dataset of ({words})"


@dataclass(frozen=True, slots=True)
class Variable:
    """A tf.Variable as its handle stands in the graph.

    `parameters` counts its numbers where they are the model's parameters; what an optimizer, a metric or a random
    generator remembers is none.
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str
    trainable: bool
    parameters: int

    def __str__(self) -> str:
        return f"{self.dtype}[{format_shape(self.shape)}]"


@dataclass(frozen=True, slots=True)
class Layer:
    """The Keras layer an op belongs to: names from the model inwards, joined by "/", and the class."""

    path: str
    class_name: str


@dataclass(frozen=True, slots=True)
class Source:
    """A line of the user's code."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Op:
    """One TensorFlow operation.

    `path` holds the ids of the enclosing groups, outermost first. `inputs` holds (op id, output port) per
    input port. `pair` is the forward op of a gradient op. `device` is "" where TensorFlow has not placed it. `problem`
    says what is wrong with an op that a file holds; "" for nothing.
    """

    id: str
    type: str
    path: tuple[str, ...] = ()
    inputs: tuple[tuple[str, int], ...] = ()
    outputs: tuple[Tensor, ...] = ()
    attrs: Mapping[str, JsonValue] = field(default_factory=dict)
    layer: Layer | None = None
    variable: Variable | None = None
    source: Source | None = None
    device: str = ""
    pair: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What opens and closes: a model, a layer, a scope, a part of the train step.

    `id` ends in "/" and starts with its parent's id. `kind` is one of model, layer, scope, loss, gradients,
    optimizer, update (of the variable that its settings name), metrics, code (a part of the Python code that made many
    ops), for what ops call: function, loop, choice, body, and in pipelines: stage, and data for one of several data
    sets. `settings` are the constructor's arguments worth showing.
    """

    id: str
    label: str
    kind: str = "scope"
    class_name: str = ""
    settings: Mapping[str, JsonValue] = field(default_factory=dict)
    source: Source | None = None

    @property
    def parent_id(self) -> str:
        """The enclosing group's id; "" at the root."""
        return self.id[: self.id.rfind("/", 0, -1) + 1]


@dataclass(frozen=True, slots=True)
class Body:
    """A function's graph in the place where an op calls it.

    `role` is function, condition, body, then, else or branch N. `args` are the ops that stand for the call's inputs
    from `first_input` on; `results` are the outputs, as (op id, output port), that the call hands out (a condition's
    only result decides whether the loop goes on). What a stage of a pipeline calls has one of the roles in
    `graphlab.graph.stages`; its first `elements` args stand for the tensors of an element.
    """

    call: str
    role: str
    group: str
    args: tuple[str, ...]
    results: tuple[tuple[str, int], ...]
    first_input: int = 0
    elements: int = 0


class Graph(nx.MultiDiGraph):  # type: ignore[type-arg]
    """A concrete graph. Nodes are op ids with an `Op` under "op"; edges are keyed "src_port:dst_port", or "^".

    Edge data: `src_port`, `dst_port`, `tensor` (a `Tensor`, None for control) and `control`.
    `graph` holds `name`, `kind` ("forward", "train_step" or "function"), `groups` ({id: Group}), `inputs` and
    `outputs` (op ids, in the signature's order), `bodies` (the functions that its ops call, outer ones first), `code`
    ({file: {line: text}}), `versions` ({package: version}), `notes` (sentences that a reader of the graph must know),
    `parameters` (how many a Keras model has and how many of them are trained), `counts` (the same by the id of each
    layer's group), `tells_training` (see there) and
    `weights` ({op id: where in the file the values of this variable or constant are}).
    """

    in_notebook: ClassVar[Callable[[Graph], Mapping[str, Any]]]  # set from above: this room knows no pictures

    def __repr__(self) -> str:
        parameters = f", {self.parameters:,} parameters" if self.parameters else ""
        counts = f"{len(self):,} ops, {self.number_of_edges():,} edges{parameters}"
        return f"<Graph {self.name} ({self.kind.replace('_', ' ')}): {counts}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Mapping[str, Any]:
        """What IPython shows for a graph that is a cell's last expression."""
        return type(self).in_notebook(self) if hasattr(type(self), "in_notebook") else {"text/plain": repr(self)}

    def op(self, op_id: str) -> Op:
        """The op of that id; KeyError when there is none."""
        found: Op = self.nodes[op_id]["op"]
        return found

    def ops(self) -> Iterator[Op]:
        """All ops in TensorFlow's order of creation."""
        for _, data in self.nodes(data=True):
            yield data["op"]

    @property
    def groups(self) -> dict[str, Group]:
        """Every group by its id."""
        return cast("dict[str, Group]", self.graph["groups"])

    @property
    def name(self) -> str:
        """The function's or the model's name."""
        return str(self.graph.get("name", ""))

    @name.setter
    def name(self, name: str) -> None:
        self.graph["name"] = name

    @property
    def kind(self) -> str:
        """Which computation this is: "forward", "train_step" or "function"."""
        return str(self.graph.get("kind", "function"))

    @property
    def input_ids(self) -> tuple[str, ...]:
        """The ops that stand for the arguments."""
        return tuple(self.graph.get("inputs", ()))

    @property
    def output_ids(self) -> tuple[str, ...]:
        """The ops whose values are returned."""
        return tuple(self.graph.get("outputs", ()))

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The functions that ops call, each in its place; outer ones first."""
        return tuple(self.graph.get("bodies", ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the graph must know: what is missing and why, what a file says of itself."""
        return tuple(self.graph.get("notes", ()))

    @property
    def weights(self) -> dict[str, str]:
        """Per variable or constant of a file, by op id, where the file holds its values."""
        return dict(self.graph.get("weights", {}))

    @property
    def tells_training(self) -> bool:
        """Whether it is known which variables are trained: a bare graph or a file of another library does not tell."""
        versions = self.graph.get("versions") or {"tensorflow": ""}
        return bool(self.graph.get("tells_training", "tensorflow" in versions))

    @property
    def parameters(self) -> int:
        """The model's parameters, those that this graph does not read too; or a function's."""
        known = self.graph.get("parameters")
        return int(known[0]) if known else self._read_parameters()

    @property
    def trainable_parameters(self) -> int:
        """Those that training changes."""
        known = self.graph.get("parameters")
        trained = (variable.parameters for variable in self._variables() if variable.trainable)
        return int(known[1]) if known else sum(trained)

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """By the id of a layer's group: the parameters and the trained ones that Keras counts."""
        found: dict[str, list[int]] = self.graph.get("counts", {})
        return {group_id: (numbers[0], numbers[1]) for group_id, numbers in found.items()}

    def _read_parameters(self) -> int:
        return sum(variable.parameters for variable in self._variables())

    def _variables(self) -> Iterator[Variable]:
        return (op.variable for op in self.ops() if op.variable)


def build_graph(ops: list[Op], controls: list[tuple[str, str]], **attributes: Any) -> Graph:
    """The graph of these ops: data edges from their `inputs`, control edges from (source, target) pairs."""
    graph = Graph(**attributes)
    for op in ops:
        graph.add_node(op.id, op=op)
    for op in ops:
        for dst_port, (src, src_port) in enumerate(op.inputs):
            tensor = graph.op(src).outputs[src_port]
            graph.add_edge(
                src,
                op.id,
                f"{src_port}:{dst_port}",
                src_port=src_port,
                dst_port=dst_port,
                tensor=tensor,
                control=False,
            )
    for src, dst in controls:
        graph.add_edge(src, dst, CONTROL_KEY, src_port=None, dst_port=None, tensor=None, control=True)
    return graph


def format_shape(shape: tuple[int | None, ...] | None) -> str:
    """`?,784` for (None, 784); `..` for unknown rank."""
    if shape is None:
        return ".."
    return ",".join("?" if size is None else str(size) for size in shape)


def count_elements(shape: tuple[int | None, ...] | None) -> int | None:
    """How many numbers a tensor of this shape holds; None where a size is unknown."""
    return None if shape is None or None in shape else math.prod(size or 0 for size in shape)


def display_name(op: Op) -> str:
    """The op's own name without its scopes; for a variable, the variable's."""
    name = op.variable.name if op.variable else op.id
    return name.rstrip("/").rsplit("/", 1)[-1]
