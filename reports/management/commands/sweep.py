import json
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from office import clock
from office.management.arguments import day, tables
from reports.sweep import sweep


class Command(BaseCommand):
    help = "Raise and clear the flags as of a day; run again it changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--on", help="the local date to judge, e.g. 2026-03-01; today when left out")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, on, json: bool, **options):
        on = day(on) if on else clock.today()
        with tables():
            results = {key: asdict(counts) for key, counts in sweep(on=on).items()}
        self.stdout.write(_as_json(results) if json else _as_text(results, on))


def _as_json(results) -> str:
    return json.dumps(results, ensure_ascii=False)


def _as_text(results, on) -> str:
    lines = [_("Sweep of %s") % on.isoformat()]
    for key, counts in results.items():
        told = _("raised %(raised)d, cleared %(cleared)d, unchanged %(unchanged)d") % counts
        lines.append(f"  {key}  {told}")
    if not results:
        lines.append(_("No rule is loaded that the sweep could judge; run load_regulations first."))
    return "\n".join(lines)
