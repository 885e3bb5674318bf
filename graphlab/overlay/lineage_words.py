"""The words for a lineage: a sentence for the inspector and a label over the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graphlab.cache import LruCache
from graphlab.errors import GraphlabError, shortened
from graphlab.overlay.lineage import BOTH, DOWN, START, UP, Paths, Reach
from graphlab.overlay.lineage_query import FROM, MOST_KEPT, LineageAnswer, LineageQuery, box_name
from graphlab.overlay.paths import MOST_PATHS
from graphlab.view import Folded, once
from graphlab.view.labels import kind_of

CHIPS = {"up": "Upstream of {}", "down": "Downstream of {}", "both": "Upstream and downstream of {}"}
KINDS = {"input": "input", "variable": "variable", "output": "output"}
NEXT_STEP = "Reads in the next step, after these variables are updated, are not included."


def sentence(folded: Folded, answer: LineageAnswer) -> str:
    """The lineage as a sentence; it does not change with the view, in which only some of it is seen."""
    return _sentences(folded).find(answer.query, lambda: _sentence(folded, answer))


@once
def _sentences(folded: Folded) -> LruCache[LineageQuery, str]:
    return LruCache(MOST_KEPT)


def _sentence(folded: Folded, answer: LineageAnswer) -> str:
    query, lineage = answer.query, answer.lineage
    if query.way == FROM:
        name = box_name(folded, query.box)
        return f"Paths from {name}: select another box and press P, or Shift-click it."
    if isinstance(lineage, Reach):
        return _reach_sentence(folded, query, lineage)
    return _paths_sentence(folded, query, lineage)


def chip(folded: Folded, answer: LineageAnswer) -> str:
    """The lineage in a few words."""
    query, lineage = answer.query, answer.lineage
    name = box_name(folded, query.box)
    if query.way == FROM:
        return f"Paths from {name} to …"
    if isinstance(lineage, Reach):
        ops = sum(1 for side in lineage.sides.values() if side != START)
        steps = f" · {_count(lineage.depth, 'step')}" if lineage.depth else ""
        return f"{CHIPS[query.way].format(name)}{steps} · {_count(ops, 'op')}"
    name, other = _ends(folded, query)
    if lineage is None or not lineage.path_set.paths:
        return f"No path between {name} and {other}"
    name, other = (other, name) if lineage.is_reversed else (name, other)
    return f"{name} → {other} · path {lineage.path_index + 1} of {_how_many(lineage)}"


def note(answer: LineageAnswer) -> str:
    """What a reader must also know; "" for nothing."""
    lineage = answer.lineage
    return NEXT_STEP if isinstance(lineage, Reach) and lineage.updated_variables else ""


def sentence_of(error: GraphlabError) -> str:
    """Why there is no answer, as a sentence; a query in an address may have any length."""
    words = shortened(str(error))
    return f"{words[0].upper()}{words[1:]}."


def _reach_sentence(folded: Folded, query: LineageQuery, lineage: Reach) -> str:
    name = box_name(folded, query.box)
    sentences = []
    if query.way != "down":
        subject = f"The new value of {name}" if query.box in lineage.flow.new_values else name
        none = f"Nothing flows into {name}: it depends on no other op."
        sentences.append(_one_way(folded, lineage, UP, f"{subject} depends on", none))
    if query.way != "up":
        sentences.append(_one_way(folded, lineage, DOWN, f"{name} reaches", f"{name} reaches nothing: no op reads it."))
    return " ".join(sentences)


def _one_way(folded: Folded, lineage: Reach, side: str, begins: str, none: str) -> str:
    """`begins` 14 ops in 3 groups: 2 inputs and 4 variables."""
    op_ids = [op_id for op_id, op_side in lineage.sides.items() if op_side in (side, BOTH)]
    variables = lineage.updated_variables if side == DOWN else []
    if not op_ids and not variables:
        return none
    within = f"Within {_count(lineage.depth, 'step')} of {lineage.deepest:,}, " if lineage.depth else ""
    groups = {folded.paths[op_id][-1] for op_id in op_ids if folded.paths[op_id]}
    places = f" in {_count(len(groups), 'group')}" if groups else ""
    kinds = _kinds(folded, lineage, op_ids, variables)
    return f"{within}{begins} {_count(len(op_ids), 'op')}{places}{': ' + _listed(kinds) if kinds else ''}."


def _kinds(folded: Folded, lineage: Reach, op_ids: Iterable[str], variables: Collection[str]) -> list[str]:
    """Noteworthy ops among these: `the loss`, `2 outputs`, `6 variables that are updated`."""
    graph = folded.graph
    counts = dict.fromkeys(KINDS, 0)
    for op_id in op_ids:
        kind = kind_of(folded, graph.op(op_id))
        if kind in counts and op_id not in folded.carried and op_id not in variables:
            counts[kind] += 1
    losses = {group_id for group_id, group in folded.groups.items() if group.kind == "loss"}
    has_loss = losses and any(losses.intersection(folded.paths[op_id]) for op_id in op_ids)
    words = ["the loss"] if has_loss else []
    words += [_count(number, KINDS[kind]) for kind, number in counts.items() if number]
    return words + ([f"{_count(len(variables), 'updated variable')}"] if variables else [])


def _paths_sentence(folded: Folded, query: LineageQuery, lineage: Paths | None) -> str:
    first, last = _ends(folded, query)
    if query.box == query.other:
        return f"Paths lead from one box to another: select a box other than {first}."
    if lineage is None:
        return f"One of {first} and {last} contains the other: select two separate boxes."
    path_set = lineage.path_set
    if not path_set.paths:
        return f"There is no path between {first} and {last}: neither depends on the other."
    prefix = f"No path leads from {first} to {last}; " if lineage.is_reversed else ""
    first, last = (last, first) if lineage.is_reversed else (first, last)
    if path_set.complete:
        number = _count(len(path_set.paths), "path")
        leads = "leads" if len(path_set.paths) == 1 else "lead"
        statement = f"{number} {leads} from {first} to {last}"
    else:
        limit = "" if len(path_set.paths) == MOST_PATHS else " (the search stopped at its time limit)"
        statement = (
            f"These are the {len(path_set.paths):,} shortest paths from {first} to {last}; there are more{limit}"
        )
    return f"{prefix}{statement[0].lower() + statement[1:] if prefix else statement}."


def _ends(folded: Folded, query: LineageQuery) -> tuple[str, str]:
    """The names of the two boxes; their ids if the names are equal."""
    first, last = (box_name(folded, box_id) for box_id in (query.box, query.other))
    return (query.box, query.other) if first == last and query.box != query.other else (first, last)


def _how_many(lineage: Paths) -> str:
    return f"{len(lineage.path_set.paths):,}{'' if lineage.path_set.complete else ' or more'}"


def path_words(lineage: Paths) -> str:
    """Which path is shown, and its length."""
    return f"Path {lineage.path_index + 1} of {_how_many(lineage)}: {_count(len(lineage.path), 'op')}"


def _count(number: int | None, noun: str) -> str:
    return f"{number or 0:,} {noun}{'' if number == 1 else 's'}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
