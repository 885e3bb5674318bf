"""What can be traced: turns an object or a SOURCE into its graphs, by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, TypeGuard

import keras

from graphlab.errors import GraphlabError, SourceError, TraceError
from graphlab.graph import Graph, add_notes
from graphlab.processes.tensorflow_start import check_backend
from graphlab.sources import SourceSpec
from graphlab.sources.class_names import class_names_to_show
from graphlab.sources.failures import describe_failure
from graphlab.sources.objects import find_object
from graphlab.sources.refused import refuse
from graphlab.sources.run import load_module
from graphlab.tracing.callables import as_function, inputs_from, is_function
from graphlab.tracing.datasets.calls import call_datasets
from graphlab.tracing.datasets.convert import pipelines_of
from graphlab.tracing.devices import device_settings, strategy_words
from graphlab.tracing.functions import is_traceable, trace_concrete
from graphlab.tracing.lines import caller_line
from graphlab.tracing.live import note_module
from graphlab.tracing.models.batch_specs import Batch, batch_beside, no_batch
from graphlab.tracing.models.early_training import note_training
from graphlab.tracing.models.first_calls import note_first_calls
from graphlab.tracing.models.graphs import (
    has_train_step,
    is_compiled,
    needs_batch,
    trace_forward,
    trace_train_step,
    why_no_step,
)
from graphlab.tracing.models.record import note_layer_lines
from graphlab.tracing.modules import is_module, module_function
from graphlab.tracing.pipelines.data import datasets_of, trace_each, trace_together
from graphlab.tracing.pipelines.graphs import KIND
from graphlab.tracing.pipelines.stage_names import note_dataset_lines
from graphlab.tracing.retraces import trace_called
from graphlab.tracing.specs import parse_specs
from graphlab.tracing.tensorflow_types import ConcreteFunction, SavedModel, Traceable

FROM_DATA = "Traced for a batch from datasets() in this file."
OnProgress = Callable[[str], None]
Specs = Sequence[object]
NamedSpecs = Mapping[str, object]


@dataclass(frozen=True)
class TraceInputs:
    """The inputs of a trace: specs by position and by name or, without them, a `batch` of its data."""

    specs: Specs = ()
    keyword_specs: NamedSpecs = field(default_factory=dict)
    batch: Batch = no_batch


Tracer = Callable[[Any, TraceInputs, OnProgress], dict[str, Graph]]


def _say_nothing(progress: str) -> None:
    """Ignore progress, for callers that do not show any."""


def trace_source(spec: SourceSpec, on_progress: OnProgress = _say_nothing) -> dict[str, Graph]:
    """The graphs of a SOURCE by name: {"function"}, or {"forward"} and, if the model is compiled, "train_step".

    A function that was called has one graph per trace, a dataset {"pipeline"}, and several datasets one each.
    The facts of each say why the source cannot be trained, and whether the model's file has a datasets().
    """
    positional, keyword_specs = parse_specs(spec.inputs)
    on_progress(f"Loading {spec.text}")
    keras.utils.clear_session()  # number layers from the start even if one process traces several sources, as in tests
    with note_layer_lines(caller_line), note_dataset_lines(caller_line):
        with note_first_calls(), note_training(on_progress) as training:
            module = load_module(spec)
            note_module(module)
            target = find_object(spec, module)
            target = _prepared(target, spec.name)
            target = _returned_target(target, spec.name) if _makes_target(target, positional, keyword_specs) else target
        check_backend(f"{spec.text!r} sets ")
        datasets = datasets_of(target)
        if datasets:
            on_progress("Reading the first elements")
            graphs = trace_each(datasets, spec.name, class_names_to_show(module), sampling=True)
        else:
            batch = batch_beside(module, spec.text, spec.data)
            graphs = trace_object(
                target, positional, keyword_specs, name=spec.name, on_progress=on_progress, batch=batch
            )
    stepless = why_no_step(target, "call compile(optimizer, loss)") if isinstance(target, keras.Model) else []
    notes = [*_device_notes(target), *stepless, *filter(None, [training.words()])]
    for graph in graphs.values():
        graph.facts = replace(
            graph.facts,
            notes=(*graph.notes, *notes),
            early_training=training.words(),
            untrainable=_untrainable(target, module),
            has_data=isinstance(target, keras.Model) and callable(getattr(module, "datasets", None)),
        )
    return graphs


def trace_data(spec: SourceSpec, on_progress: OnProgress = _say_nothing) -> dict[str, Graph]:
    """The pipelines of the datasets() beside a model in one graph, {"pipeline"}; `spec.data` is their data folder."""
    on_progress(f"Loading {spec.text}")
    with note_layer_lines(caller_line), note_dataset_lines(caller_line):
        module = load_module(spec)
        on_progress("Calling datasets()")
        pipelines = pipelines_of(call_datasets(module, spec.text, data=spec.data))
        on_progress("Reading the first elements")
        graph = trace_together(pipelines, spec.name, class_names_to_show(module), sampling=True)
    return {KIND: graph}


def _device_notes(target: object) -> list[str]:
    """The source's device settings and its model's strategy, in words; [] if all are defaults."""
    settings, strategy = device_settings(), strategy_words(target)
    notes = [f"Devices set by this file: {', '.join(settings)}."] if settings else []
    notes += [f"Trained under a {strategy}; the train step shows every replica."] if strategy else []
    return notes


def _untrainable(target: object, module: ModuleType) -> str:
    if not isinstance(target, keras.Model):
        what = "A dataset" if datasets_of(target) else "A function"
        return f"{what} cannot be trained. To train beside the graph, open a Keras model."
    if not is_compiled(target):
        return "This model is not compiled. To train it, call model.compile(optimizer, loss) in its file."
    if not callable(getattr(module, "datasets", None)):
        return "To train this model, define datasets() in its file, returning (train, validation)."
    return ""


def trace_object(
    target: object,
    specs: Specs = (),
    keyword_specs: NamedSpecs | None = None,
    *,
    name: str = "",
    on_progress: OnProgress = _say_nothing,
    batch: Batch = no_batch,
) -> dict[str, Graph]:
    """The graphs of a function, model or dataset. Raises SourceError for any other object."""
    target = _prepared(target, name)
    tracer = _tracer(target)
    if tracer is None:
        what = f"{name!r} is" if name else "this is"
        raise SourceError(
            f"{what} {_article(target)}, not a function, model or dataset; use a tf.function, a function of "
            f"tensors, a tf.Module, a Keras model or layer, a tf.data.Dataset, or a function without arguments that "
            f"returns one"
        )
    # A method does not keep its module alive; `target` does.
    function = module_function(target, name) if is_module(target) else target
    return tracer(function, TraceInputs(specs, keyword_specs or {}, batch), on_progress)


def _returned_target(function: Callable[..., object], name: str) -> object:
    """What a function without arguments returns: a function, a model, or datasets."""
    try:
        target = function()
    except Exception as error:
        raise TraceError(describe_failure(f"calling {name!r} failed", error)) from error
    target = _prepared(target, f"{name}()")
    if _tracer(target) is None:
        raise SourceError(
            f"{name!r} was called without arguments and returned {_article(target)}, not a function, model or dataset"
        )
    return target


def _prepared(target: object, name: str) -> object:
    """The object in the form that is traced. Raises SourceError for a kind that is never shown."""
    tracer = _tracer(target)
    if tracer in (None, _trace_function):
        refuse(target, name)
    return as_function(target, name) if tracer is None else target


def _article(target: object) -> str:
    """`an int`, `a Dense`."""
    kind = "class" if isinstance(target, type) else type(target).__name__
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"


def _makes_target(target: object, specs: Specs, keyword_specs: NamedSpecs) -> TypeGuard[Callable[..., object]]:
    """Whether this is a function to call without arguments: none of these inputs are for it."""
    if not is_function(target):
        return False
    try:
        parameters = inspect.signature(target).parameters
    except ValueError:  # a function in another language
        return False
    any_number = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    if any(one.default is one.empty and one.kind not in any_number for one in parameters.values()):
        return False
    takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    return not (specs and parameters) and not any(takes_any or name in parameters for name in keyword_specs)


def _tracer(target: object) -> Tracer | None:
    for fits, tracer in _TRACERS:
        if fits(target):
            return tracer
    return None


def _trace_model(model: keras.Model, inputs: TraceInputs, on_progress: OnProgress) -> dict[str, Graph]:
    """The graphs of a model that can be traced; each has the others' "failures", by name. Raises if there are none."""
    tracers = {"forward": trace_forward} | ({"train_step": trace_train_step} if has_train_step(model) else {})
    graphs: dict[str, Graph] = {}
    failures: dict[str, GraphlabError] = {}
    batch = inputs.batch if needs_batch(model) else no_batch  # called now: the first trace builds a new model
    for name, tracer in tracers.items():
        on_progress("Tracing the forward pass" if name == "forward" else "Tracing the train step")
        try:
            graphs[name] = tracer(model, inputs.specs, inputs.keyword_specs, batch)
        except GraphlabError as error:
            failures[name] = error
    if not graphs:
        raise next(iter(failures.values()))
    for graph in graphs.values() if failures else ():
        graph.facts = replace(graph.facts, failures={name: str(error) for name, error in failures.items()})
    return graphs


