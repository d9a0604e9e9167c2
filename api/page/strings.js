/**
 * What the page says, in its two languages. A test holds them to the same keys.
 *
 * @typedef {typeof ARABIC} Strings
 */

/**
 * @param {string} locale
 * @param {Record<string, string>} forms by plural category
 * @returns {(n: number) => string}
 */
function plural(locale, forms) {
  const rules = new Intl.PluralRules(locale);
  return (n) => forms[rules.select(n)] ?? forms.other;
}

/** @param {string} locale */
function grouped(locale) {
  const format = new Intl.NumberFormat(locale);
  return (/** @type {number} */ n) => format.format(n);
}

export const ARABIC = {
  lang: "ar",
  dir: "rtl",
  /** Of both names that a month has. */
  months: ["ar-SY", "ar-EG"],
  number: grouped("ar-u-nu-latn"),
  comma: "، ",

  name: "رصد",
  links: "روابط",
  docs: "واجهة البرمجة",
  other: "English",
  otherLang: "en",
  label: "ابحث في التقارير",
  placeholder: 'كلمات، أو "عبارة"، أو -كلمة تُستبعد',
  search: "ابحث",
  results: "النتائج",
  privacy: "كلمات البحث تُرسل في متن الطلب ولا تدخل في عنوان، ولا تُستعمل هنا ملفات ارتباط.",

  intro: "بحث في نصوص التقارير العربية عن النزاعات، فقرةً فقرة، أيًّا كان إملاء الكلمة وما لصق بها.",
  examples: "جرّب",
  /** @type {[string, string][]} */
  tries: [
    ["ادلب", "تجد إدلب وبإدلب ولإدلب"],
    ["حماس", "تجد لحماس"],
    ['"خفض التصعيد"', "كلمتان متتاليتان"],
    ["هدنة -غزة", "هدنة، بلا ذكر غزة"],
    ["حزيران OR يونيو", "إحدى الكلمتين"],
  ],

  paragraphs: plural("ar", { zero: "لا فقرات", one: "فقرة واحدة", two: "فقرتان", few: "{n} فقرات", other: "{n} فقرة" }),
  reports: plural("ar", { one: "تقرير واحد", two: "تقريران", few: "{n} تقارير", many: "{n} تقريرًا", other: "{n} تقرير" }),
  extent: "{paragraphs}، {reports}",
  period: "، من {from} إلى {to}",
  undatedReports: "، وبلا تاريخ: {n}",

  /** For one word, where all and any are the same. */
  found: "{all}",
  foundAll: "فيها كل الكلمات: {all}",
  foundAny: "فيها كلمة منها على الأقل: {any}",
  seconds: "{n} ثانية",
  leftOut: "لم يُبحث عن {words}: كلمات شائعة لا تميّز فقرة من أخرى.",
  noneHasAll: "لا فقرة فيها كل الكلمات. في كل فقرة مما يلي بعضها.",
  someFollow: "ما يلي فيه بعض الكلمات لا كلها",
  nothing: "لا فقرة فيها «{q}»",
  searched: "بُحث في: ",
  usedLevel: "درجة المطابقة: {level}.",
  looser: "ابحث بأوسعها",
  noCorpus: "لم تُحمَّل أي تقارير بعد، فلا شيء يُبحث فيه.",
  listOnly: "يُعرض هنا أول {n}؛ أضف كلمة لتضيّق البحث.",
  more: "المزيد",
  shown: "عُرضت {n} من {all}",

  untitled: "بلا عنوان",
  unsourced: "بلا مصدر",
  undated: "بلا تاريخ",
  /** @type {Record<string, string>} */
  kinds: { title: "عنوان", heading: "عنوان فرعي", caption: "تعليق صورة", quote: "اقتباس" },
  permalink: "رابط ثابت",
  original: "الأصل",
  copy: "انسخ الاقتباس",
  copied: "نُسخ",
  notCopied: "تعذّر النسخ",
  close: "إغلاق",
  opening: "يُفتح التقرير…",

  levels: "درجة المطابقة",
  /** @type {Record<string, {name: string, help: string}>} */
  level: {
    exact: { name: "مطابقة تامة", help: "الكلمة كما كُتبت، بصرف النظر عن التشكيل والتطويل: «محمد» تجد «مُحمّد»." },
    letters: { name: "الأحرف", help: "حتى مع اختلاف الهمزة أو التاء المربوطة أو الألف المقصورة: «ادلب» تجد «إدلب»." },
    clitics: { name: "السوابق", help: "حتى إن لصق بأول الكلمة حرف مثل و ف ب ل ك س: «ادلب» تجد «بإدلب» و«لإدلب»." },
    stem: { name: "الجذع", help: "حتى مع اختلاف اللواحق وأل التعريف: «مستشفى» تجد «المستشفيات»." },
  },

  retry: "أعد المحاولة",
  again: "ابحث من جديد",
  /** @type {Record<string, {title: string, text: string}>} */
  problems: {
    0: { title: "لا اتصال بالخادم", text: "لم يصل الطلب أو لم يرجع جوابه. تحقّق من الشبكة ثم أعد المحاولة." },
    404: { title: "لا يوجد هذا التقرير", text: "قد يكون الرابط ناقصًا، أو أُعيد تحميل التقارير بمعرّفات أخرى." },
    410: { title: "لم يعد هذا هنا", text: "تغيّرت المجموعة أو سُحب التقرير منذ أول صفحة من النتائج." },
    422: {
      title: "لا يمكن البحث بهذا",
      text: 'اكتب كلمة واحدة على الأقل؛ "عبارة" بين علامتي تنصيص؛ -كلمة لتُستبعد إلى جانب كلمة تُطلب. ولا يُبحث عن أول كلمة بنجمة.',
    },
    429: { title: "طلبات كثيرة", text: "انتظر لحظات ثم أعد المحاولة." },
    503: { title: "محرك البحث غير متاح الآن", text: "لم يُبحث في شيء: هذا عطل، وليس معناه أنه لا نتائج." },
    504: { title: "لم يُجب محرك البحث في وقته", text: "لم يكتمل البحث، وليس معناه أنه لا نتائج. أعد المحاولة أو أضف كلمة تضيّقه." },
    other: { title: "عطل في الخادم", text: "لم يكتمل الطلب، وليس معناه أنه لا نتائج." },
  },
};

