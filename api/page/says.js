/** What the page says around the search. */

/** @type {Record<string, {lang: string, dir: string, name: string, links: string, docs: string, intro: string, examples: string, privacy: string, tries: [string, string][]}>} */
export const SAYS = {
  ar: {
    lang: "ar",
    dir: "rtl",
    name: "رصد",
    links: "روابط",
    docs: "واجهة البرمجة",
    intro: "بحث في نصوص التقارير العربية عن النزاعات، فقرةً فقرة، أيًّا كان إملاء الكلمة وما لصق بها.",
    examples: "جرّب",
    tries: [
      ["ادلب", "تجد إدلب وبإدلب ولإدلب"],
      ["حماس", "تجد لحماس"],
      ['"خفض التصعيد"', "كلمتان متتاليتان"],
      ["هدنة -غزة", "هدنة، بلا ذكر غزة"],
      ["حزيران OR يونيو", "إحدى الكلمتين"],
    ],
    privacy: "كلمات البحث تُرسل في متن الطلب لا في عنوانه، ولا تُستعمل هنا ملفات ارتباط.",
  },
  en: {
    lang: "en",
    dir: "ltr",
    name: "Rasd",
    links: "Links",
    docs: "API",
    intro: "Search Arabic conflict reporting paragraph by paragraph, however a word is spelled and whatever is attached to it.",
    examples: "Try",
    tries: [
      ["ادلب", "Idlib, also spelled إدلب or with a preposition, بإدلب"],
      ["حماس", "Hamas, also in لحماس"],
      ['"خفض التصعيد"', "“de-escalation”, as a phrase"],
      ["هدنة -غزة", "truce, without Gaza"],
      ["حزيران OR يونيو", "either name of June"],
    ],
    privacy: "Search words travel in the body of a request, not in its address. This page sets no cookies.",
  },
  fr: {
    lang: "fr",
    dir: "ltr",
    name: "Rasd",
    links: "Liens",
    docs: "API",
    intro: "Cherchez dans les rapports arabes sur les conflits, paragraphe par paragraphe, quelle que soit l’orthographe d’un mot et ce qui s’y attache.",
    examples: "Essayez",
    tries: [
      ["ادلب", "Idlib, aussi écrit إدلب ou avec une préposition, بإدلب"],
      ["حماس", "le Hamas, aussi dans لحماس"],
      ['"خفض التصعيد"', "« désescalade », en phrase"],
      ["هدنة -غزة", "trêve, sans Gaza"],
      ["حزيران OR يونيو", "l’un ou l’autre nom de juin"],
    ],
    privacy: "Les mots cherchés voyagent dans le corps de la requête, pas dans son adresse. Cette page ne pose aucun cookie.",
  },
};
