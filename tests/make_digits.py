"""Writes examples/digits.npz, used where MNIST is missing, from scikit-learn's copy: `python -m tests.make_digits`.

The bytes depend only on the versions of NumPy and zlib.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import numpy as np

from tests.support.places import ROOT

DIGITS = ROOT / "examples" / "digits.npz"
# Read as a file: importing scikit-learn takes longer than reading it.
SCIKIT_LEARN_COPY = Path(str(distribution("scikit-learn").locate_file("sklearn/datasets/data/digits.csv.gz")))


def write_digits(file: Path) -> None:
    """Images uint8[1797,8,8] with values from 0 to 16 and labels uint8[1797], in the order of the dataset."""
    table = np.loadtxt(SCIKIT_LEARN_COPY, delimiter=",").astype(np.uint8)  # 64 pixels and the label in each row
    np.savez_compressed(file, images=table[:, :-1].reshape(-1, 8, 8), labels=table[:, -1])


if __name__ == "__main__":
    write_digits(DIGITS)
