"""What is shown on boxes: colours, amounts, search matches, lineage. Knows nothing about pixels or Dash."""

from graphlab.overlay.colours import COLOURS, USUAL, colour_overlay
from graphlab.overlay.lift import lift
from graphlab.overlay.types import LiftedOverlay, Overlay
from graphlab.overlay.visible import visible_boxes, visible_in_view

__all__ = ["COLOURS", "USUAL", "LiftedOverlay", "Overlay", "colour_overlay", "lift", "visible_boxes", "visible_in_view"]
