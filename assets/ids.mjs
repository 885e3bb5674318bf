/** The ids of the page's components that its scripts use: those of graphlab/app/page/ids.py, by the same names. */

export const GRAPH = "graph";
export const RUN = "run";
export const SEARCH = "search";
export const RESULTS = "results";
export const MATCH_BAR = "match-bar";
export const MATCH_COUNT = "match-count";
export const PREVIOUS_MATCH = "previous-match";
export const NEXT_MATCH = "next-match";
export const TARGET = "target";
export const QUIET = "quiet";
export const SHARE = "share";
export const THEME = "theme";
export const PANEL_TOGGLE = "panel-toggle";
export const PANEL = "panel";
export const OUTLINE = "outline";
export const KEYS = "keys";
export const INSPECT = "inspect";
export const TRAIN_START = "train-start";
export const TRAIN_RESUME = "train-resume";
export const TRAIN_STOP = "train-stop";
export const TRAIN_NOTE = "train-note";
export const LIVE_CHARTS = "live-charts";
export const RUN_ACT = "run-act";
