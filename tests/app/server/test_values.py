"""Values for a page, from its request to the readouts of its boxes, with the process that computes them."""

from __future__ import annotations

import json
import os
import time

import numpy as np
import pytest

from graphlab.app.server.jobs import TraceJob
from graphlab.app.server.library import Library
from graphlab.app.server.scenes import shown_graph_of
from graphlab.app.server.values import sessions
from graphlab.app.server.values.answers import answer_to
from graphlab.app.server.values.overlays import read_moment
from graphlab.app.server.view_state import read_state
from graphlab.sources import parse_source

pytestmark = pytest.mark.tf

PROGRAM = """
import keras
import tensorflow as tf

example_inputs = {"x": 3.0, "y": 4.0}


@tf.function(input_signature=[tf.TensorSpec([], tf.float32), tf.TensorSpec([], tf.float32)])
def f(x, y):
    return x**2 * y + y + 2


@tf.function(input_signature=[tf.TensorSpec([3], tf.float32)])
def loop(v):
    total = v
    for _ in tf.range(3):
        total = total * 2.0
    return total


@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
def count(x):
    for i in tf.range(3):
        x = x * 2.0 + 1.0
    return x


@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
def broken(v):
    return tf.reshape(tf.math.log(v), [tf.cast(v[0], tf.int32), 7]) + 1.0


@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
def endless(x):
    while x > 0.0:
        x = x + 1.0
    return x


def noise():
    return None


model = keras.Sequential([keras.Input((4,), name="v"), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])
model.compile("sgd", "mse")
"""


@pytest.fixture(scope="module")
def own_values_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("values") / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture(scope="module")
def library(file, own_values_cache):
    names = ("f", "loop", "count", "broken", "endless", "model")
    library = Library([parse_source(f"{file}:{name}") for name in names], pytest.fail)
    yield library
    library.close()


@pytest.fixture(scope="module")
def ask(library, file):
    """Ask as a page does: once more while there is more to come."""

    def ask(act, name="f", *, graph=None, values=True, patience_s=180.0, **body):
        view = {"source": f"{file}:{name}", "graph": graph, "open": None, "values": values}
        end = time.monotonic() + patience_s
        while True:
            answer = json.loads(json.dumps(answer_to(library, act, {"view": view, **body})))
            if not answer.get("again"):
                return answer
            assert time.monotonic() < end, answer
            time.sleep(0.05)

    def prepared(act, name="f", **body):
        spec = library.sources.spec(f"{file}:{name}")
        end = time.monotonic() + 180
        while isinstance(library.open(spec.text), TraceJob):
            assert time.monotonic() < end, library.open(spec.text).error
            time.sleep(0.05)
        return ask(act, name, **body)

    return prepared


@pytest.fixture(scope="module")
def overlays_at(library, file):
    """What the boxes show at a moment of an evaluation."""

    def overlays_at(name="f", *, open_groups=None, **moment):
        state = read_state({"source": f"{file}:{name}", "values": True, "open": open_groups})
        shown_moment = read_moment({"show": "both", **moment})
        return [one.to_json() for one in library.evaluated.overlays(shown_graph_of(library, state), shown_moment)]

    return overlays_at


def number(value):
    return {"kind": "number", "value": str(value)}


def readouts_of(overlays, name="values"):
    """What each box shows, by id: the texts of its readouts."""
    [overlay] = [one for one in overlays if one["name"] == name]
    return {mark["box"]: [one.get("text", one["form"]) for one in mark["readouts"]] for mark in overlay["marks"]}


def f_at(ask, x, y, **body):
    return ask("evaluate", settings={"x": number(x), "y": number(y)}, **body)


def test_the_form_offers_the_sources_example_and_its_result_as_the_target(ask):
    form = ask("open")["form"]

    assert [(field["name"], field["setting"]["value"]) for field in form["fields"]] == [("x", "3"), ("y", "4")]
    assert form["targets"] == [{"id": "output", "label": "output", "count": 1}]


def test_boxes_show_values_and_gradients(ask):
    answer = f_at(ask, 3, 4, gradient="output", show="both")

    shown = readouts_of(answer["overlays"])
    assert shown["x"] == ["3", "24"]
    assert shown["y"] == ["4", "10"]
    assert shown["pow"] == ["9", "4"]
    assert shown["Identity"] == ["42", "1"]
    assert answer["evaluation"]["output"][0]["numbers"] == [42.0]


