"""Images and feature maps of a tensor as one small picture, side by side. Knows arrays, not TensorFlow."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]

MOST_TILES = 6
SIDE_PX = 44  # of a tile
BRIGHTEST = 99.5  # percent of the numbers are below the brightest shade, so that a single large one hides nothing
GAP_PX = 2
BELOW = np.array([235.0, 140.0, 50.0])  # the colour of the most negative number
ABOVE = np.array([70.0, 140.0, 250.0])  # of the most positive one
GROUND = np.array([28.0, 32.0, 40.0])  # of 0


def mosaic_uri(numbers: Floats, *, signed: bool) -> str:
    """A PNG of an image [height,width,channels], or of the first example of [batch,height,width,channels].

    Three channels without negative numbers are a colour image; otherwise each of the first channels is a tile, grey or,
    if `signed`, orange below 0 and blue above it.
    """
    image = numbers[0] if numbers.ndim == 4 else numbers
    image = _thinned(np.nan_to_num(image, nan=0.0, posinf=0.0, neginf=0.0))
    if image.shape[-1] in (3, 4) and not signed:
        most = image.max() or 1.0
        return _uri(image[..., :3] / (most if most > 1 else 1.0) * 255)
    count = min(MOST_TILES, image.shape[-1])
    levels = np.abs(image[..., :count])
    most = float(np.percentile(levels, BRIGHTEST)) or float(levels.max()) or 1.0
    tiles = [_tile(image[..., index] / most, signed=signed) for index in range(count)]
    gap = np.zeros((tiles[0].shape[0], GAP_PX, 4))
    parts = [part for tile in tiles for part in (gap, tile)][1:]
    return _uri(np.concatenate(parts, axis=1))


def _thinned(image: Floats) -> Floats:
    """The image with few enough rows and columns for a tile: of large ones, evenly spaced."""
    rows, columns = (max(1, size // SIDE_PX) for size in image.shape[:2])
    return image[::rows, ::columns]


def _tile(levels: Floats, *, signed: bool) -> Floats:
    """A channel in -1..1 as colours with an opaque fourth channel."""
    share = np.minimum(np.abs(levels), 1.0)[..., np.newaxis]
    if signed:
        colour = GROUND + share * (np.where(levels[..., np.newaxis] < 0, BELOW, ABOVE) - GROUND)
    else:
        colour = np.repeat(share * 255, 3, axis=-1)
    return np.concatenate([colour, np.full_like(share, 255.0)], axis=-1)


def _uri(pixels: Floats) -> str:
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
