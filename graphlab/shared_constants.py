"""The constants that Python and the browser share, read from assets/shared_constants.json: no other file has them.

A name that ends in _PX is a length in pixels of a scene. Colours and the names of fonts are in assets/styles/theme.css,
which pictures read too (pictures/theme.py); ids are compared by tests/app/page/test_ids.py.
"""

from __future__ import annotations

import json

from graphlab.packaged import packaged_dir

_SHARED = json.loads((packaged_dir("assets") / "shared_constants.json").read_text(encoding="utf-8"))

PAGE_PADDING_PX: int = _SHARED["PAGE_PADDING_PX"]  # around a whole graph
READABLE_ZOOM: float = _SHARED["READABLE_ZOOM"]  # at this zoom the smaller words can still be read

# Frames: open groups
FRAME_PADDING_PX: int = _SHARED["FRAME_PADDING_PX"]  # at the left, right and bottom
FRAME_RADIUS_PX: int = _SHARED["FRAME_RADIUS_PX"]  # of the corners
FRAME_WORDLESS_PX: int = _SHARED["FRAME_WORDLESS_PX"]  # part of a frame's width that its title leaves free
FRAME_GROUNDS: int = _SHARED["FRAME_GROUNDS"]  # colours by depth; deeper frames alternate between the last two
PORT_TOP_PX: int = _SHARED["PORT_TOP_PX"]  # ports are at least this far below a frame's top
TITLE_BAR_PX: int = _SHARED["TITLE_BAR_PX"]  # height
TITLE_MIDDLE_PX: int = _SHARED["TITLE_MIDDLE_PX"]  # from a frame's top to the middle of its title
TITLE_GAP_PX: int = _SHARED["TITLE_GAP_PX"]  # between title bar and boxes
TITLE_WORDS_GAP_PX: int = _SHARED["TITLE_WORDS_GAP_PX"]  # between title and subtitle
TITLE_ASIDE_PX: int = _SHARED["TITLE_ASIDE_PX"]  # margin of the ground behind a title, left and right
TITLE_HALF_PX: int = _SHARED["TITLE_HALF_PX"]  # half the height of that ground

