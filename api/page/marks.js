/** Marks: the `highlight` of a hit as nodes. It is HTML whose only tag is <mark>; it is read here, never handed to a parser. */

import { element } from "./element.js";

/** What the server escapes, and nothing else. @type {Record<string, string>} */
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

/** @param {string} escaped */
const plain = (escaped) => escaped.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity]);

/**
 * Any other tag in it, from whatever server, comes out as the text that it is.
 * @param {string} highlight
 * @returns {import("./element.js").Piece[]}
 */
export function marked(highlight) {
  const pieces = highlight.split(/<\/?mark>/).map(plain);
  return pieces.map((piece, number) => (number % 2 ? element("mark", {}, piece) : piece));
}
