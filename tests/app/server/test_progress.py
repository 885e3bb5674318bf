import threading

import pytest

from graphlab.app.server.progress import Stopped, Waiting


def test_a_page_receives_the_progress_of_its_layout() -> None:
    waiting = Waiting()
    assert waiting.progress_json("page").to_json() == {}
    with waiting.newest("page") as progress:
        progress.tell(3, 10)
        assert waiting.progress_json("page").to_json() == {"done": 3, "total": 10}
        assert waiting.progress_json("another").to_json() == {}
    assert waiting.progress_json("page").to_json() == {}


def test_what_a_page_asked_for_before_is_stopped() -> None:
    waiting = Waiting()
    with waiting.newest("page") as first, waiting.newest("other") as other, waiting.newest("page") as second:
        with pytest.raises(Stopped):
            first.tell(1, 2)
        other.tell(1, 2)
        second.tell(2, 2)
        assert waiting.progress_json("page").to_json() == {"done": 2, "total": 2}


def test_a_layout_is_stopped_by_a_later_one_in_another_thread() -> None:
    waiting = Waiting()

    def ask_again() -> None:
        with waiting.newest("page"):
            pass

    with waiting.newest("page") as progress:
        thread = threading.Thread(target=ask_again)
        thread.start()
        thread.join()
        with pytest.raises(Stopped):
            progress.check()


def test_a_page_without_a_name_stops_nothing() -> None:
    waiting = Waiting()
    with waiting.newest(None) as first, waiting.newest(None):
        first.tell(1, 1)
