import json
import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office.management.arguments import tables
from reports import closing
from reports.management.years import arguments, closed_year, line
from reports.subjects import UnknownSubject


class Command(BaseCommand):
    help = "Recount a closed year from its records. It ends with 0 when every figure is as it was frozen, else with 1."

    def add_arguments(self, parser):
        arguments(parser)

    def handle(self, *, year, county, json: bool, **options):
        try:
            with tables():
                closed = closed_year(county, year)
                recount = closing.recount(closed)
        except (closing.CannotClose, UnknownSubject) as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stdout.write(_json(closed, *recount) if json else _sentences(closed, *recount))
        if recount.fingerprint != closed.fingerprint:
            sys.exit(1)


def _json(closed, now, found) -> str:
    told = {
        "year": closed.year,
        "county": closed.jurisdiction.code,
        "on": closed.on.isoformat(),
        "same": now == closed.fingerprint,
        "fingerprint": closed.fingerprint,
        "fingerprint_now": now,
        "differences": [difference.as_json() for difference in found],
    }
    return json.dumps(told, ensure_ascii=False)


def _sentences(closed, now, found) -> str:
    told = {"year": closed, "on": closed.on.isoformat(), "n": len(found)}
    if now == closed.fingerprint:
        return _("%(year)s, as it stood on %(on)s: every figure is as it was frozen.") % told
    heading = _("%(year)s, as it stood on %(on)s: %(n)d figures would be different now.") % told
    return "\n".join([heading, *(line(difference) for difference in found)])
