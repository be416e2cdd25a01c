"""The register of contact households (定点联系户登记表) and the petition register (接访登记汇总表)."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from office.normalise import NotUnderstood, day, district, fold, limited, line, people, person, phones, text, word
from office.workbooks import Column, Layout, Row, Source

_TOWNS = "乡镇|镇乡|乡|镇|街道|镇街|乡镇街道|镇街道|乡镇场|乡镇办|镇办|乡镇街道办?|街道乡镇"
_TOWN = rf"(?:代表)?(?:所属|所在|隶属)?(?:的)?(?:{_TOWNS})(?:名称|办事处|办)?"
_DISTRICT = "(?:代表)?(?:所在|所属|当选|代表)?(?:的)?选举?区(?:名称|名|号|编号)?"
_PHONE = "(?:(?:联系|移动)?(?:电话|手机)|联系(?:方式|号码)|手机号)(?:号?码)?"
_STATION = "(?:人大)?(?:代表)?(?:工作)?(?:联络|联系|接待|接访|活动|履职|工作)(?:工作)?[站点室]"
_WHEN = "(?:的)?(?:日期|时间|年月日)"

HOUSEHOLDS = Layout(
    "households",
    "联系户|结对户|联系(?:农户|家庭)|联户|包户|帮扶户|联系(?:群众|选民)(?:户|登记|名单|花名册|一览)",
    (
        Column(
            "deputy",
            "代表姓名",
            (
                "(?:人大|县人大|镇人大|联系|结对|包联|挂联|责任|包户|帮扶|所属)*(?:的)?代表(?:的)?(?:姓名|名字|名称)?",
                "联系人(?:姓名)?",
            ),
            required=True,
            carried=True,
            person=True,
        ),
        Column("district", "选区", (_DISTRICT,), carried=True, within=("town",)),
        Column("town", "所属乡镇", (_TOWN,), carried=True),
        Column(
            "head",
            "户主姓名",
            (
                "户主(?:的)?(?:姓名|名字)?",
                "(?:定点)?(?:被)?(?:联系|结对|帮扶|包联)(?:的)?(?:农)?(?:户|家庭|群众|选民|对象|住户)(?:的)?"
                "(?:户主)?(?:的)?(?:姓名|名称|名字)?",
                "(?:家庭|农户|住户)(?:户主)?(?:姓名|名称)",
                "(?:选民|群众|户)(?:姓名|名)",
                "姓名",
            ),
            required=True,
            person=True,
        ),
        Column(
            "address",
            "住址",
            (
                "(?:户主|家庭|现|常|详细|联系户|居)*(?:的)?(?:住址|地址|居住地|住地|居住地址|住所|居住地点)",
                "(?:家庭)?(?:所在)?(?:的)?(?:村组|村居|村|组|村社区|行政村|居住村组|小区)(?:名称|小区|组)?",
                ".*(?:住址|地址).*",
            ),
        ),
        Column("phone", "联系电话", (rf"(?:户主|联系户|家庭)?(?:的)?{_PHONE}",), beside="head"),
        Column(
            "people",
            "家庭人口",
            (
                "(?:家庭|户籍|常住|全家|家中|在册)?(?:的)?(?:总)?(?:人口|人数|成员|口数)(?:数|总数|量)?(?:人)?",
                "几口人",
            ),
        ),
        Column(
            "kind",
            "户别",
            (
                "(?:家庭|农户|联系户|困难|贫困|人员|户主|帮扶)?(?:的)?(?:户)?"
                "(?:别|类别|类型|种类|属性|性质|分类|类|户类型)",
                "户别.*",
                "家庭(?:状况|情况)",
            ),
        ),
        Column(
            "since",
            "确定时间",
            (
                "(?:确定|结对|联系|建立|登记|确认|起始|开始|认定|建档|结对帮扶|建立联系|开始联系|确立|定点|指定)"
                rf"{_WHEN}",
                "(?:何时|自何时)(?:确定|结对).*",
                "时间|日期",
            ),
        ),
        Column("remark", "备注", ("备注(?:说明|情况|信息)?", "说明", "附注")),
    ),
)

PETITIONS = Layout(
    "petitions",
    "接访|来访|信访|意见建议|诉求|接待群众|接待选民|受理登记|群众反映|社情民意|问题(?:登记|台账|清单)",
    (
        Column(
            "received",
            "登记日期",
            (rf"(?:登记|来访|接访|接待|受理|收件|反映|收到|来信|信访|上访){_WHEN}", "日期|时间"),
            required=True,
        ),
        Column(
            "visitor",
            "来访人",
            (
                "(?:来访|反映|信访|上访|诉求|投诉|申请|接待|接访)(?:的)?(?:人员|人|群众|者|选民|对象)?(?:的)?"
                "(?:姓名|名字)",
                "(?:来访|反映|信访|上访|诉求|投诉|接待)(?:的)?(?:人员|人|群众|者|选民|对象)",
                "(?:群众|选民|当事人)(?:的)?(?:姓名|名字)?",
                "姓名",
            ),
            required=True,
            person=True,
        ),
        Column("count", "来访人数", ("(?:来访|同访|上访)?(?:的)?人数",)),
        Column("phone", "联系电话", (rf"(?:来访人|来访群众|群众|反映人|选民)?(?:的)?{_PHONE}",), beside="visitor"),
        Column(
            "address",
            "住址",
            (
                "(?:来访人|来访群众|家庭|现|详细|居|反映人)*(?:的)?(?:住址|地址|居住地|住所|居住地址)",
                "(?:工作)?单位(?:或|及|和)?(?:家庭)?(?:住址|地址)",
                "(?:所在|所属)(?:的)?(?:村|村组|社区|村社区|村居|单位)",
                "村组|村居",
            ),
        ),
        Column(
            "station",
            "联络站",
            (
                rf"(?:接访|受理|接待|所属|登记|所在)?(?:的)?{_STATION}(?:点)?(?:的)?(?:名称|名)?",
                "(?:接访|接待|受理|登记)(?:的)?(?:站点|站|地点|单位|场所)(?:名称)?",
                "(?:人大)?(?:代表之家|站点|家站|站)(?:名称|名)?",
            ),
            required=True,
            carried=True,
        ),
        Column(
            "deputy",
            "接访代表",
            (
                "(?:接访|接待|值班|受理|当值|轮值|驻站|进站)(?:的)?(?:人大)?代表(?:的)?(?:姓名)?",
                "(?:人大)?代表(?:姓名)?",
                "(?:接访|接待)(?:人员|人)(?:姓名)?",
            ),
            person=True,
        ),
        Column(
            "situation",
            "反映的主要问题",
            (
                "(?:群众|来访人|选民)?(?:所)?(?:反映|来访|主要|诉求|信访|意见|提出|收集)+(?:的)?(?:主要|具体)?"
                "(?:问题|事项|内容|情况|诉求|意见|建议|事由|摘要|意见建议|问题及建议|意见和建议|问题建议)+"
                "(?:摘要|简述|内容)?",
                "(?:主要|具体|事项|问题)?(?:问题|内容|情况|事由|诉求|事项|意见建议|摘要)(?:摘要|内容|描述|简述|简介)?",
                ".*反映.*(?:问题|情况|内容|事项).*",
            ),
            required=True,
        ),
        Column(
            "request",
            "要求解决的问题",
            (
                "(?:要求|希望|请求|需要|需)(?:解决|办理|处理)?(?:的)?(?:问题|事项|诉求)",
                "(?:具体)?(?:要求|请求)",
            ),
        ),
        Column(
            "category",
            "类别",
            (
                "(?:问题|事项|诉求|意见|所属|反映|信访|内容|建议)?(?:的)?(?:问题)?"
                "(?:类别|类型|分类|领域|性质|种类|归类)",
                "所属(?:领域|行业).*",
            ),
        ),
        Column(
            "course",
            "处理意见",
            (
                "(?:代表|联络站|站点|拟办|初步)?(?:的)?(?:处理|办理|拟办|处置|分流|交办|答复处理)(?:的)?"
                "(?:意见|方式|情况|结果|措施|途径|去向|办法|类型)",
                "(?:办理|处理)(?:与|及)?(?:答复)?(?:意见|结果)",
                "拟办(?:意见)?|处理|去向|处理与否",
            ),
        ),
        Column(
            "unit",
            "承办单位",
            (
                "(?:承办|主办|办理|责任|转办|交办|处理|受理|牵头|转交|负责)(?:的)?(?:单位|部门|机关)(?:名称)?",
                "(?:部门|单位)(?:名称)?",
            ),
        ),
        Column(
            "replied",
            "答复日期",
            (rf"(?:单位|部门)?(?:答复|回复|办结|反馈|办复|回访|办理|完成)(?:群众)?{_WHEN}", "何时答复"),
        ),
        Column(
            "rating",
            "群众评价",
            (
                "(?:群众|来访人|来访群众|选民|当事人|反映人|办理)?(?:对)?(?:办理|处理|答复)?(?:结果)?(?:的)?"
                "(?:评价|满意度|满意情况|满意程度|满意率)(?:情况|结果|测评)?",
                ".*满意.*",
                "(?:群众)?(?:反馈|测评)(?:意见|结果|情况)?",
            ),
        ),
        Column("urgency", "紧急程度", ("(?:是否)?(?:紧急|加急|急件)(?:程度|情况)?", "缓急(?:程度)?")),
    ),
)

_URGENT = re.compile("(?<!不)(?<!非)(?:紧急|加急|特急|急件|急办)")
# The first that is found in the words decides.
_COURSES = (
    ("decline", "不予?受理|不予办理|不属于?受理|引导|不在受理"),
    ("answer", "(?:当场|当面|即时|当即|当日)[^,;。]{0,4}(?:答复|解答|解释|办结|回复|解决|处理)"),
    ("answer", "(?:现场|直接)(?:予以)?(?:答复|解答|解释|回复)|已?解释说明$|政策解答"),
    ("suggestion", "(?:作为|形成|转为|拟写|撰写|列为|提出|提交)[^,;。]{0,6}(?:建议|议案)|代表建议|议案"),
    ("suggestion", "(?:建议|意见)[^,;。]{0,6}(?:提出|提交|递交|形式|上会)"),
    ("route", "^(?:已|拟|建议)?(?:转|交|移)"),
    ("inspection", "视察|调研|执法检查|专题询问"),
    ("escalate", "上报|逐级|报告?[^,;。]{0,4}(?:人大|上级|常委会|县|市|区)|呈报|提请|向上"),
    ("route", "转办|交办|转交|转送|移交|批转|移送|交由|督办|正在办理|办理中|协调(?:办理|解决)"),
    ("route", "[转交][^,;。]{0,12}(?:局|办|部门|单位|政府|镇|乡|委|处理)"),
)
_RATINGS = {
    "满意": "satisfied",
    "非常满意": "satisfied",
    "很满意": "satisfied",
    "十分满意": "satisfied",
    "基本满意": "fairly",
    "比较满意": "fairly",
    "较满意": "fairly",
    "较为满意": "fairly",
    "不满意": "dissatisfied",
    "很不满意": "dissatisfied",
    "非常不满意": "dissatisfied",
}
_NOT_RATED = {"未评价", "未回访", "未反馈", "待评价", "待回访", "暂未评价", "未测评", "尚未评价"}
_NOT_REPLIED = {"未答复", "待答复", "未办结", "办理中", "正在办理", "待办", "未回复", "尚未答复", "暂未答复"}
_BETWEEN_UNITS = re.compile("[、;；\n]+|[,，](?=[^)）]*(?:[(（]|$))")


@dataclass(frozen=True)
class HouseholdRow:
    """One contact household and the deputy who names it; ``town`` and ``district`` may be empty."""

    deputy: str
    town: str
    district: str
    head: str
    address: str
    phone: str
    people: int | None
    kind: str
    since: date | None
    remark: str
    source: Source = field(compare=False)


@dataclass(frozen=True)
class PetitionRow:
    """One matter of the petition register; ``course`` and ``rating`` are values of the model's choices."""

    received_on: date
    visitor: str
    visitor_count: int
    phone: str
    address: str
    station: str
    deputy: str
    situation: str
    request: str
    category: str
    course: str
    course_words: str
    urgent: bool
    units: tuple[str, ...]
    replied_on: date | None
    rating: str
    source: Source = field(compare=False)


