"""Floating point operations against TensorFlow's profiler and against counts by hand, over many computations."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import graphlab  # noqa: E402
from graphlab.explain import (  # noqa: E402
    examples,
    explain,
    flops,
    input_examples,
    is_idle,
    left_out,
    op_work,
    open_sizes,
    per_words,
    total_work,
    why_unknown,
)
from tests.support import work_cases  # noqa: E402
from tests.support.profiler import profile  # noqa: E402
from tests.support.tf_graphs import graph_of_concrete  # noqa: E402

layers = keras.layers


@pytest.fixture(scope="module")
def counted():
    """The cases traced for five examples, for one and for an unknown number of them."""
    keras.utils.clear_session()
    function = tf.function(work_cases.all_cases(), autograph=False)
    concrete = {batch: function.get_concrete_function(*work_cases.specs(batch)) for batch in (5, 1, None)}
    return concrete, {batch: graph_of_concrete(one) for batch, one in concrete.items()}


def test_there_are_a_few_hundred_cases():
    assert len(list(work_cases.cases())) > 350


def test_every_op_that_the_profiler_counts_has_its_count(counted):
    concrete, graphs = counted
    profiled = {name: count for name, count in profile(concrete[5].graph).items() if count and name in graphs[5]}
    # The profiler estimates a transposed convolution from its input; test_flops says how.
    compared = {name for name in profiled if graphs[5].op(name).type != "Conv2DBackpropInput"}

    assert len(compared) > 450
    assert {name: flops(graphs[5], name) for name in compared} == {name: profiled[name] for name in compared}


def test_of_an_unknown_batch_every_op_has_the_count_of_one_example(counted):
    _, graphs = counted
    one, unknown = graphs[1], graphs[None]
    computing = [op.id for op in one.ops() if flops(one, op.id)]

    differing = {op_id: flops(unknown, op_id) for op_id in computing if flops(unknown, op_id) != flops(one, op_id)}
    assert len(computing) > 500
    assert differing == {}


def one_layer(shape, *chain, batch_size=None):
    return keras.Sequential([keras.Input(shape, batch_size=batch_size), *chain])


def test_a_dilated_convolution_counts_each_result_once():
    # 9 · 8 multiply-adds for each of 32 - 2 · 2 by 4 and the bias
    dilated = graphlab.trace(one_layer((32, 8), layers.Conv1D(4, 3, dilation_rate=2)))
    assert total_work(dilated).flops == 28 * 4 * (2 * 3 * 8) + 28 * 4
    square = graphlab.trace(one_layer((32, 32, 3), layers.Conv2D(16, 3, dilation_rate=4)))
    assert total_work(square).flops == 24 * 24 * 16 * (2 * 9 * 3) + 24 * 24 * 16


def test_sizes_that_are_unknown_are_asked_for_and_never_counted_as_one():
    free = one_layer((None, None, 3), layers.Conv2D(8, 3, padding="same"), layers.GlobalAveragePooling2D())
    graph = graphlab.trace(free)
    work = total_work(graph)

    assert work.flops is None
    assert [(size.label, size.axis) for size in open_sizes(graph, work.missing)] == [("height", 1), ("width", 2)]
    assert why_unknown(graph, work) == "height and width are unknown"
    assert input_examples(graph, work.missing) == ["input=float32[?,224,224,3]"]
    given = graphlab.trace(free, *input_examples(graph, work.missing))
    pixels = 224 * 224
    assert total_work(given).flops == pixels * 8 * (2 * 27) + pixels * 8 + pixels * 8


def test_the_batch_is_not_requested_when_numbers_per_example_do_not_need_it():
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    hidden = layers.Dense(4)(layers.Embedding(50, 8)(tokens))  # a product of matrices of batch × length rows
    model = keras.Model(tokens, layers.GlobalAveragePooling1D()(hidden))
    graph = graphlab.trace(model)
    work = total_work(graph)

    assert (work.flops, why_unknown(graph, work)) == (None, "length is unknown")
    assert input_examples(graph, work.missing) == ["tokens=int32[?,128]"]
    given = graphlab.trace(model, *input_examples(graph, work.missing))
    assert per_words(given) == "per example"
    one = total_work(graphlab.trace(model, "tokens=int32[1,128]")).flops
    assert total_work(given).flops == one + 1  # batch × length, which only running tells


def test_attention_over_an_unknown_length_is_unknown():
    x = keras.Input((None, 64))
    model = keras.Model(x, layers.MultiHeadAttention(2, 16)(x, x))
    graph = graphlab.trace(model)

    assert total_work(graph).flops is None
    assert why_unknown(graph, total_work(graph)) == "length is unknown"
    assert total_work(graphlab.trace(model, "float32[?,128,64]")).flops == (
        4 * 128 * 64 * 32 * 2
        + 4 * 128 * 32
        - 128 * 32
        + 128 * 64  # three projections and the output's with biases
        + 2 * (2 * 128 * 128 * 32)
        + 2 * 128 * 128  # scores, scaled, and their use
        + 5 * 2 * 128 * 128  # softmax
    )


def test_recurrent_layers_count_every_step_except_the_one_for_shapes():
    graph = graphlab.trace(one_layer((100, 32), layers.LSTM(64)))
    step = 2 * (32 + 64) * 256 + 2 * 256 + 3 * 4 * 64 + 4 * 64 + 2 * 64
    assert total_work(graph).flops == 100 * step + 100 * 2 + 101 * 2
    products = [op.id for op in graph.ops() if op.type == "MatMul"]
    assert sorted(op_work(graph, op_id) for op_id in products) == [0, 0, 100 * 2 * 32 * 256, 100 * 2 * 64 * 256]


def test_a_backward_loop_runs_as_often_as_the_forward_one():
    model = one_layer((20, 8), layers.LSTM(4), layers.Dense(1))
    model.compile("sgd", "mse")
    graph = graphlab.trace(model, graph="train_step")
    backward = [op.id for op in graph.ops() if op.type == "MatMul" and "while_grad/body" in op.id]

    assert total_work(graph).flops is not None
    # of the input nothing is learned: its gradient is not read
    assert sorted(op_work(graph, op_id) for op_id in backward)[-3:] == [20 * 2 * 4 * 16] * 2 + [20 * 2 * 8 * 16]


def test_a_loop_that_the_data_ends_has_no_count():
    @tf.function(input_signature=[tf.TensorSpec([3])])
    def halved(x):
        while tf.reduce_sum(x) > 1.0:
            x = x / 2.0
        return x

    @tf.function(input_signature=[tf.TensorSpec([3])])
    def thrice(x):
        for _ in tf.range(3):
            x = x / 2.0
        return x

    graph = graphlab.trace(halved)
    assert total_work(graph).flops is None
    assert why_unknown(graph, total_work(graph)) == "the number of iterations of a loop depends on the data"
    divisions = [
        op_work(graph, op.id) for graph in [graphlab.trace(thrice)] for op in graph.ops() if op.type == "RealDiv"
    ]
    assert divisions == [9]


def test_a_value_that_grows_in_a_loop_has_no_size():
    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def grown(x):
        shapes = (tf.TensorShape([]), tf.TensorShape([None, 3]))
        step = lambda i, y: (i + 1, tf.concat([y, y], 0))  # noqa: E731
        return tf.while_loop(lambda i, y: i < 4, step, (0, x), shape_invariants=shapes)[1] * 2.0

    graph = graphlab.trace(grown)
    (doubled,) = [op.id for op in graph.ops() if op.type == "Mul"]
    assert flops(graph, doubled) is None
    assert total_work(graph).uncounted == {"Mul": 1}


def test_ops_sized_by_data_or_without_a_formula_are_named():
    @tf.function(input_signature=[tf.TensorSpec([8]), tf.TensorSpec([4, 4])])
    def several(x, y):
        spectrum = tf.signal.fft(tf.cast(x, tf.complex64))
        return tf.sort(x), spectrum, tf.linalg.inv(y), tf.boolean_mask(x, x > 0.0) * 2.0, y @ y

    work = total_work(graphlab.trace(several))
    assert (
        work.flops == 2 * 4 * 4 * 4 + 8 + 2 * 8
    )  # the product, the comparison, and what sorts by the negative numbers
    assert work.uncounted == {"FFT": 1, "MatrixInverse": 1, "Mul": 1, "TopKV2": 1}
    assert left_out(work) == "without 4 ops that are not counted: FFT, MatrixInverse, Mul, TopKV2"


def test_numbers_are_per_example_only_where_there_are_examples():
    of_examples = {
        "per example": graphlab.trace(one_layer((8,), layers.Dense(4))),
        "for 32 examples": graphlab.trace(one_layer((8,), layers.Dense(4), batch_size=32)),
        "": graphlab.trace(tf.matmul, "float32[100,100]", "float32[100,100]"),
    }
    assert {words: per_words(graph) for words, graph in of_examples.items()} == {words: words for words in of_examples}
    assert [examples(graph) for graph in of_examples.values()] == [1, 32, None]
    assert total_work(of_examples["for 32 examples"]).flops == 32 * (2 * 8 * 4 + 4)


def test_products_of_examples_with_each_other_have_no_count_per_example():
    graph = graphlab.trace(tf.function(lambda x: tf.matmul(x, x, transpose_b=True)), "float32[?,16]")
    work = total_work(graph)
    assert (work.flops, why_unknown(graph, work)) == (None, "batch is unknown")
    assert input_examples(graph, work.missing) == ["x=float32[32,16]"]


def test_the_gradient_of_the_input_is_left_out_and_said_to_be():
    model = one_layer((16, 16, 3), layers.Conv2D(4, 3), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1))
    model.compile("sgd", "mse")
    graph = graphlab.trace(model, graph="train_step")
    found = {
        op.pair.split("/")[1]: (op_work(graph, op.id), is_idle(graph, op.id))
        for op in graph.ops()
        if op.type == "Conv2DBackpropInput"
    }

    assert sorted(found.values()) == [(0, True), (12 * 12 * 4 * 2 * 9 * 4, False)]
    (idle,) = [op.id for op in graph.ops() if op.type == "Conv2DBackpropInput" and is_idle(graph, op.id)]
    assert explain(graph, idle).sentence.endswith("Nothing reads it, so TensorFlow leaves it out when the graph runs.")


def test_batch_normalization_and_pooling_with_places_count_in_both_directions():
    x = tf.TensorSpec([2, 4, 4, 3])

    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y, *_ = tf.compat.v1.nn.fused_batch_norm(x, tf.ones([3]), tf.zeros([3]), is_training=True)
            z, _ = tf.nn.max_pool_with_argmax(y, 2, 2, "VALID")
        return tape.gradient(z, x)

    graph = graph_of_concrete(tf.function(step).get_concrete_function(x))
    counts = {op.type: op_work(graph, op.id) for op in graph.ops()}
    numbers = 2 * 4 * 4 * 3
    assert counts["FusedBatchNormGradV3"] == 9 * numbers
    assert counts["FusedBatchNormV3"] == 6 * numbers
    assert (counts["MaxPoolWithArgmax"], counts["MaxPoolGradWithArgmax"]) == (numbers, numbers // 4)
