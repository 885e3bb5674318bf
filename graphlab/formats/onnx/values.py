"""The values of one ONNX tensor, from the model file or from the file beside it that the tensor names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.errors import FormatError
from graphlab.formats.onnx.file import load_model
from graphlab.formats.onnx.types import EXTERNAL, tensor_of_values
from graphlab.graph import count_elements

if TYPE_CHECKING:
    import numpy as np
    import onnx
    from numpy.typing import NDArray


def read_onnx_weights(path: Path, where: str) -> NDArray[np.generic]:
    """The values at `where`: the steps from the model to an initializer ("i3") or a node's attribute ("n5:value")."""
    from onnx import numpy_helper

    model = load_model(path)
    steps = json.loads(where)
    graph = model.graph
    if steps[0].startswith("f"):
        graph = model.functions[int(steps.pop(0)[1:])]
    for step in steps[:-1]:
        graph = _attribute(graph, step).g
    last = steps[-1]
    tensor = graph.initializer[int(last[1:])] if last.startswith("i") else _attribute(graph, last).t
    if tensor.data_location == EXTERNAL:
        _read_external(tensor, path)
    values: NDArray[np.generic] = numpy_helper.to_array(tensor)
    return values


def _attribute(graph: onnx.GraphProto, step: str) -> onnx.AttributeProto:
    node_key, _, name = step.partition(":")
    node = graph.node[int(node_key[1:])]
    return next(attribute for attribute in node.attribute if attribute.name == name)


def _read_external(tensor: onnx.TensorProto, path: Path) -> None:
    """Load the tensor's bytes from the file beside the model. Does not open files outside the model's folder."""
    from onnx.helper import tensor_dtype_to_np_dtype

    about = {entry.key: entry.value for entry in tensor.external_data}
    folder = path.resolve().parent
    file = (folder / about.get("location", "")).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        raise FormatError(f"the values of {tensor.name!r} should be in {about.get('location')!r}, which does not exist")
    size = (count_elements(tensor_of_values(tensor).shape) or 0) * tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    length = min(size, int(about.get("length", size)))
    if length < 0:  # Python would read to the end of the file, whatever its size
        raise FormatError(f"the values of {tensor.name!r} have the impossible length {length:,}; the file is damaged")
    with file.open("rb") as opened:
        opened.seek(int(about.get("offset", 0)))
        content = opened.read(length)
    if len(content) < length:
        raise FormatError(f"{str(file)!r} is truncated within the values of {tensor.name!r}")
    tensor.raw_data = content
    tensor.ClearField("external_data")
    tensor.data_location = 0