def _trace_layer(layer: keras.Layer, inputs: TraceInputs, on_progress: OnProgress) -> dict[str, Graph]:
    on_progress("Tracing the layer")
    return {"forward": trace_forward(layer, inputs.specs, inputs.keyword_specs)}


def _trace_function(function: Traceable, inputs: TraceInputs, on_progress: OnProgress) -> dict[str, Graph]:
    on_progress("Tracing the function")
    if inputs.specs or inputs.keyword_specs:
        return trace_called(function, inputs.specs, inputs.keyword_specs)
    specs = inputs_from(function, inputs.batch)
    graphs = trace_called(function, specs, {})
    for graph in graphs.values() if specs else ():
        add_notes(graph, [FROM_DATA])
    return graphs


def _trace_concrete(function: ConcreteFunction, inputs: TraceInputs, on_progress: OnProgress) -> dict[str, Graph]:
    on_progress("Reading the function's graph")
    return {"function": trace_concrete(function)}


def _trace_loaded(loaded: SavedModel, inputs: TraceInputs, on_progress: OnProgress) -> dict[str, Graph]:
    on_progress("Reading the signatures")
    return {name: trace_concrete(function) for name, function in sorted(loaded.signatures.items())}


def _trace_datasets(target: object, inputs: TraceInputs, on_progress: OnProgress) -> dict[str, Graph]:
    on_progress("Reading the pipeline")
    return trace_each(datasets_of(target), "dataset", (), sampling=False)


def _is_concrete(target: object) -> bool:
    return hasattr(target, "structured_input_signature") and hasattr(target, "graph")


def _is_function(target: object) -> bool:
    return is_traceable(target) or is_function(target)


_TRACERS: list[tuple[Callable[[object], bool], Tracer]] = [
    (lambda target: isinstance(target, keras.Model), _trace_model),
    (lambda target: isinstance(target, keras.Layer), _trace_layer),
    (lambda target: bool(datasets_of(target)), _trace_datasets),
    (_is_concrete, _trace_concrete),
    (_is_function, _trace_function),
    (is_module, _trace_function),
    (lambda target: bool(getattr(target, "signatures", None)), _trace_loaded),
]
