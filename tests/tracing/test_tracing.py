"""Graphs against TensorFlow and Keras themselves."""

from __future__ import annotations

import json

import pytest

from graphlab.errors import SourceError, TraceError
from graphlab.formats.node_link import to_node_link
from graphlab.graph import Tensor

pytestmark = [pytest.mark.tf, pytest.mark.usefixtures("fresh_names")]

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.tracing.functions import trace_function  # noqa: E402
from graphlab.tracing.lines import caller_line  # noqa: E402
from graphlab.tracing.models.graphs import trace_forward, trace_train_step  # noqa: E402
from graphlab.tracing.models.record import note_layer_lines  # noqa: E402
from graphlab.tracing.specs import parse_specs  # noqa: E402
from graphlab.tracing.targets import trace_object  # noqa: E402


def mlp(**options):
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Reshape((784,)),
            layers.Dense(256),
            layers.Activation("relu"),
            layers.Dense(10),
            layers.Activation("softmax"),
        ],
        name="mlp",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], **options)
    return model


def edges_of(func_graph):
    data = sum(len(op.inputs) for op in func_graph.get_operations())
    return data + sum(len(op.control_inputs) for op in func_graph.get_operations())


def owners(graph):
    return {op.layer.path: op.layer.class_name for op in graph.ops() if op.layer}


def test_trace_of_a_function_has_tensorflows_ops_and_edges():
    @tf.function(input_signature=[tf.TensorSpec((), tf.float32), tf.TensorSpec((), tf.float32)])
    def f(x, y):
        return x**2 * y + y + 2

    graph = trace_function(f, [], {})
    theirs = f.get_concrete_function().graph

    assert [op.id for op in graph.ops()] == [op.name for op in theirs.get_operations()]
    assert graph.number_of_edges() == edges_of(theirs)
    assert graph.input_ids == ("x", "y")
    assert graph.edges["pow", "mul", "0:0"]["tensor"] == Tensor("float32", ())


def test_trace_of_a_plain_function_takes_specs_by_position_and_name():
    def scale(x, factor):
        return x * factor

    graph = trace_function(scale, ["float32[?,3]"], {"factor": "float32[]"})

    assert graph.op("x").outputs == (Tensor("float32", (None, 3)),)
    assert graph.op("mul").outputs == (Tensor("float32", (None, 3)),)


def test_forward_counts_parameters_and_edges_like_keras_and_tensorflow():
    model = mlp()
    graph = trace_forward(model)
    theirs = tf.function(lambda x: model(x, training=False)).get_concrete_function(
        tf.TensorSpec((None, 28, 28, 1), tf.float32, name="image")
    )

    assert graph.parameters == model.count_params() == 203_530
    assert graph.number_of_nodes() == len(theirs.graph.get_operations())
    assert graph.number_of_edges() == edges_of(theirs.graph)
    assert all(data["tensor"] or data["control"] for _, _, data in graph.edges(data=True))


def test_train_step_has_tensorflows_ops_and_its_parts_as_groups():
    model = mlp()
    graph = trace_train_step(model)
    specs = tf.TensorSpec((None, 28, 28, 1), name="image"), tf.TensorSpec((None,), tf.int64, name="label")
    theirs = tf.function(lambda x, y: model.train_step((x, y))).get_concrete_function(*specs).graph

    assert sorted(op.type for op in graph.ops()) == sorted(op.type for op in theirs.get_operations())
    assert graph.number_of_edges() == edges_of(theirs)
    roots = {group.label: group.kind for group in graph.groups.values() if not group.parent_id}
    assert roots == {
        "mlp": "model",
        "loss": "loss",
        "metrics": "metrics",
        "gradients": "gradients",
        "adam": "optimizer",
    }
    assert {"adam/dense/kernel/", "adam/dense/bias/", "adam/dense_1/kernel/"} <= set(graph.groups)
    loose = [op.type for op in graph.ops() if not op.path]
    assert sorted(loose) == sorted(
        [
            "Placeholder",
            "Placeholder",
            "Shape",
            "Const",
            "Const",
            "Const",
            "StridedSlice",
            "Identity",
            "Identity",
            "NoOp",
        ]
    )


