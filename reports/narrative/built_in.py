"""The templates that come with the program, and every placeholder they may hold, with its meaning and an example.

The office downloads one, changes it in WPS and uploads it (``reports.narrative.templates``); nothing but the
placeholders named here is known to it.
"""

from functools import cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.sheets import Head, Table
from office.word import gbt9704 as layout
from office.word.drawing import Grid, Picture
from office.word.fill import Template
from office.word.placeholders import Block, Many, Text
from office.word.placeholders import Picture as Drawing

NOTICE, DEPUTY = "notice", "deputy"
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645"
    "400000000049454e44ae426082"
)
_TABLE = Grid(Table("表", "表", [Head("序号"), Head("代表"), Head("次数")], [["1", "张三", "12"], ["2", "李四", "10"]]))

_LETTER = {
    "发文机关": Text(_("office that sends it"), "试验县人大常委会代表工作委员会"),
    "署名": Text(_("who signs it"), "试验县人大常委会代表工作委员会"),
    "日期": Text(_("day that it bears"), "2026年12月31日"),
}
_FIGURE = {
    "名称": Text(_("what is counted"), "联系选民次数"),
    "数": Text(_("the figure"), "126"),
    "上年": Text(_("the same figure a year earlier; – where nothing is on record"), "118"),
    "增减": Text(_("how much more or less; of a share in percentage points"), "+8"),
    "依据": Text(_("clause under which it is counted"), "D1-3①b"),
}
_SHOWN_TABLE = {
    "序号": Text(_("number"), "1"),
    "标题": Text(pgettext_lazy("of a text", "title"), "按乡镇统计"),
    "说明": Text(_("note under the title"), "代表计入其选区所在乡镇。"),
    "表格": Block(_("the table itself"), _TABLE),
}
_SECTION = {
    "序号": Text(_("number"), "一"),
    "标题": Text(pgettext_lazy("of a text", "title"), "联系选民情况"),
    "依据": Text(_("clauses of the section"), "D1-3①b、D1-3①c"),
    "文字": Many(_("what is said in sentences"), Text(_("one sentence"), "本年度共联系选民126次。"), "句"),
    "数字": Many(_("the figures of the section"), _FIGURE, "项"),
    "图": Drawing(_("a chart; empty where there is none"), Picture(_PIXEL, "图", 1)),
    "图题": Text(_("what the chart shows"), "各月联系次数"),
    "月份": Many(
        _("in a deputy's report the months instead of a chart"),
        {"名称": Text(_("month"), "1月"), "数": Text(_("the figure"), "3")},
        "月",
    ),
    "表": Many(_("tables that stand in the text"), {k: v for k, v in _SHOWN_TABLE.items() if k != "序号"}, "表"),
}
_CASE = {
    "序号": Text(_("number"), "一"),
    "标题": Text(pgettext_lazy("of a text", "title"), "路灯亮了"),
    "内容": Text(_("what happened and what came of it"), "群众反映巷口路灯不亮，代表转交后三天修好。"),
}
_EVIDENCE = {
    "名称": Text(_("what is counted"), "联系选民次数"),
    "数": Text(_("the figure"), "126"),
    "记录": Text(_("kind of record"), "联系活动"),
    "编号": Text(_("numbers of the records"), "3、5—129"),
}
ANNUAL = {
    **_LETTER,
    "发文字号": Text(_("number of the document; may be empty"), "试人代〔2026〕12号"),
    "签发人": Text(_("who signed it off, on a report to a higher organ; may be empty"), "李四"),
    "主送机关": Text(_("to whom it goes; may be empty"), "县人大常委会"),
    "标题": Text(_("title of the report"), "试验县2026年度人大代表履职情况报告"),
    "对象": Text(_("whom the report is about"), "试验县"),
    "期间": Text(_("from when to when"), "2026年1月1日至2026年12月31日"),
    "统计日": Text(_("as the records stood on this day"), "2026年12月31日"),
    "依据": Text(_("all clauses of the report"), "D1-3①b、D1-3①a、D3-七"),
    "引言": Text(_("first paragraph: period and grounds"), "本报告统计期间为2026年1月1日至2026年12月31日。"),
    "各节": Many(_("the sections of the report"), _SECTION, "节"),
    "典型案例": Many(_("the typical cases that were picked"), _CASE, "案例"),
    "案例序号": Text(_("number of the section of cases"), "十"),
    "附表": Many(_("tables that need a lying page"), _SHOWN_TABLE, "表"),
    "附件": Many(_("each figure with the records behind it"), _EVIDENCE, "项"),
    "指纹": Text(_("fingerprint of all figures and records"), "3f1a…"),
}
NOTICE_PARTS = {
    **_LETTER,
    "标题": Text(pgettext_lazy("of a text", "title"), "人大代表履职信息公示"),
    "年度": Text(_("year"), "2026"),
    "期间": Text(_("from when to when"), "2026年1月1日至2026年12月31日"),
    "姓名": Text(_("full name"), "张三"),
    "性别": Text(_("sex"), "男"),
    "民族": Text(_("ethnic group"), "汉族"),
    "政治面貌": Text(_("political affiliation"), "中共党员"),
    "文化程度": Text(_("education"), "大学"),
    "单位职务": Text(_("work unit and post"), "柳林村村民委员会主任"),
    "届次": Text(_("congress and term"), "试验县第18届"),
    "选区": Text(_("electoral district"), "第1选区"),
    "乡镇": Text(_("township"), "东山镇"),
    "代表小组": Text(_("deputy group"), "东山镇代表小组"),
    "联络站": Text(_("liaison stations"), "东山镇人大代表联络站"),
    "履职": Many(
        _("what was done in the year"),
        {
            "名称": Text(_("what is counted"), "联系选民"),
            "数": Text(_("the figure"), "12次"),
            "依据": Text(_("clause"), "D1-3①b"),
        },
        "项",
    ),
}


