"""Our own Dash components, written in plain JavaScript in assets/. Independent of graphs and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component, ComponentMeta

from graphlab.graph import JsonObject


class _OwnComponentMeta(ComponentMeta):  # type: ignore[misc]
    """Gives a class its name for JavaScript. Dash reads `_children_props` from each class's own body."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, object]) -> _OwnComponentMeta:
        component_class: _OwnComponentMeta = super().__new__(
            cls, name, bases, {"_type": name, "_children_props": [], **attributes}
        )
        return component_class


class OwnComponent(Component, metaclass=_OwnComponentMeta):  # type: ignore[misc]
    """What Dash requires of a component, derived from its class and its properties."""

    _base_nodes: list[str] = []  # noqa: RUF012
    _namespace = "graphlab"

    def __init__(self, **props: object) -> None:
        self._prop_names = self.available_properties = list(props)
        self._valid_wildcard_attributes: list[str] = []
        self.available_wildcard_properties: list[str] = []
        super().__init__(**props)


class GraphView(OwnComponent):
    """A graph that can be read, opened, searched and walked through.

    It requests what a view shows from the server at `/scene` (`answers`): a scene never goes through Dash. `view`
    (`view_state.ViewState`), `selected` (a box id or None) and `emphasis` (what the overlays are asked to show: by what
    the boxes are coloured as "colour", a query as "lineage") mirror the page's URL, both ways, and so do `pins`, the
    ids of what is kept beside the graph.

    The view reports `ready`, the name of the shown graph and its level of detail ("" while there is
    none), the names of the source's `graphs`, and the `message` ({"kind": "waiting"|"error", "title", "detail"} or
    None) that is shown instead of a scene or over it. `page` is the page's own random name, by which the
    server knows what it has asked for. `search`, the words that are looked for, and `folder`, the data folder in the
    form, go with the next request. Another number of `renewals` sends the same request again.

    `center` ({"box", "n"} or None) moves to a box; a new `n` moves there again. Parts of an answer can also be set:
    `overlays` are shown on the boxes (`overlay.LiftedOverlay`, as JSON); changing them only repaints, so they may
    several times a second. `lineage` describes the lineage in words (`chip`, `text`), with what to `open` to see more.
    """

    def __init__(
        self,
        *,
        id: str,
        view: JsonObject | None = None,
        selected: str | None = None,
        emphasis: Mapping[str, str] | None = None,
        pins: Sequence[str] = (),
        message: JsonObject | None = None,
        center: JsonObject | None = None,
        overlays: Sequence[JsonObject] = (),
        lineage: JsonObject | None = None,
        page: str | None = None,
        search: str = "",
        folder: str | None = None,
        ready: str = "",
        graphs: Sequence[str] = (),
        renewals: int = 0,
    ) -> None:
        props: dict[str, object] = {
            "view": view,
            "selected": selected,
            "emphasis": dict(emphasis or {}),
            "pins": list(pins),
        }
        props |= {"message": message, "center": center, "overlays": list(overlays), "lineage": lineage}
        props |= {"page": page, "search": search, "folder": folder, "ready": ready, "graphs": list(graphs)}
        props |= {"renewals": renewals}
        super().__init__(id=id, **props)


class ValuesPanel(OwnComponent):
    """The values of the graph's ops for an input: its fields, and with them the player below the graph.

    It has no properties: its module asks the server at `/values` (`value_answers`) and tells the GraphView itself what
    to show, because a value that follows a slider must not wait for Dash.
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)


class RunStream(OwnComponent):
    """The newest snapshot of a run, followed over server-sent events or, where those fail, by asking again.

    `url` is the stream's address, None when there is no run. `snapshot` is the last snapshot; `status` is closed,
    connecting, open or polling.
    """

    def __init__(
        self,
        *,
        id: str,
        url: str | None = None,
        snapshot: JsonObject | None = None,
        status: str = "closed",
    ) -> None:
        super().__init__(id=id, url=url, snapshot=snapshot, status=status)


class RunningRuns(OwnComponent):
    """The running runs of all sources, polled while the page is visible.

    `runs` is None until the first answer, then a list of `RunningRun.to_json` results, newest first.
    """

    def __init__(self, *, id: str, runs: Sequence[JsonObject] | None = None) -> None:
        super().__init__(id=id, runs=runs)


class LabeledSelect(OwnComponent):
    """A list to choose one of: `options` are {"value", "label"}, `label` says what for. `chosen` is the user's choice.

    `value` is the displayed choice; writing to it does not change `chosen`.
    """

    def __init__(
        self,
        *,
        id: str,
        label: str = "",
        options: Sequence[Mapping[str, str]] = (),
        value: str = "",
        chosen: str | None = None,
    ) -> None:
        super().__init__(id=id, label=label, options=list(options), value=value, chosen=chosen)


class SearchBox(OwnComponent):
    """A text field whose `value` follows what is typed after a short pause. `value` is never written back to the field.

    `controls` is the id of the list of results.
    """

    def __init__(self, *, id: str, value: str = "", placeholder: str = "", controls: str = "") -> None:
        super().__init__(id=id, value=value, placeholder=placeholder, controls=controls)