def test_gradient_ops_know_their_forward_op():
    graph = trace_train_step(mlp())

    pairs = {op.id.rpartition("gradient_tape/")[2]: op.pair for op in graph.ops() if op.type.endswith("Grad")}

    assert pairs == {
        "mlp_1/activation_1/ReluGrad": "mlp_1/activation_1/Relu",
        "mlp_1/dense_1/BiasAdd/BiasAddGrad": "mlp_1/dense_1/BiasAdd",
        "mlp_1/dense_1_2/BiasAdd/BiasAddGrad": "mlp_1/dense_1_2/BiasAdd",
    }
    matmuls = [op for op in graph.ops() if op.type == "MatMul" and op.pair]
    assert {graph.op(op.pair).type for op in matmuls} == {"MatMul"}
    assert len(matmuls) == 3  # two for the second layer, and none for the image itself


def test_every_gradient_op_of_a_cnn_is_paired_by_the_tape():
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    model.compile("sgd", "mse")
    graph = trace_train_step(model)

    inside = [op for op in graph.ops() if op.path and op.path[0] == "gradients/" and op.type not in ("Const", "AddN")]

    assert inside
    assert [op.id for op in inside if op.pair is None] == []
    assert {graph.op(op.pair).type for op in inside if "Conv2DBackprop" in op.type} == {"Conv2D"}


def test_layer_owners_are_exact_for_repeated_shared_nested_and_renamed_layers():
    layers = keras.layers
    x = keras.Input((4,), name="x")
    shared = layers.Dense(4, name="shared")
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2, name="odd_name")], name="inner")
    outputs = layers.Add(name="sum")([shared(x), shared(layers.Dense(4)(x))])
    model = keras.Model(x, inner(outputs), name="outer")
    recorded = {}
    for layer in [shared, *inner.layers]:
        for variable in layer.variables:
            recorded[variable.path] = layer.name

    graph = trace_forward(model)

    held = {op.variable.name: op.layer.path.rpartition("/")[2] for op in graph.ops() if op.variable}
    assert {name: held[name] for name in recorded} == recorded
    found = owners(graph)
    assert found["outer/shared"] == "Dense"
    assert found["outer/inner/odd_name"] == "Dense"
    assert found["outer/sum"] == "Add"
    matmuls = [op for op in graph.ops() if op.type == "MatMul" and op.layer.path == "outer/shared"]
    assert len(matmuls) == 2
    assert len({op.path for op in matmuls}) == 2  # each call is a group of its own
    assert graph.parameters == model.count_params()


def test_a_subclassed_model_that_was_called_traces_with_its_layers():
    class Net(keras.Model):
        def __init__(self):
            super().__init__(name="net")
            self.first = keras.layers.Dense(3)
            self.second = keras.layers.Dense(1)

        def call(self, x):
            return self.second(tf.nn.relu(self.first(x)))

    model = Net()
    model(tf.zeros((2, 5)))
    graph = trace_forward(model)

    assert owners(graph) == {"net/dense": "Dense", "net/dense_1": "Dense", "net": "Net"}
    assert graph.parameters == model.count_params() == 22
    relu = next(op for op in graph.ops() if op.type == "Relu")
    assert relu.source.file == __file__
    assert "tf.nn.relu(self.first(x))" in graph.facts.code[__file__][relu.source.line]


