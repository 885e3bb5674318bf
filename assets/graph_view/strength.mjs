/** What stands back behind what is emphasised. Pure functions. */

/** Whether a box is pale: a trace decides before the selection, which is never pale itself. */
export function isPaleBox(marks, id) {
  if (marks.traced) return !marks.traced.boxes.has(id) && marks.selected !== id;
  return marks.near !== null && !marks.near.has(id);
}

/** Whether a link, by its number, is emphasised. */
export function isStrongLink(marks, link, i) {
  if (marks.hoverLink === link) return true;
  const side = marks.traced?.links.get(i);
  return marks.traced ? side !== undefined && side !== "on" : Boolean(marks.strong?.has(i));
}

/** Whether a link, by its number, is pale. */
export function isPaleLink(marks, link, i) {
  if (marks.traced) return !marks.traced.links.has(i) && marks.hoverLink !== link;
  return marks.near !== null && !isStrongLink(marks, link, i);
}
