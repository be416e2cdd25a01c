"""Matters, suggestions and inspections of the demo county that are under way, each step by the action itself.

Every step has its day, counted back from the day on which the demo is loaded; all of them are taken in the order of
their days, as they would have been. What they are about stands in ``reports.demo_matters``.
"""

import io
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import itemgetter

from django.utils import timezone
from PIL import Image, ImageDraw

from constituents import actions
from constituents.models import DeclineReason, Engagement, Petition, Referral, ResultClass, Suggestion
from deputies.models import Deputy
from liaison_stations.actions import TurnRefused, ask_swap
from liaison_stations.models import ReceptionDuty, Station
from liaison_stations.pages import turns_in_exchange
from office.models import Unit, User
from office.uploads import Cleaned
from reports import demo_matters
from visits.actions import raise_matter

OF_UNITS = frozenset({"accept", "give_back", "ask_time", "reply"})
OF_REFERRALS = OF_UNITS | {"extend", "refuse_time", "pause", "resume", "urge", "recall"}
DATED = frozenset(
    {"hand_over", "forward", "route", "feed_back", "judge", "name_complained", "submit", "file", "route_suggestion"}
    | {"judge_suggestion", "hold"}
    | OF_REFERRALS - {"refuse_time"}
)
_FIRST_HOUR, _LAST_HOUR = 9, 17


@dataclass(frozen=True)
class People:
    """Who plays a part: the sign-ins by their names, the deputies who write, the stations and the units."""

    users: dict[str, User]
    deputies: dict[str, Deputy]
    stations: dict[str, Station]
    units: dict[str, Unit]


class _Play:
    """The rows that have come to be so far, by the names they have in the script."""

    def __init__(self, people: People, on: date, at: datetime):
        self.people, self.on, self.at = people, on, at
        self.rows = {}
        self.reasons = {one.key: one for one in DeclineReason.objects.all()}
        self.results = {one.key: one for one in ResultClass.objects.all()}

    def run(self):
        """Take all steps, the earliest day first; on one day in the order of the script, an hour apart."""
        steps = [(step[0], matter, step) for matter in demo_matters.SCRIPT for step in matter.steps]
        hours = {}
        for days, matter, (_days, verb, *told) in sorted(steps, key=itemgetter(0), reverse=True):
            hours[days] = min(hours.get(days, _FIRST_HOUR - 1) + 1, _LAST_HOUR)
            self._take(matter, verb, dict(*told), **self._when(days, hours[days]))

    def _when(self, days, hour):
        day = self.on - timedelta(days=days)
        return {"on": day, "at": min(datetime.combine(day, time(hour), timezone.get_current_timezone()), self.at)}

    def _take(self, matter, verb, told, on, at):
        by = self._by(matter, verb, told.pop("by", None))
        told = {name: self._meant(name, value) for name, value in told.items()}
        if verb == "route":
            told["brief"] = f"{matter.words}{told['brief']}"
        when = {"by": by, "at": at, "on": on}
        if verb in ("register", "write", "ask"):
            self.rows[matter.name] = getattr(self, f"_{verb}")(matter, told, when)
            return
        if verb not in DATED:
            del when["on"]
        getattr(actions, verb)(self._about(matter, verb), **when, **told)

    def _by(self, matter, verb, named):
        if named is None and verb in OF_UNITS:
            unit = self._lead(matter).unit_id
            named = next(name for name, one in self.people.units.items() if one.pk == unit)
        return self.people.users[named or matter.by]

    def _meant(self, name, value):
        """The rows for the names that stand in the script."""
        people = self.people
        known = {"unit": people.units, "reason": self.reasons, "result": self.results, "into": self.rows}
        if name == "assisting" or name == "units":
            return [people.units[one] for one in value]
        if name in ("signers", "sources"):
            return [(people.deputies if name == "signers" else self.rows)[one] for one in value]
        if name == "result" and value not in self.results:
            return value
        return known[name].get(value, value) if name in known else value

    def _about(self, matter, verb):
        row = self.rows[matter.name]
        return self._lead(matter) if verb in OF_REFERRALS else type(row).objects.get(pk=row.pk)

    def _lead(self, matter) -> Referral:
        row = self.rows[matter.name]
        return row.referrals.get(Referral.IN_HAND, part=Referral.Part.LEAD)

    def _register(self, matter, told, when) -> Petition:
        station = self.people.stations[matter.station]
        deputy = self.people.deputies.get(matter.deputy)
        files = [_picture(one) for one in told.pop("files", ())]
        words = {"visitor": matter.visitor, "phone": matter.phone, "situation": matter.words, "request": matter.wanted}
        about = {"station": station, "deputy": deputy, "category": matter.category, "files": files}
        return actions.register(**when, **about, **words, **told)

    def _write(self, matter, told, when) -> Suggestion:
        text = {"title": matter.title, "grounds": matter.words, "proposal": matter.wanted}
        return actions.write(**when, deputy=self.people.deputies[matter.deputy], **text, **told)

    def _ask(self, matter, told, when) -> Engagement:
        planned = told.pop("in_days", None)
        day = {} if planned is None else {"planned_on": self.on + timedelta(days=planned)}
        petition = self.rows.get(told.pop("because", None))
        deputy = self.people.deputies[matter.deputy]
        return actions.ask(
            **when, deputy=deputy, about=matter.words, place=matter.title, petition=petition, **day, **told
        )


def add(people: People, *, on: date, at: datetime):
    """Everything of the script as of the day ``on``, a matter from a contact of this month, a question about a turn."""
    play = _Play(people, on, at)
    play.run()
    _raise_from_a_contact(people, at)
    _ask_for_a_swap(people, on, at)


def _raise_from_a_contact(people, at):
    deputy = people.deputies["deputy"]
    visit = deputy.visits.filter(petition=None, activity=None).order_by("-happened_on", "-pk").first()
    if visit is None:
        return
    raise_matter(
        visit,
        by=people.users["deputy"],
        at=at,
        on=visit.happened_on,
        station=people.stations["home"],
        to="代表小组组长",
        visitor=visit.household.head if visit.household else visit.met,
        phone=visit.household.phone if visit.household else "",
        situation="走访时反映：村卫生室周末没有人值班，老人看病要到镇上。",
        request="希望卫生室周末安排值班。",
    )


def _ask_for_a_swap(people, on, at):
    """The leader of the group offers one of the coming turns for one of the deputy's, who has not answered yet."""
    coming = ReceptionDuty.objects.filter(deputy=people.deputies["groupleader"], reception__planned_on__gt=on)
    for duty in coming.filter(turn_requests=None).select_related("reception").order_by("reception__planned_on"):
        for theirs in turns_in_exchange(duty, on).filter(deputy=people.deputies["deputy"], turn_requests=None):
            with suppress(TurnRefused):
                ask_swap(duty.pk, by=people.users["groupleader"], at=at, on=on, to_duty=theirs, reason="当天外出")
                return


def _picture(name) -> Cleaned:
    """A small drawing in place of a photograph."""
    picture = Image.new("RGB", (480, 320), "#e9edf1")
    pen = ImageDraw.Draw(picture)
    pen.polygon([(0, 320), (180, 120), (300, 120), (480, 320)], fill="#8b949e")
    pen.line([(240, 320), (240, 130)], fill="#ffffff", width=6)
    pen.ellipse([(200, 230), (290, 270)], fill="#3d444d")
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=80)
    return Cleaned(name, "jpg", content.getvalue())
