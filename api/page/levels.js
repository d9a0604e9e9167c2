/** Levels: how far a spelling may be from the typed word. A row of choices, each with what it finds. */

import { element } from "./element.js";

/** Strictest first. The loosest is the server's default, and the only one that no address names. */
export const LEVELS = /** @type {const} */ (["exact", "letters", "clitics", "stem"]);
export const LOOSEST = LEVELS[LEVELS.length - 1];

export class Levels {
  #fieldset;
  /** @type {Record<string, HTMLInputElement>} */
  #inputs = {};
  #legend = element("legend");
  #help = element("p", { id: "level-help" });

  /**
   * @param {HTMLFieldSetElement} fieldset
   * @param {(level: string) => void} picked
   */
  constructor(fieldset, picked) {
    this.#fieldset = fieldset;
    const row = element("div", { class: "row" }, ...LEVELS.map((level) => this.#choice(level, picked)));
    fieldset.replaceChildren(this.#legend, row, this.#help);
  }

  /**
   * @param {string} level
   * @param {(level: string) => void} picked
   */
  #choice(level, picked) {
    const attributes = { type: "radio", name: "match", value: level, "aria-describedby": "level-help" };
    const input = /** @type {HTMLInputElement} */ (element("input", attributes));
    input.addEventListener("change", () => picked(level));
    this.#inputs[level] = input;
    return element("label", {}, input, element("span"), element("bdi"));
  }

  /**
   * @param {string} chosen
   * @param {Partial<Record<string, number>>} counts those that are known
   * @param {import("./strings.js").Strings} strings
   */
  show(chosen, counts, strings) {
    this.#legend.textContent = strings.levels;
    this.#help.textContent = strings.level[chosen]?.help ?? "";
    for (const level of LEVELS) {
      const input = this.#inputs[level];
      const [name, count] = [...(input.labels?.[0].children ?? [])].slice(1);
      input.checked = level === chosen;
      name.textContent = strings.level[level].name;
      count.textContent = level in counts ? strings.number(counts[level] ?? 0) : "";
      /** @type {HTMLElement} */ (input.parentElement).title = strings.level[level].help;
    }
    this.#fieldset.hidden = false;
  }

  hide() {
    this.#fieldset.hidden = true;
  }
}
