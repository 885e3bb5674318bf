/** The types of `graphlab/evaluation/words`, with the fields of the Python classes of the same names. */

/**
 * One element of MathML.
 * @typedef {object} MathNode
 * @property {string} tag
 * @property {Record<string, string>} attributes
 * @property {(MathNode | string)[]} children
 */

/**
 * A formula: MathML as a tree, TeX, and plain text.
 * @typedef {object} Expression
 * @property {MathNode} mathml
 * @property {string} tex
 * @property {string} text
 */

/**
 * How the gradient comes back to one input of an op.
 * @typedef {object} InputWords
 * @property {string} op the op that computed the input
 * @property {number[]} iterations
 * @property {string} name
 * @property {number[]} position of the number that is written out
 * @property {Expression[]} rules the local derivative, and the gradient of the whole input
 * @property {Expression | null} chain
 * @property {Expression | null} total the sum over all paths
 * @property {string[]} through the ops of the paths
 */

/**
 * What one op that reads a tensor adds to its gradient.
 * @typedef {object} ReaderWords
 * @property {string} op
 * @property {number[]} iterations
 * @property {string} name
 * @property {Expression | null} chain
 */

/**
 * A number that an optimizer keeps for a weight.
 * @typedef {object} SlotWords
 * @property {string} name
 * @property {number} before
 * @property {number} after
 */

/**
 * One formula of an update, with names and with numbers.
 * @typedef {object} UpdateStep
 * @property {Expression} formula
 * @property {Expression} numbers
 */

/**
 * How a train step changes one weight.
 * @typedef {object} UpdateWords
 * @property {string} op
 * @property {string} name
 * @property {number[]} position
 * @property {string} optimizer "" if its formula is not known
 * @property {number} before
 * @property {number | null} gradient
 * @property {SlotWords[]} slots
 * @property {number} after
 * @property {UpdateStep[]} steps
 * @property {Expression[]} ops the plain ops of an optimizer whose formula is not known
 */

/**
 * One op in words.
 * @typedef {object} OpWords
 * @property {string} op
 * @property {string} title
 * @property {number | null} step
 * @property {number} steps
 * @property {number[]} iterations
 * @property {Expression | null} value
 * @property {Expression | null} formula
 * @property {string} shapes
 * @property {number[]} position
 * @property {Expression | null} arriving
 * @property {ReaderWords[]} readers the ops that give an input, a variable or a shared tensor its gradient
 * @property {number} more_readers how many more there are
 * @property {Expression | null} total the sum over the readers
 * @property {Expression | null} upstream what G is in the rules
 * @property {InputWords[]} inputs
 * @property {string} problem
 * @property {UpdateWords | null} update
 * @property {string} note what else there is to know in this evaluation
 */

/**
 * A gradient compared with the change of the target.
 * @typedef {object} FiniteDifference
 * @property {number} difference
 * @property {number} gradient
 * @property {number} step
 * @property {number} tolerance
 * @property {boolean} agrees
 * @property {string} words
 */

export {};
