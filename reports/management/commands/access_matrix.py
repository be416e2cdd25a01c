import json
import sys
from contextlib import redirect_stdout

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import clock
from reports.probe import county, throwaway
from reports.probe.asker import Asker
from reports.probe.matrix import Matrix


class Command(BaseCommand):
    help = (
        "Ask every address as every role for rows out of sight, on a database of its own; what comes through is a leak."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        parser.add_argument("--only", default="*", help='names of addresses, such as "visits:*"')

    def handle(self, *, json: bool, only: str, **options):
        with redirect_stdout(sys.stderr), throwaway.database(), throwaway.quiet_house():
            probe = county.build(clock.today())
            result = Matrix(probe, Asker(probe), only=only).run()
        self.stdout.write(_as_json(result) if json else _as_words(result))
        if result.leaks:
            raise CommandError(_("%d leaks.") % len(result.leaks))


def _as_json(result) -> str:
    figures = {"cells": result.cells, "urls": len(result.addresses), "roles": len(result.roles)}
    return json.dumps({**figures, "leaks": [str(leak) for leak in result.leaks]}, ensure_ascii=False)


def _as_words(result) -> str:
    told = {"cells": result.cells, "urls": len(result.addresses), "roles": len(result.roles)}
    lines = [str(leak) for leak in result.leaks]
    return "\n".join([*lines, _("%(cells)d questions: %(urls)d addresses, %(roles)d roles.") % told])
