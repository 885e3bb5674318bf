import pytest

from graphlab.explain import (
    GroupTotals,
    explain,
    family,
    group_sentence,
    group_summary,
    group_totals,
    hint,
    layer_title,
)
from graphlab.explain.op_texts import TEXTS
from graphlab.explain.phrases.binary_ops import BINARY
from graphlab.explain.phrases.ops import PHRASES
from graphlab.graph import Graph, GraphFacts, Group, JsonValue, Layer, Op, Tensor, Variable, build_graph


def floats(*shape: int | None) -> Tensor:
    return Tensor("float32", shape)


def dense_graph(kind: str = "train_step") -> Graph:
    """x[?,784] · kernel[784,256] + bias in a layer, with the MatMul's two gradients, as a train step has them."""
    kernel = Variable("net/dense/kernel", (784, 256), "float32", True, 200_704)
    bias = Variable("net/dense/bias", (256,), "float32", True, 256)
    resource = Tensor("resource", ())
    layer = Layer("net/dense", "Dense")
    inside = ("net/", "net/dense/")
    ops = [
        Op("x", "Placeholder", outputs=(floats(None, 784),)),
        Op("net/dense/k", "Placeholder", inside, outputs=(resource,), variable=kernel),
        Op("net/dense/b", "Placeholder", inside, outputs=(resource,), variable=bias),
        Op("net/dense/rk", "ReadVariableOp", inside, (("net/dense/k", 0),), (floats(784, 256),)),
        Op("net/dense/rb", "ReadVariableOp", inside, (("net/dense/b", 0),), (floats(256),)),
        Op("net/dense/MatMul", "MatMul", inside, (("x", 0), ("net/dense/rk", 0)), (floats(None, 256),), layer=layer),
        Op(
            "net/dense/BiasAdd", "BiasAdd", inside, (("net/dense/MatMul", 0), ("net/dense/rb", 0)), (floats(None, 256),)
        ),
        Op("dy", "Relu", (), (("net/dense/BiasAdd", 0),), (floats(None, 256),)),
        Op(
            "gradients/MatMul",
            "MatMul",
            ("gradients/",),
            (("dy", 0), ("net/dense/rk", 0)),
            (floats(None, 784),),
            attrs={"transpose_b": True},
            pair="net/dense/MatMul",
        ),
        Op(
            "gradients/MatMul_1",
            "MatMul",
            ("gradients/",),
            (("x", 0), ("dy", 0)),
            (floats(784, 256),),
            attrs={"transpose_a": True},
            pair="net/dense/MatMul",
        ),
        Op("rate", "Const", ("adam/",), outputs=(floats(),), attrs={"value": 0.10000000149011612}),
        Op("step", "Mul", ("adam/",), (("gradients/MatMul_1", 0), ("rate", 0)), (floats(784, 256),)),
        Op("assign", "AssignSubVariableOp", ("adam/",), (("net/dense/k", 0), ("step", 0))),
    ]
    groups = [
        Group("net/", "net", "model", "Sequential"),
        Group("net/dense/", "dense", "layer", "Dense", {"units": 256, "activation": "relu"}),
        Group("gradients/", "gradients", "gradients"),
        Group("adam/", "adam", "optimizer", "Adam"),
    ]
    return build_graph(
        ops, [], GraphFacts(kind=kind, inputs=("x",), outputs=("dy",), groups={group.id: group for group in groups})
    )


def op_graph(
    op_type: str, inputs: list[Tensor], output: Tensor, constants: dict[int, JsonValue] | None = None, **attrs
):
    """A graph of one op "op"; constants holds the values of constant inputs by port."""
    values = constants or {}
    sources = [
        Op(
            f"in{port}",
            "Const" if port in values else "Placeholder",
            outputs=(tensor,),
            attrs={"value": values.get(port)},
        )
        for port, tensor in enumerate(inputs)
    ]
    fed = tuple((source.id, 0) for source in sources)
    op = Op("op", op_type, inputs=fed, outputs=(output,), attrs=attrs)
    given = [source.id for source in sources if source.type == "Placeholder"]
    return build_graph([*sources, op], [], GraphFacts(inputs=tuple(given), kind="forward"))


def test_explain_matmul_when_it_reads_weights_speaks_of_neurons():
    found = explain(dense_graph(), "net/dense/MatMul")
    assert (
        found.sentence == "Multiplies each input row (784 numbers) by the weights: one sum for each of the 256 neurons."
    )
    assert found.formula == "[?,784] · [784,256] → [?,256]"
    assert found.flops == 401_408


