/** The address: what is shown stands after #, which browsers never send to a server. */

const NAMES = ["q", "match", "report", "at"];

/** @param {string} hash @returns {Place} */
export function read(hash) {
  const told = new URLSearchParams(hash.slice(1));
  return /** @type {any} */ (Object.fromEntries(NAMES.map((name) => [name, told.get(name)?.trim() ?? ""])));
}

/** With its #, which alone is the first page. @param {Record<string, string> | Partial<Place>} place */
export function write(place) {
  const told = Object.entries(place).filter(([, value]) => value);
  return `#${new URLSearchParams(told)}`;
}
