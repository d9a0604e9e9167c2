/** The address: what is shown stands after #, which browsers never send to a server. */

const SINGLE = ["q", "match", "mode", "sort", "from", "to", "dead_min", "mentions_from", "mentions_to", "report", "at"];

/** Filters that a reader chooses, each with several values. */
export const FILTERS = ["source", "place", "actor", "tag", "kind", "collection"];

/** @param {string} hash @param {string} prefix of the names, where two searches share an address @returns {Place} */
export function read(hash, prefix = "") {
  const told = new URLSearchParams(hash.slice(1));
  const single = SINGLE.map((name) => [name, told.get(prefix + name)?.trim() ?? ""]);
  return Object.fromEntries([...single, ...FILTERS.map((name) => [name, told.getAll(prefix + name).filter(Boolean)])]);
}

/** With its #, which alone says nothing. What others wrote into `hash` stays. @param {Partial<Place>} place */
export function write(place, prefix = "", hash = "") {
  const told = new URLSearchParams(hash.slice(1));
  for (const name of [...SINGLE, ...FILTERS]) {
    told.delete(prefix + name);
    for (const value of [place[name] ?? []].flat()) if (value) told.append(prefix + name, value);
  }
  return `#${told}`;
}
