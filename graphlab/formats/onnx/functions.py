"""The shapes inside a model's own functions. ONNX infers them for each call but does not return them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from graphlab.formats.onnx.shapes import ShapeInference
from graphlab.formats.onnx.types import dtype_number
from graphlab.graph import Tensor

if TYPE_CHECKING:
    import onnx

MOST_CALLS = 500  # each one is a separate shape inference


class FunctionShapes:
    """Infers a function's tensors for the inputs and attributes of one call, at most `MOST_CALLS` times."""

    def __init__(self, model: onnx.ModelProto, inference: ShapeInference, *, finite: bool) -> None:
        self._model = model
        self._inference = inference
        self._left = MOST_CALLS if finite and model.functions else 0

    def of_call(
        self, function: onnx.FunctionProto, call: onnx.NodeProto, inputs: Sequence[Tensor]
    ) -> onnx.GraphProto | None:
        """The function's graph with types for this call; None if they cannot be inferred."""
        if not self._left or not inputs:
            return None
        self._left -= 1
        from onnx import helper

        graph = helper.make_graph(
            [_with_attributes(node, _attributes(function, call)) for node in function.node],
            "function",
            [_typed(name, tensor) for name, tensor in zip(function.input, inputs, strict=False)],
            [helper.make_empty_tensor_value_info(name) for name in function.output],
        )
        model = helper.make_model(graph, functions=self._model.functions, opset_imports=function.opset_import)
        model.opset_import.extend(_missing(self._model.opset_import, function.opset_import))
        model.ir_version = self._model.ir_version
        inferred, _ = self._inference.infer(model)
        return None if inferred is None else inferred.graph


def _attributes(function: onnx.FunctionProto, call: onnx.NodeProto) -> dict[str, onnx.AttributeProto]:
    """The function's attributes in this call: those of the call, else the defaults."""
    defaults = {attribute.name: attribute for attribute in getattr(function, "attribute_proto", ())}
    return defaults | {attribute.name: attribute for attribute in call.attribute}


def _with_attributes(node: onnx.NodeProto, attributes: dict[str, onnx.AttributeProto]) -> onnx.NodeProto:
    """The node with the call's attributes in place of references to them."""
    if not any(attribute.ref_attr_name for attribute in node.attribute):
        return node
    copied = type(node)()
    copied.CopyFrom(node)
    copied.ClearField("attribute")
    for attribute in node.attribute:
        if not attribute.ref_attr_name:
            copied.attribute.append(attribute)
        elif attribute.ref_attr_name in attributes:
            value = type(attribute)()
            value.CopyFrom(attributes[attribute.ref_attr_name])
            value.name = attribute.name
            copied.attribute.append(value)
    return copied


def _typed(name: str, tensor: Tensor) -> onnx.ValueInfoProto:
    from onnx import helper

    number = dtype_number(tensor.dtype)
    if not number:
        return helper.make_empty_tensor_value_info(name)
    return helper.make_tensor_value_info(name, number, tensor.shape)


def _missing(
    opsets: Iterable[onnx.OperatorSetIdProto], model_opsets: Iterable[onnx.OperatorSetIdProto]
) -> list[onnx.OperatorSetIdProto]:
    domains = {opset.domain for opset in model_opsets}
    return [opset for opset in opsets if opset.domain not in domains]
