"""TensorFlow's files that are damaged, of another kind or unusual: one sentence, or a graph with the problem marked."""

from __future__ import annotations

import os
import random
import zipfile

import pytest

from graphlab.errors import FormatError
from graphlab.formats import load, read, read_weights
from graphlab.view import default_open, fold_nothing, fold_quiet, view

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

from google.protobuf import text_format  # noqa: E402
from tensorflow.core.protobuf import saved_model_pb2  # noqa: E402

v1 = tf.compat.v1
SUFFIXES = (".pb", ".pbtxt", ".meta")


@pytest.fixture(scope="module")
def graph_def():
    """Two dense layers of a frozen graph, with a function that is called."""

    @tf.function
    def halved(x):
        return x / 2.0

    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, (None, 4), name="x")
        hidden = tf.nn.relu(tf.matmul(x, tf.ones((4, 40)), name="dense/MatMul"), name="dense/Relu")
        halved(tf.matmul(hidden, tf.ones((40, 2)), name="out/MatMul"))
    return graph.as_graph_def()


def message(path):
    with pytest.raises(FormatError) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(repr(str(path)), "it")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (
            random.Random(1).randbytes(1000),
            "it is damaged, truncated or not a TensorFlow file: its 1,000 bytes are not a",
        ),
        (b'{"nodes": []}', "it looks like JSON; rename it to 'a.json' to open it"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "it looks like HDF5; rename it to 'a.h5' to open it"),
        (b"\x1c\0\0\0TFL3" + bytes(100), "it looks like a TensorFlow Lite model; rename it to 'a.tflite' to open it"),
        (b"\x80\x04\x95K\0\0\0", "it is a Python pickle, which graphlab never loads"),
        (b"\x80\x05\x95K\0\0\0", "it is a Python pickle, which graphlab never loads"),
        (b"version https://git-lfs.github.com/spec/v1\n", "it is a pointer of Git LFS"),
        (b"Dear reader, this is a letter.", "it is text, but not a TensorFlow graph"),
        (
            b"node { name: 'x' op 'Relu' }",
            "it is not a GraphDef as text: line 1, column 21 cannot be read, starting at ''Relu' }'",
        ),
        (
            b"node { name: 'x'\n op: 'Re",
            "it is truncated: it ends in line 2 before its braces are closed; copy or save",
        ),
        (b"versions { producer: 5 }", "it is a GraphDef without ops: there is nothing to show"),
        (b"\x08\x01", "it is a SavedModel without ops: there is nothing to show"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence(tmp_path, suffix, content, words):
    (tmp_path / f"a{suffix}").write_bytes(content)

    assert message(tmp_path / f"a{suffix}").startswith(words)


def test_a_zip_archive_is_recognised_by_its_bytes(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.pb", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")

    assert message(tmp_path / "a.pb") == "it looks like a Keras file; rename it to 'a.keras' to open it"


def test_a_file_over_two_gigabytes_is_not_even_opened(tmp_path):
    for name in ("large.pb", "large.pbtxt", "large.meta", "saved_model.pb"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"\n")
            file.flush()
            os.truncate(file.fileno(), 2**31 + 2**28)

    for name in ("large.pb", "large.pbtxt", "large.meta"):
        assert message(tmp_path / name).startswith("it has 2.4 GB; a TensorFlow graph can have at most 2 GB")
    assert "has 2.4 GB" in message(tmp_path)


def test_a_graph_that_is_cut_short_is_refused_or_shown_as_far_as_it_goes(tmp_path, graph_def):
    data = graph_def.SerializeToString()
    refused = 0
    for length in range(0, len(data), 37):
        (tmp_path / "a.pb").write_bytes(data[:length])
        try:
            graph = load(tmp_path / "a.pb")
        except FormatError:
            refused += 1
        else:
            assert set(graph) & {"x"}
    assert refused > 10


def test_an_error_about_a_folder_says_what_a_model_folder_contains(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")

    words = message(tmp_path)

    assert words.startswith(
        "the folder it is not a model: a SavedModel contains saved_model.pb, a log folder contains files"
    )


def test_a_path_that_is_not_there_is_refused(tmp_path):
    assert "there is no such file or folder" in message(tmp_path / "none.pb")


def test_a_graph_def_in_a_saved_models_place_is_refused(tmp_path, graph_def):
    (tmp_path / "saved_model.pb").write_bytes(graph_def.SerializeToString())

    assert "is a GraphDef, not a SavedModel" in message(tmp_path)


def test_a_text_file_named_pb_is_read(tmp_path, graph_def):
    (tmp_path / "a.pb").write_text(text_format.MessageToString(graph_def))

    assert set(load(tmp_path / "a.pb")) >= {"x", "dense/MatMul", "out/MatMul"}


def test_every_bad_node_is_marked_and_no_other_is_lost(tmp_path, graph_def):
    bad = v1.GraphDef()
    bad.CopyFrom(graph_def)
    nodes = {node.name: node for node in bad.node}
    nodes["dense/Relu"].op = "MyRelu"
    nodes["out/MatMul"].input[1] = "gone:0"
    nodes["dense/MatMul"].input.append("^dense/Relu")
    bad.node.add().CopyFrom(nodes["x"])
    bad.library.function[0].node_def[1].op = "MyDivision"
    (tmp_path / "a.pb").write_bytes(bad.SerializeToString())

    graph = load(tmp_path / "a.pb")
    problems = {op.id: op.problem for op in graph.ops() if op.problem}

    call = next(op.id for op in graph.ops() if op.type == "PartitionedCall")
    assert set(problems) == {"dense/Relu", "out/MatMul", "dense/MatMul", "x#2", "gone", f"{call}/truediv"}
    assert problems["dense/Relu"].startswith(f"TensorFlow {tf.__version__} does not know the op type 'MyRelu'")
    assert "cycle" in problems["dense/Relu"]
    assert "cycle" in problems["dense/MatMul"]
    assert set(graph) >= set(nodes)
    for folded in (fold_quiet(graph), fold_nothing(graph)):
        shown = view(folded, frozenset(folded.groups))
        assert {"dense/Relu", "out/MatMul", "gone"} <= {box.id for box in shown.boxes}


NAMES = ["a b", "größe", "a:b", "a;b", "it's", '"q"', "<script>alert(1)</script>", "a/<b>/c", "#1", "n" * 10_000]
NAMES += ["/".join("deep" * 2_000)]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_odd_names_are_shown_as_they_are(tmp_path, name):
    graph_def = v1.GraphDef()
    node = graph_def.node.add(name=name, op="Placeholder")
    node.attr["dtype"].type = tf.float32.as_datatype_enum
    reader = graph_def.node.add(name="reader", op="Relu", input=[name])
    reader.attr["T"].type = tf.float32.as_datatype_enum
    (tmp_path / "a.pb").write_bytes(graph_def.SerializeToString())

    graph = load(tmp_path / "a.pb")

    assert graph.op("reader").inputs == ((name, 0),)
    assert [op.problem for op in graph.ops()] == ["", ""]
    folded = fold_quiet(graph)
    assert view(folded, default_open(folded)).boxes
    assert sum(len(group_id) for group_id in graph.groups) < 500_000


def test_functions_that_call_each_other_end(tmp_path):
    graph_def = v1.GraphDef()
    for number in range(30):
        function = graph_def.library.function.add()
        function.signature.name = f"f{number}"
        for place in range(2):
            node = function.node_def.add(name=f"call{place}", op="PartitionedCall")
            node.attr["f"].func.name = f"f{(number + 1) % 30}"
            node.attr["Tin"].list.SetInParent()
            node.attr["Tout"].list.SetInParent()
    graph_def.node.add(name="start", op="PartitionedCall").CopyFrom(graph_def.library.function[0].node_def[0])
    (tmp_path / "a.pb").write_bytes(graph_def.SerializeToString())

    graph = load(tmp_path / "a.pb")

    assert 1_000 < len(graph) < 1_000_000
    assert any("are not expanded" in note for note in graph.notes)


def test_a_signature_that_names_a_missing_tensor_says_so(tmp_path, graph_def):
    saved = saved_model_pb2.SavedModel(saved_model_schema_version=1)
    meta_graph = saved.meta_graphs.add()
    meta_graph.graph_def.CopyFrom(graph_def)
    signature = meta_graph.signature_def["serving_default"]
    signature.inputs["image"].name = "none:0"
    signature.outputs["scores"].name = "out/MatMul:0"
    (tmp_path / "saved_model.pb").write_bytes(saved.SerializeToString())

    graph = load(tmp_path)

    assert graph.notes[0] == "The input of 'serving_default' named 'image' is 'none:0', which is not in the file."
    assert graph.facts.names == {"scores": "scores"}


@pytest.fixture
def exported(tmp_path):
    module = tf.Module()
    module.w = tf.Variable([[1.0], [2.0]])
    module.f = tf.function(lambda x: x @ module.w, input_signature=[tf.TensorSpec([None, 2])])
    tf.saved_model.save(module, str(tmp_path / "model"))
    graph = next(iter(read(tmp_path / "model").values()))
    (tmp_path / "model" / "variables").rename(tmp_path / "elsewhere")
    return tmp_path, next(iter(graph.weights.values()))


def test_no_checkpoint_elsewhere_is_read_where_a_file_of_the_model_names_one(exported):
    folder, where = exported
    prefix = folder / "model" / "variables" / "variables"
    prefix.mkdir(parents=True)
    for name in ("variables.index", "variables.data-00000-of-00001"):
        prefix.with_name(name).touch()
    (prefix / "checkpoint").write_text(f'model_checkpoint_path: "{folder / "elsewhere" / "variables"}"\n')

    with pytest.raises(FormatError, match="cannot read the values at"):
        read_weights(folder / "model", where)


def test_no_checkpoint_elsewhere_is_read_where_the_models_files_are_links_to_it(exported):
    folder, where = exported
    (folder / "model" / "variables").mkdir()
    for file in (folder / "elsewhere").iterdir():
        (folder / "model" / "variables" / file.name).symlink_to(file)

    with pytest.raises(FormatError, match="is outside"):
        read_weights(folder / "model", where)