def test_a_model_that_was_never_built_says_which_input_to_give():
    class Net(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(SourceError, match=r"never built.*--input"):
        trace_object(Net())


def test_an_unbuilt_model_traces_with_the_input_it_is_given():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(3)

        def call(self, x):
            return self.dense(x)

    graph = trace_object(Net(), ["float32[?,5]"])["forward"]

    assert graph.parameters == 18


def test_a_function_without_a_signature_names_the_inputs_to_give():
    def add(a, b):
        return a + b

    with pytest.raises(SourceError, match=r"--input \"a=float32.*--input \"b=float32"):
        trace_function(add, [], {})


def test_a_function_whose_tracing_raises_keeps_its_message_and_line():
    def bad(x):
        return tf.matmul(x, tf.zeros((3, 3)))

    with pytest.raises(TraceError, match=r"test_tracing\.py:\d+"):
        trace_function(bad, ["float32[2,5]"], {})


def test_an_unsupported_object_is_refused_with_the_supported_ones():
    with pytest.raises(SourceError, match="'answer' is an int, not a function, model or dataset"):
        trace_object(42, name="answer")


def test_a_concrete_function_keeps_every_op():
    concrete = tf.function(lambda x: tf.sin(x) + 1.0).get_concrete_function(tf.TensorSpec((3,)))

    graph = trace_object(concrete)["function"]

    assert [op.id for op in graph.ops()] == [op.name for op in concrete.graph.get_operations()]


def test_a_custom_train_loop_has_its_gradients_and_optimizer_as_groups():
    dense = keras.layers.Dense(2, name="dense")
    dense.build((None, 3))
    optimizer = keras.optimizers.SGD(name="sgd")
    optimizer.build(dense.trainable_variables)

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(dense(x))
        optimizer.apply(tape.gradient(loss, dense.trainable_variables), dense.trainable_variables)
        return loss

    graph = trace_function(step, ["float32[?,3]"], {})

    assert {group.kind for group in graph.groups.values() if not group.parent_id} == {"layer", "gradients", "optimizer"}


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Nadam", "Lion"])
def test_each_optimizer_is_one_group_with_a_group_per_variable(name):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="only")], name="net")
    model.compile(getattr(keras.optimizers, name)(), "mse")

    graph = trace_train_step(model)

    optimizer = [group for group in graph.groups.values() if group.kind == "optimizer"]
    assert [group.class_name for group in optimizer] == [name]
    assert {f"{optimizer[0].id}only/kernel/", f"{optimizer[0].id}only/bias/"} <= set(graph.groups)


def test_private_apis_are_the_ones_this_was_checked_on():
    """`tracing/private.py` was read against these; another version needs another look."""
    assert tf.__version__.startswith("2.21.")
    assert keras.__version__.startswith("3.15.")


def test_odd_constants_keep_the_trace_readable():
    def odd(x, text):
        low = tf.minimum(x, tf.constant(float("inf"), tf.bfloat16))
        return low, tf.strings.join([text, tf.constant(b"\xff\xfe")])

    graph = trace_function(odd, ["bfloat16[]", "string[]"], {})

    values = [op.attrs["value"] for op in graph.ops() if op.type == "Const"]
    assert "inf" in values
    json.dumps(to_node_link(graph), allow_nan=False)


def test_named_inputs_of_a_model_go_to_the_inputs_of_those_names():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    model = keras.Model([a, b], keras.layers.Subtract()([a, b]))

    graph = trace_object(model, (), parse_specs(["b=float32[7,4]", "a=float32[7,4]"])[1])["forward"]

    subtract = next(op for op in graph.ops() if op.type == "Sub")
    assert subtract.inputs == (("a", 0), ("b", 0))
    assert subtract.outputs == (Tensor("float32", (7, 4)),)
    with pytest.raises(SourceError, match="no input 'c'; it has a, b"):
        trace_object(model, (), parse_specs(["c=float32[7,4]"])[1])


def test_an_input_given_without_a_name_is_called_as_the_models():
    model = keras.Sequential([keras.Input((4,), name="x"), keras.layers.Dense(2)])

    graph = trace_object(model, ["float32[3,4]"])["forward"]

    assert graph.facts.names[graph.input_ids[0]] == "x"


def test_a_subclassed_model_of_two_arguments_takes_both():
    class Two(keras.Model):
        def call(self, a, b):
            return a - b

    graph = trace_object(Two(), (), parse_specs(["b=float32[?,4]", "a=float32[?,4]"])[1])["forward"]

    assert next(op for op in graph.ops() if op.type == "Sub").inputs == (("a", 0), ("b", 0))


def test_a_model_compiled_without_a_loss_still_shows_its_forward_pass():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("adam")

    assert set(trace_object(model)) == {"forward"}


