/** <rasd-timeline>: hits a month as a picture. Dragging over it, a click on a month, or the two handles narrow the search. */

import { element, sentence } from "./element.js";
import { dayOf } from "./figures.js";
import { Part } from "./part.js";

/** A month of a wrong date must not draw the Middle Ages. */
const MOST = 720;

/** @param {string} month of 2019-04 */
const ordinal = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;

/** @param {number} n */
const month = (n) => `${String(Math.floor(n / 12)).padStart(4, "0")}-${String((n % 12) + 1).padStart(2, "0")}`;

class Timeline extends Part {
  #bars = element("div", { class: "bars", part: "bars", "aria-hidden": "true" });
  #said = element("p", { class: "soft", part: "period" });
  /** @type {HTMLInputElement[]} the first month that is shown, and the last */
  #handles = [];
  /** The ordinal of the month at the beginning. */
  #begin = 0;
  /** @type {number[]} hits a month */
  #counts = [];
  /** Hits that are in no month, with what is said of them. @type {[string, number][]} */
  #without = [];
  /** Where a drag began; -1 where there is none. */
  #from = -1;

  build() {
    const { strings } = this;
    this.#handles = [strings.firstMonth, strings.lastMonth].map((name, which) => {
      const listening = { input: () => this.#slide(which), change: () => this.#choose() };
      return /** @type {HTMLInputElement} */ (element("input", { type: "range", min: 0, part: "handle", "aria-label": name, ...listening }));
    });
    this.#bars.onpointerdown = (event) => this.#drag(event);
    this.#bars.onpointermove = (event) => this.#hover(event);
    this.#bars.onpointerup = () => this.#drop();
    this.#bars.onpointercancel = this.#bars.onpointerleave = () => this.#paint();
    const group = element("div", { role: "group", "aria-label": strings.timeline }, this.#bars, element("div", { class: "handles" }, ...this.#handles), this.#said);
    this.frame.replaceChildren(group);
  }

  draw() {
    const { answer, place, busy } = this.search;
    if (busy && answer) return;
    const all = answer?.facets.month ?? [];
    const told = all.filter(({ value }) => /^\d{4}-\d\d$/.test(value));
    const shown = [...told.map(({ value }) => value), place.from.slice(0, 7), place.to.slice(0, 7)].filter((value) => /^\d{4}-\d\d$/.test(value));
    const ordinals = shown.map(ordinal).sort((one, other) => one - other);
    const last = ordinals[ordinals.length - 1] ?? 0;
    this.#begin = Math.max(ordinals[0] ?? 0, last - MOST + 1);
    this.#counts = Array(last - this.#begin + 1).fill(0);
    for (const { value, count } of told) if (ordinal(value) >= this.#begin) this.#counts[ordinal(value) - this.#begin] += count;
    const sum = (/** @type {string} */ text, /** @type {RegExp} */ which) =>
      /** @type {[string, number]} */ ([text, all.reduce((n, { value, count }) => n + (which.test(value) ? count : 0), 0)]);
    this.#without = [sum(this.strings.onlyYears, /^[^-]+$/), sum(this.strings.undatedReports, /^$/)];
    this.frame.hidden = !place.q || !answer || this.#counts.length < 2;
    const most = Math.max(1, ...this.#counts);
    this.#bars.replaceChildren(...this.#counts.map((count) => bar(count / most)));
    const end = this.#counts.length - 1;
    this.#set(place.from ? ordinal(place.from) - this.#begin : 0, place.to ? ordinal(place.to) - this.#begin : end);
  }

  /** @param {number} from @param {number} to both months are in it */
  #set(from, to) {
    const values = [from, to].sort((one, other) => one - other);
    this.#handles.forEach((handle, which) => {
      handle.max = String(this.#counts.length - 1);
      handle.value = String(values[which]);
      handle.setAttribute("aria-valuetext", dayOf(month(this.#begin + values[which]), this.strings));
    });
    this.#paint();
  }

  /** @param {number} [at] the month that the pointer is at */
  #paint(at = -1) {
    const [from, to] = this.#chosen;
    [...this.#bars.children].forEach((piece, n) => piece.classList.toggle("out", n < from || n > to));
    const { strings } = this;
    const name = (/** @type {number} */ n) => dayOf(month(this.#begin + n), strings);
    const hits = this.#counts.slice(from, to + 1).reduce((sum, count) => sum + count, 0);
    const here = at >= 0 && this.#from < 0 ? { period: name(at), n: this.#counts[at] ?? 0 } : { period: sentence(strings.fromTo, { from: name(from), to: name(to) }), n: hits };
    const without = this.#without.flatMap(([text, n]) => (n ? sentence(text, { n: strings.number(n) }) : []));
    this.#said.replaceChildren(...sentence("{period}: {n}", { period: [here.period].flat(), n: strings.number(here.n) }), ...without);
  }

  get #chosen() {
    return this.#handles.map(({ value }) => Number(value));
  }

  /** A handle does not pass the other. @param {number} which */
  #slide(which) {
    const [from, to] = this.#chosen;
    if (which) this.#set(Math.min(from, to), to);
    else this.#set(from, Math.max(from, to));
  }

  #choose() {
    const [from, to] = this.#chosen;
    const whole = from === 0 && to === this.#counts.length - 1;
    const [year, last] = month(this.#begin + to).split("-").map(Number);
    const day = new Date(Date.UTC(year, last, 0)).getUTCDate();
    this.search.go(whole ? { from: "", to: "" } : { from: `${month(this.#begin + from)}-01`, to: `${month(this.#begin + to)}-${day}` });
  }

  /** @param {PointerEvent} event */
  #at({ clientX }) {
    const { left, right, width } = this.#bars.getBoundingClientRect();
    const share = (this.strings.dir === "rtl" ? right - clientX : clientX - left) / width;
    return Math.max(0, Math.min(this.#counts.length - 1, Math.floor(share * this.#counts.length)));
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    this.#from = this.#at(event);
    this.#bars.setPointerCapture(event.pointerId);
    this.#set(this.#from, this.#from);
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    if (this.#from >= 0) this.#set(this.#from, this.#at(event));
    else this.#paint(this.#at(event));
  }

  #drop() {
    if (this.#from < 0) return;
    this.#from = -1;
    this.#choose();
  }
}

/** @param {number} share of the highest */
function bar(share) {
  const made = element("i");
  made.style.height = share ? `${Math.max(4, share * 100)}%` : "0";
  return made;
}

customElements.define("rasd-timeline", Timeline);