def test_explain_matmul_takes_a_size_from_the_other_operand_and_counts_one_as_one():
    unknown = [Tensor("float32", (None, None)), Tensor("float32", (8, 50))]
    single = [Tensor("float32", (None, 1)), Tensor("float32", (1, 50))]

    for inputs, words in ((unknown, "sums of 8 products,"), (single, "sums of one product,")):
        graph = op_graph("MatMul", inputs, Tensor("float32", (None, 50)))
        assert words in explain(graph, "op").sentence
    bias = op_graph("BiasAdd", [Tensor("float32", (None, 1)), Tensor("float32", (1,))], Tensor("float32", (None, 1)))
    assert explain(bias, "op").sentence == "Adds the bias: one number for the one output."


def test_explain_variable_when_trainable_states_its_role_and_size():
    graph = dense_graph()
    kernel = explain(graph, "net/dense/k").sentence
    assert kernel == "The weights `kernel`: 784 × 256 numbers (200,704), learned in training."
    assert explain(graph, "net/dense/b").sentence == "The bias `bias`: 256 numbers, learned in training."


def test_explain_variable_when_the_optimizer_keeps_it():
    step = Variable("adam/iteration", (), "int64", False, 1)
    op = Op("adam/handle", "Placeholder", ("adam/",), outputs=(Tensor("resource", ()),), variable=step)
    graph = build_graph([op], [], GraphFacts(groups={"adam/": Group("adam/", "adam", "optimizer")}))
    assert explain(graph, "adam/handle").sentence == "The step counter `iteration`: one number, kept by the optimizer."


def test_explain_input_when_batch_is_unknown():
    found = explain(dense_graph(), "x")
    assert found.sentence == "The input `x`: 784 numbers per example. A ? is a size that is known only at run time."
    assert found.formula == "float32[?,784]"


def test_explain_output_says_that_it_is_a_result():
    assert explain(dense_graph(), "dy").sentence == (
        "Keeps each number that is positive and turns the others into 0: 256 numbers per example. "
        "Its value is a result of the computation."
    )


def test_explain_gradient_when_shared_inputs_show_its_target():
    graph = dense_graph()
    assert explain(graph, "gradients/MatMul").sentence == (
        "The gradient of dense/MatMul with respect to its input: "
        "how the loss changes with each of the 784 numbers per example. "
        "Nothing reads it, so TensorFlow leaves it out when the graph runs."
    )
    weights = explain(graph, "gradients/MatMul_1")
    assert weights.sentence == (
        "The gradient of dense/MatMul with respect to its weights: "
        "how the loss changes with each of the 200,704 weights."
    )
    assert weights.formula == "[?,784]ᵀ · [?,256] → [784,256]"


def test_explain_update_names_the_variable():
    assert explain(dense_graph(), "assign").sentence == "Subtracts [784,256] from the variable `kernel`."


def test_explain_when_type_has_no_words_lists_inputs_and_outputs():
    graph = op_graph("MadeUpOp", [floats(None, 3), Tensor("int32", (2,))], floats(3))
    found = explain(graph, "op")
    assert found.sentence == "The op MadeUpOp takes float32[?,3] and int32[2] and gives float32[3]."
    assert found.formula == "[?,3], [2] → [3]"
    assert found.flops is None


