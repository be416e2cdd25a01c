"""Contact households and the petition register are written down."""

import re
from collections import Counter, defaultdict

from django.db.models import F
from django.utils.translation import gettext as _

from constituents.deadlines import ReplyClock
from constituents.models import Designation, Household, Petition, PetitionEvent, Referral
from deputies.imports import Deputies, lives_at
from liaison_stations.models import Station
from office import numbering, places
from office.imports import SIZE, Batch, keep_identity, upsert, upsert_parts
from office.models import Jurisdiction, Unit
from office.normalise import fold

HOUSEHOLDS, PETITIONS = "households", "petitions"

_CONGRESS = re.compile("人大|代表|工作")
# A matter is never put back by a workbook that is older than what was done here.
_ORDER = [
    Petition.Status.RECEIVED,
    Petition.Status.ADMITTED,
    Petition.Status.ESCALATED,
    Petition.Status.ROUTED,
    Petition.Status.RETURNED,
    Petition.Status.REPLIED,
    Petition.Status.FED_BACK,
    Petition.Status.JUDGED,
    Petition.Status.ANSWERED,
    Petition.Status.DECLINED,
    Petition.Status.MERGED,
    Petition.Status.VOID,
    Petition.Status.CLOSED,
]
# What a unit is asked to reply to by the station's deadline (D3-七); a suggestion and an inspection have their own.
_REPLY_DUE = (Petition.Course.ROUTE, Petition.Course.ESCALATE)


def write_households(batch: Batch, county: Jurisdiction, deputies: Deputies, rows):
    """Write the rows of the register; a household is known by its deputy, its head and its address."""
    towns = places.towns_of(county)
    found = {
        (d.deputy_id, d.household.head, fold(d.household.address)): d
        for d in Designation.objects.filter(until=None, household__jurisdiction__path__startswith=county.path)
        .select_related("household")
    }  # fmt: skip
    kept = _kept_households(batch, deputies, _Known(found), rows)
    households = {key: d.household for key, d in found.items()}
    values = [(key, _household(row, deputy, towns)) for key, (row, deputy) in kept.items()]
    upsert(batch, HOUSEHOLDS, Household, households, values)
    _designate(batch, found, households, kept)


class _Known:
    """Households on record: by identity, by deputy and head, and by head and address whoever's they are."""

    def __init__(self, found):
        self.by_identity = found
        self.by_head = defaultdict(list)
        self.owner = {}
        for (deputy, head, address), designation in found.items():
            self.by_head[deputy, head].append((deputy, head, address))
            self.owner[head, address] = designation.deputy_id

    def identity(self, deputy, row, alone: bool):
        """The identity of a row; an address that was corrected makes no second household where only one is meant."""
        key = (deputy.pk, row.head, fold(row.address))
        known = self.by_head[deputy.pk, row.head]
        return known[0] if key not in self.by_identity and len(known) == 1 and alone else key


def _kept_households(batch, deputies, known, rows) -> dict:
    """The rows to write by identity, with their deputies; the others are left out and named."""
    kept = {}
    times = Counter((row.deputy, row.head) for row in rows)
    for row in rows:
        told = {"town": row.town, "district": row.district, "clues": [lives_at(row.address)]}
        deputy = deputies.find(batch, row.source, "deputy", row.deputy, **told)
        if deputy is None:
            batch.tallies[HOUSEHOLDS].rejected += 1
            continue
        key = known.identity(deputy, row, times[row.deputy, row.head] == 1)
        owner = known.owner.setdefault((row.head, key[2]), deputy.pk) if key[2] else deputy.pk
        if key in kept:
            reason = _("This household stands in %s already with other data; the row was left out.")
            batch.reject(HOUSEHOLDS, row.source, "head", "contradiction", reason % kept[key][0].source.words, row.head)
        elif owner != deputy.pk:
            reason = _("This household is a contact household of another deputy; end that first. The row was left out.")
            batch.reject(HOUSEHOLDS, row.source, "head", "two_deputies", reason, row.head)
        else:
            kept[key] = (row, deputy)
    return kept


def _household(row, deputy, towns) -> dict:
    lies_in = next((town for name, town in towns.items() if row.address.startswith(name)), towns.get(row.town))
    return {
        "head": row.head,
        "jurisdiction_id": lies_in.pk if lies_in else deputy.district.jurisdiction_id,
        "address": row.address,
        "phone": row.phone,
        "people": row.people,
        "kind": row.kind,
        "remark": row.remark,
    }


