"""What a change of term would do, worked out from the draft and from what is on record; nothing is written.

The reading is a fixed number of queries at any size. What can be known is proposed, what cannot is left open and
named; what somebody chose by hand always wins.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from constituents.models import Designation, LiaisonVoter, Petition, Suggestion
from deputies.models import Deputy, ElectoralDistrict
from liaison_stations.models import ReceptionDuty, Station
from office.models import Rule
from visits.models import Visit
from visits.terms.draft import Seat, first_day, seats

HOMES_AT_MOST = 3
"""D1-3①a: two or three households; the rule in force says otherwise where the office changed it."""
MANY = 300
"""So many mandates may be chosen from at most."""


@dataclass(frozen=True)
class Again:
    """Somebody of the old roster who may be the same person as one of the new: to be confirmed by somebody."""

    seat: Seat
    deputy: Deputy
    # The telephone is the same as well, or it is that of the sign-in.
    sure: bool


@dataclass(frozen=True)
class Passing:
    """One thing of an old deputy, and the mandate to which it goes: empty when it stays without one."""

    pk: int
    row: object
    old: Deputy
    to: str
    choices: tuple[Seat, ...] = ()
    by_hand: bool = False
    continues: bool = False


@dataclass
class Proposal:
    """The whole change as it would be carried out now."""

    plan: dict
    first: date | None
    seats: list[Seat]
    districts: list[ElectoralDistrict]
    old: list[Deputy]
    homes: list[Passing] = field(default_factory=list)
    matters: list[Passing] = field(default_factory=list)
    suggestions: list[Passing] = field(default_factory=list)
    turns: list[Passing] = field(default_factory=list)
    voters: list[LiaisonVoter] = field(default_factory=list)
    stations: dict[int, list[str]] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=dict)
    # Contacts of the new term that those elected again logged before it was opened here.
    contacts: list[int] = field(default_factory=list)

    @cached_property
    def by_key(self) -> dict[str, Seat]:
        return {seat.key: seat for seat in self.seats}

    @cached_property
    def again(self) -> dict[str, int]:
        """Who was confirmed to be elected again: the mandate's key, the old deputy's."""
        known = {deputy.pk for deputy in self.old}
        told = self.plan.get("again", {})
        return {key: pk for key, pk in told.items() if pk in known and key in self.by_key}

    @cached_property
    def follows(self) -> dict[int, list[str]]:
        """For each old district the names of the new ones; an empty list: it is gone."""
        names = {one["name"] for one in self.plan.get("districts", ())}
        told = self.plan.get("map", {})
        return {pk: [name for name in told[str(pk)] if name in names] for pk in self._keys if str(pk) in told}

    @property
    def _keys(self):
        return [one.pk for one in self.districts]

    def near(self, deputy) -> list[Seat]:
        """Whom to choose from where no district follows: the mandates of the township, or all where it has none."""
        there = self._by_place.get(deputy.district.jurisdiction_id, [])
        return there or self.seats[:MANY]

    @cached_property
    def _by_place(self) -> dict[int, list[Seat]]:
        places, found = {one["name"]: one["place"] for one in self.plan.get("districts", ())}, defaultdict(list)
        for seat in self.seats:
            found[places.get(seat.district)].append(seat)
        return found

    @property
    def unmapped(self) -> list[ElectoralDistrict]:
        """Old districts of which it was not said what became of them."""
        return [one for one in self.districts if one.pk not in self.follows]

    @property
    def strange(self) -> list[str]:
        """Districts that the roster names and the list of districts does not."""
        names = {one["name"] for one in self.plan.get("districts", ())}
        return list(dict.fromkeys(seat.district for seat in self.seats if seat.district not in names))

    @property
    def empty(self) -> list[str]:
        """New districts without a deputy in the roster."""
        filled = {seat.district for seat in self.seats}
        return [one["name"] for one in self.plan.get("districts", ()) if one["name"] not in filled]

    @property
    def crowded(self) -> list[str]:
        """Districts with more deputies than one may elect: one to three (选举法)."""
        number = Counter(seat.district for seat in self.seats)
        return [name for name, n in number.items() if n > 3]

    @cached_property
    def alike(self) -> list[Again]:
        """Who may have been elected again: of the same name, the likeliest of several."""
        by_name, found = defaultdict(list), []
        for deputy in self.old:
            by_name[deputy.name].append(deputy)
        for seat in self.seats:
            same = [Again(seat, one, _same_phone(seat, one)) for one in by_name[seat.name]]
            found += sorted(same, key=lambda one: not one.sure)[:1]
        # Who has to be asked about stands first.
        return sorted(found, key=lambda one: one.sure)

    @property
    def maybe(self) -> list[Again]:
        """Of these the ones about whom nobody has said anything yet."""
        told = self.plan.get("again", {})
        return [one for one in self.alike if one.seat.key not in told]

    @property
    def faults(self) -> list[str]:
        """What is missing before it can be carried out, by the step in which it is put right."""
        found = {
            "begin": not self.first or not self.plan.get("ordinal"),
            "districts": not self.plan.get("districts") or bool(self.unmapped),
            "roster": not self.seats or bool(self.strange),
            "again": bool(self.maybe),
        }
        return [step for step, is_open in found.items() if is_open]

    @property
    def left_over(self) -> list[Passing]:
        """Households that stay without a deputy."""
        return [one for one in self.homes if not one.to]

    @property
    def fingerprint(self) -> str:
        """Of all that would be written: whoever confirms has seen just this."""
        passing = {
            name: [(one.pk, one.to) for one in getattr(self, name)]
            for name in ("homes", "matters", "suggestions", "turns")
        }
        rest = [self.stations, self.heads, [one.pk for one in self.voters], self.contacts, [o.pk for o in self.old]]
        told = json.dumps([self.plan, passing, rest], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


def read(change) -> Proposal:
    """Work out what the draft of a change would do."""
    plan, term = change.plan, change.term
    old = Deputy.objects.filter(term=term, end_reason="").select_related("district", "group", "user")
    found = Proposal(
        plan,
        first_day(plan),
        seats(plan),
        list(ElectoralDistrict.objects.filter(term=term).select_related("jurisdiction").order_by("number", "name")),
        list(old.order_by("district__number", "pk")),
    )
    if found.first and found.seats:
        _pass_on(found)
    return found


def _pass_on(found: Proposal):
    new_of = {pk: key for key, pk in found.again.items()}
    in_district = defaultdict(list)
    for seat in found.seats:
        in_district[seat.district].append(seat)
    old = {deputy.pk: deputy for deputy in found.old}

    def heirs(deputy) -> list[Seat]:
        return [seat for name in found.follows.get(deputy.district_id, ()) for seat in in_district[name]]

    found.homes = _homes(found, old, new_of, heirs)
    found.matters = _followed(_open_petitions(old), "matters", found, old, new_of, heirs)
    found.suggestions = _followed(_open_suggestions(old), "matters", found, old, new_of, heirs, mark="s")
    found.voters = list(LiaisonVoter.objects.filter(deputy__in=old, until=None).order_by("pk"))
    _stations(found, old, new_of, heirs)
    found.turns = _turns(found, old, new_of)
    later = Visit.objects.filter(deputy__in=new_of, happened_on__gte=found.first)
    found.contacts = list(later.order_by("pk").values_list("pk", flat=True))


def _homes(found, old, new_of, heirs) -> list[Passing]:
    """D1-3①a: with whoever was elected again it continues; else evenly among the deputies of the district's successor.

    A household of a district that was split is for somebody to say: which part it lies in is not on record.
    """
    rows = Designation.objects.filter(deputy__in=old, until=None).select_related("household").order_by("pk")
    told, most, load, passing = found.plan.get("homes", {}), _most(found.first), Counter(), []
    rows = list(rows)
    for row in rows:
        if str(row.pk) in told:
            load[told[str(row.pk)]] += 1
    for row in sorted(rows, key=lambda one: one.deputy_id not in new_of):
        deputy = old[row.deputy_id]
        choices, key = heirs(deputy), new_of.get(deputy.pk)
        continues = key in {seat.key for seat in choices}
        split = len(found.follows.get(deputy.district_id, ())) > 1
        if str(row.pk) in told:
            to = told[str(row.pk)] if told[str(row.pk)] in found.by_key else ""
        elif continues:
            to = key
        else:
            to = "" if split else _least([seat.key for seat in choices], load, most)
        if to and str(row.pk) not in told:
            load[to] += 1
        choices = tuple(choices or found.near(deputy))
        passing.append(Passing(row.pk, row, deputy, to, choices, str(row.pk) in told, continues and to == key))
    return sorted(passing, key=lambda one: one.pk)


def _most(on) -> int:
    rule = Rule.objects.holding(on, "household_count")
    return rule.amounts.get("maximum", HOMES_AT_MOST) if rule else HOMES_AT_MOST


def _least(keys, load, most=None) -> str:
    """Of these the one with the least so far, the first of equals; none when all have as many as they may."""
    free = [key for key in keys if most is None or load[key] < most]
    return min(free, key=lambda key: load[key]) if free else ""


def _open_petitions(old):
    rows = Petition.objects.filter(status__in=Petition.OPEN).select_related("station")
    return [row for row in rows.order_by("pk") if row.follower_id in old]


def _open_suggestions(old):
    rows = Suggestion.objects.filter(status__in=Suggestion.OPEN)
    return [row for row in rows.order_by("pk") if row.follower_id in old]


def _followed(rows, chosen, found, old, new_of, heirs: Callable, mark="") -> list[Passing]:
    """Who was elected again goes on; of the others each goes to a deputy of the district's successor, evenly."""
    told, load, passing = found.plan.get(chosen, {}), Counter(), []
    for row in rows:
        deputy, name = old[row.follower_id], f"{mark}{row.pk}"
        choices, key = heirs(deputy), new_of.get(deputy.pk)
        if name in told:
            to = told[name] if told[name] in found.by_key else ""
        else:
            to = key or _least([seat.key for seat in choices], load)
        load[to] += 1
        choices = tuple(choices or found.near(deputy))
        passing.append(Passing(row.pk, row, deputy, to, choices, name in told, bool(key) and to == key))
    return passing


