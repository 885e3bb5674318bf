"""Every kind of object that TensorFlow 2 and Keras 3 build: its graph against TensorFlow's own."""

from __future__ import annotations

from collections import Counter

import pytest

from graphlab.errors import SourceError
from graphlab.sources import parse_source
from graphlab.view import fold_nothing, fold_quiet, view
from tests.support.tf_counts import tf_counts

pytestmark = [pytest.mark.tf, pytest.mark.usefixtures("fresh_names")]

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.tracing.functions import trace_function  # noqa: E402
from graphlab.tracing.targets import trace_object, trace_source  # noqa: E402

layers = keras.layers
VECTOR = tf.TensorSpec((2,), tf.float32, name="x")
ROWS = tf.TensorSpec((None, 2), tf.float32, name="x")


def for_range(x):
    for i in tf.range(3):
        x = x + tf.cast(i, tf.float32)
    return x


def for_rows(x):
    total = 0.0
    for row in x:
        total = total + tf.reduce_sum(row)
    return total


def for_data(x):
    total = tf.constant(0, tf.int64)
    for element in tf.data.Dataset.range(5):
        total = total + element
    return x + tf.cast(total, tf.float32)


def break_and_continue(x):
    for i in tf.range(10):
        if i > 5:
            break
        if i == 2:
            continue
        x = x * 2.0
    return x


def nested_while(x):
    i = tf.constant(0)
    while i < 3:
        j = tf.constant(0)
        while j < 2:
            x = x + 1.0
            j += 1
        i += 1
    return x


def if_else(x):
    return tf.sin(x) if tf.reduce_sum(x) > 0.0 else tf.exp(x)


STATE = tf.Variable(1.0, name="state")


def case_with_state(x):
    index = tf.cast(x[0], tf.int32)
    return tf.switch_case(index, [lambda: STATE.assign_add(1.0), lambda: x[1], lambda: tf.random.normal([])])


@tf.custom_gradient
def clipped(x):
    return tf.exp(x), lambda gradient: tf.clip_by_value(gradient, -1.0, 1.0)


WEIGHT = tf.Variable(tf.ones((2, 2)), name="weight")
recomputed = tf.recompute_grad(lambda x: tf.tanh(x @ WEIGHT))


def gradient_of(make, sources=None):
    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(make(x))
        return tape.gradient(y, x if sources is None else sources)

    return gradient


@tf.function
def called(x):
    return tf.sin(x) * x


def calls_twice(x):
    return called(x) + called(x * 2.0)


@tf.function(jit_compile=True)
def compiled_inner(x):
    return tf.tanh(x) * 2.0


@tf.function
def ping(x, turns):
    return pong(x, turns - 1) if turns > 0 else x


@tf.function
def pong(x, turns):
    return ping(x * 2.0, turns - 1) if turns > 0 else x


