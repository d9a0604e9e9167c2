/** The `highlight` of a hit as nodes. Its only tag is <mark>; no parser of HTML gets it. */

import { element } from "./element.js";

/** What the server escapes. @type {Record<string, string>} */
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

/** Any other tag comes out as text. @param {string} highlight */
export function marked(highlight) {
  const pieces = highlight.split(/<\/?mark>/);
  const plain = pieces.map((piece) => piece.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity]));
  return plain.map((piece, number) => (number % 2 ? element("mark", {}, piece) : piece));
}
