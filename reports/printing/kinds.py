"""Every paper the office prints: what it is for, from which record it is filled, and who may print that.

Whoever may open the page of a record's paper may print it: ``doors`` names that page for
each kind of record, the policy table says for whom. A blank has nothing of anybody on it and is everybody's who works
here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents import letters, matter_papers
from constituents.models import Designation, Petition
from deputies.models import Deputy
from liaison_stations import station_papers
from liaison_stations.models import Reception, ReceptionDuty
from office import clock, papers
from visits import contact_papers

COPIES = 200
"""So many copies at most, or ballots, in one file."""


class CannotPrint(Exception):
    """There is no such paper of this record; the text says why."""


@dataclass(frozen=True)
class Asked:
    """From what a paper is filled: the record, and beside it the period, the day of printing and the public page."""

    kind: str = ""
    row: object = None
    year: int | None = None
    month: date | None = None
    on: date | None = None
    address: str = ""
    user: object = None

    @property
    def is_blank(self) -> bool:
        return self.row is None and not self.year and not self.month


@dataclass(frozen=True)
class Form:
    """One paper by its name: what it is for, of which kinds of record there is one, and how it is put together."""

    name: str
    title: str
    purpose: str
    doors: dict[str, str]
    fill: Callable[[Asked], papers.Paper]
    blank: Callable[[], papers.Paper]
    by_period: bool = False
    names_a_person: bool = False
    """With the name, the telephone or the words of a member of the public on it: each printing is on record."""
    copies: int = 1
    """So many as a rule."""

    @property
    def of(self) -> tuple[str, ...]:
        """The kinds of record that it is filled from."""
        return tuple(self.doors)

    def paper(self, asked: Asked) -> papers.Paper:
        """Raises CannotPrint where the record has no such paper."""
        return self.blank() if asked.is_blank else self.fill(asked)


def _decline_notice(asked):
    if asked.row.status != Petition.Status.DECLINED:
        raise CannotPrint(_("%s was not declined, so there is no notice of it.") % asked.row.number)
    return letters.decline_notice(asked.row)


def _receipt(asked):
    return matter_papers.receipt(asked.row, address=asked.address)


def _urging(asked):
    if asked.kind == "urging":
        urging, referral = asked.row, asked.row.referral
    else:
        urging, referral = asked.row.urgings.select_related("by").order_by("pk").last(), asked.row
    if urging is None:
        raise CannotPrint(_("%s was not urged yet, so there is no letter.") % referral.matter.number)
    prefetch_related_objects([referral], "extensions")
    return letters.urging(urging, referral, facts=letters.urging_facts(urging, referral))


def _notice(asked):
    if asked.row.kind != Reception.Kind.REGULAR:
        raise CannotPrint(_("An appointment is not announced; only regular receptions have a notice."))
    return station_papers.notice(asked.row, on=asked.on, address=asked.address)


def _visit_card(asked):
    if asked.kind == "visit":
        return contact_papers.visit_card(visit=asked.row)
    if asked.kind == "household":
        return contact_papers.visit_card(asked.row, deputy=_deputy_of(asked.row, asked.on))
    named = Designation.objects.on(asked.on).filter(deputy=asked.row).select_related("household").order_by("pk")
    if not named:
        raise CannotPrint(_("%s has named no contact household yet (D1-3①a).") % asked.row)
    return contact_papers.visit_cards([one.household for one in named], deputy=asked.row)


def _deputy_of(household, on):
    held = household.designations.all().on(on).select_related("deputy__district").first()
    return held.deputy if held else None


def _sign_in(asked):
    if asked.kind == "reception":
        return station_papers.sign_in_sheet(asked.row)
    members = Deputy.objects.in_office(asked.row.happened_on, asked.row.happened_on).filter(group=asked.row.group_id)
    members = members.select_related("district").order_by("district__number", "pk")
    return contact_papers.activity_sign_in(asked.row, members=list(members))


def _activity(asked):
    there = asked.row.visits.select_related("deputy__district").order_by("deputy__district__number", "deputy")
    away = asked.row.absences.select_related("deputy__district").order_by("deputy__district__number", "deputy")
    return contact_papers.activity_record(asked.row, there=[one.deputy for one in there], away=list(away))


def _rota(asked):
    first, last, period = _period(asked)
    rows = Reception.objects.visible_to(asked.user) if asked.user else Reception.objects.all()
    rows = rows.filter(planned_on__range=(first, last)).order_by("planned_on", "starts_at", "station")
    rows = rows.filter(station=asked.row) if asked.row else rows
    turns = Prefetch("duties", ReceptionDuty.objects.select_related("deputy").order_by("pk"))
    found = list(rows.select_related("station").prefetch_related(turns))
    if not found:
        raise CannotPrint(_("There is no reception in %s.") % period)
    return station_papers.rota(asked.row, found, period=period, large=not asked.month)


def _period(asked) -> tuple[date, date, str]:
    if asked.month:
        return asked.month, clock.month_end(asked.month), date_format(asked.month, "YEAR_MONTH_FORMAT")
    year = asked.year or asked.on.year
    return date(year, 1, 1), date(year, 12, 31), _("%s (year)") % year


def _voters(make):
    return lambda asked: make(asked.row, year=asked.year or asked.on.year)


GROUPS = (
    (
        gettext_lazy("Visitors' matters"),
        ("reception_register", "receipt", "decline_notice", "transfer_letter", "urging_letter", "feedback_slip"),
    ),
    (gettext_lazy("Liaison stations"), ("reception_notice", "sign_in_sheet", "rota")),
    (gettext_lazy("Visits and groups"), ("visit_card", "activity_record")),
    (gettext_lazy("Reports to voters"), ("ballots", "tally")),
)
"""The papers by what they are for."""
_OF_DEPUTY = "reports:deputy_records"
FORMS = {
    one.name: one
    for one in (
        Form(
            "reception_register",
            gettext_lazy("Deputies' reception register form"),
            gettext_lazy("What a visitor brings, from the first words to the verdict (D5-三a)."),
            {"petition": "constituents:form"},
            lambda asked: matter_papers.register_form(asked.row),
            matter_papers.register_form,
            names_a_person=True,
        ),
        Form(
            "receipt",
            gettext_lazy("Receipt of a visitor's matter"),
            gettext_lazy("Number, code and picture to scan, for the visitor to take home."),
            {"petition": "constituents:receipt"},
            _receipt,
            matter_papers.receipt,
            names_a_person=True,
        ),
        Form(
            "decline_notice",
            gettext_lazy("Notice that a matter is not taken up"),
            gettext_lazy("Why not, on what basis, and where the visitor can turn (D3-五b)."),
            {"petition": "constituents:decline_notice"},
            _decline_notice,
            letters.decline_notice,
            names_a_person=True,
        ),
        Form(
            "transfer_letter",
            gettext_lazy("Transfer letter"),
            gettext_lazy("Hands a matter or a suggestion to a unit: what is asked, by when (D5-三c)."),
            {"referral": "constituents:letter"},
            lambda asked: letters.transfer(asked.row),
            letters.transfer,
        ),
        Form(
            "urging_letter",
            gettext_lazy("Urging letter"),
            gettext_lazy("Asks a unit for a reply that has not come (D3-七)."),
            {"referral": "constituents:urging_letter", "urging": "constituents:urging_letter"},
            _urging,
            letters.urging,
        ),
        Form(
            "feedback_slip",
            gettext_lazy("Feedback slip of a visitor's matter"),
            gettext_lazy("The outcome brought back to the person, with boxes for the verdict (D3-六f)."),
            {"petition": "constituents:receipt"},
            lambda asked: matter_papers.feedback_slip(asked.row),
            matter_papers.feedback_slip,
            names_a_person=True,
        ),
        Form(
            "reception_notice",
            gettext_lazy("Reception notice"),
            gettext_lazy("When, where and who receives; posted three days before (D5-二a)."),
            {"reception": "stations:notice"},
            _notice,
            station_papers.notice,
        ),
        Form(
            "sign_in_sheet",
            gettext_lazy("Sign-in sheet"),
            gettext_lazy("For a reception, or for an activity of a group."),
            {"reception": "stations:sheet", "activity": "group:activity_paper"},
            _sign_in,
            station_papers.sign_in_sheet,
        ),
        Form(
            "rota",
            gettext_lazy("Rota for the wall"),
            gettext_lazy("The receptions of a month (A4) or a year (A3) at a station."),
            {"station": "stations:calendar"},
            _rota,
            station_papers.rota,
            by_period=True,
        ),
        Form(
            "visit_card",
            gettext_lazy("Visit card"),
            gettext_lazy("To take along to a household; one for each of a deputy's, or of one contact (D1-3①b)."),
            {"deputy": _OF_DEPUTY, "household": _OF_DEPUTY, "visit": _OF_DEPUTY},
            _visit_card,
            contact_papers.visit_card,
            names_a_person=True,
        ),
        Form(
            "activity_record",
            gettext_lazy("Record of a group activity"),
            gettext_lazy("Attendance with signatures and the minutes, for the office (D9-3)."),
            {"activity": "group:activity_paper"},
            _activity,
            contact_papers.activity_record,
        ),
        Form(
            "ballots",
            gettext_lazy("Ballots on a report to voters"),
            gettext_lazy("Eight to a sheet, to be cut: satisfied, fairly, dissatisfied (D9-2一)."),
            {"deputy": _OF_DEPUTY},
            _voters(contact_papers.ballots),
            contact_papers.ballots,
            copies=8,
        ),
        Form(
            "tally",
            gettext_lazy("Tally of the ballots on a report to voters"),
            gettext_lazy("Votes counted aloud, and signed by those who count and watch."),
            {"deputy": _OF_DEPUTY},
            _voters(contact_papers.tally),
            contact_papers.tally,
        ),
    )
}
