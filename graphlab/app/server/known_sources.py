"""The sources that this app may show, by their text. Independent of how their graphs are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphlab.app.server.source_text import split_source
from graphlab.app.server.unknown_source import unknown_words
from graphlab.errors import SourceError
from graphlab.graph import Graph
from graphlab.sources import SourceSpec, data_source
from graphlab.sources.inputs import parse_inputs


class KnownSources:
    """The only sources that can be opened: an address must never make the app run a file.

    `data` is the data folder if a page names none.
    """

    def __init__(self, specs: Sequence[SourceSpec], data: str | None = None) -> None:
        self._specs = {spec.text: spec for spec in specs}
        self._live: dict[str, Mapping[str, Graph]] = {}
        self.data = data
        self._folders: dict[str, str | None] = {}  # by source: the data folder requested last

    def add_live(self, text: str, graphs: Mapping[str, Graph]) -> None:
        """Add graphs that the caller has traced."""
        self._live[text] = graphs

    def live(self, text: str) -> Mapping[str, Graph]:
        """The graphs added by `add_live`. Raises KeyError if there are none of that name."""
        return self._live[text]

    def spec(self, text: str) -> SourceSpec | None:
        """The source of that text; None for graphs added by `add_live`. Raises SourceError for any other text."""
        if text in self._live:
            return None
        source, inputs = split_source(text)
        spec = self._specs.get(source)
        if spec is not None and inputs:
            parse_inputs(inputs)
            return replace(spec, inputs=inputs)
        if text not in self._specs:
            raise SourceError(unknown_words(text))
        return self._specs[text]

    def is_own_source(self, text: str) -> bool:
        """Whether the app was started with exactly this text, without inputs from an address."""
        return text in self._specs

    def can_have_data(self, text: str) -> bool:
        """Whether the model's file may have a datasets(); never for graphs added by `add_live`."""
        return split_source(text)[0] in self._specs

    def choose_folder(self, text: str, data: str | None) -> None:
        """Read the data of a source's model from this folder from now on."""
        self._folders[text] = data

    def data_folder(self, text: str) -> str | None:
        """The folder chosen for the data of a source's model; None if none was chosen."""
        return self._folders.get(text)

    def data_spec(self, text: str) -> SourceSpec:
        """The data of a source's model, from the folder chosen for it."""
        return data_source(self._specs[split_source(text)[0]], self.data_folder(text) or self.data)
