"""The private TensorFlow and Keras APIs the traces need, one function each. Checked on TensorFlow 2.21, Keras 3.15."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.distribute.values import PerReplicaSpec
from tensorflow.python.eager import backprop
from tensorflow.python.eager import record as tape_record
from tensorflow.python.eager.polymorphic_function.polymorphic_function import Function
from tensorflow.python.framework import op_def_registry, ops
from tensorflow.python.lib.io import _pywrap_record_io
from tensorflow.python.ops import gradients_util

Noting = Callable[[Any, Callable[[], Any]], Any]


@contextmanager
def gradient_functions(note: Noting) -> Iterator[None]:
    """Call `note(forward op, differentiate)` for each op that is differentiated in a graph.

    `tensorflow.python.eager.backprop._gradient_function` is what a GradientTape calls per recorded op; the outputs it
    gets are the forward op's own tensors. An op whose tensors were all dropped as unneeded is not noted.
    `tensorflow.python.eager.record.record_operation` takes the gradients of called functions and custom ones.
    `tensorflow.python.ops.gradients_util._MaybeCompile` differentiates each op inside loops, branches and functions.
    """
    names = ("record_operation", "record_operation_backprop_only")
    originals = {name: getattr(tape_record, name) for name in names}
    compiling = gradients_util._MaybeCompile
    pywrap_tfe.TFE_Py_RegisterGradientFunction(_noting_gradient(note))
    for name, original in originals.items():
        setattr(tape_record, name, _noting_record(note, original))
    gradients_util._MaybeCompile = lambda scope, op, func, grad_fn: note(
        op, lambda: compiling(scope, op, func, grad_fn)
    )
    try:
        yield
    finally:
        pywrap_tfe.TFE_Py_RegisterGradientFunction(backprop._gradient_function)
        for name, original in originals.items():
            setattr(tape_record, name, original)
        gradients_util._MaybeCompile = compiling


def _noting_gradient(note: Noting) -> Callable[..., Any]:
    def noting(op_name: str, attrs: Any, n_inputs: int, inputs: Any, outputs: Any, *rest: Any) -> Any:
        def differentiate() -> Any:
            return backprop._gradient_function(op_name, attrs, n_inputs, inputs, outputs, *rest)

        forward_op = _forward_op(op_name, inputs, outputs, rest[-1])
        return note(forward_op, differentiate) if forward_op is not None else differentiate()

    return noting


def _noting_record(note: Noting, original: Callable[..., Any]) -> Callable[..., Any]:
    """The recorder of an operation with a gradient of its own; that of a function belongs to the op that calls it."""

    def recording(
        op_type: str, output_tensors: Any, input_tensors: Any, backward_function: Any, *rest: Any, **named: Any
    ) -> None:
        made_by = [tensor.op for tensor in output_tensors if hasattr(tensor, "graph")]

        def differentiate(*gradients: Any) -> Any:
            return note(made_by[0], lambda: backward_function(*gradients))

        original(
            op_type, output_tensors, input_tensors, differentiate if made_by else backward_function, *rest, **named
        )

    return recording


def _forward_op(op_name: str, inputs: Any, outputs: Any, scope: str) -> Any:
    """The differentiated op; None where neither a tensor it kept nor its scope tells it apart."""
    for tensor in outputs or ():
        op = getattr(tensor, "op", None)
        if op is not None and op.type == op_name:
            return op
    near = {
        op.name: op
        for tensor in inputs or ()
        if hasattr(tensor, "consumers")
        for op in tensor.consumers()
        if op.type == op_name and (op.name == scope or op.name.startswith(f"{scope}/" if scope else ""))
    }
    if scope in near or len(near) == 1:
        return near[scope] if scope in near else next(iter(near.values()))
    # tf.nn functions open a scope of their op's own name, which tells an op whose tensors were all dropped.
    same = _op_of_name(scope)
    return same if same is not None and same.type == op_name else None


def _op_of_name(name: str) -> Any:
    try:
        return ops.get_default_graph().get_operation_by_name(name) if name else None
    except KeyError:
        return None


def called_graph(func_graph: Any, name: str) -> Any:
    """The live FuncGraph of a function that ops of `func_graph` call (`Graph._get_function`); None where it is gone."""
    return getattr(func_graph._get_function(name), "graph", None)


def traced_functions(function: Any) -> list[tuple[Any, bool]]:
    """The concrete functions of a tf.function in the order of tracing, each with whether it was traced twice.

    `Function._function_cache._primary` keeps that order, and says of each whether it might make variables: the trace
    that did is left out, for the one after it is what runs. [] for what is no tf.function.
    """
    cache = getattr(getattr(function, "_function_cache", None), "_primary", {})
    found: dict[tuple[Any, ...], tuple[Any, bool]] = {}
    for place, ((context, signature), concrete) in enumerate(cache.items()):
        settled = context.scope_type.name == "NO_VARIABLE_CREATION"
        key: tuple[Any, ...] = (context.context, signature)
        found[key if key not in found or settled else (*key, place)] = (concrete, settled and key in found)
    return list(found.values())


def untraced_copy(function: Any) -> Any:
    """A tf.function with the same Python function and options and no traces (`Function._clone`).

    Itself where it is of another class: a loaded SavedModel's function has no Python function.
    """
    return function._clone(None) if type(function) is Function else function


@contextmanager
def retraced_functions() -> Iterator[None]:
    """Trace the tf.functions that are called in a graph anew while the block runs, though they were traced before.

    What layers and gradients make inside them can be noted only so. A function's traces are its user's: a copy is
    called (`Function.__call__`, `Function._no_variable_creation_config`), the same one each time.
    """
    original = Function.__call__
    copies: dict[int, tuple[Any, Any]] = {}  # by id, beside the function: it may not be hashable

    def calling(function: Any, *args: Any, **kwargs: Any) -> Any:
        was_traced = function._no_variable_creation_config is not None
        if id(function) not in copies and was_traced and not tf.executing_eagerly():
            copy = untraced_copy(function)
            copies[id(function)] = function, copy
            copies[id(copy)] = copy, copy
        return original(copies.get(id(function), (function, function))[1], *args, **kwargs)

    Function.__call__ = calling
    try:
        yield
    finally:
        Function.__call__ = original


def build_train_state(model: Any, data: tuple[Any, ...]) -> None:
    """Create every variable of the model's train step (layers, optimizer, metrics) from the specs of one batch.

    `keras.Model._symbolic_build` is what `fit` itself calls; the public `train_step` would make them inside the trace.
    """
    model._symbolic_build(data_batch=data)


def has_strategy(model: Any) -> bool:
    """Whether the model was made in the scope of a distribution strategy (`TensorFlowTrainer._distribute_strategy`)."""
    return getattr(model, "_distribute_strategy", None) is not None


def per_replica(specs: Sequence[Any]) -> Any:
    """The spec of one value for each replica, as a distributed dataset gives it (`PerReplicaSpec`)."""
    return PerReplicaSpec(*specs)


def fit_step(model: Any) -> Any:
    """The tf.function that `fit` calls on one batch: `one_step_on_data` in `TensorFlowTrainer._make_function`.

    Keras traces it without AutoGraph, in the model's distribution strategy and with its `jit_compile`. Of a model that
    runs eagerly it is the function that would be traced.
    """
    running = model._make_function(model.train_step)
    step = inspect.unwrap(inspect.getclosurevars(running).nonlocals["one_step_on_data"], stop=_is_function)
    return step if _is_function(step) else tf.function(step, autograph=False, reduce_retracing=True)


def _is_function(step: Any) -> bool:
    return isinstance(step, Function)


def input_structure(model: Any) -> Any:
    """A functional model's input tensors in the structure its call takes (`Functional._inputs_struct`), else None."""
    return getattr(inner_model(model) or model, "_inputs_struct", None)


