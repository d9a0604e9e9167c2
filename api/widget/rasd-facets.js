/** <rasd-facets>: what the hits are of, with counts; each value narrows the search. */

import { FILTERS } from "./address.js";
import { button, element } from "./element.js";
import { Part } from "./part.js";

const SHOWN = 6;

class Facets extends Part {
  /** Facets that show all their values. @type {Set<string>} */
  #whole = new Set();

  draw() {
    const { answer, place, busy } = this.search;
    if (busy && answer) return;
    const names = FILTERS.filter((name) => this.search.facets.includes(name));
    const focused = this.shadowRoot?.activeElement?.id;
    const fields = answer && place.q ? names.flatMap((name) => this.#field(name, answer.facets[/** @type {keyof Answer["facets"]} */ (name)] ?? [])) : [];
    const mentions = answer && place.q && this.search.narrowing.includes("mentions") ? [this.#mentions()] : [];
    this.frame.replaceChildren(...fields, ...mentions);
    if (focused) this.shadowRoot?.getElementById(focused)?.focus();
  }

  /** @param {string} name @param {{value: string, count: number}[]} values */
  #field(name, values) {
    const { strings, search } = this;
    const chosen = [search.place[name] ?? []].flat();
    const gone = chosen.filter((value) => !values.some((told) => told.value === value)).map((value) => ({ value, count: 0 }));
    const all = [...gone, ...values];
    // One value tells nothing apart.
    if (!chosen.length && all.length < 2) return [];
    const shown = this.#whole.has(name) ? all : all.slice(0, SHOWN);
    const options = shown.map((told, number) => this.#option(name, told, `${name}-${number}`, chosen));
    const rest = all.length - shown.length;
    const more = button(strings.showAll(rest), () => this.#showAll(name), { id: `${name}-${shown.length}` });
    return [element("fieldset", { part: "facet" }, element("legend", {}, strings.facet[name]), ...options, ...(rest ? [more] : []))];
  }

  /** What the text itself names: days, and how many dead. */
  #mentions() {
    const { strings, search } = this;
    const field = (/** @type {string} */ name, /** @type {Record<string, unknown>} */ kind) => {
      const change = (/** @type {any} */ { target }) => target.checkValidity() && search.go({ [name]: target.value });
      const input = element("input", { id: name, value: search.place[name], change, ...kind });
      return element("label", { part: "mention" }, element("span", {}, strings.mentions[name]), input);
    };
    const fields = [
      field("dead_min", { type: "number", min: 0, step: 1, inputmode: "numeric" }),
      field("mentions_from", { type: "date", max: search.place.mentions_to || null }),
      field("mentions_to", { type: "date", min: search.place.mentions_from || null }),
    ];
    return element("fieldset", { part: "facet" }, element("legend", {}, strings.inText), ...fields);
  }

  /** @param {string} name */
  #showAll(name) {
    this.#whole.add(name);
    this.draw();
  }

  /** @param {string} name @param {{value: string, count: number}} told @param {string} id @param {string[]} chosen */
  #option(name, { value, count }, id, chosen) {
    const { strings, search } = this;
    const checked = chosen.includes(value);
    const change = () => search.go({ [name]: checked ? chosen.filter((other) => other !== value) : [...chosen, value] });
    const shown = name === "kind" ? strings.kinds[value] ?? value : value;
    const input = element("input", { type: "checkbox", id, checked, change });
    const number = element("span", { class: "soft" }, count ? strings.number(count) : "");
    return element("label", { part: "value" }, input, element("bdi", {}, shown.slice(0, 80)), number);
  }
}

customElements.define("rasd-facets", Facets);
