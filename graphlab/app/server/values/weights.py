"""The weights that a graph can be run with: those of the source itself, or of an epoch of one of its runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graphlab.errors import SourceError
from graphlab.json_value import JsonObject
from graphlab.processes.worker import Message
from graphlab.runs.find import list_runs
from graphlab.runs.run import started_at
from graphlab.sources import SourceSpec
from graphlab.training.checkpoints import CHECKPOINT_DIR

OWN = ""  # the id of the source's own weights
MOST_RUNS = 12  # the newest ones
_EPOCH = re.compile(r"epoch-(?P<epoch>\d+)\.weights\.h5")


@dataclass(frozen=True)
class RunWeights:
    """The weights at the end of an epoch of a run. `label` is such as `run 14:02, epoch 3`."""

    name: str
    label: str
    path: Path


def weights_json(spec: SourceSpec, own: str) -> list[JsonObject]:
    """What the form offers; `own` are the words for the source's own weights, which come first; [] without any."""
    if not own:
        return []
    runs = run_weights(spec) if spec.path is None else []
    return [{"id": OWN, "label": own}, *({"id": one.name, "label": one.label} for one in runs)]


def weights_request(spec: SourceSpec, name: str) -> Message | None:
    """The file of the chosen weights and their words, for the process; None for the source's own.

    Raises SourceError if there are no weights of that name, which is what remains of a run that was deleted.
    """
    if name == OWN or spec.path is not None:
        return None
    chosen = next((one for one in run_weights(spec) if one.name == name), None)
    if chosen is None:
        raise SourceError("the weights that were chosen no longer exist; choose others")
    stat = chosen.path.stat()
    return {"path": str(chosen.path), "label": chosen.label, "stamp": stat.st_mtime_ns}


def run_weights(spec: SourceSpec) -> list[RunWeights]:
    """The epochs whose weights the newest runs of a source have kept, newest first."""
    epochs: list[RunWeights] = []
    run_dirs = list_runs(spec.text)[:MOST_RUNS]
    for run_dir, when in zip(run_dirs, _times(run_dirs), strict=True):
        for path in sorted((run_dir / CHECKPOINT_DIR).glob("epoch-*.weights.h5"), reverse=True):
            match = _EPOCH.fullmatch(path.name)
            if match:
                epoch = int(match["epoch"])
                epochs.append(RunWeights(f"{run_dir.name}/{epoch}", f"run {when}, epoch {epoch}", path))
    return epochs


def _times(run_dirs: Sequence[Path]) -> list[str]:
    """When each run was started, as short as is unique: `14:02`, on another day `30 Nov 14:02`."""
    today = datetime.now().date()
    starts = [started_at(run_dir) for run_dir in run_dirs]
    moments = [None if start is None else datetime.fromtimestamp(start) for start in starts]
    short = [
        run_dir.name if one is None else one.strftime("%H:%M" if one.date() == today else "%-d %b %H:%M")
        for run_dir, one in zip(run_dirs, moments, strict=True)
    ]
    return [
        words if one is None or short.count(words) == 1 else f"{words}:{one:%S}"
        for words, one in zip(short, moments, strict=True)
    ]