def variable_path(optimizer: Any, variable: Any) -> str:
    """Keras' name of a variable that an optimizer updates, which it hands around as TensorFlow's own object.

    `BaseOptimizer._trainable_variables` holds Keras' ones.
    """
    for found in getattr(optimizer, "_trainable_variables", ()):
        if variable is found or variable is getattr(found, "value", None):
            return str(found.path)
    return str(getattr(variable, "path", None) or variable.name)


def output_name(container: Any, part: Any) -> str:
    """The model's output that Keras computes a loss or a metric for; "" where it has only one.

    `MetricsList.output_name` tells it for its metrics, `CompileLoss._flat_losses` for each of its losses.
    """
    output = getattr(container, "output_name", None)
    losses = getattr(container, "_flat_losses", None) or ()
    if len(losses) > 1:
        output = next((one.name for one in losses if one.loss is part), None)
    return str(output or "")


def inner_model(model: Any) -> Any:
    """The functional model that a sequential one hands its calls on to (`Sequential._functional`), else None."""
    return getattr(model, "_functional", None)


def build_shapes(model: Any) -> dict[str, Any]:
    """The shapes a subclassed model was built for, by argument (`Layer._build_shapes_dict`); {} before that."""
    return dict(getattr(model, "_build_shapes_dict", None) or {})


