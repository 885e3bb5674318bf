"""The words on boxes and frames."""

from __future__ import annotations

import re
from dataclasses import replace

from graphlab.explain import GroupTotals, family, group_summary, hint, tensorflow_type
from graphlab.graph import Op, display_name
from graphlab.graph.stages import stage_name
from graphlab.view.apart import USER_NAMED_KINDS, boxes_apart
from graphlab.view.fold import Folded, format_constant, is_output, once
from graphlab.view.nest import nest_of
from graphlab.view.types import Box, Frame

# TensorFlow's word for an op that writes no variable.
_STATELESS_CONDITIONALS = frozenset({"StatelessIf", "StatelessCase"})
MOST_CONSTANT = 14  # characters of a constant that fit on a box

_MADE_UP = re.compile(r"(arith\.constant|tfl\.pseudo_q?const|cst)\d*")  # the TensorFlow Lite converter's names for them

_BEFORE = {"AddV2": "+ {}", "Add": "+ {}", "Mul": "× {}", "Sub": "− {}", "RealDiv": "÷ {}", "Pow": "to the power {}"}
_BEFORE |= {"Maximum": "max {}", "Minimum": "min {}", "Greater": "> {}", "GreaterEqual": "≥ {}"}
_BEFORE |= {"Less": "< {}", "LessEqual": "≤ {}", "Equal": "= {}", "FloorMod": "mod {}", "FloorDiv": "÷ {}"}
_AFTER = {"Sub": "{} − x", "RealDiv": "{} ÷ x", "Pow": "{} to the power x", "Greater": "{} > x", "Less": "{} < x"}


def box_of(folded: Folded, child: str, parent: str) -> Box:
    """The box of a scope's child: a closed group or a shown op."""
    box = _boxes_in(folded, nest_of(folded).parents[child])[child]
    return box if box.parent == parent else replace(box, parent=parent)


def title_of(folded: Folded, child: str) -> str:
    """The title of a scope's child, without computing all its siblings, of which there may be 100,000."""
    scope = nest_of(folded).parents[child]
    if scope in _boxes_of_scopes(folded):
        return _boxes_of_scopes(folded)[scope][child].title
    box = _plain_box(folded, child, scope)
    if box.kind not in USER_NAMED_KINDS:
        return box.title
    return _named_in(folded, scope)[child].title


def _named_in(folded: Folded, scope: str) -> dict[str, Box]:
    """The boxes of a scope's variables, inputs and outputs: only their titles depend on each other."""
    cache = _named_of_scopes(folded)
    if scope not in cache:
        ops = (folded.graph.op(child) for child in nest_of(folded).children[scope] if child not in folded.groups)
        op_ids = [op.id for op in ops if kind_of(folded, op) in USER_NAMED_KINDS]
        cache[scope] = boxes_apart(folded.graph, {op_id: _plain_box(folded, op_id, scope) for op_id in op_ids})
    return cache[scope]


@once
def _named_of_scopes(folded: Folded) -> dict[str, dict[str, Box]]:
    """The boxes of each scope's variables, inputs and outputs, filled on demand."""
    return {}


def _boxes_in(folded: Folded, scope: str) -> dict[str, Box]:
    """The boxes of all children of a scope: their names depend on each other."""
    cache = _boxes_of_scopes(folded)
    if scope not in cache:
        children = nest_of(folded).children[scope]
        cache[scope] = boxes_apart(folded.graph, {child: _plain_box(folded, child, scope) for child in children})
    return cache[scope]


@once
def _boxes_of_scopes(folded: Folded) -> dict[str, dict[str, Box]]:
    """The boxes of each scope, filled on demand."""
    return {}


def _plain_box(folded: Folded, child: str, parent: str) -> Box:
    if child in folded.groups:
        return box_of_group(folded, child, parent, folded.totals[child])
    return box_of_op(folded, child, parent)


def box_of_op(folded: Folded, op_id: str, parent: str) -> Box:
    """The box of a shown op."""
    graph = folded.graph
    op = graph.op(op_id)
    kind = kind_of(folded, op)
    title = _title(folded, op, kind)
    problem = problem_of(folded, op_id)
    subtitle = problem or _subtitle(folded, op, kind)
    words = [title if kind == "op" else f"{kind} {title}", subtitle, ", ".join(map(str, op.outputs))]
    return Box(
        id=op_id,
        kind=kind,
        title=title,
        subtitle=subtitle,
        parent=parent,
        family=_family(kind, op),
        op_type=op.type,
        folded=folded.absorbed.get(op_id, ()),
        label=", ".join(word for word in words if word),
        problem=problem,
    )


def family_of(folded: Folded, op: Op) -> str:
    """The family of a shown op's box (explain.FAMILIES)."""
    return _family(kind_of(folded, op), op)


def _family(kind: str, op: Op) -> str:
    return {"variable": "variable", "input": "io", "output": "io"}.get(kind) or family(op.type)


def problem_of(folded: Folded, op_id: str) -> str:
    """The problem of a shown op or of an op that it absorbed; "" for none."""
    ops = [folded.graph.op(member_id) for member_id in (op_id, *folded.absorbed.get(op_id, ()))]
    return next((op.problem for op in ops if op.problem), "")


