"""Files with a wrong suffix and broken files are recognised by their bytes, before TensorFlow is loaded."""

from __future__ import annotations

import io
import random
import sys
import zipfile

import pytest

from graphlab.errors import FormatError
from graphlab.formats import read
from graphlab.formats.faults import is_cut, syntax_error_words
from graphlab.formats.magic import kind_of

h5py = pytest.importorskip("h5py")

NODE = b"\x0a\x0a\x0a\x01x\x12\x05Const"  # a GraphDef: its field 1 holds a node with a name and an op
ONNX_GRAPH = b"\x08\x09\x12\x05maker\x3a\x04\x12\x02gr\x42\x02\x10\x11"  # version, producer, graph, opset


def zipped(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "{}" * 100)
    return held.getvalue()


def torn(name):
    """An archive with one file, packed, whose packed bytes were changed."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "{}" * 100)
    content = bytearray(held.getvalue())
    content[30 + len(name)] ^= 0xFF
    return bytes(content)


def hdf5():
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        file["kernel"] = list(range(1000))
    return held.getvalue()


def message(path, content):
    path.write_bytes(content)
    with pytest.raises(FormatError) as caught:
        read(path)
    return str(caught.value).replace(repr(str(path)), "it")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pb", ONNX_GRAPH, "it looks like an ONNX model; rename it to 'a.onnx' to open it"),
        ("a.bin", ONNX_GRAPH, "it looks like an ONNX model; rename it to 'a.onnx' to open it"),
        ("a.onnx", NODE, "it looks like a TensorFlow graph; rename it to 'a.pb' to open it"),
        ("a.onnx", b"\x08\x01\x12" + bytes([len(NODE) + 2]) + b"\x12\x0c" + NODE, "it looks like a TensorFlow graph; "),
        (
            "a.tflite",
            b"# made by hand\nnode {\n}\n",
            "it looks like a TensorFlow graph as text; rename it to 'a.pbtxt'",
        ),
        (
            "a.b.zip",
            zipped("config.json", "metadata.json"),
            "it looks like a Keras file; rename it to 'a.b.keras' to open it",
        ),
        (
            "a.zip",
            zipped("m/fingerprint.pb", "m/saved_model.pb"),
            "it is a zip archive that contains a SavedModel; unpack",
        ),
        (
            "a.zip.keras",
            zipped("x"),
            "it is a zip archive without a model: it contains 'x'; open a .keras, .h5, .onnx, ",
        ),
        (
            "a.h5",
            zipped("config.json", "model.safetensors"),
            "it is a zip archive without a model: it contains 'config",
        ),
        (
            "a.keras",
            zipped("m/a.tflite"),
            "it is a zip archive that contains 'm/a.tflite'; unpack it and open that file",
        ),
        (
            "a.keras",
            zipped("m/data.pkl", "m/version"),
            ("it is a PyTorch file; export the model with torch.onnx.export "),
        ),
        ("a.keras", zipped("x.npy", "y.npy"), "it is a file of NumPy arrays, not a model; open a .keras, .h5, .onnx, "),
        (
            "a.onnx",
            zipped("config.json", "metadata.json")[:150],
            "it is a zip archive that is truncated or damaged; copy",
        ),
        ("a.onnx", torn("config.json"), "it is a zip archive that is truncated or damaged; copy or save it again"),
        ("a.ckpt", hdf5(), "it looks like HDF5; rename it to 'a.h5' to open it"),
        ("model", b"\x1c\0\0\0TFL3" + bytes(20), "it looks like a TensorFlow Lite model; rename it to 'model.tflite'"),
        ("a.h5", ONNX_GRAPH, "it looks like an ONNX model; rename it to 'a.onnx' to open it"),
        ("a.keras", b'{"graphs": []}', "it looks like JSON; rename it to 'a.json' to open it"),
        (
            "a.keras",
            b'{"rate": 1}',
            "it is JSON without a graph; open a .keras, .h5, .onnx, .tflite, .pb or .json file,",
        ),
        (
            "a.json",
            b'{"class_name": 1}',
            "it is the config of a Keras model, which has no graph and no weights; save the",
        ),
        ("a.keras", b"<!DOCTYPE html><html>", "it is a web page, not a model; download the model file itself"),
        (
            "a.onnx",
            b"version https://git-lfs.github.com/spec/v1\n",
            "it is a pointer of Git LFS, not the file itself; ",
        ),
        ("a.me.json", b"\x1f\x8b\x08", "it is compressed with gzip; unpack it and open the file inside"),
        ("a.onnx", bytes(257) + b"ustar" + bytes(9), "it is an archive, not a model file; unpack it and open the file"),
        (
            "a.h5",
            b"(" + bytes(7) + b'{"w":1}',
            ("it is safetensors, which contains weights without a graph; open a .keras"),
        ),
        ("a.tflite", bytes(99), "it is not a model: its first bytes are all zero; copy or save it again"),
        ("a.tflite", b"Dear reader", "it is text, not a model file; open a .keras, .h5, .onnx, .tflite, .pb or .json"),
        ("a.h5", b"model:\n  layers: 3\n", "it is text, not a model file; open a .keras, .h5, .onnx, .tflite, .pb or "),
        ("a.xyz", b"Dear reader", "cannot read it: its suffix must be one of .json, .pb"),
    ],
)
def test_a_file_with_a_wrong_suffix_is_recognised_by_its_contents(tmp_path, name, content, words):
    assert message(tmp_path / name, content).startswith(words)


RANDOM = random.Random(1).randbytes(1000)
BROKEN = [
    *((f"empty{suffix}", b"", "it is empty: ") for suffix in (".pb", ".h5", ".keras", ".tflite", ".onnx", ".json")),
    *((f"random{suffix}", RANDOM, "") for suffix in (".pb", ".pbtxt", ".meta", ".h5", ".keras", ".tflite", ".json")),
    *((f"letter{suffix}", b"Dear reader", "") for suffix in (".pb", ".pbtxt", ".h5", ".keras", ".tflite", ".json")),
    (
        "cut.pb",
        NODE * 3 + NODE[:5],
        "it is damaged, truncated or not a TensorFlow file: its 41 bytes are not a GraphDef",
    ),
    (
        "cut.pbtxt",
        b'node {\n name: "a',
        "it is truncated: it ends in line 2 before its braces are closed; copy or save",
    ),
    ("cut.h5", hdf5()[:5000], "it is truncated or damaged: it has 5,000 of its "),
    (
        "head.h5",
        hdf5()[:40],
        "it is truncated or damaged: it begins like an HDF5 file, but its structure is damaged; copy or",
    ),
    ("torn.keras", torn("config.json"), "it is truncated or damaged: config.json cannot be unpacked; copy or save it"),
    (
        "cut.keras",
        zipped("config.json", "b")[:200],
        ("it is truncated or damaged: the list of its contents is missing "),
    ),
]


@pytest.mark.parametrize(("name", "content", "words"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_a_broken_file_is_refused_without_tensorflow(tmp_path, monkeypatch, name, content, words):
    for loaded in [found for found in sys.modules if found.partition(".")[0] in ("tensorflow", "keras")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # importing it raises ImportError
    monkeypatch.setitem(sys.modules, "keras", None)

    told = message(tmp_path / name, content)

    assert told.startswith(words)
    assert "ImportError" not in told
    assert "ModuleNotFoundError" not in told


def test_a_saved_model_that_git_lfs_did_not_fetch_is_reported(tmp_path):
    (tmp_path / "saved_model.pb").write_text("version https://git-lfs.github.com/spec/v1\n")

    with pytest.raises(
        FormatError, match=r"saved_model\.pb' is a pointer of Git LFS, not the file itself; run git lfs pull"
    ):
        read(tmp_path)


def test_what_a_message_is_depends_on_no_more_than_its_fields(tmp_path):
    (tmp_path / "a").write_bytes(b"\x0a" + RANDOM)
    (tmp_path / "b").write_bytes(b"\x08\x09")

    assert kind_of(tmp_path / "a") is None
    assert kind_of(tmp_path / "b") is None


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("node { name: 'x' }", False),
        ("node { name: '}' # }\n", True),
        ('node { name: "a', True),
        ("node { name: 'a\n } # it's", False),
        ('node { value: "\\"}{" }', False),
    ],
)
def test_a_text_is_cut_where_braces_or_quotes_are_open(text, cut):
    assert is_cut(text) is cut


def test_a_place_is_quoted_in_printable_characters():
    text = "a\nbc \x1b[2J" + "x" * 100

    assert (
        syntax_error_words(text, 2, 4) == "line 2, column 4 cannot be read, starting at '\ufffd[2J" + "x" * 36 + "...'"
    )
    assert (
        syntax_error_words('value: a "x\\001\\377"', 1, 8) == "line 1, column 8 cannot be read, starting at 'a \"x...'"
    )
    assert syntax_error_words("\\001", 1, 1) == "line 1, column 1 cannot be read"
    assert syntax_error_words(text, 3, 1) == "line 3, column 1 cannot be read"
