import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from graphlab.errors import LayoutError
from graphlab.layout.engine import LayoutEngine
from graphlab.view import Box, Frame, View
from tests.support.layout_views import by_layers, chain, link, mlp, nested, op, train_step


@pytest.fixture
def engine() -> Iterator[LayoutEngine]:
    engine = LayoutEngine()
    yield engine
    engine.close()


def test_engine_answers_after_its_worker_was_killed(engine: LayoutEngine) -> None:
    before = engine.lay_out(mlp())
    assert engine.worker_pid is not None
    os.kill(engine.worker_pid, signal.SIGKILL)
    assert engine.lay_out(mlp()) == before  # cached
    assert len(engine.lay_out(train_step()).boxes) == 14


def test_engine_falls_back_to_layers_when_dot_takes_too_long() -> None:
    engine = LayoutEngine(scope_timeout_s=0.0)
    try:
        scene = engine.lay_out(train_step())
    finally:
        engine.close()
    assert scene == by_layers(train_step())


def test_engine_answers_after_it_was_closed(engine: LayoutEngine) -> None:
    engine.close()
    assert len(engine.lay_out(mlp()).boxes) == 9


def test_large_scope_answers_within_its_limit(engine: LayoutEngine) -> None:
    engine.lay_out(mlp())
    view = chain(2000)
    start = time.perf_counter()
    scene = engine.lay_out(view)
    assert time.perf_counter() - start < 20
    assert len(scene.boxes) == 2000


def test_sixty_frames_deep_is_laid_out(engine: LayoutEngine) -> None:
    scene = engine.lay_out(nested(60))
    assert len(scene.frames) == 60
    inner = next(box for box in scene.boxes if box.id.endswith("MatMul"))
    for frame in scene.frames:
        assert frame.x_px < inner.x_px
        assert frame.y_px < inner.y_px


def test_neighbour_keeps_its_inner_layout_when_a_group_opens(engine: LayoutEngine) -> None:
    closed = View(
        (op("a/x", "a/"), op("a/y", "a/"), op("b/", kind="group")), (Frame("a/", "a"),), (link("a/x", "a/y"),)
    )
    opened = View(
        (op("a/x", "a/"), op("a/y", "a/"), op("b/z", "b/")), (Frame("a/", "a"), Frame("b/", "b")), (link("a/x", "a/y"),)
    )
    places = []
    for view in (closed, opened):
        scene = engine.lay_out(view)
        frame = next(frame for frame in scene.frames if frame.id == "a/")
        places.append([(box.x_px - frame.x_px, box.y_px - frame.y_px) for box in scene.boxes[:2]])
    assert places[0] == places[1]


def test_two_threads_get_their_own_scenes(engine: LayoutEngine) -> None:
    views = [mlp(), train_step(), chain(30), nested(4)]
    scenes: dict[int, int] = {}

    def lay_out(index: int) -> None:
        scenes[index] = len(engine.lay_out(views[index]).boxes)

    threads = [threading.Thread(target=lay_out, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert scenes == {0: 9, 1: 14, 2: 30, 3: 3}


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (View((op("a"),), (), (link("a", "b"),)), "ends at 'b', which is not a box of the view"),
        (View((Box("a", "op", "a", parent="g/"),), (), ()), "'a' is in 'g/', which is not a frame of the view"),
        (View((), (Frame("g/", "g", parent="g/"),), ()), "the group 'g/' contains itself, so it cannot be laid out"),
        (
            View((), (Frame("g/", "g", parent="h/"), Frame("h/", "h", parent="g/")), ()),
            "the group 'g/' contains itself, so it cannot be laid out",
        ),
    ],
)
def test_inconsistent_view_is_refused_in_words(engine: LayoutEngine, view: View, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        engine.lay_out(view)


@pytest.fixture
def many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the views of `many_scopes` take seven requests to the worker."""
    monkeypatch.setattr("graphlab.layout.engine.MOST_AT_ONCE", 60)


def many_scopes(count: int = 18) -> View:
    """Frames side by side, each with a scope of its own."""
    views = [chain(15 + place, f"net_{place}/") for place in range(count)]
    parts = [tuple(part for view in views for part in getattr(view, kind)) for kind in ("boxes", "frames", "links")]
    return View(*parts)


@pytest.mark.usefixtures("many_requests")
def test_progress_counts_the_boxes_up_to_all_of_them(engine: LayoutEngine) -> None:
    view, told = many_scopes(), []
    engine.lay_out(view, on_progress=lambda done, total: told.append((done, total)))
    assert {total for _, total in told} == {len(view.boxes)}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[0][0] == 0
    assert told[-1][0] == len(view.boxes)
    assert len(set(told)) > 5


class EnoughError(Exception):
    pass


@pytest.mark.usefixtures("many_requests")
def test_a_layout_that_is_ended_keeps_its_worker_and_what_it_drew(engine: LayoutEngine) -> None:
    engine.lay_out(mlp())
    pid, view, told = engine.worker_pid, many_scopes(), []

    def end(done: int, total: int) -> None:
        told.append(done)
        if done > total / 2:
            raise EnoughError

    with pytest.raises(EnoughError):
        engine.lay_out(view, on_progress=end)
    again: list[int] = []
    engine.lay_out(view, on_progress=lambda done, _total: again.append(done))
    assert engine.worker_pid == pid
    assert again[1] == told[-1]


@pytest.mark.usefixtures("many_requests")
def test_a_small_layout_does_not_wait_for_a_large_one(engine: LayoutEngine) -> None:
    engine.lay_out(mlp())
    done: list[str] = []
    begun = threading.Event()
    large = threading.Thread(
        target=lambda: (engine.lay_out(many_scopes(), on_progress=lambda *_: begun.set()), done.append("large"))
    )
    large.start()
    begun.wait()
    engine.lay_out(train_step())
    done.append("small")
    large.join()
    assert done == ["small", "large"]
