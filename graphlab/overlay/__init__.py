"""What is shown on boxes: colours, amounts, search hits, lineage. Knows nothing about pixels or Dash."""

from graphlab.overlay.colours import COLOURS, USUAL, paint

__all__ = ["COLOURS", "USUAL", "paint"]
