"""What a paragraph names: days and casualties, each read as a reader would, with its place in the text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.chunks import read_text
from analyzers.names import FIGURE_KINDS, NAMED_DAYS
from analyzers.normalize import normalize
from analyzers.tables import listed, read_table
from indexer.mentions import mentions_of
from indexer.mentions.words import ROLES

PUBLISHED = date(2019, 8, 9)


def mentions(text, published=PUBLISHED):
    """Return the fields of what a text names."""
    return mentions_of(text, read_text(text), published)


def figures(text):
    """Return kind, least, most and surface of each figure."""
    return [(told["kind"], told["low"], told["high"], told["surface"]) for told in mentions(text).get("figures", [])]


def days(text, published=PUBLISHED):
    """Return surface and readings of each date, a reading as `from` or `from..to`."""
    return [
        (told["surface"], " ".join(_reading(reading) for reading in told["readings"]))
        for told in mentions(text, published).get("dates", [])
    ]


def _reading(reading):
    return reading["from"] if reading["from"] == reading["to"] else f"{reading['from']}..{reading['to']}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أدى القصف إلى مقتل 45 شخصا وإصابة 70 آخرين", [("dead", 45, 45), ("wounded", 70, 70)]),
        ("استشهاد خمسة مدنيين بينهم طفلان", [("dead", 5, 5)]),
        ("أصيب ثلاثة من عمال الإغاثة", [("wounded", 3, 3)]),
        ("قُتِلَ خَمْسَةُ مَدَنِيِّينَ", [("dead", 5, 5)]),
        ("مـقـتـل ٤٥ شخصاً", [("dead", 45, 45)]),
        ("قتل 1,200 شخص ثم ١٬٣٠٠ شخص قتلوا", [("dead", 1200, 1200), ("dead", 1300, 1300)]),
        ("سقوط 5 شهداء و10 جرحى", [("dead", 5, 5), ("wounded", 10, 10)]),
        ("قدر عددهم ب (13) قتيلا", [("dead", 13, 13)]),
        ("القتلى: 10 الجرحى : 12 الأسلحة: غير معروفة", [("dead", 10, 10), ("wounded", 12, 12)]),
        ("القتلى المبلّغ عنهم: شخص واحد", [("dead", 1, 1)]),
        ("ارتفع عدد القتلى في المدينة إلى ثلاثمئة وخمسة وأربعين", [("dead", 345, 345)]),
        ("ارتفعت حصيلة الضحايا من 20 إلى 35 قتيلا", [("dead", 35, 35)]),
        ("إن الجرحى تجاوزوا ثلاثة آلاف", [("wounded", 3000, None)]),
        ("لقي 12 شخصا مصرعهم غرقا", [("dead", 12, 12)]),
        ("قتيلان وثلاثة جرحى", [("dead", 2, 2), ("wounded", 3, 3)]),
        ("قتيل واحد، وسقط شهيد آخر", [("dead", 1, 1), ("dead", 1, 1)]),
        ("مقتل طفلة", [("dead", 1, 1)]),
        ("مقتل شخصين", [("dead", 2, 2)]),
        ("مقتل طفل وثلاث نساء ورجل", [("dead", 1, 1), ("dead", 3, 3), ("dead", 1, 1)]),
        ("12 مدنيا قُتلوا في السوق", [("dead", 12, 12)]),
        ("خمسة آلاف من سكانها قُتلوا", [("dead", 5000, 5000)]),
        ("إن 108 أشخاص، بينهم 49 طفلا، قُتلوا", [("dead", 108, 108)]),
        ("54 شخصا على الأقل قتلوا وأصيب 158", [("dead", 54, None), ("wounded", 158, 158)]),
        ("3 حالات وفاة", [("dead", 3, 3)]),
        ("قُتل جرّاءه 69 شخصا", [("dead", 69, 69)]),
        ("بلغ عدد القتلى 45", [("dead", 45, 45)]),
        ("ارتفعت حصيلة القتلى من 5 إلى 12 شخصا", [("dead", 12, 12)]),
        ("ارتفاع عدد ضحايا الزلزال إلى 3500", [("victims", 3500, 3500)]),
        ("حصيلة قتلى الهجوم إلى 25", [("dead", 25, 25)]),
        ("قتل أمس 12 مدنيا", [("dead", 12, 12)]),
        ("قتلت قوات النظام 12 مدنيا", [("dead", 12, 12)]),
        ("قتل في 21 آب/أغسطس 2013 نحو 1400 شخص", [("dead", 1400, 1400)]),
        ("قتل جندي إسرائيلي 3 فلسطينيين", [("dead", 3, 3)]),
        ("نفذ الهجوم 4 مسلحين قتلوا 12 شخصا", [("dead", 12, 12)]),
        ("أودى القصف بحياة 3 أطفال", [("dead", 3, 3)]),
        ("قتيل و3 جرحى", [("dead", 1, 1), ("wounded", 3, 3)]),
        ("شهيد وجريحان", [("dead", 1, 1), ("wounded", 2, 2)]),
        ("مقتل شخص وإصابة آخر", [("dead", 1, 1), ("wounded", 1, 1)]),
        ("لقي مدني و3 أطفال مصرعهم", [("dead", 1, 1), ("dead", 3, 3)]),
        ("مقتل مدنيين اثنين", [("dead", 2, 2)]),
        ("12شهيد و5جرحى", [("dead", 12, 12), ("wounded", 5, 5)]),
        ("1- 5 قتلى في حلب\n2- 7 جرحى", [("dead", 5, 5), ("wounded", 7, 7)]),
        ("1 - 5 قتلى\n2 - 7 جرحى", [("dead", 5, 5), ("wounded", 7, 7)]),
        ("القتلى: 5\n- 7 جرحى", [("dead", 5, 5), ("wounded", 7, 7)]),
        ("قتيلان لم تعرف هويتهما", [("dead", 2, 2)]),
        ("83 شخصا على الأقل قضوا فيه", [("dead", 83, None)]),
        ("إن خمسة مدنيين بينهم امرأتان قتلوا", [("dead", 5, 5)]),
        ("أن ما مجموعه 1119 عراقيا قتلوا", [("dead", 1119, 1119)]),
        ("فقتلت رجلا", [("dead", 1, 1)]),
        ("وأصيب اثنان آخران", [("wounded", 2, 2)]),
        ("وفاة سبعة أشخاص وإصابة 15 وانهيار منازل", [("dead", 7, 7), ("wounded", 15, 15)]),
        ("بلغ عدد الشهداء من الطواقم الطبية 1,047، وعدد الجرحى 312", [("dead", 1047, 1047), ("wounded", 312, 312)]),
        ("راح ضحيته ثمانية مدنيين", [("dead", 8, 8)]),
        ("شهيدان وجريح", [("dead", 2, 2), ("wounded", 1, 1)]),
        ("استشهاد صحفي وإصابة 8 من زملائه", [("dead", 1, 1), ("wounded", 8, 8)]),
        ("اغتال مجهولون عضوا في اللجنة", [("dead", 1, 1)]),
        ("استشهد الشاب محمد", [("dead", 1, 1)]),
        ("انتشلت الفرق سبع جثث", [("dead", 7, 7)]),
        ("قتل ضابط برتبة عقيد وثلاثة عناصر", [("dead", 1, 1), ("dead", 3, 3)]),
        ("119 عراقيا قتلوا و194 أصيبوا", [("dead", 119, 119), ("wounded", 194, 194)]),
        ("قتل فيها عشرات الآلاف", [("dead", 10_000, 99_999)]),
        ("بلغ عدد القتلى في البلدة بريف حماة يوم 12 تموز 2012 نحو 150 شخصا", [("dead", 150, 150)]),
    ],
)
def test_shapes(text, expected):
    """Each way in which reports tell how many were killed or wounded."""
    assert [told[:3] for told in figures(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مقتل ما لا يقل عن عشرين مدنيا", (20, None)),
        ("مقتل أكثر من 50 شخصا", (50, None)),
        ("25 قتيلا على الأقل", (25, None)),
        ("+10 قتلى", (10, None)),
        ("مقتل أقل من 5 أشخاص", (0, 4)),
        ("مقتل ما لا يزيد عن 5 أشخاص", (0, 5)),
        ("41 ألفا و788 قتيلا", (41_788, 41_788)),
        ("3 آلاف وأربعمئة قتيل", (3400, 3400)),
        ("مئة و20 قتيلا", (120, 120)),
        ("مقتل ألف و200 شخص", (1200, 1200)),
        ("أكثر من نصف مليون قتيل", (500_000, None)),
        ("مقتل مليوني شخص", (2_000_000, 2_000_000)),
        ("مقتل مليون ونصف المليون شخص", (1_500_000, 1_500_000)),
        ("مقتل من 74 حتى 100 شخص", (74, 100)),
        ("مقتل ما بين 10 آلاف و15 ألف شخص", (10_000, 15_000)),
        ("مقتل نحو ألفي شخص", (2000, 2000)),
        ("بين 7 و9 قتلى", (7, 9)),
        ("أودى بحياة ما بين 74 إلى 100 شخص", (74, 100)),
        ("7 أو 8 قتلى", (7, 8)),
        ("10-15 قتيلا", (10, 15)),
        ("عشرات القتلى", (10, 99)),
        ("مقتل مئات المدنيين", (100, 999)),
        ("مقتل عشرات الآلاف من المدنيين", (10_000, 99_999)),
        ("أكثر من مليون قتيل", (1_000_000, None)),
        ("مقتل مئتين وخمسين شخصا", (250, 250)),
        ("قتل أحد عشر جنديا", (11, 11)),
        ("مقتل ثلاثة آلاف وخمسمئة شخص", (3500, 3500)),
        ("عدد القتلى تجاوز الخمسين", (50, None)),
        ("ليبلغ عدد القتلى ألفا وثلاثمئة شخص", (1300, 1300)),
        ("مقتل 12 ألف شخص", (12_000, 12_000)),
    ],
)
def test_amounts(text, expected):
    """Numbers in digits and words, with their bounds; a vague word is as many as it can mean."""
    ((kind, low, high, _surface),) = figures(text)
    assert (kind, low, high) == ("dead", *expected)


@pytest.mark.parametrize(
    "text",
    [
        "مقتل أو إصابة 20 شخصا",
        "جرح وقتل 20",
        "سقط 20 بين قتيل وجريح",
        "مقتل وإصابة 20 شخصا",
        "سقوط 20 شخصا بين قتيل وجريح",
        "20 قتيلا وجريحا",
        "20 ضحية",
        "سقوط 20 مدنيا",
        "الضحايا: 20",
    ],
)
def test_victims_are_a_kind_of_their_own(text):
    """Of whom it is not said whether they were killed or wounded, neither is claimed."""
    assert [told[:3] for told in figures(text)] == [("victims", 20, 20)]


@pytest.mark.parametrize(
    "text",
    [
        "أصيب 3 منازل بأضرار",
        "قتل في 5 أيار",
        "قُتلوا بين 13 و21 يونيو",
        "مقتل 2016",
        "لم يقتل أحد",
        "لم تسجل وفاة أي شخص",
        "قضى 4 سنوات في السجن",
        "10% من القتلى",
        "لا قتلى في الهجوم",
        "القتلى المبلغ عنهم: غير متوفر",
        "وقع القتلى في الساعة 10:40",
        "سقوط 5 قذائف على الحي",
        "قتل الطلبة في 3 مواقع",
        "مقتل قائد فيلق في غارة",
        "سقط في عام 2014 قتلى كثر",
        "خلف زلزال 2023 ضحايا",
        "الوفيات: 2018",
        "وسقط في شارع الستين قتلى وجرحى",
        "الفرقة 17 قتلى وجرحى",
        "إطلاق سراح 50 معتقلا قضوا سنوات في السجون",
        "ساحة الشهداء: 3 آلاف متظاهر",
        "أسر الشهداء: 500 عائلة",
        "رقم هاتف الجرحى: 0944123456",
        "أسماء الشهداء: 1- محمد 2- أحمد",
        "الخطر المحدق بحياة 4 ملايين مدني",
        "قتل 80 في المئة من السكان",
        "تسجيل 120 إصابة جديدة بفيروس كورونا",
        "إصابة 400 ألف طفل بسوء التغذية",
        "حكمت محكمة بإعدام 30 شخصا",
        "محاولة قتل 3 أشخاص",
        "تخشى المنظمات سقوط مئات القتلى",
        "أصيبت 3 وحدات سكنية",
        "إعدام 500 شجرة",
        "مقتل 200 رأس غنم",
        "قتل قائد الفرقة واعتقال 12 مدنيا",
        "نفى المتحدث باسم الجيش مقتل 5 من عناصره",
    ],
)
def test_what_is_no_figure(text):
    """Dates, houses, years in prison, percentages and what is denied are not counted as people."""
    assert figures(text) == []


def test_the_nouns_of_one_number_are_counted_once():
    """اثنا عشر فتى وفتاة are twelve, and not thirteen; two more beside a number are told."""
    assert figures("قُتل اثنا عشر فتى وفتاة") == [("dead", 12, 12, "قُتل اثنا عشر فتى")]
    assert [told[1] for told in figures("قُتل سبعة وثلاثون مسلحًا ومدنيان")] == [37, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قُصفت الغوطة في 21 آب/أغسطس 2013.", [("21 آب/أغسطس 2013", "2013-08-21")]),
        ("في الأول من آذار/مارس 2017", [("الأول من آذار/مارس 2017", "2017-03-01")]),
        ("الحادي والعشرين من آب 2013", [("الحادي والعشرين من آب 2013", "2013-08-21")]),
        ("٢١ آبَ ٢٠١٣م", [("٢١ آبَ ٢٠١٣م", "2013-08-21")]),
        ("أبريل من العام الماضي 2017", [("أبريل من العام الماضي 2017", "2017-04-01..2017-04-30")]),
        ("تشرين الأول (أكتوبر) 2015", [("تشرين الأول (أكتوبر) 2015", "2015-10-01..2015-10-31")]),
        ("آب 2014 وكانون الأول 2016", [("آب 2014", "2014-08-01..2014-08-31"), ("كانون الأول 2016", "2016-12-01..2016-12-31")]),
        ("ولنيسان 2018", [("نيسان 2018", "2018-04-01..2018-04-30")]),
        ("في 9 فبراير 2016", [("9 فبراير 2016", "2016-02-09")]),
        ("بتاريخ 21/8/2013", [("21/8/2013", "2013-08-21")]),
        ("بتاريخ 03/01/2018", [("03/01/2018", "2018-01-03 2018-03-01")]),
        ("2019-05-06T10:00", [("2019-05-06", "2019-05-06")]),
        ("August 21, 2013", [("August 21, 2013", "2013-08-21")]),
        ("منذ عام 2011", [("عام 2011", "2011-01-01..2011-12-31")]),
        ("في العام 2012، ثم", [("عام 2012", "2012-01-01..2012-12-31")]),
        ("وخريف 2014", [("خريف 2014", "2014-01-01..2014-12-31")]),
        ("2011: عام 2012 وعام 2013", [("عام 2012", "2012-01-01..2012-12-31"), ("عام 2013", "2013-01-01..2013-12-31")]),
        ("بدأت عملها في 2009.", [("في 2009", "2009-01-01..2009-12-31")]),
        ("14 شعبان 1440هـ", [("14 شعبان 1440هـ", "2019-04-19 2019-04-18 2019-04-20")]),
        ("الجمعة 14 شعبان 1440", [("14 شعبان 1440", "2019-04-19")]),
        ("رمضان 1440", [("رمضان 1440", "2019-05-05..2019-06-04")]),
        ("14 شعبان 1440هـ.", [("14 شعبان 1440هـ", "2019-04-19 2019-04-18 2019-04-20")]),
        ("ليلة 20-21 آب 2013", [("20-21 آب 2013", "2013-08-20..2013-08-21")]),
        ("من 5 إلى 10 أيار 2014", [("5 إلى 10 أيار 2014", "2014-05-05..2014-05-10")]),
        ("بين 1 و15 آب 2013", [("1 و15 آب 2013", "2013-08-01..2013-08-15")]),
        ("في 20 و25 آب 2013", [("20", "2013-08-20"), ("25 آب 2013", "2013-08-25")]),
        ("21/8/2013-22/8/2013", [("21/8/2013", "2013-08-21"), ("22/8/2013", "2013-08-22")]),
        ("من 1 كانون الأول إلى 30 حزيران 2022", [("1 كانون الأول", "2021-12-01"), ("30 حزيران 2022", "2022-06-30")]),
        ("بين أيار وأيلول 2021", [("أيار", "2021-05-01..2021-05-31"), ("أيلول 2021", "2021-09-01..2021-09-30")]),
        ("خلال سنة 1437هـ", [("سنة 1437هـ", "2015-10-13..2016-10-02")]),
        ("(عام 2013)", [("عام 2013", "2013-01-01..2013-12-31")]),
        ("وفي العام  2013", [("عام  2013", "2013-01-01..2013-12-31")]),
        ("بين عامي 2011 و2018", [("عامي 2011 و2018", "2011-01-01..2018-12-31")]),
        ("الحرب من 2011 إلى 2018", [("من 2011 إلى 2018", "2011-01-01..2018-12-31")]),
    ],
)  # fmt: skip
def test_dates(text, expected):
    """Each way in which reports name a day, a month or a year, without a date of publication."""
    assert days(text, None) == expected


@pytest.mark.parametrize(
    ("number", "name"), [(int(r["number"]), n) for r in read_table("months") for n in listed(r["names"])]
)
def test_every_month(number, name):
    """Each name of a month in the lexicon is found in running text, alone and behind a proclitic."""
    assert days(f"وقع ذلك في 19 {name} 2019 ليلا") == [(f"19 {name} 2019", f"2019-{number:02}-19")]
    assert [told[1][:7] for told in days(f"حتى الآن ول{name} 2019 أيضا")] == [f"2019-{number:02}"]


@pytest.mark.parametrize(
    "text",
    [
        "قتل 2016 شخصا في شارع 5",
        "مارس الضغط على 3 أطراف",
        "31 شباط 2014",
        "192.168.20.2019",
        "صفحة 12/2019",
        "في 2016 حالة",
        "ارتفع حتى 1950.",
        "31 شعبان 1440",
        "القرار 1970",
    ],
)
def test_what_is_no_date(text):
    """Numbers of people, pages and addresses, and days that there are none of."""
    assert days(text) == []


def test_the_first_week_is_no_first_day():
    """الأسبوع الأول من شباط is the month, as nothing more precise is said; كانون الأول is a month, and no first day."""
    assert days("الأسبوع الأول من شباط 2018") == [("شباط 2018", "2018-02-01..2018-02-28")]
    assert days("كانون الأول 2018") == [("كانون الأول 2018", "2018-12-01..2018-12-31")]


def test_a_day_without_a_year():
    """It is of the weeks around the publication, or of the whole date before it; farther away it is left alone."""
    assert days("يوم 7 آب وقع الهجوم") == [("7 آب", "2019-08-07")]
    assert mentions("يوم 7 آب")["dates"][0]["inferred"]
    assert days("يوم 25 كانون الأول") == []
    assert days("يوم 7 آب", None) == []
    assert days("في 21 آب 2013، ثم في 25 آب") == [("21 آب 2013", "2013-08-21"), ("25 آب", "2013-08-25")]
    assert days("29 كانون الأول", date(2020, 1, 3)) == [("29 كانون الأول", "2019-12-29")]
    assert days("ولد في 5 أيار 1990، وقتل يوم 7 آب") == [("5 أيار 1990", "1990-05-05"), ("7 آب", "2019-08-07")]
    assert days("عبر جسر 14 تموز") == []
    assert days("بين 1 و3 آب") == [("1 و3 آب", "2019-08-01..2019-08-03")]


def test_what_is_searched():
    """Days as numbers and people as ranges; more than 70 is searched as 70, and every reading of a date can be found."""
    told = mentions("مقتل أكثر من 70 شخصا وجرح عشرات آخرين في 03/01/2018")
    assert told["dead"] == [{"gte": 70, "lte": 70}]
    assert told["wounded"] == [{"gte": 10, "lte": 99}]
    assert [date.fromordinal(span["gte"]).isoformat() for span in told[NAMED_DAYS]] == ["2018-01-03", "2018-03-01"]
    assert mentions("لا شيء هنا") == {}


PIECES = [
    "مقتل", "قُتِلَ", "وإصابة", "45", "٤٥", "خمسة", "وعشرين", "عشرات", "شخصاً", "قتلى", "القتلى", ":", "جريحان",
    "على الأقل", "أكثر من", "بين", "21", "آب", "آبَ/أغسطس", "2013", "٢٠١٣م", "،", ".", "\n", "عام", "الأول من", "آذار",
    "14", "شعبان", "1440هـ", "1/2/2019", "2019-05-06", "قـ ـتـ ـل", "ﷺ", "ﻻ", "😀", "\u200f", "\u00a0", "قتل.اليوم", "و",
    "من", "المدنيين", "لقي", "مصرعهم", "إلى", "عدد", "فتى", "وفتاة", "August", "21,", "%", "(", ")",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from([" ", "", "  "]))
def test_places(pieces, joint):
    """Whatever a text is made of: a surface stands where its offsets say, in both units, and no two overlap."""
    text = joint.join(pieces)
    told = mentions(text)
    for name in ("dates", "figures"):
        ends = 0
        for mention in told.get(name, []):
            surface = mention["surface"]
            assert text[mention["start"] : mention["end"]] == surface
            assert surface[0].isalnum()
            assert normalize(surface)[-1].isalnum()
            units = text.encode("utf-16-le")[2 * mention["utf16_start"] : 2 * mention["utf16_end"]]
            assert units.decode("utf-16-le") == surface
            assert mention["start"] >= ends
            ends = mention["end"]
    assert {kind for kind in FIGURE_KINDS if kind in told} == {figure["kind"] for figure in told.get("figures", [])}
    assert all(span["gte"] <= span["lte"] for name in (*FIGURE_KINDS, NAMED_DAYS) for span in told.get(name, []))


def test_places_beyond_the_basic_plane():
    """An emoji is two units of UTF-16 and one character."""
    (figure,) = mentions("😀 مقتل 5 أشخاص 😀")["figures"]
    assert (figure["start"], figure["end"]) == (2, 14)
    assert (figure["utf16_start"], figure["utf16_end"]) == (3, 15)


def test_the_tables_of_words():
    """Kinds and roles are those that the reader knows, and no form stands in a role twice."""
    rows = read_table("casualties")
    assert {row["kind"] for row in rows} == set(FIGURE_KINDS)
    assert {row["role"] for row in rows} == set(ROLES)
    for role in {row["role"] for row in rows}:
        forms = [form for row in rows if row["role"] == role for form in listed(row["forms"])]
        assert len(forms) == len(set(forms)), role
    people = [form for row in read_table("people") for form in listed(row["forms"])]
    assert len(people) == len(set(people))
