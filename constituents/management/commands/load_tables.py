import json

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from constituents import reference


class Command(BaseCommand):
    help = "Load the tables an office starts with (reasons, classes, texts, words); what it edited stays. Repeatable."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, json: bool, verbosity, **options):
        counts = reference.load()
        if json or verbosity:
            self.stdout.write(_as_json(counts) if json else _as_words(counts))


def _as_json(counts) -> str:
    return json.dumps(counts, ensure_ascii=False)


def _as_words(counts) -> str:
    line = _("New: %(reasons)d reasons, %(results)d classes of results, %(snippets)d policy texts, %(words)d words.")
    return line % counts
