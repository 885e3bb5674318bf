"""TensorFlow's files against TensorFlow's own reading of them."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from graphlab.errors import FormatError
from graphlab.formats import load, read, read_weights
from graphlab.report import report
from graphlab.view import fold_quiet, view

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from google.protobuf import text_format  # noqa: E402
from tensorflow.core.protobuf import saved_model_pb2  # noqa: E402

from tests.support.tensorflow_files import PARAMETERS, Module, cnn, frozen, write_tensorflow_1  # noqa: E402


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with one file of each kind, and the model behind them."""
    folder = tmp_path_factory.mktemp("tensorflow")
    model = cnn()
    model.export(folder / "exported", verbose=False)
    tf.saved_model.save(model, folder / "saved_keras")
    module = Module()
    tf.saved_model.save(module, folder / "module")
    tf.saved_model.save(module, folder / "signed", signatures={"serving_default": module.f, "look up": module.g})
    graph_def = frozen(model)
    (folder / "frozen.pb").write_bytes(graph_def.SerializeToString())
    (folder / "frozen.pbtxt").write_text(text_format.MessageToString(graph_def))
    write_tensorflow_1(folder / "tf1")
    return folder, model


def imported(graph_def):
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    return graph


def meta_graph_of(folder):
    return saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes()).meta_graphs[0]


def edges_of(graph):
    return sum(len(op.inputs) + len(op.control_inputs) for op in graph.get_operations())


def opened(graph):
    """Every box of the quiet view with its group's label, by kind."""
    folded = fold_quiet(graph)
    shown = view(folded, frozenset(folded.groups))
    label = {group_id: group.label for group_id, group in folded.groups.items()} | {"": ""}
    return {(box.kind, label[box.parent], box.title) for box in shown.boxes}


def test_a_frozen_graph_has_tensorflows_ops_edges_and_shapes(files):
    folder, model = files
    graph = load(folder / "frozen.pb")
    theirs = imported(tf.compat.v1.GraphDef.FromString((folder / "frozen.pb").read_bytes()))

    assert [(op.id, op.type) for op in graph.ops()] == [(op.name, op.type) for op in theirs.get_operations()]
    assert graph.number_of_edges() == edges_of(theirs)
    for op in theirs.get_operations():
        for ours, tensor in zip(graph.op(op.name).outputs, op.outputs, strict=True):
            assert (ours.dtype, tf.TensorShape(ours.shape).as_list()) == (tensor.dtype.name, tensor.shape.as_list())
    assert graph.parameters == model.count_params() == PARAMETERS
    assert graph.input_ids == ("image",)
    assert graph.output_ids == ("Identity",)


def test_the_text_form_is_the_same_graph(files):
    folder, _ = files
    left, right = load(folder / "frozen.pb"), load(folder / "frozen.pbtxt")

    assert dict(left.nodes(data="op")) == dict(right.nodes(data="op"))
    assert left.graph == right.graph


def test_the_constants_of_a_frozen_graph_are_its_weights(files):
    folder, model = files
    graph = load(folder / "frozen.pb")

    for op_id in graph.weights:
        values = read_weights(folder / "frozen.pb", graph.weights[op_id])
        assert any(np.array_equal(values, weight.numpy()) for weight in model.weights), op_id
    assert len(graph.weights) == len(model.weights)
    names = {op.variable.name.rpartition("/")[2] for op in graph.ops() if op.variable}
    assert "MatMul weights" in names  # read in a scope that is only called Cast
    assert not [name for name in names if name.startswith("Cast")]


@pytest.mark.parametrize("name", ["exported", "saved_keras"])
def test_a_keras_models_signature_shows_its_layers_and_variables(files, name):
    folder, model = files
    graphs = read(folder / name)
    graph = graphs["serving_default"]

    assert next(iter(graphs)) == "serving_default"
    assert graph.parameters == model.count_params() == PARAMETERS
    variables = {(group, title) for kind, group, title in opened(graph) if kind == "variable"}
    assert variables == {
        ("conv_1", "kernel"),
        ("conv_1", "bias"),
        ("batchnorm", "gamma"),
        ("batchnorm", "beta"),
        ("batchnorm", "moving_mean"),
        ("batchnorm", "moving_variance"),
        ("hidden_1", "kernel"),
        ("hidden_1", "bias"),
        ("scores_1", "kernel"),
        ("scores_1", "bias"),
    }
    assert {kind for kind, group, _ in opened(graph) if group == ""} == {"input", "output"}
    assert [op.id for op in graph.ops() if "Save" in op.type or "Restore" in op.type] == []


def test_a_signature_is_named_and_wired_as_tensorflow_says(files):
    folder, _ = files
    signatures = tf.saved_model.load(str(folder / "signed")).signatures
    graphs = read(folder / "signed")

    assert list(graphs) == ["serving_default", "look up", "everything"]
    for key, signature in signatures.items():
        graph, names = graphs[key], graphs[key].facts.names
        assert {names[op_id] for op_id in graph.input_ids} == set(signature.structured_input_signature[1])
        assert {
            names[op_id]: (graph.op(op_id).outputs[0].dtype, graph.op(op_id).outputs[0].shape)
            for op_id in graph.output_ids
        } == {
            name: (spec.dtype.name, tuple(spec.shape.as_list())) for name, spec in signature.structured_outputs.items()
        }


