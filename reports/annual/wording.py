"""The words of the annual report: its title, its period, how each column is counted."""

from datetime import date

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.annual.columns import REPLIES
from reports.annual.months import PERSONAL, NotOwed


def title_of(report) -> str:
    if report.period.is_year:
        words = {"subject": report.subject.name, "year": report.year}
        return _("%(subject)s: annual duty report %(year)d") % words
    first, last = (formats.date_format(on, "YEAR_MONTH_FORMAT") for on in (report.period.first, report.period.last))
    months = first if first == last else f"{first}—{last}"
    return _("%(subject)s: duty report %(months)s") % {"subject": report.subject.name, "months": months}


def period_of(report) -> str:
    """From when to when, and on which day it was counted."""
    words = {"first": day(report.period.first), "last": day(report.period.last), "on": day(report.on)}
    return _("%(first)s to %(last)s, as it stood on %(on)s") % words


def closing_of(made) -> str:
    """By whom and when the year of a frozen document was closed; empty for one that was counted now."""
    closed = getattr(made, "closed", None)
    if closed is None:
        return ""
    day = timezone.localtime(closed.closed_at).strftime("%Y-%m-%d %H:%M")
    return _("This year is closed: frozen by %(who)s on %(day)s. Later changes of records do not change it.") % {
        "who": closed.closed_by or _("the office"),
        "day": day,
    }


def day(on: date) -> str:
    return formats.date_format(on, "DATE_FORMAT")


def month_names(months, period=None) -> str:
    """The months by name; three and more in a row as 1月—10月. Of a period that is no year ``months`` are places."""
    if period is not None and not period.is_year:
        return "、".join(period.names[n - 1] for n in months)
    runs = []
    for month in months:
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    parts = [[f"{month_name(run[0])}—{month_name(run[-1])}"] if len(run) > 2 else map(month_name, run) for run in runs]
    return "、".join(name for part in parts for name in part)


def month_name(number: int) -> str:
    return _("Month %(number)d") % {"number": number}


def headline(report, name) -> str:
    """The title above one table."""
    return f"{title_of(report)}　{name}"


def notes(report, *more) -> tuple:
    """The lines under the title: the period, then what is said."""
    return tuple(text for text in (period_of(report), *more) if text)


def labels(choices) -> dict:
    """The words of a set of choices, looked up once for a whole list."""
    return {value: str(label) for value, label in choices.choices}


def reply_name(state: int) -> str:
    return str(REPLIES[state][1])


def service_of(deputy, report) -> str:
    """How the deputy stood in the year: in office, since, until, ended."""
    if deputy.left_on:
        return _("until %(day)s (%(reason)s)") % {"day": deputy.left_on.isoformat(), "reason": deputy.end_reason}
    if deputy.end_reason:
        return _("ended, day not recorded (%(reason)s)") % {"reason": deputy.end_reason}
    if deputy.joined_on and deputy.joined_on >= report.period.first:
        return _("since %(day)s") % {"day": deputy.joined_on.isoformat()}
    return _("in office")


def for_everybody(report) -> str:
    """The months that are judged for nobody, with the reason; empty when there are none."""
    parts, places = [], range(1, len(report.period.months) + 1)
    for why in NotOwed:
        months = [n for n in places if report.rows and all(row.months[n - 1] == why for row in report.rows)]
        if why not in PERSONAL and months:
            parts.append(f"{month_names(months, report.period)}：{why.label}")
    return _("Not judged for anybody: %(months)s") % {"months": "；".join(parts)} if parts else ""


COUNTING = (
    (
        gettext_lazy("number of contacts"),
        gettext_lazy(
            "Every contact of the deputy in the year, whatever its way. The twelve months add up to it, "
            "and so do the ways."
        ),
    ),
    (
        gettext_lazy("months owed"),
        gettext_lazy(
            "Months that are over, that lie in the ledger, and that the deputy was whole in office. Months in "
            "which a deputy took or left office are not judged, nor those in which the deputy was suspended or on "
            "approved leave for a day or more, nor those of a mandate that ended on a day not recorded: see the "
            "sheet of months not judged."
        ),
    ),
    (
        gettext_lazy("months met"),
        gettext_lazy("Months owed with at least as many contacts as the rule in force asks for."),
    ),
    (
        gettext_lazy("of these, late"),
        gettext_lazy(
            "Months met only by contacts that were written down after the month was over; they stay marked as late."
        ),
    ),
    (gettext_lazy("months missed"), gettext_lazy("Months owed less months met.")),
    (
        gettext_lazy("households of the year"),
        gettext_lazy(
            "Households named by the deputy on some day of the year. A household that changed deputies within "
            "the year counts for each of them."
        ),
    ),
    (
        gettext_lazy("households seen"),
        gettext_lazy("Households of the year with which a contact happened in the year."),
    ),
    (gettext_lazy("households missed"), gettext_lazy("Households of the year less households seen.")),
    (
        gettext_lazy("held at the end"),
        gettext_lazy(
            "Households named on the last day of the year, in the running year on the day of the reading; "
            "too few or too many as against the rule in force, for deputies in office on that day."
        ),
    ),
    (
        gettext_lazy("taken in"),
        gettext_lazy(
            "Petitions received in the year, under the deputy who received them. Those without a receiving "
            "deputy stand in a row of their own, so that the total is that of the register."
        ),
    ),
    (
        gettext_lazy("replied in time"),
        gettext_lazy(
            "Every unit replied on or before the day its reply was due; the day was set when the matter was routed."
        ),
    ),
    (gettext_lazy("replied late"), gettext_lazy("Every unit replied, at least one after the day its reply was due.")),
    (
        gettext_lazy("overdue, no reply"),
        gettext_lazy("A reply was due before the day of the reading and has not come."),
    ),
    (gettext_lazy("open, not yet due"), gettext_lazy("A reply is awaited, and its day has not passed or was not set.")),
    (gettext_lazy("replied, no term set"), gettext_lazy("Every unit replied, and no day had been set for it.")),
    (
        gettext_lazy("no reply due"),
        gettext_lazy("No unit was asked, or the matter was answered on the spot or declined."),
    ),
    (gettext_lazy("replies due"), gettext_lazy("Replied in time, replied late and overdue taken together.")),
    (
        gettext_lazy("Shares"),
        gettext_lazy(
            "Rounded last, to a tenth of a percent, from the two integers beside them; nothing else is rounded."
        ),
    ),
)
"""How each column is counted, for the reader of the workbook."""


def counting() -> list[tuple[str, str]]:
    """The same in the language of whoever reads."""
    return [(str(column), str(how)) for column, how in COUNTING]
