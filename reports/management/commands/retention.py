import json

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from office import clock
from office.management.arguments import day, tables
from reports.persons import retention
from reports.persons.wording import KINDS


class Command(BaseCommand):
    help = "Erase the personal data whose retention period is over; figures stay as they are."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, help="as on this day (default: today)")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, say what would be erased")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, on, dry_run, json: bool, **options):
        on = on or clock.today()
        with tables():
            told = retention.run(on=on, at=clock.now(), dry_run=dry_run)
        if json:
            self.stdout.write(_json({"on": on.isoformat(), "dry_run": dry_run, **told}))
            return
        heading = _("Would be erased on %s:") if dry_run else _("Erased on %s:")
        self.stdout.write(heading % on.isoformat())
        for kind, number in told.items():
            self.stdout.write(f"  {KINDS[kind]}: {number}")


def _json(told) -> str:
    return json.dumps(told, ensure_ascii=False)