def test_the_steps_are_the_shown_ops_in_order_and_then_back(ask, overlays_at):
    evaluation = f_at(ask, 3, 4, gradient="output")["evaluation"]

    steps = evaluation["steps"]
    assert steps["titles"] == ["Pow", "Mul", "AddV2", "AddV2"]
    assert steps["backward"] == [3, 2, 1, 0]

    row = steps["order"][1]
    overlays = overlays_at(id=evaluation["id"], time=row[2], now=row[1], back=10**9)
    shown = readouts_of(overlays)
    assert shown["mul"] == ["36"]
    assert "add" not in shown
    [player] = [one for one in overlays if one["name"] == "player"]
    slots = {mark["box"]: mark["slots"][0][0] for mark in player["marks"]}
    assert slots["mul"] == "now"
    assert slots["pow"] == slots["y"] == "used"
    assert slots["x"] == "on"
    assert "add" not in slots


def test_going_back_what_has_a_gradient_is_lit(ask, overlays_at):
    evaluation = f_at(ask, 3, 4, gradient="output")["evaluation"]
    row = evaluation["steps"]["order"][2]

    overlays = overlays_at(id=evaluation["id"], time=None, now=row[1], back=row[1], is_backward=True)
    [player] = [one for one in overlays if one["name"] == "player"]
    slots = {mark["box"]: mark["slots"][0][0] for mark in player["marks"]}
    assert slots["add"] == "now"
    assert slots["add_1"] == "used"
    assert "mul" not in slots
    assert readouts_of(overlays)["mul"] == ["36"]
    assert readouts_of(overlays)["add"] == ["40", "1"]


def test_the_difference_to_a_base_is_shown_even_if_it_must_be_computed_again(ask):
    base = f_at(ask, 3, 4)["evaluation"]["id"]
    state = {"settings": {"x": number(3), "y": number(4)}, "gradient": "", "seed": 7}
    for x in range(5):  # the base is no longer cached after these
        f_at(ask, x, 1)

    shown = readouts_of(f_at(ask, 3, 5, compare=base, base=state)["overlays"])
    assert shown["y"] == ["1"]
    assert shown["x"] == ["0"]
    assert shown["Identity"] == ["10"]


def test_a_loop_is_stepped_iteration_by_iteration(ask):
    settings = {"v": {"kind": "grid", "value": ["1", "2", "3"]}}
    evaluation = ask("evaluate", "loop", settings=settings)["evaluation"]

    doubled = [row for row in evaluation["steps"]["order"] if evaluation["steps"]["titles"][row[0]] == "Mul"]
    assert [row[3:] for row in doubled] == [[1], [2], [3]]
    op_id = evaluation["steps"]["ops"][doubled[0][0]]
    for row, factor in zip(doubled, (2, 4, 8), strict=True):
        page = ask("tensor", "loop", evaluation=evaluation["id"], op=op_id, iterations=row[3:])
        np.testing.assert_array_equal(np.ravel(page["cells"]), [factor, 2 * factor, 3 * factor])


def test_in_a_step_of_a_loop_boxes_show_its_iteration_forward_and_back(ask, overlays_at):
    settings = {"x": number(1)}
    evaluation = ask("evaluate", "count", settings=settings, gradient="output", show="both")["evaluation"]
    steps = evaluation["steps"]
    first = next(row for row in steps["order"] if steps["titles"][row[0]] == "Mul")
    opened = ["while/", "while/body/"]
    moment = {"id": evaluation["id"], "now": first[1], "open_groups": opened}

    shown = readouts_of(overlays_at("count", **moment, time=first[2], back=10**9))
    assert shown["while/body/mul"] == ["2"]
    shown = readouts_of(overlays_at("count", **moment, time=None, back=first[1], is_backward=True))
    assert shown["while/body/mul"] == ["2", "4"]
    assert shown["while/body/add"] == ["3", "4"]
    assert shown["Identity"] == ["15", "1"]

    assert readouts_of(overlays_at("count", id=evaluation["id"], open_groups=[]))["while/"] == ["15", "1"]
    closed = overlays_at("count", id=evaluation["id"], open_groups=[], now=first[1], time=first[2], back=10**9)
    assert readouts_of(closed)["while/"] == ["1"], "the loop's variable in iteration 1"
    words = ask("words", "count", evaluation=evaluation["id"], op="while/", iterations=[4])
    assert words["value"]["text"] == "x = 15"


