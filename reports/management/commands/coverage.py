from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reports import coverage


class Command(BaseCommand):
    help = "Write docs/coverage.md: every rule of the texts and the laws, what carries it out, which test proves it."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")

    def handle(self, *, check, **options):
        page = coverage.page()
        now = coverage.FILE.read_text("utf-8") if coverage.FILE.exists() else ""
        if check and now != page:
            raise CommandError(_("docs/coverage.md is out of date: run manage.py coverage."))
        if now != page:
            coverage.FILE.write_text(page, "utf-8")
        self.stdout.write(_("docs/coverage.md is up to date."))
