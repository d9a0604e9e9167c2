/**
 * Elements. Whatever comes from a report is only ever text in them: nothing here, or in any module beside it, takes HTML.
 *
 * @typedef {string | Node} Piece
 */

/**
 * @param {string} name
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] null, undefined and false leave one out
 * @param {...Piece} children
 * @returns {HTMLElement}
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

/**
 * Text that runs in its own direction: a number, an id, a name in Latin letters inside Arabic.
 * @param {string | number} text
 */
export const isolated = (text) => element("bdi", {}, String(text));

/**
 * A sentence with its places filled: "{n} من {all}". Text in a place is isolated, nodes go in as they are.
 * @param {string} template
 * @param {Record<string, string | number | Node | Piece[]>} [values]
 * @returns {Piece[]}
 */
export function sentence(template, values = {}) {
  return template.split(/\{(\w+)\}/).flatMap((piece, number) => {
    if (number % 2 === 0) return piece;
    const value = values[piece];
    return typeof value === "string" || typeof value === "number" ? isolated(value) : value;
  });
}

/**
 * @param {string} text
 * @param {() => void} act
 * @param {string} [look] a class
 */
export function button(text, act, look = "quiet") {
  const made = element("button", { type: "button", class: look }, text);
  made.addEventListener("click", act);
  return made;
}
