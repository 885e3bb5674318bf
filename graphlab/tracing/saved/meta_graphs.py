"""The graphs of a MetaGraphDef: one per signature, and one more for everything else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from graphlab.graph import Graph
from graphlab.graph.free_names import free_name
from graphlab.tracing.bodies import plain_name
from graphlab.tracing.raw import RawFunction
from graphlab.tracing.saved.file_graphs import VARIABLE, FileFacts, ends_of, file_graph
from graphlab.tracing.saved.plumbing import plumbing_of
from graphlab.tracing.saved.protos import function_of_graph
from graphlab.tracing.saved.signatures import SavedSignature, signature_of
from graphlab.tracing.saved.variables import (
    SavedVariables,
    function_variables,
    object_paths,
    own_variables,
    saved_variables,
)
from graphlab.tracing.tensorflow_types import GraphDef, MetaGraphDef, StructuredValue

EVERYTHING = "everything"
MAIN = "serving_default"
MOST_FUNCTIONS = 20
_INNER = "__saved_model"  # prefix of the keys of TensorFlow's own signatures
_CALLERS = frozenset({"call_and_return_conditional_losses", "call_and_return_all_conditional_losses", "__call__"})


def graphs_of_meta_graph(meta_graph: MetaGraphDef, notes: tuple[str, ...] = ()) -> dict[str, Graph]:
    """The signatures' graphs by key, `serving_default` first; for TensorFlow 2, also functions that no signature calls.

    Everything else in the file is one more graph, in which saving and restoring is a group.
    """
    raw = function_of_graph(meta_graph.graph_def)
    saved = saved_variables(raw, meta_graph)
    producer = meta_graph.graph_def.versions.producer
    graphs: dict[str, Graph] = {}
    needed: set[str] = set()
    for key, signature in _signatures(raw, meta_graph):
        facts = _facts(key, signature, saved, producer, notes)
        graphs[key] = file_graph(signature.function, facts)
        needed |= {op.name for op in signature.function.ops}
    functions = list(_functions(raw, meta_graph, graphs))
    for name, function in functions[:MOST_FUNCTIONS]:
        graphs[name] = _function_graph(name, function, meta_graph, producer, notes)
    if not graphs and not raw.ops:
        return graphs_of_library(meta_graph.graph_def, notes)
    if not graphs or any(op.name not in needed for op in raw.ops):
        extra = len(functions) - MOST_FUNCTIONS
        more = [f"{extra} more functions in the file are not shown."] if extra > 0 else []
        name = free_name(EVERYTHING, graphs)
        used = _used(saved, graphs.values())
        graphs[name] = _everything(raw, name, saved, producer, needed, (*notes, *more), used)
    return graphs


def _used(saved: SavedVariables, graphs: Iterable[Graph]) -> set[str]:
    """The handles of the variables that one of these graphs counts as parameters."""
    keys = {
        graph.weights.get(op.id)
        for graph in graphs
        for op in graph.ops()
        if op.variable is not None and op.variable.parameters
    }
    return {name for name, key in saved.keys.items() if f"{VARIABLE}:{key}" in keys}


def everything_of(meta_graph: MetaGraphDef, name: str) -> Graph:
    """The whole graph of a MetaGraphDef without a checkpoint beside it, ignoring its signatures."""
    raw = function_of_graph(meta_graph.graph_def)
    saved = replace(saved_variables(raw, meta_graph), keys={})
    return _everything(raw, name, saved, meta_graph.graph_def.versions.producer)


def graph_of_graph_def(graph_def: GraphDef, name: str) -> Graph:
    """The graph of a GraphDef, without the runtime's markers at the ends of a function that ran."""
    raw = function_of_graph(graph_def)
    raw = replace(raw, ops=tuple(op for op in raw.ops if op.type != "_Retval"))
    graph = _everything(raw, name, SavedVariables(own_variables(raw)), graph_def.versions.producer)
    graph.facts = replace(graph.facts, tells_training=False)
    return graph


def graphs_of_library(graph_def: GraphDef, notes: tuple[str, ...] = ()) -> dict[str, Graph]:
    """The functions of a GraphDef that has no ops of its own, without those that others of them call."""
    raw = function_of_graph(graph_def)
    names = [proto.signature.name for proto in graph_def.library.function]
    called = {
        reference.name
        for proto in graph_def.library.function
        for node in proto.node_def
        for value in node.attr.values()
        for reference in (value.func, *value.list.func)
        if reference.name != proto.signature.name
    }
    graphs: dict[str, Graph] = {}
    for name in [name for name in names if name not in called][:MOST_FUNCTIONS] or names[:1]:
        function = raw.find(name)
        if function is not None:
            free = free_name(plain_name(name), graphs)
            graphs[free] = _bare_function(free, function, graph_def.versions.producer, notes)
    return graphs


