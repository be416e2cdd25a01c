"""All contacts of a subject in a period as a workbook: ``{"subject": …, "first": …, "last": …}``, days as ISO."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from office import masking
from office.sheets import Head, Ident, Table, Workbook
from reports.annual.wording import day, labels
from reports.exports import Refused
from reports.snapshot import report_tx
from reports.subjects import UnknownSubject, find
from visits.models import Visit

COLUMNS = ("pk", "happened_on", "deputy__name", "deputy__district__name", "deputy__district__jurisdiction__name")
COLUMNS += ("kind", "household__head", "place")
CHUNK = 5000
"""So many rows are read at a time."""
MOST = 1_000_000
"""A sheet holds 1,048,576 rows."""


def make(params, *, by, at, folder: Path, progress) -> tuple[str, Path]:
    """Write the workbook, the rows as they are read; the memory it takes does not depend on how many they are."""
    first, last = map(date.fromisoformat, (params["first"], params["last"]))
    try:
        with report_tx():
            subject, _offered, _years = find(params["subject"], user=by)
            title = _("%(subject)s: contacts, %(first)s to %(last)s") % {
                "subject": subject.name,
                "first": first.isoformat(),
                "last": last.isoformat(),
            }
            path = folder / "contacts.xlsx"
            with Workbook(title=title, author=settings.OFFICE_NAME, at=at, to=path) as book:
                book.table(_table(contacts(subject, first, last, user=by), title, first, last, progress))
                book.save()
    except UnknownSubject as unknown:
        raise Refused(str(unknown)) from unknown
    return f"{title}.xlsx", path


def contacts(subject, first, last, *, user=None):
    """The contacts of a subject's deputies, oldest first, as plain rows."""
    found = Visit.objects.between(first, last).filter(deputy__in=subject.deputies(user).order_by())
    return found.order_by("happened_on", "pk").values_list(*COLUMNS)


def _table(found, title, first, last, progress) -> Table:
    number = found.count()
    if number == 0:
        raise Refused(_("There are no contacts on record between these days."))
    if number > MOST:
        raise Refused(_("A workbook holds a million rows, and these are more. Please choose a shorter period."))
    heads = [_("Contact ID"), _("Date"), _("Deputy"), _("District"), _("Township"), _("Way"), _("Household")]
    notes = (
        _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)},
        _("%(number)d rows") % {"number": number},
    )
    rows = lines(found, lambda done: progress(done, number, _("Writing the contacts")))
    return Table(_("Contacts"), title, [Head(label) for label in (*heads, _("Place"))], rows, notes, fixed=2)


def lines(found, seen):
    """The rows of the sheet; a household is told by the first sign of its head's name."""
    ways, masked = labels(Visit.Kind), {}
    for done, (key, on, deputy, district, town, kind, head, place) in enumerate(found.iterator(chunk_size=CHUNK)):
        if done % CHUNK == 0:
            seen(done)
        if head not in masked:
            masked[head] = masking.name(head or "") or None
        yield Ident(key), on, deputy, district, town, ways[kind], masked[head], place or None
