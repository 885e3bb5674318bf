"""The private TensorFlow and Keras APIs for tracing, one function each. Checked on TensorFlow 2.21, Keras 3.15."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import tensorflow as tf
from tensorflow.python.distribute.values import PerReplicaSpec
from tensorflow.python.eager.polymorphic_function.polymorphic_function import Function
from tensorflow.python.framework import op_def_registry
from tensorflow.python.lib.io import _pywrap_record_io

from graphlab.tracing.tensorflow_types import ConcreteFunction, DatasetFunction, FuncGraph, OpDef

if TYPE_CHECKING:
    import keras

# The sizes that a layer was built for; for several inputs, a list or dict of them.
BuildShape: TypeAlias = Sequence[object] | Mapping[str, Sequence[object]]
Traced: TypeAlias = tf.types.experimental.PolymorphicFunction  # a tf.function


def called_graph(func_graph: tf.Graph, name: str) -> FuncGraph | None:
    """The live FuncGraph of a function that ops of `func_graph` call (`Graph._get_function`); None if it is gone."""
    return getattr(func_graph._get_function(name), "graph", None)


def traced_functions(function: object) -> list[tuple[ConcreteFunction, bool]]:
    """The concrete functions of a tf.function in the order of tracing, each with whether it was traced twice.

    `Function._function_cache._primary` keeps that order and records whether each may create variables. The trace that
    does is omitted, because the next one is the one that runs. [] for other objects.
    """
    cache = getattr(getattr(function, "_function_cache", None), "_primary", {})
    functions: dict[tuple[object, ...], tuple[ConcreteFunction, bool]] = {}
    for index, ((context, signature), concrete) in enumerate(cache.items()):
        settled = context.scope_type.name == "NO_VARIABLE_CREATION"
        key: tuple[object, ...] = (context.context, signature)
        functions[key if key not in functions or settled else (*key, index)] = (concrete, settled and key in functions)
    return list(functions.values())


def untraced_copy(function: Traced) -> Traced:
    """A tf.function with the same Python function and options but without traces (`Function._clone`).

    An object of another class is returned itself: a loaded SavedModel's function has no Python function.
    """
    return function._clone(None) if type(function) is Function else function


@contextmanager
def retraced_functions() -> Iterator[None]:
    """While the block runs, retrace the tf.functions that are called in a graph even if they were traced before.

    Only a new trace records what layers and gradients do inside them. The user's traces stay untouched: a copy is
    called (`Function.__call__`, `Function._no_variable_creation_config`), the same copy each time.
    """
    original = Function.__call__
    copies: dict[int, tuple[Function, Function]] = {}  # by id, with the function, because it may not be hashable

    def calling(function: Function, *args: object, **kwargs: object) -> object:
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


def build_train_state(model: keras.Model, data: object) -> None:
    """Create every variable of the model's train step (layers, optimizer, metrics) from the specs of one batch.

    `fit` itself calls `keras.Model._symbolic_build`; the public `train_step` would create them inside the trace.
    """
    model._symbolic_build(data_batch=data)


def has_strategy(model: keras.Model) -> bool:
    """Whether the model was created in a distribution strategy's scope (`TensorFlowTrainer._distribute_strategy`)."""
    return getattr(model, "_distribute_strategy", None) is not None


def per_replica(specs: Sequence[object]) -> tf.TypeSpec:
    """The spec of one value per replica, as a distributed dataset yields it (`PerReplicaSpec`)."""
    return PerReplicaSpec(*specs)


def fit_step(model: keras.Model) -> Traced:
    """The tf.function that `fit` calls on one batch: `one_step_on_data` in `TensorFlowTrainer._make_function`.

    Keras traces it without AutoGraph, in the model's distribution strategy and with its `jit_compile`. For a model that
    runs eagerly, it is the function that would be traced.
    """
    running = model._make_function(model.train_step)
    step = inspect.unwrap(inspect.getclosurevars(running).nonlocals["one_step_on_data"], stop=_is_function)
    return step if _is_function(step) else tf.function(step, autograph=False, reduce_retracing=True)


def _is_function(step: object) -> bool:
    return isinstance(step, Function)


def input_structure(model: keras.Model) -> object:
    """A functional model's input tensors as its call expects them (`Functional._inputs_struct`), else None."""
    return getattr(inner_model(model) or model, "_inputs_struct", None)


