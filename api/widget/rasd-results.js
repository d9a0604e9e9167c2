/** <rasd-results>: what was found, how much, what narrows it, and what can be taken along. */

import { FILTERS } from "./address.js";
import { button, element, listed, sentence } from "./element.js";
import { counted, dayOf } from "./figures.js";
import { hitItem, menu } from "./hit.js";
import { Part } from "./part.js";

class Results extends Part {
  #summary = element("p", { class: "soft", part: "summary", role: "status" });
  #said = element("p", { class: "unseen", role: "status" });
  #tools = element("div", { class: "tools" });
  #list = element("section", { part: "results", keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });
  #drawn = 0;
  /** What was drawn. @type {unknown[]} */
  #last = [];

  build() {
    this.#list.setAttribute("aria-label", this.strings.results);
    const head = element("div", { class: "head" }, this.#summary, this.#tools);
    this.frame.replaceChildren(head, this.#list, this.#said);
    this.#drawn = 0;
    this.#last = [];
  }

  draw() {
    const { place, answer, busy, problem, hits } = this.search;
    this.#list.toggleAttribute("aria-busy", busy);
    const now = [answer, problem, hits, place.q, busy && !answer];
    // What was found stays until there is something else, and with it the focus.
    if ((busy && answer) || now.every((value, number) => value === this.#last[number])) return;
    this.#last = now;
    const focus = this.#drawn && hits.length > this.#drawn ? this.#drawn : -1;
    this.marks.clear();
    this.#summary.replaceChildren(...this.#counts());
    this.#tools.replaceChildren(...(answer && hits.length ? this.#exports() : []));
    this.#list.replaceChildren(...this.#chips(), ...this.#content());
    this.#drawn = answer ? hits.length : 0;
    if (focus > 0) this.#links()[focus]?.focus();
  }

  #content() {
    const { place, answer, busy, problem, hits } = this.search;
    const { strings } = this;
    if (!place.q && !problem) return [element("slot", { name: "welcome" })];
    if (busy && !answer) return [element("p", { class: "soft", part: "loading" }, strings.loading)];
    if (!answer) return problem ? [this.#trouble(() => this.search.search())] : [];
    const whole = answer.total.value;
    const { words, left_out } = answer.query;
    const noted = !whole || left_out.length || answer.query.degraded || words.some(({ variants, capped_at }) => variants.length || capped_at);
    const notes = noted ? [this.#later(import("./notes.js"), (module) => module.notes(answer, this))] : [];
    return hits.length ? [...notes, element("ol", { part: "list" }, ...this.#items(whole)), ...this.#end()] : notes;
  }

  /** Hits with all the words come first, `whole` of them. @param {number} whole */
  #items(whole) {
    const { hits, place } = this.search;
    const items = hits.map((hit) => hitItem(hit, this));
    const mixed = whole && whole < items.length && !place.sort;
    if (mixed) items.splice(whole, 0, element("li", { class: "soft", part: "divider" }, element("p", {}, this.strings.someFollow)));
    return items;
  }

  #end() {
    const { hits, cursor, problem, answer } = this.search;
    const { number, shown, more, listOnly } = this.strings;
    // A cursor that is gone stays gone; the search itself can be had again.
    if (problem) return [this.#trouble(() => (problem.status === 410 ? this.search.search() : this.search.more()))];
    const any = answer?.total.any ?? 0;
    const values = { n: number(hits.length), all: number(any) };
    const said = element("span", { role: "status" }, ...sentence(shown, values));
    if (cursor) return [element("p", { class: "soft end" }, button(more, () => this.search.more(), { part: "more", class: "main" }), " ", said)];
    return hits.length < any ? [element("p", { class: "soft" }, ...sentence(listOnly, values))] : [element("p", { class: "soft end" }, said)];
  }

  /** @param {() => void} again */
  #trouble(again) {
    const problem = /** @type {Problem} */ (this.search.problem);
    // The same words would be refused again.
    return this.#later(import("./trouble.js"), ({ trouble }) => trouble(problem, problem.status === 422 ? null : again, this.strings));
  }

  /** What is seldom needed comes a moment later. @template T @param {Promise<T>} loading @param {(module: T) => Node | Node[]} made */
  #later(loading, made) {
    const space = element("div");
    loading.then((module) => space.replaceChildren(...[made(module)].flat()));
    return space;
  }

  #counts() {
    const { answer } = this.search;
    const { strings } = this;
    if (!answer) return [];
    const { total, query, took_ms } = answer;
    const several = query.words.length > 1;
    const all = element("strong", {}, ...sentence(several ? strings.foundAll : "{all}", { all: counted(total.value, strings) }));
    const some = several ? [element("span", {}, ...sentence(strings.foundAny, { any: counted(total.any, strings) }))] : [];
    // A decimal has no plural.
    const time = element("span", {}, ...sentence(strings.seconds, { n: (took_ms / 1000).toFixed(3) }));
    return listed([all, ...some, time], " · ");
  }

  /** What narrows the search, each to be taken away. */
  #chips() {
    const { place } = this.search;
    const { strings } = this;
    const chip = (/** @type {Piece[]} */ text, /** @type {() => void} */ remove) =>
      button([...text, element("span", { "aria-hidden": "true" }, " ×")], remove, { part: "chip", title: strings.remove });
    const chosen = FILTERS.flatMap((name) =>
      [place[name] ?? []].flat().map((value) => {
        const others = [place[name]].flat().filter((other) => other !== value);
        const shown = name === "kind" ? strings.kinds[value] ?? value : value;
        return chip(sentence("{name}: {value}", { name: strings.facet[name], value: shown }), () => this.search.go({ [name]: others }));
      }),
    );
    if (place.from || place.to) {
      const period = { from: dayOf(place.from, strings), to: dayOf(place.to, strings) };
      chosen.push(chip(sentence(strings.fromTo, period), () => this.search.go({ from: "", to: "" })));
    }
    if (place.mentions_from || place.mentions_to) {
      const period = sentence(strings.fromTo, { from: dayOf(place.mentions_from, strings), to: dayOf(place.mentions_to, strings) });
      chosen.push(chip([`${strings.inText}: `, ...period], () => this.search.go({ mentions_from: "", mentions_to: "" })));
    }
    if (place.dead_min) {
      chosen.push(chip(sentence("{name}: {value}", { name: strings.mentions.dead_min, value: place.dead_min }), () => this.search.go({ dead_min: "" })));
    }
    return chosen.length && place.q ? [element("div", { class: "chips" }, ...chosen)] : [];
  }

  #exports() {
    const { search, strings } = this;
    const links = () =>
      Object.entries({ csv: "CSV", atom: strings.feed }).map(([kind, name]) => element("a", { href: search.link(`v1/search.${kind}`), part: "export" }, name));
    const change = (/** @type {any} */ { target }) => search.go({ sort: target.value });
    const orders = Object.entries(strings.sorts).map(([value, name]) => element("option", { value, selected: value === search.place.sort }, name));
    const sort = search.client.refused.has("sort") ? [] : [element("select", { part: "sort", "aria-label": strings.sort, change }, ...orders)];
    return [...sort, menu(strings.take, links)];
  }

  /** Tell those who do not see it. @param {string} text */
  say(text) {
    this.#said.textContent = text;
  }

  #links() {
    return /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll("[part=link]")]);
  }

  first() {
    this.#links()[0]?.focus();
  }

  /** Arrows go from title to title, and from the first back to the box. @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = this.#links();
    const at = links.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!step || at < 0) return;
    event.preventDefault();
    if (at + step < 0) this.search.back();
    else links[at + step]?.focus();
  }
}

customElements.define("rasd-results", Results);
