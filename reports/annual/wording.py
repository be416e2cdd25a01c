"""The words of the annual report: its title, its period, how each column is counted."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from reports.annual.columns import REPLIES
from reports.annual.months import PERSONAL, NotOwed


def title_of(report) -> str:
    words = {"subject": report.subject.name, "year": report.year}
    return _("%(subject)s: annual duty report %(year)d") % words


def period_of(report) -> str:
    """From when to when, and on which day it was counted."""
    words = {"first": day(date(report.year, 1, 1)), "last": day(date(report.year, 12, 31)), "on": day(report.on)}
    return _("%(first)s to %(last)s, as it stood on %(on)s") % words


def day(on: date) -> str:
    return formats.date_format(on, "DATE_FORMAT")


def month_names(months) -> str:
    """The months by name; three and more in a row as 1月—10月."""
    runs = []
    for month in months:
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    parts = [[f"{_month(run[0])}—{_month(run[-1])}"] if len(run) > 2 else map(_month, run) for run in runs]
    return "、".join(name for part in parts for name in part)


def _month(number) -> str:
    return _("Month %(number)d") % {"number": number}


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
    if deputy.joined_on and deputy.joined_on >= date(report.year, 1, 1):
        return _("since %(day)s") % {"day": deputy.joined_on.isoformat()}
    return _("in office")


def for_everybody(report) -> str:
    """The months that are judged for nobody, with the reason; empty when there are none."""
    parts = []
    for why in NotOwed:
        months = [n for n in range(1, 13) if report.rows and all(row.months[n - 1] == why for row in report.rows)]
        if why not in PERSONAL and months:
            parts.append(f"{month_names(months)}：{why.label}")
    return _("Not judged for anybody: %(months)s") % {"months": "；".join(parts)} if parts else ""


def counting() -> list[tuple[str, str]]:
    """How each column is counted, for the reader of the workbook."""
    return [
        (
            _("number of contacts"),
            _(
                "Every contact of the deputy in the year, whatever its way. The twelve months add up to it, "
                "and so do the ways."
            ),
        ),
        (
            _("months owed"),
            _(
                "Months that are over, that lie in the ledger, and that the deputy was whole in office. Months in "
                "which a deputy took or left office are not judged, nor those in which the deputy was suspended or on "
                "approved leave for a day or more, nor those of a mandate that ended on a day not recorded: see the "
                "sheet of months not judged."
            ),
        ),
        (_("months met"), _("Months owed with at least as many contacts as the rule in force asks for.")),
        (
            _("of these, late"),
            _("Months met only by contacts that were written down after the month was over; they stay marked as late."),
        ),
        (_("months missed"), _("Months owed less months met.")),
        (
            _("households of the year"),
            _(
                "Households named by the deputy on some day of the year. A household that changed deputies within "
                "the year counts for each of them."
            ),
        ),
        (_("households seen"), _("Households of the year with which a contact happened in the year.")),
        (_("households missed"), _("Households of the year less households seen.")),
        (
            _("held at the end"),
            _(
                "Households named on the last day of the year, in the running year on the day of the reading; "
                "too few or too many as against the rule in force, for deputies in office on that day."
            ),
        ),
        (
            _("taken in"),
            _(
                "Petitions received in the year, under the deputy who received them. Those without a receiving "
                "deputy stand in a row of their own, so that the total is that of the register."
            ),
        ),
        (
            _("replied in time"),
            _("Every unit replied on or before the day its reply was due; the day was set when the matter was routed."),
        ),
        (_("replied late"), _("Every unit replied, at least one after the day its reply was due.")),
        (_("overdue, no reply"), _("A reply was due before the day of the reading and has not come.")),
        (_("open, not yet due"), _("A reply is awaited, and its day has not passed or was not set.")),
        (_("replied, no term set"), _("Every unit replied, and no day had been set for it.")),
        (_("no reply due"), _("No unit was asked, or the matter was answered on the spot or declined.")),
        (_("replies due"), _("Replied in time, replied late and overdue taken together.")),
        (
            _("Shares"),
            _("Rounded last, to a tenth of a percent, from the two integers beside them; nothing else is rounded."),
        ),
    ]
