"""Images for the examples, with their origin."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import socket
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, UnidentifiedImageError

from graphlab.errors import DataError
from graphlab.packaged import packaged_dir
from graphlab.sources.data_folders import named_folder
from graphlab.tracing.datasets.calls import describe, description_of

__all__ = ["ImageData", "describe", "description_of", "load_mnist", "load_xrays", "named_folder"]

MNIST_FILE = "mnist.npz"
DIGITS_FILE = "digits.npz"  # written by tests/make_digits.py
MNIST_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
XRAY_TABLE = "metadata.csv"
XRAY_FOLDERS = (".", "covid_xray")
COVID = "COVID-19"
DOWNLOAD_TIMEOUT_S = 5.0
DIGITS_FOR_VALIDATION = 360
SYNTHETIC_XRAYS = 60

_MEND_MNIST = "delete it, or replace it with the file of keras.datasets.mnist"

Arrays = tuple[NDArray[np.generic], NDArray[np.generic]]


@dataclass(frozen=True)
class ImageData:
    """Images uint8[n,height,width,1] with labels int64[n], for training and validation, and a description."""

    train: Arrays
    validation: Arrays
    description: str


@dataclass(frozen=True)
class Xray:
    """One row of the X-ray table: an image file, its patient, and whether it shows COVID-19."""

    path: Path
    patient: str
    covid: bool


def load_mnist(folder: str | None = None) -> ImageData:
    """MNIST from the named folder, Keras' cache or a download; else the packaged digits, scaled to 28x28."""
    root = named_folder(folder)
    if root is not None:
        path = root / MNIST_FILE
        if not path.is_file():
            raise DataError(f"no {MNIST_FILE} in the data folder {str(root)!r}; put it there or use another folder")
        return _read_mnist(path)
    path = _keras_cache() / MNIST_FILE
    if path.is_file():
        return _read_mnist(path)
    return _download_mnist() or _load_digits()


def load_xrays(folder: str | None = None, *, size_px: int = 128) -> ImageData:
    """X-rays from the named folder in the layout of the covid-chestxray-dataset; without a folder, drawn ones.

    Labels: 1 if the finding contains COVID-19, else 0. A fifth of each label's patients are for validation.
    """
    root = named_folder(folder)
    if root is None:
        return _split_drawn(*draw_xrays(SYNTHETIC_XRAYS, size_px))
    rows = read_xray_table(_xray_folder(root))
    train, validation = split_by_patient(rows)
    if not train or not validation:
        raise DataError(
            f"{XRAY_TABLE} in {str(root)!r} names {len(rows)} X-rays that exist; at least 2 patients are required"
        )
    words = f"covid-chestxray-dataset, {len(train):,} + {len(validation):,} X-rays, from {root}"
    return ImageData(_read_xrays(train, size_px), _read_xrays(validation, size_px), words)


