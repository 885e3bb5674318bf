"""Records which Keras call made which op: methods of Keras are wrapped during a trace.

Scope names are not enough: layers `dense` and `dense_1` trace to scopes `dense_1` and `dense_1_2`.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import FunctionType
from typing import TypeAlias

import keras
import tensorflow as tf

from graphlab.graph import Source
from graphlab.tracing import private
from graphlab.tracing.pipelines.elements import leaves
from graphlab.tracing.private_gradients import gradient_functions
from graphlab.tracing.private_loops import loop_values
from graphlab.tracing.tensorflow_types import Differentiate

# The subject of a call: the called object, or the variable that one step of an optimizer updates.
Subject: TypeAlias = keras.Layer | keras.Loss | keras.Metric | keras.Optimizer | tf.GradientTape | tf.Variable | None
Method: TypeAlias = Callable[..., object]


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One call of a layer, loss, metric, optimizer or gradient tape while a graph is traced.

    `about` is the called object (a variable for one step of an optimizer). `scope` is the name scope around the call,
    `graph` the FuncGraph. `is_named` says whether the call opens its own name scope, `is_builtin` that the user's code
    can run inside it only in calls of its own.
    """

    kind: str
    about: Subject
    label: str
    scope: str
    graph: tf.Graph
    parent: LayerCall | None
    is_named: bool = True
    is_builtin: bool = False


@dataclass
class Recording:
    """What a trace recorded: each FuncGraph's marks (number of ops so far, the call from there on), and gradient pairs.

    `pairs` contains (graph, first op, last op, (forward op's graph, its name)): the ops made while that forward op was
    differentiated. `words` are the user's names for the values of loops: for each FuncGraph of a body, by the op that
    represents the value.
    """

    marks: dict[tf.Graph, list[tuple[int, LayerCall | None]]] = field(default_factory=dict)
    pairs: list[tuple[tf.Graph, int, int, tuple[tf.Graph, str]]] = field(default_factory=list)
    words: dict[tf.Graph, dict[str, str]] = field(default_factory=dict)
    _thread: int = field(default_factory=threading.get_ident)
    _inside: dict[int, LayerCall] = field(default_factory=dict)  # by thread: its current call

    @property
    def current(self) -> LayerCall | None:
        """The current call of this thread.

        A strategy runs each replica in a thread of its own. Joint work of the replicas, such as the update of a
        variable, runs in the first thread while they wait inside a call, and belongs to that call.
        """
        thread = threading.get_ident()
        waiting = self._inside.values() if thread == self._thread else ()
        return self._inside.get(thread) or next(iter(waiting), None)

    def _enter(self, call: LayerCall | None) -> None:
        if call is None:
            self._inside.pop(threading.get_ident(), None)
        else:
            self._inside[threading.get_ident()] = call

    @contextmanager
    def call(self, kind: str, about: Subject, label: str, *, is_named: bool = True) -> Iterator[None]:
        """Assign the ops made inside the block to this call."""
        graph = tf.compat.v1.get_default_graph()
        outer, before = self.current, self._inside.get(threading.get_ident())
        # A subclass's method that calls its base class's is one call; so is a model's call of its inner model.
        if outer is None or outer.kind != kind or not _is_same(outer.about, about):
            is_builtin = kind == "layer" and _is_builtin(about)
            self._enter(LayerCall(kind, about, label, graph.get_name_scope(), graph, outer, is_named, is_builtin))
        self._mark(graph)
        try:
            yield
        finally:
            self._enter(before)
            self._mark(graph)

    def _mark(self, graph: tf.Graph) -> None:
        if not tf.executing_eagerly():
            self.marks.setdefault(graph, []).append((graph.version, self.current))

    def name_value(self, name: str, value: object) -> None:
        """Record the user's name of a value: a tensor, or a structure of tensors."""
        for path, leaf in leaves(value, name):
            flat = getattr(leaf, "flow", leaf)  # of a TensorArray
            tensors = [one for one in tf.nest.flatten(flat, expand_composites=True) if tf.is_symbolic_tensor(one)]
            for index, tensor in enumerate(tensors):
                word = f"{path} part {index + 1}" if len(tensors) > 1 else path
                self.words.setdefault(tensor.graph, {})[tensor.op.name] = word

    def owner_of(self, graph: tf.Graph, count: int) -> list[LayerCall | None]:
        """The innermost call around each of the graph's first `count` ops, in order."""
        owners: list[LayerCall | None] = []
        owner = None
        for position, call in [*self.marks.get(graph, []), (count, None)]:
            owners += [owner] * (position - len(owners))
            owner = call
        return owners[:count]

    def busy(self) -> Iterator[LayerCall]:
        """The calls that made an op themselves."""
        for graph, marks in self.marks.items():
            ends = [position for position, _ in marks[1:]]
            for (start, call), end in zip(marks, [*ends, graph.version], strict=True):
                if call is not None and start < end:
                    yield call

    def calls(self) -> list[LayerCall]:
        """The innermost calls around the ops of all graphs, each once."""
        return list({id(call): call for marks in self.marks.values() for _, call in marks if call}.values())

    def models(self) -> frozenset[str]:
        """The names of the Keras models that were called."""
        names: set[str] = set()
        for call in self.calls():
            outer: LayerCall | None = call
            while outer is not None:
                if isinstance(outer.about, keras.Model):
                    names.add(outer.label)
                outer = outer.parent
        return frozenset(names)


