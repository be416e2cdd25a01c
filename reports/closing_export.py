"""Closing the year of a large county as long work: ``{"county": code, "year": …}``; its file lists what was frozen."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from office import clock
from office.admin_site import COUNTY, may
from office.sheets import Head, Table, Workbook
from reports import closing
from reports.exports import Refused
from reports.models import ClosedYear
from reports.subjects import UnknownSubject


def may_close(user, params) -> bool:
    return may(user, COUNTY)


def make(params, *, by, at, folder: Path, progress) -> tuple[str, Path]:
    """Close the year and list its reports with their fingerprints; a year closed before is listed as it stands.

    Where the list cannot be written, the year stays open.
    """
    path = folder / "closed.xlsx"

    def listed(closed):
        progress(1, 1, _("counting"))
        path.write_bytes(workbook(closed, at=at))

    told = {"by": by, "at": at, "on": clock.local_date(at), "progress": progress, "also": listed}
    try:
        done = closing.close(f"county:{params['county']}", params["year"], **told)
    except (closing.CannotClose, UnknownSubject) as refused:
        raise Refused(str(refused)) from refused
    if not done.is_new:
        listed(done.year)
    return _("%s frozen reports") % done.year + ".xlsx", path


def workbook(closed: ClosedYear, *, at) -> bytes:
    """The list of the frozen reports, each with its fingerprint."""
    name = _("Frozen reports")
    rows = [list(row) for row in closed.reports.order_by("id").values_list("name", "subject", "fingerprint")]
    heads = [Head(_("Subject")), Head(_("Code")), Head(_("Fingerprint"), widest=70)]
    notes = (
        _("Counted as of %(on)s. Fingerprint of the whole year: %(fingerprint)s")
        % {"on": closed.on.isoformat(), "fingerprint": closed.fingerprint},
    )
    book = Workbook(title=str(closed), author=settings.OFFICE_NAME, at=at)
    book.table(Table(name, f"{closed} {name}", heads, rows, notes))
    return book.bytes()
