"""The overlays of an evaluation: what the boxes of a view show, and how far a player has come."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from graphlab.app.server.values.sessions import ValueSession
from graphlab.errors import GraphlabError
from graphlab.evaluation.session.order import RunOrder
from graphlab.graph import Graph
from graphlab.graph.json_values import int_of, ints_of, list_of, text_of
from graphlab.overlay import LiftedOverlay, Overlay, lift
from graphlab.overlay.field import PartSizes, Way, field_overlay
from graphlab.overlay.hidden_inputs import hidden_inputs_overlay
from graphlab.overlay.types import Readout, Visible, read_readout
from graphlab.overlay.values import lit_overlay, player_overlay, read_by, readers_of, values_overlay
from graphlab.processes.worker import Message
from graphlab.view import Folded, once, shown_output
from graphlab.view.readouts import is_picture

SHOWS = ("value", "gradient", "both", "difference")
MOST_KEPT = 20  # evaluations that pages may still ask for
MOST_CACHED = 20_000  # readouts of an evaluation, of all steps
MOST_FIELDS = 20  # of an evaluation
MOST_READOUTS = 4_000  # boxes with a value: more are too small to read


class ShownPart(Protocol):
    """The part of a graph that a view shows; see `scenes.ShownGraph`."""

    @property
    def folded(self) -> Folded:
        """The graph at its level of detail."""

    @property
    def visible(self) -> Visible:
        """Its boxes and open groups."""

    @property
    def visible_links(self) -> Visible:
        """The same with links and stubs."""


@dataclass(frozen=True)
class FieldStart:
    """A number of an op's output, and the way in which its field is shown on the graph."""

    op: str
    output: int
    position: tuple[int, ...]
    way: Way


@dataclass(frozen=True)
class ShownMoment:
    """What is shown of an evaluation: value, gradient, both or difference, after `time` ops (None: all).

    Going backward (`is_backward`), `back` is the position from which on gradients are known. `now` is the position of
    this step's op; None while nothing is stepped through. `field` is the number whose field is shown, None for none.
    """

    id: str
    show: str = "value"
    time: int | None = None
    back: int = 0
    now: int | None = None
    is_backward: bool = False
    field: FieldStart | None = None

    @property
    def key(self) -> str:
        """A name for what is shown."""
        return f"{self.id} {self.show} {self.time} {self.back} {self.now} {self.is_backward}"


@dataclass(eq=False)
class Evaluated:
    """An evaluation in the process of a session, with the order in which its ops ran.

    `steps` are the ops and iterations that a player goes through; `hidden` are ops that ran without a box, by the op
    that reads them.
    """

    session: ValueSession
    name: str
    graph: Graph
    order: RunOrder
    steps: Sequence[tuple[str, tuple[int, ...]]] = ()
    hidden: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    _readouts: dict[tuple[str, int, str, int | None, int, int | None], tuple[Readout, ...]] = field(
        default_factory=dict
    )
    _fields: dict[FieldStart, Mapping[str, PartSizes]] = field(default_factory=dict)

    def overlays(self, part: ShownPart, moment: ShownMoment) -> tuple[LiftedOverlay, ...]:
        """The overlays of a view; () if it shows another graph."""
        folded = part.folded
        if folded.graph is not self.graph and self.graph.nodes.keys() != folded.graph.nodes.keys():
            return ()
        values = values_overlay(self.readouts(part, moment), moment.key)
        lifted = [lift(values, folded, part.visible_links if values.link_slot else part.visible)]
        if self.hidden:
            lifted.append(lift(hidden_inputs_overlay(folded, self.hidden, self.name), folded, part.visible))
        start = _in_group(folded, moment.field) if moment.field is not None else None
        if start is not None and (parts := self._field_parts(start)):
            overlay = field_overlay(folded, parts, start.op, start.way, f"{moment.id} {start}")
            lifted.append(lift(overlay, folded, part.visible_links))
        elif moment.now is not None:
            lifted.append(lift(self._player(folded, moment), folded, part.visible_links))
        elif pale := self._not_taken(folded):
            lifted.append(lift(lit_overlay(folded, pale, self.name), folded, part.visible_links))
        return tuple(lifted)

    def step_of(self, op_id: str, iterations: Sequence[int] | None) -> int | None:
        """The step of a player in which an op runs, from 1: that of the iterations, or the last one; None for none."""
        steps = [
            number
            for number, (own, around) in enumerate(self.steps, 1)
            if own == op_id and (iterations is None or around == tuple(iterations))
        ]
        return steps[-1] if steps else None

    def readouts(self, part: ShownPart, moment: ShownMoment) -> Mapping[str, tuple[Readout, ...]]:
        """What each box of a view shows. Asks the process only for what is not known yet."""
        folded = part.folded
        children = [*part.visible.boxes.values()][:MOST_READOUTS]
        outputs = {child: output for child in children if (output := shown_output(folded, child)) is not None}
        keys = {
            child: (output.op_id, output.port, moment.show, moment.time, moment.back, moment.now)
            for child, output in outputs.items()
        }
        if len(self._readouts) > MOST_CACHED:
            self._readouts.clear()
        missing = [child for child, key in keys.items() if key not in self._readouts]
        if missing and not self.session.is_busy:
            wanted = [[outputs[one].op_id, outputs[one].port, is_picture(outputs[one].tensor)] for one in missing]
            for child, readouts in zip(missing, self._ask(wanted, moment), strict=True):
                self._readouts[keys[child]] = readouts
        return {child: self._readouts.get(key, ()) for child, key in keys.items()}

    def _ask(self, wanted: list[list[object]], moment: ShownMoment) -> list[tuple[Readout, ...]]:
        request: Message = {"do": "readouts", "evaluation": self.name, "wanted": wanted}
        request |= {"show": moment.show, "time": moment.time, "back": moment.back, "now": moment.now}
        answer = self.session.ask(request)
        return [tuple(map(read_readout, ones)) for ones in answer["readouts"]]

    def _field_parts(self, start: FieldStart) -> Mapping[str, PartSizes]:
        """The parts of tensors that belong to a number's field, by op; none if the number does not exist here."""
        if start not in self._fields and not self.session.is_busy:
            request: Message = {"do": "field", "evaluation": self.name, **asdict(start)}
            try:
                parts = self.session.ask(request)["parts"]
            except GraphlabError:  # such as for an input of another shape: the values stay
                parts = []
            if len(self._fields) >= MOST_FIELDS:
                self._fields.clear()
            self._fields[start] = {op_id: PartSizes(sizes, shape) for op_id, sizes, shape in reversed(parts)}
        return self._fields.get(start, {})

    def _not_taken(self, folded: Folded) -> frozenset[str]:
        """The shown ops of branches that no conditional took."""
        untaken = self.order.untaken
        return frozenset(op_id for op_id in folded.paths if not untaken.isdisjoint(folded.graph.op(op_id).path))

    def _player(self, folded: Folded, moment: ShownMoment) -> Overlay:
        now = ""
        if moment.now is not None and moment.now < len(self.order.runs):
            now = folded.stands_for.get(self.order.runs[moment.now][0], "")
        positions = {op_id: self.order.position(op_id, moment.time, moment.now) for op_id in folded.paths}
        if moment.is_backward:  # gradients arrive from the ops that read this one's output
            done = {op_id for op_id, position in positions.items() if position is not None and position >= moment.back}
            return player_overlay(folded, done, now, readers_of(folded, now), moment.key)
        done = {op_id for op_id, position in positions.items() if position is not None} | _without_inputs(folded)
        return player_overlay(folded, done, now, read_by(folded, now), moment.key)


