"""The records behind one figure of a duty report: exactly those that it counts, newest first, page by page.

Each stands with its own page where whoever asks may open it; a record that lies outside of their sight is counted and
said to be so.
"""

from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.matter_reading import READERS
from constituents.models import Designation, Engagement, LiaisonVoter, Petition, Referral, Suggestion
from deputies.models import Deputy
from liaison_stations.models import ReceptionDuty
from office import policy
from office.admin_site import may
from office.models import Rule
from office.roles import STAFF
from reports.about import page_of
from reports.annual.listed import BLANK, LISTED
from reports.annual.parts import Figure
from reports.models import Flag
from reports.narrative.models import TypicalCase
from reports.subjects import DUTY_FILE
from visits.models import DutyEntry, GroupActivity, ReportExemption, Visit

SIZE = 50


class Line(NamedTuple):
    """One record: its words under the heads, its page; of one that is not in sight nothing but its number."""

    words: list[str]
    link: str = ""
    is_seen: bool = True


class Shown(NamedTuple):
    """One page of the records behind a figure."""

    heads: list[str]
    lines: list[Line]
    page: Page

    @property
    def rows(self) -> list[tuple[bool, list]]:
        """Whether a line is in sight, and its cells: head, word and address of each."""
        links = [[line.link, *[""] * (len(self.heads) - 1)] for line in self.lines]
        return [
            (line.is_seen, list(zip(self.heads, line.words, link, strict=True)))
            for line, link in zip(self.lines, links, strict=True)
        ]


def shown(figure: Figure, asked, user, known: dict | None = None) -> Shown:
    """A page of the records of a figure; a number that there is not is the nearest that there is.

    One query, none where the deputies are ``known`` already and no other record is asked for.
    """
    page = Paginator(figure.ids, SIZE).get_page(asked)
    if figure.records in ("deputy_month", "deputy_period"):
        return _months(figure, page, user, known)
    listed = LISTED[figure.records]
    if figure.records == "deputy" and known:
        rows = [known[pk] for pk in _on(page, [pk for pk in known if pk in set(figure.ids)])]
    else:
        rows = _on(page, _rows(listed, figure, user))
    return Shown(list(listed.heads()), [_line(listed, row, user) for row in rows], page)


def _on(page, rows):
    """Those of all the rows that stand on this page."""
    return rows[SIZE * (page.number - 1) : SIZE * page.number]


def _rows(listed, figure, user) -> QuerySet:
    rows = listed.model._base_manager.filter(pk__in=figure.ids).select_related(*listed.select)
    rows = rows.order_by(F(listed.day).desc(nulls_last=True), "-pk")
    seen = _seen(listed.model, user)
    return rows if seen is None else rows.annotate(is_seen=Exists(seen.filter(pk=OuterRef("pk"))))


_AS_THE_REPORT = {Rule, ReportExemption, DutyEntry, Designation, LiaisonVoter, ReceptionDuty, Flag, TypicalCase, Visit}


def _seen(model, user):
    """What of a model this person may see; None where its rows are as open as the report that counts them."""
    if model in _AS_THE_REPORT:
        return None
    if model is Deputy:
        return Deputy.objects.visible_to(user, along=DUTY_FILE)
    return model.objects.visible_to(user, **({"roles": READERS} if model in (Petition, Referral) else {}))


def _line(listed, row, user) -> Line:
    if not getattr(row, "is_seen", True):
        return Line([_("not in your sight"), *[""] * (len(listed.heads()) - 1)], is_seen=False)
    return Line([str(word or BLANK) for word in listed.words(row)], _link(row, user))


def _link(row, user) -> str:
    """The page on which this person may open the record, or nothing."""
    row = (row.petition or row.suggestion) if isinstance(row, Referral) else row
    name = _OWN_PAGES.get(type(row))
    if name is None:
        return page_of(row) if may(user, STAFF) else ""
    return reverse(name, args=[row.pk]) if may(user, policy.line_for(name).roles) else ""


def _months(figure, page, user, known) -> Shown:
    """Months, years and sessions that were judged: the deputy, the period, and the contacts of a month."""
    newest = sorted(figure.ids, key=lambda key: (key.partition(":")[2], int(key.partition(":")[0])), reverse=True)
    keys = [key.partition(":") for key in _on(page, newest)]
    if not known:
        deputies = Deputy.objects.visible_to(user, along=DUTY_FILE).select_related("district__jurisdiction")
        known = deputies.in_bulk({int(pk) for pk, _colon, _month in keys})
    lines = [_month(known.get(int(pk)), month) for pk, _colon, month in keys]
    first = _("Month") if figure.records == "deputy_month" else _("Year or session")
    heads = [first, _("Deputy"), _("District"), _("Township")]
    return Shown(heads, lines, page)


def _month(deputy, month) -> Line:
    if deputy is None:
        return Line([month, _("not in your sight"), "", ""], is_seen=False)
    link = reverse("reports:deputy_records", args=[deputy.pk])
    link += f"?month={month}" if month.count("-") == 1 else f"?year={month[:4]}"
    return Line([month, deputy.name, deputy.district.name, deputy.district.jurisdiction.name], link)


_OWN_PAGES = {
    Petition: "constituents:detail",
    Suggestion: "constituents:suggestion",
    Engagement: "constituents:engagement",
    Deputy: "reports:deputy_records",
    GroupActivity: "group:activity",
}
"""Pages of records that not the office alone opens; any other is kept in the admin site."""