def _designate(batch, found, households, kept):
    """Each new household becomes its deputy's from the day the register names; a corrected day is corrected."""
    new = [
        Designation(deputy=deputy, household=households[key], since=row.since)
        for key, (row, deputy) in kept.items()
        if key not in found
    ]
    Designation.objects.bulk_create(new, batch_size=SIZE)
    since = [(key, {"since": row.since}) for key, (row, _deputy) in kept.items() if key in found]
    upsert_parts(batch, HOUSEHOLDS, Designation, dict(found), since)


def write_petitions(batch: Batch, county: Jurisdiction, deputies: Deputies, rows):
    """Write the rows of the register in their order; a petition is known by station, day, visitor and matter."""
    stations = _Stations(county)
    kept = _kept_petitions(batch, stations, deputies, rows)
    found = {
        (p.station_id, p.received_on, p.visitor, p.situation): p
        for p in Petition.objects.filter(imported=True, station__jurisdiction__path__startswith=county.path)
    }
    keep_identity(found, kept, part=lambda key: key[:3], may=lambda petition: petition.registered_at != batch.at)
    known, moved = set(found), _moved_here(county)
    numbers = _numbers(key for key in kept if key not in known)
    values = [
        (key, _petition(row, station, deputy) | _standing(batch, key, row, numbers, found.get(key), moved))
        for key, (row, station, deputy) in kept.items()
    ]
    petitions = upsert(batch, PETITIONS, Petition, found, values)
    _log(batch, [petitions[key] for key in kept if key not in known])
    _refer(batch, county, petitions, {key: kept[key] for key in kept if petitions[key].pk not in moved})


def _moved_here(county) -> set[int]:
    """The matters that went on from a state to another in this system: of these the workbook knows less."""
    steps = PetitionEvent.objects.filter(
        petition__imported=True, petition__station__jurisdiction__path__startswith=county.path
    )
    return set(steps.exclude(was="").exclude(was=F("now")).values_list("petition_id", flat=True))


class _Stations:
    """The stations of a county by name; 城关镇联络站 is 城关镇人大代表联络站 where only one can be meant."""

    def __init__(self, county):
        stations = Station.objects.filter(jurisdiction__path__startswith=county.path).select_related("jurisdiction")
        self.county = county.name
        self.by_name = {fold(station.name): station for station in stations}
        self.by_short_name = defaultdict(list)
        for station in stations:
            self.by_short_name[self._short(station.name)].append(station)

    def _short(self, name) -> str:
        return _CONGRESS.sub("", fold(name).removeprefix(self.county))

    def named(self, name: str) -> Station | None:
        short = self.by_short_name.get(self._short(name), [])
        return self.by_name.get(fold(name)) or (short[0] if len(short) == 1 else None)


def _kept_petitions(batch, stations, deputies, rows) -> dict:
    kept = {}
    for row in rows:
        station = stations.named(row.station)
        if station is None:
            reason = _(
                "The station %s is not in the list of stations; correct the name or add it. The row was left out."
            )
            batch.reject(PETITIONS, row.source, "station", "unknown_station", reason % row.station, row.station)
            continue
        town = station.jurisdiction.name
        deputy = None
        if row.deputy:
            deputy = deputies.find(batch, row.source, "deputy", row.deputy, town=town)
            if deputy is None:
                batch.tallies[PETITIONS].rejected += 1
                continue
        key = (station.pk, row.received_on, row.visitor, row.situation)
        if key in kept:
            reason = _("This matter stands in %s already with other data; the row was left out.")
            batch.reject(PETITIONS, row.source, "", "contradiction", reason % kept[key][0].source.words)
            continue
        kept[key] = (row, station, deputy)
    return kept


def _numbers(keys) -> dict:
    """The next register numbers of each station and year, in one go."""
    wanted = Counter((station, on.year) for station, on, _visitor, _situation in keys)
    return {
        (owner, year): iter(numbering.take("petition", year=year, owner=owner, count=count))
        for (owner, year), count in wanted.items()
    }


