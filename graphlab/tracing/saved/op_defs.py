"""TensorFlow's op definitions: attributes, inputs and outputs for a file's attributes."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf

from graphlab.tracing import private
from graphlab.tracing.tensorflow_types import ArgDef, Attrs, AttrValue, OpDef

UNKNOWN = "unknown"
MOST_TENSORS = 100_000  # of one argument: a file may ask for any number
_FIELDS = {
    "string": "s",
    "int": "i",
    "float": "f",
    "bool": "b",
    "type": "type",
    "shape": "shape",
    "tensor": "tensor",
    "func": "func",
}
_REFERENCE = 100  # TensorFlow 1 represents a reference to a type as another type, this much higher


@dataclass(frozen=True)
class Arguments:
    """The inputs or outputs of an op: their dtypes by port, the first port of each named argument, and which
    ports are references to a TensorFlow 1 variable."""

    dtypes: tuple[str, ...] = ()
    first_port: Mapping[str, int] | None = None
    references: frozenset[int] = frozenset()


def registered(op_type: str) -> bool:
    """Whether TensorFlow knows the op type."""
    return private.op_def(op_type) is not None


def outputs_of(op_def: OpDef, attrs: Attrs) -> Arguments:
    """The outputs of an op with these attributes; "unknown" if the attribute for one is missing or invalid."""
    return _arguments(op_def.output_arg, op_def, attrs)


def inputs_of(op_def: OpDef, attrs: Attrs) -> Arguments:
    """The inputs of an op with these attributes."""
    return _arguments(op_def.input_arg, op_def, attrs)


def dtype_name(value: int) -> str:
    """The name of a DataType enum value, for a reference that of its target; "unknown" for other numbers."""
    try:
        return str(tf.dtypes.as_dtype(value - _REFERENCE if value > _REFERENCE else value).name)
    except TypeError:
        return UNKNOWN


def complaint(op_type: str, attrs: Attrs) -> str:
    """What is wrong with the attributes of an op that TensorFlow knows, in one sentence; "" if nothing is."""
    for name, (kind, default, allowed) in _attributes(op_type).items():
        if name not in attrs:
            if default is None:
                return f"its attribute {name!r} is missing"
            continue
        if not _fits(attrs[name], kind):
            return f"its attribute {name!r} is not {'an' if kind == 'int' else 'a'} {kind}"
        if kind == "type" and attrs[name].WhichOneof("value") == "type":
            words = dtype_name(attrs[name].type)
            if words == UNKNOWN:
                return f"its attribute {name!r} is not a type ({attrs[name].type})"
            if allowed and words not in allowed:
                return f"its attribute {name!r} is {words}; the allowed values are {', '.join(allowed)}"
    return ""


def sound_attributes(op_type: str, attrs: Attrs) -> Attrs:
    """The attributes of an op that TensorFlow knows, without those of the wrong kind."""
    kinds = {name: kind for name, (kind, _, _) in _attributes(op_type).items()}
    return {name: attrs[name] for name in attrs if name not in kinds or _fits(attrs[name], kinds[name])}


def _fits(value: AttrValue, kind: str) -> bool:
    """Whether the value is of that kind, or left for the caller of a function to set."""
    field = "list" if kind.startswith("list(") else _FIELDS[kind]
    return value.WhichOneof("value") in (field, "placeholder")


@functools.lru_cache(maxsize=4096)
def _attributes(op_type: str) -> dict[str, tuple[str, AttrValue, tuple[str, ...]]]:
    """For each attribute its kind, its default value (None without one) and the allowed types (if empty, all)."""
    op_def = private.op_def(op_type)
    return {
        attr.name: (
            attr.type,
            attr.default_value if attr.HasField("default_value") else None,
            tuple(dtype_name(value) for value in attr.allowed_values.list.type),
        )
        for attr in (op_def.attr if op_def is not None else ())
    }


def _arguments(arguments: Sequence[ArgDef], op_def: OpDef, attrs: Attrs) -> Arguments:
    dtypes: list[str] = []
    first_port: dict[str, int] = {}
    references: set[int] = set()
    for argument in arguments:
        first_port[argument.name] = len(dtypes)
        dtypes += dtypes_of(argument, attrs, op_def.name)
        if argument.is_ref:
            references |= set(range(first_port[argument.name], len(dtypes)))
    return Arguments(tuple(dtypes), first_port, frozenset(references))


def dtypes_of(argument: ArgDef, attrs: Attrs, op_type: str = "") -> list[str]:
    """The dtypes of one argument (an ArgDef), one by one for a list; the op type provides the defaults."""
    if argument.type_list_attr:
        value = _value(argument.type_list_attr, attrs, op_type)
        return [dtype_name(item) for item in value.list.type] if value is not None else []
    dtype = dtype_name(argument.type) if argument.type else UNKNOWN
    if argument.type_attr:
        value = _value(argument.type_attr, attrs, op_type)
        dtype = dtype_name(value.type) if value is not None else UNKNOWN
    if not argument.number_attr:
        return [dtype]
    value = _value(argument.number_attr, attrs, op_type)
    return [dtype] * max(0, min(value.i, MOST_TENSORS)) if value is not None else []


def _value(name: str, attrs: Attrs, op_type: str) -> AttrValue:
    """An attribute's value as a proto, else its default; None without either."""
    if name in attrs:
        return attrs[name]
    attributes = _attributes(op_type) if registered(op_type) else {}
    return attributes.get(name, ("", None, ()))[1]
