"""Small pictures of arrays, for pages and reports. Independent of datasets and runs."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MAX_SIDE_PX = 96
MIN_SIDE_PX = 8
CHANNELS = (1, 3)


def is_image(shape: Sequence[int | None]) -> bool:
    """Whether arrays of this shape are pictures: [height,width], optionally with 1 or 3 channels at the end."""
    sides = list(shape)
    channels = sides.pop() if len(sides) == 3 else 1
    return channels in CHANNELS and len(sides) == 2 and all(side is None or side >= MIN_SIDE_PX for side in sides)


def png_data_uri(image: NDArray[np.generic]) -> str:
    """A small PNG of an image [height,width], [height,width,1] or [height,width,3], in 0..1 or 0..255."""
    picture = Image.fromarray(_to_bytes(image[..., 0] if image.ndim == 3 and image.shape[-1] == 1 else image))
    picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _to_bytes(image: NDArray[np.generic]) -> NDArray[np.uint8]:
    values = np.nan_to_num(image.astype(np.float64))
    low, high = float(values.min()), float(values.max())
    if low < 0:  # centred by the user
        values = (values - low) / ((high - low) or 1) * 255
    elif high <= 1 and image.dtype.kind == "f":
        values = values * 255
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
