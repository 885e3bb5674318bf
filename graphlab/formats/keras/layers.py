"""A graph of the layers in a Keras file whose ops are not available: one op per layer call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from graphlab.formats.keras.arrays import Shelf, layer_variables, places_in, shelf_of
from graphlab.formats.keras.calls import (
    Reference,
    calls_in,
    check_calls,
    class_in,
    ends_in,
    input_name,
    is_functional,
    layers_in,
    name_in,
    settings_in,
    shape_in,
    tensors_in,
)
from graphlab.formats.keras.config import check
from graphlab.formats.keras.single_layers import called_after, called_on, layer_from_config
from graphlab.formats.keras.weights import Stored
from graphlab.formats.tensor_text import UNKNOWN
from graphlab.graph import Graph, GraphFacts, Group, JsonValue, Layer, Op, Tensor, build_graph
from graphlab.graph.free_names import free_id

if TYPE_CHECKING:
    import keras

    from graphlab.tracing.grouping.tree import Tree

MOST_TEXT = 200  # characters of a setting that are shown: bytecode is long
End = tuple[str, int]
Config = Mapping[str, JsonValue]


@dataclass
class _Draft:
    """A graph under construction. Layers are identified by their place in the config because names repeat."""

    shelf: Shelf
    tree: Tree
    ops: dict[str, Op] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    weights: dict[str, str] = field(default_factory=dict)
    instances: dict[int, keras.Layer | None] = field(default_factory=dict)
    variables: dict[int, tuple[End, ...]] = field(default_factory=dict)
    tells_training: bool = True


@dataclass(frozen=True)
class _Inside:
    """A model while its layers are added: its groups, its layer path, where it is saved, and the inputs of its call.

    `given` is None for the outermost model, which makes its own inputs.
    """

    path: tuple[str, ...]
    layers: str
    location: str
    inputs: tuple[End | None, ...] | None = None


def layers_graph(config: Config, arrays: Stored) -> Graph:
    """The graph of a model's config. `weights` locates each variable's values in the file."""
    from graphlab.tracing.grouping.tree import Tree

    check_calls(config)
    draft = _Draft(shelf_of(arrays), Tree())
    name = name_in(config)
    path = draft.tree.child((), name, Group("", name, "model", class_in(config)))
    outputs = _add_outputs(draft, config, _add_model(draft, config, _Inside(path, name, "")))
    used = {group_id for op in draft.ops.values() for group_id in op.path}
    return build_graph(
        list(draft.ops.values()),
        [],
        GraphFacts(
            name=name,
            kind="layers",
            groups={group_id: group for group_id, group in draft.tree.groups.items() if group_id in used},
            inputs=tuple(draft.inputs),
            outputs=tuple(outputs),
            names=outputs,
            weights=draft.weights,
            tells_training=draft.tells_training,
        ),
    )


def _add_model(draft: _Draft, config: Config, inside: _Inside) -> list[End | None]:
    """Add a model's layers and return its outputs. Inner models recurse: a config's depth is limited."""
    layers = layers_in(config)
    locations = dict(zip(map(id, layers), places_in(draft.shelf, inside.location, layers), strict=True))
    add = _add_functional if is_functional(config) else _add_sequential
    return add(draft, config, inside, locations)


def _add_functional(draft: _Draft, config: Config, inside: _Inside, locations: Mapping[int, str]) -> list[End | None]:
    layers = {name_in(layer): layer for layer in layers_in(config)}
    calls = calls_in(config)
    tensors_by_call: dict[tuple[str, int], dict[int, Tensor]] = {}
    for (name, number, at), tensor in (pair for call in calls for pair in tensors_in(call.arguments)):
        tensors_by_call.setdefault((name, number), {})[at] = tensor
    ends: dict[Reference, End | None] = {}
    for at, reference in enumerate(ends_in(settings_in(config).get("input_layers"))):
        if inside.inputs is None:
            ends[reference] = _add_input(draft, reference[0], _declared(layers.get(reference[0], {})))
        else:
            ends[reference] = inside.inputs[at] if at < len(inside.inputs) else None
    for call in calls:
        layer = layers[call.layer]
        reads = [ends.get(read) for read in call.reads]
        if layers_in(layer):
            result_ends = _inner(draft, layer, call.number, inside, locations[id(layer)], reads)
        else:
            input_tensors = {
                read: draft.ops[end[0]].outputs[end[1]] for read, end in zip(call.reads, reads, strict=True) if end
            }
            instance = _instance(draft, layer)
            outputs = called_on(instance, call.arguments, input_tensors) if instance is not None else []
            outputs = outputs or _in_order(tensors_by_call.get((call.layer, call.number), {}))
            result_ends = _add_layer(draft, layer, call.number, inside, locations[id(layer)], reads, outputs)
        ends |= {(call.layer, call.number, at): end for at, end in enumerate(result_ends)}
    return [ends.get(_shifted(reference, layers)) for reference in ends_in(settings_in(config).get("output_layers"))]


def _add_sequential(draft: _Draft, config: Config, inside: _Inside, locations: Mapping[int, str]) -> list[End | None]:
    layers = layers_in(config)
    ends = inside.inputs or (_add_input(draft, _input_name(layers), _first(config, layers)),)
    shapes = [_built_for(layer) for layer in layers[1:]] + [None]
    for layer, following in zip(layers, shapes, strict=True):
        if class_in(layer) == "InputLayer":
            continue
        if layers_in(layer):
            ends = tuple(_inner(draft, layer, 0, inside, locations[id(layer)], ends))
            continue
        instance = _instance(draft, layer)
        input_tensors = [draft.ops[end[0]].outputs[end[1]] for end in ends if end]
        outputs = called_after(instance, input_tensors) if instance is not None else []
        outputs = outputs or [Tensor("unknown", following)]
        ends = tuple(_add_layer(draft, layer, 0, inside, locations[id(layer)], ends, outputs))
    return list(ends)


def _inner(
    draft: _Draft, layer: Config, number: int, inside: _Inside, location: str, reads: Sequence[End | None]
) -> list[End | None]:
    """Add a call of a model inside the model."""
    name = name_in(layer)
    group = Group("", name, "model", class_in(layer))
    path = draft.tree.child(inside.path, (name, number), group)
    return _add_model(draft, layer, _Inside(path, f"{inside.layers}/{name}", location, tuple(reads)))


def _add_layer(
    draft: _Draft,
    layer: Config,
    number: int,
    inside: _Inside,
    location: str,
    reads: Sequence[End | None],
    outputs: Sequence[Tensor],
) -> list[End | None]:
    """Add a call of a layer, and the layer's variables at its first call."""
    name, class_name = name_in(layer), class_in(layer)
    path = draft.tree.child(inside.path, (name, number), Group("", name, "layer", class_name, _settings(layer)))
    about = Layer(f"{inside.layers}/{name}", class_name)
    if id(layer) not in draft.variables:
        draft.variables[id(layer)] = tuple(_add_variables(draft, layer, location, path, about))
    missing = sum(end is None for end in reads)
    problem = "; ".join(filter(None, (_why(layer), f"{missing} of its inputs are not in the file" if missing else "")))
    op_id = path[-1].rstrip("/")
    inputs = (*filter(None, reads), *draft.variables[id(layer)])
    draft.ops[op_id] = Op(op_id, class_name, path, inputs, tuple(outputs) or (UNKNOWN,), layer=about, problem=problem)
    return [(op_id, at) for at in range(len(draft.ops[op_id].outputs))]


