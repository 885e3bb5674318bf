"""Read damaged files for as long as asked and print how many were tried, by format."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from graphlab.loading.fresh import WORKER_MODULE
from graphlab.worker import Worker
from tests.fuzz.damage import damaged
from tests.fuzz.reading import Reader
from tests.fuzz.seeds import make_seeds

BATCH = 25  # inputs between two looks at the clock


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--format", default=None, help="only this one, such as .tflite")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seeds = make_seeds(Path(folder))
        seeds = {name: file for name, file in seeds.items() if chosen.format in (None, name)}
        for name, file in seeds.items():
            worker = Worker(WORKER_MODULE)
            reader = Reader(file, worker)
            until = time.monotonic() + chosen.minutes * 60 / len(seeds)
            while time.monotonic() < until:
                _try(reader)
            worker.close()
            print(f"{name:22} {reader.tried:7,} tried  {reader.read:7,} read  {reader.refused:7,} refused", end="  ")
            print(f"{reader.died:3} died  slowest {reader.slowest_s:.1f} s", flush=True)


def _try(reader: Reader) -> None:
    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged(reader.good))
    def run(content: bytes) -> None:
        try:
            reader.check(content)
        except AssertionError as error:
            _keep(reader, content, str(error))

    run()


def _keep(reader: Reader, content: bytes, words: str) -> None:
    """Put an input that was not refused as it should be where it can be looked at."""
    kept = Path(tempfile.mkdtemp(prefix="fuzz-")) / reader.name
    kept.write_bytes(content)
    print(f"{kept}: {' '.join(words.split())[:300]}", flush=True)


if __name__ == "__main__":
    main()
