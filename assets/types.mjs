/**
 * What the server and the page say to each other, as the browser hears and sends it. Each type has the fields of the
 * Python dataclass of the same name, as its `to_json` writes them.
 */

/** @import { LiftedOverlay, LineageText } from "./graph_view/draw/overlay_types.mjs" */

/**
 * What is shown of a source.
 * @typedef {object} View
 * @property {string | null} [source]
 * @property {string | null} [graph] one of the source's; null: its first
 * @property {string[] | null} [open] see graph_view/groups/opened.mjs; null: the usual groups
 * @property {boolean} [all] whether every op is shown
 * @property {string | null} [focus] the group that is the whole picture
 * @property {string[]} [hide]
 * @property {boolean} [values] whether boxes have room for values
 */

/**
 * What the overlays of a view are asked to show.
 * @typedef {object} Emphasis
 * @property {string} [colour] by what the boxes are coloured
 * @property {string} [lineage] the query
 */

/**
 * What the page asks about a view.
 * @typedef {object} SceneRequest
 * @property {View | null} view
 * @property {Emphasis} emphasis
 * @property {string} search the words that are looked for
 * @property {string} folder the data folder in the form
 * @property {ShownMoment | null} [evaluation] what is shown of values
 * @property {string} [page] the page's name
 * @property {boolean} [retry] whether what has failed before begins anew
 * @property {boolean} [marks] whether the scene is left out, which is drawn already
 * @property {boolean} [ahead] whether it is not sure that the view is wanted
 */

/**
 * What is shown of an evaluation, and when.
 * @typedef {object} ShownMoment
 * @property {string} id of the evaluation
 * @property {"value" | "gradient" | "both" | "difference"} show
 * @property {number | null} [time] after how many ops; null: all
 * @property {number} [back] going backward: the position from which on gradients are known
 * @property {number | null} [now] the position of the op of this step; null: nothing is stepped through
 * @property {boolean} [is_backward] whether gradients are stepped through
 * @property {FieldStart | null} [field] the number whose field is shown
 */

/**
 * A number of an op's output, and the way in which its field is shown on the graph.
 * @typedef {object} FieldStart
 * @property {string} op
 * @property {number} output
 * @property {number[]} position
 * @property {"from" | "to"} way what it was computed from, what it reaches
 */

/**
 * What the page shows of a view. What an answer leaves out stays as it is on the page.
 * @typedef {object} Answer
 * @property {Scene | null} [scene]
 * @property {LiftedOverlay[]} [overlays] in the order in which they are drawn
 * @property {LineageText | null} [lineage]
 * @property {Message | null} [message]
 * @property {string} [ready] a name for the graph and what there is of it to be seen; "" while there is none
 * @property {string[]} [graphs] the source's
 * @property {boolean} [again] whether there is more to come
 */

/**
 * Words in place of a scene, or over it.
 * @typedef {object} Message
 * @property {string} kind "waiting" or "error"
 * @property {string} title
 * @property {string} [detail]
 */

/**
 * A laid out view; places in px.
 * @typedef {object} Scene
 * @property {number} width
 * @property {number} height
 * @property {Box[]} boxes
 * @property {Frame[]} frames
 * @property {Link[]} links
 * @property {string[]} [tensors] dtypes and shapes that links name by their place
 * @property {string[]} open the ids of the open groups
 * @property {number[]} [depths] how many boxes there are with everything open down to each depth
 * @property {number} [most] boxes that can be drawn
 * @property {Record<string, number[]>} [inside] how many boxes each group has inside, by levels
 * @property {string} key the same for all scenes of a graph
 * @property {string} [traced] a name for what was traced
 * @property {View} [of]
 * @property {Crumb[]} [crumbs] the way from the whole graph to what is shown of it
 * @property {string} [focus] the group that is the whole picture; left out where no group can be
 * @property {Crumb[]} [hidden] what is left out
 * @property {string} [lost] the focus that was asked for and is not there
 */