def schema(kind: str) -> dict:
    """The placeholders of a kind of template."""
    return NOTICE_PARTS if kind == NOTICE else ANNUAL


@cache
def content(kind: str) -> bytes:
    """The built-in template of a kind, as it is downloaded."""
    return {NOTICE: _notice, DEPUTY: _deputy}.get(kind, _annual)()


@cache
def template(kind: str) -> Template:
    """The same, ready to be filled in."""
    return Template(content(kind), schema(kind))


def _annual() -> bytes:
    paper = _head()
    _sections(paper)
    _cases(paper)
    _signed(paper)
    paper.when("附表")
    paper.turn()
    paper.each("表", "附表")
    paper.add("附表{{ 表.序号 }}　{{ 表.标题 }}", layout.TABLE_TITLE)
    paper.when("表.说明")
    paper.add("{{ 表.说明 }}", layout.NOTE)
    paper.end()
    paper.add("{{p 表.表格 }}")
    paper.add("", layout.NOTE)
    paper.end_each()
    paper.turn(lying=True)
    paper.end()
    _annex(paper)
    return paper.bytes()


def _deputy() -> bytes:
    paper = _head()
    _sections(paper)
    _cases(paper)
    _signed(paper)
    _annex(paper)
    return paper.bytes()


def _head() -> layout.Paper:
    paper = layout.Paper(title="{{ 标题 }}", author="{{ 发文机关 }}")
    paper.add("{{ 发文机关 }}", layout.OFFICE)
    paper.when("签发人")
    paper.in_kai(paper.add("　{{ 发文字号 }}\t签发人：", layout.SIGNED_OFF), "{{ 签发人 }}　")
    paper.end()
    paper.when("not 签发人")
    paper.add("{{ 发文字号 }}", layout.NUMBER)
    paper.end()
    paper.add("{{ 标题 }}", layout.TITLE)
    paper.when("主送机关")
    paper.add("{{ 主送机关 }}：", layout.FLUSH)
    paper.end()
    paper.add("{{ 引言 }}")
    return paper


