"""The Dash page around a graph."""

DEFAULT_PORT = 8050
