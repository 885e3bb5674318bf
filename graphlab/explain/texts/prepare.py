"""What Keras' preprocessing layers do: images changed at random, words, categories, sound."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.facts import format_number
from graphlab.explain.texts.settings import Settings, Words, count, is_number

_ONLY = " in training; passes images on unchanged otherwise."


def _flip(settings: Settings) -> str:
    modes = {
        "horizontal": "left to right",
        "vertical": "upside down",
        "horizontal_and_vertical": "left to right and upside down",
    }
    how = modes.get(str(settings.get("mode", "horizontal_and_vertical")), "over")
    return f"Flips images {how} at random{_ONLY}"


def _at_random(what: str) -> str:
    return f"{what}{_ONLY}"


def _random_crop(settings: Settings) -> str:
    height, width = settings.get("height"), settings.get("width")
    size = f"{height} × {width} pixels" if is_number(height) and is_number(width) else "a given size"
    return f"Cuts {size} out of each image at a random place in training."


def _rand_augment(settings: Settings) -> str:
    ops = settings.get("num_ops")
    many = count(ops, "random change") if is_number(ops) else "random changes"
    return f"Applies {many} of colour or geometry to each image{_ONLY}"


def _tokens(settings: Settings) -> str:
    """The form in which categories are returned."""
    mode = settings.get("output_mode", "int")
    return _MODES.get(mode if isinstance(mode, str) else "", "")


_MODES = {
    "one_hot": " as a row with a single 1",
    "multi_hot": " as one row with a 1 for each category that occurs",
    "count": " as one row that counts each category",
    "tf_idf": " as one row of weights that are larger for rare categories (TF-IDF)",
}


def _encoding(settings: Settings) -> str:
    number = settings.get("num_tokens")
    of = f" of {format_number(number)} numbers" if is_number(number) else ""
    mode = settings.get("output_mode", "multi_hot")
    rows = {
        "one_hot": f"Turns each category into a row{of} with a single 1 at its place.",
        "multi_hot": f"Turns the categories of each example into one row{of}: 1 for each that occurs, 0 elsewhere.",
        "count": f"Turns the categories of each example into one row{of} that counts how often each occurs.",
    }
    return rows.get(str(mode), rows["multi_hot"])


def _discretization(settings: Settings) -> str:
    limits = settings.get("bin_boundaries")
    into = f" of {len(limits) + 1} intervals" if isinstance(limits, (list, tuple)) and limits else " of the intervals"
    return f"Replaces each number by the index of the interval it falls into, one{into}{_tokens(settings)}."


def _hashing(settings: Settings) -> str:
    bins = settings.get("num_bins")
    of = f" one of {format_number(bins)} buckets" if is_number(bins) else " a bucket"
    return f"Hashes each value to the number of{of}{_tokens(settings)}; different values may share a bucket."


def _crossing(settings: Settings) -> str:
    bins = settings.get("num_bins")
    of = f" one of {format_number(bins)} buckets" if is_number(bins) else " a bucket"
    return f"Combines its features into one and hashes the combination to{of}{_tokens(settings)}."


def _lookup(what: str) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        if settings.get("invert"):
            return f"Turns each index back into its {what}."
        return f"Replaces each {what} by its index in a vocabulary{_tokens(settings)}."

    return sentence


def _vectorization(settings: Settings) -> str:
    length = settings.get("output_sequence_length")
    cut = f", cut or filled to {format_number(length)} words" if is_number(length) else ""
    encoding = _tokens(settings)
    index = f"gives the words of each text{encoding}" if encoding else "replaces each word by its index in a vocabulary"
    return f"Splits texts into words and {index}{cut}."


def _mel(settings: Settings) -> str:
    bins = settings.get("num_mel_bins")
    many = f" {format_number(bins)}" if is_number(bins) else ""
    return f"Turns sound into a picture of its frequencies over time, on{many} mel bands that follow human hearing."


PREPARE_LAYERS: dict[str, Words] = {
    # images changed at random
    "RandomFlip": _flip,
    "RandomRotation": _at_random("Rotates each image by a random angle"),
    "RandomTranslation": _at_random("Shifts each image by a random distance"),
    "RandomZoom": _at_random("Zooms into or out of each image by a random factor"),
    "RandomShear": _at_random("Slants each image by a random amount"),
    "RandomPerspective": _at_random("Moves the corners of images at random, as if they were seen from another side"),
    "RandomElasticTransform": _at_random("Bends images at random, as if they were elastic"),
    "RandomCrop": _random_crop,
    "RandomErasing": _at_random("Covers a random patch of images"),
    "RandomBrightness": _at_random("Makes each image brighter or darker by a random amount"),
    "RandomContrast": _at_random("Raises or lowers the contrast of each image by a random factor"),
    "RandomHue": _at_random("Turns the hue of each image by a random amount"),
    "RandomSaturation": _at_random("Raises or lowers the saturation of each image by a random factor"),
    "RandomSharpness": _at_random("Sharpens or blurs each image by a random amount"),
    "RandomGaussianBlur": _at_random("Blurs images by a random amount"),
    "RandomGrayscale": _at_random("Turns images grey at random, keeping their number of channels"),
    "RandomInvert": _at_random("Inverts the colours of images at random"),
    "RandomPosterization": _at_random("Stores each colour in fewer bits, so that fewer shades are left"),
    "RandomColorDegeneration": _at_random("Mixes each image with its grey version by a random amount: duller colours"),
    "RandomColorJitter": _at_random("Changes brightness, contrast, saturation and hue of images at random"),
    "AugMix": _at_random("Mixes several randomly changed copies of the images with the images themselves"),
    "RandAugment": _rand_augment,
    "CutMix": "Pastes a random patch of another image into each image and mixes the labels by area, in training.",
    "MixUp": "Blends each image and its label with another image and its label, by a random share, in training.",
    # images changed the same way each time
    "AutoContrast": "Stretches the values of each image over the whole range of values.",
    "Equalization": "Spreads the values of each channel evenly over the range (histogram equalization), in training.",
    "ContrastLimitedAdaptiveHistogramEqualization": (
        "Spreads the values evenly within each tile of an image, with a limit on "
        "contrast, and blends the tiles (CLAHE)."
    ),
    "Solarization": "Inverts the pixels above a threshold; with a threshold of 0, all of them.",
    "MaxNumBoundingBoxes": "Cuts or fills the list of bounding boxes of each image to one length.",
    # categories, words, sound
    "CategoryEncoding": _encoding,
    "Discretization": _discretization,
    "Hashing": _hashing,
    "HashedCrossing": _crossing,
    "IntegerLookup": _lookup("whole number"),
    "StringLookup": _lookup("text"),
    "TextVectorization": _vectorization,
    "STFTSpectrogram": (
        "Turns sound into a picture of its frequencies over time: a Fourier transform of each short frame."
    ),
    "MelSpectrogram": _mel,
}
