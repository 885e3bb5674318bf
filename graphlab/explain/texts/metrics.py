"""What each Keras metric measures; keys are class and function names in lower case, without underscores."""

from __future__ import annotations

from graphlab.explain.texts.settings import Settings, Words, is_number, number

METRIC = "Measures how good the predictions are, for people to read; training does not depend on it."


def _top(settings: Settings) -> str:
    k = settings.get("k", 5)
    if k == 1:
        return "The share of examples whose true class has the highest score"
    return f"The share of examples whose true class is among the {k if is_number(k) else 'k'} highest scores"


def _binary(settings: Settings) -> str:
    limit = number(settings, "threshold", "0.5")
    return f"The share of yes-or-no answers that are right: a prediction above {limit} means yes."


def _counts(what: str) -> Words:
    return f"Counts the predictions that are {what}."


def _area(settings: Settings) -> str:
    if str(settings.get("curve", "ROC")).upper() == "PR":
        return "The area under the curve of precision over recall, for all thresholds: 1 is perfect."
    return (
        "The area under the ROC curve (true positives over false positives, for all "
        "thresholds): 1 is perfect, 0.5 guessing."
    )


def _best(what: str, key: str, constraint: str) -> Words:
    return lambda settings: (
        f"The best {what} at any threshold where {constraint} is at least {number(settings, key, 'a given value')}."
    )


def _f_score(settings: Settings) -> str:
    beta = number(settings, "beta", "1")
    return f"The weighted harmonic mean of precision and recall; recall counts {beta}² times as much: from 0 to 1."


METRIC_TEXTS: dict[str, Words] = {
    "accuracy": "The share of predictions that equal their labels.",
    "binaryaccuracy": _binary,
    "categoricalaccuracy": "The share of examples whose true class has the highest score; labels are one-hot.",
    "sparsecategoricalaccuracy": (
        "The share of examples whose true class has the highest score; labels are class numbers."
    ),
    "topkcategoricalaccuracy": lambda settings: f"{_top(settings)}; labels are one-hot.",
    "sparsetopkcategoricalaccuracy": lambda settings: f"{_top(settings)}; labels are class numbers.",
    "auc": _area,
    "precision": "The share of positive predictions that are correct.",
    "recall": "Of the examples that really are positive, the share that is found.",
    "precisionatrecall": _best("precision", "recall", "recall"),
    "recallatprecision": _best("recall", "precision", "precision"),
    "sensitivityatspecificity": _best("sensitivity", "specificity", "specificity"),
    "specificityatsensitivity": _best("specificity", "sensitivity", "sensitivity"),
    "truepositives": _counts("positive and right"),
    "truenegatives": _counts("negative and right"),
    "falsepositives": _counts("positive but wrong"),
    "falsenegatives": _counts("negative but wrong"),
    "f1score": "The harmonic mean of precision and recall, for each class: from 0 to 1.",
    "fbetascore": _f_score,
    "iou": "The overlap of predicted and true areas over their union, averaged over the target classes.",
    "binaryiou": "The overlap of predicted and true areas over their union, for yes-or-no pixels.",
    "meaniou": "The overlap of predicted and true areas over their union, averaged over all classes.",
    "onehotiou": (
        "The overlap of predicted and true areas over their union, averaged over the "
        "target classes; labels are one-hot."
    ),
    "onehotmeaniou": (
        "The overlap of predicted and true areas over their union, averaged over all classes; labels are one-hot."
    ),
    "meansquarederror": (
        "The average of the squared differences between predictions and targets, over the epoch so far."
    ),
    "rootmeansquarederror": "The square root of the average squared difference between predictions and targets.",
    "meanabsoluteerror": (
        "The average of the absolute differences between predictions and targets, over the epoch so far."
    ),
    "meanabsolutepercentageerror": (
        "The average of the absolute differences, as a percentage of the targets, over the epoch so far."
    ),
    "meansquaredlogarithmicerror": (
        "The average of the squared differences of the logarithms (of 1 plus each), over the epoch so far."
    ),
    "logcosherror": (
        "The average of log cosh of the errors: half the square of small errors, nearly linear in large ones."
    ),
    "logcosh": "The average of log cosh of the errors: half the square of small errors, nearly linear in large ones.",
    "huber": "The average of half the squared errors, but only linear in large errors, over the epoch so far.",
    "binarycrossentropy": (
        "Minus the logarithm of the probability given to the true answer, yes or no, over the epoch so far."
    ),
    "categoricalcrossentropy": (
        "Minus the logarithm of the probability given to the true class, over the epoch so far; labels are one-hot."
    ),
    "sparsecategoricalcrossentropy": (
        "Minus the logarithm of the probability given to the true class, over the epoch "
        "so far; labels are class numbers."
    ),
    "kldivergence": (
        "How much the predicted distributions differ from the true ones: the sum of p · log(p / q), on average."
    ),
    "poisson": "The average of prediction - target · log(prediction), over the epoch so far.",
    "hinge": "The average of max(0, 1 - label · prediction), with labels -1 and 1, over the epoch so far.",
    "squaredhinge": "The average of max(0, 1 - label · prediction)², with labels -1 and 1, over the epoch so far.",
    "categoricalhinge": (
        "How far the score of the true class falls short of the best other score plus 1, on average, at least 0."
    ),
    "cosinesimilarity": (
        "The cosine of the angle between prediction and target, on average: 1 where they point the same way."
    ),
    "pearsoncorrelation": (
        "How close predictions and targets are to a straight line: from -1 to 1 (Pearson's correlation)."
    ),
    "concordancecorrelation": (
        "How well predictions agree with targets, in scale and place too: from -1 to 1, 1 is perfect agreement."
    ),
    "r2score": "The share of the targets' variance that the predictions explain: 1 is perfect, 0 as good as the mean.",
    "mean": "The average of a number, such as the loss, over the epoch so far.",
    "sum": "The sum of a number over the epoch so far.",
    "meanmetricwrapper": "The average of a function of labels and predictions, over the epoch so far.",
    "metric": METRIC,
}


def metric_sentence(class_name: str, settings: Settings) -> str:
    """What a metric measures; for a user's metric, the purpose of any metric."""
    text = METRIC_TEXTS.get(class_name.replace("_", "").lower(), METRIC)
    return text if isinstance(text, str) else text(settings)
