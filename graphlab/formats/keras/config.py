"""Which objects in the config of a Keras file are Keras' own, judged by their names. Imports nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import FunctionType

from graphlab.formats.keras.private import exported
from graphlab.graph import JsonValue
from graphlab.graph.json_values import object_of

# The modules in which Keras exports the objects that models consist of.
_MODULES = (
    "keras.layers",
    "keras",
    "keras.initializers",
    "keras.regularizers",
    "keras.constraints",
    "keras.losses",
    "keras.metrics",
    "keras.optimizers",
    "keras.optimizers.schedules",
    "keras.dtype_policies",
    "keras.quantizers",
    "keras.random",
)
_FUNCTION_MODULES = tuple(
    f"keras.{name}"
    for name in ("activations", "constraints", "initializers", "losses", "metrics", "optimizers", "regularizers")
)
_OWN_MODULES = ("keras.src.ops.", "keras.src.applications.")
_RUNS_CODE = {
    "Lambda": "contains Python code",
    "TFSMLayer": "runs another SavedModel",
    "TorchModuleWrapper": "contains a pickle",
    "JaxLayer": "contains Python code",
    "FlaxLayer": "contains Python code",
}
# Plain values that JSON cannot represent.
_VALUES = frozenset({"__keras_tensor__", "__bytes__", "__ellipsis__", "__slice__", "__tuple__", "TensorShape"})
_ARRAYS = frozenset({"__tensor__", "__numpy__"})
_FUNCTIONAL = {"module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional"}
LAMBDA = "__lambda__"  # a Python function's class in a config
NOT_KERAS = "is not part of Keras"
_VOCABULARIES = frozenset({"StringLookup", "IntegerLookup", "TextVectorization"})
# Older files give an object's kind not by module but by the end of its key.
_KEY_MODULES = {
    "initializer": ("keras.initializers",),
    "regularizer": ("keras.regularizers",),
    "constraint": ("keras.constraints",),
    "optimizer": ("keras.optimizers",),
    "optimizer_config": ("keras.optimizers",),
    "loss": ("keras.losses",),
    "metrics": ("keras.metrics", "keras.losses"),
    "learning_rate": ("keras.optimizers.schedules",),
}


@dataclass(frozen=True)
class Unknown:
    """An object of a config that is not built: its class or function, its layer, and its role.

    `module` is where the config locates its code, `registered` the name under which it is registered there.
    """

    name: str
    layer: str
    why: str
    module: str = ""
    registered: str = ""

    @property
    def what(self) -> str:
        """How to refer to it in a sentence."""
        return "a function" if self.name == LAMBDA else repr(self.name)


@dataclass(frozen=True)
class Checked:
    """A config in which each object has Keras' own name, and the objects that are unknown.

    It may be passed to Keras only if `unknown` is empty.
    """

    config: dict[str, JsonValue]
    unknown: tuple[Unknown, ...]


@dataclass
class _Check:
    """A check in progress. `alone` contains named objects that have not yet been matched to another one."""

    unknown: list[Unknown] = field(default_factory=list)
    alone: dict[tuple[str, str], list[dict[str, JsonValue]]] = field(default_factory=dict)
    shared: set[JsonValue] = field(default_factory=set)
    waiting: list[tuple[JsonValue, Callable[[JsonValue], None], str, tuple[str, ...]]] = field(default_factory=list)


def check(config: Mapping[str, JsonValue], modules: tuple[str, ...] = _MODULES) -> Checked:
    """The config made safe. `modules` are searched in this order for classes that the config names without a module."""
    root: list[JsonValue] = [None]
    state = _Check(waiting=[(config, partial(root.__setitem__, 0), "", modules)])
    while state.waiting:  # no recursion: a file may be nested to any depth
        value, put, layer, around = state.waiting.pop()
        if isinstance(value, dict):
            put(_checked_dict(state, value, layer, around))
        elif isinstance(value, list):
            items: list[JsonValue] = [None] * len(value)
            put(items)
            inner = [(item, partial(items.__setitem__, at), layer, around) for at, item in enumerate(value)]
            state.waiting += reversed(inner)
        else:
            put(value)
    return Checked(dict(object_of(root[0])), tuple(state.unknown))


def _checked_dict(state: _Check, value: Mapping[str, JsonValue], layer: str, around: tuple[str, ...]) -> JsonValue:
    copy: dict[str, JsonValue] = dict(value)
    inner = around
    if "class_name" in value:
        copy, why = _checked_object(copy, around)
        layer = layer_name(value) or layer
        if why:
            state.unknown.append(Unknown(shown_name(value), layer, why, *_origin(value)))
        _share(state, copy)
        inner = _MODULES
    for key, item in reversed(list(copy.items())):
        modules = next((candidates for end, candidates in _KEY_MODULES.items() if key.endswith(end)), inner)
        state.waiting.append((item, partial(copy.__setitem__, key), layer, modules))
    return copy


def _share(state: _Check, value: dict[str, JsonValue]) -> None:
    """Mark shared objects as shared: Keras omits this on the first one inside an inner model."""
    key, number = (shown_name(value), layer_name(value)), value.get("shared_object_id")
    if not key[1] or isinstance(number, list | dict):
        return
    if number is None:
        state.alone.setdefault(key, []).append(value)
    elif number not in state.shared:
        state.shared.add(number)
        earlier = state.alone.pop(key, [])
        if len(earlier) == 1:  # ambiguous: several objects have this name
            earlier[0]["shared_object_id"] = number


def _checked_object(value: dict[str, JsonValue], around: tuple[str, ...]) -> tuple[dict[str, JsonValue], str]:
    """An object under Keras' own name, and the reason why it must not be built ("" if it may be)."""
    name = value["class_name"]
    if not isinstance(name, str):
        return value, "has no class name"
    if name in _VALUES:
        return value, ""
    if name in _ARRAYS:
        return value, "" if _is_dtype(value) else "has a dtype that Keras does not know"
    if name == LAMBDA:
        return value, "contains Python code"
    if name in _RUNS_CODE:
        return value, _RUNS_CODE[name]
    if not name.isidentifier() or ("module" in value and not isinstance(value["module"], str)):
        return value, NOT_KERAS  # Keras finds "layers.Lambda" in the module "keras", but no rule covers that name.
    identity = _own_function(value) if name == "function" else _own_class(value, name, around)
    if identity is None:
        return value, NOT_KERAS
    if name in _VOCABULARIES and isinstance(_settings(value).get("vocabulary"), str):
        return value, f"reads the file {_settings(value)['vocabulary']!r}"
    # A layer is built by its first call, as in the original model, so that its variables get the same names.
    rest = {key: item for key, item in value.items() if key not in ("build_config", "compile_config")}
    return {**rest, **identity}, ""