def _sections(paper):
    paper.each("节", "各节")
    paper.add("{{ 节.序号 }}、{{ 节.标题 }}", layout.LEVEL_1)
    for follows, keep in (("节.数字", False), ("not 节.数字", True)):
        paper.when(f"节.文字 and {follows}")
        paper.add("{% for 句 in 节.文字 %}{{ 句 }}{% endfor %}（{{ 节.依据 }}）", keep=keep)
        paper.end()
    paper.when("节.月份")
    months = "{% for 月 in 节.月份 %}{{ 月.名称 }}{{ 月.数 }}{% if not loop.last %}，{% endif %}{% endfor %}"
    paper.add(f"{{{{ 节.图题 }}}}：{months}。")
    paper.end()
    paper.when("节.图")
    paper.add("{{ 节.图 }}", layout.PICTURE)
    paper.add("{{ 节.图题 }}", layout.TABLE_TITLE)
    paper.end()
    paper.when("节.数字")
    row = ["{{ 项.名称 }}", "{{ 项.数 }}", "{{ 项.上年 }}", "{{ 项.增减 }}", "{{ 项.依据 }}"]
    rows = [["{%tr for 项 in 节.数字 %}"], row, ["{%tr endfor %}"]]
    paper.table(["项目", "本期", "上年同期", "增减", "依据"], rows, [10, 4, 4, 4, 5])
    paper.add("", layout.NOTE)
    paper.end()
    paper.each("表", "节.表")
    paper.add("{{ 表.标题 }}", layout.TABLE_TITLE)
    paper.add("{{p 表.表格 }}")
    paper.add("{{ 表.说明 }}", layout.NOTE)
    paper.end_each()
    paper.end_each()


def _cases(paper):
    paper.when("典型案例")
    paper.add("{{ 案例序号 }}、典型案例", layout.LEVEL_1)
    paper.each("案例", "典型案例")
    paper.add("（{{ 案例.序号 }}）{{ 案例.标题 }}", layout.LEVEL_2)
    paper.add("{{ 案例.内容 }}", keep=True)
    paper.end_each()
    paper.end()


def _signed(paper):
    paper.add("附件：各项数字的记录编号", layout.ANNEXED)
    paper.add("{{ 署名 }}", layout.SIGNATURE)
    paper.add("{{ 日期 }}", layout.DAY)


def _annex(paper):
    paper.add("附件", layout.ANNEX)
    paper.add("各项数字的记录编号", layout.TITLE)
    paper.add("每一项数字都可以由下列编号的记录重新数出。编号为系统内的记录编号，连续的写作“3—9”。", layout.NOTE)
    row = ["{{ 项.名称 }}", "{{ 项.数 }}", "{{ 项.记录 }}", "{{ 项.编号 }}"]
    paper.table(["项目", "数", "记录", "编号"], [["{%tr for 项 in 附件 %}"], row, ["{%tr endfor %}"]], [6, 3, 3, 12])
    paper.add("指纹：{{ 指纹 }}", layout.NOTE)
    paper.when("发文字号")
    paper.at_foot("　{{ 发文机关 }}\t{{ 日期 }}印发　")
    paper.end()


def _notice() -> bytes:
    paper = layout.Paper(title="{{ 标题 }}", author="{{ 发文机关 }}")
    paper.add("{{ 标题 }}", layout.TITLE)
    law = "《中华人民共和国全国人民代表大会和地方各级人民代表大会代表法》第五十八条"
    paper.add(f"根据{law}，现将代表基本信息和{{{{ 年度 }}}}年度履职信息公示如下。")
    rows = [
        ["姓名", "{{ 姓名 }}", "性别", "{{ 性别 }}"],
        ["民族", "{{ 民族 }}", "政治面貌", "{{ 政治面貌 }}"],
        ["文化程度", "{{ 文化程度 }}", "单位职务", "{{ 单位职务 }}"],
        ["届次", "{{ 届次 }}", "选区", "{{ 选区 }}"],
        ["代表小组", "{{ 代表小组 }}", "联络站", "{{ 联络站 }}"],
    ]
    paper.plain_table(rows, [3, 6, 3, 6])
    paper.add("履职情况（{{ 期间 }}）", layout.TABLE_TITLE)
    row = ["{{ 项.名称 }}", "{{ 项.数 }}", "{{ 项.依据 }}"]
    paper.table(["项目", "数", "依据"], [["{%tr for 项 in 履职 %}"], row, ["{%tr endfor %}"]], [9, 5, 5])
    paper.add("{{ 署名 }}", layout.SIGNATURE)
    paper.add("{{ 日期 }}", layout.DAY)
    return paper.bytes()