def test_a_layer_that_cannot_be_hashed_is_traced():
    class Odd(keras.layers.Layer):
        def __eq__(self, other):
            return self is other

        def call(self, x):
            return x + 1.0

    with note_layer_lines(caller_line):
        layer = Odd(name="odd")

    graph = trace_function(lambda x: layer(x), ["float32[2]"], {})

    assert owners(graph) == {"odd": "Odd"}


def test_a_signature_may_be_overridden_by_named_inputs():
    @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32)])
    def f(x):
        return x + 1.0

    graph = trace_function(f, [], {"x": "float32[?]"})

    assert [op.type for op in graph.ops()] == ["Placeholder", "Const", "AddV2", "Identity"]


def test_a_generators_state_is_no_parameter_of_a_model():
    class Noisy(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.generator = tf.random.Generator.from_seed(1)

        def call(self, x):
            return x + self.generator.normal(tf.shape(x))

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), Noisy()])

    assert trace_forward(model).parameters == model.count_params() == 10


def test_numbers_that_json_does_not_know_become_words():
    layer = keras.layers.Lambda(lambda x: tf.where(tf.math.is_nan(x), float("nan"), x * float("inf")))
    model = keras.Sequential([keras.Input((2,)), keras.layers.ReLU(max_value=float("inf")), layer])

    text = json.dumps(to_node_link(trace_forward(model)), allow_nan=False)

    assert '"inf"' in text
    assert '"nan"' in text


def test_the_train_step_counts_the_models_parameters_only():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dropout(0.5)], name="net")
    model.compile("adam", "mse", metrics=["mae"])

    graph = trace_train_step(model)

    assert graph.parameters == model.count_params() == 15
    kept = {op.variable.name: op.variable.parameters for op in graph.ops() if op.variable}
    assert kept["seed_generator/seed_generator_state"] == 0
    assert kept["adam/net_dense_kernel_momentum"] == 0


def test_a_graph_says_what_of_the_model_it_does_not_hold():
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((4,)), layers.Normalization(), layers.Dropout(0.5), layers.Identity(), layers.Dense(2)], name="net"
    )
    model.compile("adam", "mse")
    graphs = trace_object(model)

    assert {graph.parameters for graph in graphs.values()} == {model.count_params()} == {19}
    weights = "3 weights of the model are not read here: net/normalization/mean, net/normalization/variance, "
    weights += "net/normalization/count."
    assert graphs["forward"].notes == (
        weights,
        "2 layers compute nothing here: dropout (Dropout), identity (Identity).",
    )
    assert graphs["train_step"].notes == (weights, "1 layer computes nothing here: identity (Identity).")


def test_inputs_that_do_not_fit_are_reported_with_those_that_would():
    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32)])
    def f(x):
        return x * 2.0

    wanted = r"^x is float32\[\?,3\] by its signature, not float32\[\?,4\]; omit --input or use a shape that fits$"
    with pytest.raises(SourceError, match=wanted):
        trace_function(f, *parse_specs(["x=float32[?,4]"]))
    with pytest.raises(SourceError, match=r"not int32\[\?,3\]"):
        trace_function(f, *parse_specs(["int32[?,3]"]))
    assert trace_function(f, *parse_specs(["x=float32[2,3]"])).kind == "function"
    with pytest.raises(
        SourceError, match=r"^the input image of this model is float32\[\?,28,28,1\]; float32\[\?,28,4\] does not fit$"
    ):
        trace_object(mlp(), *parse_specs(["image=float32[?,28,4]"]))
    with pytest.raises(TraceError, match=r"^tracing '<lambda>' for float32\[1,2,2,1\] failed: .*Negative dimension"):
        trace_function(lambda x: tf.nn.max_pool2d(x, 3, 1, "VALID"), *parse_specs(["float32[1,2,2,1]"]))


def test_the_example_for_a_missing_input_has_a_scalar_too():
    def loop(n):
        return tf.while_loop(lambda i: i < n, lambda i: [i + 1.0], [0.0])

    with pytest.raises(SourceError, match=r'--input "n=float32\[\?,784\]", or "n=float32\[\]" for a scalar$'):
        trace_function(loop, [], {})
