import errno
import os
from contextlib import suppress
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import clock
from reports import annual_xlsx
from reports.forms import YEARS
from reports.subjects import UnknownSubject

FORMATS = {"xlsx": annual_xlsx.make}
REASONS = {
    errno.ENOENT: gettext_lazy("the folder does not exist"),
    errno.ENOTDIR: gettext_lazy("the folder does not exist"),
    errno.EISDIR: gettext_lazy("there is a folder of this name"),
    errno.EACCES: gettext_lazy("not allowed"),
    errno.EROFS: gettext_lazy("not allowed"),
    errno.ENOSPC: gettext_lazy("the disk is full"),
    errno.ENAMETOOLONG: gettext_lazy("the name is too long"),
}


class Command(BaseCommand):
    help = "Write the annual duty report of a county, township, group, station or deputy to a file."

    def add_arguments(self, parser):
        parser.add_argument("--year", required=True)
        parser.add_argument(
            "--subject", required=True, metavar="county|county:CODE|town:CODE|group:ID|station:ID|deputy:ID"
        )
        parser.add_argument("--format", default="xlsx", metavar="xlsx")
        parser.add_argument("--out", required=True, metavar="FILE")

    def handle(self, *, year, subject, format, out, **options):
        try:
            title, content = _maker(format)(subject, _year(year), at=clock.now())
        except (UnknownSubject, annual_xlsx.NothingRecorded) as refused:
            raise CommandError(str(refused)) from refused
        _write(Path(out), content)
        self.stdout.write(_("%(title)s → %(file)s") % {"title": title, "file": out})


def _maker(name):
    if name not in FORMATS:
        known = "、".join(FORMATS)
        text = _("The format “%(name)s” is not known; known are: %(known)s")
        raise CommandError(text % {"name": name, "known": known})
    return FORMATS[name]


def _year(text) -> int:
    if not (text.isascii() and text.isdigit() and int(text) in YEARS):
        raise CommandError(_("“%(text)s” is not a year; write it like 2026.") % {"text": text})
    return int(text)


def _write(out: Path, content: bytes):
    """Beside its place first, then moved there whole: whoever looks finds the old file or the new one."""
    beside = out.parent / f".annual-report-{os.getpid()}"
    try:
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(out)
    except OSError as error:
        text = _("%(file)s cannot be written: %(reason)s")
        raise CommandError(text % {"file": out, "reason": REASONS.get(error.errno, error.strerror)}) from error
    finally:
        with suppress(OSError):
            beside.unlink()
