"""View to Scene, with a worker process for dot, a cache of scopes, and a plain layout if dot does not answer."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from graphlab.layout.compose import compose
from graphlab.layout.layered import draw_by_layers
from graphlab.layout.plan import (
    Inner,
    Item,
    Plan,
    Task,
    frame_item,
    plan_from_json,
    resolve_items,
    task_to_json,
)
from graphlab.layout.ranks import suits_dot
from graphlab.layout.scene import Scene
from graphlab.layout.solve import solve
from graphlab.layout.tasks import plan_job
from graphlab.processes.worker import Worker, WorkerDied, WorkerFailed, WorkerTimeout
from graphlab.view import View

MODULE = "graphlab.layout.dot_worker"
SCOPE_TIMEOUT_S = 2.0
START_TIMEOUT_S = 15.0
MAX_FAILURES = 2
CACHE_SIZE = 20_000
MOST_AT_ONCE = 250  # boxes per request to the worker
Progress = Callable[[int, int], None]


class LayoutEngine:
    """Lays out views in a warm worker process. Thread-safe. `close` ends the worker."""

    def __init__(self, *, scope_timeout_s: float = SCOPE_TIMEOUT_S) -> None:
        self._worker = Worker(MODULE)
        self._scope_timeout_s = scope_timeout_s
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._lock = threading.Lock()
        self._ready_pid: int | None = None

    def start(self) -> None:
        """Start the worker now, so that the first view need not wait for it."""
        self._worker.start()

    def lay_out(self, view: View, *, on_progress: Progress | None = None) -> Scene:
        """The view's scene. Only scopes that were not laid out before are drawn.

        `on_progress` is called now and then with the number of boxes laid out and of all boxes; if it raises, the
        layout ends. Raises LayoutError if the view is inconsistent, but never for lack of time.
        """
        if on_progress:
            on_progress(0, len(view.boxes))
        job = plan_job(view)
        plans = self.draw([scope_task.task for scope_task in job.scope_tasks.values()], on_progress=on_progress)
        return compose(view, job, plans)

    def draw(self, tasks: Iterable[Task], *, on_progress: Progress | None = None) -> dict[str, Plan]:
        """A plan for each task by its digest; inner tasks come before those that contain them."""
        everything = tuple(tasks)
        by_digest = {task.digest: task for task in everything}
        plans = self._cached_plans(by_digest)
        missing = [task for digest, task in by_digest.items() if digest not in plans]
        if missing:
            try:
                self._draw(missing, plans, _counted(everything, plans, on_progress))
            finally:
                self._keep(plans)
        return plans

    def close(self) -> None:
        """End the worker process."""
        self._worker.close()

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id; None if there is none."""
        return self._worker.pid

    def _draw(self, tasks: list[Task], plans: dict[str, Plan], tell: Callable[[], None]) -> None:
        """Add a plan for each task, inner ones first: by the worker, or by layers if it fails."""
        todo = list(tasks)
        failures = 0
        while todo:
            tell()
            small = _leading(todo) if failures < MAX_FAILURES else []
            failed = bool(small) and self._ask(small, plans)
            failures += failed
            if failed or not small:
                # The first remaining task is too large, or it broke or stopped the worker.
                first = next(task for task in todo if task.digest not in plans)
                plans[first.digest] = _draw_here(first, plans)
            todo = [task for task in todo if task.digest not in plans]
        tell()

    def _ask(self, tasks: list[Task], plans: dict[str, Plan]) -> bool:
        """Add the worker's plans to `plans`. Returns whether it failed before the last one."""

        def keep(text: str) -> None:
            digest, plan_json = json.loads(text)
            plans[digest] = plan_from_json(plan_json)

        request = {"do": "draw", "tasks": [task_to_json(_known_sizes(task, plans)) for task in tasks]}
        try:
            if self._worker.pid is None or self._worker.pid != self._ready_pid:
                self._worker.ask({"do": "wake"}, timeout_s=START_TIMEOUT_S)
                self._ready_pid = self._worker.pid
            self._worker.ask(request, timeout_s=self._scope_timeout_s, on_progress=keep)
        except (WorkerTimeout, WorkerDied, WorkerFailed):
            return True
        return False

    def _cached_plans(self, digests: Iterable[str]) -> dict[str, Plan]:
        with self._lock:
            plans = {digest: self._plans[digest] for digest in digests if digest in self._plans}
            for digest in plans:
                self._plans.move_to_end(digest)
            return plans

    def _keep(self, plans: Mapping[str, Plan]) -> None:
        with self._lock:
            self._plans.update(plans)
            while len(self._plans) > CACHE_SIZE:
                self._plans.popitem(last=False)


def _leading(tasks: Sequence[Task]) -> list[Task]:
    """The tasks before the first that is too large for dot, as many as fit into one request to the worker.

    Between two requests, another layout gets its turn, and one that nobody waits for ends.
    """
    small: list[Task] = []
    items = 0
    for task in tasks:
        items += len(task.items)
        if not suits_dot(task) or (small and items > MOST_AT_ONCE):
            break
        small.append(task)
    return small


def _counted(tasks: Iterable[Task], plans: Mapping[str, Plan], on_progress: Progress | None) -> Callable[[], None]:
    """A function that reports how many of the tasks' boxes are laid out; frames do not count."""
    boxes: Counter[str] = Counter()
    for task in tasks:
        boxes[task.digest] += sum(isinstance(item, Item) for item in task.items)
    total = boxes.total()

    def tell() -> None:
        if on_progress:
            on_progress(sum(count for digest, count in boxes.items() if digest in plans), total)

    return tell


def _draw_here(task: Task, plans: Mapping[str, Plan]) -> Plan:
    return solve(task, resolve_items(task, plans), draw_by_layers)


def _known_sizes(task: Task, plans: Mapping[str, Plan]) -> Task:
    """The task with the sizes of the frames that are already laid out."""
    return replace(task, items=tuple(_known_size(item, plans) for item in task.items))


def _known_size(item: Item | Inner, plans: Mapping[str, Plan]) -> Item | Inner:
    return item if isinstance(item, Item) or item.digest not in plans else frame_item(item, plans)