@pytest.mark.parametrize(
    ("graph", "sentence", "formula"),
    [
        (
            op_graph("RealDiv", [floats(None, 28, 28), floats()], floats(None, 28, 28), {1: 255.0}),
            "Divides every number by 255: 784 numbers per example.",
            "[?,28,28] ÷ 255 → [?,28,28]",
        ),
        (
            op_graph("Sub", [floats(), floats()], floats(), {0: 1.0}),
            "Subtracts the number from 1.",
            "1 - [] → []",
        ),
        (
            op_graph("AddV2", [floats(None, 10), floats(10)], floats(None, 10)),
            "Adds two tensors, number by number: 10 numbers per example. The smaller one, "
            "[10], is repeated for every example.",
            "[?,10] + [10] → [?,10]",
        ),
        (
            op_graph("Sum", [floats(32, 10), Tensor("int32", (1,))], floats(32), {1: [-1]}, keep_dims=False),
            "Adds up the numbers along the last axis: 320 numbers in, 32 numbers out.",
            "Σ [32,10] → [32]",
        ),
        (
            op_graph("Mean", [floats(2, 3, 4), Tensor("int32", (2,))], floats(4), {1: [0, 1]}),
            "Takes the average along axes 0 and 1: 24 numbers in, 4 numbers out.",
            "mean [2,3,4] → [4]",
        ),
        (
            op_graph("Reshape", [floats(None, 28, 28, 1), Tensor("int32", (2,))], floats(None, 784)),
            "Gives the same numbers a new shape: [?,28,28,1] becomes [?,784].",
            "[?,28,28,1] → [?,784]",
        ),
        (
            op_graph(
                "Conv2D",
                [floats(None, 28, 28, 1), floats(3, 3, 1, 32)],
                floats(None, 14, 14, 32),
                strides=[1, 2, 2, 1],
                padding="SAME",
                data_format="NHWC",
            ),
            "Slides 32 filters of 3 × 3 × 1 numbers over the image in steps of 2: 14 × 14 results for each filter.",
            "[?,28,28,1] ∗ [3,3,1,32] → [?,14,14,32]",
        ),
        (
            op_graph(
                "AvgPool", [floats(None, 8, 28, 28)], floats(None, 8, 14, 14), ksize=[1, 1, 2, 2], data_format="NCHW"
            ),
            "Takes the average of each 2 × 2 window: [?,8,28,28] becomes [?,8,14,14].",
            "[?,8,28,28] → [?,8,14,14]",
        ),
        (
            op_graph(
                "StridedSlice",
                [floats(4, 5), *[Tensor("int32", (2,))] * 3],
                floats(4),
                {1: [0, 2], 2: [0, 3], 3: [1, 1]},
                begin_mask=1,
                end_mask=1,
                shrink_axis_mask=2,
            ),
            "Cuts the part x[:, 2] out of x, a tensor of shape [4,5]: 4 numbers.",
            "x[:, 2] → [4], x = [4,5]",
        ),
        (
            op_graph("Softmax", [floats(None, 10)], floats(None, 10)),
            "Turns the 10 scores of each row into probabilities: all positive, together 1.",
            "eˣ / Σ eˣ, x = [?,10], sum over the last axis",
        ),
        (
            op_graph("Identity", [Tensor("float32", None)], Tensor("float32", None)),
            "Passes its input on unchanged: numbers of unknown shape.",
            "[..] → [..]",
        ),
    ],
    ids=lambda value: value.op("op").type if isinstance(value, Graph) else "",
)
def test_explain_op_with_its_own_shapes(graph: Graph, sentence: str, formula: str):
    found = explain(graph, "op")
    assert (found.sentence, found.formula) == (sentence, formula)


@pytest.mark.parametrize("shapes", [(), (None,), ((),), ((None, 3),), ((4, 5), (5,), (), (2,))])
def test_explain_when_shapes_are_odd_still_answers(shapes: tuple[tuple[int | None, ...] | None, ...]):
    tensors = [Tensor("float32", shape) for shape in shapes] * 5
    for op_type in [*TEXTS, *BINARY, *(PHRASES if tensors else [])]:
        graph = op_graph(op_type, tensors, tensors[0] if tensors else floats())
        assert explain(graph, "op").sentence.endswith(".")
        assert len(hint(graph, "op")) <= 24


@pytest.mark.parametrize(
    ("name", "types"),
    [
        (
            "math",
            "MatMul Conv2D Conv2DBackpropFilter BatchMatMulV2 AddV2 BiasAddGrad Sum MaxPoolGrad Log1p FusedBatchNormV3",
        ),
        ("activation", "Relu ReluGrad Relu6Grad Softmax TanhGrad LeakyRelu"),
        ("shape", "Reshape Shape StridedSlice StridedSliceGrad Pack Squeeze ConcatV2 GatherV2 Cast Identity PadV2"),
        (
            "variable",
            "ReadVariableOp AssignVariableOp AssignSubVariableOp VarHandleOp ResourceGather ResourceScatterAdd",
        ),
        ("control", "While StatelessIf PartitionedCall NoOp Switch Merge TensorListStack TensorArrayV3 Assert"),
        ("random", "RandomUniform StatelessRandomNormalV2 StatelessRandomGetKeyCounter TruncatedNormal RandomShuffle"),
        ("loss", "SparseSoftmaxCrossEntropyWithLogits SoftmaxCrossEntropyWithLogits CTCLossV2"),
        ("optimizer", "ResourceApplyAdam ResourceApplyGradientDescent ResourceSparseApplyFtrlV2 ApplyMomentum"),
        ("io", "Placeholder Const PrintV2 IteratorGetNext DecodeJpeg SaveV2"),
        ("stage", "BatchDatasetV2 RandomDataset ParallelMapDatasetV2"),
        ("other", "MadeUpOp StringJoin LookupTableFindV2"),
    ],
)
def test_family_of_types(name: str, types: str):
    assert {op_type: family(op_type) for op_type in types.split()} == dict.fromkeys(types.split(), name)


