"""A small world of random rows under all rule sets: a town with a congress of its own, and a street."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from constituents.models import Designation, Household, LiaisonVoter, Petition, Referral
from deputies.models import Absence, CongressSession, Deputy, DeputyGroup, ElectoralDistrict, Term
from liaison_stations.models import Reception, ReceptionDuty, Station, StationPost
from office import regulations
from office.models import Jurisdiction, Rule
from tests import county
from visits.models import AreaFiling, GroupActivity, Meeting, Visit

OFFICE = ZoneInfo("Asia/Shanghai")
SERVICE = [
    {},
    {},
    {"joined_on": date(2026, 7, 16)},
    {"joined_on": date(2026, 2, 1)},
    {"left_on": date(2026, 9, 30), "end_reason": "调离"},
    {"left_on": date(2026, 10, 1), "end_reason": "辞职"},
    {"end_reason": "代表资格终止"},
]
ABSENCES = [None, None, ("leave", date(2026, 8, 20), date(2026, 10, 3)), ("suspended", date(2026, 3, 1), None)]


def build(seed: int):
    """The world of a seed; the rules are those of the data files."""
    chance = Random(seed)
    regulations.load(on=date(2026, 1, 1))
    small = county.build(towns=("东山镇", "河西街道"))
    small.own_term = _town_congress(small)
    for term in (small.term, small.own_term):
        for day in (date(2026, 1, 9), date(2026, 11, 20)):
            CongressSession.objects.create(term=term, name="人代会", opens_on=day)
        for n in range(7):
            _deputy(term, chance.choice(small.towns), n, chance)
    for town in small.towns:
        _station(town, chance)
        _activities(town, chance)
        _petitions(town, chance)
    for _n in range(chance.choice([0, 1, 3])):
        _meeting(small, chance)
    # No text says how often an area files: the county has.
    Rule.objects.filter(measure="area_filing").update(amounts={"minimum": 1, "every_months": 3, "days_after": 15})
    for town in small.towns:
        _filings(town, small.office, chance)
    return small


def at(day: date, hour=9) -> datetime:
    return datetime.combine(day, time(hour), OFFICE)


def _day(chance) -> date:
    return date(2026, 1, 1) + timedelta(days=chance.randrange(330))


def _town_congress(small) -> Term:
    """The first town has a congress of its own, under the town rule set."""
    place = small.a.place
    Jurisdiction.objects.filter(pk=place.pk).update(level="town")
    term = Term.objects.create(jurisdiction=place, ordinal=19, records_since=date(2026, 1, 1))
    small.a.own_district = ElectoralDistrict.objects.create(term=term, number=1, name="镇第1选区", jurisdiction=place)
    small.a.own_group = DeputyGroup.objects.create(term=term, name="镇代表小组", jurisdiction=place)
    return term


def _deputy(term, town, n, chance):
    where = {"district": town.district, "group": town.group}
    if term.jurisdiction.level == "town":
        town = None
        district = ElectoralDistrict.objects.get(term=term)
        where = {"district": district, "group": DeputyGroup.objects.get(term=term)}
    row = Deputy.objects.create(term=term, name=f"{term.pk}代表{n}", **where, **chance.choice(SERVICE))
    if absence := chance.choice(ABSENCES):
        kind, since, until = absence
        Absence.objects.create(deputy=row, kind=kind, since=since, until=until, reason="病假", approved_by="主任会议")
    for i in range(chance.randrange(5)):
        home = Household.objects.create(head=f"户{row.pk}-{i}", jurisdiction=row.district.jurisdiction)
        Designation.objects.create(household=home, deputy=row, since=_day(chance))
    for i in range(chance.choice([4, 5, 6])):
        LiaisonVoter.objects.create(deputy=row, name=f"联络员{i}", since=date(2026, 1, 1))
    for _i in range(chance.randrange(9)):
        day = _day(chance)
        logged = at(day + timedelta(days=chance.choice([0, 0, 0, 1, 20, 60])))
        kind = chance.choice(Visit.Kind.values)
        Visit.objects.create(deputy=row, met="某人", happened_on=day, kind=kind, logged_at=logged)


def _station(town, chance):
    if chance.random() < 0.5:
        StationPost.objects.create(station=town.station, kind="tracker", name="专职人员")
    head = chance.choice([town.leader, town.deputy])
    Station.objects.filter(pk=town.station.pk).update(head=head)
    for _n in range(6):
        day = _day(chance)
        if Reception.objects.filter(station=town.station, planned_on=day).exists():
            continue
        held = chance.random() < 0.7
        reception = Reception.objects.create(
            station=town.station,
            planned_on=day,
            held_on=day if held else None,
            nobody_came=held and chance.random() < 0.5,
            cancelled=not held and chance.random() < 0.3,
            notice_posted_on=day - timedelta(days=chance.randrange(6)) if chance.random() < 0.8 else None,
        )
        ReceptionDuty.objects.create(
            reception=reception, deputy=town.deputy, confirmed_on=chance.choice([None, day - timedelta(days=5)])
        )


def _activities(town, chance):
    for _n in range(chance.randrange(4)):
        day, reported = _day(chance), chance.choice([None, 3, 30])
        kind = chance.choice(["visit", "forum"])
        if not GroupActivity.objects.filter(group=town.group, happened_on=day, kind=kind).exists():
            GroupActivity.objects.create(
                group=town.group,
                happened_on=day,
                kind=kind,
                content="走访",
                logged_at=at(day),
                reported_on=day + timedelta(days=reported) if reported else None,
            )


def _filings(town, by, chance):
    for last in (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)):
        if chance.random() < 0.6:
            day = last + timedelta(days=chance.choice([1, 15, 16, 40]))
            about = {
                "group": town.group,
                "first": last.replace(day=1),
                "last": last,
                "title": "材料",
                "content": "走访",
            }
            written = {"written_at": at(day), "written_by": by, "filed_at": at(day), "filed_by": by}
            AreaFiling.objects.create(**about, **written, reported_on=day)


def _petitions(town, chance):
    for seq in range(1, 9):
        day, channel = _day(chance), chance.choice(["walk_in", "letter", "visit"])
        handed = chance.choice([None, 2, 15])
        petition = Petition.objects.create(
            station=town.station,
            year=2026,
            seq=seq,
            received_on=day,
            registered_at=at(day),
            visitor="来访人",
            situation="情况",
            request="问题",
            channel=channel,
            deputy=chance.choice([None, town.deputy]),
            **county.ended(chance.choice(["routed", "routed", "replied", "declined", "closed"])),
            handed_over_on=day + timedelta(days=handed) if handed else None,
        )
        _referral(petition, town, chance)


def _referral(petition, town, chance):
    replied, fed_back = chance.choice([None, 10, 45]), chance.choice([None, 3, 20])
    replied_on = petition.received_on + timedelta(days=replied) if replied else None
    Referral.objects.create(
        petition=petition,
        place=town.place,
        unit=town.unit,
        routed_on=petition.received_on,
        due_on=petition.received_on + timedelta(days=30),
        replied_on=replied_on,
        fed_back_on=replied_on + timedelta(days=fed_back) if replied_on and fed_back else None,
    )


def _meeting(small, chance):
    day = _day(chance)
    if not Meeting.objects.filter(jurisdiction=small.county, happened_on=day).exists():
        Meeting.objects.create(jurisdiction=small.county, happened_on=day, logged_at=at(day))
