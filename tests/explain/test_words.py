"""Every op type, stage and Keras class has words of its own."""

from __future__ import annotations

import inspect
import re

import pytest

from graphlab.explain import GroupTotals, explain, group_sentence, group_summary
from graphlab.explain.phrases.binary_ops import BINARY
from graphlab.explain.phrases.ops import PHRASES
from graphlab.explain.texts.layers import LAYER_TEXTS
from graphlab.explain.texts.losses import LOSS_TEXTS
from graphlab.explain.texts.metrics import METRIC_TEXTS
from graphlab.explain.texts.optimizers import OPTIMIZER
from graphlab.graph import Group, Op, Tensor, build_graph

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from tests.support import layer_cases, op_sweep  # noqa: E402

# Hardware of Google's, removed libraries and private machinery, which no program of ours calls.
LEFT_OUT = re.compile(
    r"TPU|Xla|BoostedTrees|Quantized.+|Infeed|Outfeed|SparseCore|Sdca|^Experimental|StatsAggregator|Minibatch"
    r"|Prelinear|Kmeans|KMC2|Embedding|RequantizePerChannel|RequantizationRangePer|DatasetReader|^AllToAll"
    r"|^CheckPinned|^CollectiveAssign|^CollectiveInit|CooTensor|^Fact$|^FileSystem|^GlobalIter|^NearestNeigh"
    r"|^PlaceholderV2|^QuantizeDown|^RecordInput|^WorkerHeart|^RegisterDataset"
)


def names_in(module, base=""):
    found = {name: getattr(module, name) for name in dir(module) if inspect.isclass(getattr(module, name))}
    return sorted(name for name in found if name != base)


def key(name):
    return name.replace("_", "").lower()


def test_every_op_type_of_tensorflow_has_words():
    types = [name for name in dir(tf.raw_ops) if name[0].isupper() and not LEFT_OUT.search(name)]
    bare = [name for name in types if not has_words(name)]

    assert len(types) > 1000
    assert bare == []


def has_words(op_type):
    """Whether the sentence of an op without anything special is that of its type."""
    tensors = [Tensor("float32", (2, 4, 4, 3))] * 4
    inputs = [Op(f"in{place}", "Placeholder", outputs=(tensor,)) for place, tensor in enumerate(tensors)]
    op = Op("op", op_type, inputs=tuple((one.id, 0) for one in inputs), outputs=(tensors[0],))
    if op_type in PHRASES or op_type in BINARY:
        return True
    sentence = explain(build_graph([*inputs, op], []), "op").sentence
    return not sentence.startswith(("The op ", "The stage "))


def test_every_function_of_tensorflow_that_can_be_called_makes_ops_with_words():
    graphs = {name: op_sweep.graph_of_call(function) for name, function in op_sweep.functions()}
    called = {name: graph for name, graph in graphs.items() if graph is not None}
    bare = {
        (name, op.type)
        for name, graph in called.items()
        for op in graph.ops()
        if not re.fullmatch(r"[^{}]*\.", sentence := explain(graph, op.id).sentence)
        or sentence.startswith("The op ")
        or "  " in sentence
    }

    assert len(called) > 180
    assert bare == set()


@pytest.mark.parametrize("name", names_in(keras.layers))
def test_every_layer_class_has_words(name):
    cls = getattr(keras.layers, name)
    assert name in LAYER_TEXTS
    assert cls.__name__ in LAYER_TEXTS
    assert group_sentence(Group("l/", "l", "layer", name)).endswith(".")


@pytest.mark.parametrize("name", [name for name in layer_cases.class_names() if name not in layer_cases.NOT_ALONE])
def test_a_layer_with_its_settings_has_a_whole_sentence(name):
    from graphlab.tracing.grouping.placement import shown_settings

    layer = layer_cases.layer_case(name).make()
    try:
        settings = shown_settings(layer.get_config())
    except NotImplementedError:
        settings = {}
    sentence = group_sentence(Group("l/", "l", "layer", type(layer).__name__, settings))

    assert_reads_well(sentence)


def assert_reads_well(sentence):
    assert re.fullmatch(r"[A-Z0-9].*[.!]", sentence)
    assert not re.search(
        r"None|\{|\}|\bTrue\b|\bFalse\b|  |\.\.(?!\.)|, ,|\b1 (?!is)[a-z]+s\b|1th|2th|3th|\bnan\b", sentence
    )


def test_every_loss_has_words_of_its_own():
    names = names_in(keras.losses, "Loss")
    sentences = {name: group_sentence(Group("l/", "l", "loss", name)) for name in names}

    assert {key(name) for name in names} <= set(LOSS_TEXTS)
    assert len(set(sentences.values())) == len(names)
    functions = [name for name in dir(keras.losses) if inspect.isfunction(getattr(keras.losses, name))]
    plain = {name for name in functions if name not in ("get", "serialize", "deserialize")}
    assert {key(getattr(keras.losses, name).__name__) for name in plain} - set(LOSS_TEXTS) == set()


def test_every_metric_has_words_of_its_own():
    names = names_in(keras.metrics, "Metric")
    sentences = {name: group_sentence(Group("m/", "m", "metrics", name)) for name in names}

    assert {key(name) for name in names} <= set(METRIC_TEXTS)
    assert len(set(sentences.values())) >= len(names) - 3  # IoU, its binary and its mean forms are close


def test_every_optimizer_has_words_of_its_own():
    names = names_in(keras.optimizers, "Optimizer")
    sentences = {name: group_sentence(Group("o/", "o", "optimizer", name)) for name in names}

    assert OPTIMIZER not in sentences.values()
    assert len(set(sentences.values())) == len(names)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SparseTopKCategoricalAccuracy", "sparse top k categorical accuracy"),
        ("F1Score", "F1 score"),
        ("R2Score", "R2 score"),
        ("KLDivergence", "KL divergence"),
        ("OneHotMeanIoU", "one hot mean IoU"),
        ("MyNLLLoss", "my NLL loss"),
        ("mean_squared_error", "mean squared error"),
    ],
)
def test_names_of_classes_read_as_words(name, words):
    assert group_summary(Group("m/", "x", "metrics", name), GroupTotals(ops=2)).split(" · ")[0] == words
