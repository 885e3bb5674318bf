/** What the modules of the one-file page hand to each other; what an atlas holds, see graphlab/pictures/atlas_json.py. */

/**
 * @import { Box, Frame, LinkTensor } from "../types.mjs"
 * @import { Point, Rect } from "../graph_view/types.mjs"
 */

/** @typedef {[x: number, y: number]} Pair a point */
/** @typedef {number[]} Curve control points of cubic Bezier curves [x0, y0, x1, y1, ...], 1 + 3n of them */

// The atlas

/** @typedef {{box: Box, frame: Omit<Frame, "x" | "y" | "w" | "h">, titleWidth: number}} GroupData */
/** @typedef {GroupData & {parent: number}} AtlasGroup with the number of the group around it; -1 for the page */

/** @typedef {[src: number, dst: number, style: number, output: number, label: number]} Wire */

/**
 * One level of detail as the file holds it.
 * @typedef {object} AtlasLevel
 * @property {string[]} opened at first
 * @property {Box[]} boxes one for each op
 * @property {GroupData[]} groups
 * @property {Wire[]} wires
 * @property {[words: string, weight: number][]} labels
 * @property {(number | [op: string, port: number])[]} outputs
 * @property {SheetData[]} sheets of the page and of each group, with all on it closed
 * @property {SeenSheetData[]} asSeen those that show open groups at first
 * @property {number[]} standsFor by op of the graph: the op that shows it
 */

/**
 * A laid out scope as the file holds it, in tenths of px.
 * @typedef {object} SheetData
 * @property {number[]} children
 * @property {number[]} open
 * @property {number[]} rects
 * @property {number[]} tops
 * @property {number[]} bottoms
 * @property {[neighbour: number, style: number, flipped: number][]} ports
 * @property {LineData[]} lines
 * @property {[kind: number, anchor: number, x: number, y: number, w: number, h: number, ...children: number[]][]} cells
 * @property {number[][]} ins
 * @property {number[][]} outs
 * @property {number[]} reach
 * @property {number[]} shape
 */

/** @typedef {SheetData & {group: number}} SeenSheetData */

/**
 * @typedef {[tail: number, head: number, style: number, flipped: number, inside: number, label: string,
 *   spot: Pair | null, weight: number, ...curve: number[]]} LineData
 */

/**
 * Children are numbers: an op's place in `ops`, or −1 − a group's place in `groups`.
 * @typedef {object} Cell
 * @property {number[]} children by their numbers in the sheet
 * @property {string} kind
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} anchor
 * @property {number[]} insides the lines inside it by their numbers in the sheet
 */

/**
 * A line from node to node, downwards.
 * @typedef {object} Line
 * @property {number} tail
 * @property {number} head
 * @property {string} style
 * @property {boolean} flipped whether the data runs up
 * @property {string} label
 * @property {Pair | null} spot of the label
 * @property {number} pull
 * @property {Curve} curve
 * @property {boolean} inside whether it is within a cell
 */

/**
 * A laid out scope. Nodes are its children by place, then its top ports, then its bottom ports.
 * @typedef {object} Sheet
 * @property {number[]} children
 * @property {number[]} open
 * @property {number[]} reach
 * @property {number[]} shape
 * @property {Rect[]} rects
 * @property {Cell[]} cells
 * @property {number[]} cellOf by child
 * @property {Map<number, Curve>} ins
 * @property {Map<number, Curve>} outs
 * @property {Pair[]} tops
 * @property {Pair[]} bottoms
 * @property {{neighbour: number, style: string, flipped: boolean}[]} ports
 * @property {Line[]} lines
 * @property {Map<string, number>} lineOf
 */

/**
 * An atlas made ready for looking things up.
 * @typedef {object} Atlas
 * @property {Box[]} ops
 * @property {AtlasGroup[]} groups
 * @property {number[][]} pathOf the groups around each op, outermost first
 * @property {Map<string, number>} numberOf
 * @property {(group: number, open: Set<number>) => Sheet} sheetOf
 * @property {(id: string) => string[]} around
 * @property {Wire[]} wires
 * @property {[words: string, weight: number][]} labels
 * @property {(number | [op: string, port: number])[]} outputs
 * @property {AtlasLevel} level
 */