def test_an_op_that_fails_says_why_and_what_came_before_is_shown(ask):
    settings = {"v": {"kind": "grid", "value": ["2", "3"]}}
    answer = ask("evaluate", "broken", settings=settings)

    [problem] = answer["evaluation"]["problems"]
    assert problem["op"] == "Reshape"
    assert "2" in problem["words"]
    shown = readouts_of(answer["overlays"])
    assert shown["Log"] == ["strip"]
    assert shown["Reshape"] == ["no value"]
    assert shown["add"] == ["no value"]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (number("three"), "three"),
        (number("1e400"), "1e400"),
        (number(""), "number"),
        ({"kind": "npy", "data": "AAAA", "file": "a.npy"}, "not a .npy file"),
    ],
)
def test_a_wrong_input_is_one_sentence_at_its_field(ask, setting, words):
    errors = ask("evaluate", settings={"x": setting, "y": number(1)})["errors"]

    assert errors.keys() == {"x"}
    assert words in errors["x"]
    assert "\n" not in errors["x"]


def test_a_wrong_target_is_a_sentence(ask):
    assert "result" in f_at(ask, 1, 2, gradient="nothing")["errors"][""]
    assert "position" in f_at(ask, 1, 2, gradient="output[4]")["errors"][""]


def test_an_endless_loop_can_be_left_with_what_was_computed(ask, library, file):
    settings = {"x": number(1)}
    ask("open", "endless")
    job = library.values.of(library.sources.spec(f"{file}:endless"), None).evaluate(
        {"graph": "function", "settings": settings, "gradient": "", "seed": 7, "base": None}, "one"
    )
    assert job.result(1.0) is None

    view = {"source": f"{file}:endless", "values": True}
    other = answer_to(library, "evaluate", {"view": view, "page": "other", "settings": settings})
    assert other["again"]
    assert other["message"].startswith("Waiting: another page runs this source (ran ")
    assert answer_to(library, "stop", {"view": view, "page": "other"}) == {}
    assert job.result(1.0) is None

    answer = ask("stop", "endless", page="one")
    assert answer["evaluation"]["end"].startswith("stopped after")
    assert readouts_of(answer["overlays"])


def test_a_run_whose_page_is_gone_is_ended_for_another_page(ask, library, file, monkeypatch):
    ask("open", "endless")
    session = library.values.of(library.sources.spec(f"{file}:endless"), None)
    request = {"graph": "function", "settings": {"x": number(2)}, "gradient": "", "seed": 7, "base": None}
    gone = session.evaluate(request, "gone")
    assert session.evaluate(request, "other") is None
    monkeypatch.setattr(sessions, "ABANDONED_S", 0.0)
    other = session.evaluate(request, "other")
    monkeypatch.undo()

    assert gone.result(0.0)["end"].startswith("stopped after")
    assert session.stop("gone") is None  # it has its answer
    assert session.stop("other") is other
    assert other.result(30.0)["end"].startswith("stopped after")
    assert session.stop("other") is None


def test_values_stay_when_a_number_has_no_field(ask, overlays_at):
    evaluation = f_at(ask, 3, 4)["evaluation"]["id"]
    for op, position in (("pow", [5, 5]), ("pow", [1e999]), ("no such op", [])):
        overlays = overlays_at(id=evaluation, field={"op": op, "output": 0, "position": position, "way": "from"})
        assert [overlay["name"] for overlay in overlays] == ["values"]


