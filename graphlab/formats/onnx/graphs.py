"""ONNX files to graphs, if the onnx package is installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.formats.nested import assemble, result_ops
from graphlab.formats.onnx.file import drop_large_values, load_model, with_shapes
from graphlab.formats.onnx.parts import MAIN, to_parts
from graphlab.formats.onnx.shapes import ShapeInference
from graphlab.formats.onnx.sizes import give_sizes
from graphlab.graph import Graph, GraphFacts
from graphlab.sources.inputs import InputSpec

if TYPE_CHECKING:
    import onnx


def read_onnx(path: Path, *, trust: bool = False, inputs: Sequence[InputSpec] = ()) -> dict[str, Graph]:
    """The model's graph, with branches, loops and its own functions in place. It contains no code to trust.

    Raises SourceError if the model does not accept `inputs`.
    """
    model = load_model(path)
    drop_large_values(model)
    if inputs:
        give_sizes(model, inputs)
    with ShapeInference() as inference:
        model, missing = with_shapes(model, inference, anew=bool(inputs))
        parts = to_parts(model, inference)
    main = parts[MAIN]
    outputs = result_ops(main, [info.name for info in model.graph.output])
    graph = assemble(
        {**parts, MAIN: replace(main, ops=[*main.ops, *outputs])},
        MAIN,
        GraphFacts(
            name=model.graph.name or path.stem,
            inputs=main.args,
            outputs=tuple(op.id for op in outputs),
            names={op.id: info.name for op, info in zip(outputs, model.graph.output, strict=True)},
            versions=_versions(model),
            notes=tuple(note for note in (missing, _training(model)) if note),
        ),
    )
    return {"function": graph}


def _versions(model: onnx.ModelProto) -> dict[str, str]:
    """The opset of each domain, ONNX's own first, the format's version and the program that wrote the file."""
    versions = {"ONNX": f"IR {model.ir_version}"}
    for opset in model.opset_import:
        versions[f"opset {opset.domain}".strip()] = str(opset.version)
    producer = f"{model.producer_name} {model.producer_version}".strip()
    return {**versions, "written by": producer} if producer else versions


def _training(model: onnx.ModelProto) -> str:
    return "The file also describes how the model is trained, which is not shown." if model.training_info else ""
