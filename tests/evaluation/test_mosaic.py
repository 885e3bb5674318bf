"""Pictures of tensors on boxes: the size of their tiles, and what their shades mean."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from graphlab.evaluation.session.mosaic import GAP_PX, GROUND, MIDDLE, SHADES, mosaic_uri
from graphlab.evaluation.session.readouts import readout_of


def read(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((28, 28, 1), (28, 28)),
        ((1, 128, 128, 1), (64, 64)),
        ((1, 64, 64, 3), (3 * 32 + 2 * GAP_PX, 32)),
        ((4, 7, 9, 20), (6 * 9 + 5 * GAP_PX, 7)),
        ((1, 1, 5000, 2), (2 * 44 + GAP_PX, 1)),
    ],
)
def test_tiles_stand_side_by_side_and_are_small(shape: tuple[int, ...], size: tuple[int, int]) -> None:
    array = np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    assert read(mosaic_uri(array, signed=True)).size == size


def test_shades_of_signed_numbers() -> None:
    array = np.array([[-2.0, 0.0, np.nan, 2.0]], np.float32)[..., None]
    shades = np.asarray(read(mosaic_uri(array, signed=True)).convert("RGB"))[0]
    palette = np.array(SHADES, np.uint8).reshape(256, 3)
    assert shades.tolist() == palette[[0, MIDDLE, MIDDLE, 2 * MIDDLE]].tolist()
    assert tuple(shades[1]) == GROUND


def test_a_single_large_number_hides_nothing() -> None:
    array = np.arange(1000, dtype=np.float32).reshape(25, 40, 1)
    array[0, 0] = 1e9
    grey = np.asarray(read(mosaic_uri(array, signed=False)).convert("L"))
    expected = np.clip(np.round(array[..., 0] / 990 * 255), 0, 255)
    assert np.abs(grey - expected).max() <= 1


def test_three_channels_are_a_colour_picture() -> None:
    array = np.zeros((2, 2, 3), np.float32)
    array[0, 0] = (255, 128, 0)
    picture = read(mosaic_uri(array, signed=False))
    assert picture.mode == "RGB"
    assert picture.getpixel((0, 0)) == (255, 128, 0)


def test_heads_of_attention_are_tiles_and_never_colours() -> None:
    scores = np.zeros((1, 3, 4, 5), np.float32)
    scores[0, 2, 1, 3] = 1

    readout = readout_of(scores, "value", as_picture=True, as_maps=True)
    picture = read(readout.picture)
    assert picture.size == (3 * 5 + 2 * GAP_PX, 4)
    assert np.argwhere(np.asarray(picture.convert("L"))).tolist() == [[1, 2 * (5 + GAP_PX) + 3]]


def test_one_percent_of_the_numbers_in_sight_is_brightest() -> None:
    array = np.zeros((10, 20, 8), np.float32)
    array[..., 0] = np.arange(200).reshape(10, 20)
    array[..., 7] = 1e6  # of a tile that is not shown
    shades = np.asarray(read(mosaic_uri(array, signed=False)).convert("L"))
    assert (shades == 255).sum() >= 10


def test_a_map_with_few_numbers_is_not_lost_in_a_small_picture() -> None:
    array = np.zeros((132, 132, 2), np.float32)
    array[1::3, 1::3, 0] = 0.1  # between the rows and columns that a step of 3 would pick
    tile = np.asarray(read(mosaic_uri(array, signed=False)).convert("L"))[:, :44]
    assert tile.shape == (44, 44)
    assert (tile == 255).all()
