"""A duty in plain words: what is missing, by when, and what to do about it."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from office import clock
from office.models import Rule
from office.regulations.measures import KINDS_OF_CONTACT, MEASURES
from office.regulations.wording import kinds_of
from reports.annual.wording import day, month_names
from reports.duties.duty import OWED, Duty, State

_FEW = 24
"""Characters of a matter that are enough to know it again."""
_NONE = {
    "individual_return": gettext_lazy("%(when)s: not yet in the district to hear its voters"),
    "annual_report_to_voters": gettext_lazy("%(when)s: no report to the voters yet"),
    "group_visit": gettext_lazy("%(when)s: the group has not visited voters yet"),
}
"""What is said where a single one is asked and there is none."""
_MISSING = {
    "monthly_contact": gettext_lazy("%(when)s: contacts with voters still missing: %(n)d"),
    "individual_return": gettext_lazy("%(when)s: visits to the district still missing: %(n)d"),
    "annual_report_to_voters": gettext_lazy("%(when)s: reports to the voters still missing: %(n)d"),
    "contact_month": gettext_lazy("Contact month (%(when)s): contacts still missing: %(n)d"),
    "pre_session_contact": gettext_lazy("Before the congress of %(when)s: contacts still missing: %(n)d"),
    "group_visit": gettext_lazy("%(when)s: visits of the group to voters still missing: %(n)d"),
    "household_count": gettext_lazy("Contact households missing: %(n)d"),
    "liaison_voters": gettext_lazy("Liaison voters missing: %(n)d"),
    "forward": gettext_lazy("Not passed on yet: “%(what)s”"),
    "feedback_overdue": gettext_lazy("There is a reply, the person has not been told yet: “%(what)s”"),
    "reception_notice": gettext_lazy("Reception on %(when)s (%(what)s): not confirmed yet"),
    "activity_report": gettext_lazy("The group activity of %(when)s is not reported in writing yet"),
    "area_filing": gettext_lazy("%(when)s: the material of the area is not filed with the township congress yet"),
}
_TOO_MANY = {
    "household_count": gettext_lazy("Contact households too many: %(n)d"),
    "liaison_voters": gettext_lazy("Liaison voters too many: %(n)d"),
}


def sentence(duty: Duty, on: date) -> str:
    """What is missing, as one would say it."""
    measure, over = duty.rule.measure, duty.done - duty.rule.amounts.get("maximum", duty.done)
    if duty.rule.period == "standing" and over > 0:
        return _TOO_MANY[measure] % {"n": over}
    texts = _NONE if (duty.required, duty.done) == (1, 0) and measure in _NONE else _MISSING
    return texts[measure] % {"when": when(duty, on), "n": duty.missing, "what": _matter(duty)}


def _matter(duty) -> str:
    return Truncator(duty.about).chars(_FEW) if duty.kind in ("petition", "referral") else duty.name


def remark(duty: Duty) -> str:
    """What does not count, with its number; of a petition the number by which the office finds it."""
    if duty.rule.kind != Rule.Kind.CLOCK:
        return duty.why
    return _("Number %(number)s") % {"number": duty.name} if duty.kind in ("petition", "referral") else ""


def when(duty: Duty, on: date) -> str:
    """The period of a duty as it is spoken of; of a deadline the day on which it began, of what stands nothing."""
    period = duty.rule.period
    if period in ("month", "contact_month"):
        return _("this month") if duty.first == clock.month_start(on) else _month(duty.first, on)
    if period == "year":
        return _("this year") if duty.first.year == on.year else _("the year %(year)d") % {"year": duty.first.year}
    if period == "session":
        return day(date.fromisoformat(duty.period))
    if period == "filing":
        return _period_of_filing(duty)
    return formats.date_format(duty.first, "MONTH_DAY_FORMAT") if duty.rule.kind == Rule.Kind.CLOCK else ""


def _period_of_filing(duty) -> str:
    """The months that the material is about, of which the key names the last."""
    year, last = map(int, duty.period.split("-"))
    months = month_names(range(last - duty.rule.amounts.get("every_months", 1) + 1, last + 1))
    return _("%(months)s %(year)d") % {"year": year, "months": months}


def _month(first, on) -> str:
    return month_names([first.month]) if first.year == on.year else formats.date_format(first, "YEAR_MONTH_FORMAT")


def periods(found: list[Duty], on: date) -> str:
    """Several periods of one rule in one line: 1月—5月、7月; of deadlines their matters."""
    if found[0].rule.period != "month":
        return "、".join(dict.fromkeys(when(duty, on) or _("at present") for duty in found))
    past = [_month(duty.first, on) for duty in found if duty.first.year != on.year]
    months = sorted(duty.first.month for duty in found if duty.first.year == on.year)
    return "、".join([*past, *([month_names(months)] if months else [])])


def done(found: list[Duty], on: date) -> str:
    """The periods in which a rule was met; of a single one how many records there are."""
    (duty, *more), told = found, periods(found, on)
    if more or duty.rule.kind == Rule.Kind.CLOCK:
        return told
    words = {"when": told, "n": duty.done, "noun": MEASURES[duty.rule.measure].noun}
    return _("%(when)s: %(n)d %(noun)s") % words


def days(duty: Duty, on: date) -> str:
    """How many days are left, or since when it is overdue; nothing of what must stand every day."""
    left = duty.days_left(on)
    if duty.rule.period == "standing" or duty.state not in OWED:
        return ""
    if left < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left}
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left} if left else _("due today")


def counting(rule: Rule) -> str:
    """Which ways of contact a rule counts and which it does not; nothing where all of them do."""
    labels = kinds_of(MEASURES[rule.measure])
    told = {
        name: "、".join(str(labels.get(kind, kind)) for kind in rule.amounts[name])
        for name in KINDS_OF_CONTACT
        if name in rule.amounts
    }
    texts = {"counting": _("Only these count: %(kinds)s"), "not_counting": _("These do not count: %(kinds)s")}
    return "；".join(texts[name] % {"kinds": kinds} for name, kinds in told.items())


class Step(NamedTuple):
    """What to do next: the label of a link, or a sentence where only somebody else can write it down."""

    text: str
    address: str = ""


_BY_THE_OFFICE = gettext_lazy("Only the congress office can enter this. Please tell it whom you have chosen.")
_STEPS = {
    "household_count": _BY_THE_OFFICE,
    "liaison_voters": _BY_THE_OFFICE,
    "forward": gettext_lazy("Please pass it on to %(whom)s, and then tell the congress office, which enters the day."),
    "feedback_overdue": gettext_lazy(
        "Please tell the person, through the liaison officer if you like, and then the congress office, "
        "which enters the day."
    ),
    "reception_notice": gettext_lazy("Please tell the liaison station whether you will come."),
}
_SOMEBODY = {
    "forward": gettext_lazy("the convener or the congress chair"),
}
"""To whom, where the rule names nobody."""


def next_step(duty: Duty, on: date) -> Step:
    """The one thing to do about what is missing."""
    measure = duty.rule.measure
    if measure == "group_visit":
        return Step(_("Write down an activity"), reverse("group:activity_new"))
    if measure == "activity_report":
        return Step(_("To the record"), reverse("group:activity", args=[duty.pk]))
    if measure == "area_filing":
        return Step(_("Write it up and file it"), reverse("areas:filings"))
    if measure in _STEPS:
        return Step(_STEPS[measure] % {"whom": duty.rule.recipient or _SOMEBODY.get(measure, "")})
    if measure == "annual_report_to_voters" and duty.state != State.MISSED:
        return Step(_("Log the report to voters"), reverse("visits:log"))
    if duty.state != State.MISSED:
        return Step(_("Log a contact"), reverse("visits:my_month"))
    # The month's own page has its households, and a way to write down any other contact.
    return Step(_("Log it late"), f"{reverse('visits:my_month')}?month={clock.month_key(duty.last)}")