def read_household(row: Row) -> HouseholdRow | None:
    """One row of the household register; None when a cell that it needs is not understood (named in the row)."""
    deputy, head = row.need("deputy", person), row.need("head", _head)
    if row.left_out:
        return None
    return HouseholdRow(
        deputy=deputy,
        town=row.get("town", _word, "", limit=50) or row.table.heading.town,
        district=row.get("district", lambda value: district(value).name, ""),
        head=head,
        address=row.get("address", _text, "", limit=150),
        phone=row.get("phone", phones, ""),
        people=row.get("people", people),
        kind=row.get("kind", _word, "", limit=30),
        since=row.get("since", day, year=row.table.year_of("since")),
        remark=row.get("remark", _text, "", limit=300),
        source=row.source,
    )


def read_petition(row: Row) -> PetitionRow | None:
    """One row of the petition register; None when a cell that it needs is not understood (named in the row)."""
    received_on = row.need("received", day, year=row.table.year_of("received"))
    visitor, station = row.need("visitor", _visitor), row.need("station", _word, limit=80)
    situation = row.need("situation", _long)
    if row.left_out:
        return None
    course, words, urgent = _course(row)
    return PetitionRow(
        received_on=received_on,
        visitor=visitor,
        visitor_count=row.get("count", people, 1),
        phone=row.get("phone", phones, ""),
        address=row.get("address", _text, "", limit=150),
        station=station,
        deputy=row.get("deputy", person, ""),
        situation=situation,
        request=row.get("request", _long, ""),
        category=row.get("category", _word, "", limit=30),
        course=course,
        course_words=words,
        urgent=urgent or row.get("urgency", _is_urgent, False),
        units=tuple(row.get("unit", _units, ())),
        replied_on=_replied(row, received_on),
        rating=row.get("rating", _rating, ""),
        source=row.source,
    )


