"""Training as a process of its own: start, stop and find runs. The run's folder is all they share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import platformdirs
import psutil

from graphlab.errors import GraphlabError, RunError
from graphlab.runs.log import OUTPUT_FILE, RunLog, find_process, make_event, process_event, read_run
from graphlab.runs.settings import (
    TrainSettings,
    check_settings,
    read_settings,
    read_source_key,
    source_key,
    write_settings,
)
from graphlab.source import PACKAGE_DIR

RUNS_VARIABLE = "GRAPHLAB_RUNS"
STOP_PATIENCE_S = 1.5
KILL_PATIENCE_S = 0.3


def runs_dir() -> Path:
    """The folder of all runs: GRAPHLAB_RUNS, else `runs` in the user's data folder of graphlab."""
    named = os.environ.get(RUNS_VARIABLE)
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir("graphlab")) / "runs"


def new_run_dir(settings: TrainSettings) -> Path:
    """A new folder with the settings in it; its name sorts by time. Raises for a source or data that is not there."""
    check_settings(settings)
    name = settings.source.rpartition(":")[2]
    while True:
        # Two runs of the same microsecond would share a name; the second simply takes the next one.
        run_dir = runs_dir() / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}-{name}"
        try:
            run_dir.mkdir(parents=True)
            break
        except FileExistsError:
            continue
        except OSError as error:
            raise RunError(f"cannot make the run's folder {str(run_dir)!r}: {error}") from error
    write_settings(run_dir, settings)
    return run_dir


def start_run(settings: TrainSettings) -> Path:
    """The folder of a training that has just been started; it goes on when this process ends."""
    run_dir = new_run_dir(settings)
    paths = filter(None, (str(PACKAGE_DIR.parent), os.environ.get("PYTHONPATH")))
    with (run_dir / OUTPUT_FILE).open("wb") as output:
        # -P: a user's random.py in the current folder must not stand in for Python's own.
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "graphlab.runs.process", str(run_dir.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
    # Written here, not by the child: so it can be stopped before it has come to its first line.
    _write_once(run_dir, process_event(child.pid))
    threading.Thread(target=child.wait, daemon=True).start()  # leaves no zombie behind
    return run_dir


def stop_run(run_dir: Path) -> None:
    """End a training within 2 seconds; its log stays and says that it was stopped. Nothing where it has ended."""
    run = read_run(run_dir)
    if run.ended:
        return
    process = find_process(run.pid, run.created_s) if run.pid and run.created_s else None
    if process:
        _end_process(process)
    if read_run(run_dir).status in ("starting", "running", "interrupted"):
        _write_once(run_dir, make_event("end", reason="stopped", message=""))


def list_runs(source: str | None = None) -> list[Path]:
    """The folders of all runs, or of those of one source, newest first."""
    folder = runs_dir()
    found = sorted((path.parent for path in folder.glob("*/run.json")), key=lambda path: path.name, reverse=True)
    if source is None:
        return found
    key = source_key(source)
    return [run_dir for run_dir in found if read_source_key(run_dir) == key]


def latest_run(source: str | None = None) -> Path | None:
    """The newest run's folder; None without one."""
    return next(iter(list_runs(source)), None)


def main(run_dir: Path) -> int:
    """Train what the folder's run.json asks for, in this process; returns the exit code."""
    log = RunLog(run_dir)

    def stop(signal_number: int, frame: FrameType | None) -> None:
        log.write(make_event("end", reason="stopped", message=""))
        os._exit(0)  # TensorFlow's own teardown can take longer than the user should wait

    signal.signal(signal.SIGTERM, stop)
    from graphlab.runs.train import train

    try:
        train(read_settings(run_dir), run_dir, log.write)
    except GraphlabError:
        traceback.print_exc()
        return 2
    return 0


def _write_once(run_dir: Path, event: dict[str, object]) -> None:
    log = RunLog(run_dir)
    log.write(event)
    log.close()


def _end_process(process: psutil.Process) -> None:
    """Ask the process to end, then make it; its own children end with it."""
    try:
        children = process.children(recursive=True)
        process.terminate()
        _, alive = psutil.wait_procs([process], timeout=STOP_PATIENCE_S)
    except psutil.NoSuchProcess:
        return
    for one in (*alive, *children):
        if one.is_running():
            one.kill()
    psutil.wait_procs(alive, timeout=KILL_PATIENCE_S)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
