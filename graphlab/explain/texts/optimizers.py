"""How each Keras optimizer changes the variables."""

from __future__ import annotations

from graphlab.explain.texts.settings import Settings, Words, is_real, number

OPTIMIZER = "Changes each variable a little, against its gradient, so that the loss gets smaller."
_ADAM = (
    "Changes each variable against a running mean of its gradient, divided by the root of a running mean of its square"
)


def _sgd(settings: Settings) -> str:
    if not settings.get("momentum"):
        return "Changes each variable a step against its gradient: the learning rate times the gradient."
    momentum = number(settings, "momentum", "some")
    ahead = ", looking one step ahead (Nesterov momentum)" if settings.get("nesterov") else ""
    return (
        f"Changes each variable by a velocity, which keeps {momentum} of itself and gains a "
        f"step against the gradient{ahead}."
    )


def _adam(settings: Settings) -> str:
    largest = "; it divides by the largest such root so far (AMSGrad)" if settings.get("amsgrad") else ""
    return f"{_ADAM}{largest}."


def _rmsprop(settings: Settings) -> str:
    divided = (
        "a running estimate of its standard deviation"
        if settings.get("centered")
        else "the root of a running mean of its square"
    )
    speed = f", keeping {number(settings, 'momentum', 'some')} of its speed" if settings.get("momentum") else ""
    return f"Changes each variable against its gradient, divided by {divided}{speed}."


def _adafactor(settings: Settings) -> str:
    own = " Its step size follows the size of the variable." if settings.get("relative_step", True) else ""
    return (
        "Changes each variable against its gradient, divided by its usual size, which it keeps for rows and columns of "
        f"a matrix only, to save memory.{own}"
    )


def _ftrl(settings: Settings) -> str:
    zeros = " A penalty keeps many numbers at exactly 0." if settings.get("l1_regularization_strength") else ""
    return (
        "Changes each variable by all its gradients so far, with steps that get smaller "
        f"(follow the regularized leader).{zeros}"
    )


_MOVES: dict[str, Words] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adam,
    "Nadam": f"{_ADAM}, looking one step ahead (Nesterov momentum).",
    "Adamax": (
        "Changes each variable against a running mean of its gradient, divided by a decaying maximum of its size."
    ),
    "Lamb": (f"{_ADAM}; the step of each variable is scaled to the size of that variable, which suits large batches."),
    "Lion": (
        "Changes each number of a variable by the same step, in the direction against a "
        "running mean of its gradient: only the sign counts."
    ),
    "Muon": (
        "Changes each matrix by a running mean of its gradient whose directions are made "
        "equally strong; other variables as "
        "AdamW does."
    ),
    "ScheduleFreeAdamW": (
        f"{_ADAM}, and averages the variables over all steps, so that no learning-rate schedule is needed."
    ),
    "RMSprop": _rmsprop,
    "Adagrad": "Changes each variable against its gradient, divided by the root of the sum of all its squares so far.",
    "Adadelta": (
        "Changes each variable against its gradient, scaled by the usual size of its "
        "recent steps over that of its recent gradients."
    ),
    "Adafactor": _adafactor,
    "Ftrl": _ftrl,
    "MultiOptimizer": "Hands each variable to one of several optimizers.",
    "OptimizerMap": "Assigns an optimizer to each variable.",
    "LossScaleOptimizer": (
        "Scales the loss up so that small gradients survive float16, and gradients down again before the optimizer "
        "inside applies them; it skips a step whose gradients are not finite."
    ),
    "Optimizer": OPTIMIZER,
}
# Their weight decay is part of the method, even if the settings do not show it.
_DECOUPLED = {"AdamW": 0.004, "ScheduleFreeAdamW": None, "Muon": 0.004}


def optimizer_sentence(class_name: str, settings: Settings) -> str:
    """How an optimizer changes variables; for a user's optimizer, what every optimizer does."""
    text = _MOVES.get(class_name, OPTIMIZER)
    sentence = text if isinstance(text, str) else text(settings)
    return sentence + _decay(class_name, settings) + _clipping(settings)


def _decay(class_name: str, settings: Settings) -> str:
    decay = settings.get("weight_decay", _DECOUPLED.get(class_name))
    if not is_real(decay) or not decay:
        return ""
    apart = ", apart from the gradient (decoupled weight decay)" if class_name in _DECOUPLED else " (weight decay)"
    return f" Each step also shrinks the variables by {decay:g} times the learning rate{apart}."


def _clipping(settings: Settings) -> str:
    for key, what in (
        ("clipvalue", "Each number of a gradient is limited to ±{}."),
        ("clipnorm", "Each gradient longer than {} is shortened to that length."),
        ("global_clipnorm", "Gradients that together are longer than {} are shortened to that length."),
    ):
        if is_real(settings.get(key)):
            return " " + what.format(number(settings, key, ""))
    return ""
