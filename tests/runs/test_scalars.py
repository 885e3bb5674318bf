"""The scalars of a log as charts."""

from __future__ import annotations

from graphlab.app.server.library import Library
from graphlab.runs.scalars import snapshot_of_scalars
from graphlab.sources import parse_source


def test_runs_of_training_and_validation_share_a_chart():
    snapshot = snapshot_of_scalars(
        {
            "train": {"epoch_loss": [[1, 20.0, 0.5], [0, 10.0, 0.9]]},
            "validation": {"epoch_loss": [[0, 11.0, 0.8]]},
        }
    )

    assert snapshot.to_json()["curves"] == {
        "epoch_loss": {"train": [[0.0, 0.9], [1.0, 0.5]], "validation": [[0.0, 0.8]]}
    }
    assert snapshot.to_json()["final"] == {"epoch_loss": 0.5, "val_epoch_loss": 0.8}
    assert snapshot.to_json()["status"] == "logged"
    assert snapshot.to_json()["data"] == "1 scalar of 2 runs in the log"


def test_other_runs_name_their_charts():
    snapshot = snapshot_of_scalars(
        {".": {"loss": [[0, 0, 1.0]]}, "a/val": {"loss": [[3, 0, 2.0]]}, "b": {"x/y": [[1, 0, 3.0]]}}
    )

    assert list(snapshot.to_json()["curves"]) == ["loss", "a · loss", "b · x/y"]
    assert snapshot.to_json()["curves"]["a · loss"] == {"train": [], "validation": [[3.0, 2.0]]}


def test_values_that_are_not_finite_become_gaps():
    snapshot = snapshot_of_scalars({"": {"loss": [[0, 0, float("nan")]]}})

    assert snapshot.to_json()["curves"]["loss"]["train"] == [[0.0, None]]


def test_a_source_without_graphs_has_no_scalars(tmp_path):
    from graphlab.app.server.run_stream import scalars_of

    (tmp_path / "bad.keras").write_bytes(b"nothing")
    text = str(tmp_path / "bad.keras")
    library = Library([parse_source(text)], print)
    try:
        library.open(text)
        assert library.names(text) == ()
        assert scalars_of(library, text) == {}
        assert snapshot_of_scalars({}).curves == {}
    finally:
        library.close()
