/**
 * The address: what is shown stands after #, which browsers never send to a server.
 *
 * @typedef {object} Place
 * @property {string} q      the query, "" for the first page
 * @property {string} match  the level, "" for the server's default
 * @property {string} report the id of the report that is open, "" for none
 * @property {string} at     the position in it, "" for its beginning
 */

const NAMES = /** @type {const} */ (["q", "match", "report", "at"]);

/**
 * @param {string} hash
 * @returns {Place}
 */
export function read(hash) {
  const told = new URLSearchParams(hash.slice(1));
  return /** @type {Place} */ (Object.fromEntries(NAMES.map((name) => [name, told.get(name)?.trim() ?? ""])));
}

/**
 * @param {Partial<Place>} place
 * @returns {string} with its #, which alone is the first page
 */
export function write(place) {
  const told = NAMES.filter((name) => place[name]).map((name) => [name, /** @type {string} */ (place[name])]);
  return `#${new URLSearchParams(told)}`;
}