def _standing(batch, key, row, numbers, known, moved) -> dict:
    """Number and state of a new petition; one on record keeps them, except that an answer brings it forward."""
    status = _status(row)
    if known is None:
        return {"status": status} | _registration(batch, key, numbers)
    if known.pk in moved:
        return {}
    return {"status": status} if _ORDER.index(status) > _ORDER.index(known.status) else {}


def _registration(batch, key, numbers) -> dict:
    """What a petition gets once, when it is entered."""
    station, on, *_rest = key
    return {
        "year": on.year,
        "seq": next(numbers[station, on.year]),
        "registered_at": batch.at,
        "registered_by_id": batch.by.pk if batch.by else None,
        "imported": True,
    }


def _petition(row, station, deputy) -> dict:
    return {
        "station_id": station.pk,
        "received_on": row.received_on,
        "visitor": row.visitor,
        "visitor_count": row.visitor_count,
        "phone": row.phone,
        "address": row.address,
        "deputy_id": deputy.pk if deputy else None,
        "situation": row.situation,
        "request": row.request,
        "category": row.category,
        "course": row.course,
        "course_words": row.course_words,
        "urgent": row.urgent,
        "satisfaction": row.rating,
    }


def _status(row) -> str:
    if row.course == Petition.Course.ANSWER:
        return Petition.Status.ANSWERED
    if row.course == Petition.Course.DECLINE:
        return Petition.Status.DECLINED
    if row.replied_on:
        return Petition.Status.REPLIED
    return Petition.Status.ROUTED if row.units else Petition.Status.RECEIVED


def _log(batch, petitions):
    PetitionEvent.objects.bulk_create(
        [PetitionEvent(petition=p, verb="import", at=batch.at, by=batch.by) for p in petitions], batch_size=SIZE
    )


def _refer(batch, county, petitions, kept):
    """One referral for each unit named, from the day of registration, as the register names no other.

    The first unit of a row leads. A unit that has given the matter back keeps what it said.
    """
    units = _units(county, kept)
    rows = Referral.objects.filter(
        petition__in=Petition.objects.filter(station__jurisdiction__path__startswith=county.path)
    )
    found = {(r.petition_id, r.unit_id): r for r in rows.order_by("pk")}
    led = {r.petition_id for r in found.values() if r.part == Referral.Part.LEAD and not r.is_gone}
    clock = ReplyClock.load()
    values = []
    for key, (row, station, _deputy) in kept.items():
        for name in dict.fromkeys(row.units):
            pair = (petitions[key].pk, units[name].pk)
            known = found.get(pair)
            if known is None or not known.is_gone:
                once = {} if known else _handed(row, leads=pair[0] not in led)
                led.add(pair[0])
                values.append((pair, _referral(pair, row, station) | once | _due(clock, row, station, known)))
    upsert_parts(batch, PETITIONS, Referral, found, values)


def _handed(row, *, leads) -> dict:
    """What a referral gets once: its part, and the words of the register, which are what the unit was handed."""
    return {"part": Referral.Part.LEAD if leads else Referral.Part.ASSISTING, "brief": row.situation}


def _referral(pair, row, station) -> dict:
    return {
        "petition_id": pair[0],
        "unit_id": pair[1],
        "place_id": station.jurisdiction_id,
        "routed_on": row.received_on,
        "replied_on": row.replied_on,
    }


def _due(clock, row, station, known) -> dict:
    """By when the reply is due; a day that stands is left alone, it may have been extended."""
    stands = known and known.due_on and known.routed_on == row.received_on
    if stands or row.course not in _REPLY_DUE:
        return {}
    due_on, rule = clock.due(row.received_on, station.jurisdiction)
    return {"due_on": due_on, "due_rule_id": rule.pk if rule else None}


def _units(county, kept) -> dict[str, Unit]:
    """The units by name; a township's government belongs to that township, every other to the county."""
    found = {u.name: u for u in Unit.objects.filter(jurisdiction__path__startswith=county.path)}
    towns = places.towns_of(county)
    names = dict.fromkeys(name for row, *_rest in kept.values() for name in row.units if name not in found)
    new = [
        Unit(name=name, jurisdiction=next((t for n, t in towns.items() if name.startswith(n)), county))
        for name in names
    ]
    return found | {unit.name: unit for unit in Unit.objects.bulk_create(new)}
