from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import clock
from office.management.arguments import tables
from reports.persons import erasing, finding, handing_out


class Command(BaseCommand):
    help = "Find what is held about one person; write it to one file, or erase it."

    def add_arguments(self, parser):
        parser.add_argument("--find", required=True, metavar="TEXT", help="name, telephone, register number, user name")
        parser.add_argument("--person", nargs="+", default=(), metavar="KEY", help="where several persons fit")
        parser.add_argument(
            "--export", metavar="FILE", help=".xlsx: the workbook alone; otherwise a zip with the files"
        )
        parser.add_argument("--erase", action="store_true", help="erase what need not stay, after --export if both")
        parser.add_argument("--reason", default="", help="why it is erased, for the record")
        parser.add_argument("--dry-run", action="store_true", help="with --erase: say what would be erased")

    def handle(self, *, find, person, export, erase, reason, dry_run, **options):
        with tables():
            found = self._one(find, person)
            for line in (found.masked, *(f"  {kind}" for kind in found.kinds)):
                self.stdout.write(line)
            if export:
                self._export(found, Path(export))
            if erase:
                self._erase(found, reason, dry_run)

    def _one(self, text, keys):
        try:
            return finding.one(text, keys=keys)
        except finding.NotClear as unclear:
            if not unclear.people:
                raise CommandError(_("Nothing is held under this name or number.")) from None
            lines = [f"  {one.key}  {one.masked}  {'、'.join(one.kinds)}" for one in unclear.people]
            text = _("Several persons fit. Name the one with --person KEY (or several that are one):")
            raise CommandError("\n".join([text, *lines])) from None

    def _export(self, found, out):
        content = handing_out.hand_out(found, by=None, at=clock.now(), name=out.name)
        try:
            out.write_bytes(content)
        except OSError as error:
            told = {"file": out, "reason": error.strerror}
            raise CommandError(_("%(file)s cannot be written: %(reason)s") % told) from error
        self.stdout.write(_("Written: %s") % out)

    def _erase(self, found, reason, dry_run):
        if not reason and not dry_run:
            raise CommandError(_("Say why with --reason: it stands in the record of the erasure."))
        for row, kept in erasing.erasable(found.records):
            if not kept and not dry_run:
                erasing.erase(row, why="request", by=None, at=clock.now(), note=reason[:200])
            told = kept or (_("would be erased") if dry_run else _("erased"))
            self.stdout.write(f"  {finding.key_of(row)}: {told}")
