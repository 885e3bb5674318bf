"""Sources by their text, and the messages for errors in them."""

from __future__ import annotations

import sys
import sysconfig

import pytest

from graphlab.errors import SourceError, words_of
from graphlab.graph import Tensor
from graphlab.packaged import packaged_dir
from graphlab.runs.disk import is_full
from graphlab.sources import parse_source, source_key
from graphlab.sources.failures import describe_failure
from graphlab.sources.inputs import InputSpec, parse_input, parse_inputs
from graphlab.sources.objects import check_name, find_object
from graphlab.sources.ownership import is_installed_file
from graphlab.sources.run import load_module


def test_parse_takes_files_and_modules(tmp_path):
    (tmp_path / "model.py").write_text("x = 1\n")

    assert parse_source(f"{tmp_path}/model.py:x").file == (tmp_path / "model.py").resolve()
    assert parse_source("os.path:join").module == "os.path"


@pytest.mark.parametrize("text", ["model.py", ":x", "model.py:", "model.py:a b", ""])
def test_parse_of_another_form_says_which_form_to_give(text):
    with pytest.raises(SourceError, match=r"use FILE\.py:NAME"):
        parse_source(text)


def test_a_module_is_known_by_its_file_and_nothing_of_it_is_run(tmp_path, monkeypatch):
    (tmp_path / "pack" / "space").mkdir(parents=True)
    (tmp_path / "pack" / "__init__.py").write_text("raise RuntimeError\n")
    (tmp_path / "pack" / "space" / "net.py").write_text("raise RuntimeError\n")
    monkeypatch.chdir(tmp_path)

    assert source_key(parse_source("pack:f")) == f"{tmp_path / 'pack' / '__init__.py'}:f"
    assert source_key(parse_source("pack.space.net:f")) == f"{tmp_path / 'pack' / 'space' / 'net.py'}:f"
    assert source_key(parse_source("pack.space.net:f")) == source_key(parse_source("pack/space/net.py:f"))
    assert "pack" not in sys.modules


@pytest.mark.parametrize("text", ["sys:f", "nowhere.net:f", "json.nowhere:f"])
def test_a_module_without_a_file_is_known_by_its_name(text):
    assert source_key(parse_source(text)) == text


def test_installed_packages_are_distinguished_from_the_users_project(tmp_path):
    assert is_installed_file(f"{sysconfig.get_path('purelib')}/sklearn/base.py")
    assert is_installed_file("/usr/lib/python3/dist-packages/scipy/__init__.py")
    assert not is_installed_file(f"{tmp_path}/net.py")
    assert not is_installed_file(str(packaged_dir("examples") / "neuron.py"))


def test_parse_of_a_missing_file_names_it():
    with pytest.raises(SourceError, match=r"no such file: 'nowhere\.py'"):
        parse_source("nowhere.py:f")


def test_examples_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert parse_source("examples/quadratic.py:f").file.name == "quadratic.py"


def test_a_missing_name_is_told_without_running_the_file(tmp_path):
    (tmp_path / "model.py").write_text("raise RuntimeError\nmodel = 1\n")

    with pytest.raises(SourceError, match=r"no 'modle' in model\.py \(found: model\)"):
        check_name(parse_source(f"{tmp_path}/model.py:modle"))


@pytest.mark.parametrize("line", ["from os import *", "globals()['made'] = 1", "import os as made", "def made(): ..."])
def test_a_name_that_may_be_there_is_not_refused(tmp_path, line):
    (tmp_path / "model.py").write_text(line + "\n")

    check_name(parse_source(f"{tmp_path}/model.py:made"))


def test_a_syntax_error_is_told_with_its_line(tmp_path):
    (tmp_path / "model.py").write_text("x = 1\ndef (:\n")

    with pytest.raises(SourceError, match=r"SyntaxError: .*model\.py:2"):
        check_name(parse_source(f"{tmp_path}/model.py:x"))


def test_a_file_that_raises_is_told_with_its_own_words_and_line(tmp_path):
    (tmp_path / "model.py").write_text("def go():\n    raise ValueError('too\\nbad')\ngo()\n")

    with pytest.raises(SourceError, match=r"ValueError: too bad \(.*model\.py:2\)"):
        load_module(parse_source(f"{tmp_path}/model.py:x"))


@pytest.mark.parametrize(
    "body", ["raise RuntimeError('no words')", "raise KeyboardInterrupt", "return 5", "sys.exit(3)"]
)
@pytest.mark.parametrize("base", ["Exception", "BaseException", "OSError"])
def test_an_error_that_cannot_tell_its_words_is_told_with_its_arguments_and_line(tmp_path, body, base):
    own = f"import sys\nclass Odd({base}):\n    def __str__(self):\n        {body}\n"
    (tmp_path / "model.py").write_text(f"{own}raise Odd('what it was given')\n")

    with pytest.raises(SourceError, match=r"Odd: what it was given \(.*model\.py:5\)"):
        load_module(parse_source(f"{tmp_path}/model.py:x"))


def test_an_exit_with_an_object_that_cannot_tell_its_words_is_told(tmp_path):
    own = "class Odd:\n    def __str__(self):\n        return 5\n    def __bool__(self):\n        return True\n"
    (tmp_path / "model.py").write_text(f"import sys\n{own}sys.exit(Odd())\n")

    with pytest.raises(SourceError, match=r"the code called sys\.exit with an object of type Odd \(.*model\.py:7\)"):
        load_module(parse_source(f"{tmp_path}/model.py:x"))