def op_name(folded: Folded, op: Op) -> str:
    """A shown op's name in a list: a variable, an argument or a loop's value by name, others by type."""
    if op.id in folded.carried:
        return _carried_title(folded, op)
    names = folded.graph.facts.names
    if op.variable or family(op.type) in ("io", "stage") or op.id in names:
        return str(names.get(op.id) or display_name(op))
    return op.type


def box_of_group(folded: Folded, group_id: str, parent: str, totals: GroupTotals) -> Box:
    """The box of a closed group."""
    group = folded.groups[group_id]
    subtitle = group_summary(group, totals)
    problem = f"{totals.problems:,} with a problem" if totals.problems else ""
    return Box(
        id=group_id,
        kind="group",
        title=group.label,
        subtitle=subtitle,
        parent=parent,
        family=group.kind if group.kind in ("loss", "optimizer") else "",
        group_kind=group.kind,
        label=", ".join(word for word in (f"group {group.label}", subtitle, problem) if word),
        problem=problem,
    )


def frame_of_group(folded: Folded, group_id: str, parent: str, depth: int, totals: GroupTotals) -> Frame:
    """The frame of an open group."""
    group = folded.groups[group_id]
    subtitle = group_summary(group, totals)
    return Frame(group_id, group.label, subtitle, parent, depth, group.kind, f"group {group.label}, {subtitle}")


def kind_of(folded: Folded, op: Op) -> str:
    """The kind of a shown op's box, see `Box`."""
    if op.variable is not None:
        return "variable"
    if op.id in folded.graph.input_ids or op.id in folded.carried or op.id in folded.elements:
        return "input"
    if is_output(folded.graph, op):
        return "output"
    return "constant" if op.type == "Const" or op.attrs.get("captured") else "op"


def _title(folded: Folded, op: Op, kind: str) -> str:
    if op.id in folded.carried:
        return _carried_title(folded, op)
    if kind in ("input", "output"):
        return str(folded.graph.facts.names.get(op.id, display_name(op)))
    if kind == "variable":
        return _variable_title(folded, op)
    if kind == "constant":
        value = format_constant(op)
        return value if 0 < len(value) <= MOST_CONSTANT else _nameless_title(folded, op) or display_name(op)
    if op.type in _STATELESS_CONDITIONALS:
        return op.type.removeprefix("Stateless")
    return stage_name(op.type) or op.type


def _carried_title(folded: Folded, op: Op) -> str:
    """The title of a loop variable: its name in the user's code, else based on its initial value."""
    names = folded.graph.facts.names
    first = display_name(folded.graph.op(folded.carried[op.id]))
    return str(names.get(op.id) or ("value" if re.fullmatch(r"Const(_\d+)?", first) else first))


def _nameless_title(folded: Folded, op: Op) -> str:
    """The title of a value without a useful name: a captured value, or a constant named by a converter."""
    if not op.attrs.get("captured"):
        return "constant" if _MADE_UP.fullmatch(display_name(op)) else ""
    readers = {folded.graph.op(reader).type for reader in folded.graph.successors(op.id)}
    tables = any(op_type.startswith("LookupTable") for op_type in readers)
    return "table" if tables else "constant" if op.outputs[0].dtype not in ("resource", "variant") else "resource"


def _variable_title(folded: Folded, op: Op) -> str:
    """The variable's own name; for an optimizer's slot in its variable's group, without the variable's name."""
    name = display_name(op)
    labels = [folded.groups[group_id].label for group_id in folded.paths[op.id]]
    for start in range(1, len(labels)):
        owner = "_".join(labels[start:]) + "_"
        if owner in name:
            return name[name.index(owner) + len(owner) :] or name
    return name


def _subtitle(folded: Folded, op: Op, kind: str) -> str:
    if op.variable is not None:
        shape = op.variable.shape
        sizes = " × ".join("?" if size is None else f"{size:,}" for size in shape or ())
        return "unknown shape" if shape is None else sizes or "scalar"
    if op.id in folded.carried:
        first = folded.constants.get(op.id, {}).get(0, "")
        words = ["carried", *map(str, op.outputs[:1]), f"from {first}" if 0 < len(first) <= MOST_CONSTANT else ""]
        return " · ".join(word for word in words if word)
    if kind in ("input", "constant", "output"):
        return "".join(map(str, op.outputs[:1]))  # an op of a damaged file may have none
    words = [folded.alone.get(op.id, ""), _constants(folded, op) or hint(folded.graph, op.id)]
    return " · ".join(word for word in words if word)


def _constants(folded: Folded, op: Op) -> str:
    """A constant operand in readable form: `+ 2`, `× 0.5`, `1 −`."""
    op_type = tensorflow_type(op.type)
    for port, text in sorted(folded.constants.get(op.id, {}).items()):
        pattern = (_BEFORE if port == 1 or op_type not in _AFTER else _AFTER).get(op_type)
        if pattern and 0 < len(text) <= MOST_CONSTANT:
            return pattern.format(text)
    return ""
