"""What the commands of closed years have in common: which year was meant, and a difference in one line."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from office.models import Jurisdiction
from office.word.drawing import said
from reports.annual.word import RECORDS
from reports.closing import CannotClose, Difference, standing_of
from reports.forms import YEARS
from reports.models import ClosedYear
from reports.subjects import find


def arguments(parser):
    """Which year of which county, and how it is told."""
    parser.add_argument("year", metavar="YEAR")
    parser.add_argument("--county", metavar="CODE", help="code of the county, where there are several")
    parser.add_argument("--json", action="store_true")


def year_of(text: str) -> int:
    """The year that was typed; CommandError where it is none."""
    if not (text.isascii() and text.isdigit() and int(text) in YEARS):
        raise CommandError(_("“%(text)s” is not a year; write it like 2026.") % {"text": text}, returncode=2)
    return int(text)


def county_of(code: str | None) -> str:
    """The county as a subject; without a code it must be the only one."""
    return f"county:{find(f'county:{code}' if code else 'county')[0].key}"


def closed_year(code: str | None, year: str) -> ClosedYear:
    """The closing that stands; CannotClose where the year is not closed."""
    number = year_of(year)
    place = Jurisdiction.objects.get(code=county_of(code).partition(":")[2])
    closed = standing_of(place, number)
    if closed is None:
        raise CannotClose(_("%(county)s %(year)d is not closed.") % {"county": place, "year": number})
    return closed


def line(difference: Difference) -> str:
    """One difference: whose figure, what it was and would be, and the records that went and came, by kind and key."""
    keys = [f"-{key}" for key in difference.gone] + [f"+{key}" for key in difference.new]
    records = f"{RECORDS.get(difference.records, difference.records)} {' '.join(keys)}" if keys else ""
    values = f"{said(difference.was) or '–'} → {said(difference.now) or '–'}"
    return (
        f"{difference.subject} {difference.name}  {difference.label}（{difference.key}）：{values}  {records}".rstrip()
    )
