"""Finished graphs with new input sizes: the sizes that follow are inferred, ops and edges stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphlab.errors import SourceError
from graphlab.explain import Sizes, input_name
from graphlab.graph import Graph, Op, Tensor, add_notes
from graphlab.sources.inputs import InputSpec, fit_inputs

COMPUTES = ("forward", "train_step", "function")  # the kinds of graphs that have inputs
HANDLES = ("resource", "variant")


def graphs_for(graphs: Mapping[str, Graph], specs: Sequence[InputSpec]) -> dict[str, Graph]:
    """The graphs of a file with the sizes that follow from these inputs, for each graph that has them.

    A graph that they do not fit stays unchanged and gets a note. Raises SourceError if they fit none, or a name
    is not that of an input.
    """
    has = {title: {name for name, _ in _inputs(graph).values()} for title, graph in graphs.items()}
    strangers = [spec for spec in specs if spec.name and not any(spec.name in names for names in has.values())]
    fits: dict[str, Graph] = {}
    unfit: dict[str, SourceError] = {}
    for title, graph in graphs.items():
        own = strangers or [spec for spec in specs if spec.name is None or spec.name in has[title]]
        try:
            fits |= {title: graph_for(graph, own)} if own else {}
        except SourceError as error:
            unfit[title] = error
    if not fits:
        raise next(iter(unfit.values()))
    unfit_graphs = {
        title: _with_note(graphs[title], f"Shown without the given sizes: {why}.") for title, why in unfit.items()
    }
    return {**graphs, **unfit_graphs, **fits}


def _with_note(graph: Graph, note: str) -> Graph:
    return add_notes(graph.copy(), [note])


def graph_for(graph: Graph, specs: Sequence[InputSpec]) -> Graph:
    """The graph with the sizes that follow from these inputs. Raises SourceError if it does not accept them."""
    if graph.kind not in COMPUTES:
        raise SourceError(
            "this file's graph does not say what its ops compute, so given sizes have no effect; omit --input"
        )
    tensors = fit_inputs(specs, _inputs(graph))
    begun = _with_outputs(graph, {op_id: (tensor,) for op_id, tensor in tensors.items()})
    sizes = Sizes(begun)
    return _with_outputs(begun, {op.id: tuple(_settled(sizes, op)) for op in begun.ops()})


def _inputs(graph: Graph) -> dict[str, tuple[str, Tensor]]:
    """The tensors of a graph's inputs, by op id, with their names."""
    ops = [graph.op(op_id) for op_id in graph.input_ids]
    return {
        op.id: (input_name(graph, op.id), op.outputs[0])
        for op in ops
        if op.outputs and op.outputs[0].dtype not in HANDLES
    }


def _settled(sizes: Sizes, op: Op) -> list[Tensor]:
    """The outputs of an op, with sizes that are now known."""
    tensors = []
    for port, tensor in enumerate(op.outputs):
        dims = None if tensor.dtype in HANDLES else sizes.shape((op.id, port))
        shape = tensor.shape if dims is None else tuple(dim if isinstance(dim, int) else None for dim in dims)
        tensors.append(replace(tensor, shape=shape))
    return tensors


def _with_outputs(graph: Graph, outputs: Mapping[str, tuple[Tensor, ...]]) -> Graph:
    """A copy of the graph with these outputs for these ops."""
    copy = graph.copy()
    for op_id, tensors in outputs.items():
        copy.nodes[op_id]["op"] = replace(graph.op(op_id), outputs=tensors)
    for source, _, edge in copy.edges(data=True):
        if not edge["control"]:
            edge["tensor"] = copy.op(source).outputs[edge["src_port"]]
    return copy