/**
 * A group, or the graph, by its id ("": the graph) and its words.
 * @typedef {object} Crumb
 * @property {string} id
 * @property {string} title
 */

/**
 * An op or a closed group.
 * @typedef {object} Box
 * @property {string} id
 * @property {string} kind
 * @property {string} title
 * @property {string} subtitle
 * @property {string} family
 * @property {string} opType
 * @property {string} groupKind
 * @property {string} parent the id of the group around it; "" for none
 * @property {string} label what a screen reader says
 * @property {number} folded
 * @property {string} [problem]
 * @property {string} [leadsTo] what a stub stands for
 * @property {number} [hidden] how many hidden boxes it is linked with
 * @property {number} [hides] how many hidden boxes are inside
 * @property {"line" | "picture"} [readout] the room for its value below its words
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 */

/**
 * An open group.
 * @typedef {object} Frame
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {string} parent
 * @property {number} depth
 * @property {string} groupKind
 * @property {string} label
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 */

/**
 * A line from a box to another: a Bezier curve with its label.
 * @typedef {object} Link
 * @property {string} src
 * @property {string} dst
 * @property {number[]} points
 * @property {string} label
 * @property {number} lx
 * @property {number} ly
 * @property {string} style
 * @property {number} weight
 * @property {number} n
 * @property {LinkTensor[]} [tensors]
 * @property {number} [more] tensors that are not told
 */

/**
 * A tensor on a link: the place of its dtype and shape, the output's number, the op it comes from where that is not the
 * source, how many ops inside a closed group it feeds, and some of them.
 * @typedef {[words: number, port: number, src?: string, count?: number, ...targets: string[]]} LinkTensor
 */

/**
 * A row of the outline.
 * @typedef {object} OutlineRow
 * @property {string} id
 * @property {string} kind
 * @property {string} title
 * @property {string} subtitle
 * @property {string} family
 */

/** @typedef {[x: number, y: number | null]} CurvePoint */

/**
 * The curves of one metric, by epochs done or by step.
 * @typedef {object} Chart
 * @property {CurvePoint[]} [train]
 * @property {CurvePoint[]} [validation]
 */

/**
 * What the model predicts for an image.
 * @typedef {object} Sample
 * @property {string} image
 * @property {string} predicted
 * @property {string} true
 * @property {boolean} correct
 * @property {number | null} [confidence]
 */

/**
 * The state of a run at one moment.
 * @typedef {object} RunSnapshot
 * @property {string} run
 * @property {object} settings
 * @property {string} status
 * @property {string} stage
 * @property {string} message
 * @property {string} warning
 * @property {string} baseline
 * @property {string[]} uses
 * @property {number | null} batch_size
 * @property {number | null} learning_rate
 * @property {number | null} seed
 * @property {number | null} started_s
 * @property {number} checkpoint
 * @property {number} resumed
 * @property {string} model
 * @property {string} device
 * @property {string} data
 * @property {number | null} train_size
 * @property {number | null} validation_size
 * @property {number} epoch
 * @property {number} epochs
 * @property {number} step
 * @property {number | null} steps
 * @property {number} progress
 * @property {number | null} examples_per_s
 * @property {number | null} eta_s
 * @property {Record<string, Chart>} curves
 * @property {Sample[]} samples
 * @property {Record<string, number | null>} latest
 * @property {Record<string, number | null>} final
 */

/**
 * The charts of a log, as the snapshot of a run that is over.
 * @typedef {object} LogSnapshot
 * @property {string} data
 * @property {Record<string, Chart>} curves
 * @property {Record<string, number | null>} final
 * @property {string} status
 */

/**
 * A run that is going.
 * @typedef {object} RunningRun
 * @property {string} run
 * @property {string} url
 * @property {string} source
 * @property {string} name
 * @property {string} progress
 * @property {number} started_s
 * @property {number} epochs
 * @property {number | null} batch_size
 * @property {number | null} learning_rate
 * @property {number} seed
 */

export {};
