/** A whole report over the results, opened at the hit. */

import { element, isolated } from "./element.js";
import { marked } from "./marks.js";
import { Problem, Turn } from "./client.js";
import { provenance, trouble } from "./view.js";

const TAGS = /** @type {Record<string, string>} */ ({ heading: "h3", quote: "blockquote" });

export class ReportView {
  #dialog;
  #article;
  #client;
  #turn = new Turn();
  #open = "";

  /**
   * @param {HTMLDialogElement} dialog
   * @param {Client} client
   * @param {() => void} closed whatever closed it: Esc, the button, a click beside it
   */
  constructor(dialog, client, closed) {
    this.#dialog = dialog;
    this.#article = /** @type {HTMLElement} */ (dialog.querySelector("article"));
    this.#client = client;
    dialog.querySelector(".close")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      this.#open = "";
      this.#turn.take();
      closed();
    });
  }

  /** @param {Place} place @param {Strings} strings */
  async show(place, strings) {
    const asked = JSON.stringify([place, strings.lang]);
    if (asked === this.#open) return;
    this.#open = asked;
    this.#fill(element("h2", { id: "report-title" }, strings.opening));
    if (!this.#dialog.open) this.#dialog.showModal();
    const signal = this.#turn.take();
    try {
      const { report, marks } = await this.#load(place, signal);
      if (signal.aborted) return;
      this.#fill(...this.#parts(report, marks, strings));
      this.#scrollTo(place.at);
    } catch (error) {
      if (!signal.aborted) this.#fail(Problem.of(error), place, strings);
    }
  }

  hide() {
    if (this.#dialog.open) this.#dialog.close();
  }

  /** @param {Place} place @param {AbortSignal} signal */
  async #load({ report: id, q, match }, signal) {
    const [report, hits] = await Promise.all([
      this.#client.report(id, signal),
      q ? this.#client.within(id, { q, match }, signal) : [],
    ]);
    return { report, marks: new Map(hits.map((hit) => [hit.id, hit.highlight])) };
  }

  /** @param {Report} report @param {Map<string, string>} marks @param {Strings} strings */
  #parts(report, marks, strings) {
    const inside = (/** @type {Paragraph} */ { id, text }) => (marks.has(id) ? marked(marks.get(id) ?? "") : [text]);
    const headline = report.paragraphs.find(({ kind }) => kind === "title");
    const title = headline ? inside(headline) : [report.title || strings.untitled];
    const heading = element("h2", { id: "report-title", dir: "auto", lang: report.language, "data-at": headline?.position }, ...title);
    const rest = report.paragraphs.filter((paragraph) => paragraph !== headline);
    const body = rest.map((paragraph) => this.#paragraph(paragraph, inside(paragraph), strings));
    return [heading, element("p", { class: "foot" }, provenance(report, "body", strings)), ...body];
  }

  /** @param {Paragraph} paragraph @param {Piece[]} pieces @param {Strings} strings */
  #paragraph(paragraph, pieces, strings) {
    const { kind, position } = paragraph;
    const name = `${strings.permalink} ${position}`;
    const number = element("a", { class: "number", href: this.#client.permalink(paragraph), "aria-label": name }, isolated(position));
    const label = kind === "caption" ? [element("span", { class: "kind" }, strings.kinds.caption), " "] : [];
    const text = element(TAGS[kind] ?? "p", { dir: "auto", lang: paragraph.language }, ...label, ...pieces);
    return element("div", { class: `paragraph ${kind}`, "data-at": position }, number, text);
  }

  /** @param {string} at */
  #scrollTo(at) {
    const hit = [...this.#article.querySelectorAll("[data-at]")].find((part) => part.getAttribute("data-at") === at);
    hit?.classList.add("at");
    hit?.scrollIntoView({ block: "center" });
  }

  /** @param {Problem} problem @param {Place} place @param {Strings} strings */
  #fail(problem, place, strings) {
    const retry = () => {
      this.#open = "";
      this.show(place, strings);
    };
    const title = strings.problems[problem.status] ?? strings.problems.other;
    const box = trouble(problem, [404, 410, 422].includes(problem.status) ? null : retry, strings);
    this.#fill(element("h2", { id: "report-title", class: "unseen" }, title.title), box);
  }

  /** @param {...Node} parts */
  #fill(...parts) {
    this.#article.replaceChildren(...parts);
  }
}
