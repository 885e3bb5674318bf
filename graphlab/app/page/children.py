"""The types that a Dash component may contain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from dash.development.base_component import Component

Children: TypeAlias = "Component | str | int | float | Sequence[Children] | None"
