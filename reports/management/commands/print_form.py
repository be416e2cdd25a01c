import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import gettext as _

from office import clock, typed, whole_files
from office.pdf import PaperRefused, pages_of
from office.workdays import YEARS
from reports.management.years import year_of
from reports.printing import audit, records
from reports.printing.kinds import COPIES, FORMS, Asked, CannotPrint


class Command(BaseCommand):
    help = "Write one paper of the office as a PDF: filled from a record, or blank without one."

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", metavar="NAME", help="--list prints the names")
        parser.add_argument("--list", action="store_true", help="print every name with what it is, and nothing else")
        for kind in records.KINDS:
            parser.add_argument(f"--{kind}", metavar="ID")
        parser.add_argument("--year")
        parser.add_argument("--month", metavar="YYYY-MM")
        parser.add_argument("--copies", metavar="N")
        parser.add_argument("--blank", action="store_true", help="to be filled in by hand")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument("--out", metavar="FILE.pdf")

    def handle(self, *, name, out, **options):
        if options["list"]:
            self._list(as_json=options["json"])
        else:
            self._print(_form(name), out, options)

    def _print(self, form, out, options):
        if not out:
            raise CommandError(_("Say with --out FILE.pdf where the paper goes."))
        asked = Asked(on=clock.today()) if options["blank"] else _asked(form, options)
        content = _printed(form, asked, _copies(form, options["copies"]))
        try:
            whole_files.write(Path(out), content)
        except whole_files.Unwritable as refused:
            raise CommandError(str(refused)) from refused
        audit.record(form, asked, at=clock.now(), reason="command")
        self._say(form, out, content, as_json=options["json"])

    def _list(self, *, as_json):
        if as_json:
            told = [{"name": one.name, "title": str(one.title), "of": list(one.of)} for one in FORMS.values()]
            self.stdout.write(json.dumps({"forms": told}, ensure_ascii=False))
            return
        for form in FORMS.values():
            options = "  ".join(f"[--{kind} ID]" for kind in form.of)
            self.stdout.write(f"{form.name:<20}{form.title}: {form.purpose}  {options}")

    def _say(self, form, out, content, *, as_json):
        told = {"form": form.name, "file": out, "pages": pages_of(content)}
        words = _("%(title)s → %(file)s") % {"title": form.title, "file": out}
        self.stdout.write(json.dumps(told, ensure_ascii=False) if as_json else words)


def _form(name):
    if name in FORMS:
        return FORMS[name]
    known = "\n".join(f"  {form.name:<20}{form.title}" for form in FORMS.values())
    raise CommandError(_("There is no paper “%(name)s”. There are:\n%(known)s") % {"name": name or "", "known": known})


def _asked(form, options) -> Asked:
    given = [kind for kind in records.KINDS if options[kind] is not None]
    if len(given) > 1 or set(given) - set(form.of):
        known = "、".join(f"--{kind}" for kind in form.of)
        raise CommandError(_("%(form)s is filled from one of: %(known)s") % {"form": form.name, "known": known})
    row = _row(given[0], options[given[0]]) if given else None
    period = {"year": options["year"] and year_of(str(options["year"])), "month": _month(options["month"])}
    if not given and not form.by_period:
        period = {}
    return Asked(kind=given[0] if given else "", row=row, on=clock.today(), address=_address(), **period)


def _row(kind, text):
    row = records.find(kind, typed.key(text))
    if row is None:
        raise CommandError(_("There is no record with the id %(pk)s (--%(kind)s).") % {"kind": kind, "pk": text})
    return row


def _month(text):
    if text is None:
        return None
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = None
    if first is None or first.year not in YEARS:
        raise CommandError(_("“%s” is not a month; write it like 2026-03.") % text)
    return first


def _copies(form, copies) -> int:
    wanted = form.copies if copies is None else typed.number(copies)
    if not 1 <= wanted <= COPIES:
        raise CommandError(_("From 1 to %d copies at once.") % COPIES)
    return wanted


def _address() -> str:
    """The public page, where the site's own address is known."""
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    return f"{origin}{reverse('constituents:public')}" if origin else ""


def _printed(form, asked, copies) -> bytes:
    try:
        return form.paper(asked).pdf(copies)
    except (CannotPrint, PaperRefused) as refused:
        raise CommandError(str(refused)) from refused
