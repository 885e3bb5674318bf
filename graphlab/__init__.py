"""See what TensorFlow really computes: trace functions and Keras models, look at their graphs in the browser."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphlab.api import load, save, show, trace, values
    from graphlab.graph import Graph

__all__ = ["Graph", "load", "save", "show", "trace", "values"]

_HOMES = {
    "Graph": "graphlab.graph",
    "load": "graphlab.api",
    "save": "graphlab.api",
    "show": "graphlab.api",
    "trace": "graphlab.api",
    "values": "graphlab.api",
}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use, so that `import graphlab` alone is fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'graphlab' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
