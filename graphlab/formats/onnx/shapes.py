"""ONNX's shape inference in a process of its own: on a damaged model its native code may crash the process.

`python -m` runs the child.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from graphlab.errors import GraphlabError
from graphlab.processes.worker import Message, Worker, WorkerDied, WorkerTimeout, serve

if TYPE_CHECKING:
    import onnx

MODULE = "graphlab.formats.onnx.shapes"
TIME_S = 60.0


class ShapeInference:
    """Infers shapes until the context ends. After the process has failed once, it is not asked again."""

    def __init__(self) -> None:
        self._worker = Worker(MODULE)
        self._broken = ""

    def __enter__(self) -> ShapeInference:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._worker.close()

    def infer(self, model: onnx.ModelProto) -> tuple[onnx.ModelProto | None, str]:
        """The model with the types and shapes that can be inferred; or None and the reason."""
        if self._broken:
            return None, self._broken
        request = {"do": "infer", "model": base64.b64encode(model.SerializeToString()).decode()}
        try:
            answer = self._worker.ask(request, timeout_s=TIME_S)
        except WorkerTimeout:
            self._broken = f"it takes longer than {TIME_S:g} seconds"
        except WorkerDied:
            self._broken = "ONNX's shape inference crashes on this model"
        except GraphlabError as error:  # what ONNX's own checks raise
            return None, " ".join(str(error).split())[:200]
        else:
            return type(model).FromString(base64.b64decode(answer["model"])), ""
        return None, self._broken


def answer_infer(request: Message, progress: Callable[[str], None]) -> Message:
    """A serialized model with the shapes that ONNX infers."""
    from onnx import ModelProto, shape_inference

    model = ModelProto.FromString(base64.b64decode(request["model"]))
    inferred = shape_inference.infer_shapes(model, check_type=False, strict_mode=False, data_prop=True)
    return {"model": base64.b64encode(inferred.SerializeToString()).decode()}


if __name__ == "__main__":
    serve({"infer": answer_infer})
