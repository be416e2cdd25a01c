import json

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from office import clock, clocks, regulations, workdays
from office.dated_files import FileRefused


class Command(BaseCommand):
    help = "Load the regulation texts with their clauses and rules, and the working-day calendar. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("directory", nargs="?", default=regulations.DIRECTORY, help="another folder of such files")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, directory, json: bool, verbosity, **options):
        try:
            counts = _load(directory)
        except FileRefused as refused:
            raise CommandError(str(refused)) from refused
        if json or verbosity:
            self.stdout.write(_as_json(counts) if json else _as_words(counts))


@transaction.atomic
def _load(directory) -> dict:
    """Both or nothing; where a new file changes the calendar, running deadlines move with it."""
    counts = {**regulations.load(on=clock.today(), directory=directory), "calendar": workdays.load()}
    changed = counts["calendar"]
    if changed["created"] or changed["updated"] or changed["removed"]:
        clocks.recompute(by=None, at=clock.now(), why=_("new files of the calendar were loaded"))
    return counts


def _as_json(counts) -> str:
    return json.dumps(counts, ensure_ascii=False)


def _as_words(counts) -> str:
    words = {
        "regulations": sum(counts["regulations"].values()),
        "clauses": sum(counts["clauses"].values()),
        "in_force": counts["in_force"],
        "kept": counts["rules"]["kept"],
    }
    line = _("%(regulations)d texts, %(clauses)d clauses, %(in_force)d rules in force; %(kept)d of the office kept")
    return line % words
