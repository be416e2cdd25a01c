"""The notice of a deputy for publication (代表法 Art. 58): who they are and what they did, on one page.

Nothing of any voter stands in it, and no telephone number: neither is asked for here.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.sheets import Tenths
from reports.annual.word import Letter, day

TOLD = (
    ("contacts", gettext_lazy("contacts with voters"), gettext_lazy("%s times"), "D1-3①b"),
    ("kind.home", gettext_lazy("visits at home"), gettext_lazy("%s times"), "D1-3①c"),
    ("seen", gettext_lazy("contact households seen"), gettext_lazy("%s households"), "D1-3①a"),
    ("receptions", gettext_lazy("turns taken at the liaison station"), gettext_lazy("%s times"), "D3-三"),
    ("petitions", gettext_lazy("matters taken in from the public"), gettext_lazy("%s matters"), "D5-三a"),
    ("suggestions", gettext_lazy("suggestions handed in"), gettext_lazy("%s matters"), "D9-2二b"),
    ("engagements.held", gettext_lazy("inspections, surveys and talks"), gettext_lazy("%s times"), "D3-六d"),
    ("kind.group", gettext_lazy("group activities taken part in"), gettext_lazy("%s times"), "D9-1a"),
    ("reports", gettext_lazy("reports to voters"), gettext_lazy("%s times"), "D1-4"),
)
"""The figures that are published, by their keys in the report, each under its clause."""


def context_of(deputy, document, letter: Letter) -> dict:
    """What the placeholders of ``built_in.NOTICE_PARTS`` stand for.

    ``deputy`` is read with district and jurisdiction, group and term, its stations prefetched.
    """
    term = deputy.term
    return {
        "发文机关": letter.office,
        "署名": letter.office,
        "日期": day(letter.day),
        "标题": _("Duty information of people's congress deputies, for publication"),
        "年度": str(document.last.year),
        "期间": f"{day(document.first)}至{day(document.last)}",
        "姓名": deputy.name,
        "性别": deputy.sex,
        "民族": deputy.nation,
        "政治面貌": deputy.party,
        "文化程度": deputy.education,
        "单位职务": deputy.job,
        "届次": str(term),
        "选区": deputy.district.name,
        "乡镇": deputy.district.jurisdiction.name,
        "代表小组": deputy.group.name if deputy.group else "",
        "联络站": "、".join(station.name for station in deputy.stations.all()),
        "履职": list(_done(document)),
    }


def _done(document):
    for key, label, unit, clause in TOLD:
        figure = document.figure(key)
        if figure is not None and figure.value is not None and not isinstance(figure.value, Tenths):
            yield {"名称": str(label), "数": str(unit) % figure.value, "依据": clause}
