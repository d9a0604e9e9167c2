/** The shell of the page: its name, its language, what is said before a search. The search is <rasd-search>. */

import { SAYS } from "./says.js";

const REMEMBERED = "rasd-language";
/** Asked for what the corpus holds. */
const HARMLESS = "في";

/** @type {Corpus | null} */
let corpus = null;

const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const search = find("rasd-search");
const home = /** @type {HTMLAnchorElement} */ (find("h1 a"));
/** A module of the widget, of the version that the page has. @param {string} name */
const widget = (name) => import(new URL(name, /** @type {HTMLScriptElement} */ (find("#widget")).src).href);

/** Storage is shut in some private windows. @template T @param {() => T} use */
function stored(use) {
  try {
    return use();
  } catch {
    return null;
  }
}

/** @param {string} language */
function speak(language) {
  const says = SAYS[language] ?? SAYS.ar;
  stored(() => localStorage.setItem(REMEMBERED, says.lang));
  document.documentElement.lang = search.lang = says.lang;
  document.documentElement.dir = says.dir;
  home.textContent = says.name;
  find("nav").ariaLabel = says.links;
  find("nav a").textContent = says.docs;
  find(".intro").textContent = says.intro;
  find("[slot] h2").textContent = says.examples;
  find("footer p").textContent = says.privacy;
  for (const button of document.querySelectorAll("nav button")) /** @type {HTMLElement} */ (button).hidden = button.getAttribute("lang") === says.lang;
  find("[slot] ul").replaceChildren(...says.tries.map(([q, finds]) => example(q, finds)));
  entitle();
  if (corpus) tellExtent();
}

/** @param {string} q @param {string} finds */
function example(q, finds) {
  const [item, link, said] = ["li", "a", "span"].map((name) => document.createElement(name));
  Object.assign(link, { href: `#${new URLSearchParams({ q })}`, textContent: q, dir: "auto", lang: "ar" });
  said.textContent = finds;
  item.append(link, " ", said);
  return item;
}

function entitle() {
  const q = new URLSearchParams(location.hash.slice(1)).get("q")?.trim();
  document.title = [q, home.textContent].filter(Boolean).join(" - ");
  if (!q && !corpus) learn();
}

async function tellExtent() {
  const [{ extent }, { load }] = await Promise.all([widget("corpus.js"), widget("languages.js")]);
  find(".extent").replaceChildren(...extent(corpus, await load(document.documentElement.lang)));
}

/** An ornament; whoever searches is told what is wrong. */
async function learn() {
  const { Client } = await widget("client.js");
  const answer = await new Client(new URL("./", location.href).href).search({ q: HARMLESS, size: 1 }, new AbortController().signal).catch(() => null);
  if (!answer?.corpus.paragraphs) return;
  corpus = answer.corpus;
  await tellExtent();
}

for (const button of document.querySelectorAll("nav button")) button.addEventListener("click", () => speak(button.getAttribute("lang") ?? "ar"));
document.addEventListener("rasd:search", entitle);
home.addEventListener("click", (event) => {
  event.preventDefault();
  location.hash = "";
  history.replaceState(null, "", location.pathname + location.search);
});
speak(stored(() => localStorage.getItem(REMEMBERED)) ?? "ar");
