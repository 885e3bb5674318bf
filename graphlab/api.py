"""The Python names for everyday use. TensorFlow is loaded only when needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.app import DEFAULT_PORT
from graphlab.errors import GraphlabError, SourceError, TraceError
from graphlab.formats import load
from graphlab.graph import Graph
from graphlab.graph.names import failures_of
from graphlab.pictures import PictureOptions, export
from graphlab.processes.tensorflow_start import start_tensorflow

if TYPE_CHECKING:
    from graphlab.evaluation.result import Values

__all__ = ["load", "save", "show", "trace", "values"]


def trace(fn_or_model: object, /, *specs: object, graph: str | None = None, **named_specs: object) -> Graph:
    """The Graph of a tf.function, ConcreteFunction, plain function of tensors, Keras model or tf.data.Dataset.

    Specs are texts such as "float32[?,28,28,1]", tf.TensorSpecs or tensors, by position or by parameter name; they can
    be left out if there is an input signature or a built model. `graph` names one of a compiled model's graphs,
    "forward" (the default) or "train_step". Raises SourceError for what cannot be traced and TraceError, with the
    user's own line, if tracing raises.

    >>> graph = trace(lambda x, y: x * x * y + y, "float32[]", "float32[]")
    >>> [op.id for op in graph.ops()]
    ['x', 'y', 'mul', 'mul_1', 'add', 'Identity']
    >>> graph.op("add").inputs
    (('mul_1', 0), ('y', 0))
    """
    graphs = _trace_all(fn_or_model, specs, named_specs)
    name = graph or next(iter(graphs))
    failures = failures_of(graphs.values())
    if name in failures or (graph is None and "forward" in failures):
        raise TraceError(failures.get(name, failures.get("forward", "")))
    if name not in graphs:
        raise SourceError(f"there is no graph {name!r}; the graphs are: {', '.join(graphs)}")
    return graphs[name]


def values(
    fn_or_model: object,
    /,
    *inputs: object,
    graph: str | None = None,
    gradient: str = "",
    seed: int = 7,
    **named_inputs: object,
) -> Values:
    """The value of each op for these inputs: numbers, lists or arrays, by position or by parameter name.

    A spec such as "float32[4]" or a tf.TensorSpec stands for random values of that shape, the same for the same `seed`.
    An input that is left out comes from `example_inputs` in the function's module, else it is random. `gradient` names
    a single number whose gradients are computed, too: a result or an op such as "output" or "output[0,3]", or "loss" of
    a train step. `graph` is as in `trace`. Nothing that the function or model holds is changed. Raises SourceError for
    inputs that do not fit.

    >>> numbers = values(lambda x, y: x * x * y + y + 2.0, x=3.0, y=4.0, gradient="output")
    >>> float(numbers["Identity"])
    42.0
    >>> float(numbers.gradient("x"))
    24.0
    >>> [op_id for op_id, iterations in numbers.order]
    ['x', 'y', 'mul', 'mul_1', 'add', 'add_1/y', 'add_1', 'Identity']
    """
    start_tensorflow()
    from graphlab.evaluation.call import values_of_call

    def trace_for(*specs: object, **named_specs: object) -> Graph:
        return trace(fn_or_model, *specs, graph=graph, **named_specs)

    return values_of_call(fn_or_model, inputs, named_inputs, trace_for, gradient=gradient, seed=seed)


def _in_notebook(graph: Graph) -> Mapping[str, object]:
    from graphlab.notebook import is_notebook, mime_bundle

    return mime_bundle({graph.kind: graph}) if is_notebook() else {"text/plain": repr(graph)}


Graph.in_notebook = _in_notebook


def show(
    target: object,
    /,
    *specs: object,
    port: int = DEFAULT_PORT,
    host: str = "127.0.0.1",
    browser: bool = True,
    **keyword_specs: object,
) -> None:
    """Show a function, a model, a dataset or a Graph: inside a notebook in its cell, otherwise in the browser.

    In the browser, it returns when the app is stopped (Ctrl-C); `port`, `host` and `browser` apply only there. Specs
    are those of `trace`. A Graph is shown unchanged; a dataset is iterated to show its first elements.

    >>> show(lambda x: x + 1.0, "float32[3]")  # doctest: +SKIP
    """
    from graphlab.notebook import display, is_notebook

    graphs = (
        {target.kind: target} if isinstance(target, Graph) else _trace_all(target, specs, keyword_specs, sampling=True)
    )
    if is_notebook():
        display(graphs)
        return
    from graphlab.app.serve import serve_sources

    name = next(iter(graphs.values())).name or "graph"
    with suppress(KeyboardInterrupt):
        serve_sources((), host=host, port=port, browser=browser, say=print, complain=print, live={name: graphs})


def save(
    graph: Graph,
    path: str | Path,
    *,
    open: str | Iterable[str] = (),
    depth: int | None = None,
    all_ops: bool = False,
    theme: str = "",
) -> None:
    """Write a Graph in the format of the suffix: as data, or as a picture such as .svg.

    A picture shows what the page shows at first, unless options change it: the groups named in `open` are opened,
    everything is opened down to `depth` (0: nothing), `all_ops` shows every op, `theme` is "light" or "dark". Raises
    GraphlabError for anything but a Graph, and if an option is invalid.

    >>> graph = trace(lambda x: x * x, "float32[3]")
    >>> save(graph, "square.svg")
    >>> save(graph, "square.json")
    >>> [op.type for op in load("square.json").ops()]
    ['Placeholder', 'Mul', 'Identity']
    """
    if not isinstance(graph, Graph):
        raise GraphlabError(f"cannot save a {type(graph).__name__}: save takes a Graph, such as graphlab.trace(model)")
    groups = (open,) if isinstance(open, str) else tuple(open)
    export.save(graph, Path(path), PictureOptions(groups, depth, all_ops, theme))


def _trace_all(
    target: object, specs: tuple[object, ...], keyword_specs: dict[str, object], *, sampling: bool = False
) -> dict[str, Graph]:
    start_tensorflow()
    from graphlab.tracing.pipelines.data import datasets_of, trace_each
    from graphlab.tracing.targets import trace_object

    datasets = datasets_of(target) if sampling else {}
    if datasets:
        return trace_each(datasets, "dataset", (), sampling=True)

    name = getattr(target, "__name__", None) or getattr(target, "name", "")
    return trace_object(target, specs, keyword_specs, name=str(name))
