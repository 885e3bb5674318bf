/** The ids of the page's components that its scripts use: those of graphlab/app/page/ids.py, by the same names. */

export const GRAPH = "graph";
export const RUN = "run";
export const SEARCH = "search";
export const RESULTS = "results";
export const FOUND_BAR = "found-bar";
export const FOUND_COUNT = "found-count";
export const FOUND_BACK = "found-back";
export const FOUND_ON = "found-on";
export const STEP = "step";
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