@contextmanager
def record() -> Iterator[Recording]:
    """Wrap the methods whose calls own ops while the block runs, and restore them after it."""
    recording = Recording()
    with ExitStack() as stack:
        for owner, name, kind in _methods():
            is_named = name != "call"
            stack.enter_context(_wrapped(owner, name, functools.partial(_owning, recording, kind, is_named)))
        stack.enter_context(gradient_functions(functools.partial(_note_pair, recording)))
        stack.enter_context(loop_values(recording.name_value))
        stack.enter_context(private.retraced_functions())
        yield recording


_CREATED: dict[
    int, tuple[keras.Layer, Source]
] = {}  # by id, with the layer, because a user's layer may not be hashable


@contextmanager
def note_layer_lines(line_of_caller: Callable[[], Source | None]) -> Iterator[None]:
    """Record the user's line that creates each layer, while the block, which loads a source, runs."""
    original = keras.Layer.__new__
    _CREATED.clear()

    def noting(cls: type, *args: object, **kwargs: object) -> keras.Layer:
        layer = original(cls, *args, **kwargs)
        source = line_of_caller()
        if source is not None:
            _CREATED[id(layer)] = layer, source
        return layer

    keras.Layer.__new__ = staticmethod(noting)
    try:
        yield
    finally:
        keras.Layer.__new__ = staticmethod(original)


def layer_line(layer: keras.Layer) -> Source | None:
    """The line that created the layer, if `note_layer_lines` recorded it."""
    return _CREATED.get(id(layer), (None, None))[1]


def _methods() -> list[tuple[type, str, str]]:
    return [
        (cls, name, kind)
        for root, name, kind in (
            (keras.Layer, "__call__", "layer"),
            (keras.Layer, "call", "layer"),  # wrappers and stacks call this for the layers they contain
            (keras.Model, "compute_loss", "loss"),
            (keras.losses.Loss, "__call__", "loss"),
            (keras.optimizers.Optimizer, "apply", "optimizer"),
            (keras.optimizers.Optimizer, "scale_loss", "scale"),
            (keras.optimizers.Optimizer, "update_step", "update"),
            (keras.metrics.Metric, "update_state", "metrics"),
            (keras.metrics.Metric, "result", "metrics"),
            (tf.GradientTape, "gradient", "gradients"),
        )
        for cls in _subclasses(root, name)
    ]


def _defining_class(cls: type, name: str) -> type:
    return next(base for base in cls.__mro__ if name in vars(base))


def _subclasses(root: type, method: str) -> list[type]:
    """The class and its subclasses that define the method themselves, in a fixed order."""
    classes: dict[type, None] = {}
    waiting = [root, *(_defining_class(root, method),)]
    while waiting:
        cls = waiting.pop()
        if cls not in classes:
            classes[cls] = None
            waiting += cls.__subclasses__()
    return [cls for cls in classes if method in vars(cls)]


@contextmanager
def replaced(root: type, name: str, wrap: Callable[[Method], Method]) -> Iterator[None]:
    """Replace a method with `wrap(method)` in the class that defines it, while the block runs."""
    with _wrapped(_defining_class(root, name), name, wrap):
        yield


@contextmanager
def _wrapped(owner: type, name: str, wrap: Callable[[Method], Method]) -> Iterator[None]:
    original = vars(owner)[name]
    setattr(owner, name, wrap(original))
    try:
        yield
    finally:
        setattr(owner, name, original)


def _owning(recording: Recording, kind: str, is_named: bool, method: Method) -> Method:
    @functools.wraps(method)
    def owning(self: Subject, *args: object, **kwargs: object) -> object:
        about, label = _subject(kind, self, args)
        with recording.call(kind, about, label, is_named=is_named):
            return method(self, *args, **kwargs)

    return owning


def _subject(kind: str, owner: Subject, args: tuple[object, ...]) -> tuple[Subject, str]:
    """The subject of a call and its name: the updated variable for one step of an optimizer, else the object."""
    if kind == "update" and len(args) > 1:
        return args[1], private.variable_path(owner, args[1])
    if kind == "loss" and isinstance(owner, keras.Model):
        return None, "loss"
    return owner, str(getattr(owner, "name", kind))


def _is_builtin(layer: keras.Layer) -> bool:
    """Whether a layer is Keras' own and contains no callable of anyone else."""
    return _is_of_keras(type(layer)) and not any(
        callable(value) and not _is_of_keras(value if isinstance(value, (FunctionType, type)) else type(value))
        for value in vars(layer).values()
    )


def _is_of_keras(code: type | FunctionType) -> bool:
    return str(code.__module__).startswith(("keras.", "tensorflow."))


def _is_same(outer: Subject, about: Subject) -> bool:
    return about is outer or (about is not None and about is private.inner_model(outer))


def _note_pair(recording: Recording, forward_op: tf.Operation, differentiate: Differentiate) -> object:
    graph = tf.compat.v1.get_default_graph()
    first = graph.version
    gradients = differentiate()
    if not tf.executing_eagerly():
        source = _computing(forward_op)
        recording.pairs.append((graph, first, graph.version, (source.graph, source.name)))
    return gradients


def _computing(op: tf.Operation) -> tf.Operation:
    """The op that computes the value that a custom gradient's copy, or a similar op, passes on."""
    while op.type in ("Identity", "IdentityN") and op.inputs and op.inputs[0].op.type != "Placeholder":
        op = op.inputs[0].op
    return op
