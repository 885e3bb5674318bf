"""What is shown on boxes, wherever it comes from: one type for a graph, one for the part that a view shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, cast

from graphlab.json_value import JsonObject, JsonValue
from graphlab.overlay.scale import Scale
from graphlab.shared_constants import CATEGORY_DASHES
from graphlab.view.fold import Folded
from graphlab.view.types import Link

Lift = Literal["worst", "sum", "mix", "any"]  # how closed groups combine their ops' values
Place = Literal["fill", "line", "ring", "corner", "foot", "picture", "readout"]  # where on a box it is drawn
ReadoutForm = Literal["number", "text", "strip", "histogram", "picture", "problem"]
BoxKind = Literal["box", "frame", "stub"]  # an op or a closed group, an open group, what stands for one outside a focus
Slots = tuple[tuple[str, float], ...]
LinkSlot = tuple[int, int, str, str]

# A slot is a name for a colour and its pattern: "0" to "9", a family of ops, "r0" to "r4" from little to much, or:
OTHER = "other"  # one of many categories without a colour of their own
NONE = "none"  # has no such thing
UNKNOWN = "unknown"
SLOTS = tuple(map(str, range(len(CATEGORY_DASHES))))


@dataclass(frozen=True)
class LegendEntry:
    """A line of the legend: a slot, its label, and how many ops or boxes have it."""

    slot: str
    name: str
    count: int


@dataclass(frozen=True)
class Legend:
    """What an overlay shows for the whole graph, whatever is open.

    `ends` are the labels for the least and the most if there is a scale; `note` says what the numbers are for.
    """

    title: str = ""
    entries: tuple[LegendEntry, ...] = ()
    ends: tuple[str, str] | None = None
    note: str = ""


@dataclass(frozen=True)
class Style:
    """How an overlay is drawn.

    `places` are the colours of a box (`fill`), its second line, a ring around it, a badge on its upper right corner or
    under its lower left one (`foot`), a picture in it, values below its words (`readout`). A mark has a ring if its
    slot is one of `rings`. With `dims`, boxes without a mark are pale; a `vivid` overlay itself is never pale.
    """

    places: tuple[Place, ...]
    rings: tuple[str, ...] = ()
    dims: bool = False
    vivid: bool = False


@dataclass(frozen=True, slots=True)
class Readout:
    """A value as a box shows it in its readout.

    `of` is value, gradient or difference. `levels` are the shades of a strip, from -100 to 100, or the heights of a
    histogram, from 0 to 100; `picture` is a URL; `text` is the number, or the range; `shorter` are the same with fewer
    digits, for boxes with less room. `bad` counts NaN and infinite numbers. `words` say the same in a sentence.
    """

    of: str
    form: ReadoutForm
    text: str = ""
    levels: tuple[int, ...] = ()
    picture: str = ""
    bad: int = 0
    words: str = ""
    shorter: tuple[str, ...] = ()

    def to_json(self) -> JsonObject:
        """The readout in the browser's form, without empty fields."""
        data: JsonObject = {"of": self.of, "form": self.form}
        return {**data, **{name: value for name in _OPTIONAL if (value := getattr(self, name))}}


_OPTIONAL = ("text", "levels", "picture", "bad", "words", "shorter")


def read_readout(data: JsonObject) -> Readout:
    """A readout in the form of its `to_json`."""
    levels = tuple(int(level) for level in cast("list[int]", data.get("levels", ())))
    texts = {name: str(data.get(name, "")) for name in ("text", "picture", "words")}
    form = cast("ReadoutForm", data["form"])
    shorter = tuple(map(str, cast("list[str]", data.get("shorter", ()))))
    bad = int(cast("int", data.get("bad", 0)))
    return Readout(str(data["of"]), form, levels=levels, bad=bad, shorter=shorter, **texts)


@dataclass(frozen=True, slots=True)
class Mark:
    """What an overlay shows on a box.

    `slots` are its colours with their shares, or `level` is its place on a scale, from 0 to 1. `text` is drawn,
    `picture` is a URL, `words` say the same for screen readers. `count` of its `total` ops are marked; both are 0
    if they are not needed. Boxes with the same `alike` mark each other.
    """

    box: str = ""
    slots: Slots = ()
    level: float | None = None
    text: str = ""
    picture: str = ""
    words: str = ""
    count: int = 0
    total: int = 0
    alike: str = ""
    readouts: tuple[Readout, ...] = ()

    def to_json(self) -> JsonObject:
        """The mark in the browser's form, without empty fields."""
        data: dict[str, JsonValue] = {"box": self.box}
        if self.slots:
            data["slots"] = self.slots
        if self.level is not None:
            data["level"] = self.level
        for name in ("text", "picture", "words", "alike"):
            if word := getattr(self, name):
                data[name] = word
        if self.total:
            data["count"], data["total"] = self.count, self.total
        if self.readouts:
            data["readouts"] = [readout.to_json() for readout in self.readouts]
        return data


@dataclass(frozen=True, slots=True)
class Lifted:
    """The combined values of the ops in a box: a single op, or all ops in a group.

    `shares` are the slots of its marked ops, with their weights. `number` is the sum or the worst of their numbers,
    None if there are none; `unknown` counts the ops without a known number. `op` is the op that provides a text or
    picture: the worst one, else the first marked one; "" for none. `count` of its `total` ops are marked.
    """

    child: str
    box_kind: BoxKind
    shares: Slots
    number: float | None
    unknown: int
    op: str
    count: int
    total: int

    @property
    def of_closed(self) -> bool:
        """Whether it is the box of a closed group."""
        return self.box_kind == "box" and self.child.endswith("/")


@dataclass(frozen=True, eq=False)
class Overlay:
    """What is shown on the shown ops of a graph, and how it is lifted to groups.

    Several overlays may be on at once; `name` distinguishes them, and a new `key` under the same name shows something
    else. An op is marked if it has a slot, a number, a text or a picture; `weights` are 1 by default. `unknown`
    counts ops without a known number. `groups` are the marks of groups that the source knows better.
    `write` formats a number. `mark` makes the mark from the lifted values, if it is not the usual one, and
    `link_slot` returns a link's slot, "" for none.
    """

    name: str
    lift: Lift
    style: Style
    key: str = ""
    legend: Legend = Legend()
    slots: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, Mark] = field(default_factory=dict)
    scale: Scale | None = None
    write: Callable[[float], str] | None = None
    mark: Callable[[Lifted], Mark | None] | None = None
    link_slot: Callable[[Folded, Link], str] | None = None


@dataclass(frozen=True)
class Visible:
    """The part of a graph that a view shows: boxes by id with the op or group of each, open groups, links."""

    boxes: Mapping[str, str]
    frames: Collection[str] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class LiftedOverlay:
    """An overlay as the page receives it: the marks of the boxes and open groups in a view.

    `links` are those with a slot: the indices of both ends' marks in `marks`, the link's style and its slot.
    """

    name: str
    key: str
    style: Style
    legend: Legend
    marks: tuple[Mark, ...]
    links: tuple[LinkSlot, ...] = ()

    def to_json(self) -> JsonObject:
        """The overlay in the browser's form."""
        legend: JsonObject = asdict(self.legend)
        style: JsonObject = asdict(self.style)
        marks = [mark.to_json() for mark in self.marks]
        return {
            "name": self.name,
            "key": self.key,
            "style": style,
            "legend": legend,
            "marks": marks,
            "links": self.links,
        }