def takes_training(model: Any) -> bool:
    """Whether the model's call has a `training` argument (`Layer._call_has_training_arg`)."""
    return bool(getattr(model, "_call_has_training_arg", True))


def op_def(op_type: str) -> Any:
    """The OpDef of an op type in TensorFlow's registry (`op_def_registry.get`); None where it knows no such op."""
    return op_def_registry.get(op_type)


def dataset_behind(dataset: Any) -> Any:
    """The dataset that does the work of one that only holds another (`_impl`, `_mapped_dataset`, `_dataset`)."""
    held = next((name for name in ("_impl", "_mapped_dataset", "_dataset") if hasattr(dataset, name)), None)
    if held is not None:
        return dataset_behind(getattr(dataset, held))
    inputs = dataset._inputs()
    # One that changes the structure of its elements alone has no op of its own.
    same = len(inputs) == 1 and dataset._variant_tensor is inputs[0]._variant_tensor
    return dataset_behind(inputs[0]) if same else dataset


def dataset_inputs(dataset: Any) -> list[Any]:
    """The datasets that a dataset reads (`_inputs`)."""
    return list(dataset._inputs())


def dataset_functions(dataset: Any) -> list[Any]:
    """The functions that a dataset calls (`_functions`): each has a `function`, a ConcreteFunction."""
    return list(dataset._functions())


def dataset_setting(dataset: Any, name: str) -> Any:
    """What a dataset was given under the name of its op's argument or attribute; None where it keeps no such thing."""
    found = getattr(dataset, f"_{name}", None)
    return found if name != "components" else getattr(dataset, "_tensors", None)


def function_arguments(wrapper: Any) -> tuple[Any, Any]:
    """The Python function of a dataset's function, and the structure that it is called with.

    tf.data puts some functions into one of its own, such as `key_func_wrapper`, before it calls them.
    """
    function: Any = getattr(wrapper, "_func", None)
    while str(getattr(function, "__name__", "")).endswith("_wrapper"):
        held = [value for value in inspect.getclosurevars(function).nonlocals.values() if callable(value)]
        if not held:
            break
        function = held[0]
    return function, getattr(wrapper, "_input_structure", None)


def dataset_graph_def(dataset: Any) -> bytes:
    """The serialized GraphDef of a dataset and all that it reads, tensors included (`_as_serialized_graph`)."""
    policy = tf.data.experimental.ExternalStatePolicy.IGNORE
    return bytes(dataset._as_serialized_graph(external_state_policy=policy).numpy())


def records(path: str) -> Iterator[bytes]:
    """The records of a TFRecord file (`_pywrap_record_io.RecordIterator`, which `tf.data` would hide a torn end of).

    Raises tf.errors.DataLossError at a record that is torn or damaged.
    """
    yield from _pywrap_record_io.RecordIterator(path, "")