FUNCTIONS = {
    "for range": (for_range, VECTOR, {"StatelessWhile"}),
    "for rows": (for_rows, ROWS, {"StatelessWhile"}),
    "for data": (for_data, VECTOR, {"ReduceDataset"}),
    "break, continue": (break_and_continue, VECTOR, {"StatelessWhile", "StatelessIf"}),
    "while": (nested_while, VECTOR, {"StatelessWhile"}),
    "if": (if_else, VECTOR, {"StatelessIf"}),
    "map_fn": (lambda x: tf.map_fn(lambda row: row * 2.0, x), ROWS, {"StatelessWhile"}),
    "scan": (lambda x: tf.scan(lambda a, b: a + b, x), ROWS, {"StatelessWhile"}),
    "vectorized_map": (lambda x: tf.vectorized_map(lambda row: tf.reduce_sum(row), x), ROWS, {"Sum"}),
    "cond": (lambda x: tf.cond(x[0] > 0.0, lambda: x, lambda: -x), VECTOR, {"StatelessIf"}),
    "while_loop": (
        lambda x: tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * 2.0), (0, x))[1],
        VECTOR,
        {"StatelessWhile"},
    ),
    "switch_case": (
        lambda x: tf.switch_case(tf.cast(x[0], tf.int32), [lambda: x, lambda: -x]),
        VECTOR,
        {"StatelessCase"},
    ),
    "Case with state": (case_with_state, VECTOR, {"Case"}),
    "custom_gradient": (gradient_of(clipped), VECTOR, {"IdentityN"}),
    "recompute_grad": (gradient_of(lambda x: recomputed(recomputed(x)), [WEIGHT]), ROWS, {"TanhGrad"}),
    "gradient of a loop": (gradient_of(for_range), VECTOR, {"StatelessWhile"}),
    "gradient of a conditional": (gradient_of(if_else), VECTOR, {"StatelessIf"}),
    "gradient of functions": (gradient_of(calls_twice), VECTOR, {"PartitionedCall"}),
    "jit_compile": (tf.function(lambda x: tf.tanh(x) * 2.0, jit_compile=True), VECTOR, {"Tanh"}),
    "jit_compile inside": (lambda x: compiled_inner(x) + compiled_inner(x), VECTOR, {"PartitionedCall"}),
    "mutual calls": (lambda x: ping(x, 4), VECTOR, {"PartitionedCall"}),
    "py_function": (lambda x: tf.py_function(lambda value: value * 2, [x], tf.float32), VECTOR, {"EagerPyFunc"}),
    "ragged": (lambda x: tf.reduce_sum(x, axis=1), tf.RaggedTensorSpec((None, None)), {"UnsortedSegmentSum"}),
    "sparse": (
        lambda x: tf.sparse.sparse_dense_matmul(x, tf.ones((4, 3))),
        tf.SparseTensorSpec((None, 4)),
        {"SparseTensorDenseMatMul"},
    ),
    "ragged result": (tf.strings.split, tf.TensorSpec((None,), tf.string, name="input"), {"StringSplitV2"}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_ops_and_edges_of_tensorflow(name):
    function, spec, types = FUNCTIONS[name]
    theirs = function if hasattr(function, "get_concrete_function") else tf.function(function)

    graph = trace_function(function, [spec], {})

    assert (graph.number_of_nodes(), graph.number_of_edges()) == tf_counts(theirs.get_concrete_function(spec))
    assert types <= {op.type for op in graph.ops()}
    is_whole(graph)


def is_whole(graph):
    """In both levels of detail every op is shown or stood for, and everything can be opened."""
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        assert set(folded.stands_for) == set(graph)
        assert set(folded.stands_for.values()) == set(folded.paths)
        assert {box.id for box in view(folded, frozenset(folded.groups)).boxes} == set(folded.paths)


def test_the_tensors_of_ragged_and_sparse_inputs_are_named():
    ragged = trace_function(*_call("ragged"), {})
    sparse = trace_function(*_call("sparse"), {})

    assert [ragged.facts.names[op_id] for op_id in ragged.input_ids] == ["x values", "x row splits"]
    assert [sparse.facts.names[op_id] for op_id in sparse.input_ids] == ["x indices", "x values", "x dense shape"]


def _call(name):
    function, spec, _ = FUNCTIONS[name]
    return function, [spec]


def pairs_inside(graph, body_of):
    """(gradient op's type, forward op's type, forward op's groups) of the gradient ops inside bodies of calls."""
    calls = {body.group for body in graph.bodies if graph.op(body.call).type == body_of}
    return [
        (op.type, graph.op(op.pair).type, graph.op(op.pair).path)
        for op in graph.ops()
        if op.pair and "gradients" in {graph.groups[group_id].kind for group_id in op.path} and calls & set(op.path)
    ]


def test_gradient_ops_inside_functions_are_paired_with_the_call_they_belong_to():
    graph = trace_function(*_call("gradient of functions"), {})

    found = Counter((kind, forward, path[0]) for kind, forward, path in pairs_inside(graph, "PartitionedCall"))

    assert found["Cos", "Sin", "called/"] == found["Cos", "Sin", "called#2/"] == 1
    assert {forward for kind, forward, _ in found if kind != "PartitionedCall"} == {"Sin", "Mul"}


def test_gradient_ops_inside_a_conditional_are_paired_with_their_branch():
    graph = trace_function(*_call("gradient of a conditional"), {})

    found = {(kind, forward, path[-1]) for kind, forward, path in pairs_inside(graph, "StatelessIf")}

    assert ("Cos", "Sin", "cond/then/") in found
    assert ("Mul", "Exp", "cond/else/") in found


def test_gradient_ops_of_a_recurrent_layer_are_paired_with_the_ops_of_its_cell():
    model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4)], name="net")
    model.compile("sgd", "mse")
    graph = trace_object(model)["train_step"]

    inside = pairs_inside(graph, "StatelessWhile") + pairs_inside(graph, "While")
    products = [path for kind, forward, path in inside if kind == forward == "MatMul"]

    assert len(products) >= 3
    assert {graph.groups[path[-1]].class_name for path in products} == {"LSTMCell"}
    assert ("SigmoidGrad", "Sigmoid") in {(kind, forward) for kind, forward, _ in inside}