def _head(value) -> str:
    """The head of a household; 卢正永户 is 卢正永."""
    name = person(value)
    return name[:-1] if len(name) > 2 and name.endswith("户") else name


def _visitor(value) -> str:
    """A visitor's name; some stay unnamed (匿名), some come as a group (村民代表等5人)."""
    try:
        return person(value)
    except NotUnderstood:
        return limited(line(value), 50)


def _word(value, limit: int) -> str:
    return limited(word(value), limit)


def _text(value, limit: int) -> str:
    return limited(line(value), limit)


def _long(value) -> str:
    return limited(text(value), 4000)


def _is_urgent(value) -> bool:
    return bool(_URGENT.search(fold(value))) or fold(value) in ("是", "急", "√", "y", "yes")


def _units(value) -> list[str]:
    return [limited(word(part), 80) for part in _BETWEEN_UNITS.split(text(value)) if word(part)]


def _course(row: Row) -> tuple[str, str, bool]:
    """What was done, its words in the register, and whether they call it urgent. Unknown words are kept and named."""
    words = row.get("course", _text, "", limit=120)
    folded = fold(words)
    found = next((course for course, pattern in _COURSES if re.search(pattern, folded)), "")
    if words and not found:
        row.name("course", "unknown_course", _("It is not known what was done; the words were kept. Write e.g. 转办."))
    return found, words, bool(_URGENT.search(folded))


def _rating(value) -> str:
    rating = fold(value)
    if rating in _NOT_RATED:
        return ""
    if rating not in _RATINGS:
        raise NotUnderstood("not_a_rating", _("Write 满意, 基本满意 or 不满意."))
    return _RATINGS[rating]


def _replied(row: Row, received_on: date) -> date | None:
    if fold(row.raw("replied")) in _NOT_REPLIED:
        return None
    replied_on = row.get("replied", day, year=row.table.year_of("replied") or received_on.year)
    if replied_on and replied_on < received_on:
        row.name(
            "replied", "reply_before_registration", _("The reply lies before the day of registration; check both.")
        )
        return None
    return replied_on
