"""The ids of the page's components: one name for each, used by the layout, the callbacks and the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dash.dependencies import _Wildcard

GRAPH = "graph"  # the GraphView
RUN = "run"  # the RunStream

SOURCE = "source"  # the source's text in the header
TABS = "tabs"  # the source's graphs: `parts.tab` items
SEARCH = "search"
RESULTS = "results"  # the best matches of the search: `parts.result` items
MATCHES = "matches"  # {"targets", "total"}: the matches, best first, and how many there are
MATCH_BAR = "match-bar"  # the count and the buttons for the next and the previous match; hidden without a search
MATCH_COUNT = "match-count"
PREVIOUS_MATCH = "previous-match"
NEXT_MATCH = "next-match"
TARGET = "target"  # {"target", "n"}: a box to go to, such as the next match
COLOUR = "colour"  # the way to colour the boxes
QUIET = "quiet"
SHARE = "share"
THEME = "theme"
PANEL_TOGGLE = "panel-toggle"
PANEL = "panel"
SPLITTER = "splitter"

OUTLINE = "outline"  # the graph as a tree; its module fills it
PINS = "pins"  # cards of what is pinned beside the graph

KEYS = "keys"  # the dialog with all keys

DOC = "doc"  # TensorFlow's documentation of the selected op's type
VALUES = "values"  # statistics of the selected variable's values, if a file contains them
VALUES_PANEL = "values-panel"  # the ValuesPanel
INSPECT = "inspect"  # the inspector's content
INSPECT_HEAD = "inspect-head"  # the selection's details, up to the first section
INSPECT_REST = "inspect-rest"
TRACED = "traced"  # when the graph was traced, and the button that retraces it; hidden without a graph
TRACED_AT = "traced-at"
RETRACE = "retrace"
LINEAGE = "lineage"  # the ways to ask for the lineage of the selected box, and its words

TRAINING = "training"
TRAIN_DATA = "train-data"  # data folder
TRAIN_EPOCHS = "train-epochs"
TRAIN_BATCH = "train-batch"
TRAIN_RATE = "train-rate"
TRAIN_SEED = "train-seed"
TRAIN_NAN = "train-nan"  # whether a loss that is not finite ends the run
TRAIN_START = "train-start"
TRAIN_RESUME = "train-resume"
TRAIN_STOP = "train-stop"
TRAIN_WHY = "train-why"  # why the source cannot be trained
TRAIN_ASK = "train-ask"  # the question before a start
TRAIN_ASK_RUNS = "asked"  # the names of the runs in question; none if there is no question
RUNNING = "running"  # the runs that are running
TRAIN_OTHERS = "train-others"  # the running runs other than the one that is shown
TRAIN_NOTE = "train-note"  # what is wrong with the form, or why a run could not start

LIVE = "live"  # everything below shows a run and is hidden without one
LIVE_STATUS = "live-status"
LIVE_FACTS = "live-facts"
LIVE_BAR = "live-bar"
LIVE_STEP = "live-step"
LIVE_ETA = "live-eta"
LIVE_CHARTS = "live-charts"
LIVE_SAMPLES = "live-samples"
LIVE_END = "live-end"
LIVE_SETTINGS = "live-settings"  # the settings of the shown run, and the score of always predicting the majority class

SIZES_GIVE = "sizes-give"  # the button that retraces the source with the sizes in the fields
SIZES_NOTE = "sizes-note"  # what is wrong with them
SIZE = "size"  # the type of the pattern-matching ids of those fields
GOTO = "goto"  # the type of the pattern-matching ids of links to boxes
RUN_ACT = "run-act"  # the type of the pattern-matching ids of buttons that act on a running run
TAB = "tab"  # the type of the pattern-matching ids of tabs


def goto_id(box_id: str, n: str) -> dict[str, str]:
    """The id of a button that leads to a box; `n` distinguishes several links to the same box."""
    return {"type": GOTO, "box": box_id, "n": n}


def size_id(op_id: str | _Wildcard, axis: str | int | _Wildcard) -> dict[str, object]:
    """The id of the field for the size of an input along an axis."""
    return {"type": SIZE, "op": op_id, "axis": axis}


def tab_id(name: str) -> dict[str, str]:
    """The id of the tab of one of the source's graphs."""
    return {"type": TAB, "name": name}