def _bare_function(name: str, function: RawFunction, producer: int, notes: tuple[str, ...]) -> Graph:
    variables = own_variables(function)
    inputs = {argument: argument for argument in function.args if argument not in variables}
    outputs = dict.fromkeys((op_id for op_id, _ in function.results), "")
    words = _result_names(None, len(outputs))
    facts = FileFacts(name, inputs, dict(zip(outputs, words, strict=True)), variables, producer=producer, notes=notes)
    graph = file_graph(function, facts)
    graph.facts = replace(graph.facts, tells_training=False)
    return graph


def _everything(
    raw: RawFunction,
    name: str,
    saved: SavedVariables,
    producer: int,
    needed: Collection[str] = (),
    notes: tuple[str, ...] = (),
    used: Collection[str] = (),
) -> Graph:
    apart = plumbing_of(raw, needed)
    inputs, outputs = ends_of(raw, {*saved.variables}.union(*apart.values()))
    facts = FileFacts(name, inputs, outputs, saved.variables, saved.keys, apart, producer, notes, used)
    return file_graph(raw, facts)


def _signatures(raw: RawFunction, meta_graph: MetaGraphDef) -> Iterator[tuple[str, SavedSignature]]:
    keys = [key for key in sorted(meta_graph.signature_def) if not key.startswith(_INNER)]
    for key in sorted(keys, key=lambda key: key != MAIN):
        signature = signature_of(raw, key, meta_graph.signature_def[key])
        if signature.outputs:
            yield key, signature


def _facts(
    name: str, signature: SavedSignature, saved: SavedVariables, producer: int, notes: tuple[str, ...]
) -> FileFacts:
    return FileFacts(
        name=name,
        inputs=signature.inputs,
        outputs=signature.outputs,
        variables=saved.variables,
        keys=saved.keys,
        producer=producer,
        notes=(*notes, *signature.notes),
    )


def _functions(
    raw: RawFunction, meta_graph: MetaGraphDef, graphs: dict[str, Graph]
) -> Iterator[tuple[str, RawFunction]]:
    """The saved functions that no signature calls, by their paths in the saved objects."""
    object_graph = meta_graph.object_graph_def
    used_names = {str(op.attrs["f"]) for graph in graphs.values() for op in graph.ops() if "f" in op.attrs}
    titles = dict.fromkeys(graphs)
    for node_id, path in object_paths(object_graph).items():
        node = object_graph.nodes[node_id]
        if node.WhichOneof("kind") != "function" or _is_inner(path, bool(graphs)):
            continue
        for name in node.function.concrete_functions:
            function = raw.find(name)
            if function is not None and name not in used_names:
                used_names.add(name)
                free = free_name(path.replace("/", "."), titles)
                titles[free] = None
                yield free, function


def _is_inner(path: str, signed: bool) -> bool:
    """Whether a function exists only for loading the model: a signature already represents it."""
    name = path.rpartition("/")[2]
    return (name.startswith("_") and name != "__call__") or (signed and name in _CALLERS)


def _function_graph(
    name: str, function: RawFunction, meta_graph: MetaGraphDef, producer: int, notes: tuple[str, ...]
) -> Graph:
    saved = function_variables(function, meta_graph)
    saved_function = meta_graph.object_graph_def.concrete_functions[function.key]
    arguments = function.args[: len(function.args) - len(saved_function.bound_inputs)]
    results = [op_id for op_id, _ in function.results]
    words = _result_names(saved_function.output_signature, len(results))
    facts = FileFacts(
        name=name,
        inputs={argument: argument for argument in arguments},
        outputs=dict(zip(results, words, strict=True)),
        variables=saved.variables,
        keys=saved.keys,
        producer=producer,
        notes=notes,
    )
    return file_graph(function, facts)


def _result_names(structure: StructuredValue | None, count: int) -> list[str]:
    """Names of a function's results: the keys of the dict that it returns, else numbers if there are several.

    `structure` is the StructuredValue that it returns, None if unknown.
    """
    if structure is not None and len(structure.dict_value.fields) == count:
        return sorted(structure.dict_value.fields)
    return ["output"] if count == 1 else [f"output {number}" for number in range(1, count + 1)]
