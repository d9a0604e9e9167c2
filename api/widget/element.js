/** Elements. What comes from a report is only ever text in them: no module takes HTML. */

/**
 * null, undefined and false leave an attribute out; a function listens.
 * @param {string} name
 * @param {Record<string, unknown>} attributes
 * @param {...Piece} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(attribute, /** @type {EventListener} */ (value));
    else if (value !== false && value != null) made.setAttribute(attribute, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** Text that runs in its own direction. @param {string | number} text */
export const isolated = (text) => element("bdi", {}, String(text));

/**
 * A sentence with its places filled: "{n} من {all}". Text in a place is isolated, nodes go in as they are.
 * @param {string} template
 * @param {Record<string, string | number | Node | Piece[]>} values
 * @returns {Piece[]}
 */
export function sentence(template, values = {}) {
  return template.split(/\{(\w+)\}/).flatMap((piece, number) => {
    if (number % 2 === 0) return piece;
    const value = values[piece];
    return typeof value === "string" || typeof value === "number" ? isolated(value) : value;
  });
}

/** @param {Piece[]} pieces @param {string} between */
export const listed = (pieces, between) => pieces.flatMap((piece, number) => (number ? [between, piece] : [piece]));

/** @param {string | Piece[]} text @param {(event: Event) => void} click */
export const button = (text, click, attributes = {}) =>
  element("button", { type: "button", part: "button", click, ...attributes }, ...[text].flat());
