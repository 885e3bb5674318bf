"""The values of the one-file viewer as JSON: what each output shows, at each position of the sliders.

Readouts are written once and named by their place. A box is the number of the output that it shows, -1 for none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TypedDict

from graphlab.graph import Graph
from graphlab.json_value import JsonObject, as_object
from graphlab.pictures.values.types import CarriedValues
from graphlab.view import Folded, shown_output


class LevelBoxesJson(TypedDict):
    """The numbers of the outputs that the ops and groups of a level of detail show."""

    ops: list[int]
    groups: list[int]


class ValuesBlockJson(TypedDict):
    """What the file holds; `outputs` has the places of each output's readouts in `distinct`."""

    inputs: list[JsonObject]
    sliders: list[JsonObject]
    gradient: str
    notes: list[str]
    distinct: list[list[JsonObject]]
    outputs: list[tuple[int, ...]]
    boxes: dict[str, LevelBoxesJson]
    results: list[tuple[str, int]]


Boxes = tuple[Folded, Sequence[str]]  # a level of detail and the ids of its groups, in the atlas's order


def values_to_json(values: CarriedValues, graph: Graph, levels: Mapping[str, Boxes]) -> ValuesBlockJson:
    """The values for the boxes of each level of detail, by its name."""
    numbers = {output: number for number, output in enumerate(values.places)}
    boxes = {name: _boxes(folded, group_ids, numbers) for name, (folded, group_ids) in levels.items()}
    folded = next(iter(levels.values()))[0]
    results = [(_result_name(graph, op_id), _number(folded, op_id, numbers)) for op_id in graph.output_ids]
    return {
        "inputs": [as_object(asdict(one)) for one in values.inputs],
        "sliders": [as_object(asdict(slider)) for slider in values.sliders],
        "gradient": values.gradient,
        "notes": [*values.notes],
        "distinct": [[readout.to_json() for readout in readouts] for readouts in values.distinct],
        "outputs": [*values.places.values()],
        "boxes": boxes,
        "results": [result for result in results if result[1] != -1],
    }


def _boxes(folded: Folded, group_ids: Sequence[str], numbers: Mapping[tuple[str, int], int]) -> LevelBoxesJson:
    return {
        "ops": [_number(folded, op_id, numbers) for op_id in folded.paths],
        "groups": [_number(folded, group_id, numbers) for group_id in group_ids],
    }


def _number(folded: Folded, child: str, numbers: Mapping[tuple[str, int], int]) -> int:
    output = shown_output(folded, child)
    return -1 if output is None else numbers.get((output.op_id, output.port), -1)


def _result_name(graph: Graph, op_id: str) -> str:
    return "output" if len(graph.output_ids) == 1 else graph.facts.names.get(op_id, op_id)
