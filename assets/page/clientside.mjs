/** The page's functions by the names that Dash's clientside callbacks know them by, see callbacks/clientside.py. */

import { showCharts } from "./training/charts.mjs";
import { togglePanel } from "./drawer.mjs";
import { showMatches } from "./search.mjs";
import { share } from "./share.mjs";
import { asItIs, chooseColour, showColour, showView, toggleQuiet, toggleSwitch } from "./switches.mjs";
import { cycleTheme } from "./theme.mjs";
import { showRun } from "./training/panel.mjs";
import { showAsk, showOthers } from "./training/runs.mjs";

const functions = {
  ...{ asItIs, chooseColour, cycleTheme, share, showAsk, showCharts, showColour, showMatches, showOthers, showRun, showView },
  ...{ togglePanel, toggleQuiet, toggleSwitch },
};

// Dash adds to what is there.
window.dash_clientside = Object.assign(window.dash_clientside ?? {}, { graphlab_page: functions });
