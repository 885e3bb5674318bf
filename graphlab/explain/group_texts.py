"""What a layer or another group does, in one sentence. Independent of pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphlab.graph import Group, JsonValue

Settings = Mapping[str, JsonValue]


def group_sentence(group: Group) -> str:
    """What a group is for. For Keras' own objects by class and settings, for others by kind; "" for mere scopes."""
    if group.kind == "loss" and group.label == "loss scale":
        return "Scales the loss up, so that small gradients do not vanish in a low-precision dtype."
    if group.kind in KERAS:
        return KERAS[group.kind](group.class_name, group.settings)
    if group.kind == "gradients" and group.class_name:
        return (
            "The part of the backward pass that goes through this: how the loss changes with its inputs and variables."
        )
    return KINDS.get(group.kind, "")


# The texts are imported on demand: they are many, and the first graph needs none of them.
def _layer(class_name: str, settings: Settings) -> str:
    from graphlab.explain.texts.layers import LAYER_TEXTS

    text = LAYER_TEXTS.get(class_name, "")
    sentence = text if isinstance(text, str) else text(settings)
    activation = settings.get("activation")
    if not sentence or class_name in _OWN_ACTIVATION or not isinstance(activation, str) or activation == "linear":
        return sentence
    if activation == "softmax" and settings.get("units") == 1:
        return f"{sentence.removesuffix('.')}, then softmax, which turns a single number into 1, whatever it is."
    return f"{sentence.removesuffix('.')}, then {activation}."


def _loss(class_name: str, settings: Settings) -> str:
    from graphlab.explain.texts.losses import LOSS, loss_sentence

    own = loss_sentence(class_name, settings)
    return own if own == LOSS else f"{own} Training makes it smaller."


def _metric(class_name: str, settings: Settings) -> str:
    from graphlab.explain.texts.metrics import metric_sentence

    return metric_sentence(class_name, settings)


def _optimizer(class_name: str, settings: Settings) -> str:
    from graphlab.explain.texts.optimizers import optimizer_sentence

    return optimizer_sentence(class_name, settings)


KERAS: dict[str, Callable[[str, Settings], str]] = {
    "layer": _layer,
    "loss": _loss,
    "metrics": _metric,
    "optimizer": _optimizer,
}
KINDS = {
    "model": "A model: its layers, in the order in which data flows through them.",
    "gradients": "The backward pass: how the loss changes with each variable, from the last layer to the first.",
    "update": "Changes one variable by its gradient.",
    "loop": "Runs its body again and again, as long as its condition holds.",
    "conditional": "Runs one of its branches.",
    "function": "A function that the graph calls.",
}
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell")
_OWN_ACTIVATION = frozenset((*_RECURRENT, "Activation", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"))
