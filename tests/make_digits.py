"""Writes examples/digits.npz, used where MNIST is missing, from scikit-learn's copy: `python -m tests.make_digits`.

The bytes depend only on the versions of NumPy and zlib.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.support.places import ROOT

DIGITS = ROOT / "examples" / "digits.npz"


def write_digits(file: Path) -> None:
    """Images uint8[1797,8,8] with values from 0 to 16 and labels uint8[1797], in the order of the dataset."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    np.savez_compressed(file, images=digits.images.astype(np.uint8), labels=digits.target.astype(np.uint8))


if __name__ == "__main__":
    write_digits(DIGITS)
