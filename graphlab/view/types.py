"""What is visible: boxes, frames and links, before layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphlab.graph import Tensor

Open = frozenset[str]
ReadoutKind = Literal["", "line", "picture"]  # the room for a value: none, one line, a picture


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn op or closed group.

    `kind` is op, group, variable, input, output, constant or stub. `parent` is the id of the open group around it (""
    at the root). `family` determines its colour (explain.FAMILIES). `folded` lists the ops it absorbed in the quiet
    view. `problem` says what is wrong with the op or inside the group; "" for nothing. `leads_to` is the outside box
    that a stub stands for. `hidden` counts the hidden boxes that it is linked with,
    `hides` those inside the closed group. `readout` is the room for its value below its words.
    """

    id: str
    kind: str
    title: str
    subtitle: str = ""
    parent: str = ""
    family: str = ""
    op_type: str = ""
    group_kind: str = ""
    folded: tuple[str, ...] = ()
    label: str = ""  # for screen readers
    problem: str = ""
    leads_to: str = ""
    hidden: int = 0
    hides: int = 0
    readout: ReadoutKind = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """An open group: its id, the open group around it ("" at the root), its nesting depth from 0."""

    id: str
    title: str
    subtitle: str = ""
    parent: str = ""
    depth: int = 0
    group_kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Wire:
    """One edge of the graph inside a link: from an op's output port to an op's input port; tensor None: control."""

    src: str
    src_port: int | None
    dst: str
    dst_port: int | None
    tensor: Tensor | None


@dataclass(frozen=True, slots=True)
class Link:
    """All wires of one style from one box to another.

    The styles are data, control, update (a write to a variable), iteration (a loop's value for the next one) and shared
    (the weights of a layer, read by another layer or another call of the same layer).
    """

    src: str
    dst: str
    wires: tuple[Wire, ...]
    style: str = "data"
    label: str = ""


@dataclass(frozen=True)
class View:
    """What is on the page before layout: boxes and frames in the graph's order, links between boxes."""

    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...]
    links: tuple[Link, ...]
