"""The arguments that a tf.function was traced for, and how two traces differ. Works on words, not graphs."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf

from graphlab.graph import Tensor, format_shape
from graphlab.tracing.tensorflow_types import ConcreteFunction

MOST_TEXT = 24  # characters of a Python value
MOST_LABEL = 48
MOST_DIFFERENCES = 3
_KINDS = {"RaggedTensorSpec": "ragged tensor", "SparseTensorSpec": "sparse tensor", "VariableSpec": "variable"}


@dataclass(frozen=True)
class Leaf:
    """A tensor (`kind` is its sort) or, if it has none, a Python value or object as text.

    `identity` distinguishes objects of one class.
    """

    kind: str
    text: str
    tensor: Tensor | None = None
    identity: str = ""


@dataclass(frozen=True)
class Nest:
    """A dict, list, tuple or named tuple of arguments."""

    kind: str
    items: Mapping[str, Leaf | Nest]


Arguments = Mapping[str, Leaf | Nest]
Difference = tuple[str, int]  # in words, and the size of the difference


def arguments_of(concrete: ConcreteFunction) -> dict[str, Leaf | Nest]:
    """The arguments that a ConcreteFunction was traced for, by parameter."""
    args, kwargs = concrete.structured_input_signature
    types = concrete.function_type.parameters
    values = {**dict(zip(types, args, strict=False)), **kwargs}
    return {
        name: _argument(value, str(types[name].type_constraint) if name in types else "")
        for name, value in values.items()
    }


def defaults_of(function: Callable[..., object]) -> dict[str, Leaf | Nest]:
    """The default values of a function's parameters."""
    target: Callable[..., object] = getattr(function, "python_function", function)
    parameters = inspect.signature(target).parameters.values()
    return {one.name: _argument(one.default, "") for one in parameters if one.default is not one.empty}


def first_reason(arguments: Arguments, *, alone: bool) -> str:
    """Why the first trace was made."""
    when = "traced once" if alone else "traced first"
    return f"{when}, for {_list(arguments)}" if arguments else f"{when}, without arguments"


def reason(arguments: Arguments, earlier: Sequence[Arguments]) -> str:
    """Why another trace was made: the differences from the most similar earlier trace."""
    compared = [list(differences(arguments, other)) for other in reversed(earlier)]
    nearest = [words for words, _ in min(compared, key=lambda pairs: sum(size for _, size in pairs))]
    if not nearest:
        return "retraced for the same inputs, because it was called in another graph or on another device"
    extra = len(nearest) - MOST_DIFFERENCES
    words = " and ".join(nearest[:MOST_DIFFERENCES]) + (f" and {extra} more differences" if extra > 0 else "")
    return f"retraced because {words}"


def differences(new: Arguments, old: Arguments) -> Iterator[Difference]:
    """The differences of the new arguments in words, each with its size."""
    for name in new:
        if name not in old:
            yield f"the argument {name} ({_words(new[name])}) is new", 2
        else:
            yield from _compare(name, new[name], old[name])
    for name in old:
        if name not in new:
            yield f"the argument {name} is missing", 2


def trace_label(name: str, arguments: Arguments, defaults: Arguments) -> str:
    """`f(float32[3], n=3)`: the tensors, and the Python values that differ from the parameters' defaults."""
    parts = []
    only_tensors = True
    for key, value in arguments.items():
        only_tensors = only_tensors and _holds_tensors(value)
        if value != defaults.get(key):
            parts.append(_text(value) if only_tensors else f"{key}={_text(value)}")
    text = f"{name}({', '.join(parts)})"
    return text if len(text) <= MOST_LABEL else f"{text[: MOST_LABEL - 2]}…)"