def read_xray_table(folder: Path) -> list[Xray]:
    """The existing X-rays that metadata.csv lists, in its order. Raises DataError if it lacks columns."""
    with (folder / XRAY_TABLE).open(newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        missing = {"finding", "filename", "folder"} - set(table.fieldnames or ())
        if missing:
            raise DataError(f"{str(folder / XRAY_TABLE)!r} has no column {', '.join(sorted(missing))}")
        rows = [row for row in table if (row.get("modality") or "X-ray") == "X-ray"]
    return [_xray(folder, row) for row in rows if (folder / row["folder"] / row["filename"]).is_file()]


def split_by_patient(rows: list[Xray]) -> tuple[list[Xray], list[Xray]]:
    """(training, validation): no patient is in both; the same table gives the same split."""
    validation: set[str] = set()
    for covid in (False, True):
        # A patient counts only for the first finding, so that a patient with both cannot be drawn twice.
        first = {row.patient: row.covid for row in reversed(rows)}
        patients = sorted((name for name in first if first[name] is covid), key=_digest)
        validation.update(patients[: max(1, len(patients) // 5)] if len(patients) > 1 else [])
    return [row for row in rows if row.patient not in validation], [row for row in rows if row.patient in validation]


def draw_xrays(count: int, size_px: int) -> Arrays:
    """Made-up chest pictures, every other one with bright spots on its lungs (label 1)."""
    random = np.random.default_rng(19)
    labels = np.arange(count) % 2
    images = np.stack([_draw_xray(random, size_px, bool(label)) for label in labels])
    return images[..., np.newaxis], labels.astype(np.int64)


def _read_mnist(path: Path) -> ImageData:
    try:
        arrays = _read_arrays(path)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"cannot read {str(path)!r}: {error}; {_MEND_MNIST}") from error
    missing = [name for name in MNIST_ARRAYS if name not in arrays]
    if missing:
        raise DataError(f"no {', '.join(missing)} in {str(path)!r}; {_MEND_MNIST}")
    x_train, y_train, x_test, y_test = (arrays[name] for name in MNIST_ARRAYS)
    return _mnist((x_train, y_train), (x_test, y_test), f"from {path}")


def _read_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    """MNIST's arrays by name, as far as the file contains them."""
    # Opened as an archive first: otherwise numpy would report any other file as pickled data.
    with zipfile.ZipFile(path), np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in MNIST_ARRAYS if name in file}


def _mnist(train: Arrays, validation: Arrays, origin: str) -> ImageData:
    words = f"MNIST, {len(train[0]):,} + {len(validation[0]):,} images, {origin}"
    return ImageData(_with_channel(train), _with_channel(validation), words)


def _with_channel(part: Arrays) -> Arrays:
    return part[0][..., np.newaxis], part[1].astype(np.int64)


def _keras_cache() -> Path:
    """Where Keras keeps datasets, by the rule of keras.utils.get_file."""
    return Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "datasets"


def _download_mnist() -> ImageData | None:
    """MNIST, downloaded by Keras into its cache with its own progress bar; None if that fails."""
    import keras

    try:
        with _short_timeout():
            train, validation = keras.datasets.mnist.load_data()
    except Exception:  # Keras raises a bare Exception when a download fails
        return None
    return _mnist(train, validation, "downloaded by Keras")


@contextlib.contextmanager
def _short_timeout() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_TIMEOUT_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _load_digits() -> ImageData:
    with np.load(packaged_dir("examples") / DIGITS_FILE, allow_pickle=False) as digits:
        images = np.stack([_scale_digit(image) for image in digits["images"]])[..., np.newaxis]
        labels = digits["labels"].astype(np.int64)
    order = np.random.default_rng(0).permutation(len(images))  # the file is ordered by writer
    validation, train = order[:DIGITS_FOR_VALIDATION], order[DIGITS_FOR_VALIDATION:]
    sizes = f"{len(train):,} + {len(validation):,} images"
    words = f"UCI handwritten digits, {sizes} scaled to 28x28, because MNIST was not found"
    return ImageData((images[train], labels[train]), (images[validation], labels[validation]), words)


def _scale_digit(image: NDArray[np.float64]) -> NDArray[np.generic]:
    grey = Image.fromarray((image / 16 * 255).astype(np.uint8))
    return np.asarray(grey.resize((28, 28), Image.Resampling.BILINEAR))


def _xray_folder(root: Path) -> Path:
    for name in XRAY_FOLDERS:
        if (root / name / XRAY_TABLE).is_file():
            return root / name
    raise DataError(
        f"no {XRAY_TABLE} in the data folder {str(root)!r}; use the folder of a copy of the covid-chestxray-dataset"
    )


def _xray(folder: Path, row: dict[str, str]) -> Xray:
    patient = row.get("patientid") or row["filename"]
    return Xray(folder / row["folder"] / row["filename"], patient, COVID in (row["finding"] or ""))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read_xrays(rows: list[Xray], size_px: int) -> Arrays:
    images = np.stack([_read_grey(row.path, size_px) for row in rows])
    return images[..., np.newaxis], np.array([row.covid for row in rows], np.int64)


def _read_grey(path: Path, size_px: int) -> NDArray[np.generic]:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("L").resize((size_px, size_px)))
    except (UnidentifiedImageError, OSError) as error:
        raise DataError(f"cannot read the X-ray {str(path)!r}: {error}") from error


def _split_drawn(images: NDArray[np.generic], labels: NDArray[np.generic]) -> ImageData:
    train = len(images) * 4 // 5
    sizes = f"{train} + {len(images) - train}"
    words = f"{sizes} synthetic X-rays drawn by the example, not real patients"
    return ImageData((images[:train], labels[:train]), (images[train:], labels[train:]), words)


def _draw_xray(random: np.random.Generator, size_px: int, spots: bool) -> NDArray[np.generic]:
    """A bright chest, two dark lungs, and a few bright spots on them if requested; uint8[size,size]."""
    image = Image.new("L", (size_px, size_px), 30)
    draw = ImageDraw.Draw(image)
    draw.ellipse(_oval(0.5, 0.55, 0.46, 0.5, size_px), fill=int(random.integers(140, 180)))
    for side in (0.31, 0.69):
        x, y = side + random.uniform(-0.03, 0.03), 0.5 + random.uniform(-0.04, 0.04)
        draw.ellipse(_oval(x, y, 0.14, 0.3, size_px), fill=int(random.integers(50, 80)))
        for _ in range(4 if spots else 0):
            spot_x, spot_y = x + random.uniform(-0.08, 0.08), y + random.uniform(-0.2, 0.2)
            draw.ellipse(_oval(spot_x, spot_y, 0.05, 0.05, size_px), fill=int(random.integers(150, 200)))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(size_px / 50)), np.float32)
    return np.clip(soft + random.normal(0, 8, soft.shape), 0, 255).astype(np.uint8)


def _oval(x: float, y: float, radius_x: float, radius_y: float, size_px: int) -> tuple[float, float, float, float]:
    edges = (x - radius_x, y - radius_y, x + radius_x, y + radius_y)
    left, top, right, bottom = (edge * size_px for edge in edges)
    return left, top, right, bottom
