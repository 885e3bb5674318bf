/**
 * What the tensor drawer reads. Each type has the fields of the Python dataclass of the same name in
 * graphlab/evaluation/cells and graphlab/evaluation/tensors.
 */

/** @typedef {boolean | number | string | null} CellNumber NaN and infinity are texts; null is padding */
/** @typedef {[start: number, stop: number, step: number]} CellRange */

/**
 * A window on two axes of a tensor.
 * @typedef {object} TensorPage
 * @property {string} dtype
 * @property {number[]} shape
 * @property {string[]} axes their names, "" where unknown
 * @property {number} row_axis -1 for none
 * @property {number} column_axis
 * @property {number[]} at an index for each axis
 * @property {number} rows of the slice
 * @property {number} columns
 * @property {number} top of the window
 * @property {number} left
 * @property {number} height
 * @property {number} width
 * @property {number} row_step how many rows one cell stands for
 * @property {number} column_step
 * @property {CellNumber[][]} cells
 * @property {[number, number] | null} own the limits of the slice
 * @property {TensorStatistics | null} statistics of the whole tensor, on request
 * @property {number} outputs
 */

/** @typedef {{axis: number, count: number}} Wrap the axis of a vector that is laid out in rows, and its numbers */
/** @typedef {TensorPage & {wrap?: Wrap}} LaidPage a page as it is drawn */

/**
 * @typedef {object} TensorStatistics
 * @property {number} size
 * @property {number | null} mean
 * @property {number | null} std
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {number} zeros
 * @property {number} nan
 * @property {number} infinite
 * @property {number[]} counts of the histogram, from minimum to maximum
 * @property {number} counted numbers in the histogram
 * @property {[number, number] | null} trimmed the limits without 1% at each end
 */

/**
 * @typedef {object} TensorMatches
 * @property {number} count
 * @property {number[][]} positions the first ones
 * @property {string} words
 */

/**
 * @typedef {object} CellReport
 * @property {CellArithmetic} cell
 * @property {InputTensor[]} inputs
 * @property {ReachedOp[]} reached
 */

/**
 * @typedef {object} InputTensor
 * @property {string} op
 * @property {number} output
 * @property {string} words
 */

/**
 * @typedef {object} ReachedOp
 * @property {string} op
 * @property {string} type
 * @property {Region[]} regions of its first output
 * @property {number} more
 */

/**
 * @typedef {object} CellArithmetic
 * @property {string} title
 * @property {number[]} position
 * @property {string} rule how the total follows from the terms; "none" if it does not
 * @property {CellNumber} value
 * @property {CellNumber} total
 * @property {Term[]} terms the largest first
 * @property {number} more
 * @property {string} note
 * @property {NumberGrid[]} grids
 * @property {Curve | null} curve
 * @property {Region[]} sources
 */

/**
 * @typedef {object} Term
 * @property {number[]} position
 * @property {string} words
 * @property {CellNumber} left
 * @property {CellNumber} right
 * @property {CellNumber} product
 */

/**
 * @typedef {object} NumberGrid
 * @property {string} title
 * @property {CellNumber[][]} numbers
 * @property {string} sign written before it
 * @property {number} input its port, -1 for none
 * @property {[number, number][]} marks
 */

/**
 * @typedef {object} Curve
 * @property {string} name
 * @property {CellNumber[]} xs
 * @property {CellNumber[]} ys
 * @property {[CellNumber, CellNumber][]} points
 * @property {[CellNumber, CellNumber]} here
 */

/**
 * @typedef {object} Region
 * @property {number} port
 * @property {CellRange[]} axes
 */

/** @typedef {(act: string, body: Record<string, unknown>) => Promise<any>} Ask */

export {};
