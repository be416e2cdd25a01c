import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import clock, first_use
from office.workbooks import WorkbookRefused
from visits import county_import, error_workbook

ENDINGS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et"}
NO_WORKBOOKS = {".csv", ".doc", ".docx", ".wps", ".pdf"}
"""Files that an office may take for workbooks: they are not read, but named."""


def _workbooks(folder: str) -> list[Path]:
    path = Path(folder)
    if not path.is_dir():
        raise CommandError(_("There is no folder %s.") % folder)
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith(("~$", ".")))
    found = [file for file in files if file.suffix.lower() in ENDINGS]
    if not found:
        raise CommandError(_("There is no workbook (.xlsx, .xls, .ods) in %s.") % folder)
    return found + [file for file in files if file.suffix.lower() in NO_WORKBOOKS]


class Command(BaseCommand):
    help = "Read a county's workbooks: roster, contact households, stations, contact ledger, petition register."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", help="the folder with the workbooks")
        parser.add_argument("--check", action="store_true", help="preview: write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument("--problems", metavar="FILE", help="write what was not understood to this .xlsx")

    def handle(self, *, folder, check, json: bool, problems, **options):
        paths = _workbooks(folder)
        first_use.make_ready(rules=not check)
        try:
            result = county_import.run(paths, by=None, at=clock.now(), check=check)
        except WorkbookRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if problems:
            error_workbook.write(result.problems, Path(problems), at=clock.now())
        self.stdout.write(_as_json(result) if json else _as_text(result, check))


def _as_json(result) -> str:
    return json.dumps(result.as_json(county_import.KINDS), ensure_ascii=False)


def _as_text(result, check) -> str:
    lines = [_("Preview; nothing was written.") if check else _("Imported.")]
    told = _("created %(created)d, updated %(updated)d, unchanged %(unchanged)d, left out %(rejected)d")
    for kind in county_import.KINDS:
        lines.append(f"  {county_import.NAMES[kind]}  {told % vars(result.tallies[kind])}")
    lines.append(_("Not understood or to be looked at: %d") % len(result.problems))
    lines += [f"  {p.file} {p.sheet} {p.row} {p.column}: {p.reason}" for p in result.problems]
    return "\n".join(lines)
