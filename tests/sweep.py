"""`python -m tests.sweep [MODEL ...]`: every model of keras.applications against TensorFlow, as a table."""

from __future__ import annotations

import sys

from graphlab.processes.tensorflow_start import start_tensorflow


def main(wanted: list[str]) -> int:
    """Print the table; 1 where a graph is wrong or took too long."""
    start_tensorflow()
    from tests.support.applications import MOST_RATIO, application_names, report

    print(f"{'model':20} {'ops':>7} {'edges':>7} {'parameters':>12} {'TensorFlow':>10} {'graphlab':>9} {'ratio':>6}")
    failed = []
    for name in wanted or application_names():
        found = report(name)
        print(
            f"{name:20} {found.ops[0]:7,} {found.edges[0]:7,} {found.parameters[0]:12,} {found.tensorflow_s:8.2f} s "
            f"{found.graphlab_s:7.2f} s {found.ratio:6.2f}" + ("" if found.is_right else f"  WRONG {found}"),
            flush=True,
        )
        if not found.is_right or found.ratio > MOST_RATIO:
            failed.append(name)
    print(f"{len(failed)} wrong or slow: {', '.join(failed)}" if failed else "all right")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
