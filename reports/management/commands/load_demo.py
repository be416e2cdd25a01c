import unicodedata
from datetime import datetime, time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import clock
from office.management.arguments import day
from reports import demo

FILE = "demo-logins.txt"


class Command(BaseCommand):
    help = "Load the demo county, whose people are all invented, into an empty database; print one login a role."

    def add_arguments(self, parser):
        parser.add_argument("--on", help="as if loaded on this local date, e.g. 2026-12-03")

    def handle(self, *, on, **options):
        at = _instant(day(on)) if on else clock.now()
        if not Deputy.objects.exists():
            _load(at)
        logins = demo.logins()
        if not logins:
            self.stdout.write(_("There are deputies in this database already: the demo county was not loaded."))
            return
        text = _as_text(logins)
        settings.VAR_DIR.mkdir(exist_ok=True)
        (settings.VAR_DIR / FILE).write_text(text + "\n", "utf-8")
        self.stdout.write(text)


def _instant(on):
    """Now, or six in the evening of another day."""
    evening = datetime.combine(on, time(18), timezone.get_current_timezone())
    return clock.now() if on == clock.today() else evening


def _load(at):
    try:
        demo.load(at=at)
    except demo.NamesTaken as taken:
        raise CommandError(str(taken)) from taken


def _as_text(logins) -> str:
    rows = [(_("Role"), _("Sign-in name"), _("Password"), _("Name"))]
    rows += [(login.role, login.username, demo.PASSWORD, login.name) for login in logins]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(_filled, row, widths)).rstrip() for row in rows]
    note = _("Demo county: every person, place and phone number is invented; the password is for looking around only.")
    return "\n".join([note, *lines])


def _width(text: str) -> int:
    """Columns on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
