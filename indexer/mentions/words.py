"""The words by which figures are read, folded: those of the two tables, and those that stand around them.

What reports call the dead, the wounded and people are rows of `casualties.tsv` and `people.tsv`. The lists here belong to
the shapes of `figures`: each says which.
"""

from __future__ import annotations

import re
from functools import cache

from analyzers.normalize import normalize
from analyzers.tables import listed, read_table

ROLES = ("event", "verb", "strict", "noun", "label", "two", "after")
"""What a word of casualties does: names the event (مقتل), tells of it (قتل), does so only of people (سقوط), is counted
(قتيل), heads a list (القتلى), is two (قتيلان), or tells of people who were counted before it (قُتلوا)."""
PROCLITICS = ("و", "ف", "ب", "ل", "وب", "ول", "فب", "ك")


def folded(words: str) -> frozenset[str]:
    """Return words as they stand in a folded text."""
    return frozenset(normalize(words).split())


KILLING, WOUNDING = folded("مقتل قتل استشهاد مصرع وفاة"), folded("إصابة جرح")
"""Of مقتل وإصابة 20 both are of the twenty; of قتلوا وأصيب 158 only one is."""
TAKING = folded("أودى أودت يودي تودي أودوا ذهب ذهبت")
"""Only what took them is told by بحياة: a danger to the lives of four million is none."""
MEANWHILE = folded("جراءه جراءها فيه فيها خلاله خلالها إثره إثرها أيضا بسببه بسببها")
"""What may stand between an event and the people: قُتل جرّاءه 69 شخصا."""
DENIED = folded("لم لا دون بدون عدم لن ليس أي")
"""Before one person or two: then there was none."""
PLANNED = folded("محاولة محاولات بمحاولة تهديد بالتهديد هدد هددت يهدد تهدد خطر احتمال نية")
"""Right before an event: it was tried or threatened."""
FEARED = folded("تخشى يخشى خشية خشيت مخاوف تخوف تحذر يحذر حذر حذرت تحذير محذرا محذرة")
"""A little before it: it is feared or warned of."""
SENTENCED = folded("حكم حكما الحكم أحكام أحكاما الأحكام حكمت قضت محكمة المحكمة عقوبة")
"""Before إعدام: who is sentenced is not dead."""
DENYING = folded("نفى نفت نفوا ينفي تنفي نفي نافيا نافية")
"""In the sentence before an event: it is said that it did not happen."""
SENTENCE = folded("إعدام بإعدام الإعدام بالإعدام")
"""What a court can order, where it stands behind `SENTENCED`."""
ELSEWHERE = folded(
    "يضم تضم يقل تقل يؤوي تؤوي استهدف استهدفت كان كانت كانوا "
    "اعتقال أسر خطف اختطاف احتجاز اعتقل اعتقلت إنقاذ إجلاء نزوح تهجير إفراج بينما فيما الذي التي الذين بعد قبل عقب"
)
"""Words behind which another event is told, so that a number behind them counts none of this one."""
ACTIVE = folded("اغتال اغتالت اغتالوا أعدم أعدمت أصاب أصابت")
"""Verbs of `strict` behind which who did it comes first: اغتال مجهولون عضوا."""
THE_ONE = folded(
    "الشاب الشابة الطفل الطفلة المواطن المواطنة السيدة الصحفي الصحافي الصحفية المصور الرضيع الفتى الفتاة المسعف الطبيب الناشط "
    "القيادي"
)
"""Persons who are named behind it: استشهد الشاب محمد."""
FELL = folded("سقط سقوط ارتقى ارتقاء انتشال وقوع")
"""Before one casualty without a number: سقط شهيد."""
COUNTED = folded("عدد عددهم أعداد حصيلة إجمالي مجموع تعداد")
"""Before those who are counted: عدد القتلى."""
REACHED = folded("إلى بلغ بلغت بلغوا تجاوز تجاوزت تجاوزوا يتجاوز يتجاوزون فاق يبلغ كان هو ب نحو حوالي يقارب قرابة")
"""Between those and their number: ارتفع عدد القتلى إلى 30."""
EXCEEDED = folded("تجاوز تجاوزوا يتجاوزون بلغ بلغوا")
"""The same right behind them, where nothing says that they are counted: الجرحى تجاوزوا ثلاثة آلاف."""
GOVERNING = folded(
    "ساحة أسر عائلات ذوي أهالي مؤسسة رعاية رقم هاتف أسماء قائمة صور جثث جثامين دماء شارع مسجد جامع مقبرة مدرسة حي دوار "
    "يوم ميدان قضية ملف هيئة لجنة جمعية صندوق علاج نقل إسعاف تشييع منظمة حقوق بين من مع على في عن إلى تعويض تعويضات"
)
"""Before a heading: then it is none, as in ساحة الشهداء: 3 آلاف متظاهر."""
MET, FATE = folded("لقي لقيت لقوا يلقى"), re.compile(r"(?:حتف|مصرع)(?:ه|ها|هم|هما|هن)")
"""لقي 12 شخصا مصرعهم: the verb, and what makes it one of death."""
AMONG = folded("بينهم منهم بينها")
"""Before a part of those who were counted."""
HOW = folded("فيه فيها بسبب برصاص خلال أثناء نحبهم تحت جراء نتيجة إثر بقصف غرقا جوعا بردا حرقا خنقا")
"""Behind قضوا: else it is years in prison that they passed."""
NUMBERED = folded(
    "شارع ميدان ساحة حي دوار لواء اللواء للواء فرقة الفرقة للفرقة فوج الفوج كتيبة الكتيبة قرار القرار مادة المادة رقم طريق "
    "جسر الساعة ساعة بند البند مجموعة المجموعة صفحة نصف ربع ثلث"
)
"""Before a number: then it is the name of a street or a unit, or a part of one."""
OF_A_YEAR = folded("عام العام سنة السنة بعام لعام وعام منذ مطلع أواخر أوائل منتصف بداية نهاية")
"""Before a number like a year: then it is one."""
ILLNESS = folded(
    "بفيروس بكورونا بكوفيد بالسرطان بسرطان بالكوليرا بسوء بالملاريا بالحصبة بالسكري بمرض بأمراض بالمرض بالحمى بحمى "
    "جديدة مؤكدة مباشرة"
)
"""Behind إصابة and مصاب: by an illness, or a hit on a building."""
PERCENT = folded("بالمئة بالمائة")
OF_A_HUNDRED = folded("المئة المائة")
"""بالمئة, and في المئة in two words."""
COMMON = folded(
    "من منهم في بينهم جراء نتيجة إثر خلال على بسبب بعد أثناء عندما حين هناك منذ عند قرب قبل حتى بينما وفق بحسب حسب معظمهم "
    "غالبيتهم"
)
"""Behind an amount that counts people though none are named: مقتل 12 في قصف."""
MEASURES = folded(
    "كم كيلومتر كيلومترا متر مترا أمتار طن طنا ساعة ساعات يوم يوما أيام ليلة ليال عام عاما سنة سنوات أعوام شهر شهرا أشهر "
    "أسبوع أسابيع دقيقة دقائق مرة مرات صباحا مساء ظهرا فجرا دولار غارة غارات صاروخ صاروخا صواريخ قذيفة قذائف هجوم "
    "هجوما هجمات مبنى مباني منزل منزلا منازل سيارة سيارات مدرسة مدارس مشفى مشاف مستشفى مستشفيات دبابة دبابات طائرة "
    "طائرات وحدة وحدات آلية آليات محل محلات متجر عائلة أسرة رأس شجرة نقطة"
)
BRACKETS = " ()[]\"'«»+“”"
"""What may stand around a number: مقتل (9) مدنيين."""