def _add_variables(draft: _Draft, layer: Config, location: str, path: tuple[str, ...], about: Layer) -> list[End]:
    ends = []
    for weight in layer_variables(draft.shelf, location, layer, draft.instances.get(id(layer))):
        name = weight.variable.name.removeprefix(f"{name_in(layer)}/").replace("/", ".")
        op_id = free_id(f"{path[-1]}{name}", draft.ops)
        output = Tensor(weight.variable.dtype, weight.variable.shape)
        draft.ops[op_id] = Op(op_id, "Variable", path, outputs=(output,), layer=about, variable=weight.variable)
        draft.tells_training &= weight.tells_training
        if weight.where:
            draft.weights[op_id] = weight.where
        ends.append((op_id, 0))
    return ends


def _add_input(draft: _Draft, name: str, tensor: Tensor) -> End:
    op_id = free_id(input_name(name).replace("/", "."), draft.ops)
    draft.ops[op_id] = Op(op_id, "InputLayer", outputs=(tensor,))
    draft.inputs.append(op_id)
    return op_id, 0


def _add_outputs(draft: _Draft, config: Config, ends: Sequence[End | None]) -> dict[str, str]:
    """Add an op for each of the model's results, as in a traced graph, and return their names."""
    structure = settings_in(config).get("output_layers")
    names = list(structure) if isinstance(structure, dict) and len(structure) == len(ends) else []
    output_names = {}
    for at, end in enumerate(ends):
        if end is not None:
            op_id = free_id("output", draft.ops)
            draft.ops[op_id] = Op(op_id, "Identity", inputs=(end,), outputs=(draft.ops[end[0]].outputs[end[1]],))
            output_names[op_id] = names[at] if names else f"output {at + 1}" if len(ends) > 1 else "output"
    return output_names


