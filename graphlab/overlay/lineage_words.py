"""The words for a lineage: a sentence for the inspector and a label over the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graphlab.cache import LruCache
from graphlab.errors import GraphlabError, shortened
from graphlab.overlay.lineage import BOTH, DOWN, START, UP, Paths, Reach
from graphlab.overlay.lineage_query import FROM, MOST_KEPT, Answer, Question, box_name
from graphlab.overlay.paths import MOST_PATHS
from graphlab.view import Folded, once
from graphlab.view.labels import kind_of

CHIPS = {"up": "Upstream of {}", "down": "Downstream of {}", "both": "Upstream and downstream of {}"}
KINDS = {"input": "input", "variable": "variable", "output": "output"}
NEXT_STEP = "Reads in the next step, after these variables are updated, are not included."


def sentence(folded: Folded, answer: Answer) -> str:
    """What the trace found; it does not change with the view, in which only some of it is seen."""
    return _sentences(folded).find(answer.question, lambda: _sentence(folded, answer))


@once
def _sentences(folded: Folded) -> LruCache[Question, str]:
    return LruCache(MOST_KEPT)


def _sentence(folded: Folded, answer: Answer) -> str:
    question, trace = answer.question, answer.trace
    if question.way == FROM:
        name = box_name(folded, question.box)
        return f"Paths from {name}: select another box and press P, or Shift-click it."
    if isinstance(trace, Reach):
        return _reach_sentence(folded, question, trace)
    return _paths_sentence(folded, question, trace)


def chip(folded: Folded, answer: Answer) -> str:
    """The trace in a few words."""
    question, trace = answer.question, answer.trace
    name = box_name(folded, question.box)
    if question.way == FROM:
        return f"Paths from {name} to …"
    if isinstance(trace, Reach):
        ops = sum(1 for side in trace.sides.values() if side != START)
        steps = f" · {_count(trace.depth, 'step')}" if trace.depth else ""
        return f"{CHIPS[question.way].format(name)}{steps} · {_count(ops, 'op')}"
    name, other = _ends(folded, question)
    if trace is None or not trace.found.paths:
        return f"No path between {name} and {other}"
    name, other = (other, name) if trace.turned else (name, other)
    return f"{name} → {other} · path {trace.chosen + 1} of {_how_many(trace)}"


def note(answer: Answer) -> str:
    """What a reader must know besides; "" for nothing."""
    trace = answer.trace
    return NEXT_STEP if isinstance(trace, Reach) and trace.written else ""


def sentence_of(error: GraphlabError) -> str:
    """Why there is no answer, as a sentence; what an address asks may be of any length."""
    words = shortened(str(error))
    return f"{words[0].upper()}{words[1:]}."


def _reach_sentence(folded: Folded, question: Question, trace: Reach) -> str:
    name = box_name(folded, question.box)
    said = []
    if question.way != "down":
        subject = f"The new value of {name}" if question.box in trace.flow.written else name
        none = f"Nothing flows into {name}: it depends on no other op."
        said.append(_one_way(folded, trace, UP, f"{subject} depends on", none))
    if question.way != "up":
        said.append(_one_way(folded, trace, DOWN, f"{name} reaches", f"{name} reaches nothing: no op reads it."))
    return " ".join(said)


def _one_way(folded: Folded, trace: Reach, side: str, begins: str, none: str) -> str:
    """`begins` 14 ops in 3 groups: 2 inputs and 4 variables."""
    found = [op_id for op_id, its in trace.sides.items() if its in (side, BOTH)]
    written = trace.written if side == DOWN else []
    if not found and not written:
        return none
    within = f"Within {_count(trace.depth, 'step')} of {trace.deepest:,}, " if trace.depth else ""
    groups = {folded.paths[op_id][-1] for op_id in found if folded.paths[op_id]}
    where = f" in {_count(len(groups), 'group')}" if groups else ""
    kinds = _kinds(folded, trace, found, written)
    return f"{within}{begins} {_count(len(found), 'op')}{where}{': ' + _listed(kinds) if kinds else ''}."


def _kinds(folded: Folded, trace: Reach, found: Iterable[str], written: Collection[str]) -> list[str]:
    """What of note is among the ops: `the loss`, `2 outputs`, `6 variables that are updated`."""
    graph = folded.graph
    counts = dict.fromkeys(KINDS, 0)
    for op_id in found:
        kind = kind_of(folded, graph.op(op_id))
        if kind in counts and op_id not in folded.carried and op_id not in written:
            counts[kind] += 1
    losses = {group_id for group_id, group in folded.groups.items() if group.kind == "loss"}
    lost = losses and any(losses.intersection(folded.paths[op_id]) for op_id in found)
    words = ["the loss"] if lost else []
    words += [_count(number, KINDS[kind]) for kind, number in counts.items() if number]
    return words + ([f"{_count(len(written), 'updated variable')}"] if written else [])


def _paths_sentence(folded: Folded, question: Question, trace: Paths | None) -> str:
    first, last = _ends(folded, question)
    if question.box == question.other:
        return f"Paths lead from one box to another: select a box other than {first}."
    if trace is None:
        return f"One of {first} and {last} contains the other: select two separate boxes."
    found = trace.found
    if not found.paths:
        return f"There is no path between {first} and {last}: neither depends on the other."
    turned = f"No path leads from {first} to {last}; " if trace.turned else ""
    first, last = (last, first) if trace.turned else (first, last)
    if found.complete:
        number = _count(len(found.paths), "path")
        leads = "leads" if len(found.paths) == 1 else "lead"
        said = f"{number} {leads} from {first} to {last}"
    else:
        limit = "" if len(found.paths) == MOST_PATHS else " (the search stopped at its time limit)"
        said = f"These are the {len(found.paths):,} shortest paths from {first} to {last}; there are more{limit}"
    return f"{turned}{said[0].lower() + said[1:] if turned else said}."


def _ends(folded: Folded, question: Question) -> tuple[str, str]:
    """What the two boxes are called; by their ids where they are called the same."""
    first, last = (box_name(folded, box_id) for box_id in (question.box, question.other))
    return (question.box, question.other) if first == last and question.box != question.other else (first, last)


def _how_many(trace: Paths) -> str:
    return f"{len(trace.found.paths):,}{'' if trace.found.complete else ' or more'}"


def path_words(trace: Paths) -> str:
    """Which path is shown, and how long it is."""
    return f"Path {trace.chosen + 1} of {_how_many(trace)}: {_count(len(trace.path), 'op')}"


def _count(number: int | None, noun: str) -> str:
    return f"{number or 0:,} {noun}{'' if number == 1 else 's'}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
