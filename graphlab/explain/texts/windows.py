"""What Keras' layers do that slide over, pool, pad, crop or resize sequences, images and volumes."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.facts import format_number
from graphlab.explain.texts.prepare import PREPARE_LAYERS
from graphlab.explain.texts.settings import Settings, Words, alike, by, count, each, is_number, sizes

_OVER = {1: "the sequence", 2: "the image", 3: "the volume"}
_PARTS = {1: "steps", 2: "pixels", 3: "cells"}


def _convolution(rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        groups = settings.get("groups")
        group = (
            f" In {groups} groups: each filter reads its own group of channels."
            if is_number(groups) and groups > 1
            else ""
        )
        what = f"Slides small filters{_window(settings, rank)} over {_OVER[rank]}{_moves(settings)}"
        return f"{what}: {each(settings, 'filters', 'filter')} gives one channel.{group}"

    return sentence


def _separable(rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        what = f"Slides filters{_window(settings, rank)} over each channel by itself{_moves(settings)}"
        return (
            f"{what}, then mixes the channels at each position: "
            f"{each(settings, 'filters', 'filter')} gives one channel."
        )

    return sentence


def _depthwise(rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        many = settings.get("depth_multiplier", 1)
        filters = f"{many} filters" if is_number(many) and many > 1 else "a filter"
        return (
            f"Slides {filters}{_window(settings, rank)} over each channel of {_OVER[rank]} by itself{_moves(settings)}."
        )

    return sentence


def _transposed(rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        steps = sizes(settings, "strides")
        grows = (
            f" With a stride of {alike(steps)} {_OVER[rank]} gets larger." if any(step > 1 for step in steps) else ""
        )
        spread = (
            "A transposed convolution: spreads each number over a "
            f"window{_window(settings, rank)}, weighted by its filters"
        )
        return f"{spread}{_dilated(settings)}; {each(settings, 'filters', 'filter')} gives one channel.{grows}"

    return sentence


def _window(settings: Settings, rank: int, key: str = "kernel_size") -> str:
    """` of 3 × 3`, ` of 5 steps`; a single number applies to every axis."""
    window = sizes(settings, key)
    if not window:
        return ""
    if rank == 1:
        return f" of {count(window[0], 'step')}"
    return f" of {by(window * rank if len(window) == 1 else window)}"


def _moves(settings: Settings) -> str:
    """` in steps of 2, with a dilation of 2, padded so that its size stays`."""
    steps = sizes(settings, "strides")
    stride = f" in steps of {alike(steps)}" if any(step > 1 for step in steps) else ""
    return f"{stride}{_dilated(settings)}{_padded(settings, bool(stride))}"


def _dilated(settings: Settings) -> str:
    rates = sizes(settings, "dilation_rate")
    if all(rate == 1 for rate in rates):
        return ""
    return f", with a dilation of {alike(rates)} (the distance between the numbers that a filter reads)"


def _padded(settings: Settings, moves: bool) -> str:
    padding = settings.get("padding")
    if padding == "causal":
        return ", reading no step that comes later"
    if padding == "same":
        return ", padded at the border" if moves else ", padded so that its size stays the same"
    return ""


def _pool(verb: str, rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        window = sizes(settings, "pool_size")
        steps = sizes(settings, "strides") or window
        apart = f", in steps of {alike(steps)}" if steps and _full(steps, rank) != _full(window, rank) else ""
        return f"{verb} of each window{_window(settings, rank, 'pool_size')} of {_OVER[rank]}{apart}, for each channel."

    return sentence


def _full(numbers: tuple[int, ...], rank: int) -> tuple[int, ...]:
    return numbers * rank if len(numbers) == 1 else numbers


def _adaptive(verb: str, rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        target = _full(sizes(settings, "output_size"), rank)
        count_text = f" exactly {by(target)} {_PARTS[rank]}" if target else " a given size"
        if target == (1,):
            count_text = " exactly one step"
        return f"Divides {_OVER[rank]} into windows so that{count_text} come out, and {verb} of each."

    return sentence


def _padding(rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        return f"Puts a border of zeros around {_OVER[rank]}{_border(settings, 'padding', rank)}."

    return sentence


def _cropping(rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        return f"Cuts the border off {_OVER[rank]}{_border(settings, 'cropping', rank)}."

    return sentence


def _border(settings: Settings, key: str, rank: int) -> str:
    """`: 1 at each side`, `: 1 and 2 along axis 1, 0 and 0 along axis 2`."""
    value = settings.get(key)
    if is_number(value):
        return f": {value} at each side"
    pairs = value if isinstance(value, (list, tuple)) else []
    if rank == 1 and len(pairs) == 2 and all(map(is_number, pairs)):
        pairs = [pairs]
    flat = [size for pair in pairs for size in (pair if isinstance(pair, (list, tuple)) else (pair, pair))]
    if not flat or not all(map(is_number, flat)):
        return ""
    if len(set(flat)) == 1:
        return f": {flat[0]} at each side"
    ends = list(zip(flat[::2], flat[1::2], strict=False))
    first_axis = 2 if settings.get("data_format") == "channels_first" else 1
    return ": " + ", ".join(
        f"{first} and {last} along axis {axis + first_axis}" for axis, (first, last) in enumerate(ends)
    )


def _upsampling(rank: int) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        factor = sizes(settings, "size")
        times = f" {alike(factor)} times" if factor else ""
        how = settings.get("interpolation", "nearest")
        if how != "nearest" and isinstance(how, str):
            return f"Makes {_OVER[rank]}{times} as large, blending the {_PARTS[rank]} around ({how} interpolation)."
        return f"Makes {_OVER[rank]}{times} as large, repeating each of its {_PARTS[rank]}."

    return sentence


def _resizing(settings: Settings) -> str:
    height, width, how = (settings.get(key) for key in ("height", "width", "interpolation"))
    target = (
        f" to {format_number(height)} × {format_number(width)} pixels" if is_number(height) and is_number(width) else ""
    )
    aspect_text = ", cropping what does not fit its shape" if settings.get("crop_to_aspect_ratio") else ""
    aspect_text = aspect_text or (", padding what is missing" if settings.get("pad_to_aspect_ratio") else "")
    return f"Resizes each image{target}{aspect_text}" + (f" ({how} interpolation)." if isinstance(how, str) else ".")


def _center_crop(settings: Settings) -> str:
    height, width = settings.get("height"), settings.get("width")
    size = f"{height} × {width} pixels" if is_number(height) and is_number(width) else "a given size"
    return f"Cuts the middle of {size} out of each image; a smaller image is resized to fit."


_MAX, _MEAN = "Keeps the largest number", "Takes the mean"
WINDOW_LAYERS: dict[str, Words] = {
    **PREPARE_LAYERS,
    **{f"{name}{rank}D": _convolution(rank) for name in ("Conv", "Convolution") for rank in _OVER},
    **{f"{name}{rank}D": _separable(rank) for name in ("SeparableConv", "SeparableConvolution") for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": _depthwise(rank) for rank in (1, 2)},
    **{f"{name}{rank}DTranspose": _transposed(rank) for name in ("Conv", "Convolution") for rank in _OVER},
    **{f"{name}{rank}D": _pool(_MAX, rank) for name in ("MaxPooling", "MaxPool") for rank in _OVER},
    **{f"{name}{rank}D": _pool(_MEAN, rank) for name in ("AveragePooling", "AvgPool") for rank in _OVER},
    **{f"AdaptiveMaxPooling{rank}D": _adaptive("keeps the largest number", rank) for rank in _OVER},
    **{f"AdaptiveAveragePooling{rank}D": _adaptive("takes the mean", rank) for rank in _OVER},
    **{
        f"Global{name}{rank}D": f"{verb} of each channel over the whole of {over}."
        for verb, names in ((_MAX, ("MaxPooling", "MaxPool")), (_MEAN, ("AveragePooling", "AvgPool")))
        for name in names
        for rank, over in _OVER.items()
    },
    **{f"ZeroPadding{rank}D": _padding(rank) for rank in _OVER},
    **{f"Cropping{rank}D": _cropping(rank) for rank in _OVER},
    **{f"UpSampling{rank}D": _upsampling(rank) for rank in _OVER},
    "Resizing": _resizing,
    "CenterCrop": _center_crop,
}
