"""Modules that run at their first use, and Keras' wrappers for scikit-learn, which are loaded that way."""

from __future__ import annotations

import subprocess
import sys
import threading
import types

import pytest

from graphlab.processes.lazy_modules import imported_later

SLOW = """
import threading, time
import told_later
told_later.runs.append(threading.get_ident())
half = 1
time.sleep(0.2)
assert heavy_later.half == 1  # of itself, while it runs
other = 2
def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return f"no {name}"
"""


@pytest.fixture
def heavy(tmp_path, monkeypatch):
    """A module that takes its time, imported for later; it tells `runs` that it has run."""
    (tmp_path / "heavy_later.py").write_text(f"import heavy_later\n{SLOW}")
    told = types.ModuleType("told_later")
    told.runs = []
    monkeypatch.setitem(sys.modules, "told_later", told)
    monkeypatch.syspath_prepend(tmp_path)
    with imported_later(["heavy_later"]):
        import heavy_later
    yield heavy_later, told.runs
    del sys.modules["heavy_later"]


def test_module_runs_once_at_its_first_use(heavy):
    module, runs = heavy

    assert module.__file__.endswith("heavy_later.py")
    assert not hasattr(module, "__path__")
    assert runs == []
    assert module.other == 2
    assert (module.half, module.nowhere) == (1, "no nowhere")
    assert type(module) is types.ModuleType
    assert len(runs) == 1


def test_names_of_a_module_that_has_not_run(heavy):
    module, runs = heavy

    assert {"half", "other", "__name__"} <= {*dir(module)}
    assert len(runs) == 1


def test_star_import_of_a_module_that_has_not_run(heavy):
    names = {}

    exec("from heavy_later import *", names)

    assert (names["half"], names["other"]) == (1, 2)


def test_threads_that_use_a_module_at_once_see_all_of_it(heavy):
    module, runs = heavy
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(module.other)) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [2, 2, 2]
    assert len(runs) == 1


def test_module_whose_code_fails_is_tried_again(tmp_path, monkeypatch):
    (tmp_path / "fails_later.py").write_text("import os\nvalue = int(os.environ['FAILS_LATER'])\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FAILS_LATER", "no number")
    with imported_later(["fails_later"]):
        import fails_later

    with pytest.raises(ValueError, match="no number"):
        _ = fails_later.value
    monkeypatch.setenv("FAILS_LATER", "3")

    assert fails_later.value == 3
    del sys.modules["fails_later"]


@pytest.mark.tf
def test_scikit_learn_is_loaded_with_the_wrappers_of_keras_3_15_that_use_it():
    code = """
import sys
from graphlab.processes.tensorflow_start import start_tensorflow
start_tensorflow()
import keras
assert keras.__version__.startswith("3.15.")
assert "sklearn" not in sys.modules
from keras.wrappers import SKLearnRegressor
import sklearn.base
assert issubclass(SKLearnRegressor, sklearn.base.BaseEstimator)
assert keras.wrappers.SKLearnRegressor is SKLearnRegressor
assert not any(type(finder).__module__ == "graphlab.processes.lazy_modules" for finder in sys.meta_path)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.tf
def test_keras_starts_where_scikit_learn_is_not_installed():
    code = """
import sys
sys.modules["sklearn"] = sys.modules["scipy"] = None  # importing these fails
from graphlab.processes.tensorflow_start import start_tensorflow
start_tensorflow()
import keras
from keras.wrappers import SKLearnRegressor
try:
    SKLearnRegressor(keras.Sequential)
except ImportError as error:
    print("scikit-learn" in str(error))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