def test_a_function_that_was_traced_before_shows_the_layers_it_calls():
    dense = layers.Dense(3, name="dense")

    @tf.function
    def helper(x):
        return tf.nn.relu(dense(x))

    helper(tf.zeros((1, 4)))
    traces = helper.experimental_get_tracing_count()
    graph = trace_function(lambda x: helper(x) + helper(x + 1.0), ["float32[1,4]"], {})

    assert {op.layer.path for op in graph.ops() if op.type == "MatMul"} == {"dense"}
    assert [group.label for group in graph.groups.values() if group.kind == "function"] == ["helper", "helper (call 2)"]
    assert helper.experimental_get_tracing_count() == traces


def test_a_value_from_outside_is_a_constant_and_a_table_a_table():
    small, large, text = tf.constant([2.0, 3.0]), tf.ones((100, 2)), tf.constant("a")
    graph = trace_function(lambda x: x * small + large, ["float32[100,2]"], {})
    lookup = layers.StringLookup(vocabulary=["a", "b"])
    model = keras.Sequential([keras.Input((2,), dtype="string"), lookup], name="net")

    equal = next(op for op in trace_function(lambda x: x == text, ["string[2]"], {}).ops() if "value" in op.attrs)

    assert equal.attrs["value"] == "a"
    shown = view(fold_quiet(graph), frozenset()).boxes
    folded = fold_quiet(trace_object(model)["forward"])

    assert [(box.kind, box.title, box.subtitle) for box in shown if box.kind in ("op", "constant")] == [
        ("op", "Mul", "× [2.0, 3.0]"),
        ("constant", "constant", "float32[100,2]"),
        ("op", "AddV2", ""),
    ]
    assert "table" in {box.title for box in view(folded, frozenset(folded.groups)).boxes}


def compiled(inputs, outputs, loss="mse", **options):
    model = keras.Model(inputs, outputs, name="net")
    model.compile("sgd", loss, **options)
    return model


def dict_model():
    a, b = keras.Input((4,), name="a"), keras.Input((3,), name="b")
    outputs = {"s": layers.Dense(2, name="s")(layers.Concatenate()([a, b])), "t": layers.Dense(1, name="t")(a)}
    return compiled({"a": a, "b": b}, outputs, {"s": "mse", "t": "mae"})


def list_model():
    x = keras.Input((4,), name="x")
    return compiled(x, [layers.Dense(2)(x), layers.Dense(1)(x)], ["mse", "mae"])


def nested_inputs():
    a, b, c = (keras.Input((4,), name=name) for name in "abc")
    return compiled([a, (b, c)], layers.Dense(1)(layers.Add()([a, b, c])))


def called_twice():
    x, dense = keras.Input((4,), name="x"), layers.Dense(4, name="dense")
    return compiled(x, dense(dense(x)))


def nested_twice():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.Dense(4)], name="inner")
    x = keras.Input((4,), name="x")
    return compiled(x, inner(inner(x)))


def sparse_model():
    x = keras.Input((6,), sparse=True, name="x")
    return compiled(x, layers.Dense(3)(x))


def frozen_model():
    x = keras.Input((4,), name="x")
    return compiled(x, layers.Dense(1)(layers.Dense(4, name="frozen", trainable=False)(x)))


def mixed_model():
    x = keras.Input((4,), name="x")
    return compiled(x, layers.Dense(1, dtype="float32")(layers.Dense(4, dtype="mixed_float16")(x)))


