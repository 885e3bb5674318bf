"""The group of each op: first by Keras call, then by name scope; gradients go beside their layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import keras

from graphlab.graph import Group, JsonValue, Layer
from graphlab.tracing import private
from graphlab.tracing.attributes import finite
from graphlab.tracing.grouping.code import Step, Steps, steps_of
from graphlab.tracing.grouping.final_moves import divide_code
from graphlab.tracing.grouping.tree import Path, Tree
from graphlab.tracing.models.record import LayerCall, Subject, layer_line
from graphlab.tracing.raw import RawOp

MOST_SCOPES = 40
TELLING = ("output", "line")  # settings that distinguish groups with the same label
MIRRORED = ("model", "layer", "loss", "code")  # the parts of the forward pass that the gradients group repeats


@dataclass(frozen=True)
class Room:
    """A function's place in the tree: the path of its ops, and the start of their names that repeats the caller's.

    `key` identifies the function in a Recording.
    """

    key: Hashable
    path: Path = ()
    scope: str = ""
    layer: Layer | None = None

    def local(self, name: str) -> str:
        """An op's or scope's name inside the function."""
        return name.removeprefix(f"{self.scope}/") if self.scope else name


def place_ops(
    tree: Tree,
    room: Room,
    ops: Sequence[RawOp],
    owners: Sequence[LayerCall | None],
    pairs: Mapping[int, str],
    models: frozenset[str],
) -> list[Path]:
    """The path of each op, by its call and name; also of gradient ops (`pairs`: position → forward op).

    `models` are the names of all models called in the trace.
    """
    names = [op.name for op in ops]
    places = _Places(tree, room, names, owners, models)
    steps = steps_of(ops, owners)
    paths = [places.path(name, owners[position], steps.get(position, ())) for position, name in enumerate(names)]
    paths = divide_code(tree, ops, paths, places.functions)
    positions = {name: position for position, name in enumerate(names)}
    for position, forward in pairs.items():
        owner = owners[position]
        if owner is not None and owner.kind == "gradients" and forward in positions:
            paths[position] = mirror(tree, paths[position], paths[positions[forward]])
    return paths


def mirror(tree: Tree, path: Path, forward: Path) -> Path:
    """The group at `path` that repeats the forward op's layer."""
    for group_id in forward:
        group = tree.groups[group_id]
        if group.kind in MIRRORED:
            kind = "code" if group.kind == "code" else "gradients"
            settings = {name: group.settings[name] for name in TELLING if name in group.settings}
            path = tree.child(path, group_id, Group("", group.label, kind, group.class_name, settings))
    return path


class _Places:
    """The tree, and what must be known about all calls before the first op is placed."""

    def __init__(
        self, tree: Tree, room: Room, names: Sequence[str], owners: Sequence[LayerCall | None], models: frozenset[str]
    ) -> None:
        self.tree = tree
        self._room = room
        self._op_names = frozenset(names)
        self._calls: dict[int, Path] = {}
        calls = [call for owner in dict.fromkeys(owners) for call in _chain(owner)]
        self._containers = {
            id(call.parent.about) for call in calls if call.parent and call.kind == call.parent.kind == "metrics"
        }
        self._inner_losses = {
            id(call.about): call.about for call in calls if call.kind == "loss" and _is_inner_loss(call)
        }
        self._models = models
        self._times: Counter[tuple[int, str]] = Counter()
        self.functions: set[str] = set()  # the code groups that are functions

    def path(self, name: str, owner: LayerCall | None, steps: Steps) -> Path:
        """The enclosing groups of an op: those of its calls, of the code inside, then its remaining name scopes."""
        path = self._room.path
        # Calls that were active when the function itself was made already enclose its caller.
        calls = [call for call in _chain(owner) if not path or call.graph is self._room.key]
        for call in calls:
            path = self._of_call(path, call)
        for step in steps:
            path = self.tree.child(path, step, Group("", step.name, "code", settings=_line_of(step)))
            if step.is_function:
                self.functions.add(path[-1])
        if calls and calls[-1].kind != "layer":
            return path
        return self._scopes(path, name, calls[-1] if calls else None)

    def _of_call(self, path: Path, call: LayerCall) -> Path:
        if id(call) not in self._calls:
            self._calls[id(call)] = _PLACERS[call.kind](self, path, call)
        return self._calls[id(call)]

    def _of_this_call(self, path: Path, call: LayerCall, group: Group) -> Path:
        """A group for each call of the same object; from the second call on, the group shows which call it is."""
        self._times[id(call.about), group.label] += 1
        count = self._times[id(call.about), group.label]
        label = group.label if count == 1 else f"{group.label} (call {count})"
        return self.tree.child(path, id(call), replace(group, label=label))

    def _layer(self, path: Path, call: LayerCall) -> Path:
        layer = call.about
        kind = "model" if isinstance(layer, keras.Model) else "layer"
        return self.tree.child(path, id(call), _keras_group(kind, layer, call.label), about=id(layer))

    def _loss(self, path: Path, call: LayerCall) -> Path:
        inside = bool(path) and self.tree.groups[path[-1]].kind == "loss"
        several = len(self._inner_losses) > 1
        if inside and not (several and _is_inner_loss(call)):
            return path
        name = "" if several and not inside else ", ".join(_class_name(loss) for loss in self._inner_losses.values())
        class_name = _class_name(call.about) if inside else name
        # A loss's settings are shown only if the group belongs to that loss alone.
        single = call.about if inside else next(iter(self._inner_losses.values())) if name and not several else None
        settings = {**(_settings(single) if single is not None else {}), **_output_of(call)}
        return self._of_this_call(path, call, Group("", call.label, "loss", class_name, settings))

    def _scale(self, path: Path, call: LayerCall) -> Path:
        return self._of_this_call(path, call, Group("", "loss scale", "loss", _class_name(call.about)))

    def _gradients(self, path: Path, call: LayerCall) -> Path:
        return self._of_this_call(path, call, Group("", "gradients", "gradients"))

    def _optimizer(self, path: Path, call: LayerCall) -> Path:
        return self._of_this_call(path, call, _keras_group("optimizer", call.about, call.label))

    def _update(self, path: Path, call: LayerCall) -> Path:
        return update_path(self.tree, path, call.label, self._models)

    def _metrics(self, path: Path, call: LayerCall) -> Path:
        if not path or self.tree.groups[path[0]].kind != "metrics":
            path = self.tree.child(path, "metrics", Group("", "metrics", "metrics"))
        if id(call.about) in self._containers:
            return path
        group = _keras_group("metrics", call.about, call.label)
        group = replace(group, settings={**group.settings, **_output_of(call)})
        return self.tree.child(path, id(call.about), group)

    def _scopes(self, path: Path, name: str, owner: LayerCall | None) -> Path:
        """Groups for the name scopes that the calls do not explain. A scope that is also an op makes no group.

        A file may contain a name of thousands of scopes; beyond a usual depth, the rest stays in the name.
        """
        start = len(name) - len(self._room.local(name))
        if owner is not None:
            start = _after_scope(name, owner)
        end = name.find("/", start)
        deepest = len(path) + MOST_SCOPES
        while end != -1 and len(path) < deepest:
            if end > start and name[:end] not in self._op_names:
                path = self.tree.child(path, ("scope", name[:end]), Group("", name[start:end], "scope"))
            start, end = end + 1, name.find("/", end + 1)
        return path