def test_words_of_an_error_whose_arguments_cannot_tell_theirs_are_empty():
    class OddError(Exception):
        def __str__(self):
            raise KeyboardInterrupt

    raised = [OddError(OddError()), OddError(), OddError("a", 1), ValueError("a")]

    assert [words_of(one) for one in raised] == ["", "", "('a', 1)", "a"]
    assert describe_failure("it failed", OddError()) == "it failed: OddError: no message"
    assert not is_full(OddError())


def test_a_file_that_exits_does_not_end_the_caller(tmp_path):
    (tmp_path / "model.py").write_text("import sys\nsys.exit(3)\n")

    with pytest.raises(SourceError, match=r"the code called sys\.exit\(3\) \(.*model\.py:2\)"):
        load_module(parse_source(f"{tmp_path}/model.py:x"))


def test_an_edited_file_is_run_anew(tmp_path):
    file = tmp_path / "model.py"
    spec = None
    for value in (1, 2):
        file.write_text(f"x = {value}\n")
        spec = parse_source(f"{file}:x")
        assert find_object(spec, load_module(spec)) == value


def test_an_account_of_keras_gives_way_to_the_errors_own_words():
    error = ValueError("Exception encountered when calling Net.call().\n\n\x1b[1mshapes differ\x1b[0m\n\nArguments: x")

    assert describe_failure("tracing failed", error) == "tracing failed: ValueError: shapes differ"


@pytest.mark.parametrize(
    ("name", "account"),
    [
        (
            "ok name",
            "'ok name' is not a valid root scope name. A root scope name has to match the pattern: ^",
        ),
        (
            "my layer ü",
            "Exception encountered when calling Sequential.call().\n\n\x1b[1m'my layer ü' is not a valid scope name. "
            "A scope name has to match ^$\x1b[0m\n\nArguments received by Sequential.call():\n  • kwargs=<class ''>",
        ),
        ("a b", "'a b' is not a valid node name"),
    ],
)
def test_a_name_that_tensorflow_refuses_is_told_with_the_letters_it_takes(name, account):
    assert describe_failure("tracing failed", ValueError(account)) == (
        f"tracing failed: TensorFlow does not accept the name {name!r}: a name may contain A-Z, a-z, digits "
        "and _ . - / > and must begin with a letter, a digit or a dot; rename the model, layer or function"
    )


@pytest.mark.parametrize(
    ("text", "name", "tensor"),
    [
        ("x=float32[?,28,28,1]", "x", Tensor("float32", (None, 28, 28, 1))),
        ("float32[]", None, Tensor("float32", ())),
        ("int64", None, Tensor("int64", ())),
        (" a = bool[None, 2] ", "a", Tensor("bool", (None, 2))),
        ("x=float32[..]", "x", Tensor("float32", None)),
    ],
)
def test_input_specs_are_read(text, name, tensor):
    assert parse_input(text) == InputSpec(name, tensor)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x=float33[2]", "'float33' in .* is not a dtype"),
        ("x=float32[2", "is not an input spec; use --input"),
        ("x=float32[-1]", "'-1' in .* is not a size"),
        ("x=float32[2,]", "'' in .* is not a size"),
        ("", "is not an input spec"),
        ("x", "'x' has no DTYPE.*use --input \"NAME=DTYPE"),
        ("x=float32[²]", "is not a size"),
        ("x=float32[99999999999999999999]", "is not a size; a size is at most 2,147,483,647"),
        (f"x=float32[{'9' * 5000}]", "is not a size; a size is at most"),
    ],
)
def test_a_malformed_input_spec_says_what_is_wrong(text, words):
    with pytest.raises(SourceError, match=words):
        parse_input(text)


def test_an_input_given_twice_is_refused():
    with pytest.raises(SourceError, match="'x' occurs twice"):
        parse_inputs(["x=float32[]", "x=float32[2]"])


NAMES = """
import numpy as np
from os import path as where

SIZE = 3
w = tf.Variable(1.0)

class Sub:
    def call(self, x):
        inner = x
        return inner

if SIZE:
    def make():
        zz = 1

_hidden = make()
a, b = make(), make()
"""


def test_what_a_file_has_are_its_own_names_what_can_be_opened_first(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(NAMES)

    with pytest.raises(SourceError, match=r"no 'nothing' in own\.py \(found: make, a, b, SIZE, w\)$"):
        check_name(parse_source(f"{file}:nothing"))
    for text in (f"{file}", f"{file}:"):
        with pytest.raises(
            SourceError, match=r"own\.py:?' needs an object name: use .*own\.py:NAME \(found: make, a, b"
        ):
            parse_source(text)


def test_a_method_of_a_function_or_a_class_needs_an_object(tmp_path):
    file = tmp_path / "own.py"
    file.write_text("class Net:\n    pass\ndef make():\n    return Net()\nnet = make()\n")
    module = load_module(parse_source(f"{file}:net"))

    for name, kind in (("make", "function"), ("Net", "class")):
        with pytest.raises(SourceError, match=rf"'{name}' is a {kind}, and 'step' needs an object: .* use obj\.step"):
            find_object(parse_source(f"{file}:{name}.step"), module)
    with pytest.raises(SourceError, match=r"no 'net\.step' in own\.py$"):
        find_object(parse_source(f"{file}:net.step"), module)
