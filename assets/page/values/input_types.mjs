/**
 * What the Values panel and the server say to each other. Each type has the fields of the Python dataclass of the same
 * name, as its `to_json` writes them.
 */

/** @import { LiftedOverlay } from "../../graph_view/draw/overlay_types.mjs" */
/** @import { Message, ShownMoment, View } from "../../types.mjs" */
/** @import { Steps } from "./steps.mjs" */

/** @typedef {"number" | "grid" | "text" | "row" | "drawing" | "image" | "npy" | "random" | "example"} SettingKind */
/** @typedef {"value" | "gradient" | "both"} ShownPart */
/** @typedef {string | string[] | string[][]} TypedValue */

/**
 * What a user set for one input; `kind` says which of the other fields count.
 * @typedef {object} InputSetting
 * @property {SettingKind} kind
 * @property {TypedValue} [value]
 * @property {number} [row]
 * @property {number} [seed]
 * @property {string} [data] a file or a drawing in base64
 * @property {string} [file]
 * @property {string} [resize] "crop", "pad", "stretch" or "" for not at all
 * @property {number} [darkest]
 * @property {number} [brightest]
 * @property {(number | null)[] | null} [sizes]
 */

/**
 * A row of the data: a picture, or its first numbers as text.
 * @typedef {object} RowPreview
 * @property {number} row
 * @property {string} picture
 * @property {string} text
 * @property {string} label
 */

/**
 * What the form offers for one input.
 * @typedef {object} InputField
 * @property {string} name
 * @property {string} label
 * @property {string} dtype
 * @property {(number | null)[] | null} shape
 * @property {string} widget
 * @property {SettingKind[]} ways the usual one first
 * @property {InputSetting} setting what is set at first
 * @property {string} words
 * @property {RowPreview[]} rows
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {number | null} step
 * @property {number} darkest
 * @property {number} brightest
 * @property {number[]} sizes of random numbers at first
 * @property {string} problem
 */

/**
 * One result of a graph.
 * @typedef {object} OutputReadout
 * @property {string} op_id
 * @property {string} name
 * @property {"number" | "bars" | "rows" | "summary" | "text"} kind
 * @property {string} text
 * @property {number[]} shape
 * @property {(number | string)[]} numbers
 * @property {string[]} labels
 * @property {(number | string)[]} [differences] to the base; without numbers the largest
 * @property {string} [change] what else has changed since the base
 */

/**
 * A result, or an op, whose gradients can be shown. `count` is its number of numbers, null if unknown.
 * @typedef {{id: string, label: string, count: number | null}} GradientTarget
 */

/** @typedef {{id: string, label: string}} WeightsOption */

/**
 * The form for a graph.
 * @typedef {object} ValuesForm
 * @property {string} graph
 * @property {InputField[]} fields
 * @property {GradientTarget[]} targets
 * @property {WeightsOption[]} weights
 * @property {boolean} has_training
 * @property {string} problem what is wrong with the example inputs or the data; "" for nothing
 */

/**
 * What is set in the whole form.
 * @typedef {object} FormState
 * @property {Record<string, InputSetting>} settings by the inputs' names
 * @property {string} gradient "" for none, or the number whose gradients are wanted: `output[0,3]`
 * @property {ShownPart} show
 * @property {boolean} training
 * @property {number} seed
 * @property {string} weights
 */

/**
 * An evaluation that the others are compared with; it is computed again from `state` if the server does not know it.
 * @typedef {{evaluation: string, state: FormState, words: string}} Base
 */

/** What an address sets. @typedef {Partial<FormState> & {base?: Base}} SharedForm */

/** @typedef {FormState & {view: View, compare: string, base: FormState | null}} EvaluateRequest */

/**
 * What an evaluation is, besides the numbers on the boxes.
 * @typedef {object} EvaluationFacts
 * @property {string} id
 * @property {number} seconds
 * @property {ShownMoment["show"]} show
 * @property {boolean} has_gradients
 * @property {Steps} steps
 * @property {Record<string, string>} words what each input is, by name
 * @property {string} [note] what the boxes cannot show of this evaluation
 * @property {string} end why it ended early; "" if it did not
 * @property {{op: string, words: string}[]} problems
 * @property {OutputReadout[]} output
 */

/**
 * What the server answers: the form or an evaluation, sentences by the inputs' names, or that it is still at work.
 * @typedef {object} ValuesAnswer
 * @property {boolean} [again]
 * @property {Message | string | null} [message]
 * @property {ValuesForm} [form]
 * @property {WeightsOption[]} [weights]
 * @property {EvaluationFacts} [evaluation]
 * @property {LiftedOverlay[]} [overlays]
 * @property {Record<string, string>} [errors]
 */

/** @typedef {(act: string, body: object) => Promise<ValuesAnswer>} Ask */
/** @typedef {{view: View | null, selected?: string | null, ready?: string}} PageState */
/** @typedef {{evaluation: EvaluationFacts, overlays: LiftedOverlay[], request: EvaluateRequest, base: Base | null}} Evaluated */

/**
 * The part of a field that sets its value in one way.
 * @typedef {object} WayPart
 * @property {HTMLElement} element
 * @property {(setting: InputSetting) => void} put shows a setting
 * @property {() => InputSetting | null} setting null while there is none, such as before a file is chosen
 * @property {() => void} focus
 */

/** @typedef {(field: InputField, changed: (problem?: string, wrong?: HTMLElement) => void) => WayPart} MakePart */

export {};
