/** <rasd-report>: a whole report over the page, opened at the hit. Loaded when one is opened. */

import { REPORT } from "./answer.js";
import { Problem, Turn } from "./client.js";
import { button, element, isolated } from "./element.js";
import { Part } from "./part.js";
import { provenance } from "./provenance.js";
import { trouble } from "./trouble.js";

const TAGS = /** @type {Record<string, string>} */ ({ heading: "h3", quote: "blockquote" });

class ReportView extends Part {
  #turn = new Turn();
  #open = "";
  #article = element("article", { part: "report" });
  #dialog = /** @type {HTMLDialogElement} */ (element("dialog", { "aria-labelledby": "title", part: "dialog" }));

  build() {
    const close = button(this.strings.close, () => this.#dialog.close(), { part: "close", class: "main" });
    this.#dialog.replaceChildren(element("div", { class: "sheet" }, element("header", {}, close), this.#article));
    this.#dialog.onclick = ({ target }) => target === this.#dialog && this.#dialog.close();
    this.#dialog.onclose = () => {
      this.#open = "";
      this.#turn.take();
      this.session?.closeReport();
    };
    this.frame.replaceChildren(this.#dialog);
    // Out of the page for a moment, it is no longer on top.
    this.#dialog.removeAttribute("open");
    this.#open = "";
  }

  draw() {
    const { report, at, q, match } = this.search.place;
    const asked = report && JSON.stringify([report, at, q, match]);
    if (asked === this.#open) return;
    this.#open = asked;
    if (!report) this.#dialog.close();
    else this.#load();
  }

  async #load() {
    const { place, client } = this.search;
    const { strings } = this;
    const { report: id, q } = place;
    const path = `v1/reports/${encodeURIComponent(id)}`;
    this.#fill(element("h2", { id: "title" }, strings.loading));
    if (!this.#dialog.open) this.#dialog.showModal();
    const signal = this.#turn.take();
    try {
      const [report, hits] = await Promise.all([client.ask(path, REPORT, signal), q ? this.#hits(signal) : []]);
      if (!signal.aborted) this.#show(report, new Map(hits.map((hit) => [hit.id, hit.matches])));
    } catch (error) {
      if (!signal.aborted) this.#fail(Problem.of(error));
    }
  }

  /** Every paragraph of it that meets the query: asked of the report itself, the words would be in an address. @param {AbortSignal} signal */
  async #hits(signal) {
    const { place, client } = this.search;
    const { q, match, report } = place;
    const hits = [];
    let cursor = "";
    do {
      const page = await client.search({ q, match, report_id: [report], size: 100, cursor }, signal);
      hits.push(...page.hits);
      cursor = page.next_cursor;
    } while (cursor);
    return hits;
  }

  /** @param {WholeReport} report @param {Map<string, Paragraph["matches"]>} found */
  #show(report, found) {
    const { strings } = this;
    const inside = (/** @type {Paragraph} */ { id, text }) => this.marks.marked(text, found.get(id) ?? []);
    this.marks.clear();
    const headline = report.paragraphs.find(({ kind }) => kind === "title");
    const title = headline ? inside(headline) : [report.title || strings.untitled];
    const heading = element("h2", { id: "title", dir: "auto", lang: report.language, "data-at": headline?.position }, ...title);
    const rest = report.paragraphs.filter((paragraph) => paragraph !== headline);
    const body = rest.map((paragraph) => this.#paragraph(paragraph, inside(paragraph)));
    this.#fill(heading, element("p", { class: "foot soft" }, provenance(report, strings)), ...body);
    const { at } = this.search.place;
    const hit = [...this.#article.querySelectorAll("[data-at]")].find((piece) => piece.getAttribute("data-at") === at);
    hit?.classList.add("at");
    hit?.scrollIntoView({ block: "center" });
  }

  /** @param {Paragraph} paragraph @param {Piece[]} pieces */
  #paragraph(paragraph, pieces) {
    const { kind, position, language } = paragraph;
    const name = `${this.strings.permalink} ${position}`;
    const number = element("a", { class: "number", href: this.search.client.permalink(paragraph), "aria-label": name }, isolated(position));
    const label = kind === "caption" ? [element("b", { class: "soft" }, this.strings.kinds.caption), " "] : [];
    const text = element(TAGS[kind] ?? "p", { dir: "auto", lang: language }, ...label, ...pieces);
    return element("div", { class: "paragraph", part: "paragraph", "data-at": position }, number, text);
  }

  /** @param {Problem} problem */
  #fail(problem) {
    const retry = [404, 410, 422].includes(problem.status) ? null : () => this.#load();
    const { title } = this.strings.problems[problem.status] ?? this.strings.problems.other;
    this.#fill(element("h2", { id: "title", class: "unseen" }, title), trouble(problem, retry, this.strings));
  }

  /** @param {...Node} pieces */
  #fill(...pieces) {
    this.#article.replaceChildren(...pieces);
  }
}

customElements.define("rasd-report", ReportView);
