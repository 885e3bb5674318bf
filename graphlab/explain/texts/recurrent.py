"""What Keras' recurrent and attention layers do."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.explain.facts import format_number
from graphlab.explain.texts.settings import Settings, Words, each, is_number, number


def _recurrent(how: str) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        direction = "backwards, from the last step to the first," if settings.get("go_backwards") else "step by step"
        units = settings.get("units")
        state = f"a state of {format_number(units)} numbers" if is_number(units) and units != 1 else "a state"
        return f"Reads a sequence {direction} and keeps {state}, {how}; {_output_phrase(settings)}."

    return sentence


def _output_phrase(settings: Settings) -> str:
    states = "the state after each step" if settings.get("return_sequences") else "the state after the last step"
    return f"it gives {states}" + (", and the last state" if settings.get("return_state") else "")


def _any_recurrent(settings: Settings) -> str:
    cell = settings.get("cell")
    cell_text = f" (`{cell}`)" if isinstance(cell, str) and cell else ""
    return f"Runs its cell{cell_text} over a sequence, step by step, passing a state on; {_output(settings)}."


def _output(settings: Settings) -> str:
    return "it gives the output of each step" if settings.get("return_sequences") else "it gives the last output"


def _conv_recurrent(what: str) -> Callable[[Settings], str]:
    def sentence(settings: Settings) -> str:
        return (
            f"A long short-term memory for a sequence of {what}: its gates and its state are computed by convolutions; "
            f"{_output_phrase(settings)}."
        )

    return sentence


def _bidirectional(settings: Settings) -> str:
    layer = settings.get("layer")
    layer_text = f"one {layer} for each" if isinstance(layer, str) and layer else "with a layer for each"
    mode = settings.get("merge_mode", "concat")
    joined = _MERGES.get(mode, "joins") if isinstance(mode, str) else "gives both of"
    return f"Reads the sequence forwards and backwards, {layer_text}, and {joined} what they give."


_MERGES = {"concat": "joins", "sum": "adds up", "mul": "multiplies", "ave": "averages"}


def _heads(settings: Settings) -> str:
    return (
        f"Attention: {each(settings, 'num_heads', 'head')} weighs all positions by how well their keys fit a "
        "position's query, and sums up their values with these weights."
    )


def _grouped_heads(settings: Settings) -> str:
    return (
        f"Attention: {each(settings, 'num_query_heads', 'head')} weighs all positions by how well their keys fit a "
        f"position's query; the heads share {number(settings, 'num_key_value_heads', 'fewer')} sets of keys and values."
    )


def _dot_attention(settings: Settings) -> str:
    concat = settings.get("score_mode") == "concat"
    how = "by tanh of query plus key, summed up" if concat else "by the product of query and key"
    return f"Attention: weighs all positions {how}, and adds up their values so weighted."


def _additive(settings: Settings) -> str:
    scale = ", scaled by learned numbers," if settings.get("use_scale", True) else ""
    return (
        f"Attention: weighs all positions by tanh of query plus key, summed up{scale} and "
        "adds up their values so weighted."
    )


_CELL = "One step of a recurrent layer: makes the next state of the previous state and the step's input"
SEQUENCE_LAYERS: dict[str, Words] = {
    "LSTM": _recurrent("with gates that decide what to forget and what to keep"),
    "GRU": _recurrent("with gates that decide how much of it to renew"),
    "SimpleRNN": _recurrent("made of the input and of the state before"),
    "RNN": _any_recurrent,
    "LSTMCell": f"{_CELL}, with gates that decide what to forget and what to keep.",
    "GRUCell": f"{_CELL}, with gates that decide how much of it to renew.",
    "SimpleRNNCell": f"{_CELL}: weighted sums of both.",
    "StackedRNNCells": "Runs one time step through several recurrent cells, each fed by the one before.",
    "ConvLSTM1D": _conv_recurrent("rows"),
    "ConvLSTM2D": _conv_recurrent("images"),
    "ConvLSTM3D": _conv_recurrent("volumes"),
    "Bidirectional": _bidirectional,
    "MultiHeadAttention": _heads,
    "GroupQueryAttention": _grouped_heads,
    "GroupedQueryAttention": _grouped_heads,
    "Attention": _dot_attention,
    "AdditiveAttention": _additive,
}