def test_hint_of_ops_in_a_dense_layer():
    graph = dense_graph()
    hints = {op.id: hint(graph, op.id) for op in graph.ops()}
    assert hints == {
        "x": "float32[?,784]",
        "net/dense/k": "784 × 256",
        "net/dense/b": "256",
        "net/dense/rk": "kernel",
        "net/dense/rb": "bias",
        "net/dense/MatMul": "401.4 kFLOP",
        "net/dense/BiasAdd": "",
        "dy": "",
        "gradients/MatMul": "gradient of input",
        "gradients/MatMul_1": "gradient of weights",
        "rate": "",
        "step": "",
        "assign": "kernel",
    }


IMAGES = {"strides": [1, 1, 1, 1], "data_format": "NHWC"}


@pytest.mark.parametrize(
    ("graph", "text"),
    [
        (op_graph("Reshape", [floats(None, 28, 28, 1), Tensor("int32", (2,))], floats(None, 784)), "to [?,784]"),
        (op_graph("Sum", [floats(None, 10), Tensor("int32", ())], floats(None), {1: 1}), "axis 1"),
        (op_graph("ConcatV2", [floats(2), floats(2), Tensor("int32", ())], floats(4), {2: -1}), "last axis"),
        (op_graph("Mean", [floats(2, 3, 4), Tensor("int32", (2,))], floats(4), {1: [0, 1]}), "axes 0, 1"),
        (
            op_graph(
                "Conv2D", [floats(None, 9, 9, 1), floats(3, 3, 1, 8)], floats(None, 9, 9, 8), padding="SAME", **IMAGES
            ),
            "3×3, stride 1, same",
        ),
        (op_graph("MaxPool", [floats(None, 8, 8, 1)], floats(None, 4, 4, 1), ksize=[1, 2, 2, 1]), "2×2 max"),
        (op_graph("AvgPool", [floats(None, 8, 8, 1)], floats(None, 4, 4, 1), ksize=[1, 2, 2, 1]), "2×2 average"),
        (
            op_graph("Transpose", [floats(2, 3, 4), Tensor("int32", (3,))], floats(3, 2, 4), {1: [1, 0, 2]}),
            "order 1,0,2",
        ),
        (op_graph("Cast", [floats(2)], Tensor("float16", (2,))), "to float16"),
        (op_graph("MatMul", [floats(32, 784), floats(784, 256)], floats(32, 256)), "12.8 MFLOP"),
        (op_graph("Exp", [floats(2000, 1000)], floats(2000, 1000)), "2.0 MFLOP"),
        (op_graph("Reshape", [floats(10**9), Tensor("int32", (3,))], floats(1000, 1000, 1000, 1, 1, 1)), ""),
    ],
    ids=lambda value: value.op("op").type if isinstance(value, Graph) else "",
)
def test_hint_of_one_op(graph: Graph, text: str):
    assert hint(graph, "op") == text


