/** What is said, in Arabic. A test holds the others to the same keys. */

import { grouped, plural } from "./figures.js";

export const STRINGS = {
  lang: "ar",
  dir: "rtl",
  /** Of both names that a month has. */
  months: ["ar-SY", "ar-EG"],
  number: grouped("ar-u-nu-latn"),
  comma: "، ",
  quoted: "«{text}»",

  label: "ابحث في التقارير",
  placeholder: 'كلمات، أو "عبارة"، أو -كلمة تُستبعد',
  search: "ابحث",
  completions: "إكمالات",
  completed: plural("ar", { zero: "لا إكمال", one: "إكمال واحد", two: "إكمالان", other: "إكمالات بالأسهم" }),
  results: "النتائج",
  filters: "تصفية",
  remove: "أزل هذا الشرط",
  /** @type {Record<string, string>} */
  facet: { source: "المصدر", place: "المكان", actor: "الجهة", tag: "الوسم", kind: "النوع", collection: "المجموعة" },
  inText: "ما يذكره النص",
  /** @type {Record<string, string>} */
  mentions: { dead_min: "القتلى، على الأقل", mentions_from: "تواريخ من", mentions_to: "إلى" },
  /** @type {Record<string, string>} */
  casualties: { dead: "القتلى: {n}", wounded: "الجرحى: {n}", victims: "الضحايا: {n}" },
  /** @type {(n: number) => string} */
  showAll: (n) => `أظهر ${n} أخرى`,
  timeline: "الفقرات شهرًا شهرًا",
  firstMonth: "من شهر",
  lastMonth: "إلى شهر",
  fromTo: "{from} – {to}",
  onlyYears: "، وبالسنة وحدها: {n}",
  sort: "الترتيب",
  /** @type {Record<string, string>} */
  sorts: { "": "الأقرب", newest: "الأحدث", oldest: "الأقدم" },
  take: "تصدير",
  feed: "متابعة (Atom)",
  cite: "استشهاد",
  similar: "ما يشبهها",
  noneSimilar: "لا فقرة أخرى تشبهها.",
  mode: "طريقة البحث",
  /** @type {Record<string, {name: string, help: string}>} */
  modes: {
    keyword: { name: "الكلمات", help: "فقرات فيها الكلمات نفسها." },
    hybrid: { name: "كلتاهما", help: "بالكلمات وبالمعنى معًا." },
    semantic: { name: "المعنى", help: "فقرات قريبة في المعنى وإن خلت من الكلمات." },
  },

  paragraphs: plural("ar", { zero: "لا فقرات", one: "فقرة واحدة", two: "فقرتان", few: "{n} فقرات", other: "{n} فقرة" }),
  reports: plural("ar", { one: "تقرير واحد", two: "تقريران", few: "{n} تقارير", many: "{n} تقريرًا", other: "{n} تقرير" }),
  extent: "{paragraphs}، {reports}",
  period: "، من {from} إلى {to}",
  undatedReports: "، وبلا تاريخ: {n}",

  foundAll: "فيها كل الكلمات: {all}",
  foundAny: "فيها كلمة منها على الأقل: {any}",
  seconds: "{n} ثانية",
  leftOut: "لم يُبحث عن {words}، فهي شائعة لا تميّز فقرة من أخرى.",
  also: "بُحث أيضًا عن: ",
  alsoWith: "بُحث مع «{word}» أيضًا عن: ",
  others: "وغيرها ({n})",
  capped: "لم تُخلط «{word}» بكلمة أخرى تلتبس بها.",
  searchFor: "ابحث عن «{q}»",
  absent: "«{word}» ليست في التقارير.",
  /** @type {Record<string, string>} */
  meant: { keyboard: "على لوحة مفاتيح أخرى: ", latin: "بأحرف عربية: ", name: "اسم: ", nearest: "أقرب ما فيها: " },
  wider: "بدرجة أوسع: ",
  nearInMeaning: "لا فقرة فيها هذه الكلمات. ما يلي أقرب الفقرات إليها معنى.",
  noneHasAll: "لا فقرة فيها كل الكلمات. في كل فقرة مما يلي بعضها.",
  degraded: "لم يُجب البحث بالمعنى، فبُحث بالكلمات وحدها.",
  someFollow: "ما يلي فيه بعض الكلمات لا كلها",
  nothing: "لا فقرة فيها «{q}»",
  searched: "بُحث في: ",
  usedLevel: "درجة المطابقة: {level}.",
  noCorpus: "لم تُحمَّل أي تقارير بعد، فلا شيء يُبحث فيه.",
  listOnly: "يُعرض هنا أول {n}؛ أضف كلمة لتضيّق البحث.",
  more: "المزيد",
  shown: "عُرضت {n} من {all}",

  untitled: "بلا عنوان",
  unsourced: "بلا مصدر",
  undated: "بلا تاريخ",
  /** @type {Record<string, string>} */
  kinds: { body: "متن", title: "عنوان", heading: "عنوان فرعي", caption: "تعليق صورة", quote: "اقتباس", list: "قائمة", table: "جدول" },
  permalink: "رابط ثابت",
  original: "الأصل",
  copy: "انسخ الاقتباس",
  copied: "نُسخ",
  notCopied: "تعذّر النسخ",
  close: "إغلاق",
  loading: "لحظة…",

  levels: "درجة المطابقة",
  /** @type {Record<string, {name: string, help: string}>} */
  level: {
    exact: { name: "مطابقة تامة", help: "الكلمة كما كُتبت، بصرف النظر عن التشكيل والتطويل: «محمد» تجد «مُحمّد»." },
    letters: { name: "الأحرف", help: "حتى مع اختلاف الهمزة أو التاء المربوطة أو الألف المقصورة: «ادلب» تجد «إدلب»." },
    clitics: { name: "السوابق", help: "حتى إن لصق بأول الكلمة حرف مثل و ف ب ل ك س: «ادلب» تجد «بإدلب» و«لإدلب»." },
    stem: { name: "الجذع", help: "حتى مع اختلاف اللواحق وأل التعريف: «مستشفى» تجد «المستشفيات»." },
    variants: { name: "أسماء أخرى", help: "حتى باسم آخر للشيء نفسه: «سوريا» تجد «سورية»، و«داعش» تجد «تنظيم الدولة»." },
  },

  retry: "أعد المحاولة",
  again: "ابحث من جديد",
  /** @type {Record<string, {title: string, text: string}>} */
  problems: {
    0: { title: "لا اتصال بالخادم", text: "لم يصل الطلب أو لم يرجع جوابه. تحقّق من الشبكة ثم أعد المحاولة." },
    404: { title: "لا يوجد هذا التقرير", text: "قد يكون الرابط ناقصًا، أو أُعيد تحميل التقارير بمعرّفات أخرى." },
    410: { title: "لم يعد هذا هنا", text: "تغيّرت المجموعة أو سُحب التقرير منذ أول صفحة من النتائج." },
    422: {
      title: "لا يمكن البحث بهذه العبارة",
      text: 'اكتب كلمة واحدة على الأقل؛ "عبارة" بين علامتي تنصيص؛ -كلمة لتُستبعد، ومعها كلمة تُطلب.',
    },
    429: { title: "طلبات كثيرة", text: "انتظر لحظات ثم أعد المحاولة." },
    503: { title: "محرك البحث غير متاح الآن", text: "لم يُبحث في شيء: هذا عطل، وليس معناه أنه لا نتائج." },
    504: { title: "لم يُجب محرك البحث في وقته", text: "لم يكتمل البحث، وليس معناه أنه لا نتائج. أعد المحاولة أو أضف كلمة تضيّقه." },
    other: { title: "عطل في الخادم", text: "لم يكتمل الطلب، وليس معناه أنه لا نتائج." },
  },
};