def _stations(found, old, new_of, heirs):
    """A station stays; who follows its deputies is a deputy there, and whoever headed it goes on if elected again."""
    pairs = Station.deputies.through.objects.filter(deputy__in=old).order_by("station_id", "deputy_id")
    for station, deputy in pairs.values_list("station_id", "deputy_id"):
        keys = [new_of[deputy]] if deputy in new_of else [seat.key for seat in heirs(old[deputy])]
        named = found.stations.setdefault(station, [])
        named += [key for key in keys if key not in named]
    heads = Station.objects.filter(head__in=new_of).values_list("pk", "head_id")
    found.heads = {station: new_of[head] for station, head in heads}


def _turns(found, old, new_of) -> list[Passing]:
    """Turns that are still to come (D3-三): with whoever was elected again, else with a deputy of that station."""
    rows = ReceptionDuty.objects.filter(deputy__in=old, reception__planned_on__gte=found.first)
    rows = rows.filter(reception__held_on=None, reception__cancelled=False).select_related("reception__station")
    told, load, taken, passing = found.plan.get("turns", {}), Counter(), defaultdict(set), []
    for row in rows.order_by("reception__planned_on", "pk"):
        named = [key for key in found.stations.get(row.reception.station_id, ()) if key in found.by_key]
        free = [key for key in named if key not in taken[row.reception_id]]
        key, chosen = new_of.get(row.deputy_id), told.get(str(row.pk))
        to = chosen if chosen in free or chosen == "" else key if key in free else _least(free, load)
        load[to] += 1
        taken[row.reception_id].add(to)
        choices = tuple(found.by_key[one] for one in named)
        passing.append(Passing(row.pk, row, old[row.deputy_id], to, choices, chosen is not None, to == key))
    return passing


def _same_phone(seat, deputy) -> bool:
    """Whether a number of the roster is the old deputy's, or that of the sign-in."""
    said = set(_digits(seat.row.phone))
    known = {*_digits(deputy.phone), *(_digits(f"{deputy.user.phone} {deputy.user.username}") if deputy.user else ())}
    return bool(said & known)


def _digits(text) -> list[str]:
    numbers = ("".join(filter(str.isdigit, part)) for part in text.replace("、", " ").replace("/", " ").split())
    return [number for number in numbers if len(number) >= 7]


def last_day(found: Proposal) -> date:
    return found.first - timedelta(days=1)
