"""What a layer, or another kind of group, does, in a sentence for a learner. Knows nothing about pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphlab.explain.facts import format_number
from graphlab.graph import Group, JsonValue

Settings = Mapping[str, JsonValue]


def group_sentence(group: Group) -> str:
    """What a group is for: of a layer by its class and settings, of others by their kind; "" for mere scopes."""
    if group.kind == "layer":
        return _layer_sentence(group.class_name, group.settings)
    if group.kind == "optimizer":
        return OPTIMIZERS.get(group.class_name, _OPTIMIZER)
    if group.kind == "gradients" and group.class_name:
        return "The part of the backward pass that goes through this: how the loss changes with what it got and holds."
    return KINDS.get(group.kind, "")


def _layer_sentence(class_name: str, settings: Settings) -> str:
    found = LAYER_TEXTS.get(class_name, "")
    sentence = found if isinstance(found, str) else found(settings)
    activation = settings.get("activation")
    if not sentence or class_name in _OWN_ACTIVATION or not isinstance(activation, str) or activation == "linear":
        return sentence
    return f"{sentence.removesuffix('.')}, then {activation}."


def _number(settings: Settings, key: str, noun: str) -> str:
    """`each of the 256 neurons`; `each neuron` where the number is not known."""
    value = settings.get(key)
    return f"each of the {format_number(value)} {noun}s" if isinstance(value, int) and value > 1 else f"each {noun}"


def _dense(settings: Settings) -> str:
    bias = " plus its bias" if settings.get("use_bias", True) else ""
    return f"Fully connected: {_number(settings, 'units', 'neuron')} gives the weighted sum of all inputs{bias}."


def _convolution(what: str) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        return f"Slides small filters over {what}: {_number(settings, 'filters', 'filter')} gives one channel."

    return sentence


def _embedding(settings: Settings) -> str:
    size = settings.get("output_dim")
    numbers = f"{format_number(size)} learned numbers" if isinstance(size, int) else "learned numbers"
    return f"Looks each index up in a table: a row of {numbers} stands for it."


def _recurrent(how: str) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        given = "the state after each step" if settings.get("return_sequences") else "the state after the last step"
        return f"Reads a sequence step by step and keeps a state, {how}; it gives {given}."

    return sentence


def _heads(settings: Settings) -> str:
    return (
        f"Attention: {_number(settings, 'num_heads', 'head')} weighs all positions by how well their keys fit a "
        "position's query, and sums up their values with these weights."
    )


def _dropout(settings: Settings) -> str:
    rate = settings.get("rate")
    part = f"{rate:.0%} of its inputs" if isinstance(rate, float) else "some of its inputs"
    return f"Sets {part}, chosen at random, to zero in training; does nothing otherwise."


_OPTIMIZER = "Changes each variable a little, against its gradient, so that the loss gets smaller."
_ADAM = "Changes each variable against a running mean of its gradient, divided by the gradient's usual size."
OPTIMIZERS = {
    **dict.fromkeys(("Adam", "AdamW", "Nadam", "Adamax"), _ADAM),
    "RMSprop": "Changes each variable against its gradient, divided by the gradient's usual size.",
    "LossScaleOptimizer": (
        "Scales the loss up so that small gradients survive float16, and gradients down again before the optimizer "
        "inside applies them; it skips a step whose gradients are not finite."
    ),
}
KINDS = {
    "model": "A model: its layers, in the order in which data flows through them.",
    "loss": "How far the predictions are from the labels: the number that training makes smaller.",
    "gradients": "The backward pass: how the loss changes with each variable, from the last layer to the first.",
    "metrics": "Measures how good the predictions are, for people to read; training does not depend on it.",
    "update": "Changes one variable by its gradient.",
    "loop": "Runs its body again and again, as long as its condition holds.",
    "choice": "Runs one of its branches.",
    "function": "A function that the graph calls.",
}
_OWN_ACTIVATION = frozenset({"LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell", "Activation"})
_NORMALIZED = "so that they have mean 0 and variance 1, then scales and shifts them by learned numbers."
_CELL = "One step of a recurrent layer: makes the next state of the last one and of the step's input."
_PAIRS = {
    "Add": "Adds its inputs up, number by number.",
    "Subtract": "Takes its second input from its first, number by number.",
    "Multiply": "Multiplies its inputs, number by number.",
    "Average": "Takes the mean of its inputs, number by number.",
    "Maximum": "Takes the largest of its inputs, number by number.",
    "Minimum": "Takes the smallest of its inputs, number by number.",
    "Concatenate": "Joins its inputs along one axis.",
    "Dot": "Multiplies two inputs and sums up along an axis.",
}
LAYER_TEXTS: dict[str, str | Callable[[Settings], str]] = {
    **_PAIRS,
    "Dense": _dense,
    "EinsumDense": "Fully connected along the axes that its equation names: weighted sums of its inputs.",
    **dict.fromkeys(("Conv1D", "SeparableConv1D"), _convolution("the sequence")),
    **dict.fromkeys(("Conv2D", "SeparableConv2D"), _convolution("the image")),
    "Conv3D": _convolution("the volume"),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), "Slides a small filter over each channel by itself."),
    **dict.fromkeys(
        ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
        "A convolution turned round: spreads each input over its neighbourhood, weighted by its filters.",
    ),
    "Embedding": _embedding,
    "LSTM": _recurrent("with gates that decide what to forget and what to keep"),
    "GRU": _recurrent("with gates that decide how much of it to renew"),
    "SimpleRNN": _recurrent("made of the input and of the state before"),
    **dict.fromkeys(("LSTMCell", "GRUCell", "SimpleRNNCell"), _CELL),
    "Bidirectional": "Reads the sequence forwards and backwards, with a layer for each, and joins what they give.",
    "TimeDistributed": "Applies the same layer to each step of a sequence.",
    "MultiHeadAttention": _heads,
    "GroupQueryAttention": _heads,
    **dict.fromkeys(
        ("Attention", "AdditiveAttention"),
        "Weighs all positions by how well their keys fit a query, and sums up their values with these weights.",
    ),
    "BatchNormalization": f"Normalizes each channel over the batch (after training by running averages), {_NORMALIZED}",
    "LayerNormalization": f"Normalizes the numbers of each position, {_NORMALIZED}",
    "GroupNormalization": f"Normalizes groups of channels of each example, {_NORMALIZED}",
    "RMSNormalization": "Divides the numbers of each position by their root mean square, then scales them.",
    "Normalization": "Shifts and scales each feature by a mean and a variance that were measured before.",
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D"), _dropout),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), "Keeps the largest number of each window."),
    **dict.fromkeys(
        ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"),
        "Keeps the mean of each window.",
    ),
    **dict.fromkeys(
        ("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"), "Keeps the largest number of each channel."
    ),
    **dict.fromkeys(
        ("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"),
        "Keeps the mean of each channel.",
    ),
    "Flatten": "Lines all numbers of an example up in one row.",
    "Reshape": "Gives the same numbers another shape.",
    "Permute": "Puts the axes in another order.",
    "RepeatVector": "Repeats each row, as a sequence.",
    "Rescaling": "Multiplies by a number and adds another.",
    "ZeroPadding2D": "Puts a border of zeros around each image.",
    "Cropping2D": "Cuts the border off each image.",
    "UpSampling2D": "Repeats rows and columns: a larger picture.",
    **dict.fromkeys(("LeakyReLU", "PReLU", "ELU"), "Lets positive numbers through and damps negative ones."),
    "ReLU": "Sets negative numbers to zero.",
    "Softmax": "Turns scores into probabilities that sum up to 1.",
}