class OwnCell(layers.Layer):
    def __init__(self):
        super().__init__(name="own_cell")
        self.state_size = self.output_size = 4

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 4), name="kernel")

    def call(self, x, states):
        return tf.tanh(x @ self.kernel + states[0]), [states[0]]


def own_cell():
    x = keras.Input((5, 3), name="x")
    return compiled(x, layers.RNN(OwnCell())(x))


class OwnStep(keras.Model):
    def __init__(self):
        super().__init__(name="own_step")
        self.dense = layers.Dense(2)

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


def own_train_step():
    model = OwnStep()
    model(tf.zeros((1, 3)))
    model.compile("adam")
    return model


MODELS = [
    dict_model,
    list_model,
    nested_inputs,
    called_twice,
    nested_twice,
    sparse_model,
    frozen_model,
    mixed_model,
    own_cell,
    own_train_step,
]


@pytest.mark.parametrize("make", MODELS)
def test_a_model_traces_with_its_parameters_and_its_train_step(make):
    model = make()

    graphs = trace_object(model)

    assert set(graphs) == {"forward", "train_step"}
    for graph in graphs.values():
        assert graph.parameters == model.count_params()
        is_whole(graph)
    step = graphs["train_step"]
    trained = {group.settings["variable"] for group in step.groups.values() if group.kind == "update"}
    assert trained == {weight.path for weight in model.trainable_variables}
    calls = {
        group.label.partition(" (call ")[0] for group in graphs["forward"].groups.values() if group.kind == "layer"
    }
    assert calls >= {layer.name for layer in model.layers if layer.weights and not isinstance(layer, keras.Model)}


def test_a_frozen_layer_says_that_it_is_not_trained():
    graph = trace_object(frozen_model())["forward"]
    folded = fold_quiet(graph)

    box = next(box for box in view(folded, frozenset({"net/"})).boxes if box.title == "frozen")

    assert box.subtitle == "Dense 4 · 20 parameters, not trained"
    assert {op.variable.trainable for op in graph.ops() if op.variable and "frozen/" in op.variable.name} == {False}


def test_a_sparse_input_stays_sparse():
    graph = trace_object(sparse_model())["forward"]

    assert [graph.facts.names[op_id] for op_id in graph.input_ids] == ["x indices", "x values", "x dense shape"]
    assert "SparseFillEmptyRows" in {op.type for op in graph.ops()}


def test_mixed_precision_computes_in_half_precision():
    products = [op for op in trace_object(mixed_model())["forward"].ops() if op.type == "MatMul"]

    assert [op.outputs[0].dtype for op in products] == ["float16", "float32"]


def test_a_training_loop_of_plain_variables_is_paired():
    weight, bias = tf.Variable(tf.ones((3, 1)), name="weight"), tf.Variable(0.0, name="bias")

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ weight + bias - y) ** 2)
        for variable, gradient in zip((weight, bias), tape.gradient(loss, [weight, bias]), strict=True):
            variable.assign_sub(0.1 * gradient)
        return loss

    graph = trace_function(step, ["float32[?,3]", "float32[?,1]"], {})

    inside = [op for op in graph.ops() if op.path == ("gradients/",) and op.type != "Const"]
    assert inside
    assert [op.id for op in inside if op.pair is None] == []
    assert graph.parameters == 4


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(2.0, name="weight")

    def __call__(self, x):
        return x * self.weight


class TwoFunctions(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(2.0, name="weight")

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32)])
    def scale(self, x):
        return x * self.weight

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32)])
    def shift(self, x):
        return x + self.weight


def test_a_module_is_traced_by_its_call():
    graph = trace_object(Net(), ["float32[?]"])["function"]

    assert graph.name == "Net"
    assert Counter(op.type for op in graph.ops())["Mul"] == 1
    assert [op.variable.name for op in graph.ops() if op.variable] == ["weight"]


def test_a_module_of_several_functions_names_the_choices():
    module = TwoFunctions()

    with pytest.raises(SourceError, match=r"several tf.functions; use one of them: two\.scale, two\.shift"):
        trace_object(module, name="two")
    assert "AddV2" in {op.type for op in trace_object(module.shift)["function"].ops()}


