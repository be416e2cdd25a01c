"""The roster of deputies (代表花名册): which columns it has and how a row becomes one deputy."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from office.normalise import (
    DistrictName,
    NotUnderstood,
    day,
    days_in,
    district,
    fold,
    halved,
    has_month_only,
    limited,
    line,
    month,
    person,
    phones,
    word,
)
from office.workbooks import Column, Layout, Row, Source

_OF_DEPUTY = "(?:人大)?(?:代表)?(?:本人)?(?:的)?"
_TOWNS = "乡镇|镇乡|乡|镇|街道|镇街|乡镇街道|镇街道|乡镇场|乡镇办|镇办|乡镇街道办?|街道乡镇"
LAYOUT = Layout(
    "roster",
    "花名册|名册|代表名单|代表信息|代表(?:基本)?情况|代表登记|代表一览|代表名录|代表通讯录",
    (
        Column("name", "姓名", (rf"{_OF_DEPUTY}(?:姓名|名字|名称)", "(?:人大)?代表"), required=True, person=True),
        Column("sex", "性别", (rf"{_OF_DEPUTY}性别", "男女")),
        Column("nation", "民族", (rf"{_OF_DEPUTY}(?:民族|族别|族)",)),
        Column("born", "出生年月", (".*出生.*", "生日", "生年月日?", "出身年月日?")),
        Column(
            "party",
            "政治面貌",
            (".*政治面[貌目].*", "(?:所属)?党派(?:团体)?", "党派及?团体", "政治身份"),
        ),
        Column(
            "education",
            "文化程度",
            (
                "(?:最高|全日制|现有)?(?:学历|学位|教育程度|文化水平)(?:及?学位|程度)?",
                "受教育程度",
                "文化.*",
                ".*学历.*",
            ),
        ),
        Column(
            "job",
            "工作单位及职务",
            (
                "(?:现任?|所在|目前)?(?:工作)?单位(?:名称)?(?:及|和|与|或)?(?:现任)?(?:职务|职业|职称|岗位).*",
                "(?:现任|工作|主要|党政)?(?:职务|职业|职称|身份)(?:及单位)?",
                "(?:现)?工作(?:情况|岗位)",
            ),
        ),
        Column("unit", "工作单位", ("(?:现|所在)?(?:工作)?单位(?:名称)?",)),
        Column(
            "district",
            "选区",
            (
                "(?:所在|所属|当选|原|选举|产生|代表)?(?:的)?选举?区(?:名称|名|号|编号|序号|号数|代码)?",
                ".*选区.*",
                "(?:原)?选举单位(?:名称)?",
            ),
            required=True,
            carried=True,
            within=("town",),
        ),
        Column(
            "group",
            "代表小组",
            (
                "(?:所在|所属|编入)?(?:的)?(?:人大)?(?:代表)?(?:活动)?小组(?:名称|名)?",
                ".*代表小组.*",
                "(?:所在|所属)?(?:组别|代表组)",
            ),
            carried=True,
            within=("town",),
        ),
        Column(
            "town",
            "所属乡镇",
            (
                rf"(?:所属|所在|推选|选举|隶属|代表|工作)?(?:的)?(?:{_TOWNS})(?:名称|办事处|办)?",
                "(?:所属|所在)(?:辖区|区域|地区)",
                ".*乡镇.*",
            ),
            carried=True,
        ),
        Column(
            "phone",
            "联系电话",
            (
                rf"{_OF_DEPUTY}(?:(?:联系|移动)?(?:电话|手机)|联系(?:方式|号码)|手机号)(?:号?码)?",
                "(?:联系)?(?:手机|移动电话|电话)(?:号码?)?(?:联系方式)?",
                "(?:联系)?(?:方式|电话)(?:电话|手机)",
            ),
        ),
        Column("joined", "当选时间", ("(?:当选|补选|任职|任代表)(?:代表)?(?:的)?(?:时间|日期|年月)",)),
        Column(
            "left",
            "资格终止时间",
            ("(?:代表)?(?:资格)?(?:终止|离任|出缺|停止|免职|辞职)(?:的)?(?:时间|日期)",),
        ),
        Column(
            "remark",
            "备注",
            (
                "备注(?:说明|情况|信息)?",
                "说明",
                "附注",
                ".*(?:变动|变更|资格|任职)(?:情况|状态|原因|说明)",
                "(?:在任|履职|目前)?状态",
            ),
        ),
    ),
)

_BY_ELECTION = re.compile("补选|递补|增补|增选|接替|补缺")
_ENDED = re.compile(
    "调离(?!(?:原|本)?(?:单位|岗位|部门|村|职务))|调出|调往|迁出|迁离|迁往"
    "|辞去(?=[^,;、。]*代表)|(?:请求|申请|已|本人|主动)?辞(?:职|任)(?!.*(?:主任|书记|村|校长|经理|局长|职务))|辞去职务$"
    "|罢免|(?:撤销|终止|停止|取消|丧失|失去)[^,;、。]{0,8}(?:资格|代表)|资格(?:已|被)?(?:终止|撤销|取消)"
    "|去世|病故|逝世|死亡|病逝|亡故|身故|离世|已故|殉职|牺牲"
    "|不再(?:担任|是|任)[^,;、。]{0,8}代表|已?不(?:再)?任代表|出缺|离任代表|职务(?:自行)?终止"
)
_DOUBTFUL = re.compile("暂停|停职|留置|免职|羁押|失联|下落不明|拟(?:调|辞|免|终止)|待(?:终止|确认|补选)|未终止|申请辞")
_SEXES = {"男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女"}
_SECTION_TOWN = re.compile("([\u3400-\u9fff]{1,8}?(?:民族乡|镇|乡|街道))(?:代表|人大|选举|选区|小组|$)")
_SECTION_GROUP = re.compile("([\u3400-\u9fff0-9]{1,14}小组)")
_IN_NAME = re.compile(r"^(?P<name>[^(]+)\((?P<note>[^()]*)\)$")


@dataclass(frozen=True)
class RosterRow:
    """One deputy as the roster tells it; an empty text or None is a cell that says nothing.

    ``end_reason`` is the office's own remark when it says that the mandate ended; ``left_on`` stays None when the
    remark names no full date.
    """

    name: str
    sex: str
    nation: str
    born: date | None
    party: str
    education: str
    job: str
    district: DistrictName
    town: str
    group: str
    phone: str
    remark: str
    joined_on: date | None
    left_on: date | None
    end_reason: str
    source: Source = field(compare=False)


def read_row(row: Row) -> RosterRow | None:
    """One row of the roster; None when a cell that it needs is not understood (named in the row)."""
    name, noted = _name(row)
    where = row.need("district", _district, county=row.table.heading.county)
    remark = row.get("remark", _text, "", limit=300)
    if row.left_out:
        return None
    end_reason, left_on, joined_on = _mandate(row, remark)
    return RosterRow(
        name=name,
        sex=row.get("sex", _sex, "") or noted.get("sex", ""),
        nation=row.get("nation", _word, "", limit=20) or noted.get("nation", ""),
        born=row.get("born", month),
        party=row.get("party", _word, "", limit=30),
        education=row.get("education", _word, "", limit=30),
        job=_job(row),
        district=where,
        town=row.get("town", _word, "", limit=50) or _in_section(row, _SECTION_TOWN) or row.table.heading.town,
        group=row.get("group", _word, "", limit=60) or _in_section(row, _SECTION_GROUP),
        phone=row.get("phone", phones, ""),
        remark=remark,
        joined_on=joined_on,
        left_on=left_on,
        end_reason=end_reason,
        source=row.source,
    )


def _name(row: Row) -> tuple[str | None, dict]:
    """The name, and what printed rosters put in brackets behind it: 张三(女,回族)."""
    found = _IN_NAME.match(halved(row.raw("name")) if isinstance(row.raw("name"), str) else "")
    noted = {}
    for note in filter(None, re.split(r"[,、;\s]+", found["note"]) if found else []):
        if note in _SEXES:
            noted["sex"] = _SEXES[note]
        elif re.fullmatch("[\u3400-\u9fff]{1,10}族", note):
            noted["nation"] = note
        else:
            row.name("name", "words_beside_name", _("Words stand beside the name; only the name was taken."))
    return row.need("name", (lambda _value: person(found["name"])) if found else person), noted


def _district(value, county: str) -> DistrictName:
    if isinstance(value, str) and county:
        value = halved(word(value)).removeprefix(county)
    return district(value)


def _sex(value) -> str:
    if fold(value) not in _SEXES:
        raise NotUnderstood("not_a_sex", _("Write 男 or 女."))
    return _SEXES[fold(value)]


def _word(value, limit: int) -> str:
    return limited(word(value), limit)


def _text(value, limit: int) -> str:
    return limited(line(value), limit)


def _job(row: Row) -> str:
    """Unit and post in one; some offices keep them in two columns."""
    unit, job = (row.get(key, _text, "", limit=120) for key in ("unit", "job"))
    if unit and not job.startswith(unit):
        job = f"{unit}{job}"
    if len(job) > 120:
        row.name("job", "too_long", _("The text is longer than %(limit)d characters; shorten it.") % {"limit": 120})
        return ""
    return job


def _in_section(row: Row, pattern) -> str:
    """What the line across the table above these rows says (城关镇代表小组)."""
    found = pattern.search(row.section)
    return found[1] if found else ""


def _mandate(row: Row, remark: str) -> tuple[str, date | None, date | None]:
    """Why and when the mandate ended, and when it began, from the columns for it and from the remark."""
    year = row.table.heading.year
    joined_on, left_on = row.get("joined", day, year=year), row.get("left", day, year=year)
    ended, elected = bool(_ENDED.search(remark)), bool(_BY_ELECTION.search(remark))
    if _DOUBTFUL.search(remark) or (ended and elected):
        reason = _("The remark does not say clearly whether the mandate has ended; it was kept as a remark only.")
        row.name("remark", "unclear_remark", reason)
    elif ended or left_on:
        return _reason(row, remark), _last_day(row, left_on or _day_in(row, remark), joined_on), joined_on
    elif elected:
        joined_on = joined_on or _day_in(row, remark)
    return "", None, joined_on


def _last_day(row: Row, left_on: date | None, joined_on: date | None) -> date | None:
    if left_on and joined_on and left_on < joined_on:
        row.name("left", "left_before_joining", _("The mandate ends before it begins; check both days. None was kept."))
        return None
    return left_on


def _reason(row: Row, remark: str) -> str:
    if len(remark) > 100:
        row.name("remark", "too_long", _("The text is longer than %(limit)d characters; shorten it.") % {"limit": 100})
    return remark[:100] or _("mandate ended")


def _day_in(row: Row, remark: str) -> date | None:
    """The full date in a remark. A date without a day is named: duties are judged by days."""
    days = set(days_in(remark))
    if len(days) == 1:
        return days.pop()
    if days or has_month_only(remark):
        row.name("remark", "no_full_date", _("The remark names no single full date (like 2026-01-03); none was kept."))
    return None
