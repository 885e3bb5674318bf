"""Whether data leaves a group and comes back to it."""

from __future__ import annotations

from collections import defaultdict

from graphlab.view.fold import Folded
from graphlab.view.nest import members


def data_returns(folded: Folded, group_id: str) -> bool:
    """Whether a path leaves a group and re-enters it; what a loop, call or variable returns does not count."""
    after: dict[str, list[str]] = defaultdict(list)
    for wire in folded.wires:
        if wire.src_port is not None and wire.dst_port is not None:
            after[folded.stands_for[wire.src]].append(folded.stands_for[wire.dst])
    own = set(members(folded, group_id))
    seen_ids = {head for op_id in own for head in after[op_id] if head not in own}
    waiting = list(seen_ids)
    while waiting:
        heads = after[waiting.pop()]
        if not own.isdisjoint(heads):
            return True
        new = set(heads) - seen_ids
        seen_ids |= new
        waiting += new
    return False
