import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import clock
from office.management.arguments import tables
from reports import closing
from reports.management.years import arguments, county_of, year_of
from reports.subjects import UnknownSubject


class Command(BaseCommand):
    help = "Close a year: its annual reports are frozen as they stand today. A closed year stays as it is."

    def add_arguments(self, parser):
        arguments(parser)

    def handle(self, *, year, county, json: bool, **options):
        at = clock.now()
        try:
            with tables():
                done = closing.close(county_of(county), year_of(year), by=None, at=at, on=clock.local_date(at))
        except (closing.CannotClose, UnknownSubject) as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stdout.write(_json(done) if json else _sentence(done))


def _json(done) -> str:
    row = done.year
    told = {
        "year": row.year,
        "county": row.jurisdiction.code,
        "is_new": done.is_new,
        "on": row.on.isoformat(),
        "closed_at": row.closed_at.isoformat(),
        "documents": row.reports.count(),
        "fingerprint": row.fingerprint,
    }
    return json.dumps(told, ensure_ascii=False)


def _sentence(done) -> str:
    told = {"year": done.year, "on": done.year.on.isoformat(), "fingerprint": done.year.fingerprint}
    if done.is_new:
        return _("%(year)s closed, as it stood on %(on)s. Fingerprint %(fingerprint)s") % told
    return _("%(year)s was closed already, as it stood on %(on)s. Fingerprint %(fingerprint)s") % told
