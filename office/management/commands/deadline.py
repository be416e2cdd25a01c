import json

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from office.deadlines import Reckoning, Uncountable, reckon
from office.management.arguments import day
from office.workdays import Calendar


class Command(BaseCommand):
    help = "Reckon a deadline and show every day that was counted or skipped. Works without any data."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="start", metavar="DATE", help="the day on which it begins, e.g. 2026-02-12")
        parser.add_argument("--amount", metavar="N", help="how many days, working days or months")
        parser.add_argument("--unit", metavar="UNIT", help="days, working-days or months")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, start, amount, unit, json: bool, **options):
        if None in (start, amount, unit):
            raise CommandError(_("Say from when, how many and in which unit: --from 2026-02-12 --amount 5 --unit days"))
        try:
            reckoning = reckon(day(start), _number(amount), unit, calendar=_calendar())
        except Uncountable as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(_as_json(reckoning) if json else _as_words(reckoning))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise CommandError(_("“%s” is no number of days: write a whole number from 0 on.") % text)
    return int(text)


def _calendar() -> Calendar:
    try:
        return Calendar.load()
    except (OperationalError, ProgrammingError):  # no tables yet, or no database at all
        return Calendar.from_files()


def _as_json(reckoning: Reckoning) -> str:
    steps = [{"date": step.date.isoformat(), "counted": step.counted, "why": step.why} for step in reckoning.steps]
    told = {"due": reckoning.due.isoformat(), "steps": steps, "warnings": reckoning.warnings}
    return json.dumps(told, ensure_ascii=False)


def _as_words(reckoning: Reckoning) -> str:
    lines = [f"{_dated(step.date)}  {'+' if step.counted else '–'} {step.why}" for step in reckoning.steps]
    return "\n".join([*lines, _("Due on %s") % _dated(reckoning.due), *reckoning.warnings])


def _dated(on) -> str:
    return f"{on} {WEEKDAYS[on.weekday()]}"
