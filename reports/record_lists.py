"""The records behind a figure: the rows that were counted, as far as they lie in the sight of whoever asks."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.matter_reading import READERS
from constituents.models import Petition, Referral
from office import keyset
from office.roles import STAFF
from reports import trends
from reports.annual.columns import REPLIES
from reports.annual.replies import petitions_of_the_year
from reports.trend_parts import BLANK
from visits.models import Visit

SIZE = 50
_STATES = {name: state for state, (name, _label) in REPLIES.items()}


@dataclass(frozen=True)
class Records:
    """All rows that make up one figure, those of them in sight, and how one is shown."""

    title: str
    heads: list
    counted: QuerySet
    seen: QuerySet
    order: tuple
    line: object
    narrowed: str = ""

    def page(self, after) -> dict:
        """One page of the rows in sight, how many there are in all, and how many are not in sight."""
        page = keyset.page(self.seen, order=self.order, after=after, size=SIZE)
        number = self.counted.count()
        return {
            "rows": [
                (True, [(head, *cell) for head, cell in zip(self.heads, self.line(row), strict=True)]) for row in page
            ],
            "next": page.next,
            "previous": page.previous,
            "number": number,
            "unseen": number - self.seen.count(),
        }


def contacts(asked, told, *, user, on) -> Records:
    """The contacts of some months: when, who, in which way."""
    days = trends.days_of(asked.year, asked.months)
    rows = Visit.objects.between(*days).filter(deputy__in=asked.subject.deputies(user).order_by().values("pk"))
    is_staff = user.is_superuser or user.has_role(*STAFF)

    def line(visit):
        link = reverse("admin:visits_visit_change", args=[visit.pk]) if is_staff else ""
        file = f"{reverse('reports:annual')}?year={asked.year}&subject=deputy:{visit.deputy_id}"
        return [
            (visit.happened_on.isoformat(), link),
            (visit.deputy.name, file),
            (visit.deputy.district.jurisdiction, ""),
            (visit.get_kind_display(), ""),
        ]

    heads = [_("Date"), _("Deputy"), _("Township"), _("Way")]
    shown = rows.select_related("deputy__district__jurisdiction")
    return Records(_("Contacts"), heads, rows, shown, ("-happened_on", "-id"), line)


def matters(asked, told, *, user, on) -> Records:
    """The matters of some months: number, day, station, category, how they stand."""
    rows = petitions_of_the_year(asked.subject, asked.year, on=on, user=user)
    rows = rows.filter(received_on__range=trends.days_of(asked.year, asked.months))
    if told["category"]:
        rows = rows.filter(category="" if told["category"] == BLANK else told["category"])
    if told["reply"]:
        rows = rows.filter(reply=_STATES[told["reply"]])
    if told["said"]:
        rows = rows.filter(satisfaction__in=trends.PLEASED)
    seen = rows.filter(pk__in=Petition.objects.visible_to(user, roles=READERS).order_by().values("pk"))
    names = dict(Petition.Status.choices)

    def line(matter):
        page = reverse("constituents:detail", args=[matter.pk])
        told = [matter.station.name, matter.category or BLANK, names[matter.status], REPLIES[matter.reply][1]]
        return [(matter.number, page), (matter.received_on.isoformat(), ""), *((text, "") for text in told)]

    heads = [_("Number"), _("Received on"), _("Station"), _("Category"), _("Stands at"), _("State of the reply")]
    narrowed = "，".join(
        filter(None, [told["category"], _state_name(told), told["said"] and _("satisfied or fairly satisfied")])
    )
    shown = seen.select_related("station").defer("situation", "request", "phone", "address", "words")
    return Records(_("Matters"), heads, rows, shown, ("-received_on", "-id"), line, str(narrowed))


def replies(asked, told, *, user, on) -> Records:
    """What was handed to units of the matters of some months, and how each was replied to."""
    rows = trends.referrals_of(asked.subject, asked.year, asked.months, on=on, user=user)
    if told["unit"]:
        rows = rows.filter(unit=told["unit"])
    if told["reply"]:
        rows = rows.filter(state=_STATES[told["reply"]])
    seen = rows.filter(pk__in=Referral.objects.visible_to(user, roles=READERS).order_by().values("pk"))

    def line(one):
        page = reverse("constituents:detail", args=[one.petition_id])
        days = [day.isoformat() if day else BLANK for day in (one.routed_on, one.due_on, one.replied_on)]
        return [
            (one.petition.number, page),
            (one.unit.name, ""),
            *((text, "") for text in [*days, REPLIES[one.state][1]]),
        ]

    heads = [_("Number"), _("Unit"), _("Routed on"), _("Reply due on"), _("Replied on"), _("State of the reply")]
    shown = seen.select_related("petition__station", "unit").defer("brief", "reply")
    return Records(_("Replies"), heads, rows, shown, ("-routed_on", "-id"), line, _state_name(told))


def _state_name(told) -> str:
    return str(dict(REPLIES.values()).get(told["reply"], ""))


LISTS = {"contacts": contacts, "matters": matters, "replies": replies}