def _argument(value: object, type_text: str) -> Leaf | Nest:
    if isinstance(value, Mapping):
        return Nest("dict", {repr(key): _argument(item, "") for key, item in value.items()})
    fields = _fields(value)
    if fields is not None:
        kind = (value.value_type if isinstance(value, tf.TypeSpec) else type(value)).__name__
        return Nest(kind, {f".{field}": _argument(item, "") for field, item in fields.items()})
    if isinstance(value, (list, tuple)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return Nest(kind, {str(index): _argument(item, "") for index, item in enumerate(value)})
    if isinstance(value, tf.TypeSpec):
        return _tensor_leaf(value)
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        text = repr(value)
        return Leaf("value", text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…")
    # TensorFlow holds other objects weakly: only their class is left, and the fact that they were different objects.
    return Leaf("object", _class_of(value, type_text), identity=type_text or str(id(value)))


def _fields(value: object) -> dict[str, object] | None:
    """The fields of a named tuple, a dataclass, an attrs object or an ExtensionType's spec; None for other values."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=True))
    if isinstance(value, tf.TypeSpec):
        is_extension = issubclass(value.value_type, tf.experimental.ExtensionType)
        return (
            {name: field_value for name, field_value in vars(value).items() if not name.startswith("_")}
            if is_extension
            else None
        )
    if isinstance(value, type):
        return None
    names = [one.name for one in getattr(type(value), "__attrs_attrs__", ())]
    names = names or [one.name for one in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else names
    return {name: getattr(value, name) for name in names} or None


def _tensor_leaf(spec: tf.TypeSpec) -> Leaf:
    name = type(spec).__name__
    shape, dtype = getattr(spec, "shape", None), getattr(spec, "dtype", None)
    if shape is None or dtype is None:
        return Leaf("spec", name.removesuffix("Spec").lower())
    sizes = None if shape.rank is None else tuple(shape.as_list())
    return Leaf(_KINDS.get(name, "tensor"), "", Tensor(dtype.name, sizes))


def _class_of(value: object, type_text: str) -> str:
    match = re.search(r"to '(\w+)'", type_text)
    kind = match[1] if match else type(value).__name__
    return "Python" if kind == "UnknownArgument" else kind


def _compare(path: str, new: Leaf | Nest, old: Leaf | Nest) -> Iterator[Difference]:
    if new == old:
        return
    if isinstance(new, Nest) and isinstance(old, Nest) and new.kind == old.kind:
        yield from _compare_items(path, new, old)
    elif isinstance(new, Leaf) and isinstance(old, Leaf) and new.kind == old.kind:
        yield _compare_leaves(path, new, old)
    else:
        yield f"{path} is {_words(new)} where {_words(old)} was traced before", 3


def _compare_items(path: str, new: Nest, old: Nest) -> Iterator[Difference]:
    if new.kind in ("list", "tuple") and len(new.items) != len(old.items):
        yield f"{path} has {len(new.items)} items instead of {len(old.items)}", 2
        return
    for key in (*new.items, *(key for key in old.items if key not in new.items)):
        if key not in old.items:
            yield f"{path} has the new key {key}", 2
        elif key not in new.items:
            yield f"{path} has no key {key}", 2
        else:
            yield from _compare(
                f"{path}{key}" if key.startswith(".") else f"{path}[{key}]", new.items[key], old.items[key]
            )


def _compare_leaves(path: str, new: Leaf, old: Leaf) -> Difference:
    if new.tensor is None or old.tensor is None:
        if new.kind == "value":
            return f"{path} = {new.text} instead of {old.text}", 1
        if new.text == old.text:
            return f"{path} is another {new.text} object", 1
        return f"{path} is {_words(new)} where {_words(old)} was traced before", 2
    if new.tensor.dtype == old.tensor.dtype:
        shapes = f"[{format_shape(new.tensor.shape)}] where [{format_shape(old.tensor.shape)}]"
        return f"{path} has shape {shapes} was traced before", 1
    if new.tensor.shape == old.tensor.shape:
        return f"{path} is {new.tensor.dtype} where {old.tensor.dtype} was traced before", 1
    return f"{path} is {new.tensor} where {old.tensor} was traced before", 2


def _words(value: Leaf | Nest) -> str:
    if isinstance(value, Nest):
        return f"a {value.kind} of {len(value.items)}"
    if value.tensor is not None:
        return f"a {value.kind} {value.tensor}"
    if value.kind == "value":
        return f"the Python value {value.text}"
    return f"a {value.text}" if value.kind == "spec" else f"a {value.text} object"


def _text(value: Leaf | Nest) -> str:
    """`float32[3]`, `{'a': float32[2]}`, `3`."""
    if isinstance(value, Leaf):
        sort = value.kind.removesuffix(" tensor") if value.kind in _KINDS.values() else ""
        return f"{sort} {value.tensor}".strip() if value.tensor is not None else value.text
    if value.kind in ("list", "tuple"):
        inside = ", ".join(map(_text, value.items.values()))
        return f"[{inside}]" if value.kind == "list" else f"({inside})"
    inside = ", ".join(f"{key.strip(chr(39)).lstrip('.')}: {_text(item)}" for key, item in value.items.items())
    return f"{{{inside}}}" if value.kind == "dict" else f"{value.kind}({inside})"


def _list(arguments: Arguments) -> str:
    return ", ".join(
        f"{name}: {_text(value)}" if _holds_tensors(value) else f"{name} = {_text(value)}"
        for name, value in arguments.items()
    )


def _holds_tensors(value: Leaf | Nest) -> bool:
    if isinstance(value, Nest):
        return any(map(_holds_tensors, value.items.values()))
    return value.tensor is not None or value.kind == "spec"
