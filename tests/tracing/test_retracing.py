"""A tf.function that was called before: its concrete functions as graphs, and why each was traced."""

from __future__ import annotations

import collections

import pytest

from graphlab.processes.tensorflow_start import start_tensorflow

start_tensorflow()

import tensorflow as tf  # noqa: E402

from graphlab import trace  # noqa: E402
from graphlab.sources import parse_source  # noqa: E402
from graphlab.tracing.private import traced_functions, untraced_copy  # noqa: E402
from graphlab.tracing.retraces import MOST_TRACES  # noqa: E402
from graphlab.tracing.targets import trace_object, trace_source  # noqa: E402

pytestmark = pytest.mark.tf

Point = collections.namedtuple("Point", "x y")


class Settings:
    """A Python object that is not a tensor."""


def called(*calls, options=None, **keywords):
    """The graphs of a function of (x, n=2, **more) after these calls, each a tuple of arguments or a dict."""

    @tf.function(**(options or {}))
    def f(x=None, n=2, **more):
        return tf.constant(n) if isinstance(n, int) else n

    for call in calls:
        f(**call) if isinstance(call, dict) else f(*call)
    return f, trace_object(f, **keywords)


def reasons(*calls, **options):
    return [graph.notes[0] for graph in called(*calls, **options)[1].values()]


def test_private_caches_are_those_of_the_checked_tensorflow():
    assert tf.__version__.startswith("2.21.")
    f = tf.function(lambda x: x)
    f(tf.ones(2))
    f(tf.ones(3))

    assert [concrete.structured_input_signature[0][0].shape for concrete, _ in traced_functions(f)] == [[2], [3]]
    assert traced_functions(untraced_copy(f)) == []
    assert traced_functions(len) == []


def test_each_trace_is_a_graph_in_the_order_of_tracing():
    f, graphs = called((tf.ones(3),), (tf.ones(4),), (tf.ones(3), 3))

    assert list(graphs) == ["f(float32[3])", "f(float32[4])", "f(float32[3], n=3)"]
    assert f.experimental_get_tracing_count() == len(graphs) == 3
    assert [graph.op(graph.input_ids[0]).outputs[0].shape for graph in graphs.values()] == [(3,), (4,), (3,)]
    assert {graph.name for graph in graphs.values()} == {"f"}


def test_a_function_called_once_says_what_for():
    assert reasons((tf.ones(3),)) == ["traced once, for x: float32[3], n = 2"]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ((tf.ones(4),), "x has shape [4] where [3] was traced before"),
        ((tf.ones(3, tf.int32),), "x is int32 where float32 was traced before"),
        ((tf.ones((2, 2), tf.int32),), "x is int32[2,2] where float32[3] was traced before"),
        ((tf.ones(3), 3), "n = 3 instead of 2"),
        ((tf.ones(3), tf.constant(3)), "n is a tensor int32[] where the Python value 2 was traced before"),
        ({"x": tf.ones(3), "scale": 2.0}, "the argument scale (the Python value 2.0) is new"),
        ((tf.ones(4), 3), "x has shape [4] where [3] was traced before and n = 3 instead of 2"),
        (
            (tf.ragged.constant([[1.0]]),),
            "x is a ragged tensor float32[1,?] where a tensor float32[3] was traced before",
        ),
        (([tf.ones(3)],), "x is a list of 1 where a tensor float32[3] was traced before"),
        ((None,), "x is the Python value None where a tensor float32[3] was traced before"),
    ],
)
def test_a_second_trace_says_what_differs(second, words):
    assert reasons((tf.ones(3),), second)[1] == f"retraced because {words}"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({"a": tf.ones(2)}, {"a": tf.ones(2), "b": tf.ones(1)}, "x has the new key 'b'"),
        ({"a": tf.ones(2)}, {"a": tf.ones(3)}, "x['a'] has shape [3] where [2] was traced before"),
        ([tf.ones(2)], [tf.ones(2), tf.ones(2)], "x has 2 items instead of 1"),
        ((tf.ones(2), 1), (tf.ones(2), 5), "x[1] = 5 instead of 1"),
        (Point(tf.ones(1), 1), Point(tf.ones(1), 2), "x.y = 2 instead of 1"),
        ([tf.ones(2)], (tf.ones(2),), "x is a tuple of 1 where a list of 1 was traced before"),
    ],
)
def test_a_structure_is_compared_part_by_part(first, second, words):
    assert reasons((first,), (second,))[1] == f"retraced because {words}"