def variable_path(optimizer: keras.Optimizer, variable: tf.Variable) -> str:
    """Keras' name of a variable that an optimizer updates and passes around as TensorFlow's own object.

    `BaseOptimizer._trainable_variables` contains Keras' variables.
    """
    for keras_variable in getattr(optimizer, "_trainable_variables", ()):
        if variable is keras_variable or variable is getattr(keras_variable, "value", None):
            return str(keras_variable.path)
    return str(getattr(variable, "path", None) or variable.name)


def output_name(container: object, part: object) -> str:
    """The model output that Keras computes a loss or metric for; "" if there is only one.

    `MetricsList.output_name` has it for metrics, `CompileLoss._flat_losses` for losses.
    """
    output = getattr(container, "output_name", None)
    losses = getattr(container, "_flat_losses", None) or ()
    if len(losses) > 1:
        output = next((one.name for one in losses if one.loss is part), None)
    return str(output or "")


def inner_model(model: keras.Model) -> keras.Model | None:
    """The functional model to which a sequential one forwards its calls (`Sequential._functional`), else None."""
    return getattr(model, "_functional", None)


def build_shapes(model: keras.Model) -> dict[str, BuildShape]:
    """The shapes that a subclassed model was built for, by argument (`Layer._build_shapes_dict`); {} before that."""
    return dict(getattr(model, "_build_shapes_dict", None) or {})


def takes_training(model: keras.Model) -> bool:
    """Whether the model's call has a `training` argument (`Layer._call_has_training_arg`)."""
    return bool(getattr(model, "_call_has_training_arg", True))


def op_def(op_type: str) -> OpDef | None:
    """The OpDef of an op type in TensorFlow's registry (`op_def_registry.get`); None for an unknown type."""
    return op_def_registry.get(op_type)


def is_stateful(op_type: str) -> bool:
    """Whether an op of a type that TensorFlow knows does more than compute, such as reading a file."""
    return bool(op_def_registry.get(op_type).is_stateful)


def dataset_behind(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """The dataset that does the work of a wrapper (`_impl`, `_mapped_dataset`, `_dataset`)."""
    attribute = next((name for name in ("_impl", "_mapped_dataset", "_dataset") if hasattr(dataset, name)), None)
    if attribute is not None:
        return dataset_behind(getattr(dataset, attribute))
    inputs = dataset._inputs()
    # A dataset that only changes the structure of its elements has no op of its own.
    same = len(inputs) == 1 and dataset._variant_tensor is inputs[0]._variant_tensor
    return dataset_behind(inputs[0]) if same else dataset


def dataset_inputs(dataset: tf.data.Dataset) -> list[tf.data.Dataset]:
    """The datasets that a dataset reads (`_inputs`)."""
    return list(dataset._inputs())


def dataset_functions(dataset: tf.data.Dataset) -> list[DatasetFunction]:
    """The functions that a dataset calls (`_functions`): each has a `function`, a ConcreteFunction."""
    return list(dataset._functions())


def dataset_setting(dataset: tf.data.Dataset, name: str) -> object:
    """A dataset's setting under the name of its op's argument or attribute; None if it does not keep it."""
    setting = getattr(dataset, f"_{name}", None)
    return setting if name != "components" else getattr(dataset, "_tensors", None)


def function_arguments(wrapper: DatasetFunction) -> tuple[Callable[..., object] | None, object]:
    """The Python function of a dataset's function, and the structure that it is called with.

    tf.data wraps some functions in one of its own, such as `key_func_wrapper`, before it calls them.
    """
    function: Callable[..., object] | None = getattr(wrapper, "_func", None)
    while function is not None and str(getattr(function, "__name__", "")).endswith("_wrapper"):
        callables = [value for value in inspect.getclosurevars(function).nonlocals.values() if callable(value)]
        if not callables:
            break
        function = callables[0]
    return function, getattr(wrapper, "_input_structure", None)


def dataset_graph_def(dataset: tf.data.Dataset) -> bytes:
    """The serialized GraphDef of a dataset and all that it reads, including tensors (`_as_serialized_graph`)."""
    policy = tf.data.experimental.ExternalStatePolicy.IGNORE
    return bytes(dataset._as_serialized_graph(external_state_policy=policy).numpy())


def records(path: str) -> Iterator[bytes]:
    """The records of a TFRecord file (`_pywrap_record_io.RecordIterator`; `tf.data` would hide a truncated end).

    Raises tf.errors.DataLossError at a truncated or damaged record.
    """
    yield from _pywrap_record_io.RecordIterator(path, "")
