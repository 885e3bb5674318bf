/** What the modules of the view hand to each other. */

/**
 * @import { Box, Crumb, Emphasis, Frame, Link, Message, Scene, ShownMoment, View } from "../types.mjs"
 * @import { LiftedOverlay, LineageText, Mark } from "./draw/overlay_types.mjs"
 * @import { ShownOverlay } from "./draw/overlays.mjs"
 * @import { Grid } from "./scene/scene.mjs"
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{w: number, h: number}} Size */
/** @typedef {{x: number, y: number, w: number, h: number}} Rect */
/** @typedef {{x: number, y: number, k: number}} Camera screen = world * k + (x, y) */
/**
 * The colours and fonts of the canvas.
 * @typedef {Record<ThemeColour, string> & {frames: string[], slots: Record<string, string>, titleFont: string,
 *   smallFont: string, monoFont: string, motionMs: number}} Theme
 * @typedef {"ground" | "ink" | "inkSoft" | "accent" | "onAccent" | "error" | "box" | "boxLine" | "boxHover" |
 *   "boxPressed" | "frameLine" | "link" | "linkStrong" | "variableFill" | "valueFill" | "valueInk" | "gradientFill" |
 *   "gradientInk" | "above" | "below" | "shadeGround"} ThemeColour
 */

/** @typedef {Box & {depthBehind: number}} SceneBox with the depth of the frame that it lies in; -1 for none */
/** @typedef {Link & {rect: Rect, depth: number}} SceneLink with what it reaches over and the frame under its label */

/**
 * A box or a frame.
 * @typedef {Rect & {id: string, title: string, subtitle: string, parent: string, groupKind: string, label: string,
 *   depth?: number, kind?: string, family?: string, opType?: string, problem?: string, leadsTo?: string, hidden?: number,
 *   hides?: number, readout?: "line" | "picture"}} Item
 */

/** @typedef {{item: Item, level: number, position: number, siblings: number}} Entry an item's place in the tree */

/**
 * A scene made ready for drawing, picking and walking.
 * @typedef {object} ReadyScene
 * @property {string} key
 * @property {string} traced
 * @property {number} width
 * @property {number} height
 * @property {string[]} open
 * @property {number[]} depths
 * @property {number} most
 * @property {Record<string, number[]>} inside
 * @property {string[]} tensors
 * @property {Crumb[]} trail from the whole graph into what is shown of it
 * @property {string | undefined} focus the group that is the whole picture; undefined where no group can be
 * @property {Crumb[]} hidden
 * @property {string} lost
 * @property {SceneBox[]} boxes
 * @property {Frame[]} frames
 * @property {SceneLink[]} links
 * @property {Map<string, SceneBox>} boxOf
 * @property {Map<string, Frame>} frameOf
 * @property {Map<string, number[]>} linksOf
 * @property {Grid} boxGrid
 * @property {Grid} frameGrid
 * @property {Grid} linkGrid
 * @property {Entry[]} order as a tree is read
 * @property {string[]} families
 * @property {string[]} styles
 */

/**
 * What a selection makes stand out.
 * @typedef {object} SelectionMarks
 * @property {string | null} selected
 * @property {string | null} around the frame around the selection
 * @property {Set<string> | null} near the boxes that stay at full strength; null: all
 * @property {Set<number> | null} strong the links of the selection
 */

/**
 * What stands out.
 * @typedef {SelectionMarks & {hover: string | null, hoverLink: SceneLink | null, pressed: string | null, begin: string,
 *   overlays: ShownOverlay[], lit: string | null}} Marks `begin`: the box where paths are to begin, "" for none; `lit`:
 *   the slot whose boxes alone are at full strength
 */

/**
 * Where things are in a moment of a motion.
 * @typedef {object} Moment
 * @property {(item: Item) => Rect} rect
 * @property {(link: SceneLink) => number[]} points
 * @property {(link: SceneLink) => Point} label
 * @property {(item: Item) => number} alpha
 * @property {(link: SceneLink) => number} linkAlpha
 */

/** @typedef {{at: (t: number) => Moment}} Motion where things are at t from 0 to 1 */
/** @typedef {{marks: Marks, motion: Moment | null, area: Rect, zoom: number, redraw?: () => void}} DrawState how a scene is drawn */
/** @typedef {Item & {kind: string}} DrawnBox */

/** @typedef {{box: string, n: number}} Wish to have a box in the middle; each n once */

/**
 * The view's props, as Dash and the server give them.
 * @typedef {object} Props
 * @property {Scene | null} [scene]
 * @property {View | null} view
 * @property {string | null} [selected]
 * @property {Emphasis | null} [emphasis]
 * @property {string[]} [pins]
 * @property {Message | null} [message]
 * @property {Wish | null} [center]
 * @property {LiftedOverlay[]} [overlays]
 * @property {ShownMoment | null} [evaluation] what is shown of values
 * @property {string | null} [form] what the Values tab is set to
 * @property {LineageText | null} [lineage]
 * @property {string} [page] the page's name
 * @property {string} [search]
 * @property {string} [folder]
 * @property {number} [renewals]
 */

/** @typedef {Partial<Props>} Changes */
/** @typedef {(changes: Changes) => void} SetProps */
/** @typedef {Omit<Props, "scene"> & {scene: ReadyScene | null, matches?: Map<string, Mark>}} State the props, the scene made
 *   ready, and the matches of a search */

export {};