def test_another_object_of_a_class_is_distinguished_from_the_first():
    one, other = Settings(), Settings()

    assert reasons((one,), (other,))[1] == "retraced because x is another Settings object"


def test_the_nearest_earlier_trace_is_compared():
    calls = [(tf.ones(3),), (tf.ones(7, tf.int32), 9), (tf.ones(3), 4)]

    assert reasons(*calls)[2] == "retraced because n = 4 instead of 2"


def test_a_trace_that_differs_in_less_is_nearer():
    calls = [(tf.ones(3),), (tf.ones(4),), (tf.ones(3, tf.float16),)]

    assert reasons(*calls)[2] == "retraced because x is float16 where float32 was traced before"


def test_long_labels_are_cut_and_stay_distinct():
    names = list(called(*(({"first": tf.ones(9), "second": tf.ones(9), "third": tf.ones(n)},) for n in (1, 2)))[1])

    assert names == [
        "f({first: float32[9], second: float32[9], thir…)",
        "f({first: float32[9], second: float32[9], thir…) #2",
    ]


def test_a_widened_shape_is_shown_as_it_was_traced():
    found = reasons((tf.ones(3),), (tf.ones(4),), (tf.ones(5),), options={"reduce_retracing": True})

    assert found == [
        "traced first, for x: float32[3], n = 2",
        "retraced because x has shape [?] where [3] was traced before",
    ]


def test_a_function_that_makes_its_variables_is_shown_as_it_runs():
    made = []

    @tf.function
    def scale(x):
        if not made:
            made.append(tf.Variable(3.0))
        return x * made[0]

    scale(tf.ones(2))
    scale(tf.ones(3))
    graphs = trace_object(scale)

    assert scale.experimental_get_tracing_count() == 3
    assert list(graphs) == ["scale(float32[2])", "scale(float32[3])"]
    assert graphs["scale(float32[2])"].notes == (
        "traced first, for x: float32[2]; it was traced twice, because its first trace created its variables",
    )


def test_only_the_first_of_many_traces_are_shown_and_their_number_is_reported():
    graphs = called(*((tf.ones(3), n) for n in range(MOST_TRACES + 4)))[1]

    assert len(graphs) == MOST_TRACES
    assert next(iter(graphs.values())).notes[0].endswith("of 20 traces the first 16 are shown")


def test_the_input_that_is_asked_for_comes_first():
    graphs = called((tf.ones(3),), (tf.ones(4),), specs=["float32[?]"])[1]

    assert list(graphs) == ["f(float32[?])", "f(float32[3])", "f(float32[4])"]
    assert graphs["f(float32[?])"].notes == ("traced for the requested input",)


def test_an_input_that_was_traced_before_is_not_shown_twice():
    graphs = called((tf.ones(3),), (tf.ones(4),), specs=["float32[4]"])[1]

    assert list(graphs) == ["f(float32[4])", "f(float32[3])"]
    assert "where [3] was traced before" in graphs["f(float32[4])"].notes[0]


def test_tracing_leaves_the_users_own_traces_alone():
    f = tf.function(lambda x: x)
    trace(f, "float32[2]")

    assert f.experimental_get_tracing_count() == 0


def test_a_called_function_knows_the_layers_it_calls(tmp_path):
    (tmp_path / "loop.py").write_text(
        "import keras, tensorflow as tf\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name='small')])\n"
        "@tf.function\n"
        "def step(x):\n"
        "    return model(x)\n"
        "step(tf.ones((1, 3)))\n"
        "step(tf.ones((4, 3)))\n"
    )
    graphs = trace_source(parse_source(f"{tmp_path / 'loop.py'}:step"))

    assert list(graphs) == ["step(float32[1,3])", "step(float32[4,3])"]
    for graph in graphs.values():
        assert {op.layer.path for op in graph.ops() if op.type == "MatMul"} == {"sequential/small"}


def test_what_a_gradient_reads_of_a_loop_is_no_result_of_the_function():
    @tf.function
    def power(x):
        return tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, x])[1]

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        power(x)

    [graph] = trace_object(power).values()
    assert [graph.facts.names[op_id] for op_id in graph.output_ids] == ["output"]
