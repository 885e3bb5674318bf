"""What ops and groups mean, in words and numbers. Independent of TensorFlow, pixels and Dash."""

from graphlab.explain.body_arguments import variables_through_arguments
from graphlab.explain.facts import format_bytes, format_flops, format_number, format_value
from graphlab.explain.families import FAMILIES, family
from graphlab.explain.foreign import tensorflow_type
from graphlab.explain.group_texts import group_sentence
from graphlab.explain.hints import hint
from graphlab.explain.sentences import Explanation, explain
from graphlab.explain.sizes.graph_sizes import Sizes
from graphlab.explain.summaries import group_summary, layer_title
from graphlab.explain.totals import GroupTotals, group_totals
from graphlab.explain.work.totals import Work, elements, examples, flops, is_idle, op_work, per_words, total_work
from graphlab.explain.work.words import (
    OpenSize,
    input_examples,
    input_name,
    left_out,
    open_sizes,
    user_inputs,
    why_unknown,
    work_words,
)

__all__ = [
    "FAMILIES",
    "Explanation",
    "GroupTotals",
    "OpenSize",
    "Sizes",
    "Work",
    "elements",
    "examples",
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
    "hint",
    "input_examples",
    "input_name",
    "is_idle",
    "layer_title",
    "left_out",
    "op_work",
    "open_sizes",
    "per_words",
    "tensorflow_type",
    "total_work",
    "user_inputs",
    "variables_through_arguments",
    "why_unknown",
    "work_words",
]
