"""What Python writes and the browser reads has the same names and fields on both sides."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter

import pytest

from graphlab.app.server.answers import Answer, Message
from graphlab.app.server.outline import OutlineRow
from graphlab.app.server.overlays import LineageText
from graphlab.app.server.scenes import Crumb, ShownScene
from graphlab.app.server.values.overlays import FieldStart, ShownMoment
from graphlab.evaluation.cells import (
    CellArithmetic,
    CellReport,
    Curve,
    InputTensor,
    NumberGrid,
    ReachedOp,
    Region,
    Term,
)
from graphlab.evaluation.form.types import InputField, InputSetting, RowPreview
from graphlab.evaluation.outputs import OutputReadout
from graphlab.evaluation.tensors import TensorMatches, TensorPage, TensorStatistics
from graphlab.evaluation.words.plain_text import ExpressionJson, MathNode
from graphlab.evaluation.words.types import (
    FiniteDifference,
    InputWords,
    OpWords,
    SlotWords,
    UpdateStep,
    UpdateWords,
)
from graphlab.layout.scene_json import BoxJson, FrameJson, LinkJson, SceneJson
from graphlab.overlay.types import Legend, LegendEntry, LiftedOverlay, Mark, Readout, Style
from graphlab.pictures.values.block import LevelBoxesJson, ValuesBlockJson
from graphlab.pictures.values.types import CarriedInput, CarriedSlider
from graphlab.runs.running import RunningRun
from graphlab.runs.sample import Sample
from graphlab.runs.snapshots import Chart, LogSnapshot, RunSnapshot
from tests.support.places import ROOT

OVERLAYS = (LiftedOverlay, Style, Legend, LegendEntry, Mark, Readout, LineageText)
VALUES = (ShownMoment, FieldStart, InputField, InputSetting, RowPreview, OutputReadout)
TENSORS = (TensorPage, TensorStatistics, TensorMatches)
CELLS = (CellReport, CellArithmetic, InputTensor, ReachedOp, Term, NumberGrid, Curve, Region)
WORDS = (OpWords, InputWords, UpdateWords, UpdateStep, SlotWords, FiniteDifference)
CARRIED = (CarriedInput, CarriedSlider)
SHOWN = (*OVERLAYS, *VALUES, *CARRIED, *TENSORS, *CELLS, *WORDS)
JSON_TYPES = (BoxJson, FrameJson, LinkJson, ExpressionJson, MathNode, LevelBoxesJson, ValuesBlockJson)
RUNS = (RunSnapshot, LogSnapshot, Chart, Sample, RunningRun)
TYPES = (*SHOWN, *RUNS, Answer, Message, Crumb, OutlineRow)
FIELDS = {kind.__name__: {spec.name for spec in dataclasses.fields(kind)} for kind in TYPES}
FIELDS |= {kind.__name__.removesuffix("Json"): set(kind.__annotations__) for kind in JSON_TYPES}
FIELDS["Scene"] = {*SceneJson.__annotations__, *(spec.name for spec in dataclasses.fields(ShownScene))} - {"scene"}
COMMENT = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)


def typedefs() -> list[tuple[str, set[str]]]:
    """The types of the browser's modules with their fields, those with a line for each field."""
    found = []
    for file in sorted((ROOT / "assets").rglob("*types.mjs")):
        for comment in COMMENT.findall(file.read_text(encoding="utf-8")):
            name = re.search(r"@typedef \{object\} (\w+)", comment)
            if name:
                found.append((name[1], set(re.findall(r"@property \{.+?\} \[?(\w+)\]?(?:\s|$)", comment))))
    return found


def test_each_type_is_defined_once() -> None:
    assert [name for name, count in Counter(name for name, _ in typedefs()).items() if count > 1] == []


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_the_browser_knows_the_type(kind: type) -> None:
    assert kind.__name__ in dict(typedefs())


@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_the_same_on_both_sides(name: str) -> None:
    told = dict(typedefs())
    if name in told:
        assert told[name] == FIELDS[name]
