"""GraphFacts as JSON and back. Every field of the JSON is checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

from graphlab.errors import FormatError
from graphlab.graph import Body, GraphFacts, Group, JsonObject, JsonValue, Source
from graphlab.graph.facts import Counts, DatasetSample, Point, StageFacts

_NOTHING = GraphFacts()
_FIELDS = tuple(field.name for field in dataclasses.fields(GraphFacts))
_ALWAYS = ("name", "kind", "inputs", "outputs", "names", "groups", "bodies", "code", "versions", "has_data")
_IMAGE = "data:image/"  # the start of an image embedded in the file: a page must not load one from another address


def facts_to_json(facts: GraphFacts) -> dict[str, JsonValue]:
    """The facts by name, without empty ones; the most common ones are always present."""
    fields: dict[str, JsonValue] = {}
    for name in _FIELDS:
        value: JsonValue = getattr(facts, name)
        if name in _ALWAYS or value != getattr(_NOTHING, name):
            fields[name] = list(value) if isinstance(value, tuple) else value
    fields["groups"] = {group_id: dataclasses.asdict(group) for group_id, group in facts.groups.items()}
    fields["bodies"] = [dataclasses.asdict(body) for body in facts.bodies]
    fields["code"] = {file: {str(line): text for line, text in lines.items()} for file, lines in facts.code.items()}
    return fields


def other_attributes(about: JsonObject) -> dict[str, JsonValue]:
    """The graph's attributes that are not facts, added by someone else."""
    return {name: value for name, value in about.items() if name not in (*_FIELDS, "graphlab")}


def facts_from_json(about: JsonObject) -> GraphFacts:
    """The facts among a graph's attributes. Raises FormatError for the first invalid one."""
    return GraphFacts(
        name=_text(about, "name"),
        kind=_text(about, "kind", _NOTHING.kind),
        groups={group_id: _group(group_id, group) for group_id, group in _table(about, "groups").items()},
        inputs=_texts(about, "inputs"),
        outputs=_texts(about, "outputs"),
        names=_text_table(about, "names"),
        bodies=tuple(map(_body, _list(about, "bodies"))),
        code={file: _lines(lines) for file, lines in _table(about, "code").items()},
        versions=_text_table(about, "versions"),
        notes=_texts(about, "notes"),
        parameters=_counts(about["parameters"]) if about.get("parameters") is not None else None,
        counts={group_id: _counts(numbers) for group_id, numbers in _table(about, "counts").items()},
        tells_training=_bool(about, "tells_training") if "tells_training" in about else None,
        weights=_text_table(about, "weights"),
        replicas=_int(about, "replicas", _NOTHING.replicas),
        stages={op_id: _stage(stage) for op_id, stage in _table(about, "stages").items()},
        samples=tuple(map(_sample, _list(about, "samples"))),
        scalars={run: _curves(curves) for run, curves in _table(about, "scalars").items()},
        has_data=_bool(about, "has_data"),
        untrainable=_text(about, "untrainable"),
        early_training=_text(about, "early_training"),
        failures=_text_table(about, "failures"),
    )


def _text(about: JsonObject, name: str, default: str = "") -> str:
    value = about.get(name, default)
    if not isinstance(value, str):
        raise FormatError(f"{name!r} is not of type str")
    return value


def _bool(about: JsonObject, name: str) -> bool:
    value = about.get(name, False)
    if not isinstance(value, bool):
        raise FormatError(f"{name!r} is not of type bool")
    return value


def _int(about: JsonObject, name: str, default: int) -> int:
    value = about.get(name, default)
    if not isinstance(value, int):
        raise FormatError(f"{name!r} is not of type int")
    return value


def _list(about: JsonObject, name: str) -> Sequence[JsonValue]:
    value = about.get(name, ())
    if not isinstance(value, list | tuple):
        raise FormatError(f"{name!r} is not of type list")
    return value


def _table(about: JsonObject, name: str) -> JsonObject:
    value = about.get(name, {})
    if not isinstance(value, Mapping):
        raise FormatError(f"{name!r} is not a table")
    return value


