"""Traces under way, and graphs that could not be stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphlab.graph import Graph
from graphlab.loading.fresh import Job
from graphlab.sources import SourceSpec

RETRY_AFTER_S = 2.0


@dataclass
class Tracing:
    """A trace under way, or why it failed. `stamp` tells the file as it was from an edited one.

    `is_forced` says that it was asked for although there may be a stored one; `job` ends it.
    """

    stamp: int = 0
    is_forced: bool = False
    job: Job | None = None
    started: float = field(default_factory=time.monotonic)
    stage: str = "Starting the tracing process"
    error: str = ""
    done: bool = False

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self.started


@dataclass(frozen=True)
class Unstored:
    """Graphs that could not be stored, what they depended on, and when they were traced, in seconds since 1970."""

    graphs: Mapping[str, Graph]
    files: Mapping[str, str] = field(default_factory=dict)
    traced_s: float = field(default_factory=time.time)


def is_stale(tracing: Tracing, spec: SourceSpec) -> bool:
    """Whether a failed trace is worth another try: the file was edited, or what it imports may have been."""
    return tracing.seconds > RETRY_AFTER_S or tracing.stamp != stamp_of(spec)


def stamp_of(spec: SourceSpec) -> int:
    """When the source's file was written; 0 without one, -1 where it is gone."""
    try:
        return spec.file.stat().st_mtime_ns if spec.file else 0
    except OSError:
        return -1
