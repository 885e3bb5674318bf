"""Which Python code made an op: the functions and paragraphs into which a long layer, loss or function is divided.

Uses the stack that TensorFlow keeps with each op, between the recorded call (or the traced function) and the op.
"""

from __future__ import annotations

import functools
import linecache
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlab.tracing.models.record import LayerCall
from graphlab.tracing.raw import RawOp
from graphlab.tracing.tensorflow_types import Frame

if TYPE_CHECKING:
    import tensorflow as tf

LONG = 40  # a call that made more ops than this is divided ...
LONG_FUNCTION = 24  # ... and a function inside it by its lines
FEWEST = 4  # a part with fewer ops gets no group
MOST_WORDS = 40  # characters of a comment that names a paragraph
_UNDIVIDED = frozenset({"gradients", "update"})  # already divided: by forward layer, by variable
_TRACERS = frozenset({"func_graph_from_py_func", "owning"})  # where a function's or recorded call's own code starts


@dataclass(frozen=True)
class Step:
    """A part of the code: one call of a function, or lines of one. `where` distinguishes parts."""

    name: str
    where: tuple[str, int]
    is_function: bool = False


Steps = tuple[Step, ...]


def steps_of(ops: Sequence[RawOp], owners: Sequence[LayerCall | None]) -> dict[int, Steps]:
    """For each op of a long call, by position, the enclosing parts of code, outermost first."""
    by_owner: dict[int, list[int]] = defaultdict(list)
    for position, owner in enumerate(owners):
        if ops[position].live is not None and (owner is None or owner.kind not in _UNDIVIDED):
            by_owner[id(owner)].append(position)
    steps: dict[int, Steps] = {}
    for places in by_owner.values():
        if len(places) > LONG:
            steps |= _worth_a_group({position: tuple(_steps(ops[position].live)) for position in places})
    return steps


def _worth_a_group(steps: dict[int, Steps]) -> dict[int, Steps]:
    """The parts with more than a few ops that are not the whole enclosing part; lines only of long functions."""
    op_counts = Counter(path[:depth] for path in steps.values() for depth in range(len(path) + 1))
    return {position: tuple(_group_steps(path, op_counts)) for position, path in steps.items()}


def _group_steps(path: Steps, op_counts: Mapping[Steps, int]) -> list[Step]:
    steps: list[Step] = []
    by_function = around = op_counts[()]
    for depth, step in enumerate(path, 1):
        count = op_counts[path[:depth]]
        if count == around and step.is_function and steps and not steps[-1].is_function:
            steps[-1] = step  # these lines only call this function, whose name is more informative
        elif FEWEST <= count < around and (step.is_function or by_function > LONG_FUNCTION):
            steps.append(step)
            around = count
        by_function = count if step.is_function else by_function
    return steps


def _steps(op: tf.Operation) -> Iterator[Step]:
    """Section, paragraph, function, section ... from the called code to the line that made the op."""
    frames: list[Frame] = []
    for frame in reversed(op.traceback or ()):
        if frame.name in _TRACERS and _is_tracing(frame.filename):
            break
        if not _is_hidden(frame.filename) and frame.name.isidentifier() and not frame.name.endswith(("wrapper", "__")):
            frames.append(frame)
    frames.reverse()
    for depth, frame in enumerate(frames):
        if depth:
            # A function that only forwards to another of the same name is the same part, whichever line does so.
            line = frames[depth - 1].lineno if frame.name != frames[depth - 1].name else 0
            yield Step(frame.name.strip("_"), (frames[depth - 1].filename, line), is_function=True)
        yield from _lines(frame.filename, frame.lineno)


@functools.lru_cache(maxsize=4096)
def _lines(file: str, line: int) -> Steps:
    """The section under a comment, if any, and the paragraph between blank lines that contains this line."""
    first, last = _ends_of_paragraph(file, line)
    heading = first
    while not (words := _comment(file, heading)) and not _is_head(file, heading) and heading > 1:
        heading, _ = _ends_of_paragraph(file, heading - 2)
    section = (Step(words, (file, heading)),) if words and heading < first else ()
    return (*section, Step(_comment(file, first) or _result(file, first, last), (file, first)))


def _ends_of_paragraph(file: str, line: int) -> tuple[int, int]:
    first = last = line
    while linecache.getline(file, first - 1).strip():
        first -= 1
    while linecache.getline(file, last + 1).strip():
        last += 1
    return first, last


def _is_head(file: str, line: int) -> bool:
    """Whether a paragraph begins a function; the lines above it belong to another."""
    return linecache.getline(file, line).lstrip().startswith(("def ", "@", "class "))


def _comment(file: str, line: int) -> str:
    """The words of a comment on this line if they are short enough for a name; else ""."""
    text = linecache.getline(file, line).strip()
    words = text.strip("#-= .") if text.startswith("#") else ""
    return words if len(words) <= MOST_WORDS and re.fullmatch(r"[A-Za-z][\w ,:'/()-]*", words) else ""


def _result(file: str, first: int, last: int) -> str:
    """The name that the last assignment in these lines assigns to."""
    lines = (linecache.getline(file, number).strip() for number in range(first, last + 1))
    results = [match[1] for text in lines if (match := re.match(r"([a-z_]\w*(?:, *[a-z_]\w*)*) = ", text))]
    return "".join(results[-1:]) or f"line {first}"


@functools.lru_cache(maxsize=4096)
def _is_tracing(file: str) -> bool:
    """Whether the file belongs to the tracing machinery: TensorFlow or graphlab."""
    path = file.replace("\\", "/")
    return path.endswith(("/tensorflow/python/framework/func_graph.py", "/graphlab/tracing/record.py"))


@functools.lru_cache(maxsize=4096)
def _is_hidden(file: str) -> bool:
    """Whether functions of the file are machinery: TensorFlow, and Keras' dispatch of calls."""
    path = file.replace("\\", "/")
    return "/tensorflow/python/" in path or path.endswith(("_utils.py", "/operation.py", "/sparse.py"))
