import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import clock, whole_files
from office.management.arguments import tables
from reports.annual import formats
from reports.annual.formats import FORMATS
from reports.annual.period import BadPeriod, Period
from reports.forms import YEARS, LetterForm
from reports.subjects import UnknownSubject

STDOUT = "-"
_REFUSED = (UnknownSubject, formats.NothingRecorded, formats.CannotWrite, whole_files.Unwritable)


class Command(BaseCommand):
    help = "Write the duty report of a county, township, group, station or deputy to a file, of a year or of months."

    def add_arguments(self, parser):
        parser.add_argument("--year")
        parser.add_argument("--from", dest="first", metavar="YYYY-MM", help="the first month, instead of a year")
        parser.add_argument("--to", dest="last", metavar="YYYY-MM", help="the last month")
        parser.add_argument(
            "--subject", required=True, metavar="county|county:CODE|town:CODE|group:ID|station:ID|deputy:ID"
        )
        parser.add_argument("--format", default="xlsx", metavar="|".join(FORMATS))
        parser.add_argument("--number", default="", metavar="TEXT", help="the document number (发文字号) of a letter")
        parser.add_argument("--to-office", default="", metavar="TEXT", help="whom the letter is addressed to (主送)")
        parser.add_argument("--signer", default="", metavar="TEXT", help="who signed it off (签发人)")
        parser.add_argument("--out", required=True, metavar="FILE", help="where it is written; - is standard output")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *, year, first, last, subject, format, out, number, to_office, signer, **options):
        _known(format)
        period, around = _period(year, first, last), _letter(number, to_office, signer)
        if out == STDOUT and options["json"]:
            raise CommandError(_("With --out - the report itself goes to standard output; leave out --json."))
        try:
            with tables():
                written = formats.write(subject, period, format, at=clock.now(), **around)
            self._put(out, written.content)
        except _REFUSED as refused:
            raise CommandError(str(refused)) from refused
        self._tell(out, written, options["json"])

    def _put(self, out, content: bytes):
        if out == STDOUT:
            whole_files.send(content, self.stdout)
        else:
            whole_files.write(Path(out), content)

    def _tell(self, out, written, as_json: bool):
        """What was written; nothing beside a report that went to standard output."""
        if out == STDOUT:
            return
        if as_json:
            made = written.document
            told = {"file": out, "fingerprint": made.fingerprint, "figures": sum(1 for _figure in made.figures())}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(_("%(title)s → %(file)s") % {"title": written.document.title, "file": out})


def _known(name):
    if name not in FORMATS:
        known = "、".join(FORMATS)
        text = _("The format “%(name)s” is not known; known are: %(known)s")
        raise CommandError(text % {"name": name, "known": known})


def _letter(number, to_office, signer) -> dict:
    form = LetterForm({"number": number, "to_office": to_office, "signer": signer})
    if form.faults:
        raise CommandError(form.faults)
    return form.cleaned_data


def _period(year, first, last) -> Period:
    if (year is None) == (first is None and last is None):
        raise CommandError(_("Name either --year or --from and --to."))
    if year is None:
        try:
            return Period.between(first or "", last or "")
        except BadPeriod as bad:
            raise CommandError(str(bad)) from bad
    if not (year.isascii() and year.isdigit() and int(year) in YEARS):
        raise CommandError(_("“%(text)s” is not a year; write it like 2026.") % {"text": year})
    return Period.year(int(year))
