"""Arabic pages as sites make them, each with the blocks that belong to its report and what surrounds them."""

# ruff: noqa: E501  (pages stand as their sites write them)

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """A page: its HTML, the blocks to keep as (kind, text), and texts that must not be kept."""

    name: str
    html: str
    kept: list[tuple[str, str]]
    dropped: list[str]
    title: str = ""
    author: str = ""
    source: str = ""
    published: str = ""


A1 = "وصلت صباح اليوم قافلة مساعدات إلى بلدة كفر نبل في ريف إدلب الجنوبي، بعد انقطاع دام أكثر من أسبوعين بسبب القصف."
A2 = "وقال متطوعون إن القافلة تضم اثنتي عشرة شاحنة محملة بالطحين والأدوية، وإن توزيعها سيبدأ خلال ساعات على العائلات النازحة."
A3 = "ولا تزال الطرق الفرعية مغلقة بسبب الركام، فيما تواصل فرق الدفاع المدني إزالة الأنقاض من السوق القديم."
B1 = (
    "أعلن مجلس محلي في الغوطة توقف محطة المياه الرئيسية عن العمل إثر نفاد الوقود، وهي المحطة التي تخدم أربعين ألف نسمة."
)
B2 = "وأضاف المجلس في بيان مقتضب أن الآبار السطحية لا تكفي حاجة الأهالي، وأن التعقيم متوقف منذ نهاية الشهر الماضي."
QUOTE = "كنا ننتظر منذ الفجر، ولم نصدق أن الشاحنات وصلت فعلا حتى رأيناها عند مدخل البلدة."
CAPTION = "شاحنات الإغاثة عند مدخل كفر نبل، تصوير المراسل"
NAV = ["الرئيسية", "سياسة", "اقتصاد", "رياضة", "اتصل بنا"]
RELATED = ["اقرأ أيضا: ارتفاع أسعار الخبز في الشمال", "الأكثر قراءة", "تراجع الليرة أمام الدولار مجددا"]
FOOT = "جميع الحقوق محفوظة © 2019"
SHARE = "شارك الخبر على فيسبوك"


def _nav(tag: str = "nav") -> str:
    return (
        f"<{tag} class='menu'><ul>"
        + "".join(f"<li><a href='/{n}'>{t}</a></li>" for n, t in enumerate(NAV))
        + f"</ul></{tag}>"
    )


def _related() -> str:
    links = "".join(f"<li><a href='/n/{n}'>{text}</a></li>" for n, text in enumerate(RELATED))
    return f"<aside class='related'><ul>{links}</ul></aside>"


def _page(body: str, head: str = "", title: str = "قافلة مساعدات تصل إلى كفر نبل") -> str:
    script = "<script>var البيانات = 'نص داخل برنامج';</script><style>.x{color:red}</style>"
    return f"<!doctype html><html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>{title} | وكالة الشمال</title>{head}{script}</head><body>{body}</body></html>"


def _p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


