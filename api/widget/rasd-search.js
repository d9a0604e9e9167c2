/** <rasd-search>: a whole search in one element; or, around parts of its own, what they have in common. */

import "./rasd-box.js";
import "./rasd-facets.js";
import "./rasd-levels.js";
import "./rasd-results.js";
import "./rasd-timeline.js";
import { element } from "./element.js";
import { Part } from "./part.js";

/** Handed out of the elements inside, to be styled from the page. */
const PARTS =
  "badge bars box button chip citation close completion completions dialog divider error export facet figures handle help hit input level levels link list loading " +
  "mention menu more note paragraph period permalink provenance report results similar sort submit summary text title value";

const OWN = ["box", "levels", "facets", "timeline", "results"].map((name) => `rasd-${name}`).join();

class Search extends Part {
  build() {
    if (this.querySelector(OWN)) return this.frame.replaceChildren(element("slot"));
    const part = (/** @type {string} */ name, /** @type {Node[]} */ ...inside) =>
      element(`rasd-${name}`, { part: name, exportparts: PARTS.split(" ").join(), placeholder: name === "box" && this.getAttribute("placeholder") }, ...inside);
    const filters = element("details", { part: "filters", open: this.clientWidth >= 896 }, element("summary", {}, this.strings.filters), part("facets"));
    const welcome = element("slot", { name: "welcome", slot: "welcome" });
    const main = element("div", {}, part("levels"), part("timeline"), part("results", welcome));
    this.frame.classList.add("whole");
    return this.frame.replaceChildren(part("box"), filters, main);
  }

  draw() {
    const { answer, place } = this.search;
    const useful = answer && place.q && Object.entries(answer.facets).some(([name, values]) => name !== "month" && values.length);
    this.frame.classList.toggle("narrowing", Boolean(useful));
  }

  /** Give the box the focus. */
  focus() {
    this.search.back();
  }
}

customElements.define("rasd-search", Search);
