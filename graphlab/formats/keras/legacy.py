"""Converts configs of Keras 2 to the form of Keras 3. Works on names and JSON only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from graphlab.graph import JsonValue
from graphlab.graph.json_values import object_of, text_of

_PACKAGES = ("keras", "tf_keras", "tensorflow")
_GROUPED = frozenset({"Conv1D", "Conv2D", "Conv3D", "GroupNormalization"})
# Settings that Keras 3 removed, each with the value at which it has no effect.
_REMOVED_SETTINGS: dict[str, JsonValue] = {
    "time_major": False,
    "groups": 1,
    "softmax_robust_masking": False,
    "renorm": False,
}
_IGNORED = frozenset(
    {
        "fused",
        "implementation",
        "input_length",
        "is_legacy_optimizer",
        "jit_compile",
        "key_shape",
        "query_shape",
        "ragged",
        "rng_type",
        "value_shape",
        "virtual_batch_size",
    }
)
# Arguments that most layers accept and these do not.
_NOT_TAKEN = {
    "Discretization": ("trainable",),
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), ("trainable", "noise_shape")),
}
_TWO_KERNELS = ("Separable", "Depthwise")  # these have a depthwise_initializer instead of a kernel_initializer
NOT_SAID = "graphlab_not_said"  # marks a tensor whose shape and dtype are not in the file
_ACCURACY = frozenset({"accuracy", "acc", "crossentropy", "ce"})


def upgrade(config: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A model's config or compile settings as Keras 3 would have written them."""
    root: list[JsonValue] = [None]
    waiting: list[tuple[JsonValue, Callable[[JsonValue], None]]] = [(config, partial(root.__setitem__, 0))]
    while waiting:
        value, put = waiting.pop()
        if isinstance(value, dict) and isinstance(value.get("class_name"), str):
            value = _upgraded(value)
        if isinstance(value, dict):
            entries = dict(value)
            put(entries)
            waiting += [(item, partial(entries.__setitem__, name)) for name, item in value.items()]
        elif isinstance(value, list):
            items = list(value)
            put(items)
            waiting += [(item, partial(items.__setitem__, at)) for at, item in enumerate(value)]
        else:
            put(value)
    return dict(object_of(root[0]))


def _upgraded(value: dict[str, JsonValue]) -> JsonValue:
    """A serialized object in today's form; some are plain strings today."""
    name, config = text_of(value["class_name"]).removeprefix("Custom>"), value.get("config")
    if isinstance(config, list) and name == "Sequential":
        config = {"name": "sequential", "layers": config}  # before Keras 2.3
    if not isinstance(config, dict):
        return value
    if name in ("Policy", "PolicyV1"):
        return config.get("name")
    if name == "MeanMetricWrapper":
        return config.get("name") if config.get("name") in _ACCURACY else config.get("fn")
    upgraded = {**value, "class_name": name, "config": _renumbered(_settings(name, config))}
    if str(value.get("module")).partition(".")[0] in _PACKAGES:
        del upgraded["module"]  # shows where Keras 2 kept the class
        upgraded.pop("registered_name", None)
    return upgraded


def _renumbered(settings: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The settings of a functional model, with the calls of its inner models counted from 0.

    Keras 2 counted from 1 because creating an inner model counted as its first call. In `output_layers` Keras 3 still
    does this for functional models, but no longer for sequential ones.
    """
    layers = settings.get("layers")
    if not isinstance(layers, list) or "output_layers" not in settings:
        return settings
    classes = {str(layer.get("name")): layer.get("class_name") for layer in layers if isinstance(layer, dict)}
    models = {name for name, kind in classes.items() if kind in ("Sequential", "Functional", "Model")}
    sequential = {name for name in models if classes[name] == "Sequential"}
    return {
        **settings,
        "output_layers": _earlier(settings["output_layers"], sequential),
        "layers": [
            {**layer, "inbound_nodes": [_node(node, models) for node in layer.get("inbound_nodes") or []]}
            if isinstance(layer, dict)
            else layer
            for layer in layers
        ],
    }


def _node(node: JsonValue, models: set[str]) -> JsonValue:
    """A call of a layer: its arguments by position and name, with tensors as Keras 3 writes them."""
    if not isinstance(node, list) or not node:
        return node
    parts = [node] if isinstance(node[0], str) else node
    tensors = [_tensors(part[:3], models) for part in parts if isinstance(part, list)]
    keywords = [part[3] for part in parts if isinstance(part, list) and len(part) == 4]
    return {
        "args": tensors if len(tensors) == 1 else [tensors],
        "kwargs": {key: _tensors(item, models) for key, item in (keywords[-1] if keywords else {}).items()},
    }


def _tensors(nodes: JsonValue, models: set[str]) -> JsonValue:
    """The same nest with each [layer, call, tensor] as a tensor; Keras looks up its shape."""
    if not isinstance(nodes, list):
        return nodes
    if not _is_reference(nodes):
        return [_tensors(item, models) for item in nodes]
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": [], "dtype": "float32", "keras_history": _earlier(nodes, models), NOT_SAID: True},
    }


def _is_reference(nodes: list[JsonValue]) -> bool:
    return len(nodes) == 3 and isinstance(nodes[0], str) and all(isinstance(one, int) for one in nodes[1:])


def _earlier(nodes: JsonValue, names: set[str]) -> JsonValue:
    """References [layer, call, tensor] in a nest, with the call number reduced by one if the layer is in `names`."""
    if isinstance(nodes, dict):
        return {key: _earlier(item, names) for key, item in nodes.items()}
    if not isinstance(nodes, list):
        return nodes
    match nodes:
        case [str() as layer, int() as call, int() as tensor]:
            return [layer, call - (layer in names and call > 0), tensor]
    return [_earlier(item, names) for item in nodes]


def _settings(name: str, config: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The settings of a class that Keras 3 still has."""
    settings = {
        key: value
        for key, value in config.items()
        if key not in _IGNORED
        and key not in _NOT_TAKEN.get(name, ())
        and not (key == "name" and value is None)
        and not (key in _REMOVED_SETTINGS and _REMOVED_SETTINGS[key] == value and name not in _GROUPED)
        and not (name.startswith(_TWO_KERNELS) and key.startswith("kernel_") and key != "kernel_size")
    }
    shape = settings.pop("batch_input_shape", None)
    if isinstance(shape, list):
        settings |= {"batch_shape": shape} if name == "InputLayer" else {"input_shape": shape[1:]}
    match settings.get("axis"):
        case [axis]:
            settings["axis"] = axis
    if "reduction" in settings and "fn" in settings:
        del settings["fn"]  # a loss given by its class: the function's name is derived from it
    if settings.get("reduction") == "auto":
        settings["reduction"] = "sum_over_batch_size"
    return settings
