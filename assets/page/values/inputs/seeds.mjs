/** Seeds of random numbers, as a user types them. */

export const USUAL_SEED = 7;
const LARGEST_SEED = 2 ** 32 - 1;

/** What is wrong with a seed; "" for nothing. @param {string} typed */
export function seedProblem(typed) {
  const text = typed.trim();
  if (/^\d+$/.test(text) && Number(text) <= LARGEST_SEED) return "";
  return `${text || "an empty field"} is not a seed: write a whole number from 0 to ${LARGEST_SEED.toLocaleString("en-US")}`;
}
