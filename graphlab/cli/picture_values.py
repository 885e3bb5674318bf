"""What `graphlab export` does for a picture with values: it asks a process of its own for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, cast

from graphlab.cli.evaluation_process import Ask, InputRow, RunOptions, evaluation_process, run_request
from graphlab.graph import Graph
from graphlab.json_value import JsonObject
from graphlab.overlay.types import read_readout
from graphlab.pictures import PictureOptions
from graphlab.pictures.export import ONE_FILE, outputs_to_show
from graphlab.pictures.values.types import CarriedInput, CarriedSlider, CarriedValues
from graphlab.sources import SourceSpec
from graphlab.store.stored_graphs import SentGraph, drop, take
from graphlab.view.readouts import is_picture


class PictureAnswer(TypedDict):
    """What the process answers first: the source's graphs, the name of the one that ran, and its inputs.

    `data` describes the data that they are from, "" for none. `end` says why the evaluation ended early.
    """

    name: str
    graphs: dict[str, SentGraph]
    inputs: list[InputRow]
    data: str
    end: str


class SliderRow(TypedDict):
    """A slider that was moved ahead."""

    name: str
    numbers: list[float]
    at: int


class ReadoutsAnswer(TypedDict):
    """What the process answers then: what each output shows at each position of the sliders."""

    sliders: list[SliderRow]
    distinct: list[list[JsonObject]]
    places: list[list[int]]
    note: str


def graphs_with_values(
    spec: SourceSpec,
    inputs: Sequence[str],
    output: Path,
    options: PictureOptions,
    run: RunOptions,
) -> tuple[dict[str, Graph], str, CarriedValues]:
    """A source's graphs, the name of the one that ran, and the values that its picture carries."""
    with evaluation_process(spec) as ask:
        answer = cast("PictureAnswer", ask(run_request("picture", spec, inputs, run)))
        try:
            graphs = {name: take(sent) for name, sent in answer["graphs"].items()}
        finally:
            drop(answer["graphs"])
        values = _values(ask, answer, graphs[answer["name"]], output, options, run.gradient)
    return graphs, answer["name"], values


def _values(
    ask: Ask, answer: PictureAnswer, graph: Graph, output: Path, options: PictureOptions, gradient: str
) -> CarriedValues:
    outputs = outputs_to_show(graph, output, options)
    wanted = [[one.op_id, one.port, is_picture(one.tensor)] for one in outputs]
    has_sliders = output.suffix.lower() == ONE_FILE
    tables = cast("ReadoutsAnswer", ask({"do": "picture_readouts", "wanted": wanted, "sliders": has_sliders}))
    of_data = answer["data"].partition(", from ")[0]  # a picture is for others: they need no path of this machine
    data = [f"Data: {of_data}."] if of_data else []
    ended = [f"Not everything was computed: {answer['end']}."] if answer["end"] else []
    return CarriedValues(
        tuple(CarriedInput(one["name"], one["tensor"], one["origin"]) for one in answer["inputs"]),
        tuple(tuple(map(read_readout, ones)) for ones in tables["distinct"]),
        {(one.op_id, one.port): tuple(places) for one, places in zip(outputs, tables["places"], strict=True)},
        tuple(CarriedSlider(one["name"], tuple(one["numbers"]), one["at"]) for one in tables["sliders"]),
        gradient,
        (*data, *ended, *filter(None, [tables["note"]])),
    )
