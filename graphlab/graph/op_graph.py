"""The graph: ops as the nodes of a networkx graph, tensors as its edges. Independent of TensorFlow and pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import networkx as nx

from graphlab.graph.facts import Counts, GraphFacts
from graphlab.graph.types import CONTROL_KEY, Body, Group, Op, Variable

FACTS = "facts"  # the key of a graph's facts among its networkx attributes
NO_FACTS = GraphFacts()


class Graph(nx.MultiDiGraph):  # type: ignore[type-arg]
    """A concrete graph. Nodes are op ids with an `Op` under "op"; edges are keyed "src_port:dst_port", or "^".

    Edge data: `src_port`, `dst_port`, `tensor` (a `Tensor`, None for control) and `control`.
    `facts` are about the graph as a whole; networkx keeps them among its graph attributes.
    """

    in_notebook: ClassVar[Callable[[Graph], Mapping[str, object]]]  # set outside: pictures is a later room

    def __repr__(self) -> str:
        parameters = f", {self.parameters:,} parameters" if self.parameters else ""
        counts = f"{len(self):,} ops, {self.number_of_edges():,} edges{parameters}"
        return f"<Graph {self.name} ({self.kind.replace('_', ' ')}): {counts}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, object]:
        """What IPython shows for a graph as a cell's last expression."""
        return type(self).in_notebook(self) if hasattr(type(self), "in_notebook") else {"text/plain": repr(self)}

    def op(self, op_id: str) -> Op:
        """The op with that id. Raises KeyError if there is none."""
        op: Op = self.nodes[op_id]["op"]
        return op

    def ops(self) -> Iterator[Op]:
        """All ops in TensorFlow's order of creation."""
        for _, data in self.nodes(data=True):
            yield data["op"]

    @property
    def facts(self) -> GraphFacts:
        """The facts about the whole graph."""
        facts: GraphFacts = self.graph.get(FACTS, NO_FACTS)
        return facts

    @facts.setter
    def facts(self, facts: GraphFacts) -> None:
        self.graph[FACTS] = facts

    @property
    def groups(self) -> Mapping[str, Group]:
        """Every group by its id."""
        return self.facts.groups

    @property
    def name(self) -> str:
        """The function's or model's name."""
        return self.facts.name

    @name.setter
    def name(self, name: str) -> None:
        self.facts = replace(self.facts, name=name)

    @property
    def kind(self) -> str:
        """Which computation this is: "forward", "train_step", "function" ..."""
        return self.facts.kind

    @property
    def input_ids(self) -> tuple[str, ...]:
        """The ops of the arguments."""
        return self.facts.inputs

    @property
    def output_ids(self) -> tuple[str, ...]:
        """The ops whose values are returned."""
        return self.facts.outputs

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The functions that ops call, each in its place; outer ones first."""
        return self.facts.bodies

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the graph must know: what is missing and why, what a file says about itself."""
        return self.facts.notes

    @property
    def weights(self) -> Mapping[str, str]:
        """Where the file has a variable's or constant's values, by op id."""
        return self.facts.weights

    @property
    def of_tensorflow(self) -> bool:
        """Whether the ops are TensorFlow's, not those of another library's file."""
        return not self.facts.versions or "tensorflow" in self.facts.versions

    @property
    def tells_training(self) -> bool:
        """Whether it is known which variables are trained; a bare graph or another library's file does not say."""
        flag = self.facts.tells_training
        return self.of_tensorflow if flag is None else flag

    @property
    def parameters(self) -> int:
        """The parameters of a function or a model, including those that this graph does not read."""
        counts = self.facts.parameters
        return counts[0] if counts else sum(variable.parameters for variable in self._variables())

    @property
    def trainable_parameters(self) -> int:
        """The parameters that training changes."""
        counts = self.facts.parameters
        trained = (variable.parameters for variable in self._variables() if variable.trainable)
        return counts[1] if counts else sum(trained)

    @property
    def counts(self) -> Mapping[str, Counts]:
        """All and trained parameters as Keras counts them, by the id of a layer's group."""
        return self.facts.counts

    def _variables(self) -> Iterator[Variable]:
        return (op.variable for op in self.ops() if op.variable)


def build_graph(ops: Sequence[Op], controls: Iterable[tuple[str, str]], facts: GraphFacts = NO_FACTS) -> Graph:
    """The graph of these ops: data edges from their `inputs`, control edges from (source, target) pairs."""
    graph = Graph()
    graph.facts = facts
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


def add_notes(graph: Graph, notes: Iterable[str]) -> Graph:
    """The same graph with these notes added at the end."""
    graph.facts = replace(graph.facts, notes=(*graph.notes, *notes))
    return graph