def _texts(about: JsonObject, name: str) -> tuple[str, ...]:
    values = _list(about, name)
    if not is_texts(values):
        raise FormatError(f"{name!r} contains a value that is not text")
    return tuple(values)


def is_texts(values: Iterable[object]) -> TypeGuard[Iterable[str]]:
    """Whether all of these are strings."""
    return all(isinstance(value, str) for value in values)


def _text_table(about: JsonObject, name: str) -> dict[str, str]:
    table = _table(about, name)
    if not is_texts(table.values()):
        raise FormatError(f"{name!r} contains a value that is not text")
    return {key: str(value) for key, value in table.items()}


def _group(group_id: str, group: JsonValue) -> Group:
    match group:
        case {
            "id": str() as own_id,
            "label": str() as label,
            "kind": str() as kind,
            "class_name": str() as class_name,
            "settings": Mapping() as settings,
            "source": source,
        }:
            return Group(own_id, label, kind, class_name, settings, _source(source))
    raise FormatError(f"the group {group_id[:200]!r} is malformed")


def _source(source: JsonValue) -> Source | None:
    match source:
        case None:
            return None
        case {"file": str() as file, "line": int() as line}:
            return Source(file, line)
    raise FormatError("the description of a line of code is malformed")


def _body(body: JsonValue) -> Body:
    match body:
        case {
            "call": str() as call,
            "role": str() as role,
            "group": str() as group,
            "args": [*args],
            "results": [*results],
            "first_input": first_input,
            "elements": elements,
        } if is_texts(args):
            if not (isinstance(first_input, int) and isinstance(elements, int)):
                raise FormatError(f"the body {group[:100]!r} of {call[:100]!r} is malformed")
            return Body(call, role, group, tuple(args), tuple(map(_end, results)), first_input, elements)
    raise FormatError("a body is malformed")


def _end(end: JsonValue) -> tuple[str, int]:
    match end:
        case [str() as op_id, int() as port]:
            return op_id, port
    raise FormatError("a body's results are not outputs of ops")


def _lines(lines: JsonValue) -> dict[int, str]:
    """Lines of code by line number."""
    if not isinstance(lines, Mapping):
        raise FormatError("'code' is not a table of lines")
    return {int(line): str(text) for line, text in lines.items()}


def _counts(numbers: JsonValue) -> Counts:
    """The number of all and of the trained parameters of a model or layer."""
    match numbers:
        case [int() as every, int() as trained] if every >= 0 and trained >= 0:
            return every, trained
    raise FormatError("'parameters' or 'counts' are not two numbers each")


def _stage(stage: JsonValue) -> StageFacts:
    match stage:
        case {"count": int() | None | "infinite" as count, "names": [*names]} if is_texts(names):
            return StageFacts(count=count, names=list(names))
    raise FormatError("'stages' are malformed")


def _curves(curves: JsonValue) -> dict[str, list[Point]]:
    """The points of a run's scalars by tag."""
    if not isinstance(curves, Mapping):
        raise FormatError("'scalars' is not a table of runs")
    points_by_tag: dict[str, list[Point]] = {}
    for tag, points in curves.items():
        if not isinstance(points, list):
            raise FormatError("'scalars' is not a table of curves")
        points_by_tag[tag] = list(map(_point, points))
    return points_by_tag


def _point(point: JsonValue) -> Point:
    match point:
        case [int() | float() as step, int() | float() as time_s, int() | float() | str() as value]:
            return step, time_s, value
    raise FormatError("'scalars' contains a value that is not a point")


def _sample(sample: JsonValue) -> DatasetSample:
    if not _is_sample(sample):
        raise FormatError("'samples' are malformed")
    return sample


def _is_sample(sample: object) -> TypeGuard[DatasetSample]:
    match sample:
        case {"title": str(), "problem": str(), "elements": [*elements]}:
            return all(isinstance(element, list) and all(map(_is_sample_value, element)) for element in elements)
    return False


def _is_image(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_IMAGE)


def _is_sample_value(value: object) -> bool:
    match value:
        case {"name": str(), "tensor": str()}:
            return isinstance(value, dict) and is_texts(value.values()) and _is_image(value.get("image", _IMAGE))
    return False
