"""The user's line that made an op or a layer, with its text."""

from __future__ import annotations

import functools
import linecache
import sys
from typing import TYPE_CHECKING

from graphlab.graph import Source
from graphlab.sources.ownership import is_user_file
from graphlab.tracing.models.record import LayerCall, layer_line

if TYPE_CHECKING:
    import tensorflow as tf

Code = dict[str, dict[int, str]]  # file → line → its text


def source_of(op: tf.Operation, owner: LayerCall | None, code: Code) -> Source | None:
    """The innermost line of the user's code under the trace; for a built-in layer, the line that created the layer.

    `op` is the tf.Operation, None if it no longer exists.
    """
    source = None
    # Reading a stack costs as much as the rest of the conversion, so it is read only where the user's code can be on
    # it, and only its innermost frames, which come last.
    stack = op.traceback if op is not None and not (owner is not None and owner.is_builtin) else None
    for frame in reversed(stack or ()):
        if _is_tracing(frame.filename):
            break
        if _is_users(frame.filename):
            source = Source(frame.filename, frame.lineno)
            break
    if source is None and owner is not None and owner.kind == "layer":
        source = layer_line(owner.about)
    if source is not None:
        note_code(source, code)
    return source


def note_code(source: Source, code: Code) -> None:
    """Add the line's text to `code`."""
    code.setdefault(source.file, {})[source.line] = linecache.getline(source.file, source.line).strip()


_is_users = functools.lru_cache(maxsize=4096)(is_user_file)


@functools.lru_cache(maxsize=4096)
def _is_tracing(file: str) -> bool:
    return file.replace("\\", "/").rpartition("/")[0].endswith("graphlab/tracing")


def caller_line() -> Source | None:
    """The innermost line of the user's code on the current stack."""
    frame = sys._getframe(1)
    while frame is not None:
        if _is_users(frame.f_code.co_filename):
            return Source(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]
    return None