// Sheets with open groups

/** @typedef {{w: number, h: number, ports: Map<string, number>}} OpenFrame its size, and the x of each port by its key */

/** @typedef {OpenFrame & {anchor: number, asDrawn: boolean}} AnchoredFrame with the x of its main port */

/**
 * A cell that has grown; places count from its anchor and its top.
 * @typedef {object} Grown
 * @property {number} left
 * @property {number} right
 * @property {number} height
 * @property {Map<number, Rect>} rects by child
 * @property {Map<number, Curve>} ins
 * @property {Map<number, Curve>} outs
 * @property {Map<number, Curve>} insides the lines inside by number
 */

/**
 * What a row is made of: a cell, a port, or the place where a line passes through.
 * @typedef {object} Spot
 * @property {number} x
 * @property {number} left how far it reaches from x before
 * @property {number} right
 * @property {number} newLeft and after
 * @property {number} newRight
 * @property {number} shift by how much it moves
 * @property {Step[]} steps
 */

/**
 * A step to a spot in another row; both are in line where this shift is the other's plus `apart`.
 * @typedef {{other: Spot, up: boolean, weight: number, apart: number}} Step
 */

/** @typedef {{top: number, bottom: number, newTop: number, newBottom: number, members: number[], spots: Spot[]}} SpotRow */
/** @typedef {{spot: Spot, row: SpotRow}} Lane where a line passes through a row */

/**
 * A sheet's cells, ports and passing lines as rows.
 * @typedef {object} Plan
 * @property {SpotRow[]} rows
 * @property {Spot[]} spots of the cells
 * @property {Spot[]} tops
 * @property {Spot[]} bottoms
 * @property {(node: number) => Spot} spotOf
 * @property {(node: number) => number} rowOf
 * @property {Map<number, Lane[]>} lanes by line
 */

/**
 * A sheet with its cells, frames, rows and boxes in their new places.
 * @typedef {object} Carried
 * @property {Sheet} sheet
 * @property {Grown[]} cells
 * @property {Map<number, AnchoredFrame>} frames
 * @property {Plan} plan
 * @property {Point[]} placed the anchor's x and the top of each cell
 * @property {Rect[]} rects
 */

/** @typedef {{rects: Rect[], tops: Pair[], bottoms: Pair[], curves: Curve[]}} CarriedSheet */

/**
 * `left` and `right` are how far lines and labels reach beyond the boxes, whose upper left corner is (0, 0).
 * @typedef {object} Arrangement
 * @property {number} w
 * @property {number} h
 * @property {number} left
 * @property {number} right
 * @property {number[] | null} shape that of the frame around it where it is known: width, height, where the boxes begin
 * @property {Rect[]} rects
 * @property {Pair[]} tops
 * @property {Pair[]} bottoms
 * @property {Curve[]} curves
 * @property {(Pair | null)[]} labels
 */

// Scenes

/** @typedef {OpenFrame & {sheet: Sheet, arrangement: Arrangement, x: number, y: number, number: number}} Framed */
/** @typedef {{group: number, frame: Framed}} Inside an open group of a scope, with its frame */

/** @typedef {{x: number, y: number, frame: Framed, depth: number, border: Rect}} Origin where an open sheet begins */
/** @typedef {{boxes: Box[], frames: Frame[], origins: Map<number, Origin>}} Places */
/** @typedef {{scope: number, key: string, meeting?: boolean}} RouteStep a line that a link runs along */

/**
 * A link between visible children, by their numbers.
 * @typedef {object} ScopeLink
 * @property {number} src
 * @property {number} dst
 * @property {string} style
 * @property {string} label
 * @property {number} weight
 * @property {number} n
 * @property {LinkTensor[]} tensors
 * @property {number} more
 */

/**
 * What the search looks through.
 * @typedef {object} Names
 * @property {NamedOp[]} ops
 * @property {NamedGroup[]} groups
 */

/**
 * @typedef {[id: string, type: string, layer: string, className: string, variable: string, name: string,
 *   group: string]} NamedOp
 * @typedef {[id: string, label: string, className: string, kind: string, parent: string, first: number]} NamedGroup
 */

export {};
