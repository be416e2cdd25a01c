"""The ledger of contacts with voters (联系选民活动台账): which columns it has and how a row becomes a contact."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from office.normalise import NotUnderstood, day, district, fold, limited, line, persons, text, word
from office.workbooks import Column, Layout, Row, Source

_TOWNS = "乡镇|镇乡|乡|镇|街道|镇街|乡镇街道|镇街道|乡镇场|乡镇办|镇办"
LAYOUT = Layout(
    "ledger",
    "台账|活动(?:记录|登记|情况)|联系选民|联系群众|走访|履职(?:记录|登记|活动)|联系记录",
    (
        Column(
            "date",
            "日期",
            (
                "(?:走访|联系|活动|开展|履职|工作|接待|登记|联系活动|进行)(?:的)?(?:日期|时间|年月日)",
                "时间|年月日",
            ),
            required=True,
            carried=True,
        ),
        Column(
            "deputy",
            "代表",
            (
                "(?:人大|县人大|镇人大|走访|联系|参加|参与|活动|履职)*(?:的)?代表(?:的)?(?:姓名|名字|名单)?",
                "(?:走访|参加|履职)(?:的)?人(?:员)?(?:姓名)?",
                "姓名",
            ),
            required=True,
            carried=True,
            person=True,
        ),
        Column("district", "选区", ("(?:代表)?(?:所在|所属|当选)?(?:的)?选举?区(?:名称|名|号|编号)?",)),
        Column("town", "所属乡镇", (rf"(?:代表)?(?:所属|所在)?(?:的)?(?:{_TOWNS})(?:名称|办事处|办)?",)),
        Column(
            "who",
            "联系对象",
            (
                "(?:被)?(?:联系|走访|接待|服务|访问|慰问)(?:的)?"
                "(?:对象|选民|群众|户|农户|家庭|人员|户主|联系户|住户)(?:的)?(?:姓名|名称|名字)?",
                "(?:选民|户主|联系户|群众|被访人|受访人|受访户|被联系人|农户|定点联系户)(?:的)?(?:户主)?(?:姓名|名称)?",
                "对象(?:姓名)?|联系人",
            ),
            required=True,
        ),
        Column(
            "way",
            "方式",
            (
                "(?:联系|走访|活动|工作|履职|开展|沟通|接触)(?:的)?(?:方式|形式|类型|类别|种类|方法)",
                "形式|类型|类别|途径|活动名称",
            ),
        ),
        Column(
            "place",
            "地点",
            (
                "(?:活动|走访|联系|开展|见面)?(?:的)?(?:地点|地址|场所|位置)",
                "(?:对象)?(?:家庭)?住址|村组|所在村组?",
            ),
        ),
        Column(
            "content",
            "内容",
            (
                "(?:活动|走访|联系|主要|工作|谈话|交流|具体|履职)*(?:的)?"
                "(?:内容|情况|记录|摘要|事由|纪要|事项|主题)(?:摘要|记录|简述)?(?:及(?:收集|反映).*)?",
                "(?:收集|反映|听取|了解)(?:的|到的)?(?:主要)?(?:问题|意见|建议|情况|意见建议|诉求|社情民意)+",
            ),
        ),
    ),
)

# The first that is found in the words decides: 电话走访 is a phone call, 入户座谈 a forum.
_WAYS = (
    ("report", "述职|报告工作|汇报工作|履职报告|向选民(?:汇报|报告)"),
    ("forum", "座谈|恳谈|院坝会|坝坝会|板凳会|屋场会|议事会|听证|选民会|群众会|圆桌"),
    ("inspection", "视察|执法检查|检查|巡察|巡查"),
    ("survey", "调研|调查|考察|民意收集|问卷"),
    ("group", "小组活动|代表活动日?|集体活动|主题活动|集中活动|志愿"),
    ("reception", "接待|接访|进站|驻站|轮值|来访|来信"),
    ("phone", "电话|手机|致电|通话|来电|短信"),
    ("online", "微信|网络|视频|线上|qq|网上|群聊|互联网|云(?:走访|端|上|联系)|钉钉|在线"),
    ("home", "入户|上门|到户|家访|登门|进户|进家|上户|到家"),
    ("met", "面谈|见面|偶遇|路遇|田间|赶集|集市|约见|面对面|约谈|当面|其他场所|碰面"),
    ("visit", "走访|访问|看望|慰问|下访|探访|拜访|帮扶|联系选民|联系群众|下村|进村|驻村"),
    ("other", "^(?:培训|学习|会议|其他|其它)"),
)


@dataclass(frozen=True)
class LedgerRow:
    """One line of the ledger: one contact of each of ``deputies``; ``kind`` is a value of ``Visit.Kind``.

    ``people`` are the names in ``who`` when it is a name or a list of names.
    """

    date: date
    deputies: tuple[str, ...]
    town: str
    district: str
    who: str
    people: tuple[str, ...]
    kind: str
    kind_words: str
    place: str
    content: str
    source: Source = field(compare=False)


def read_row(row: Row) -> LedgerRow | None:
    """One row of the ledger; None when a cell that it needs is not understood (named in the row)."""
    on = row.need("date", day, year=row.table.year_of("date"))
    deputies, who = row.need("deputy", persons), row.need("who", _text, limit=80)
    if row.left_out:
        return None
    people = _people(who)
    kind, words = _way(row)
    return LedgerRow(
        date=on,
        deputies=tuple(deputies),
        town=row.get("town", _word, "", limit=50) or row.table.heading.town,
        district=row.get("district", lambda value: district(value).name, ""),
        who=people[0] if len(people) == 1 else who,
        people=people,
        kind=kind,
        kind_words=words,
        place=row.get("place", _text, "", limit=150),
        content=row.get("content", _long, ""),
        source=row.source,
    )


def _text(value, limit: int) -> str:
    return limited(line(value), limit)


def _word(value, limit: int) -> str:
    return limited(word(value), limit)


def _long(value) -> str:
    return limited(text(value), 4000)


def _people(who: str) -> tuple[str, ...]:
    """The names of the people met; empty when it is no list of names (第12选区选民)."""
    try:
        return tuple(persons(who))
    except NotUnderstood:
        return ()


def way_of(words: str) -> str:
    """The kind of contact that the words of a ledger mean; empty when they are not known."""
    folded = fold(words)
    return next((kind for kind, pattern in _WAYS if re.search(pattern, folded)), "")


def _way(row: Row) -> tuple[str, str]:
    """The kind of contact and its words. Words that are not known are kept under "other" and named."""
    words = row.get("way", _word, "", limit=30)
    kind = way_of(words)
    if not kind and "way" in row.table.header.columns:
        row.name("way", "unknown_way", _("It is not known what kind of contact this is; it was kept as 'other'."))
    return kind or "other", words
