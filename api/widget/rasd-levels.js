/** <rasd-levels>: how far a spelling may be from the typed word, with counts; and how to search, where the server offers more than words. */

import { element } from "./element.js";
import { Part } from "./part.js";
import { LEVELS, LOOSEST } from "./session.js";

class Levels extends Part {
  /** @type {ReturnType<typeof choice>[]} */
  #levels = [];
  /** @type {ReturnType<typeof choice>[]} */
  #modes = [];
  /** @type {string[]} */
  #offered = [];
  #help = element("p", { id: "help", class: "soft" });

  build() {
    const { level, levels, mode, modes } = this.strings;
    this.#offered = this.#modesNow;
    const offered = this.#offered.length > 1 ? this.#offered : [];
    this.#levels = LEVELS.map((name) => choice("match", name, level[name], () => this.search.go({ match: name === LOOSEST ? "" : name })));
    this.#modes = offered.map((name) => choice("mode", name, modes[name], () => this.search.go({ mode: name })));
    const rows = [row(mode, this.#modes), row(levels, this.#levels)].filter((field) => field.querySelector("label"));
    this.frame.replaceChildren(...rows, this.#help);
  }

  /** What the server can do now; one way is no choice. */
  get #modesNow() {
    return this.search.answer?.corpus.modes.filter((name) => name in this.strings.modes) ?? this.#offered;
  }

  draw() {
    const { answer, counts, place, hits } = this.search;
    if (this.#modesNow.join() !== this.#offered.join()) this.build();
    const chosen = place.match || LOOSEST;
    this.frame.hidden = !place.q;
    this.#help.textContent = this.strings.level[chosen]?.help ?? "";
    for (const { name, input, count } of this.#levels) {
      input.checked = name === chosen;
      count.textContent = (hits.length || answer) && name in counts ? this.strings.number(counts[name] ?? 0) : "";
    }
    for (const { name, input } of this.#modes) input.checked = name === (place.mode || answer?.query.mode);
  }
}

/** @param {string} legend @param {ReturnType<typeof choice>[]} choices */
const row = (legend, choices) =>
  element("fieldset", { part: "levels" }, element("legend", {}, legend), element("div", { class: "row" }, ...choices.map(({ label }) => label)));

/** @param {string} group @param {string} name @param {{name: string, help: string}} said @param {() => void} change */
function choice(group, name, said, change) {
  const input = /** @type {HTMLInputElement} */ (element("input", { type: "radio", name: group, value: name, change, "aria-describedby": "help" }));
  const count = element("bdi");
  return { name, input, count, label: element("label", { part: "level", title: said.help }, input, element("span", {}, said.name), count) };
}

customElements.define("rasd-levels", Levels);
