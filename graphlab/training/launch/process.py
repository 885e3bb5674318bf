"""Training in its own process: start, resume and stop runs. The processes share only the run's folder."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from graphlab.errors import GraphlabError, RunError
from graphlab.processes.worker import WorkerDied, module_command
from graphlab.runs.disk import folder_error, keep_reserve
from graphlab.runs.events import EndEvent, ResumeEvent, process_event
from graphlab.runs.find import runs_dir
from graphlab.runs.log import OUTPUT_FILE, see_output, write_once
from graphlab.runs.reader import find_process, has_ended, read_run
from graphlab.runs.run import NAME_TIME, Run
from graphlab.runs.settings import TrainSettings, check_settings, read_settings, write_settings
from graphlab.runs.watchers import watch

CHILD_MODULE = "graphlab.training.child"
RESUME = "resume"  # an argument of the child that resumes from a checkpoint
PIPE = "pipe="  # prefix of the number of the pipe for the child's events
STOP_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)  # these end a training as stopped
STOP_PATIENCE_S = 1.5
KILL_PATIENCE_S = 0.3


def new_run_dir(settings: TrainSettings) -> Path:
    """A new folder with the settings in it, named to sort by time. Raises for a missing source or data folder."""
    check_settings(settings)
    name = settings.source.rpartition(":")[2]
    while True:
        # Two runs of the same microsecond would share a name, so the second takes the next one.
        run_dir = runs_dir() / f"{datetime.now(UTC):{NAME_TIME}}-{name}"
        try:
            run_dir.mkdir(parents=True)
            break
        except FileExistsError:
            continue
        except OSError as error:
            raise folder_error(run_dir, error, "cannot make the run's folder") from error
    try:
        keep_reserve(run_dir)
        write_settings(run_dir, settings)
    except OSError as error:
        shutil.rmtree(run_dir, ignore_errors=True)
        raise folder_error(run_dir, error, "cannot write to the run's folder") from error
    return run_dir


def start_run(settings: TrainSettings) -> Path:
    """The folder of a training that has just been started; it continues after this process ends."""
    run_dir = new_run_dir(settings)
    _start_child(run_dir)
    return run_dir


def resume_run(run_dir: Path, *, epochs: int | None = None, learning_rate: float | None = None) -> None:
    """Resume an ended run from its last checkpoint in a new process. Raises RunError if that is impossible."""
    prepare_resume(run_dir, epochs=epochs, learning_rate=learning_rate)
    _start_child(run_dir, RESUME)


def prepare_resume(
    run_dir: Path,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    stop_on_nan: bool | None = None,
) -> TrainSettings:
    """The settings of the resumed run, written to its folder; `epochs` includes those already trained.

    None keeps the run's own number. Raises RunError if the run is running, has no checkpoint, or has no epoch left.
    """
    run = read_run(run_dir)
    settings = read_settings(run_dir)
    _check_resumable(run, epochs or settings.epochs)
    settings = replace(
        settings,
        epochs=settings.epochs if epochs is None else epochs,
        learning_rate=settings.learning_rate if learning_rate is None else learning_rate,
        stop_on_nan=settings.stop_on_nan if stop_on_nan is None else stop_on_nan,
    )
    check_settings(settings)
    try:
        keep_reserve(run_dir)
        write_settings(run_dir, settings)
    except OSError as error:
        raise folder_error(run_dir, error, "cannot write to the run's folder") from error
    write_once(run_dir, ResumeEvent(run.checkpoint, settings.epochs))
    return settings


def _check_resumable(run: Run, epochs: int) -> None:
    name = run.run_dir.name
    if not run.ended:
        raise RunError(f"{name!r} is still running; stop it first: graphlab runs stop {name}")
    if not run.checkpoint:
        raise RunError(f"{name!r} has no checkpoint, because it ended during its first epoch; start it again")
    if epochs <= run.checkpoint:
        done = "1 epoch" if run.checkpoint == 1 else f"{run.checkpoint} epochs"
        raise RunError(f"{name!r} has already trained {done}; use --epochs {run.checkpoint + 1} or more")


def _start_child(run_dir: Path, *arguments: str) -> None:
    child = start_process(run_dir, *arguments, stdin=subprocess.DEVNULL, start_new_session=True)
    watch(run_dir, lambda: _log_end(run_dir, child.wait()))  # avoids a zombie process


def start_process(
    run_dir: Path,
    *arguments: str,
    stdin: int | None = None,
    start_new_session: bool = False,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """The process that runs the training of the folder's run.json; the options are those of Popen.

    Raises RunError if it cannot be started, or its id cannot be written to the log; in that case it is ended.
    """
    try:
        with (run_dir / OUTPUT_FILE).open("ab") as output:
            command = module_command(CHILD_MODULE, str(run_dir.resolve()), *arguments)
            child = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=start_new_session,
                pass_fds=pass_fds,
            )
    except OSError as error:
        raise folder_error(run_dir, error, "cannot start the training process in") from error
    # Written here, not by the child, so that the run can be stopped before the child has run its first line.
    try:
        with contextlib.suppress(psutil.NoSuchProcess):
            write_once(run_dir, process_event(child.pid))
    except BaseException:  # a run whose process is not in the log could not be stopped
        child.kill()
        child.wait()
        raise
    return child


def _log_end(run_dir: Path, code: int) -> None:
    """Log how the process ended if it did not do so itself: user code may call os._exit, or the system may kill it."""
    if -code in STOP_SIGNALS or has_ended(run_dir):  # whoever stops a run logs it
        return
    with contextlib.suppress(GraphlabError):  # the folder was deleted: there is nowhere to report
        # Interrupted is only inferred: whoever stops the run right now knows better, and may still log it.
        write_once(run_dir, replace(wordless_end(run_dir, code), reason="interrupted"))


def wordless_end(run_dir: Path, code: int) -> EndEvent:
    """The end of a training whose process ended with this exit code before it could report the reason."""
    words = f"the training process {WorkerDied('', code).how}{see_output(run_dir)}"
    # A kill comes from outside: from a person, or from the system if memory runs out.
    return EndEvent("interrupted" if code == -signal.SIGKILL else "failed", words)


def stop_run(run_dir: Path) -> None:
    """End a training within 2 seconds; its log stays and says that it was stopped. Does nothing if it has ended."""
    run = read_run(run_dir)
    if run.ended:
        return
    process = find_process(run.pid, run.created_s) if run.pid and run.created_s else None
    children, alive = _ask_to_end(process) if process else ([], [])
    # Logged before the process is ended: otherwise whoever waits for it would take that for a crash.
    if read_run(run_dir).status in ("starting", "running", "interrupted"):
        write_once(run_dir, EndEvent("stopped"))
    for one in (*alive, *children):
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(alive, timeout=KILL_PATIENCE_S)


def _ask_to_end(process: psutil.Process) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """The child processes, which end with the process, and the process itself if it is still running."""
    children: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        children = process.children(recursive=True)
        process.terminate()
    _, alive = psutil.wait_procs([process], timeout=STOP_PATIENCE_S)
    return children, alive