def _instance(draft: _Draft, layer: Config) -> keras.Layer | None:
    if id(layer) not in draft.instances:
        draft.instances[id(layer)] = layer_from_config(layer)
    return draft.instances[id(layer)]


def _why(layer: Config) -> str:
    """Why a layer's ops cannot be shown; "" if everything in it is Keras' own."""
    unknown = check(layer).unknown
    return f"{unknown[0].what} {unknown[0].why}" if unknown else ""


def _settings(layer: Config) -> dict[str, JsonValue]:
    from graphlab.tracing.grouping.placement import shown_settings

    return {
        key: f"{value[:MOST_TEXT]}…" if isinstance(value, str) and len(value) > MOST_TEXT else value
        for key, value in shown_settings(settings_in(layer)).items()
    }


def _in_order(tensors: Mapping[int, Tensor]) -> list[Tensor]:
    """A call's outputs, as the config describes them where they are read."""
    return [tensors.get(at, UNKNOWN) for at in range(max(tensors, default=-1) + 1)]


def _shifted(reference: Reference, layers: Mapping[str, Config]) -> Reference:
    """In a model's outputs, Keras counts the calls of an inner functional model from 1."""
    name, number, tensor = reference
    inner = layers.get(name, {})
    return (name, number - 1, tensor) if layers_in(inner) and is_functional(inner) else reference


def _declared(layer: Config) -> Tensor:
    """The inputs that an InputLayer declares."""
    settings = settings_in(layer)
    shape = settings.get("batch_shape", settings.get("batch_input_shape"))
    dtype = settings.get("dtype")
    return Tensor(dtype if isinstance(dtype, str) else "unknown", shape_in(shape))


def _input_name(layers: Sequence[Config]) -> str:
    first = layers[0] if layers else {}
    return name_in(first) if class_in(first) == "InputLayer" else "input"


def _first(config: Config, layers: Sequence[Config]) -> Tensor:
    """The inputs of a sequential model."""
    first = layers[0] if layers else {}
    if class_in(first) == "InputLayer":
        return _declared(first)
    shape = shape_in(settings_in(config).get("build_input_shape")) or _built_for(first) or _declared(first).shape
    return replace(UNKNOWN, shape=shape)


def _built_for(layer: Config) -> tuple[int | None, ...] | None:
    """The shape that a layer was built for."""
    built = layer.get("build_config")
    return shape_in(built.get("input_shape")) if isinstance(built, dict) else None
