"""The list of liaison stations (联络站一览表): which columns it has and how a row becomes one station."""

from dataclasses import dataclass, field

from office.normalise import limited, line, person, persons, phones, word
from office.workbooks import Column, Layout, Row, Source

_TOWNS = "乡镇|镇乡|乡|镇|街道|镇街|乡镇街道|镇街道|乡镇场|乡镇办|镇办|乡镇街道办?|街道乡镇"
_STATION = "(?:人大)?(?:代表)?(?:工作)?(?:联络|联系|接待|接访|活动|履职|工作)(?:工作)?[站点室]"
_PHONE = "(?:(?:联系|移动|站点)?(?:电话|手机)|联系(?:方式|号码)|手机号)(?:号?码)?"
_OFFICER = "(?:联络员|工作人员|管理员|联系人)"
LAYOUT = Layout(
    "stations",
    "(?:联络站|联系点|联络点|联系站|代表之家|接待站|活动室|家站点?|工作室)"
    ".*(?:一览|名单|名册|花名册|统计|情况|设置|汇总|登记|信息|台账)",
    (
        Column(
            "name",
            "联络站名称",
            (
                rf"{_STATION}(?:点)?(?:的)?(?:名称|全称|名)?",
                "(?:人大)?(?:代表之家|家站|站点|家站点|站室|站)(?:的)?(?:名称|全称|名)?",
                "(?:阵地|平台)?名称",
            ),
            required=True,
        ),
        Column(
            "town",
            "所属乡镇",
            (
                rf"(?:所属|所在|隶属)?(?:的)?(?:{_TOWNS})(?:名称|办事处|办)?",
                "(?:所属|所在)(?:辖区|区域|地区)",
                ".*乡镇.*",
            ),
            carried=True,
        ),
        Column(
            "address",
            "地址",
            (
                rf"(?:{_STATION})?(?:详细|具体|办公|建站|设置|设立|所在|站点|活动|接待)?(?:的)?"
                "(?:地址|地点|位置|所在地|场所|站址)",
                "所在(?:村|社区|位置).*",
            ),
        ),
        Column(
            "head",
            "站长",
            (rf"(?:{_STATION})?(?:站长|负责人|主任|室长|点长)(?:的)?(?:姓名|名字)?", "(?:站长|负责人).*姓名"),
            person=True,
        ),
        Column(
            "officer",
            "联络员",
            (
                rf"(?:{_STATION})?(?:专职|兼职|专兼职)?(?:{_OFFICER}|专干|干事)(?:的)?(?:姓名|名字)?",
                rf"{_OFFICER}.*姓名",
            ),
            person=True,
        ),
        Column(
            "officer_job",
            "联络员职务",
            (
                rf"{_OFFICER}(?:的)?(?:工作)?(?:单位)?(?:及|和)?(?:职务|职业|身份|岗位)",
                "(?:工作)?(?:单位及)?(?:职务|职业|身份)",
            ),
            beside="officer",
        ),
        Column("officer_phone", "联络员电话", (rf"{_OFFICER}(?:的)?{_PHONE}", _PHONE), beside="officer"),
        Column(
            "deputies",
            "进站代表",
            (
                "(?:进|入|驻|联)站(?:的)?(?:人大)?代表(?:的)?(?:名单|姓名|人员)?",
                "(?:轮值|轮班|接待|接访|联系|值班|挂钩|挂点|编入|所属|参与|参加活动|覆盖)(?:的)?(?:人大)?代表"
                "(?:的)?(?:名单|姓名|人员)?",
                "(?:人大)?代表(?:名单|姓名|成员)?",
            ),
        ),
        Column(
            "hours",
            "接待时间",
            (
                "(?:进站|代表)?(?:接待|接访|开放|值班|活动|轮值)(?:群众|选民|代表)?(?:的)?"
                "(?:时间|日期|日|安排|时段)(?:安排)?",
                "开放(?:时间|日)",
                "时间(?:安排)?",
            ),
        ),
    ),
)


@dataclass(frozen=True)
class StationRow:
    """One station with its head, its liaison officer and the deputies who receive there."""

    name: str
    town: str
    address: str
    head: str
    officer: str
    officer_job: str
    officer_phone: str
    deputies: tuple[str, ...]
    hours: str
    source: Source = field(compare=False)


def read_row(row: Row) -> StationRow | None:
    """One row of the list; None when it has no name (named in the row)."""
    name = row.need("name", _word, limit=80)
    if row.left_out:
        return None
    return StationRow(
        name=name,
        town=row.get("town", _word, "", limit=50) or row.table.heading.town,
        address=row.get("address", _text, "", limit=120),
        head=row.get("head", person, ""),
        officer=row.get("officer", person, ""),
        officer_job=row.get("officer_job", _text, "", limit=80),
        officer_phone=row.get("officer_phone", phones, ""),
        deputies=tuple(row.get("deputies", persons, ())),
        hours=row.get("hours", _text, "", limit=120),
        source=row.source,
    )


def _word(value, limit: int) -> str:
    return limited(word(value), limit)


def _text(value, limit: int) -> str:
    return limited(line(value), limit)