def test_a_train_step_changes_the_copies_of_variables_and_not_the_model(ask):
    settings = {
        "v": {"kind": "random", "seed": 1, "sizes": [2, 4]},
        "y": {"kind": "random", "seed": 2, "sizes": [2, 1]},
    }
    fields = ask("open", "model", graph="train_step")["form"]["fields"]
    named = {field["name"]: setting for field, setting in zip(fields, settings.values(), strict=True)}
    first, second = (
        ask("evaluate", "model", graph="train_step", settings=named)["evaluation"]["output"] for _ in range(2)
    )
    assert first == second
    target = ask("open", "model", graph="train_step")["form"]["targets"][0]
    assert target["label"] == "loss"
    steps = [
        ask("evaluate", "model", graph="train_step", settings=named, gradient=gradient)["evaluation"]["steps"]
        for gradient in ("", target["id"])
    ]
    assert [step["way_back"] for step in steps] == ["", "graphlab's own gradient of the loss"]
    assert steps[0]["backward"] == [], "without a target it ends with the update"


def test_an_op_in_words_and_its_check_with_finite_differences(ask):
    evaluation = f_at(ask, 3, 4, gradient="output")["evaluation"]["id"]

    words = ask("words", evaluation=evaluation, op="mul")
    assert words["value"]["text"] == "9 × 4 = 36"
    assert ask("check", evaluation=evaluation, op="x", position=[])["agrees"] is True


def test_one_cell_is_computed_again(ask):
    evaluation = f_at(ask, 3, 4)["evaluation"]["id"]

    report = ask("cell", evaluation=evaluation, op="mul", position=[])
    assert "36" in json.dumps(report)


def test_what_a_number_was_computed_from_and_what_it_reaches(ask, overlays_at, file):
    evaluation = ask("evaluate", "model", settings={"v": {"kind": "grid", "value": [[1, 2, 3, 4]]}})["evaluation"]
    every_op = [mark["box"] for mark in overlays_at("model", id=evaluation["id"])[0]["marks"]]
    [dense] = [box for box in every_op if "dense_1" in box]
    for way, texts in {"from": {"v": "all", dense: "1"}, "to": {dense: "1", "Identity": "1"}}.items():
        field = {"op": dense, "output": 0, "position": [0, 0], "way": way}
        overlays = overlays_at("model", id=evaluation["id"], field=field)
        assert [overlay["name"] for overlay in overlays] == ["values", "field"]
        marked = {mark["box"]: mark.get("text", "") for mark in overlays[1]["marks"]}
        assert texts.items() <= marked.items(), marked


def test_a_difference_stays_when_another_page_computes_without_a_base(ask, overlays_at):
    base = f_at(ask, 1, 4)["evaluation"]["id"]
    form = {"settings": {"x": number(1), "y": number(4)}}
    evaluation = f_at(ask, 3, 4, compare=base, base=form)["evaluation"]["id"]
    f_at(ask, 9, 9, page="other")

    shown = readouts_of(overlays_at(id=evaluation, show="difference"))
    assert shown["Identity"] == ["32"]


def test_values_that_are_gone_say_so(ask):
    assert "no longer" in ask("words", evaluation="v999", op="x")["error"]


def test_what_has_no_values_says_why(library):
    library.sources.add_live("shown", {})
    assert "graphlab.values" in answer_to(library, "open", {"view": {"source": "shown"}})["error"]


def test_a_run_that_ends_between_two_requests_is_not_begun_again(ask, library, file):
    f_at(ask, 1, 1)
    session = library.values.of(library.sources.spec(f"{file}:f"), None)
    request = {
        "graph": "function",
        "settings": {"x": number(2), "y": number(5)},
        "gradient": "",
        "seed": 7,
        "base": None,
    }
    job = session.evaluate(request, "page")
    while not job.answer.done():
        time.sleep(0.01)

    assert session.evaluate(request, "page") is job
    assert job.result(0.0)["output"][0]["numbers"] == [27.0]
    assert session.evaluate(request, "page") is not job


def test_an_edited_file_has_no_values_before_it_is_traced_again(own_values_cache, tmp_path):
    file = tmp_path / "edited.py"
    file.write_text(PROGRAM)
    library = Library([parse_source(f"{file}:f")], pytest.fail)
    source = f"{file}:f"
    try:
        end = time.monotonic() + 180
        while isinstance(library.open(source), TraceJob):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert not library.is_edited(source)
        os.utime(file, (time.time() + 5, time.time() + 5))
        assert not library.is_edited(source), "it was saved again, and nothing in it has changed"
        file.write_text(PROGRAM.replace("y + 2", "y + 3"))
        assert library.is_edited(source)
    finally:
        library.close()
