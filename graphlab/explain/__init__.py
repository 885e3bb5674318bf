"""What ops and groups mean, in words and numbers. Knows nothing about TensorFlow, pixels or Dash."""

from graphlab.explain.facts import format_bytes, format_flops, format_number, format_value
from graphlab.explain.families import FAMILIES, family
from graphlab.explain.flop_counts import flops, total_flops
from graphlab.explain.foreign import tensorflow_type
from graphlab.explain.group_texts import group_sentence
from graphlab.explain.handed import handed_variables
from graphlab.explain.hints import hint
from graphlab.explain.sentences import Explanation, explain
from graphlab.explain.summaries import GroupTotals, group_summary, group_totals, layer_title

__all__ = [
    "FAMILIES",
    "Explanation",
    "GroupTotals",
    "explain",
    "family",
    "flops",
    "format_bytes",
    "format_flops",
    "format_number",
    "format_value",
    "group_sentence",
    "group_summary",
    "group_totals",
    "handed_variables",
    "hint",
    "layer_title",
    "tensorflow_type",
    "total_flops",
]
