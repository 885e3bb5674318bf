"""One stage of a tf.data pipeline as an op like those of TensorFlow's own graphs, with its settings as constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import tensorflow as tf

from graphlab.graph import Tensor, Variable, count_elements
from graphlab.graph.facts import StageFacts
from graphlab.graph.free_names import Names
from graphlab.graph.stages import stage_name
from graphlab.tracing import private
from graphlab.tracing.attributes import MAX_VALUES
from graphlab.tracing.bodies import stage_role
from graphlab.tracing.grouping.variables import tf_variable
from graphlab.tracing.pipelines.elements import argument_names, element_names, element_tensors, spec_tensor
from graphlab.tracing.pipelines.stage_names import creation_line, function_label, function_line
from graphlab.tracing.raw import End, RawFunction, RawOp, live_function
from graphlab.tracing.saved.op_defs import UNKNOWN, dtype_name
from graphlab.tracing.saved.protos import function_of_graph
from graphlab.tracing.tensorflow_types import ArgDef, AttrValue, DatasetFunction, OpDef

MOST_VERSIONS = 9
MOST_LOOSE = 4  # the tensors of a source, listed individually
_OP_TYPES = {
    "_RandomDataset": "RandomDataset",
    "ParallelInterleaveDataset": "LegacyParallelInterleaveDatasetV2",
    "CsvDatasetV2": "CSVDatasetV2",
}
_SETTINGS = {"cardinality": "expected_cardinality"}  # an op's argument → the setting, if their names differ
_COUNTS: dict[int, Literal["infinite"] | None] = {
    int(tf.data.INFINITE_CARDINALITY): "infinite",
    int(tf.data.UNKNOWN_CARDINALITY): None,
}
_PLAIN = {"bool": "b", "int": "i", "float": "f"}


@dataclass(eq=False)
class Pipeline:
    """A pipeline's ops under construction. `facts` contain, per stage, the number of elements ("infinite", None for
    unknown) and Python's names for the tensors of each; `names` the functions' names for their arguments."""

    ops: list[RawOp] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    facts: dict[str, StageFacts] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    free: Names = field(default_factory=Names)
    functions: dict[str, RawFunction] = field(default_factory=dict)
    libraries: list[Callable[[str], RawFunction | None]] = field(default_factory=list)
    ends: dict[int, End] = field(default_factory=dict)

    def end_of(self, dataset: tf.data.Dataset) -> End:
        """The output of the stage that was added for a dataset."""
        return self.ends[id(private.dataset_behind(dataset))]

    def find(self, name: str) -> RawFunction | None:
        """A function that a stage calls."""
        if name in self.functions:
            return self.functions[name]
        functions = (library(name) for library in self.libraries)
        return next((function for function in functions if function is not None), None)


def add_stage(pipeline: Pipeline, dataset: tf.data.Dataset, scope: str) -> None:
    """Add a dataset's stage unless it exists; the stages that it reads must exist already."""
    if id(dataset) in pipeline.ends:
        return
    op_type = op_type_of(dataset)
    if op_type is None:
        pipeline.ends[id(dataset)] = _add_serialized(pipeline, dataset, scope)
    else:
        pipeline.ends[id(dataset)] = _add(pipeline, dataset, scope, op_type)


def op_type_of(dataset: tf.data.Dataset) -> str | None:
    """The type of the op behind a dataset, in its newest version; None if its class does not determine it."""
    name = type(dataset).__name__
    if name in _OP_TYPES:
        return _OP_TYPES[name]
    plain = name.removeprefix("_").removesuffix("V2")
    versions = [f"{plain}V{number}" for number in range(MOST_VERSIONS, 1, -1)]
    return next((op_type for op_type in (*versions, plain) if private.op_def(op_type) is not None), None)