# Boxes
TITLE_FONT_PX: int = _SHARED["TITLE_FONT_PX"]
SMALL_FONT_PX: int = _SHARED["SMALL_FONT_PX"]  # of subtitles and labels
WORDS_LEFT_PX: int = _SHARED["WORDS_LEFT_PX"]  # from the left edge of a group or a frame to its words
BOX_RADIUS_PX: int = _SHARED["BOX_RADIUS_PX"]  # of the corners; a pill's ends are round
BOX_STROKE_PX: float = _SHARED["BOX_STROKE_PX"]  # of the outline
BOX_WORDLESS_PX: int = _SHARED["BOX_WORDLESS_PX"]  # part of a box's width that its words leave free
BOX_TITLE_UP_PX: int = _SHARED["BOX_TITLE_UP_PX"]  # from a box's middle to that of its title, above a subtitle
BOX_SUBTITLE_DOWN_PX: int = _SHARED["BOX_SUBTITLE_DOWN_PX"]  # from a box's middle to that of its subtitle
LONE_WORDS_DOWN_PX: float = _SHARED["LONE_WORDS_DOWN_PX"]  # words on one line look centred this far below the middle
OP_STROKE_PX: int = _SHARED["OP_STROKE_PX"]
OP_WORDLESS_PX: int = _SHARED["OP_WORDLESS_PX"]
OP_WORDS_RIGHT_PX: int = _SHARED["OP_WORDS_RIGHT_PX"]  # an op's words are centred beside its bar
GROUP_WORDLESS_PX: int = _SHARED["GROUP_WORDLESS_PX"]
CONSTANT_DASHES: tuple[float, ...] = tuple(_SHARED["CONSTANT_DASHES"])  # of the outline; dashes and gaps in px
PILL_KINDS: frozenset[str] = frozenset(_SHARED["PILL_KINDS"])  # the kinds of boxes with round ends
PLAIN_GROUP_KINDS: frozenset[str] = frozenset(_SHARED["PLAIN_GROUP_KINDS"])  # groups without their family's colour
SHEET_PX: int = _SHARED["SHEET_PX"]  # how far the second sheet of a closed group is below and right of the first
SHEET_OPACITY: float = _SHARED["SHEET_OPACITY"]  # of its edge
BAR_PX: int = _SHARED["BAR_PX"]  # width of the bar in the colour of an op's family
BAR_RADIUS_PX: int = _SHARED["BAR_RADIUS_PX"]  # of its left corners
TOGGLE_PX: int = _SHARED["TOGGLE_PX"]  # width of the zone at a group's right edge with + or − in its middle
TOGGLE_ROOM_PX: int = _SHARED["TOGGLE_ROOM_PX"]  # part of a group's width that + or − needs
SIGN_HALF_PX: int = _SHARED["SIGN_HALF_PX"]  # from the middle of + or − to its ends
SIGN_STROKE_PX: float = _SHARED["SIGN_STROKE_PX"]
PROBLEM_INSET_PX: int = _SHARED["PROBLEM_INSET_PX"]  # from a box's upper right corner to the middle of the mark
PROBLEM_RADIUS_PX: float = _SHARED["PROBLEM_RADIUS_PX"]
READOUT_LINE_PX: int = _SHARED["READOUT_LINE_PX"]  # height of the room for a value below a box's words
READOUT_PICTURE_PX: int = _SHARED["READOUT_PICTURE_PX"]  # the same of a value that is shown as a picture
PILL_RADIUS_PX: int = _SHARED["PILL_RADIUS_PX"]  # the largest radius of a pill's ends
READOUT_SIDE_PX: int = _SHARED["READOUT_SIDE_PX"]  # from a box's left and right edge to its value
READOUT_BELOW_PX: int = _SHARED["READOUT_BELOW_PX"]  # from its lower edge
READOUT_GAP_PX: int = _SHARED["READOUT_GAP_PX"]  # between two values of a box
READOUT_RADIUS_PX: int = _SHARED["READOUT_RADIUS_PX"]  # of the corners of a number's ground
READOUT_NUMBER_PX: int = _SHARED["READOUT_NUMBER_PX"]  # the least width of a number's ground
READOUT_RANGE_PX: int = _SHARED["READOUT_RANGE_PX"]  # of a histogram's width with its range beside it
READOUT_TEXT_PX: int = _SHARED["READOUT_TEXT_PX"]  # height of the line below a picture
READOUT_TEXT_GAP_PX: int = _SHARED["READOUT_TEXT_GAP_PX"]  # between shades or bars and the text beside them
READOUT_TEXT_SHARE: float = _SHARED["READOUT_TEXT_SHARE"]  # the most of a readout's width for that text
CHIP_WORDLESS_PX: int = _SHARED["CHIP_WORDLESS_PX"]  # part of a number's chip that the number leaves free
CHIP_ASIDE_PX: int = _SHARED["CHIP_ASIDE_PX"]  # by which a chip is wider than its number

# Colours: dashes and gaps in px, () is solid. Patterns tell families apart without colours.
BAR_DASHES: dict[str, tuple[float, ...]] = {family: tuple(px) for family, px in _SHARED["BAR_DASHES"].items()}
CATEGORY_DASHES: tuple[tuple[float, ...], ...] = tuple(map(tuple, _SHARED["CATEGORY_DASHES"]))  # slots "0" to "9"
SCALE_STEPS: int = _SHARED["SCALE_STEPS"]  # slots "r0" to "r4", from little to much

