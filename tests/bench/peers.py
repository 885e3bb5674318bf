"""The other viewers: which of them are installed, and the files they read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.contestant import Contestant, Server, start_server
from tests.bench.subjects import Subject
from tests.support.places import ROOT

HOST = "127.0.0.1"
INSTALL = 'pip install ".[test,bench]"'


class Peer:
    """What the other viewers have in common. `command` is the one that their package installs."""

    name = ""
    package = ""
    command = ""
    zoom_key: str | None = None
    keeps_layouts = False
    shows_all = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, subjects: Sequence[Subject]) -> None:
        """Write the files, those of all subjects by one process."""
        missing = [subject for subject in subjects if not self.files(subject).exists()]
        if missing:
            told = [word for one in missing for word in (one.source, one.graph, str(self.files(one)))]
            run_quietly([sys.executable, "-m", "tests.bench.peer_files", *told])

    def files(self, subject: Subject) -> Path:
        """The folder of a subject's files."""
        return self.folder / "peers" / subject.name

    def cookies(self, url: str) -> Mapping[str, str]:
        """None."""
        return {}

    def launch(self, port: int, *arguments: str) -> Server:
        """Start the viewer's command."""
        path = _find(self.command)
        assert path is not None
        return start_server([path, *arguments], port, cwd=ROOT, environment=os.environ | {"PYTHONUNBUFFERED": "1"})


def run_quietly(command: Sequence[str]) -> None:
    """Run a command; raises RuntimeError with its last words where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} failed: {done.stderr[-800:]}")


def installed(folder: Path) -> tuple[list[Contestant], list[str]]:
    """The peers that can be measured, and the names of the packages of those that are not installed."""
    from tests.bench.model_explorer_viewer import ModelExplorer
    from tests.bench.netron_viewer import Netron
    from tests.bench.tensorboard_viewer import TensorBoard

    kinds = (TensorBoard, ModelExplorer, Netron)
    there = [kind for kind in kinds if _is_installed(kind)]
    return [kind(folder) for kind in there], [kind.package for kind in kinds if kind not in there]


def _is_installed(kind: type[Peer]) -> bool:
    try:
        return bool(version(kind.package)) and _find(kind.command) is not None
    except PackageNotFoundError:
        return False


def _find(command: str) -> str | None:
    """A command of this interpreter's environment."""
    return shutil.which(command, path=str(Path(sys.executable).parent))
