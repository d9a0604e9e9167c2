/** What went wrong, and what can be done. An error is never shown as an empty result. Loaded when that happens. */

import { button, element } from "./element.js";

/** @param {Problem} problem @param {(() => void) | null} retry null where trying again is of no use @param {Strings} strings */
export function trouble(problem, retry, strings) {
  const { title, text } = strings.problems[problem.status] ?? strings.problems.other;
  const details = problem.errors.length ? problem.errors.map((error) => error.message) : [problem.message];
  // The server speaks English.
  const told = details.filter(Boolean).map((detail) => element("p", { lang: "en", dir: "auto" }, detail));
  const again = retry ? [button(problem.status === 410 ? strings.again : strings.retry, retry, { class: "main" })] : [];
  return element("div", { part: "error", role: "alert" }, element("h2", {}, title), element("p", {}, text), ...told, ...again);
}
