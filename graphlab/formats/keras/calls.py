"""The calls in a model's config: which layer reads what. Works on plain JSON."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphlab.errors import FormatError
from graphlab.formats.keras.legacy import NOT_SAID
from graphlab.graph import JsonValue, Tensor
from graphlab.graph.json_values import int_of, text_of

MOST_CALLS = 20_000
_MODELS = frozenset({"Functional", "Model", "Sequential"})
_NUMBERED = re.compile(r"input(_layer)?(_\d+)?")
Reference = tuple[str, int, int]  # a layer's name, the index of its call, the index of that call's output


@dataclass(frozen=True)
class ConfigCall:
    """A call of a layer in a functional model: its arguments as the config has them, and the tensors among them."""

    layer: str
    number: int
    arguments: Mapping[str, JsonValue]
    reads: tuple[Reference, ...]


def layers_in(config: JsonValue) -> list[dict[str, JsonValue]]:
    """The layers in a model's config; [] if it is not a model."""
    layers = settings_in(config).get("layers")
    configs = [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []
    is_model = class_in(config) in _MODELS or "output_layers" in settings_in(config)
    return [layer for layer in configs if isinstance(layer.get("class_name"), str)] if is_model else []


def is_functional(config: JsonValue) -> bool:
    """Whether a model's config records what each layer reads; otherwise each layer reads the one before it."""
    return "output_layers" in settings_in(config)


def settings_in(config: JsonValue) -> dict[str, JsonValue]:
    """The settings of a serialized object."""
    settings = config.get("config") if isinstance(config, dict) else None
    return settings if isinstance(settings, dict) else {}


def class_in(config: JsonValue) -> str:
    """The class of a serialized object, without the package that registered it."""
    return str(config.get("class_name", "")).rpartition(">")[2] if isinstance(config, dict) else ""


def name_in(config: Mapping[str, JsonValue]) -> str:
    """The name of a layer."""
    name = config.get("name") or settings_in(config).get("name")
    return name if isinstance(name, str) and name.strip("/") else class_in(config).lower() or "layer"


def input_name(name: str) -> str:
    """An input's name; "input" if Keras numbered it because it had no name."""
    return "input" if _NUMBERED.fullmatch(name) else name


def calls_in(config: JsonValue) -> list[ConfigCall]:
    """The calls of a functional model, each after those that it reads. A call that reads itself comes last."""
    calls = [call for layer in layers_in(config) for call in _calls(layer)]
    missing = {at: {read[:2] for read in call.reads} for at, call in enumerate(calls)}
    readers: dict[tuple[str, int], list[int]] = {}
    for at, call in enumerate(calls):
        for read in {read[:2] for read in call.reads}:
            readers.setdefault(read, []).append(at)
    call_keys = {(call.layer, call.number) for call in calls}
    ready = deque(at for at, reads in missing.items() if not reads & call_keys)
    order: list[int] = []
    while ready:
        at = ready.popleft()
        order.append(at)
        done = calls[at].layer, calls[at].number
        for reader in readers.get(done, ()):
            missing[reader].discard(done)
            if not missing[reader] & call_keys:
                ready.append(reader)
    return [calls[at] for at in dict.fromkeys([*order, *missing])]


def ends_in(value: JsonValue) -> list[Reference]:
    """The references in a nest of `input_layers` or `output_layers`, in order."""
    references: list[Reference] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list) and len(one) == 3 and isinstance(one[0], str):
            references += [_reference(one)] if all(isinstance(number, int) for number in one[1:]) else []
        elif isinstance(one, list | dict):
            waiting += reversed(list(one.values()) if isinstance(one, dict) else one)
    return references


def tensors_in(arguments: JsonValue) -> Iterator[tuple[Reference, Tensor]]:
    """The tensors among a call's arguments: their origin, dtype and shape, as in the config."""
    waiting = [arguments]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict) and one.get("class_name") != "__keras_tensor__":
            waiting += reversed(list(one.values()))
        elif isinstance(one, dict):
            yield from ((reference, _tensor(settings_in(one))) for reference in ends_in(_history(one)))


def check_calls(config: JsonValue) -> None:
    """Raise FormatError if nested models make too many layer calls to show."""
    counts: dict[int, int] = {}
    waiting = [config]
    while waiting:
        model = waiting[-1]
        inner = [layer for layer in layers_in(model) if layers_in(layer)]
        unknown = [layer for layer in inner if id(layer) not in counts]
        if unknown:
            waiting += unknown
            continue
        waiting.pop()
        counts[id(model)] = sum(
            max(1, len(list(_calls(layer)))) * counts.get(id(layer), 1) for layer in layers_in(model)
        )
        if counts[id(model)] > MOST_CALLS:
            raise FormatError(f"its layers are called more than {MOST_CALLS:,} times; graphlab cannot show more")


def _calls(layer: Mapping[str, JsonValue]) -> Iterator[ConfigCall]:
    nodes = layer.get("inbound_nodes")
    for number, node in enumerate(nodes if isinstance(nodes, list) else ()):
        arguments = node if isinstance(node, dict) else {}
        yield ConfigCall(name_in(layer), number, arguments, tuple(read for read, _ in tensors_in(arguments)))


def _history(tensor: Mapping[str, JsonValue]) -> JsonValue:
    return settings_in(tensor).get("keras_history")


def _reference(parts: list[JsonValue]) -> Reference:
    return text_of(parts[0]), int_of(parts[1]), int_of(parts[2])


def _tensor(settings: Mapping[str, JsonValue]) -> Tensor:
    shape, dtype = settings.get("shape"), settings.get("dtype")
    if settings.get(NOT_SAID):
        return Tensor("unknown", None)
    return Tensor(dtype if isinstance(dtype, str) else "unknown", shape_in(shape))


def shape_in(shape: JsonValue) -> tuple[int | None, ...] | None:
    """A shape in a config; None if there is none."""
    if not isinstance(shape, list) or not all(size is None or (isinstance(size, int) and size >= 0) for size in shape):
        return None
    return tuple(shape)