def _after_scope(name: str, owner: LayerCall) -> int:
    """Where an op's name continues after the scope around its call and the scope that the call opened itself."""
    if not name.startswith(owner.scope):
        return name.rfind("/") + 1
    start = len(owner.scope) + 1 if owner.scope else 0
    return name.find("/", start) + 1 or len(name) if owner.is_named else start


def update_path(tree: Tree, path: Path, variable: str, models: frozenset[str]) -> Path:
    """The group inside an optimizer at `path` for the update of the variable with that name, nested like the layers."""
    variable = variable.partition(":")[0]
    *layers, name = variable.split("/")
    for part in layers[1:] if layers and layers[0] in models else layers:
        path = tree.child(path, part, Group("", part, "scope"))
    return tree.child(path, ("update", name), Group("", name, "update", settings={"variable": variable}))


_PLACERS = {
    "layer": _Places._layer,
    "loss": _Places._loss,
    "scale": _Places._scale,
    "gradients": _Places._gradients,
    "optimizer": _Places._optimizer,
    "update": _Places._update,
    "metrics": _Places._metrics,
}


def layer_of(owner: LayerCall | None) -> Layer | None:
    """The Keras layer of an op: the joined names of the enclosing layer calls, and the class of the innermost one."""
    layers = [call for call in _chain(owner) if call.kind == "layer"]
    if not layers or (owner is not None and owner.kind != "layer"):
        return None
    return Layer("/".join(call.label for call in layers), type(layers[-1].about).__name__)


def _chain(owner: LayerCall | None) -> list[LayerCall]:
    """The calls around an op, outermost first."""
    chain: list[LayerCall] = []
    while owner is not None:
        chain.append(owner)
        owner = owner.parent
    return chain[::-1]


def _output_of(call: LayerCall) -> dict[str, JsonValue]:
    """The model output that a loss or metric belongs to, if there are several outputs."""
    output = private.output_name(call.parent.about, call.about) if call.parent else ""
    return {"output": output} if output else {}


def _line_of(step: Step) -> dict[str, JsonValue]:
    """The line of code that calls a function or begins a paragraph; {} if there are several."""
    file, line = step.where
    return {"line": f"{file.replace(chr(92), '/').rpartition('/')[2]}:{line}"} if line else {}


def _is_inner_loss(call: LayerCall) -> bool:
    return call.about is not None and type(call.about).__name__ != "CompileLoss"


def _class_name(about: Subject) -> str:
    """The class; for a wrapped function (a loss passed by name or as a function), the function's name."""
    function = getattr(about, "fn", None)
    if type(about).__name__ == "LossFunctionWrapper" and function is not None:
        return str(function.__name__)
    return type(about).__name__


def _keras_group(kind: str, about: Subject, label: str) -> Group:
    return Group("", label, kind, _class_name(about), _settings(about), layer_line(about) if kind == "layer" else None)


def _settings(about: Subject) -> dict[str, JsonValue]:
    """The constructor's settings worth showing; {} if the object does not provide them."""
    if about is None or isinstance(about, keras.Model):
        return {}
    try:
        config = about.get_config()
    except Exception:  # a user's class may lack get_config, or fail in it
        return {}
    return shown_settings(config)


def shown_settings(config: Mapping[str, object]) -> dict[str, JsonValue]:
    """The settings of a layer's config that are worth showing."""
    hidden = {"name", "trainable", "dtype", "build_config"}
    return {key: _plain(value) for key, value in config.items() if key not in hidden and value is not None}


def _plain(value: object) -> JsonValue:
    """A setting as JSON; a serialized Keras object becomes its class's name."""
    if isinstance(value, dict):
        return str(value.get("class_name", "")) or {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return finite(value) if isinstance(value, (str, int, float, bool)) else str(value)