def _add(pipeline: Pipeline, dataset: tf.data.Dataset, scope: str, op_type: str) -> End:
    op_def = private.op_def(op_type)
    assert op_def is not None  # its type was found this way
    name = pipeline.free.free(scope + stage_name(op_type))
    functions = _functions(dataset, op_def)
    attrs = _plain_attributes(dataset, op_def)
    for attr, wrapper in functions.items():
        attrs[attr] = _add_function(pipeline, name, attr, op_type, wrapper, alone=len(functions) == 1)
    inputs: list[End] = []
    reads = iter([pipeline.end_of(read) for read in private.dataset_inputs(dataset)])
    for argument in op_def.input_arg:
        if argument.name.endswith("dataset"):
            inputs.append(next(reads))
        elif argument.name.endswith("datasets"):
            inputs += reads
        else:
            tensors = _tensors(dataset, argument, functions)
            tensor_names = _tensor_names(dataset, argument, len(tensors))
            inputs += [
                _add_tensor(pipeline, f"{name}/{tensor_name}", tensor, argument, functions)
                for tensor_name, tensor in zip(tensor_names, tensors, strict=True)
            ]
            if argument.type_list_attr:
                types = [tensor.dtype.as_datatype_enum for tensor in tensors]
                attrs[argument.type_list_attr] = _attribute(list={"type": types})
    outputs = (Tensor("variant", (), element_tensors(dataset.element_spec)),)
    pipeline.ops.append(
        RawOp(name, op_type, tuple(inputs), attrs=attrs, outputs=outputs, source=creation_line(dataset))
    )
    count = int(dataset.cardinality())
    pipeline.facts[name] = {"count": _COUNTS.get(count, count), "names": element_names(dataset.element_spec)}
    return name, 0


def _functions(dataset: tf.data.Dataset, op_def: OpDef) -> dict[str, DatasetFunction]:
    """The functions that the stage calls, by the op's attributes."""
    attributes = [attr.name for attr in op_def.attr if attr.type == "func"]
    return dict(zip(attributes, private.dataset_functions(dataset), strict=False))


def _add_function(
    pipeline: Pipeline, stage: str, attr: str, op_type: str, wrapper: DatasetFunction, *, alone: bool
) -> AttrValue:
    """Register the function with the pipeline, and return the attribute that names it."""
    concrete = wrapper.function
    name = concrete.name.decode()
    raw = live_function(concrete.graph)
    pipeline.functions[name] = replace(raw, label=function_label(op_type, wrapper), source=function_line(wrapper))
    role = stage_role(attr)
    scope = stage if alone or not role else f"{stage}/{role.replace(' ', '_')}"
    pipeline.names |= {
        f"{scope}/{argument}": argument_name
        for argument, argument_name in zip(raw.args, argument_names(wrapper), strict=False)
    }
    return _attribute(func={"name": name})


def _tensors(dataset: tf.data.Dataset, argument: ArgDef, functions: dict[str, DatasetFunction]) -> list[tf.Tensor]:
    """The tensors of one of the op's arguments; None if the dataset does not expose them."""
    calls = _calls_of(argument, functions)
    if calls is not None:
        return list(calls.function.captured_inputs)
    value = private.dataset_setting(dataset, _SETTINGS.get(argument.name, argument.name))
    if value is None:
        return [] if argument.type_list_attr else [None]
    values = tf.nest.flatten(value) if argument.type_list_attr or argument.number_attr else [value]
    return [tf.convert_to_tensor(one) for one in values]


def _tensor_names(dataset: tf.data.Dataset, argument: ArgDef, count: int) -> list[str]:
    """The names of an argument's tensors; for a source, Python's names of them in its elements.

    If there are many, their names put them into a group of their own.
    """
    paths = element_names(dataset.element_spec) if argument.name == "components" else []
    if len(paths) != count:
        return [argument.name] * count
    scope = "tensors/" if count > MOST_LOOSE else ""
    return [f"{scope}tensors{path}" for path in paths]


