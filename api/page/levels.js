/** How far a spelling may be from the typed word, as a row of choices. */

import { element } from "./element.js";

/** Strictest first; the loosest is the default, which no address names. @type {Level[]} */
export const LEVELS = ["exact", "letters", "clitics", "stem", "variants"];
export const LOOSEST = LEVELS[LEVELS.length - 1];

export class Levels {
  #fieldset;
  #legend = element("legend");
  #help = element("p", { id: "level-help" });
  #choices;
  /** What #counts are of. */
  #of = "";
  /** @type {Counts} */
  #counts = {};

  /** @param {HTMLFieldSetElement} fieldset @param {(level: string) => void} picked */
  constructor(fieldset, picked) {
    this.#fieldset = fieldset;
    this.#choices = LEVELS.map((level) => choice(level, picked));
    const row = element("div", { class: "row" }, ...this.#choices.map(({ label }) => label));
    fieldset.replaceChildren(this.#legend, row, this.#help);
  }

  /** A stricter level does not count the looser ones: they stay. @param {Answer} answer */
  learn({ corpus, query, levels, suggestions }) {
    const of = `${corpus.version} ${query.q}`;
    const known = this.#of === of ? this.#counts : {};
    this.#counts = { ...known, ...levels, ...suggestions?.levels };
    this.#of = of;
  }

  get complete() {
    return LEVELS.every((level) => level in this.#counts);
  }

  /** @param {string} chosen "" is the loosest @param {Strings} strings @param {boolean} counted whether the counts are of what is shown */
  show(chosen, strings, counted) {
    this.#legend.textContent = strings.levels;
    for (const { level, label, input, name, count } of this.#choices) {
      const { name: told, help } = strings.level[level];
      input.checked = level === (chosen || LOOSEST);
      if (input.checked) this.#help.textContent = help;
      label.title = help;
      name.textContent = told;
      count.textContent = counted && level in this.#counts ? strings.number(this.#counts[level] ?? 0) : "";
    }
    this.#fieldset.hidden = false;
  }

  hide() {
    this.#fieldset.hidden = true;
  }
}

/** @param {Level} level @param {(level: string) => void} picked */
function choice(level, picked) {
  const attributes = { type: "radio", name: "match", value: level, "aria-describedby": "level-help" };
  const input = /** @type {HTMLInputElement} */ (element("input", attributes));
  input.addEventListener("change", () => picked(level));
  const [name, count] = [element("span"), element("bdi")];
  return { level, input, name, count, label: element("label", {}, input, name, count) };
}