/** @type {Strings} */
export const ENGLISH = {
  lang: "en",
  dir: "ltr",
  months: ["en-GB"],
  number: grouped("en"),
  comma: ", ",

  name: "Rasd",
  links: "Links",
  docs: "API",
  other: "العربية",
  otherLang: "ar",
  label: "Search the reports",
  placeholder: 'Words, "a phrase", -word to leave out',
  search: "Search",
  results: "Results",
  privacy: "Search words travel in the body of a request and enter no address. This page sets no cookies.",

  intro: "Search Arabic conflict reporting paragraph by paragraph, however a word is spelled and whatever is attached to it.",
  examples: "Try",
  tries: [
    ["ادلب", "Idlib, also spelled إدلب or with a preposition, بإدلب"],
    ["حماس", "Hamas, also in لحماس"],
    ['"خفض التصعيد"', "“de-escalation”, as a phrase"],
    ["هدنة -غزة", "truce, without Gaza"],
    ["حزيران OR يونيو", "either name of June"],
  ],

  paragraphs: plural("en", { one: "1 paragraph", other: "{n} paragraphs" }),
  reports: plural("en", { one: "1 report", other: "{n} reports" }),
  extent: "{paragraphs} in {reports}",
  period: ", from {from} to {to}",
  undatedReports: ", undated: {n}",

  found: "{all}",
  foundAll: "All words: {all}",
  foundAny: "at least one: {any}",
  seconds: "{n} s",
  leftOut: "Not searched for: {words}, too common to tell paragraphs apart.",
  noneHasAll: "No paragraph holds all the words. Those below hold some of them.",
  someFollow: "From here on: some of the words, not all",
  nothing: "No paragraph holds “{q}”",
  searched: "Searched: ",
  usedLevel: "Level of matching: {level}.",
  looser: "Search at the loosest",
  noCorpus: "No reports have been loaded yet, so there is nothing to search.",
  listOnly: "Only the first {n} are listed; add a word to narrow the search.",
  more: "More",
  shown: "{n} of {all} shown",

  untitled: "Untitled",
  unsourced: "no source",
  undated: "undated",
  kinds: { title: "title", heading: "heading", caption: "caption", quote: "quote" },
  permalink: "Permalink",
  original: "Original",
  copy: "Copy quotation",
  copied: "Copied",
  notCopied: "Could not copy",
  close: "Close",
  opening: "Opening the report…",

  levels: "Level of matching",
  level: {
    exact: { name: "Exact", help: "The word as typed, whatever its vowel marks: محمد finds مُحمّد." },
    letters: { name: "Letters", help: "Even with another hamza, ta marbuta or alef maqsura: ادلب finds إدلب." },
    clitics: { name: "Prefixes", help: "Even with a particle attached in front, such as و ف ب ل ك س: ادلب finds بإدلب and لإدلب." },
    stem: { name: "Stem", help: "Even with other endings, with or without the article: مستشفى finds المستشفيات." },
  },

  retry: "Try again",
  again: "Search again",
  problems: {
    0: { title: "No connection to the server", text: "The request did not arrive, or its answer did not. Check the network, then try again." },
    404: { title: "There is no such report", text: "The link may be incomplete, or the reports were loaded again under other ids." },
    410: { title: "This is no longer here", text: "The corpus has changed since the first page of results, or the report was taken down." },
    422: { title: "This cannot be searched for", text: 'Write at least one word; "a phrase" in quotation marks; -word beside a word to search for. No asterisks.' },
    429: { title: "Too many requests", text: "Wait a moment, then try again." },
    503: { title: "The search engine is unavailable", text: "Nothing was searched: this is a failure, not an empty result." },
    504: { title: "The search engine did not answer in time", text: "The search did not finish; this is not an empty result. Try again, or add a word to narrow it." },
    other: { title: "The server failed", text: "The request did not finish; this is not an empty result." },
  },
};
