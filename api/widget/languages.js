/** What is said, a file a language, loaded when it is spoken. */

export const LANGUAGES = ["ar", "en", "fr"];

/** @param {string} language @returns {Promise<Strings>} */
export const load = async (language) => (await import(`./${language}.js`)).STRINGS;
