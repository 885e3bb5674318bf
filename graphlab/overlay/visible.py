"""The parts of a graph to which an overlay is lifted, for a set of open groups."""

from __future__ import annotations

from graphlab.overlay.types import Visible
from graphlab.view.fold import Folded
from graphlab.view.nest import ROOT, nest_of
from graphlab.view.types import Open, View


def visible_boxes(folded: Folded, opened: Open, focus: str = ROOT) -> Visible:
    """The boxes and the open groups in a focus, without links and stubs, which is cheap."""
    children = list(nest_of(folded).visible_ids(opened, focus))
    boxes = {child: child for child in children if child not in opened}
    return Visible(boxes, [child for child in children if child in opened])


def visible_in_view(current_view: View) -> Visible:
    """Everything in a view; a stub is marked like the box that it stands for."""
    boxes = {box.id: box.leads_to or box.id for box in current_view.boxes}
    return Visible(boxes, [frame.id for frame in current_view.frames], current_view.links)
