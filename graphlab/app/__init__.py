"""The Dash page around a graph."""
