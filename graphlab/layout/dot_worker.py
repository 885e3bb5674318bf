"""The layout worker: `python -m graphlab.layout.dot_worker`. Draws scopes with dot, and sends each when it is done."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable

from graphlab.errors import LayoutError
from graphlab.layout.dot import draw_by_dot
from graphlab.layout.layered import draw_by_layers
from graphlab.layout.plan import Plan, plan_to_json, resolve_items, task_from_json
from graphlab.layout.solve import solve
from graphlab.processes.worker import Message, serve

ORPHAN_S = 20


def draw_tasks(request: Message, progress: Callable[[str], None]) -> Message:
    """Draw the request's tasks, inner ones first. Each plan is sent as progress."""
    plans: dict[str, Plan] = {}
    for task_json in request["tasks"]:
        task = task_from_json(task_json)
        items = resolve_items(task, plans)
        _set_alarm(ORPHAN_S)
        try:
            plan = solve(task, items, draw_by_dot)
        except LayoutError:
            plan = solve(task, items, draw_by_layers)
        _set_alarm(0)
        plans[task.digest] = plan
        progress(json.dumps([task.digest, plan_to_json(plan)]))
    return {"done": len(plans)}


def wake(_request: Message, _progress: Callable[[str], None]) -> Message:
    """Report that this process is ready."""
    return {}


def _set_alarm(seconds: int) -> None:
    """End this process after a time limit: dot blocks the interpreter, so a dead parent would go unnoticed."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def warm_up() -> None:
    """Draw one small graph, so that everything is loaded before the first request."""
    task = task_from_json(
        {
            "digest": "warm-up",
            "items": [{"width_px": 96.0, "height_px": 36.0, "tops": [], "bottoms": []}] * 2,
            "top_count": 0,
            "bottom_count": 0,
            "edges": [{"tail": 0, "tail_at": -1, "head": 1, "head_at": -1, "weight": 1, "label": "x"}],
        }
    )
    solve(task, resolve_items(task, {}), draw_by_dot)


if __name__ == "__main__":
    warm_up()
    serve({"draw": draw_tasks, "wake": wake})
