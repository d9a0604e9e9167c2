/** What every element has: a shadow with the one style, a frame in its language, and the search that it belongs to. */

import { element } from "./element.js";
import { Marks } from "./marks.js";
import { ATTRIBUTES, Session } from "./session.js";
import { SHEET } from "./style.js";

export class Part extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  frame = element("div", { class: "frame" });
  marks = new Marks();
  /** @type {Session | undefined} */
  session;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [SHEET];
    shadow.append(this.frame);
  }

  connectedCallback() {
    this.session = Session.of(this);
    this.session.join(this);
  }

  disconnectedCallback() {
    this.marks.clear();
    this.session?.leave(this);
  }

  attributeChangedCallback() {
    if (this.session?.host === this) this.session.configure();
  }

  /** The search, in a part that is in a page. */
  get search() {
    return /** @type {Session} */ (this.session);
  }

  get strings() {
    return /** @type {Strings} */ (this.search.strings);
  }

  /** Begin anew, in the language. */
  show() {
    this.frame.lang = this.strings.lang;
    this.frame.dir = this.strings.dir;
    this.marks.clear();
    this.build();
    this.draw();
  }

  build() {}

  draw() {}

  first() {}

  /** @param {string} _text */
  say(_text) {}

  /** A link to another place of the search; with a key held it is the browser's. @param {Partial<Place>} place @param {Piece[]} children */
  link(place, children, attributes = {}, allowed = () => true) {
    const click = (/** @type {MouseEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (allowed()) this.search.go(place);
    };
    return element("a", { href: this.search.href(place), click, ...attributes }, ...children);
  }
}
