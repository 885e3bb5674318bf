"""A training in its own process: `python -m graphlab.training.child RUN_DIR [resume] [pipe=NUMBER]`."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from graphlab.errors import GraphlabError, words_of
from graphlab.runs.events import EndEvent, Event, EventSink
from graphlab.runs.log import RunLog
from graphlab.runs.settings import read_settings
from graphlab.training.launch.process import PIPE, RESUME, STOP_SIGNALS
from graphlab.training.launch.wire import sender
from graphlab.training.output import keep_output_going, leave


def main(run_dir: Path, send: EventSink, *, resume: bool = False) -> int:
    """Run the training of the folder's run.json in this process. Returns the exit code.

    `send` receives each event after it is logged, and the error if the log cannot be written.
    """
    keep_output_going()
    try:
        log = RunLog(run_dir)
        _stop_by_signals(log, send)
        from graphlab.training.train import train

        status = train(read_settings(run_dir), run_dir, lambda event: _tell(event, log, send), resume=resume)
    except Exception as error:
        if isinstance(error, GraphlabError) and error.__cause__ is None:
            print(f"graphlab: {error}", file=sys.stderr)
        else:
            traceback.print_exc()
        send(EndEvent("failed", words_of(error)))
        return 2
    return 1 if status == "diverged" else 0


def _stop_by_signals(log: RunLog, send: EventSink) -> None:
    """Let signals end this process as stopped. An ignored signal, as under nohup, stays ignored."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        try:
            _tell(EndEvent("stopped"), log, send)
        finally:
            os._exit(0)  # TensorFlow's own teardown may take longer than the user should wait

    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def _tell(event: Event, log: RunLog, send: EventSink) -> None:
    warning = log.write(event)
    if warning:
        send(warning)
    send(event)


if __name__ == "__main__":
    _folder, *_rest = sys.argv[1:]
    _pipes = [int(one.removeprefix(PIPE)) for one in _rest if one.startswith(PIPE)]
    leave(main(Path(_folder), sender(_pipes[0]) if _pipes else lambda event: None, resume=RESUME in _rest))
