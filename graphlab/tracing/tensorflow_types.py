"""Types for the members of TensorFlow's objects that graphlab reads, without importing TensorFlow at run time.

Protocols name the few members used of TensorFlow's private classes; aliases stand for its messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import tensorflow as tf
    from tensorflow.core.framework import (
        attr_value_pb2,
        function_pb2,
        graph_pb2,
        node_def_pb2,
        op_def_pb2,
        tensor_pb2,
        tensor_shape_pb2,
    )
    from tensorflow.core.protobuf import (
        meta_graph_pb2,
        saved_model_pb2,
        saved_object_graph_pb2,
        struct_pb2,
        trackable_object_graph_pb2,
    )

AttrValue: TypeAlias = "attr_value_pb2.AttrValue"
AttrList: TypeAlias = "attr_value_pb2.AttrValue.ListValue"
FunctionDef: TypeAlias = "function_pb2.FunctionDef"
GraphDef: TypeAlias = "graph_pb2.GraphDef"
NodeDef: TypeAlias = "node_def_pb2.NodeDef"
OpDef: TypeAlias = "op_def_pb2.OpDef"
ArgDef: TypeAlias = "op_def_pb2.OpDef.ArgDef"
TensorProto: TypeAlias = "tensor_pb2.TensorProto"
TensorShapeProto: TypeAlias = "tensor_shape_pb2.TensorShapeProto"
MetaGraphDef: TypeAlias = "meta_graph_pb2.MetaGraphDef"
SavedModelProto: TypeAlias = "saved_model_pb2.SavedModel"
GraphMessage: TypeAlias = "GraphDef | MetaGraphDef | SavedModelProto"  # what a file may contain
SignatureDef: TypeAlias = "meta_graph_pb2.SignatureDef"
TensorInfo: TypeAlias = "meta_graph_pb2.TensorInfo"
SavedObject: TypeAlias = "saved_object_graph_pb2.SavedObject"
SavedObjectGraph: TypeAlias = "saved_object_graph_pb2.SavedObjectGraph"
TrackableObjectGraph: TypeAlias = "trackable_object_graph_pb2.TrackableObjectGraph"
StructuredValue: TypeAlias = "struct_pb2.StructuredValue"

Attrs: TypeAlias = Mapping[str, AttrValue]  # of a node, by name


class FuncGraph(Protocol):
    """The graph of a traced function (`tensorflow.python.framework.func_graph.FuncGraph`)."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """The function's name."""

    @property
    def inputs(self) -> Sequence[tf.Tensor]:
        """The arguments; captured ones come last."""

    @property
    def outputs(self) -> Sequence[tf.Tensor]:
        """The results."""

    @property
    def variables(self) -> Sequence[tf.Variable]:
        """The variables that the ops read or write."""

    @property
    def captures(self) -> Iterable[tuple[tf.Tensor, tf.Tensor]]:
        """What is captured from outside: (the tensor there, the argument that represents it)."""

    def as_graph_def(self) -> GraphDef:
        """The ops as a message."""

    def get_operations(self) -> Sequence[tf.Operation]:
        """Every op, in the order of creation."""


class ConcreteFunction(Protocol):
    """One trace of a tf.function (`tensorflow.python.eager.polymorphic_function.concrete_function`)."""

    @property
    def name(self) -> bytes:
        """The name by which ops call it."""

    @property
    def function_type(self) -> tf.types.experimental.FunctionType:
        """The parameters, and what each was traced for."""

    @property
    def graph(self) -> FuncGraph:
        """Its ops."""

    @property
    def captured_inputs(self) -> Sequence[tf.Tensor]:
        """The values that it reads from outside."""

    @property
    def structured_input_signature(self) -> tuple[tuple[object, ...], Mapping[str, object]]:
        """The specs of the arguments, by position and by name."""

    @property
    def structured_outputs(self) -> object:
        """The results in Python's structure."""


class Traceable(Protocol):
    """A tf.function, or another object that can be traced like one."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        """The result for these arguments."""

    def get_concrete_function(self, *args: object, **kwargs: object) -> ConcreteFunction:
        """The trace for these specs."""


class SavedModel(Protocol):
    """What tf.saved_model.load returns."""

    @property
    def signatures(self) -> Mapping[str, ConcreteFunction]:
        """The functions that the model was saved with, by key."""


class DatasetFunction(Protocol):
    """A function that a dataset calls (`tensorflow.python.data.ops.structured_function.StructuredFunctionWrapper`)."""

    @property
    def function(self) -> ConcreteFunction:
        """The traced function."""


class Frame(Protocol):
    """A line of the code that made an op, from its `traceback`."""

    @property
    def filename(self) -> str:
        """The file."""

    @property
    def lineno(self) -> int:
        """The line, from 1."""

    @property
    def name(self) -> str:
        """The function."""


Differentiate: TypeAlias = Callable[[], object]
