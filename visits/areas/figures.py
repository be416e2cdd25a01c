"""The figures of an area in a period, drawn from the records: the material of what is filed (D1-3a)."""

from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents.models import Petition
from deputies.models import Deputy
from office import clock
from visits.models import GroupActivity, Visit, VoterReport

FIGURES = {
    "deputies": gettext_lazy("deputies in office"),
    "contacts": gettext_lazy("contacts with voters"),
    "at_home": gettext_lazy("of these at home"),
    "households": gettext_lazy("contact households seen"),
    "active": gettext_lazy("deputies with a contact"),
    "activities": gettext_lazy("group activities"),
    "petitions": gettext_lazy("matters taken in by the deputies"),
    "reports": gettext_lazy("reports to voters held"),
}
"""What is counted, in this order."""


def read(group, first: date, last: date) -> dict[str, int]:
    """Five queries; the deputies are those of the group today."""
    contacts = Visit.objects.between(first, last).filter(deputy__group=group)
    told = contacts.aggregate(
        contacts=Count("pk"),
        at_home=Count("pk", filter=Q(kind=Visit.Kind.HOME)),
        households=Count("household", distinct=True),
        active=Count("deputy", distinct=True),
    )
    taken = Petition.objects.filter(deputy__group=group, received_on__range=(first, last))
    told["deputies"] = Deputy.objects.in_office(last, last).filter(group=group).count()
    told["petitions"] = taken.exclude(status__in=(Petition.Status.VOID, Petition.Status.MERGED)).count()
    told["activities"] = GroupActivity.objects.between(first, last).filter(group=group).count()
    told["reports"] = VoterReport.objects.held_between(first, last).filter(deputy__group=group).count()
    return {key: told[key] for key in FIGURES}


def draft(told: dict[str, int]) -> str:
    """The first sentences of the material, to be edited; every number is one of ``read``."""
    sentences = (
        _("%(deputies)d deputies are in office in this area; %(active)d of them had contact with voters."),
        _("There were %(contacts)d contacts, %(at_home)d of them at home, with %(households)d contact households."),
        _("There were %(activities)d group activities and %(reports)d reports to voters."),
        _("The deputies took in %(petitions)d matters."),
    )
    return "".join(one % told for one in sentences)


QUARTER = 3


def period_before(on: date, months: int = QUARTER) -> tuple[date, date]:
    """The period before that of a day, as which a new material begins; the year is divided into such periods."""
    first = clock.add_months(on.replace(month=months * ((on.month - 1) // months) + 1, day=1), -months)
    return first, clock.month_end(clock.add_months(first, months - 1))


def listed(told: dict) -> list[tuple[str, int]]:
    """Each figure with what it counts."""
    return [(label, told[key]) for key, label in FIGURES.items() if key in told]
