"""A training in a process of its own: `python -m graphlab.training.child RUN_DIR [resume]`."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from graphlab.errors import GraphlabError
from graphlab.runs.events import make_event
from graphlab.runs.log import RunLog
from graphlab.runs.process import RESUME, STOP_SIGNALS
from graphlab.runs.settings import read_settings
from graphlab.training.output import keep_output_going, leave


def main(run_dir: Path, *, resume: bool = False) -> int:
    """Train what the folder's run.json asks for, in this process; returns the exit code."""
    log = RunLog(run_dir)
    keep_output_going()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        try:
            log.write(make_event("end", reason="stopped", message=""))
        finally:
            os._exit(0)  # TensorFlow's own teardown can take longer than the user should wait

    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    from graphlab.training.train import train

    try:
        status = train(read_settings(run_dir), run_dir, log.write, resume=resume)
    except GraphlabError as error:
        if error.__cause__ is None:
            print(f"graphlab: {error}", file=sys.stderr)
        else:
            traceback.print_exc()
        return 2
    return 1 if status == "diverged" else 0


if __name__ == "__main__":
    leave(main(Path(sys.argv[1]), resume=RESUME in sys.argv[2:]))
