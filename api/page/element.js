/** Elements. What comes from a report is only ever text in them: no module takes HTML. */

/**
 * null, undefined and false leave an attribute out.
 * @param {string} name
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {...Piece} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    made.setAttribute(attribute, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** Text that runs in its own direction. @param {string | number} text */
export const isolated = (text) => element("bdi", {}, String(text));

/**
 * A sentence with its places filled: "{n} من {all}". Text in a place is isolated, nodes go in as they are.
 * @param {string} template
 * @param {Record<string, string | Node | Piece[]>} values
 * @returns {Piece[]}
 */
export function sentence(template, values = {}) {
  return template.split(/\{(\w+)\}/).flatMap((piece, number) => {
    if (number % 2 === 0) return piece;
    const value = values[piece];
    return typeof value === "string" ? isolated(value) : value;
  });
}

/** @param {Piece[]} pieces @param {Strings} strings */
export const listed = (pieces, { comma }) => pieces.flatMap((piece, number) => (number ? [comma, piece] : [piece]));

/** @param {string} text @param {() => void} act */
export function button(text, act, look = "quiet") {
  const made = element("button", { type: "button", class: look }, text);
  made.addEventListener("click", act);
  return made;
}
