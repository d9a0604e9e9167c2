/** Marks: the `highlight` of a hit as nodes. It is HTML whose only tag is <mark>; it is read here, never given to a parser. */

import { element } from "./element.js";

/** What the server escapes, and nothing else. @type {Record<string, string>} */
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

/** Any other tag in it comes out as the text that it is. @param {string} highlight */
export function marked(highlight) {
  const pieces = highlight.split(/<\/?mark>/);
  const plain = pieces.map((piece) => piece.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity]));
  return plain.map((piece, number) => (number % 2 ? element("mark", {}, piece) : piece));
}