# Links: their dashes by style, in the order in which an atlas numbers the styles
LINK_DASHES: dict[str, tuple[float, ...]] = {style: tuple(px) for style, px in _SHARED["LINK_DASHES"].items()}
LINK_PX: float = _SHARED["LINK_PX"]  # width of a link of weight 1
LINK_STEPS: int = _SHARED["LINK_STEPS"]  # widths from one whole weight to the next
ARROW_PX: int = _SHARED["ARROW_PX"]  # length
ARROW_HALF_PX: int = _SHARED["ARROW_HALF_PX"]  # half its width
ARROW_LEAST_PX: float = _SHARED["ARROW_LEAST_PX"]  # control points nearer to the tip give no direction

# Labels of links
LABEL_HEIGHT_PX: int = _SHARED["LABEL_HEIGHT_PX"]
LABEL_CHARACTER_PX: float = _SHARED["LABEL_CHARACTER_PX"]  # width of a character of 10 px monospace
LABEL_MARGIN_PX: int = _SHARED["LABEL_MARGIN_PX"]  # left and right together
LABEL_HALO_PX: int = _SHARED["LABEL_HALO_PX"]  # of the rim that sets a label off from lines behind it
LABEL_ASIDE_PX: int = _SHARED["LABEL_ASIDE_PX"]  # from its line
LABEL_SLANT_PX: int = _SHARED["LABEL_SLANT_PX"]  # further from a slanted line
LABEL_CLEARANCE_PX: int = _SHARED["LABEL_CLEARANCE_PX"]  # from everything else
LABEL_BAND_PX: int = _SHARED["LABEL_BAND_PX"]  # height of the bands by which obstacles are looked up
# Where along its line to try, as parts of its length, best first: the middle, then towards the ends.
LABEL_STOPS: tuple[float, ...] = tuple(_SHARED["LABEL_STOPS"])
MOST_LABELED_LINES: int = _SHARED["MOST_LABELED_LINES"]  # a scope with more lines shows no labels

# Layout
ITEM_GAP_PX: int = _SHARED["ITEM_GAP_PX"]  # between neighbours in a row
PILL_GAP_PX: int = _SHARED["PILL_GAP_PX"]  # between an op and the variables at its left
PILL_ROW_PX: int = _SHARED["PILL_ROW_PX"]  # between these variables
LEAST_MOVE_PX: int = _SHARED["LEAST_MOVE_PX"]  # a smaller move to a row's border is not worth a bend
LINES_APART_PX: int = _SHARED["LINES_APART_PX"]  # between lines with the same ends
LINES_NEAR_PX: int = _SHARED["LINES_NEAR_PX"]  # lines whose middles are nearer than this overlap
LINES_SAMPLE_PX: int = _SHARED["LINES_SAMPLE_PX"]  # between the points at which lines are compared
CURVE_JOINED_PX: float = _SHARED["CURVE_JOINED_PX"]  # ends nearer than this meet
CURVE_PULL: float = _SHARED["CURVE_PULL"]  # length of the last control arm, relative to the gap bridged
CURVE_STEPS: int = _SHARED["CURVE_STEPS"]  # most samples of one piece, however long
CURVE_HALVINGS: int = _SHARED["CURVE_HALVINGS"]  # bisection steps to find where a curve crosses a height

# Texts
SMALLEST_PLAIN: float = _SHARED["SMALLEST_PLAIN"]  # smaller numbers have too few digits after the point: 5e-05
LARGEST_PLAIN: int = _SHARED["LARGEST_PLAIN"]
MOST_MATCHES: int = _SHARED["MOST_MATCHES"]  # lines under the search field
MOST_PINS: int = _SHARED["MOST_PINS"]  # one more replaces the oldest
MOST_TARGETS: int = _SHARED["MOST_TARGETS"]  # ops inside a group that a tensor feeds, named for a link
MOST_TENSORS: int = _SHARED["MOST_TENSORS"]  # named for a link
MOST_GRID_CELLS: int = _SHARED["MOST_GRID_CELLS"]  # numbers of an input that are typed cell by cell