@pytest.mark.parametrize("name", ["exported", "saved_keras", "module", "signed", "tf1/saved"])
def test_everything_has_every_op_and_edge_of_the_file(files, name):
    folder, _ = files
    graph = read(folder / name)["everything"]
    meta_graph = meta_graph_of(folder / name)
    theirs = imported(meta_graph.graph_def)

    names = {op.name for op in theirs.get_operations()}
    own = [op for op in graph.ops() if op.id in names]
    assert [(op.id, op.type) for op in own] == [(op.name, op.type) for op in theirs.get_operations()]
    assert sum(len(op.inputs) for op in own) == sum(len(op.inputs) for op in theirs.get_operations())
    sizes = {
        function.signature.name: len(function.node_def) + len(function.signature.input_arg)
        for function in meta_graph.graph_def.library.function
    }
    inside = [graph.op(body.call).attrs.get("f") for body in graph.bodies if body.role == "function"]
    assert name == "tf1/saved" or len(graph) == len(own) + sum(sizes[called] for called in inside)
    assert all(op.problem == "" for op in graph.ops())


def test_saving_and_restoring_is_one_group(files):
    folder, _ = files
    for name in ("exported", "tf1/saved"):
        graph = read(folder / name)["everything"]

        saving = {op.type for op in graph.ops() if op.path[:1] == ("save and restore/",)}
        rest = {op.type for op in graph.ops() if op.path[:1] != ("save and restore/",)}

        assert {"SaveV2", "RestoreV2"} <= saving
        assert not {"SaveV2", "RestoreV2", "ShardedFilename", "MergeV2Checkpoints"} & rest


def test_what_gives_variables_their_first_values_is_one_group(files):
    folder, _ = files
    graph = load(folder / "tf1" / "model.meta")

    starting = {op.id for op in graph.ops() if op.path[:1] == ("initial values/",)}

    assert {"dense/kernel/Assign", "dense/bias/IsInitialized/VarIsInitializedOp", "init"} <= starting
    assert {op.id for op in graph.ops() if "Initializer" in op.id} <= starting
    assert not {op.id for op in graph.ops() if op.id.startswith(("gradients/", "Adam/", "save/"))} & starting
    folded = fold_quiet(graph)
    labels = {group.label for group in folded.groups.values() if not group.parent_id}
    assert {"dense", "save and restore", "initial values", "gradients"} <= labels


def test_functions_without_a_signature_are_graphs_of_their_own(files):
    folder, _ = files
    graphs = read(folder / "module")

    assert list(graphs) == ["f", "g", "everything"]
    assert graphs["f"].facts.names == {"x": "x", "Identity": "y", "Identity_1": "z"}
    assert graphs["f"].parameters == 6
    assert ("variable", "", "w") in opened(graphs["f"])


def test_everything_counts_the_variables_of_an_export_by_keras_once(tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])
    model.export(tmp_path / "made", verbose=False)

    found = {name: report(graph) for name, graph in read(tmp_path / "made").items()}

    assert {name: (one.variables, one.parameters) for name, one in found.items()} == dict.fromkeys(
        ["serving_default", "serve", "everything"], (4, 23)
    )


def test_everything_counts_the_variables_of_functions_without_a_signature(tmp_path):
    module = tf.Module()
    module.kernel = tf.Variable(tf.ones((3, 2)), name="w")
    module.mean = tf.Variable(tf.ones((5,)), name="w", trainable=False)
    module.count = tf.Variable(0.0, name="w", trainable=False)  # nothing reads it
    module.f = tf.function(lambda x: (x @ module.kernel, module.mean * 2.0))
    module.f(tf.ones((1, 3)))
    tf.saved_model.save(module, tmp_path)

    graphs = read(tmp_path)
    everything = graphs["everything"]

    assert list(graphs) == ["f", "everything"]
    assert graphs["f"].parameters == everything.parameters == 11
    trained = {op.variable.shape: op.variable.trainable for op in everything.ops() if op.variable}
    assert trained == {(3, 2): True, (5,): False, (): False}
    assert sorted(everything.weights.values()) == [
        f"variable:{name}/.ATTRIBUTES/VARIABLE_VALUE" for name in ("count", "kernel", "mean")
    ]


@pytest.mark.parametrize(("name", "graph"), [("exported", "serving_default"), ("module", "f"), ("tf1/saved", "")])
def test_weights_are_the_values_in_the_checkpoint(files, name, graph):
    folder, _ = files
    found = load(folder / name, graph=graph)
    reader = tf.train.load_checkpoint(str(folder / name / "variables" / "variables"))

    assert len(found.weights) == len([op for op in found.ops() if op.variable])
    for op_id, where in found.weights.items():
        values = read_weights(folder / name, where)
        assert values.shape == found.op(op_id).variable.shape
        assert np.array_equal(values, reader.get_tensor(where.removeprefix("variable:")))