HEADLINE = "قافلة مساعدات تصل إلى كفر نبل"
SURROUNDINGS = [*NAV, *RELATED, FOOT]
PAGES = [
    Page(
        "news site",
        _page(
            f"<header>{_nav()}</header><main><article><h1>{HEADLINE}</h1><div class='meta'><time datetime='2019-04-19T14:30:00+03:00'>19 نيسان 2019</time></div>"
            f"<figure><img src='x.jpg'><figcaption>{CAPTION}</figcaption></figure>{_p(A1, A2)}<h2>طرق مغلقة</h2>{_p(A3)}<blockquote>{QUOTE}</blockquote>"
            f"<div class='share'><a href='#'>{SHARE}</a></div></article>{_related()}</main><footer><p>{FOOT}</p></footer>",
            "<meta property='og:site_name' content='وكالة الشمال'><meta name='author' content='سلمى الحسن'>",
        ),
        [("caption", CAPTION), ("body", A1), ("body", A2), ("heading", "طرق مغلقة"), ("body", A3), ("quote", QUOTE)],
        [*SURROUNDINGS, SHARE, "نص داخل برنامج"],
        HEADLINE,
        "سلمى الحسن",
        "وكالة الشمال",
        "2019-04-19T14:30:00+03:00",
    ),
    Page(
        "old layout in tables",
        _page(
            f"<table width='100%'><tr><td colspan='2'>{_nav('div')}</td></tr><tr><td width='70%'><font size='5'><b>{HEADLINE}</b></font><p>{A1}</p><p>{A2}</p><p>{A3}</p></td>"
            f"<td>{_related()}</td></tr><tr><td colspan='2'><div class='footer'>{FOOT}</div></td></tr></table>"
        ),
        [("body", A1), ("body", A2), ("body", A3)],
        SURROUNDINGS,
    ),
    Page(
        "text between line breaks",
        _page(
            f"<div id='menu'>{_nav('div')}</div><div class='post-body'><h1>{HEADLINE}</h1>{A1}<br><br>{A2}<br><br>{A3}<br></div><div class='sidebar'>{_related()}</div><div id='footer'>{FOOT}</div>"
        ),
        [("body", A1), ("body", A2), ("body", A3)],
        SURROUNDINGS,
        HEADLINE,
    ),
    Page(
        "report with a list and a table",
        _page(
            f"{_nav()}<article class='entry-content'><h1>تقرير شهري عن الانتهاكات</h1>{_p(A1, B1)}<h3>ما وثقناه هذا الشهر</h3><ul><li>قصف مدرسة ابتدائية في سراقب وخروجها عن الخدمة</li>"
            f"<li>استهداف سيارة إسعاف على طريق معرة النعمان</li></ul><table><caption>الضحايا بحسب المحافظة</caption><tr><th>المحافظة</th><th>القتلى</th></tr><tr><td>إدلب</td><td>47</td></tr>"
            f"<tr><td>حماة</td><td>12</td></tr></table>{_p(B2)}</article><footer>{FOOT}</footer>",
            '<script type=\'application/ld+json\'>{"@type":"Report","datePublished":"2019-05-02","author":{"@type":"Organization","name":"مركز الرصد"}}</script>',
        ),
        [
            ("body", A1),
            ("body", B1),
            ("heading", "ما وثقناه هذا الشهر"),
            ("list", "قصف مدرسة ابتدائية في سراقب وخروجها عن الخدمة"),
            ("list", "استهداف سيارة إسعاف على طريق معرة النعمان"),
            ("caption", "الضحايا بحسب المحافظة"),
            ("table", "المحافظة | القتلى"),
            ("table", "إدلب | 47"),
            ("table", "حماة | 12"),
            ("body", B2),
        ],
        [*NAV, FOOT],
        "تقرير شهري عن الانتهاكات",
        "",
        "",
        "2019-05-02",
    ),
    Page(
        "blog in divs",
        _page(
            f"<div class='navbar'>{_nav('div')}</div><div class='wrap'><div class='content'><h1 class='title'>يوميات من الغوطة</h1><span class='date'>الجمعة ١٩ نيسان ٢٠١٩</span><div class='text'><div>{B1}</div><div>{B2}</div><div>{A3}</div></div></div>"
            f"<div class='widget'>{_related()}</div></div><div class='copyright'>{FOOT}</div>"
        ),
        [("body", B1), ("body", B2), ("body", A3)],
        SURROUNDINGS,
        "يوميات من الغوطة",
        "",
        "",
        "2019-04-19",
    ),
    Page(
        "short item",
        _page(f"{_nav()}<article><h1>انقطاع المياه</h1><p>{B1}</p></article>{_related()}<footer>{FOOT}</footer>"),
        [("body", B1)],
        SURROUNDINGS,
        "انقطاع المياه",
    ),
    Page(
        "long feature with subheadings",
        _page(
            f"{_nav()}<main><h1>{HEADLINE}</h1>"
            + "".join(f"<h2>القسم {n}</h2>{_p(*(f'{text} ({n})' for text in (A1, A2, B1, B2)))}" for n in range(1, 6))
            + f"</main>{_related()}<footer>{FOOT}</footer>"
        ),
        [
            part
            for n in range(1, 6)
            for part in (("heading", f"القسم {n}"), *(("body", f"{text} ({n})") for text in (A1, A2, B1, B2)))
        ],
        SURROUNDINGS,
        HEADLINE,
    ),
    Page(
        "channel preview",
        _page(
            "<div class='tgme_header'>قناة الرصد</div>"
            + "".join(
                f"<div class='tgme_widget_message'><div class='tgme_widget_message_text'>{text}</div><span class='tgme_widget_message_meta'><time datetime='2019-04-19T11:3{n}:00+00:00'>11:3{n}</time></span></div>"
                for n, text in enumerate((A1, A2, B1))
            )
        ),
        [("body", A1), ("body", A2), ("body", B1)],
        [],
    ),
    Page(
        "cookie banner and comments",
        _page(
            f"<div class='cookie-consent'>يستخدم هذا الموقع ملفات تعريف الارتباط، بمتابعتك التصفح فإنك توافق على ذلك.</div>{_nav()}<article><h1>{HEADLINE}</h1>{_p(A1, A2, A3)}</article>"
            f"<section id='comments' class='comments'><h3>التعليقات</h3><div class='comment'><p>الله يحمي أهلنا في إدلب يا رب</p></div></section><footer>{FOOT}</footer>"
        ),
        [("body", A1), ("body", A2), ("body", A3)],
        [
            *NAV,
            FOOT,
            "يستخدم هذا الموقع ملفات تعريف الارتباط، بمتابعتك التصفح فإنك توافق على ذلك.",
            "الله يحمي أهلنا في إدلب يا رب",
        ],
        HEADLINE,
    ),
    Page(
        "statement with short lines",
        _page(
            f"{_nav()}<article><h1>بيان</h1><p>بسم الله الرحمن الرحيم</p><p>{B1}</p><p>عاشت الحرية</p><p>{B2}</p><p>المكتب الإعلامي</p><p>دمشق</p></article><footer>{FOOT}</footer>"
        ),
        [
            ("body", "بسم الله الرحمن الرحيم"),
            ("body", B1),
            ("body", "عاشت الحرية"),
            ("body", B2),
            ("body", "المكتب الإعلامي"),
            ("body", "دمشق"),
        ],
        [*NAV, FOOT],
        "بيان",
    ),
]
