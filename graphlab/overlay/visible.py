"""What of a graph an overlay is lifted to, for a set of open groups."""

from __future__ import annotations

from graphlab.overlay.types import Visible
from graphlab.view.fold import Folded
from graphlab.view.nest import ROOT, nest_of
from graphlab.view.types import Open, View


def visible_boxes(folded: Folded, opened: Open, focus: str = ROOT) -> Visible:
    """The boxes and the open groups in a focus, without links and without stubs: that costs little."""
    seen = list(nest_of(folded).seen(opened, focus))
    return Visible({child: child for child in seen if child not in opened}, [it for it in seen if it in opened])


def visible_in_view(shown: View) -> Visible:
    """All that is in a view; a stub is marked like the box that it stands for."""
    boxes = {box.id: box.leads_to or box.id for box in shown.boxes}
    return Visible(boxes, [frame.id for frame in shown.frames], shown.links)
