"""The flags of the board as a workbook, and in words what was asked for."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from office import clock
from office.models import Rule
from office.sheets import Head, Ident, Marked, Table, Workbook
from reports.about import about, days_overdue
from reports.board import STATES


def criteria(asked: dict, choices: dict) -> str:
    """What the list was narrowed to: state, severity, rule, place and the rest, each by its name."""
    severity = dict(Rule.Severity.choices).get(asked.get("severity"))
    told = [str(STATES[asked["state"]]), severity and str(severity), asked.get("rule"), asked.get("q")]
    told += [dict(options).get(asked.get(name)) for name, options in choices.items()]
    return "，".join(text for text in told if text)


def workbook(flags, asked: str, *, at: datetime) -> tuple[str, bytes]:
    """The flags as (title, content), in their order; ``asked`` says which they are."""
    on = clock.local_date(at)
    title = _("Flags %(day)s") % {"day": on.isoformat()}
    book = Workbook(title=title, author=settings.OFFICE_NAME, at=at)
    rows = [_row(number, flag, on) for number, flag in enumerate(flags.iterator(), 1)]
    count = _("%(number)d rows") % {"number": len(rows)}
    book.table(Table(_("Flags"), title, [Head(label) for label in _heads()], rows, (asked, count), fixed=2))
    return title, book.bytes()


def _heads() -> list:
    return [
        _("No."),
        _("Rule"),
        _("Severity"),
        _("Kind"),
        _("About"),
        _("Township"),
        _("Period"),
        _("Due on"),
        _("days overdue"),
        _("Raised on"),
        _("State"),
        _("Last urged on"),
        _("times urged"),
        _("Waived by"),
        _("Reason"),
        _("Clause"),
    ]


def _row(number, flag, on) -> list:
    subject, days = about(flag), days_overdue(flag, on)
    return [
        Ident(number),
        f"{flag.rule_key} {flag.rule.name}",
        Marked(flag.get_severity_display(), "missed" if flag.severity == Rule.Severity.RED else ""),
        subject.kind,
        subject.name,
        flag.jurisdiction.name,
        flag.period or None,
        flag.due_on,
        days if days > 0 else None,
        flag.raised_on,
        flag.get_cleared_why_display() or str(STATES["open"]),
        flag.urged_on,
        flag.urged_times or None,
        str(flag.waived_by) if flag.waived_by else None,
        flag.waived_reason or None,
        f"{flag.rule.clause.regulation}：{flag.rule.clause.quote}",
    ]
