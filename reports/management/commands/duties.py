import json
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from office import clock
from office.management.arguments import day, tables
from reports.duties import Duty, State, duties
from reports.subjects import EVERYTHING, UnknownSubject, find


class Command(BaseCommand):
    help = "List every duty of a period: what was asked of whom, what was done, what is missing and why."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", metavar="DATE", required=True, help="e.g. 2026-10-01")
        parser.add_argument("--to", dest="last", metavar="DATE", required=True, help="e.g. 2026-10-31")
        parser.add_argument(
            "--subject", metavar="county|county:CODE|town:CODE|group:ID|station:ID|deputy:ID", help="all when left out"
        )
        parser.add_argument("--on", help="as it stood on this local date; today when left out")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, first, last, subject, on, json: bool, **options):
        first, last = day(first), day(last)
        if last < first:
            raise CommandError(_("The last day lies before the first."))
        on = day(on) if on else clock.today()
        with tables():
            found = duties(first, last, on=on, subject=_subject(subject))
        self.stdout.write(_as_json(found) if json else _as_text(found))


def _subject(text):
    try:
        return find(text)[0] if text else EVERYTHING
    except UnknownSubject as unknown:
        raise CommandError(str(unknown)) from unknown


def _as_json(found: list[Duty]) -> str:
    told = [
        {
            "rule": duty.rule.clause.key,
            "subject": duty.subject,
            "name": duty.name,
            "period": duty.period,
            "from": duty.first.isoformat(),
            "to": duty.last.isoformat(),
            "required": duty.required,
            "done": duty.done,
            "missing": duty.missing,
            "state": duty.state,
            "excluded": duty.excluded,
            "why": duty.why,
        }
        for duty in found
    ]
    return json.dumps({"duties": told}, ensure_ascii=False)


def _as_text(found: list[Duty]) -> str:
    """By rule how many stand how, and then each that is missing."""
    if not found:
        return _("Nothing is asked in this period.")
    lines = []
    for key in dict.fromkeys(duty.rule.clause.key for duty in found):
        counted = Counter(duty.state for duty in found if duty.rule.clause.key == key)
        told = "，".join(f"{state.label} {counted[state]}" for state in State if counted[state])
        lines.append(f"{key}  {told}")
        lines += [_line(duty) for duty in found if duty.rule.clause.key == key and duty.state == State.MISSED]
    return "\n".join(lines)


def _line(duty: Duty) -> str:
    return f"  {duty.name} {duty.period} {duty.done}/{duty.required} {duty.why}".rstrip()
