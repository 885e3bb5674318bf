"""Images for inputs: which inputs are images, and how a file or a drawing becomes numbers. Knows no TensorFlow."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from graphlab.errors import SourceError
from graphlab.evaluation.result import Array
from graphlab.sources.thumbnails import CHANNELS, is_image

MOST_PIXELS = 40_000_000
MOST_DRAWN_PX = 64  # the longest side of an input that can be drawn by hand
WHITE = (255, 255, 255, 255)
LARGEST_16_BIT = 65_535


@dataclass(frozen=True)
class ImageKind:
    """An input that takes one image: its sides in px (None: any), its channels (0: no such dimension)."""

    height: int | None
    width: int | None
    channels: int
    is_batch: bool

    @property
    def can_be_drawn(self) -> bool:
        """Whether the input is small enough to be drawn by hand."""
        sides = (self.height, self.width)
        return all(side is not None and side <= MOST_DRAWN_PX for side in sides)


@dataclass(frozen=True)
class ImageRange:
    """The numbers of black and white in an input: 0 and 1, 0 and 255, or -1 and 1."""

    darkest: float
    brightest: float


def image_kind(shape: Sequence[int | None] | None) -> ImageKind | None:
    """What image an input of this shape takes; None for inputs that are not one image."""
    if shape is None:
        return None
    if len(shape) == 4 and shape[0] in (None, 1) and is_image(shape[1:]):
        return ImageKind(shape[1], shape[2], shape[3] or 0, is_batch=True)
    if len(shape) == 3 and shape[2] in CHANNELS and is_image(shape):
        return ImageKind(shape[0], shape[1], shape[2] or 0, is_batch=False)
    if len(shape) == 3 and shape[0] in (None, 1) and _is_square(shape[1:]):
        return ImageKind(shape[1], shape[2], 0, is_batch=True)
    if len(shape) == 2 and _is_square(shape):
        return ImageKind(shape[0], shape[1], 0, is_batch=False)
    return None


def _is_square(shape: Sequence[int | None]) -> bool:
    """Without a channel only a square is taken for an image: other sizes are usually steps and features."""
    return None not in shape and shape[0] == shape[1] and is_image(shape)


def image_array(
    data: bytes, file: str, kind: ImageKind, levels: ImageRange, resize: str, *, whole: bool
) -> tuple[Array, str]:
    """The numbers of an image file, and in words how it was converted.

    `whole` rounds them, for dtypes of whole numbers. Raises SourceError for a file that is not an image, and for one
    of another size unless `resize` names a way.
    """
    image, parts = _read(data, file)
    size = (kind.width or image.width, kind.height or image.height)
    parts = [file or "the image", f"{image.width} × {image.height}", *parts]
    if image.size != size:
        if resize not in RESIZES:
            raise SourceError(
                f"{file or 'the image'} is {image.width} × {image.height}, and the input {size[0]} × {size[1]}; "
                "choose how to resize it"
            )
        image, words = RESIZES[resize](image, size)
        parts.append(words)
    parts.append("grey" if kind.channels in (0, 1) else "colours")
    pixels = np.asarray(image.convert("RGB" if kind.channels == 3 else "L"), np.float64)
    if kind.channels == 1:
        pixels = pixels[..., np.newaxis]
    return _scaled(pixels, kind, levels, whole=whole), ", ".join([*parts, _levels_words(levels)])


def drawing_array(data: bytes, kind: ImageKind, levels: ImageRange, *, whole: bool) -> tuple[Array, str]:
    """The numbers of a drawing: bytes of grey from 0 to 255, row by row, in the input's own size."""
    height, width = kind.height or 0, kind.width or 0
    if len(data) != height * width:
        raise SourceError(f"the drawing has {len(data):,} pixels, not {height} × {width}; draw it again")
    pixels = np.frombuffer(data, np.uint8).reshape(height, width).astype(np.float64)
    if not pixels.any():
        raise SourceError("the drawing is empty; draw on the pad")
    if kind.channels:
        pixels = np.repeat(pixels[..., np.newaxis], kind.channels, axis=-1)
    return _scaled(pixels, kind, levels, whole=whole), f"your drawing, {_levels_words(levels)}"


def _read(data: bytes, file: str) -> tuple[Image.Image, list[str]]:
    """The image upright and without transparency, and what was done for that."""
    name = file or "the file"
    try:
        image: Image.Image = Image.open(io.BytesIO(data))
        if image.width * image.height > MOST_PIXELS:
            raise SourceError(f"{name} is {image.width} × {image.height}: use an image of at most 40 million pixels")
        image = ImageOps.exif_transpose(image)
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise SourceError(f"{name} is not an image that can be read; use a PNG or JPEG file") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # Pillow's errors for damaged files
        raise SourceError(f"{name} is truncated or damaged; save it again as a PNG or JPEG file") from error
    if image.mode.startswith("I"):
        grey = np.asarray(image, np.float64) / LARGEST_16_BIT * 255
        return Image.fromarray(np.clip(np.round(grey), 0, 255).astype(np.uint8)), ["16 bits reduced to 8"]
    if "A" in image.mode or "transparency" in image.info:
        colours = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, WHITE), colours).convert("RGB"), ["on white"]
    return image, []


def _scaled(pixels: NDArray[np.float64], kind: ImageKind, levels: ImageRange, *, whole: bool) -> Array:
    numbers = levels.darkest + pixels / 255 * (levels.brightest - levels.darkest)
    numbers = np.round(numbers) if whole else numbers
    return numbers[np.newaxis] if kind.is_batch else numbers


def _levels_words(levels: ImageRange) -> str:
    return f"values from {levels.darkest:g} to {levels.brightest:g}"


def _crop(image: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, str]:
    scale = min(image.width / size[0], image.height / size[1])
    part = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    words = "" if part == image.size else f"cropped to the middle {part[0]} × {part[1]}, "
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS), f"{words}resized to {size[0]} × {size[1]}"


def _pad(image: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, str]:
    inner = ImageOps.contain(image, size, Image.Resampling.LANCZOS)
    words = f"resized to {inner.width} × {inner.height}"
    if inner.size == size:
        return inner, words
    return ImageOps.pad(image, size, Image.Resampling.LANCZOS), f"{words}, black borders to {size[0]} × {size[1]}"


def _stretch(image: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, str]:
    return image.resize(size, Image.Resampling.LANCZOS), f"stretched to {size[0]} × {size[1]}"


RESIZES: dict[str, Callable[[Image.Image, tuple[int, int]], tuple[Image.Image, str]]] = {
    "crop": _crop,
    "pad": _pad,
    "stretch": _stretch,
}