def _own_class(value: Mapping[str, JsonValue], name: str, around: tuple[str, ...]) -> dict[str, JsonValue] | None:
    """Keras' own name of a class; None for any other class."""
    module = value.get("module")
    if value.get("registered_name") not in (None, name):
        return None
    if name == "Functional" or (name == "Model" and "layers" in _settings(value)):
        return dict(_FUNCTIONAL) if module is None or str(module).startswith("keras.") or module == "keras" else None
    if module is None and around is _MODULES and name in _operations() and "trainable" not in _settings(value):
        around = ()  # keras.ops.add's Add, not the layer: every layer's config has `trainable`
    for candidate in around if module is None else (str(module),):
        symbol = exported(f"{candidate}.{name}") if candidate in _MODULES else None
        if isinstance(symbol, type) and issubclass(symbol, _bases()):
            return {"module": candidate, "class_name": name, "registered_name": None}
    for candidate in _operations().get(name, ()):
        if module in (None, candidate):
            return {"module": candidate, "class_name": name, "registered_name": name}
    return None


def _own_function(value: Mapping[str, JsonValue]) -> dict[str, JsonValue] | None:
    """Keras' own name of a function, such as an activation; None for any other function."""
    name, module = value.get("config"), value.get("module")
    if not isinstance(name, str) or value.get("registered_name") not in (None, name, "function"):
        return None
    for candidate in _FUNCTION_MODULES:
        if module in ("builtins", candidate) and isinstance(exported(f"{candidate}.{name}"), FunctionType):
            return {"module": candidate, "class_name": "function", "registered_name": name}
    return None


def _is_dtype(value: Mapping[str, JsonValue]) -> bool:
    import keras

    try:
        keras.backend.standardize_dtype(_settings(value).get("dtype"))
    except (TypeError, ValueError):
        return False
    return True


@functools.cache
def _bases() -> tuple[type, ...]:
    import keras

    return (
        keras.Operation,
        keras.Initializer,
        keras.Regularizer,
        keras.constraints.Constraint,
        keras.Loss,
        keras.Metric,
        keras.Optimizer,
        keras.optimizers.schedules.LearningRateSchedule,
        keras.DTypePolicy,
        keras.Quantizer,
        keras.quantizers.QuantizationConfig,
        keras.random.SeedGenerator,
    )


@functools.cache
def _operations() -> dict[str, list[str]]:
    """The modules of operations that Keras does not export, by name: a model contains `keras.ops.add` as an Add."""
    import keras

    operations = {(cls.__name__, cls.__module__) for cls in _below(keras.Operation)}
    modules: dict[str, list[str]] = {}
    for name, module in sorted(operations):
        if module.startswith(_OWN_MODULES):
            modules.setdefault(name, []).append(module)
    return modules


def _below(root: type) -> Iterator[type]:
    waiting = [root]
    while waiting:
        subclasses: list[type] = waiting.pop().__subclasses__()
        waiting += subclasses
        yield from subclasses


def _origin(value: Mapping[str, JsonValue]) -> tuple[str, str]:
    module, registered = value.get("module"), value.get("registered_name")
    return (module if isinstance(module, str) else "", registered if isinstance(registered, str) else "")


def _settings(value: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    config = value.get("config")
    return config if isinstance(config, dict) else {}


def layer_name(value: Mapping[str, JsonValue]) -> str:
    """An object's name in the config; "" if it has none."""
    name = value.get("name") or _settings(value).get("name")
    return name if isinstance(name, str) else ""


def shown_name(value: Mapping[str, JsonValue]) -> str:
    """How to refer to an object's class, or to a function."""
    name = value.get("class_name")
    if name == "function":
        return str(value.get("config"))
    return name if isinstance(name, str) else "?"