def _calls_of(argument: ArgDef, functions: dict[str, DatasetFunction]) -> DatasetFunction | None:
    """The function whose captured tensors are in an argument; None for any other argument."""
    attr, mark, _ = argument.name.partition("other_arg")
    if not mark or not functions:
        return None
    return functions.get(attr.rstrip("_")) or next(iter(functions.values()))


def _add_tensor(
    pipeline: Pipeline, base_name: str, tensor: tf.Tensor, argument: ArgDef, functions: dict[str, DatasetFunction]
) -> End:
    """Add a constant for a stage's tensor; for a tensor that a function reads from outside, add its source."""
    name = pipeline.free.free(base_name)
    if tensor is None:
        pipeline.ops.append(RawOp(name, "Const", outputs=(Tensor(_argument_type(argument), ()),)))
        return name, 0
    output = spec_tensor(tf.TensorSpec.from_tensor(tensor))
    if tensor.dtype == tf.resource:
        pipeline.ops.append(RawOp(name, "Placeholder", outputs=(output,)))
        variable = _variable(tensor, functions)
        if variable is not None:
            pipeline.variables[name] = variable
        return name, 0
    size = count_elements(output.shape)
    attrs = {}
    if size is not None and size <= MAX_VALUES and tensor.dtype != tf.variant:
        attrs["value"] = _attribute(tensor=tf.make_tensor_proto(tensor.numpy(), tensor.dtype))
    pipeline.ops.append(RawOp(name, "Const", attrs=attrs, outputs=(output,)))
    return name, 0


def _variable(handle: tf.Tensor, functions: dict[str, DatasetFunction]) -> Variable | None:
    """The variable behind a handle that a function reads; None for another resource, such as a table."""
    read = (variable for wrapper in functions.values() for variable in wrapper.function.graph.variables)
    match = next((variable for variable in read if variable.handle is handle), None)
    return None if match is None else tf_variable(match, is_weight=True)


def _argument_type(argument: ArgDef) -> str:
    return dtype_name(argument.type) if argument.type else UNKNOWN


def _plain_attributes(dataset: tf.data.Dataset, op_def: OpDef) -> dict[str, AttrValue]:
    """The op's attributes that the dataset keeps: flags, numbers and words."""
    attrs = {}
    for attr in op_def.attr:
        value = private.dataset_setting(dataset, attr.name)
        if isinstance(value, str) and attr.type == "string":
            attrs[attr.name] = _attribute(s=value.encode())
        elif isinstance(value, (bool, int, float)) and attr.type in _PLAIN:
            attrs[attr.name] = _attribute(**{_PLAIN[attr.type]: value})
    return attrs


def _attribute(**value: object) -> AttrValue:
    return tf.compat.v1.AttrValue(**value)


def _add_serialized(pipeline: Pipeline, dataset: tf.data.Dataset, scope: str) -> End:
    """Add the stages of a dataset whose Python object does not describe them, from its serialized graph."""
    raw = function_of_graph(tf.compat.v1.GraphDef.FromString(private.dataset_graph_def(dataset)))
    pipeline.libraries.append(raw.find)
    ends: dict[End, End] = {}
    last: End = ("", 0)
    for op in _sorted(raw.ops):
        if op.type == "_Retval":
            last = ends[op.inputs[0]]
            continue
        name = pipeline.free.free(scope + (stage_name(op.type) or op.name.replace("/", "_")))
        inputs = tuple(ends[end] for end in op.inputs)
        pipeline.ops.append(RawOp(name, op.type, inputs, attrs=op.attrs, outputs=op.outputs))
        ends |= {(op.name, port): (name, port) for port in range(len(op.outputs))}
    return last


def _sorted(ops: Sequence[RawOp]) -> list[RawOp]:
    """The ops, each after those that it reads."""
    rest, done, order = list(ops), set[str](), list[RawOp]()
    while rest:
        ready = [op for op in rest if all(name in done for name, _ in op.inputs)] or rest
        order += ready
        done |= {op.name for op in ready}
        rest = [op for op in rest if op.name not in done]
    return order
