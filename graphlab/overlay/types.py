"""What is shown on boxes, wherever it comes from: one type for a graph, one for what of it is seen in a view."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from graphlab.json_value import JsonObject, JsonValue
from graphlab.overlay.scale import Scale
from graphlab.shared_constants import CATEGORY_DASHES
from graphlab.view.fold import Folded
from graphlab.view.types import Link

Lift = Literal["worst", "sum", "mix", "any"]  # how closed groups get what their ops have
Place = Literal["fill", "line", "ring", "corner", "foot", "picture"]  # where on a box it is drawn
SeenAs = Literal["box", "frame", "stub"]  # an op or a closed group, an open group, what stands for one outside a focus
Slots = tuple[tuple[str, float], ...]
LinkSlot = tuple[int, int, str, str]

# A slot is a name for a colour and its pattern: "0" to "9", a family of ops, "r0" to "r4" from little to much, or:
OTHER = "other"  # one of many categories without a colour of their own
NONE = "none"  # has no such thing
UNKNOWN = "unknown"
SLOTS = tuple(map(str, range(len(CATEGORY_DASHES))))


@dataclass(frozen=True)
class LegendEntry:
    """A line of the legend: a slot, what it stands for, and how many ops or boxes have it."""

    slot: str
    name: str
    count: int


@dataclass(frozen=True)
class Legend:
    """What an overlay shows, of the whole graph, whatever is open.

    `ends` are the words for the least and the most where there is a scale; `note` says what the numbers are for.
    """

    title: str = ""
    entries: tuple[LegendEntry, ...] = ()
    ends: tuple[str, str] | None = None
    note: str = ""


@dataclass(frozen=True)
class Style:
    """How an overlay is drawn.

    `places` are the colours of a box (`fill`), its second line, a ring around it, a badge on its upper right corner or
    under its lower left one (`foot`), a picture in it. A mark has a ring where its slot is one of `rings`. With `dims`
    boxes without a mark are pale; a `vivid` overlay is never pale itself.
    """

    places: tuple[Place, ...]
    rings: tuple[str, ...] = ()
    dims: bool = False
    vivid: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What an overlay shows on a box.

    `slots` are its colours with their shares, or `level` is its place on a scale, from 0 to 1. `text` is drawn,
    `picture` is a URL, `words` say the same to who cannot see it. `count` of its `total` ops are marked; both are 0
    where nobody asks. Boxes with the same `alike` mark each other.
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

    def to_json(self) -> JsonObject:
        """The mark as the browser takes it, without what it has not."""
        found: dict[str, JsonValue] = {"box": self.box}
        if self.slots:
            found["slots"] = self.slots
        if self.level is not None:
            found["level"] = self.level
        for name in ("text", "picture", "words", "alike"):
            if word := getattr(self, name):
                found[name] = word
        if self.total:
            found["count"], found["total"] = self.count, self.total
        return found


@dataclass(frozen=True, slots=True)
class Lifted:
    """What the ops in a box have together: an op by itself, or all in a group.

    `shares` are the slots of its marked ops, with their weights. `number` is the sum or the worst of their numbers,
    None without any; of `unknown` it is not known. `op` is the op that a text or a picture comes from: the worst one,
    else the first that is marked; "" for none. `count` of its `total` ops are marked.
    """

    child: str
    seen_as: SeenAs
    shares: Slots
    number: float | None
    unknown: int
    op: str
    count: int
    total: int

    @property
    def of_closed(self) -> bool:
        """Whether it is the box of a closed group."""
        return self.seen_as == "box" and self.child.endswith("/")


@dataclass(frozen=True, eq=False)
class Overlay:
    """What is shown of the shown ops of a graph, and how it is lifted to groups.

    Several overlays may be on at once; `name` tells them apart, and another `key` of the same name shows something
    else. An op is marked that has a slot, a number, a text or a picture; `weights` are 1 where none is given. Ops of
    which a number is not known count in `unknown`. `groups` are the marks of groups that the source knows better.
    `write` makes a number's text. `mark` makes the mark of what was lifted, where that is not the usual one, and
    `link_slot` says which slot a link has, "" for none.
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
    """What of a graph is in a view: boxes by id with the op or the group that each stands for, open groups, links."""

    boxes: Mapping[str, str]
    frames: Collection[str] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class LiftedOverlay:
    """An overlay as the page gets it: the marks of the boxes and open groups in a view.

    `links` are those with a slot: the places of both ends' marks in `marks`, the link's style and its slot.
    """

    name: str
    key: str
    style: Style
    legend: Legend
    marks: tuple[Mark, ...]
    links: tuple[LinkSlot, ...] = ()

    def to_json(self) -> JsonObject:
        """The overlay as the browser takes it."""
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
