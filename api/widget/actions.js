/** What can be done with a hit: copy it with where it stands, cite it, see what is like it. Loaded when something is done. */

import { SIMILAR } from "./answer.js";
import { Problem, Turn } from "./client.js";
import { element } from "./element.js";
import { dateOf } from "./figures.js";
import { provenance } from "./provenance.js";
import { trouble } from "./trouble.js";

const STYLES = { bibtex: "BibTeX", ris: "RIS", "csl-json": "CSL-JSON" };
/** UTF-16 units of a like paragraph. */
const LONGEST = 200;

/** A paragraph word for word, with where it stands, ready to be pasted into a report. @param {Paragraph} hit @param {Part} part */
function quotation(hit, { strings, search }) {
  const where = [hit.title, hit.source || strings.unsourced, dateOf(hit.published, strings).textContent];
  return `«${hit.text}»\n${where.filter(Boolean).join(strings.comma)}\n${search.client.permalink(hit)}\n`;
}

/** @param {Paragraph} hit @param {Part} part @param {HTMLElement} button */
export async function copyQuotation(hit, part, button) {
  const { strings } = part;
  const done = await copied(quotation(hit, part), button);
  button.textContent = done ? strings.copied : strings.notCopied;
  part.say(button.textContent);
  setTimeout(() => (button.textContent = strings.copy), 2000);
}

/** The newer way works over HTTPS and on this machine only; the older puts the text beside something for a moment. @param {string} text @param {HTMLElement} beside */
async function copied(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = /** @type {HTMLTextAreaElement} */ (element("textarea", { class: "unseen" }));
    area.value = text;
    beside.after(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    beside.focus();
    return done;
  }
}

/** Links to the citation of a hit. @param {Paragraph} hit @param {Part} part */
export const citations = ({ id }, { search }) =>
  Object.entries(STYLES).map(([style, name]) => {
    const href = search.client.url(`v1/paragraphs/${encodeURI(id)}/citation`, { style });
    return element("a", { href, download: true, part: "citation" }, name);
  });

/** Show below a hit what says the same, or take it away again. @param {Paragraph} hit @param {Part} part @param {HTMLElement} opener */
export async function toggleSimilar(hit, part, opener) {
  const article = opener.closest("article");
  const open = article?.querySelector("[part=similar]");
  opener.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const { strings, search } = part;
  const box = element("section", { part: "similar", "aria-label": strings.similar });
  article?.append(box);
  try {
    const { hits } = await search.client.ask(`v1/similar/${encodeURI(hit.id)}`, SIMILAR, new Turn().take());
    const items = hits.filter(({ id }) => id !== hit.id).map((like) => item(like, part));
    box.replaceChildren(items.length ? element("ul", {}, ...items) : strings.noneSimilar);
    part.say(items.length ? `${strings.similar}: ${items.length}` : strings.noneSimilar);
  } catch (error) {
    box.replaceChildren(trouble(Problem.of(error), null, strings));
  }
}

/** @param {Paragraph} like @param {Part} part */
function item(like, part) {
  const { report_id, position, language, title, text } = like;
  const link = part.link({ report: report_id, at: String(position) }, [title.slice(0, LONGEST) || part.strings.untitled], { lang: language, dir: "auto" });
  const body = element("p", { dir: "auto", lang: language }, ...part.marks.marked(text, [], LONGEST));
  return element("li", {}, link, body, element("p", { class: "soft" }, provenance(like, part.strings)));
}
