"""A source's text with the inputs entered on the page: `FILE.py:model --input image=float32[?,224,224,3]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphlab.explain import input_name, user_inputs
from graphlab.graph import Graph, format_shape
from graphlab.sources.inputs import parse_inputs

BEFORE = " --input "

Sizes = Mapping[tuple[str, int], int]


def split_source(text: str) -> tuple[str, tuple[str, ...]]:
    """The source that the app was started with, and the inputs entered on the page."""
    source, *inputs = text.split(BEFORE)
    return source, tuple(inputs)


def join_source(source: str, inputs: Sequence[str]) -> str:
    """The text of a source with these inputs."""
    return BEFORE.join((source, *inputs))


def with_sizes(text: str, own_inputs: Sequence[str], graph: Graph, sizes: Sizes) -> str:
    """The source's text with these sizes (by the input's op and the axis) in its inputs.

    `own_inputs` are the inputs that the app was started with. Other inputs stay.
    """
    source, input_texts = split_source(text)
    inputs = user_inputs(graph)
    names = [input_name(graph, op_id) for op_id in inputs]
    if len(set(names)) < len(names):  # unnamed ones keep their order
        return join_source(source, [_input(graph, op_id, sizes) for op_id in inputs])
    texts_by_name = {
        spec.name: words
        for spec, words in zip(parse_inputs(input_texts or own_inputs), input_texts or own_inputs, strict=True)
    }
    changed = {op_id for op_id, _ in sizes}
    new_texts = {
        name: f"{name}={_input(graph, op_id, sizes)}"
        for name, op_id in zip(names, inputs, strict=True)
        if op_id in changed
    }
    return join_source(source, [*{name: words for name, words in (texts_by_name | new_texts).items() if name}.values()])


def _input(graph: Graph, op_id: str, sizes: Sizes) -> str:
    tensor = graph.op(op_id).outputs[0]
    shape = tensor.shape and tuple(sizes.get((op_id, axis), size) for axis, size in enumerate(tensor.shape))
    return f"{tensor.dtype}[{format_shape(shape)}]"