@pytest.mark.parametrize(
    ("compiled", "notes"),
    [
        ("", ("No train step: the model is not compiled; call compile(optimizer, loss).",)),
        ("net.compile('sgd')", ("No train step: the model is compiled without a loss; pass a loss to compile().",)),
        ("net.compile('sgd', 'mse')", ()),
    ],
)
def test_a_model_without_a_train_step_says_why(tmp_path, compiled, notes):
    made = "import keras\nnet = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
    (tmp_path / "own.py").write_text(f"{made}{compiled}\n")

    graphs = trace_source(parse_source(f"{tmp_path / 'own.py'}:net"))

    assert ("train_step" not in graphs) == bool(notes)
    assert graphs["forward"].notes == notes


def test_a_method_of_an_object_is_a_source(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(
        "import tensorflow as tf\n\n\nclass Net(tf.Module):\n    @tf.function\n    def double(self, x):\n"
        "        return x * 2.0\n\n    @tf.function\n    def half(self, x):\n        return x / 2.0\n\n\nnet = Net()\n"
    )

    graph = trace_source(parse_source(f"{file}:net.half", ("x=float32[3]",)))["function"]

    assert "RealDiv" in {op.type for op in graph.ops()}
    with pytest.raises(SourceError, match=r"no 'net\.third' in own\.py \(found: double, half\)$"):
        trace_source(parse_source(f"{file}:net.third"))
    with pytest.raises(SourceError, match=r"use one of them: net\.double, net\.half"):
        trace_source(parse_source(f"{file}:net", ("x=float32[3]",)))


def test_a_loaded_saved_model_gives_its_signatures(tmp_path):
    module = TwoFunctions()
    tf.saved_model.save(module, tmp_path, signatures={"scale": module.scale})

    graphs = trace_object(tf.saved_model.load(tmp_path))

    assert set(graphs) == {"scale"}
    assert "Mul" in {op.type for op in graphs["scale"].ops()}


def test_a_layer_alone_is_traced():
    layer = layers.Dense(3, activation="relu", name="dense")

    graph = trace_object(layer, ["float32[?,4]"])["forward"]

    assert graph.parameters == layer.count_params() == 15
    assert {op.layer.path for op in graph.ops() if op.layer} == {"dense"}


def test_advice_for_what_was_never_built_fits_it():
    class Gan(keras.Model):
        def train_step(self, real):
            return {"loss": tf.reduce_sum(real)}

    class Pair(keras.Model):
        def call(self, inputs, training=None):
            return inputs["a"] + inputs["b"]

    own = r"the model 'gan' does not define call, only train_step: .*\.train_step .*--input \"real=float32\["
    with pytest.raises(SourceError, match=own):
        trace_object(Gan(name="gan"))
    with pytest.raises(SourceError, match=own):
        trace_object(Gan(name="gan"), (), {"real": "float32[?,4]"})
    with pytest.raises(SourceError, match=r"in its file \(required for a dict input\), or use .*\"inputs=float32"):
        trace_object(Pair())
    with pytest.raises(SourceError, match="no input 'a'; it has inputs; if it takes a dict"):
        trace_object(Pair(), (), {"a": "float32[2]", "b": "float32[2]"})
    with pytest.raises(SourceError, match=r"the layer 'lstm' was never built.*\"sequences=float32\[\?,20,8\]"):
        trace_object(keras.layers.LSTM(4, name="lstm"))
    with pytest.raises(SourceError, match=r"the layer 'lstm' has no input 'x'; it has sequences, initial_state$"):
        trace_object(keras.layers.LSTM(4, name="lstm"), (), {"x": "float32[?,5,4]"})


def test_inputs_that_a_factory_does_not_take_are_for_what_it_returns(tmp_path):
    file = tmp_path / "own.py"
    file.write_text("def make():\n    return lambda x: x + 1\n\ndef has(x=None):\n    return x\n")

    for given in ("x=float32[3]", "float32[3]"):
        assert "AddV2" in {op.type for op in trace_source(parse_source(f"{file}:make", (given,)))["function"].ops()}
        assert len(trace_source(parse_source(f"{file}:has", (given,)))["function"].input_ids) == 1
