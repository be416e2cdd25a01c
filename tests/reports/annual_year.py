"""A year of duty made of random rows, and a recount of it that shares no line with the report.

``fill`` writes what offices really have: handed-over households, mandates that began, ended or ended undated, matters
without a deputy, matters with two units. ``recount`` goes through the raw rows one by one, day by day.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from constituents.models import Designation, Household, Petition, Referral
from deputies.models import Absence, Deputy
from office import clock
from office.models import Unit
from tests import county
from visits.models import Visit

YEAR, ON = 2026, date(2026, 11, 24)
OFFICE = ZoneInfo("Asia/Shanghai")
AT = clock.now().replace(year=2026, month=11, day=24, hour=1, minute=12, second=0, microsecond=0)
SERVICE = [
    {},
    {},
    {"joined_on": date(2021, 11, 1)},
    {"joined_on": date(2026, 4, 1)},
    {"joined_on": date(2026, 3, 16)},
    {"left_on": date(2026, 6, 30), "end_reason": "调离"},
    {"left_on": date(2026, 7, 1), "end_reason": "辞职"},
    {"joined_on": date(2026, 2, 1), "left_on": date(2026, 9, 10), "end_reason": "辞职"},
    {"end_reason": "代表资格终止"},
]


ENDED = ("declined", "answered", "closed", "merged", "void")
ABSENCES = [
    [],
    [("leave", date(2026, 2, 20), date(2026, 4, 3))],
    [("suspended", date(2026, 9, 30), None)],
    [("leave", date(2025, 11, 1), date(2026, 1, 1)), ("suspended", date(2026, 6, 5), date(2026, 6, 5))],
    [("leave", date(2027, 1, 1), None)],
]


def fill(small, *, seed=1, deputies=9, visits=160, petitions=60):
    """Random rows in both towns of the small county; the same seed makes the same rows."""
    chance = Random(seed)
    units = [town.unit for town in small.towns] + [Unit.objects.create(name="县水利局", jurisdiction=small.county)]
    for town in small.towns:
        for n in range(deputies):
            _deputy(town, n, chance)
    everybody = list(Deputy.objects.order_by("pk"))
    Visit.objects.bulk_create([_visit(chance.choice(everybody), chance) for _ in range(visits)])
    for seq in range(1, petitions + 1):
        deputy = chance.choice(everybody) if chance.random() < 0.8 else None
        _petition(chance.choice(small.towns), seq, deputy, units, chance)


def _deputy(town, n, chance):
    row = Deputy.objects.create(
        term=town.district.term,
        district=town.district,
        group=town.group,
        name=f"代表{town.n}之{n}",
        **SERVICE[n % len(SERVICE)],
    )
    for kind, since, until in ABSENCES[n % len(ABSENCES)]:
        Absence.objects.create(
            deputy=row, kind=kind, since=since, until=until, reason="=住院", approved_by="县人大常委会"
        )
    for i in range(chance.choice([0, 1, 2, 2, 3, 4])):
        home = Household.objects.create(head=f"户{town.n}-{n}-{i}", jurisdiction=town.place)
        if chance.random() < 0.3:
            changed = date(2026, chance.randint(1, 12), 15)
            Designation.objects.create(household=home, deputy=row, since=None, until=changed)
            Designation.objects.create(household=home, deputy=chance.choice([row, town.leader]), since=changed)
        else:
            since = chance.choice([None, date(2024, 5, 1), date(2026, 8, 1), date(2027, 1, 1)])
            Designation.objects.create(household=home, deputy=row, since=since)


def _visit(deputy, chance):
    homes = [d.household_id for d in deputy.designations.all()]
    home = chance.choice(homes) if homes and chance.random() < 0.8 else None
    happened = date(2025, 12, 1) + timedelta(days=chance.randrange(380))
    # 00:30 in the office is the evening before for a server that goes by UTC.
    written = datetime.combine(happened + timedelta(days=chance.choice([0, 2, 40])), time(0, 30), tzinfo=OFFICE)
    return Visit(
        deputy=deputy,
        household_id=home,
        met="" if home else "村民",
        happened_on=happened,
        kind=chance.choice(Visit.Kind.values),
        logged_at=min(written, AT),
        imported=happened > ON or chance.random() < 0.5,
    )


def _petition(town, seq, deputy, units, chance):
    received = date(2025, 12, 15) + timedelta(days=chance.randrange(380))
    status = chance.choice(Petition.Status.values) if seq > 1 else "closed"
    petition = Petition.objects.create(
        station=town.station,
        year=received.year,
        seq=seq,
        received_on=received,
        registered_at=AT,
        deputy=deputy,
        visitor="=张三",
        phone="19900001111",
        situation="路灯不亮",
        request="修好路灯",
        **county.ended(status),
        course=chance.choice(["", *Petition.Course.values]),
        satisfaction=chance.choice(["", *Petition.Satisfaction.values]),
    )
    for unit, part in zip(chance.sample(units, chance.choice([0, 1, 1, 2])), Referral.Part.values, strict=False):
        due = chance.choice([None, received + timedelta(days=30)])
        replied = chance.choice([None, received + timedelta(days=chance.choice([5, 30, 31, 60]))])
        given_back = {"returned_on": received, "return_reason": "不属本单位职责"}
        ended = {} if replied else chance.choice([{}, {}, {}, {"paused_on": received}, given_back])
        days = {"routed_on": received, "due_on": due, "replied_on": replied, **ended}
        Referral.objects.create(petition=petition, place=town.place, unit=unit, part=part, **days)


def recount(deputy, on=ON) -> Counter:
    """Every figure of one deputy, counted row by row from the raw tables."""
    figures = Counter()
    for visit in Visit.objects.filter(deputy=deputy):
        day = visit.happened_on
        if day.year == YEAR:
            figures.update(["contacts", f"month.{day.month}", f"kind.{visit.kind}", f"counting.{day.month}"])
            if not visit.imported and visit.logged_at.astimezone(OFFICE).date() > clock.month_end(day):
                figures.update([f"late.{day.month}"])
    for month in range(1, 13):
        if owed(deputy, month, on):
            outcome = "met" if figures[f"month.{month}"] else "missed"
            figures.update(["owed", f"owed.{month}", outcome, f"{outcome}.{month}"])
            if 0 < figures[f"month.{month}"] == figures[f"late.{month}"]:
                figures.update(["met_late", f"met_late.{month}"])
    figures.update(_households(deputy, on))
    for petition in Petition.objects.filter(deputy=deputy):
        if petition.received_on.year == YEAR:
            figures.update(outcome_of(petition, on))
            figures.update(handed_of(petition, on))
    return figures


def owed(deputy, month, on=ON) -> bool:
    """Whether the month is over, lies in the ledger, and was in office on each of its days."""
    first = date(YEAR, month, 1)
    days = list(clock.days_between(first, clock.month_end(first)))
    is_over = days[-1] < on and days[-1] >= deputy.term.records_since
    return is_over and all(in_office(deputy, day) and not is_away(deputy, day) for day in days)


def is_away(deputy, day) -> bool:
    return any(a.since <= day <= (a.until or date.max) for a in deputy.absences.all())


def in_office(deputy, day) -> bool:
    if deputy.joined_on and day < deputy.joined_on:
        return False
    if deputy.left_on:
        return day < deputy.left_on
    return not deputy.end_reason


def _households(deputy, on):
    named, held = set(), set()
    for d in Designation.objects.filter(deputy=deputy):
        since, until = d.since or date.min, d.until or date.max
        if since <= date(YEAR, 12, 31) and until >= date(YEAR, 1, 1):
            named.add(d.household_id)
        if since <= on <= until:
            held.add(d.household_id)
    seen = {v.household_id for v in Visit.objects.all() if v.happened_on.year == YEAR} & named
    serves = in_office(deputy, on)
    return {
        "households": len(named),
        "seen": len(seen),
        "unseen": len(named - seen),
        "held": len(held),
        "below": int(serves and len(held) < 2),
        "above": int(serves and len(held) > 3),
    }


def outcome_of(petition, on) -> list[str]:
    """The keys that one petition is counted under."""
    reply = reply_of(petition, on)
    keys = ["petitions", f"course.{petition.course or 'none'}", f"status.{petition.status}", f"reply.{reply}"]
    keys.append(f"satisfaction.{petition.satisfaction or 'none'}")
    keys += [f"attitude.{petition.attitude or 'none'}", f"channel.{petition.channel}"]
    about, town = f"category.{petition.category or 'none'}", petition.station.jurisdiction.path.split("/")[-2]
    # No address of this year names a village.
    keys += [about, f"town.{town}/{about}", f"village.{town}/{about}"]
    if petition.status == "declined":
        keys.append(f"declined.{petition.decline_reason.name}")
    return [*keys, "due"] if reply in ("in_time", "late", "overdue") else keys


def reply_of(petition, on) -> str:
    states = {state_of(referral, petition, on) for referral in petition.referrals.all()}
    worst_first = ["overdue", "open", "late", "undated", "in_time"]
    return next((state for state in worst_first if state in states), "none")


def state_of(referral, petition, on) -> str:
    replied = referral.replied_on if referral.replied_on and referral.replied_on <= on else None
    if referral.returned_on or (replied is None and petition.status in ENDED):
        return "none"
    if replied is None:
        return "overdue" if referral.due_on and referral.due_on < on and not referral.paused_on else "open"
    if referral.due_on is None:
        return "undated"
    return "late" if replied > referral.due_on else "in_time"


def handed_of(petition, on) -> Counter:
    """The figures that the referrals of one petition are counted under."""
    figures = Counter()
    for referral in petition.referrals.all():
        state = state_of(referral, petition, on)
        figures.update(["handed", f"handed.{state}"])
        if state in ("in_time", "late", "undated"):
            figures.update(["handed.replied", "handed.class.none", "handed.untold"])
    return figures


def build(**more):
    small = county.build()
    fill(small, **more)
    return small
