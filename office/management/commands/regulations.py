import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import regulations, workdays
from office.dated_files import FileRefused, opened
from office.regulations.entries import RegulationEntry, RuleSetsEntry


class Command(BaseCommand):
    help = "Check one data file: a regulation text with its rules, the rule sets, or a year of the calendar."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", required=True, type=Path, metavar="FILE", help="the file; nothing is loaded")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, check, json: bool, **options):
        try:
            entry = _read(check)
        except FileRefused as refused:
            if json:
                self.stdout.write(_as_json(ok=False, file=refused.file, line=refused.line, reason=refused.reason))
            raise CommandError(str(refused)) from refused
        if json:
            self.stdout.write(_as_json(ok=True, file=check.name, line=None, reason=""))
        else:
            self.stdout.write(_("%(file)s is right: %(content)s") % {"file": check.name, "content": _content(entry)})


def _read(file: Path):
    _top, table = opened(file)
    return workdays.read_file(file) if "year" in table else regulations.read_file(file)


def _content(entry) -> str:
    if isinstance(entry, RegulationEntry):
        counts = {"key": entry.key, "title": entry.title, "clauses": len(entry.clauses), "rules": len(entry.rules)}
        return _("%(key)s “%(title)s”, %(clauses)d clauses, %(rules)d rules") % counts
    if isinstance(entry, RuleSetsEntry):
        return _("%(sets)d rule sets, %(uses)d uses") % {"sets": len(entry.sets), "uses": len(entry.uses)}
    return _("the holidays of %(year)d, %(n)d of them") % {"year": entry.year, "n": len(entry.holidays)}


def _as_json(**answer) -> str:
    return json.dumps(answer, ensure_ascii=False)
