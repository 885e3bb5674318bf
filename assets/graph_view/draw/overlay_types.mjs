/**
 * What overlays are to the page. Each type has the fields of the Python dataclass of the same name, as its `to_json`
 * writes them.
 */

/**
 * An overlay of a view: what it shows on boxes and open groups.
 * @typedef {object} LiftedOverlay
 * @property {string} name of several that are on, each has its own
 * @property {string} key another one shows something else
 * @property {Style} style
 * @property {Legend} legend
 * @property {Mark[]} marks
 * @property {[src: number, dst: number, style: string, slot: string][]} links between marks by their place
 */

/**
 * How an overlay is drawn.
 * @typedef {object} Style
 * @property {("fill" | "line" | "ring" | "corner" | "foot" | "picture" | "readout")[]} places
 * @property {string[]} rings the slots that have a ring
 * @property {boolean} dims whether boxes without a mark are pale
 * @property {boolean} vivid whether it is never pale itself
 */

/**
 * What an overlay shows, of the whole graph.
 * @typedef {object} Legend
 * @property {string} title
 * @property {LegendEntry[]} entries
 * @property {[string, string] | null} [ends] the words at both ends of a scale
 * @property {string} [note]
 */

/**
 * A line of the legend.
 * @typedef {object} LegendEntry
 * @property {string} slot a colour with its pattern
 * @property {string} [name]
 * @property {number} [count]
 */

/**
 * What an overlay shows on a box.
 * @typedef {object} Mark
 * @property {string} box
 * @property {[string, number][]} [slots] the colours and patterns of theme.mjs, each with its share of the box
 * @property {number} [level] a place on a scale, from 0 to 1, in place of slots
 * @property {string} [text] a few characters on the box
 * @property {string} [picture] a URL
 * @property {string} [words] the same for who cannot see it
 * @property {number} [count] how many of its ops are marked
 * @property {number} [total] how many it has
 * @property {string} [alike] boxes with the same mark each other
 * @property {Readout[]} [readouts] values below its words
 */

/**
 * A value as a box shows it.
 * @typedef {object} Readout
 * @property {string} of value, gradient or difference
 * @property {"number" | "text" | "strip" | "histogram" | "picture" | "problem"} form
 * @property {string} [text]
 * @property {string[]} [shorter] the text with fewer and fewer digits, for boxes with less room
 * @property {number[]} [levels] the shades of a strip, from -100 to 100, or the heights of a histogram, from 0 to 100
 * @property {string} [picture] a URL
 * @property {number} [bad] how many numbers are NaN or infinite
 * @property {string} [words] the same in a sentence
 */

/**
 * A lineage in words.
 * @typedef {object} LineageText
 * @property {string} chip few words
 * @property {string} text a sentence
 * @property {string[] | null} open what to open to see more of it
 */

export {};
