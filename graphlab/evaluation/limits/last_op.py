"""The op that is running, in a file that outlives the process: native code may end it without a word."""

from __future__ import annotations

import mmap
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SIZE = 4096  # bytes: what of a name does not fit is left out


@dataclass(eq=False)
class OpRecord:
    """Where this process notes the op that it is running; nowhere until there is a file."""

    memory: mmap.mmap | None = None

    def begin(self, path: Path) -> None:
        """Note ops in a file from now on."""
        path.write_bytes(bytes(SIZE))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), SIZE)

    def note(self, op_id: str) -> None:
        """An op begins; "" after the last one."""
        if self.memory is not None:
            text = op_id.encode()[: SIZE - 1] + b"\0"
            self.memory[: len(text)] = text


LAST_OP = OpRecord()


def crash_words(how: str, path: Path) -> str:
    """How a process ended, with the op that it was running if there was one."""
    with suppress(OSError):
        op_id = path.read_bytes().partition(b"\0")[0].decode(errors="ignore")
        return f"{how} while it ran {op_id}, perhaps because memory ran out" if op_id else how
    return how
