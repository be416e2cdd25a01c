import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from liaison_stations import plan
from liaison_stations.models import Station
from office import clock
from office.management.arguments import tables


class Command(BaseCommand):
    help = "Show the receptions that a year would have at each station, with whose turn it is. Writes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--year", metavar="Y", help="the year, e.g. 2027")
        parser.add_argument("--station", metavar="ID", help="one station alone, by its key")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, year, station, json: bool, **options):
        with tables():
            planned = _planned(year, station)
        for warning in planned.warnings:
            self.stderr.write(warning)
        self.stdout.write(_as_json(planned) if json else _as_words(planned))


def _planned(year, station) -> plan.Plan:
    if year is None:
        raise CommandError(_("For which year? Write --year 2027."))
    try:
        return plan.of_year(_number(year), _stations(station), on=clock.today())
    except plan.NoYear as problem:
        raise CommandError(str(problem)) from problem


def _stations(station) -> list[Station]:
    if station is None:
        return list(Station.objects.order_by("number"))
    found = list(Station.objects.filter(pk=_number(station)))
    if not found:
        raise CommandError(_("There is no station with the key %s.") % station)
    return found


def _number(text) -> int:
    text = str(text)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise CommandError(_("“%s” is no whole number.") % text)
    return int(text)


def _as_json(planned: plan.Plan) -> str:
    sessions = [_session(one) for one in planned.sessions]
    turns = [
        {"station": str(share.station), "fewest": share.fewest, "most": share.most, "turns": dict(share.turns)}
        for share in planned.shares
    ]
    told = {"year": planned.year, "sessions": sessions, "turns": turns, "warnings": planned.warnings}
    return json.dumps(told, ensure_ascii=False)


def _session(one: plan.Planned) -> dict:
    """``state`` is ``new``, ``there`` (stands already and is kept) or ``past`` (over: it would not be written)."""
    at = one.reception or one.session
    return {
        "station": str(one.station),
        "station_id": one.station.pk,
        "date": one.day.isoformat(),
        "start": at.starts_at and f"{at.starts_at:%H:%M}",
        "end": at.ends_at and f"{at.ends_at:%H:%M}",
        "deputies": one.deputies,
        "moved_from": one.moved_from and one.moved_from.isoformat(),
        "moved_why": one.moved_why,
        "state": one.state,
    }


def _as_words(planned: plan.Plan) -> str:
    return "\n".join(map(_line, planned.sessions)) or _("No reception.")


def _line(one: plan.Planned) -> str:
    moved = f"  {_('moved from %s') % one.moved_from} ({one.moved_why})" if one.moved_from else ""
    names = "、".join(one.deputies) or _("no deputy yet")
    return f"{one.day} {WEEKDAYS[one.day.weekday()]} {one.hours}  {one.station}  {names}{moved}"
