import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import clock
from office.management.arguments import tables
from reports import closing
from reports.management.years import arguments, closed_year
from reports.subjects import UnknownSubject


class Command(BaseCommand):
    help = "Open a closed year again, for a reason that stays on record; what was frozen stays as history."

    def add_arguments(self, parser):
        arguments(parser)
        parser.add_argument("--reason", required=True)

    def handle(self, *, year, county, reason, json: bool, **options):
        try:
            with tables():
                row = closing.reopen(closed_year(county, year), by=None, at=clock.now(), reason=reason)
        except (closing.CannotClose, UnknownSubject) as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stdout.write(_json(row) if json else _("%s is open again.") % row)


def _json(row) -> str:
    told = {
        "year": row.year,
        "county": row.jurisdiction.code,
        "reopened_at": row.reopened_at.isoformat(),
        "reason": row.reopened_reason,
    }
    return json.dumps(told, ensure_ascii=False)