def test_each_variable_of_a_keras_export_has_its_own_values(files):
    folder, model = files
    graph = load(folder / "saved_keras")
    by_path = {weight.path: weight.numpy() for weight in model.weights}

    found = {
        graph.op(op_id).variable.name: read_weights(folder / "saved_keras", where)
        for op_id, where in graph.weights.items()
    }

    assert set(found) == set(by_path)
    for path, values in by_path.items():
        assert np.array_equal(found[path], values)


def test_trainable_variables_are_those_of_the_model(files):
    folder, model = files
    graph = load(folder / "exported")

    assert {op.variable.name for op in graph.ops() if op.variable and op.variable.trainable} == {
        weight.path for weight in model.trainable_weights
    }


def test_a_saved_model_opens_without_its_variables(files, tmp_path):
    folder, model = files
    shutil.copytree(folder / "exported", tmp_path / "bare")
    shutil.rmtree(tmp_path / "bare" / "variables")

    graph = load(tmp_path / "bare")

    assert graph.parameters == model.count_params()
    assert graph.weights == {}
    assert graph.notes == ("The values of the variables are not available: variables/variables.index is missing.",)


def test_a_saved_model_whose_values_are_half_there_says_so(files, tmp_path):
    folder, _ = files
    shutil.copytree(folder / "exported", tmp_path / "half")
    values = tmp_path / "half" / "variables" / "variables.data-00000-of-00001"
    values.unlink()

    graph = load(tmp_path / "half")

    assert graph.weights == {}
    assert graph.notes == (f"The values of the variables are not available: variables/{values.name} is missing.",)


def test_a_saved_model_is_read_from_its_proto_too(files):
    folder, _ = files
    graph = load(folder / "signed" / "saved_model.pb")

    assert graph.notes == ("saved_model.pb contains a SavedModel, not a single graph.",)
    assert read_weights(folder / "signed" / "saved_model.pb", graph.weights["w"]).shape == (3, 2)


def test_a_tensorflow_1_signature_is_pruned_and_keeps_its_variables(files):
    folder, _ = files
    graph = load(folder / "tf1" / "saved")

    assert {op.type for op in graph.ops()} == {
        "Placeholder", "VariableV2", "VarHandleOp", "Identity", "ReadVariableOp", "MatMul", "AddV2", "Softmax",
    }  # fmt: skip
    assert graph.parameters == 15
    assert {("variable", "dense", "kernel"), ("variable", "dense", "bias"), ("output", "", "probs")} <= opened(graph)


def test_a_meta_graph_has_every_op_and_its_trained_variables(files):
    folder, _ = files
    graph = load(folder / "tf1" / "model.meta")
    meta_graph = tf.compat.v1.MetaGraphDef.FromString((folder / "tf1" / "model.meta").read_bytes())
    theirs = imported(meta_graph.graph_def)

    assert [(op.id, op.type) for op in graph.ops()] == [(op.name, op.type) for op in theirs.get_operations()]
    assert graph.number_of_edges() == edges_of(theirs)
    assert {op.variable.name for op in graph.ops() if op.variable and op.variable.trainable} == {
        "dense/kernel",
        "dense/bias",
    }
    assert graph.parameters == 15  # and none of Adam's own
    assert read_weights(folder / "tf1" / "model.meta", graph.weights["dense/kernel"]).shape == (4, 3)


def test_gradient_ops_of_a_file_know_their_forward_op(files):
    folder, _ = files
    graph = load(folder / "tf1" / "model.meta")

    pairs = {op.pair for op in graph.ops() if op.id.startswith("gradients/") and op.type in ("MatMul", "Sum", "Mul")}

    assert {"dense/MatMul", "dense/add", "probs"} <= pairs


def test_a_library_without_a_graph_shows_its_functions(tmp_path):
    @tf.function
    def inner(x):
        return x * 2.0

    @tf.function
    def outer(x):
        return inner(x) + 1.0

    with tf.Graph().as_default() as graph:
        outer(tf.ones((3,)))
    graph_def = graph.as_graph_def()
    del graph_def.node[:]
    (tmp_path / "library.pb").write_bytes(graph_def.SerializeToString())

    graphs = read(tmp_path / "library.pb")

    assert list(graphs) == ["outer"]
    assert {op.type for op in graphs["outer"].ops()} == {
        "Placeholder",
        "PartitionedCall",
        "Mul",
        "Const",
        "AddV2",
        "Identity",
    }
    assert [body.role for body in graphs["outer"].bodies] == ["function"]


def test_a_saved_model_may_be_text(files, tmp_path):
    folder, _ = files
    saved = saved_model_pb2.SavedModel.FromString((folder / "signed" / "saved_model.pb").read_bytes())
    (tmp_path / "saved_model.pbtxt").write_text(text_format.MessageToString(saved))

    assert dict(load(tmp_path).nodes(data="op")) == dict(load(folder / "signed").nodes(data="op"))


def test_the_other_protos_of_a_saved_model_are_no_graphs(files):
    folder, _ = files

    with pytest.raises(FormatError, match="not a TensorFlow file"):
        read(folder / "exported" / "fingerprint.pb")
