/** <rasd-box>: where the words are typed, with completions of the last one. */

import { Turn } from "./client.js";
import { element } from "./element.js";
import { Part } from "./part.js";

/** Milliseconds without a key. */
const PAUSE = 200;

class Box extends Part {
  #turn = new Turn();
  #timer = 0;
  /** The completion that the arrows are at; -1 is the text as typed. */
  #at = -1;
  #typed = "";
  /** The query that was last shown. */
  #shown = "";
  /** @type {HTMLInputElement | null} */
  #input = null;
  #list = element("ul", { role: "listbox", id: "list", part: "completions", hidden: true });
  #said = element("p", { class: "unseen", role: "status" });

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.#shortcut);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    document.removeEventListener("keydown", this.#shortcut);
    super.disconnectedCallback();
  }

  build() {
    const { strings } = this;
    const attributes = { id: "q", type: "search", part: "input", dir: "auto", maxlength: 1000, autocomplete: "off", spellcheck: "false" };
    const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "list" };
    const listening = { input: () => this.#changed(), keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event), blur: () => this.#close() };
    const value = this.#input?.value;
    const placeholder = this.getAttribute("placeholder") ?? strings.placeholder;
    const input = element("input", { ...attributes, enterkeyhint: "search", placeholder, ...combobox, ...listening });
    this.#input = /** @type {HTMLInputElement} */ (input);
    this.#input.value = value ?? "";
    this.#list.setAttribute("aria-label", strings.completions);
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#ask(false);
    };
    const label = element("label", { for: "q", class: "unseen" }, strings.label);
    const ask = element("button", { part: "submit" }, strings.search);
    const row = element("div", { class: "box", part: "box" }, input, ask);
    this.frame.replaceChildren(element("form", { role: "search", submit }, label, row, this.#list, this.#said));
    const { host, place } = this.search;
    if (value === undefined && host.autofocus && !place.q) this.focus();
  }

  draw() {
    const { place, busy } = this.search;
    this.frame.querySelector("form")?.toggleAttribute("aria-busy", busy);
    // What is being typed, or gone through, is not taken back.
    if (!this.#input || this.#timer || this.#shown === place.q) return;
    this.#shown = place.q;
    if (this.#input.value.trim() === place.q) return;
    this.#input.value = place.q;
    this.#close();
  }

  focus() {
    this.#input?.focus();
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#ask(true);
      this.#complete();
    }, PAUSE);
    this.search.drop();
    this.draw();
  }

  /** @param {boolean} typing */
  #ask(typing) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!typing) this.#close();
    this.search.ask(this.#input?.value.trim() ?? "", typing);
  }

  async #complete() {
    const signal = this.#turn.take();
    const q = this.#input?.value ?? "";
    const found = q.trim() ? await this.search.client.suggest({ q, size: 6 }, signal).catch(() => []) : [];
    if (signal.aborted) return;
    this.#offer(found.filter((text) => text !== q));
  }

  /** @param {string[]} texts */
  #offer(texts) {
    const typed = this.#input?.value ?? "";
    const option = (/** @type {string} */ text, /** @type {number} */ number) => {
      // Not click: leaving the box would close the list first.
      const mousedown = (/** @type {Event} */ event) => {
        event.preventDefault();
        this.#point(number);
        this.#ask(false);
      };
      return element("li", { role: "option", id: `option-${number}`, part: "completion", dir: "auto", "aria-selected": "false", mousedown }, text);
    };
    this.#at = -1;
    this.#typed = typed;
    this.#list.replaceChildren(...texts.map(option));
    const open = texts.length > 0 && this.shadowRoot?.activeElement === this.#input;
    this.#list.hidden = !open;
    this.#input?.setAttribute("aria-expanded", String(open));
    this.#input?.removeAttribute("aria-activedescendant");
    this.#said.textContent = open ? this.strings.completed(texts.length) : "";
  }

  #close() {
    this.#turn.take();
    if (!this.#list.hidden) this.#offer([]);
  }

  /** @param {number} at */
  #point(at) {
    const options = [...this.#list.children];
    this.#at = at;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    if (!this.#input) return;
    this.#input.value = options[at]?.textContent ?? this.#typed;
    if (options[at]) this.#input.setAttribute("aria-activedescendant", options[at].id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // An input method has its own use of these.
    if (event.isComposing) return;
    const { length } = this.#list.hidden ? [] : this.#list.children;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && length) {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#point(((this.#at + 1 + step + length + 1) % (length + 1)) - 1);
    } else if (event.key === "Escape" && length) {
      if (this.#input) this.#input.value = this.#typed;
      this.#close();
    } else if (event.key === "ArrowDown") this.search.first();
    else return;
    event.preventDefault();
  }

  /** Ctrl+K or ⌘K from anywhere; "/" only from within the search: a single key would trip people who speak to their computer. @param {KeyboardEvent} event */
  #shortcut = (event) => {
    const [target] = event.composedPath();
    const typing = target instanceof HTMLElement && target.matches("input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]");
    // Of several searches it is the first.
    const first = document.querySelector("rasd-search, rasd-box") ?? this;
    const anywhere = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && (first === this || first === this.search.host);
    const within = event.key === "/" && !typing && event.composedPath().some((node) => node === this.search.host);
    if (!(anywhere || within) || event.defaultPrevented) return;
    event.preventDefault();
    this.#input?.focus();
    this.#input?.select();
  };
}

customElements.define("rasd-box", Box);