def _in_group(folded: Folded, start: FieldStart) -> FieldStart | None:
    """The number itself where it was chosen in the output that a closed group shows."""
    if not start.op.endswith("/"):
        return start
    output = shown_output(folded, start.op)
    return None if output is None else replace(start, op=output.op_id, output=output.port)


@once
def _without_inputs(folded: Folded) -> frozenset[str]:
    """The shown ops that have a value before anything runs: variables and constants."""
    ops = map(folded.graph.op, folded.paths)
    return frozenset(op.id for op in ops if op.variable is not None or op.type == "Const")


class EvaluatedGraphs:
    """The evaluations that pages may ask for, by the id that the page knows. Thread-safe."""

    def __init__(self) -> None:
        self._evaluations: OrderedDict[str, Evaluated] = OrderedDict()
        self._count = 0
        self._lock = threading.Lock()

    def add(self, evaluated: Evaluated) -> str:
        """Keep an evaluation; its id."""
        with self._lock:
            self._count += 1
            name = f"v{self._count}"
            self._evaluations[name] = evaluated
            while len(self._evaluations) > MOST_KEPT:
                self._evaluations.popitem(last=False)
            return name

    def find(self, name: str) -> Evaluated:
        """The evaluation with that id. Raises GraphlabError if it is no longer kept."""
        with self._lock:
            if name not in self._evaluations:
                raise GraphlabError("these values are no longer kept; change an input to compute them again")
            return self._evaluations[name]

    def name_in_session(self, name: str, session: ValueSession) -> str:
        """What a session's process calls the evaluation with that id; "" if it is no longer kept, or another's."""
        with self._lock:
            evaluated = self._evaluations.get(name)
        return evaluated.name if evaluated is not None and evaluated.session is session else ""

    def overlays(self, part: ShownPart, moment: ShownMoment | None) -> tuple[LiftedOverlay, ...]:
        """The overlays of a view; () if nothing is evaluated, or it is no longer kept."""
        if moment is None:
            return ()
        try:
            return self.find(moment.id).overlays(part, moment)
        except GraphlabError:  # the Values panel reports it when it asks
            return ()


def read_moment(data: object) -> ShownMoment | None:
    """What a page asks for; None if it asks for no values."""
    if not isinstance(data, dict) or not data.get("id"):
        return None
    show = data.get("show")
    numbers = {name: data.get(name) for name in ("time", "back", "now")}
    time, back, now = (number if isinstance(number, int) and number >= 0 else None for number in numbers.values())
    is_backward = bool(data.get("is_backward"))
    show = show if show in SHOWS else "value"
    return ShownMoment(str(data["id"]), show, time, back or 0, now, is_backward, _read_field(data.get("field")))


def _read_field(data: object) -> FieldStart | None:
    if not isinstance(data, dict):
        return None
    way: Way = "to" if data.get("way") == "to" else "from"
    try:
        position = ints_of(list_of(data["position"]))
        return FieldStart(text_of(data["op"]), int_of(data.get("output", 0)), position, way)
    except (KeyError, OverflowError, TypeError, ValueError):
        return None
