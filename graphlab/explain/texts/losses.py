"""What each Keras loss measures; keys are class and function names in lower case, without underscores."""

from __future__ import annotations

from graphlab.explain.texts.settings import Settings, Words, number

LOSS = "How far the predictions are from the labels: the number that training makes smaller."


def _scores(settings: Settings) -> str:
    from_logits = settings.get("from_logits")
    if not isinstance(from_logits, bool):
        return ""
    return " The predictions are scores (logits)." if from_logits else " The predictions are probabilities."


def _smoothed(settings: Settings) -> str:
    return (
        f" Labels are smoothed by {number(settings, 'label_smoothing', '0')}."
        if settings.get("label_smoothing")
        else ""
    )


def _entropy(text: str) -> Words:
    return lambda settings: f"{text}{_scores(settings)}{_smoothed(settings)}"


def _huber(settings: Settings) -> str:
    delta = number(settings, "delta", "`delta`")
    return (
        f"The average of half the squared errors, but only linear in errors larger than {delta}: outliers count less."
    )


def _generalized(settings: Settings) -> str:
    power = number(settings, "q", "q")
    return (
        "The average of (1 - pᵠ) / q, with p the probability of the true class and q = "
        f"{power}: wrong labels count less "
        "than in cross-entropy."
    )


def _tversky(settings: Settings) -> str:
    alpha, beta = number(settings, "alpha", "α"), number(settings, "beta", "β")
    return (
        "1 minus the overlap of prediction and label over the sum of that overlap, "
        f"{alpha} times the false positives and "
        f"{beta} times the false negatives: made for segmentation."
    )


LOSS_TEXTS: dict[str, Words] = {
    "meansquarederror": "The average of the squared differences between predictions and targets.",
    "meanabsoluteerror": "The average of the absolute differences between predictions and targets.",
    "meanabsolutepercentageerror": "The average of the absolute differences, as a percentage of the targets.",
    "meansquaredlogarithmicerror": (
        "The average of the squared differences between log(1 + prediction) and log(1 + "
        "target): ratios count, not sizes."
    ),
    "huber": _huber,
    "logcosh": "The average of log cosh of the errors: half the square of small errors, nearly linear in large ones.",
    "binarycrossentropy": _entropy(
        "Minus the logarithm of the probability given to the true answer, yes or no, on average."
    ),
    "binaryfocalcrossentropy": _entropy(
        "Cross-entropy of yes-or-no answers in which examples that are already right count less."
    ),
    "categoricalcrossentropy": _entropy(
        "Minus the logarithm of the probability given to the true class, on average; labels are one-hot."
    ),
    "categoricalfocalcrossentropy": _entropy(
        "Cross-entropy of classes in which examples that are already right count less; labels are one-hot."
    ),
    "sparsecategoricalcrossentropy": _entropy(
        "Minus the logarithm of the probability given to the true class, on average; labels are class numbers."
    ),
    "categoricalgeneralizedcrossentropy": _generalized,
    "kldivergence": "How much the predicted distribution differs from the true one: the sum of p · log(p / q).",
    "poisson": "The average of prediction - target · log(prediction): suits counts.",
    "hinge": "The average of max(0, 1 - label · prediction), with labels -1 and 1: 0 once the margin is kept.",
    "squaredhinge": "The average of max(0, 1 - label · prediction)², with labels -1 and 1.",
    "categoricalhinge": "How far the score of the true class falls short of the best other score plus 1, at least 0.",
    "cosinesimilarity": (
        "Minus the cosine of the angle between prediction and target: -1 where they point the same way."
    ),
    "dice": "1 minus twice the overlap of prediction and label over the sum of both: made for segmentation.",
    "tversky": _tversky,
    "circle": (
        "Pulls embeddings of the same class together and pushes those of other classes apart; far-off pairs count more."
    ),
    "ctc": (
        "Minus the logarithm of the probability of the label sequence, over all ways to "
        "align it with the time steps (CTC)."
    ),
    "loss": LOSS,
}


def loss_sentence(class_name: str, settings: Settings) -> str:
    """What a loss measures; for a user's loss, the purpose of any loss."""
    text = LOSS_TEXTS.get(class_name.replace("_", "").lower(), LOSS)
    sentence = text if isinstance(text, str) else text(settings)
    return _as_sum(sentence) if settings.get("reduction") == "sum" else sentence


def _as_sum(sentence: str) -> str:
    return sentence.replace("The average of", "The sum of", 1).replace(", on average", ", summed up", 1)
