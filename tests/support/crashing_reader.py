"""A process that reads files and crashes at each: `python -m` runs it. It imports little, so that it starts at once."""

from __future__ import annotations

import os

from graphlab.processes.worker import serve

if __name__ == "__main__":
    serve(dict.fromkeys(("trace", "statistics"), lambda _request, _progress: os._exit(9)))