@pytest.mark.parametrize(
    ("class_name", "settings", "title"),
    [
        ("Dense", {"units": 256, "activation": "relu"}, "Dense 256 relu"),
        ("Dense", {"units": 10, "activation": "linear"}, "Dense 10"),
        (
            "Conv2D",
            {"filters": 32, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid", "activation": "relu"},
            "Conv2D 32 3×3 relu",
        ),
        ("Conv2D", {"filters": 64, "kernel_size": [7, 7], "strides": [2, 2]}, "Conv2D 64 7×7 stride 2"),
        ("MaxPooling2D", {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}, "MaxPooling2D 2×2"),
        ("Dropout", {"rate": 0.5, "seed": None}, "Dropout 0.5"),
        ("Reshape", {"target_shape": [784]}, "Reshape 784"),
        ("Embedding", {"input_dim": 10_000, "output_dim": 64}, "Embedding 10,000 → 64"),
        ("MultiHeadAttention", {"num_heads": 8, "key_dim": 64}, "MultiHeadAttention 8 × 64"),
        ("LSTM", {"units": 128, "activation": "tanh", "recurrent_activation": "sigmoid"}, "LSTM 128"),
        ("Activation", {"activation": "softmax"}, "Activation softmax"),
        ("Dense", {"units": 3, "activation": {"class_name": "Custom"}}, "Dense 3"),
        ("BatchNormalization", {"axis": -1, "momentum": 0.99}, "BatchNormalization"),
        ("", {}, ""),
    ],
)
def test_layer_title_of_settings(class_name: str, settings: dict[str, JsonValue], title: str):
    assert layer_title(Group("l/", "l", "layer", class_name, settings)) == title


def test_group_totals_count_what_subgroups_hold():
    totals = group_totals(dense_graph())
    assert totals == {
        "net/": GroupTotals(6, 2, 200_960, 200_960, 0),
        "net/dense/": GroupTotals(6, 2, 200_960, 200_960, 0),
        "gradients/": GroupTotals(2, 0, 0, 0, 1),
        "adam/": GroupTotals(3, 0, 0, 0, 1),
    }


def test_group_summary_of_each_kind():
    graph = dense_graph()
    totals = group_totals(graph)
    summaries = {group.id: group_summary(group, totals[group.id]) for group in graph.groups.values()}
    assert summaries == {
        "net/": "Sequential · 200,960 parameters",
        "net/dense/": "Dense 256 relu · 200,960 parameters",
        "gradients/": "for 1 variable · 2 ops",
        "adam/": "updates 1 variable · 3 ops",
    }


@pytest.mark.parametrize(
    ("group", "totals", "text"),
    [
        (Group("s/", "s"), GroupTotals(ops=12), "12 ops"),
        (Group("s/", "s"), GroupTotals(ops=1), "1 op"),
        (
            Group("l/", "loss", "loss", "SparseCategoricalCrossentropy"),
            GroupTotals(ops=16),
            "sparse categorical crossentropy",
        ),
        (Group("l/", "loss", "loss", "mean_squared_error"), GroupTotals(ops=16), "mean squared error"),
        (Group("l/", "loss", "loss"), GroupTotals(ops=16), "16 ops"),
        (Group("m/", "metrics", "metrics"), GroupTotals(ops=67, variables=4, parameters=4), "67 ops"),
        (Group("o/", "adam", "optimizer", "Adam"), GroupTotals(ops=160, updated=6), "updates 6 variables · 160 ops"),
        (Group("f/", "flatten", "layer", "Flatten"), GroupTotals(ops=2), "Flatten"),
    ],
    ids=lambda value: value.id if isinstance(value, Group) else "",
)
def test_group_summary_of_a_group(group: Group, totals: GroupTotals, text: str):
    assert group_summary(group, totals) == text


def test_group_summary_when_ops_are_called_says_whether_it_is_a_loop_a_conditional_or_a_function():
    totals = GroupTotals(ops=14)

    assert group_summary(Group("while/", "while", "loop", "StatelessWhile"), totals) == "loop · 14 ops"
    assert group_summary(Group("cond/", "cond", "conditional", "If"), totals) == "conditional · 14 ops"
    assert group_summary(Group("inner/", "inner", "function", "PartitionedCall"), totals) == "function · 14 ops"
    assert group_summary(Group("while/body/", "body", "body"), totals) == "14 ops"


@pytest.mark.parametrize(
    ("kind", "class_name", "settings", "sentence"),
    [
        (
            "layer",
            "Dense",
            {"units": 1, "use_bias": False},
            "Fully connected: the one neuron gives the weighted sum of all numbers along the last axis.",
        ),
        (
            "layer",
            "Conv2D",
            {"filters": 32, "activation": "relu"},
            "Slides small filters over the image: each of the 32 filters gives one channel, then relu.",
        ),
        (
            "layer",
            "LSTM",
            {"activation": "tanh"},
            "Reads a sequence step by step and keeps a state, with gates that decide what to forget and what to keep; "
            "it gives the state after the last step.",
        ),
        (
            "layer",
            "Dropout",
            {"rate": 0.25},
            "Sets 25% of its inputs to zero at random and multiplies the others by 1.333, so "
            "that the expected sum stays "
            "the same, in training; does nothing otherwise.",
        ),
        ("layer", "Mine", {"activation": "relu"}, ""),
        (
            "optimizer",
            "SGD",
            {},
            "Changes each variable a step against its gradient: the learning rate times the gradient.",
        ),
        ("loop", "While", {}, "Runs its body again and again, as long as its condition holds."),
        ("scope", "", {}, ""),
    ],
)
def test_a_group_says_what_it_does(kind, class_name, settings, sentence):
    assert group_sentence(Group("g/", "g", kind, class_name, settings)) == sentence
