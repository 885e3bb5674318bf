"""Images and feature maps of a tensor as one small picture, side by side. Knows arrays, not TensorFlow."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from graphlab.evaluation.result import Array

MOST_TILES = 6
SIDE_PX = 44  # the most of a tile
SINGLE_SIDE_PX = 88  # the most of a picture that is alone
BRIGHTEST = 99.0  # percent of the numbers in sight are below the brightest shade: a few large ones hide nothing
MOST_AVERAGED = 4  # rows and columns of a block; of a larger one as many
GAP_PX = 2
MIDDLE = 127  # the shade of 0 among signed numbers
BELOW = (235, 140, 50)  # the colour of the most negative number
ABOVE = (70, 140, 250)  # of the most positive one
GROUND = (28, 32, 40)  # of 0


def _shades() -> list[int]:
    """The colours of signed numbers, from the most negative one over 0 to the most positive one, as a flat palette."""
    shades = []
    for index in range(256):
        share = abs(index - MIDDLE) / (MIDDLE if index < MIDDLE else 255 - MIDDLE)
        end = BELOW if index < MIDDLE else ABOVE
        shades += [round(ground + share * (top - ground)) for ground, top in zip(GROUND, end, strict=True)]
    return shades


SHADES = _shades()


def mosaic_uri(array: Array, *, signed: bool, has_colours: bool = True) -> str:
    """A PNG of an image [height,width,channels], or of the first example of [batch,height,width,channels].

    Three channels without negative numbers are a colour image if there are `has_colours`; otherwise each of the first
    channels is a tile, grey or, if `signed`, orange below 0 and blue above it. All tiles have the same scale.
    """
    image = array[0] if array.ndim == 4 else array
    is_colour = has_colours and image.shape[-1] in (3, 4) and not signed
    side_px = SINGLE_SIDE_PX if is_colour or image.shape[-1] == 1 else SIDE_PX
    levels = _small(image[..., : 3 if is_colour else MOST_TILES], side_px)
    if is_colour:
        most = float(levels.max())
        return _uri(Image.fromarray(_bytes(levels * (255 / most if most > 1 else 255))))
    sizes = np.abs(levels)
    most = _brightest(sizes) or float(sizes.max()) or 1.0
    shades = _bytes(MIDDLE + levels / most * MIDDLE if signed else levels * (255 / most))
    gap = np.full((shades.shape[0], GAP_PX), MIDDLE if signed else 0, np.uint8)
    parts = [part for index in range(shades.shape[-1]) for part in (gap, shades[..., index])][1:]
    picture = Image.fromarray(np.concatenate(parts, axis=1)).convert("P")  # half the time of a grey PNG
    if signed:
        picture.putpalette(SHADES)
    return _uri(picture)


def _small(image: Array, side_px: int) -> NDArray[np.float32]:
    """The image with at most `side_px` rows and columns, each the mean of several; NaN and infinity count as 0.

    One number of each block would leave only specks of a map that is 0 in most places.
    """
    steps = [math.ceil(size / side_px) or 1 for size in image.shape[:2]]
    strides = [math.ceil(step / MOST_AVERAGED) for step in steps]
    levels = image[:: strides[0], :: strides[1]].astype(np.float32)
    levels[~np.isfinite(levels)] = 0
    for axis, (step, stride) in enumerate(zip(steps, strides, strict=True)):
        size = levels.shape[axis]
        starts = np.arange(0, size, math.ceil(step / stride))
        if len(starts) < size:
            counts = np.diff([*starts, size]).astype(np.float32)
            sums = np.add.reduceat(levels, starts, axis=axis)
            levels = (sums / np.expand_dims(counts, (1, 2) if axis == 0 else 1)).astype(np.float32)
    return levels


def _brightest(sizes: NDArray[np.float32]) -> float:
    """The number of the brightest shade; a fifteenth of the time of NumPy's percentile, which interpolates."""
    numbers = sizes.ravel()
    rank = math.ceil((numbers.size - 1) * BRIGHTEST / 100)
    return float(np.partition(numbers, rank)[rank])


def _bytes(levels: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (np.clip(levels, 0, 255) + np.float32(0.5)).astype(np.uint8)


def _uri(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
