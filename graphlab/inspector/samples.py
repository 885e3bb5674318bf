"""The first elements of pipelines, as parts of the inspector."""

from __future__ import annotations

import re

from graphlab.graph import Graph
from graphlab.graph.facts import SampleValue
from graphlab.inspector.parts import Detail, Problem, Samples, Section, Value

_TUPLE_INDEX = re.compile(r"^\[\d+\]")  # an index in a tuple means nothing to a reader
_KEY = re.compile(r"\['([^']*)'\]")


def first_elements(graph: Graph, output_id: str = "") -> list[Detail]:
    """A section for each dataset of a pipeline whose first elements are known; with an output's id, only that one."""
    sections: list[Detail] = []
    for index, sample in enumerate(graph.facts.samples):
        if output_id and graph.output_ids[min(index, len(graph.output_ids) - 1)] != output_id:
            continue
        several = len(graph.facts.samples) > 1
        title = f"First elements of {sample['title']}" if several else "First elements"
        elements = tuple(tuple(_value(value) for value in element) for element in sample["elements"])
        parts: list[Detail] = [Samples(elements)] if elements else []
        parts += [Problem(sample["problem"])] if sample["problem"] else []
        sections += [Section(title, tuple(parts))] if parts else []
    return sections


def _value(value: SampleValue) -> Value:
    path = _TUPLE_INDEX.sub("", value["name"])
    key = _KEY.fullmatch(path)
    name = key[1] if key else path
    return Value(name, value["tensor"], value.get("text", ""), value.get("image", ""))
