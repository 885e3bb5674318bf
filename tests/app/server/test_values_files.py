"""Values of model files for a page: the form says whose weights they are, and what cannot be run says why."""

from __future__ import annotations

import time

import numpy as np
import pytest

from graphlab.app.server.jobs import TraceJob
from graphlab.app.server.library import Library
from graphlab.app.server.values.answers import answer_to
from graphlab.sources import parse_source
from tests.support.keras_files import changed, layer, parts_of

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("files")
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4,), name="v"), keras.layers.Dense(3, name="dense")])
    model.save(path / "model.keras")
    model.export(path / "saved", verbose=False)
    parts = parts_of(model, path)
    np.save(path / "want.npy", model(np.ones((1, 4), "f")))
    changed(parts, lambda config: layer(config, "dense").update(module="own", class_name="Own"), path / "own.keras")
    (path / "model.onnx").write_bytes(b"\x08\x08")
    return path


@pytest.fixture(scope="module")
def ask(folder, tmp_path_factory):
    """Ask as a page does: once more while there is more to come."""
    names = ("model.keras", "saved", "own.keras", "model.onnx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        library = Library([parse_source(str(folder / name)) for name in names], pytest.fail)

        def ask(act, name, *, traced=True, **body):
            view = {"source": str(folder / name), "graph": None, "open": None, "values": True}
            end = time.monotonic() + 180
            while traced and isinstance(library.open(view["source"]), TraceJob):
                assert time.monotonic() < end
                time.sleep(0.05)
            while True:
                answer = answer_to(library, act, {"view": view, **body})
                if not answer.get("again"):
                    return answer
                assert time.monotonic() < end, answer
                time.sleep(0.05)

        yield ask
        library.close()


@pytest.mark.parametrize("name", ["model.keras", "saved"])
def test_a_file_has_values_with_its_own_weights(ask, folder, name):
    form = ask("open", name)["form"]
    [field] = form["fields"]

    setting = {"kind": "grid", "value": [["1", "1", "1", "1"]]}
    answer = ask("evaluate", name, settings={field["name"]: setting}, weights="")

    assert form["weights"] == [{"id": "", "label": "of the saved file"}]
    [output] = answer["evaluation"]["output"]
    np.testing.assert_allclose(output["numbers"], np.load(folder / "want.npy")[0], rtol=1e-5)
    assert answer["evaluation"]["problems"] == []


def test_a_file_whose_code_is_not_run_says_why_it_has_no_values(ask):
    error = ask("open", "own.keras")["error"]

    assert "op graph is not available" in error
    assert "--trust" in error


def test_a_format_that_cannot_be_run_says_so(ask):
    assert "ONNX" in ask("open", "model.onnx", traced=False)["error"]
