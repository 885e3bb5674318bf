"""The limits of an evaluation: an op that needs too much memory is named, and what came before it stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
resource = pytest.importorskip("resource")

from graphlab.evaluation import interpreter  # noqa: E402
from graphlab.evaluation.eager import run_raw  # noqa: E402
from graphlab.evaluation.evaluate import evaluate  # noqa: E402
from graphlab.evaluation.inputs import arguments_for  # noqa: E402
from graphlab.evaluation.limits.memory import LEAST_BYTES, limit_bytes, out_of_memory_words, usual_limit_bytes  # noqa: E402
from graphlab.evaluation.model.mode import ModelMode  # noqa: E402
from graphlab.evaluation.rules import Rules  # noqa: E402
from graphlab.evaluation.session.evaluations import Evaluations  # noqa: E402
from graphlab.loading.limits import limited_memory  # noqa: E402
from graphlab.tracing.live import live_graphs  # noqa: E402
from graphlab.tracing.targets import trace_object  # noqa: E402


def live_of(function):
    with live_graphs() as source:
        trace_object(tf.function(function))
    [live] = source.graphs
    return live


def data_bytes():
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[5]
    return int(pages) * resource.getpagesize()


def values_with(function, more_bytes, *inputs):
    """The values with this much more memory than the process has now."""
    live = live_of(function)
    arguments = arguments_for(live, inputs, {}, (), 7)
    evaluate(live_of(lambda: tf.zeros([2]) + 1.0), [])  # starts the threads that run ops
    with limited_memory(data_bytes() + more_bytes):
        return evaluate(live, arguments)


def zeros():
    small = tf.ones([3]) * 2.0
    return tf.zeros(tf.cast(small * 100_000.0, tf.int32)[:2]), small


def outer_product():
    row = tf.range(40_000.0)
    return row[:, tf.newaxis] @ row[tf.newaxis, :], row


@pytest.mark.parametrize(("function", "op_type"), [(zeros, "Fill"), (outer_product, "MatMul")])
def test_an_op_that_needs_too_much_memory_is_named_and_the_rest_stays(function, op_type):
    values = values_with(function, 600_000_000)

    [cause] = values.causes
    assert values.graph.op(cause).type == op_type
    assert values.problems[cause].startswith(f"{op_type} ran out of memory")
    assert "GB" in values.problems[cause]
    last = values.graph.output_ids[-1]
    assert last in values
    assert limit_bytes() is None


def test_a_request_to_stop_is_seen_after_each_slow_op(monkeypatch, tmp_path):
    monkeypatch.setattr(interpreter, "run_raw", lambda op, inputs: time.sleep(0.06) or run_raw(op, inputs))
    live = live_of(lambda: tf.ones([3]) * 2.0 + 1.0)
    (tmp_path / "stop").touch()
    progress = []
    evaluation = Evaluations().run(
        ModelMode(live, Rules()), "f", [], gradient="", stop_file=tmp_path / "stop", progress=progress.append
    )

    assert evaluation.values.end == "stopped after 1 op; what was computed before is shown"
    assert progress == ["Ran 1 op"]


def test_an_evaluation_ends_when_the_memory_is_nearly_used_and_keeps_what_it_has(monkeypatch):
    monkeypatch.setattr(interpreter, "MEASURE_EACH", 2)
    monkeypatch.setattr(interpreter, "is_nearly_used", lambda limit: limit > 0)
    live = live_of(lambda: tf.ones([3]) * 2.0 + 1.0)
    with limited_memory(data_bytes() + 2_000_000_000):
        values = evaluate(live, [])

    assert "nearly all" in values.end
    assert len(values.order) == 2


def test_the_usual_limit_is_a_share_of_the_memory():
    assert usual_limit_bytes() >= LEAST_BYTES


def test_a_message_that_names_a_tensor_gives_its_sizes():
    words = out_of_memory_words("Fill", "int32[1]", "OOM when allocating tensor with shape[200,3] and type float")

    assert words.startswith("Fill ran out of memory for a tensor with the sizes [200,3]")
    assert words.endswith("Its inputs are int32[1]")
