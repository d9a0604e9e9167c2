// What a program in TypeScript does with the types of the API: what is wrong here does not compile (tests/test_types.py).
import type { components, operations } from "./rasd-api";

type Query = operations["get_search_v1_search_get"]["parameters"]["query"];
type Answer = components["schemas"]["SearchAnswer"];

const query: Query = { q: "إدلب", match: "letters", facets: ["source", "month"], sort: "newest" };

export function surfaces(answer: Answer): string[] {
  return answer.hits.flatMap((hit) => (hit.matches ?? []).map((match) => match.surface));
}

// @ts-expect-error: there is no such level
export const wrong: Query = { q: "x", match: "roots" };
export { query };
