"""What each Keras layer class does: dense, recurrent, attention, normalization, merging, shapes."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.facts import format_number
from graphlab.explain.texts.activations import ACTIVATION_LAYERS
from graphlab.explain.texts.recurrent import SEQUENCE_LAYERS
from graphlab.explain.texts.settings import (
    Settings,
    Words,
    axes_words,
    by,
    each,
    is_number,
    is_real,
    number,
    percent,
    sizes,
)
from graphlab.explain.texts.windows import WINDOW_LAYERS

_SCALED = "so that they have mean 0 and variance 1"


def _dense(settings: Settings) -> str:
    bias = " plus its bias" if settings.get("use_bias", True) else ""
    return (
        f"Fully connected: {each(settings, 'units', 'neuron')} gives the weighted sum of "
        "all numbers along the last axis"
        f"{bias}."
    )


def _einsum_dense(settings: Settings) -> str:
    equation = settings.get("equation")
    subject = f"the equation `{equation}` names" if isinstance(equation, str) else "its equation names"
    bias = ", plus a bias" if settings.get("bias_axes") else ""
    return f"Fully connected along the axes that {subject}: weighted sums of its inputs{bias}."


def _embedding(settings: Settings) -> str:
    rows, size = settings.get("input_dim"), settings.get("output_dim")
    table = f"a table of {format_number(rows)} rows" if is_number(rows) else "a table"
    numbers = f"{format_number(size)} learned numbers" if is_number(size) and size != 1 else "learned numbers"
    return f"Looks each index up in {table}: it becomes a row of {numbers}."


def _reversible(settings: Settings) -> str:
    tied = "the same table" if settings.get("tie_weights", True) else "a second table"
    return f"{_embedding(settings)} Called in reverse, it turns such rows into a score for each index, with {tied}."


def _batch_norm(settings: Settings) -> str:
    return f"Normalises each channel over the batch (after training by running averages), {_SCALED}{_affine(settings)}."


def _layer_norm(settings: Settings) -> str:
    axis = settings.get("axis", -1)
    what = "of each position" if axis in (-1, [-1]) else f"{axes_words(settings).strip()} of each example"
    return f"Normalises the numbers {what}, {_SCALED}{_affine(settings)}."


def _group_norm(settings: Settings) -> str:
    groups = settings.get("groups")
    many = f"{groups} groups of channels" if is_number(groups) and groups > 1 else "groups of channels"
    if groups == -1:
        many = "each channel"
    if groups == 1:
        many = "all channels together"
    return f"Normalises {many} of each example, {_SCALED}{_affine(settings)}."


def _affine(settings: Settings) -> str:
    words = {
        (True, True): ", then scales and shifts them by learned numbers",
        (True, False): ", then scales them by learned numbers",
        (False, True): ", then shifts them by learned numbers",
        (False, False): "",
    }
    return words[bool(settings.get("scale", True)), bool(settings.get("center", True))]


def _unit_norm(settings: Settings) -> str:
    return f"Divides the numbers{axes_words(settings)} by their length, so that the squares add up to 1."


def _dropout(settings: Settings) -> str:
    return _dropped(settings, "its inputs", "")


def _spatial_dropout(what: str) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        return _dropped(settings, f"the {what}", ", each as a whole,")

    return sentence


def _dropped(settings: Settings, what: str, whole: str) -> str:
    rate = settings.get("rate")
    if not is_real(rate):
        return f"Sets some of {what}{whole} to zero at random in training; does nothing otherwise."
    if rate == 0:
        return "Does nothing: its rate is 0."
    scaled = (
        f" and multiplies the others by {1 / (1 - rate):.4g}, so that the expected sum stays the same,"
        if rate < 1
        else ""
    )
    return f"Sets {percent(rate)} of {what}{whole} to zero at random{scaled} in training; does nothing otherwise."


def _alpha_dropout(settings: Settings) -> str:
    part = percent(settings.get("rate"))
    return (
        f"Sets {part} of its inputs, chosen at random, to selu's lowest value in training "
        "and rescales all of them, so that mean and "
        "variance stay the same; does nothing otherwise."
    )


def _gaussian_dropout(settings: Settings) -> str:
    rate = settings.get("rate")
    deviation = f"{(rate / (1 - rate)) ** 0.5:.4g}" if is_real(rate) and 0 <= rate < 1 else "a given size"
    return (
        f"Multiplies each number by a random one around 1 (standard deviation {deviation}) in training; "
        "does nothing otherwise."
    )


def _gaussian_noise(settings: Settings) -> str:
    size = number(settings, "stddev", "a given size")
    return f"Adds random noise around 0 (standard deviation {size}) in training; does nothing otherwise."


def _concatenate(settings: Settings) -> str:
    return f"Joins its inputs{axes_words(settings) or ' along one axis'}."


def _dot(settings: Settings) -> str:
    cosine = ", after dividing both by their lengths (cosine similarity)" if settings.get("normalize") else ""
    return f"Multiplies two inputs and sums up the products{axes_words(settings, 'axes')}{cosine}."


def _reshape(settings: Settings) -> str:
    target = sizes(settings, "target_shape")
    return "Gives the same numbers another shape" + (
        f": {by(target)} per example." if target and -1 not in target else "."
    )


def _permute(settings: Settings) -> str:
    dims = sizes(settings, "dims")
    return "Puts the axes in another order" + (
        f": {', '.join(map(str, dims))} (1 is the first after the batch)." if dims else "."
    )


def _repeat(settings: Settings) -> str:
    times = settings.get("n")
    many = f" {format_number(times)} times" if is_number(times) and times > 1 else ""
    return (
        f"Repeats each example's vector{many}: a sequence of equal steps."
        if times != 1
        else "Makes a sequence of one step."
    )


def _rescaling(settings: Settings) -> str:
    offset = settings.get("offset", 0)
    scale = number(settings, "scale", "a number")
    if is_real(offset) and offset == 0:
        return f"Multiplies each number by {scale}."
    return f"Multiplies each number by {scale} and adds {number(settings, 'offset', 'another')}."


def _masking(settings: Settings) -> str:
    return (
        f"Marks the steps whose numbers all equal {number(settings, 'mask_value', '0')}: "
        "the layers that follow skip them."
    )


def _penalty(settings: Settings) -> str:
    parts = [
        f"{number(settings, key, '')} times the sum of {what}"
        for key, what in (("l1", "their sizes"), ("l2", "their squares"))
        if settings.get(key)
    ]
    return f"Passes its inputs on unchanged and adds {' and '.join(parts) or 'a penalty of 0'} to the loss."


LAYER_TEXTS: dict[str, Words] = {
    **ACTIVATION_LAYERS,
    **WINDOW_LAYERS,
    **SEQUENCE_LAYERS,
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible,
    "TimeDistributed": "Applies the same layer to each step of a sequence.",
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "GroupNormalization": _group_norm,
    "RMSNormalization": (
        "Divides the numbers by their root mean square along the normalised axes, then scales them by learned numbers."
    ),
    "UnitNormalization": _unit_norm,
    "SpectralNormalization": (
        "Divides the weights of the layer inside by their largest singular value, estimated step by step, so that it "
        "cannot stretch its input."
    ),
    "Normalization": (
        "Shifts and scales each feature by a mean and a variance that were given or measured before training."
    ),
    "Dropout": _dropout,
    "SpatialDropout1D": _spatial_dropout("channels"),
    "SpatialDropout2D": _spatial_dropout("channels"),
    "SpatialDropout3D": _spatial_dropout("channels"),
    "AlphaDropout": _alpha_dropout,
    "GaussianDropout": _gaussian_dropout,
    "GaussianNoise": _gaussian_noise,
    "ActivityRegularization": _penalty,
    "Add": "Adds its inputs up, number by number.",
    "Subtract": "Subtracts its second input from its first, number by number.",
    "Multiply": "Multiplies its inputs, number by number.",
    "Average": "Takes the mean of its inputs, number by number.",
    "Maximum": "Takes the largest of its inputs, number by number.",
    "Minimum": "Takes the smallest of its inputs, number by number.",
    "Concatenate": _concatenate,
    "Dot": _dot,
    "Flatten": "Lines up all numbers of an example in one row.",
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat,
    "Rescaling": _rescaling,
    "Identity": "Passes its input on unchanged.",
    "Lambda": "Calls a function of your own on its input.",
    "Masking": _masking,
    "InputLayer": "An input of the model.",
    "InputSpec": "Describes what a layer accepts as input.",
    "Layer": "A layer that computes nothing.",
    "Wrapper": "Calls the layer inside it.",
    "TFSMLayer": "Calls a TensorFlow SavedModel from a file.",
    "JaxLayer": "Calls a JAX function.",
    "FlaxLayer": "Calls a Flax module.",
    "TorchModuleWrapper": "Calls a PyTorch module.",
    "Pipeline": "Applies its layers one after the other.",
}
