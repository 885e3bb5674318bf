"""What each Keras activation does to a number, for the layer `Activation` and the layers of one activation."""

from __future__ import annotations

from graphlab.explain.texts.settings import Settings, Words, number

ACTIVATIONS: dict[str, str] = {
    "linear": "Passes its input on unchanged.",
    "relu": "Keeps positive numbers and sets negative ones to 0 (relu).",
    "relu6": "Sets negative numbers to 0 and numbers above 6 to 6 (relu6).",
    "leaky_relu": "Keeps positive numbers and multiplies negative ones by a small slope (leaky relu).",
    "elu": "Keeps positive numbers and bends negative ones smoothly towards -1 (elu).",
    "selu": "Keeps positive numbers, bends negative ones and scales both, so that values stay centred (selu).",
    "celu": "Keeps positive numbers and bends negative ones smoothly towards -1 (celu).",
    "gelu": "Multiplies each number by the chance that a normal random number is smaller: a smooth relu (gelu).",
    "silu": "Multiplies each number by its sigmoid: a smooth form of relu (silu, also called swish).",
    "mish": "Multiplies each number by tanh of its softplus: a smooth form of relu (mish).",
    "glu": "Splits its input into two halves and multiplies one by the sigmoid of the other (glu).",
    "sigmoid": "Squeezes each number into the range from 0 to 1 (sigmoid).",
    "log_sigmoid": "Takes the logarithm of each number's sigmoid: always negative (log sigmoid).",
    "hard_sigmoid": (
        "Maps each number to the range from 0 to 1 along a straight line, cut off at both ends (hard sigmoid)."
    ),
    "hard_silu": "Multiplies each number by its hard sigmoid: a piecewise form of silu (hard silu).",
    "hard_tanh": "Cuts each number off at -1 and 1 (hard tanh).",
    "tanh": "Squeezes each number into the range from -1 to 1 (tanh).",
    "tanh_shrink": "Subtracts from each number its tanh (tanh shrink).",
    "soft_shrink": "Moves each number towards 0 by a threshold and sets smaller ones to 0 (soft shrink).",
    "hard_shrink": "Sets numbers close to 0 to 0 and keeps the others (hard shrink).",
    "squareplus": "Smooth form of relu: the mean of x and √(x² + b) (squareplus).",
    "sparse_plus": "0 up to -1, x from 1 on, and a parabola between (sparse plus).",
    "sparse_sigmoid": "0 up to -1, 1 from 1 on, and a straight line between (sparse sigmoid).",
    "softplus": "Smooth form of relu: about 0 for negative numbers, about x for positive ones (softplus).",
    "softsign": "Squeezes each number into the range from -1 to 1: x / (1 + |x|) (softsign).",
    "softmax": "Turns the scores along the last axis into probabilities: all positive, together 1 (softmax).",
    "log_softmax": "Turns the scores along the last axis into logarithms of probabilities (log softmax).",
    "sparsemax": "Turns the scores along the last axis into probabilities of which many are exactly 0 (sparsemax).",
    "exponential": "Raises e to the power of each number (exponential).",
    "threshold": "Keeps each number above a threshold and replaces the others by a fixed value (threshold).",
}
_OTHER_NAMES = {
    "swish": "silu",
    "hard_swish": "hard_silu",
    "LeakyReLU": "leaky_relu",
    "ReLU": "relu",
    "ELU": "elu",
    "Softmax": "softmax",
}


def activation(settings: Settings) -> str:
    """What the layer Activation does with its function."""
    name = settings.get("activation")
    if not isinstance(name, str) or not name:
        return "Applies an activation function of your own to its input."
    name = _OTHER_NAMES.get(name, name)
    return ACTIVATIONS.get(name, f"Applies the activation function {name} to its input.")


def _relu(settings: Settings) -> str:
    slope, largest, threshold = (settings.get(key) for key in ("negative_slope", "max_value", "threshold"))
    limit = number(settings, "threshold", "0")
    below = (
        f"multiplies {_below(limit)} by {number(settings, 'negative_slope', '0')}"
        if slope
        else f"sets {_below(limit)} to 0"
    )
    if slope and threshold:
        below = (
            f"multiplies the distance of numbers below {limit} from {limit} by "
            f"{number(settings, 'negative_slope', '0')}"
        )
    top = f", and cuts off at {number(settings, 'max_value', '')}" if largest is not None else ""
    numbers = f"numbers from {limit} on" if threshold else "positive numbers"
    return f"Keeps {numbers}, {below}{top}."


def _below(limit: str) -> str:
    return "negative ones" if limit == "0" else f"those below {limit}"


def _leaky(settings: Settings) -> str:
    return (
        f"Keeps positive numbers and multiplies negative ones by {number(settings, 'negative_slope', 'a small slope')}."
    )


def _elu(settings: Settings) -> str:
    alpha = settings.get("alpha", 1.0)
    bound = f"{-alpha:g}" if isinstance(alpha, (int, float)) else "a negative number"
    return f"Keeps positive numbers and bends negative ones smoothly towards {bound}."


def _prelu(settings: Settings) -> str:
    shared = settings.get("shared_axes")
    who = "; each position has its own" if not shared else ", shared along some axes"
    return f"Keeps positive numbers and multiplies negative ones by a slope that is learned in training{who}."


def _softmax(settings: Settings) -> str:
    axis = settings.get("axis", -1)
    if isinstance(axis, (list, tuple)):
        along = f"axes {', '.join(map(str, axis))}" if len(axis) > 1 else f"axis {axis[0]}"
    else:
        along = "the last axis" if axis == -1 else f"axis {axis}"
    return f"Turns the scores along {along} into probabilities: all positive, together 1."


ACTIVATION_LAYERS: dict[str, Words] = {
    "Activation": activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "PReLU": _prelu,
    "Softmax": _softmax,
}