@cache
def roles() -> dict[str, dict[str, str]]:
    """Return, by role, the kind of casualties that each form tells of."""
    told: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    for row in read_table("casualties"):
        told[row["role"]] |= {normalize(form): row["kind"] for form in listed(row["forms"])}
    return told


@cache
def attached() -> dict[str, dict[str, str]]:
    """Return the same with every form also behind proclitics."""
    return {
        role: plain | {_joined(proclitic, form): kind for form, kind in plain.items() for proclitic in PROCLITICS}
        for role, plain in roles().items()
    }


def _joined(proclitic: str, form: str) -> str:
    return proclitic + form.removeprefix("ا") if proclitic.endswith("ل") and form.startswith("ال") else proclitic + form


@cache
def triggers() -> frozenset[str]:
    """Return the words without which a text has no figure."""
    forms = {form for known in attached().values() for form in known}
    return frozenset(forms | MET | {f"و{word}" for word in MET})


@cache
def singulars() -> frozenset[str]:
    """Return the words of casualties that are one: قتيل, جريحا."""
    return frozenset(form for form in roles()["noun"] if form not in plurals() and form not in roles()["event"])


@cache
def plurals() -> frozenset[str]:
    """Return those that are several. Good Arabic has them behind three to ten, and never behind a year."""
    return folded("قتلى شهداء وفيات جثث جثامين جرحى مصابين مصابون إصابات ضحايا")


@cache
def people() -> dict[str, str]:
    """Return each word for people with how many it names: `one`, `two` or `many`."""
    return {normalize(form): row["number"] for row in read_table("people") for form in listed(row["forms"])}


@cache
def months() -> frozenset[str]:
    """Return the first and the last words of the names of months, of both calendars."""
    rows = [*read_table("months"), *read_table("hijri_months")]
    names = [normalize(name).split() for row in rows for name in listed(row["names"])]
    return frozenset(word for name in names for word in (name[0], name[-1]))


def without_proclitic(word: str) -> str:
    """Return a word without و, ف, ب or ل in front of it, where the rest is one that these lists have."""
    return word[1:] if word[:1] in {"و", "ف", "ب", "ل"} and word[1:] in _listed() else word


@cache
def _listed() -> frozenset[str]:
    plain = {form for known in roles().values() for form in known}
    return frozenset(plain) | MET | FELL | COUNTED | COMMON | TAKING | KILLING | DENYING | ACTIVE
