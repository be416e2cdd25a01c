"""Random counties with keys of their own: the same seed makes the same rows in every database.

Each has three towns (one of them in every fourth county with a congress of its own), deputies who joined, left, were
away or changed their households, contacts written down late or taken over from a workbook, matters in every state with
one unit or two, receptions, group activities, suggestions. Odd ones are read within the year, even ones after it.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import models

from constituents.models import (
    DeclineReason,
    Designation,
    Engagement,
    EngagementEvent,
    Feedback,
    Household,
    LiaisonVoter,
    Petition,
    PetitionEvent,
    Referral,
    Suggestion,
    SuggestionEvent,
)
from deputies.models import Absence, CongressSession, Deputy, DeputyGroup, ElectoralDistrict, Term
from liaison_stations.models import Reception, ReceptionDuty, Station
from office.models import Clause, Jurisdiction, Regulation, Rule, RuleSet, RuleSetUse, Unit, User
from office.regulations.measures import MEASURES
from visits.models import Consultation, DutyEntry, GroupActivity, Meeting, ReportExemption, Visit, VoterReport

YEAR = 2025
OFFICE = ZoneInfo("Asia/Shanghai")
AFTER, WITHIN = date(2026, 2, 10), date(2025, 9, 17)
"""The days of the reading: after the year, and on a day in it."""
FIRST_KEY = 100_001
"""Above all keys that a database gives in a test, so that rows can be added beside these."""

_SERVICE = [
    {},
    {},
    {},
    {"joined_on": date(2021, 11, 1)},
    {"joined_on": date(2025, 4, 1)},
    {"joined_on": date(2025, 3, 16)},
    {"joined_on": date(2026, 1, 5)},
    {"left_on": date(2025, 6, 30), "end_reason": "调离"},
    {"left_on": date(2025, 7, 1), "end_reason": "辞职"},
    {"left_on": date(2024, 5, 2), "end_reason": "辞职"},
    {"end_reason": "代表资格终止"},
    {"joined_on": date(2025, 2, 1), "left_on": date(2025, 8, 10), "end_reason": "辞职"},
]
_ABSENCES = [
    [],
    [],
    [("leave", date(2025, 2, 20), date(2025, 4, 3))],
    [("suspended", date(2025, 7, 31), None)],
    [("leave", date(2024, 11, 1), date(2025, 1, 1)), ("suspended", date(2025, 6, 5), date(2025, 6, 5))],
    [("leave", date(2026, 1, 1), None)],
]
_CHAIN = [
    ("register", "received"),
    ("admit", "admitted"),
    ("route", "routed"),
    ("reply", "replied"),
    ("feed_back", "fed_back"),
    ("judge", "judged"),
    ("close", "closed"),
]
_SUGGESTED = [
    ("write", "draft"),
    ("submit", "submitted"),
    ("file", "filed"),
    ("route", "routed"),
    ("reply", "replied"),
    ("judge", "judged"),
    ("close", "closed"),
]
_ENTRIES = [
    ("standing", "meetings"),
    ("meeting", "meetings"),
    ("survey", "surveys"),
    ("training", "training"),
    ("award", "commendations"),
    ("media", "commendations"),
]
_ADDRESSES = ["", "柳林村3组", "0号镇柳林村", "1号镇桥头社区8号", "县城", "2号镇"]
_ASIDE = {
    "escalated": ("escalate", 2),
    "returned": ("return", 3),
    "answered": ("answer", 2),
    "declined": ("decline", 2),
    "merged": ("merge", 2),
    "void": ("void", 1),
}
"""By which verb, after how many steps of the chain."""


def _way_to(status) -> list[tuple[str, str]]:
    """The steps that end at a state."""
    if status in _ASIDE:
        verb, after = _ASIDE[status]
        return [*_CHAIN[:after], (verb, status)]
    return _CHAIN[: [state for _verb, state in _CHAIN].index(status) + 1]


class World:
    """Rows by model, in the order in which they can be written; their keys are counted here."""

    def __init__(self):
        self.rows = defaultdict(list)
        self.through = []

    def add(self, model, **columns):
        row = model(pk=FIRST_KEY + len(self.rows[model]), **columns)
        self.rows[model].append(row)
        return row

    def write(self):
        """One statement a table."""
        for model, rows in self.rows.items():
            model._base_manager.bulk_create(rows)
        links = Station.deputies.through
        links.objects.bulk_create(links(pk=FIRST_KEY + n, station=s, deputy=d) for n, (s, d) in enumerate(self.through))

    def tables(self) -> dict[str, list[dict]]:
        """The rows as a database would give them: the name of the table → columns."""
        told = {model._meta.db_table: [_columns(row) for row in rows] for model, rows in self.rows.items()}
        told[Station.deputies.through._meta.db_table] = [
            {"station_id": s.pk, "deputy_id": d.pk} for s, d in self.through
        ]
        return told


def _columns(row) -> dict:
    given = [one for one in row._meta.concrete_fields if not isinstance(one, models.GeneratedField)]
    return {one.column: getattr(row, one.attname) for one in given}


def counties(number: int, *, seed=1) -> tuple[World, list[Jurisdiction]]:
    """So many counties, not yet written."""
    chance, world = Random(seed), World()
    _rules(world)
    clerk = world.add(User, username="random-clerk", name="随机县干部")
    places = [_county(world, n, clerk, chance) for n in range(number)]
    return world, places


def day_of(n: int) -> date:
    """The day as of which the county in this place is read."""
    return WITHIN if n % 2 else AFTER


def _rules(world):
    """One contact a month, two from July; two or three households; those sets hold for the county's congress alone.

    The year's report and return, the contact month and the weeks before a session are asked of either congress.
    """
    world.add(DeclineReason, key="own", name="个人诉求")
    county = world.add(RuleSet, key="county", name="县级")
    world.add(RuleSetUse, rule_set=county, level="county", effective_from=date(2016, 1, 1))
    either = world.add(RuleSet, key="either", name="各级")
    world.add(RuleSetUse, rule_set=either, level="", effective_from=date(2016, 1, 1))
    text = world.add(Regulation, key="D1", title="制度", level="county", status="in_force", text="…")
    asked = {"monthly_contact": "D1-3①b", "household_count": "D1-3①a", "annual_report_to_voters": "D1-4"}
    asked |= {"individual_return": "D9-2二a", "contact_month": "D8-二a", "pre_session_contact": "D8-二b"}
    clauses = {
        measure: world.add(Clause, regulation=text, key=key, quote="…", position=n)
        for n, (measure, key) in enumerate(asked.items())
    }
    year = {"minimum": 1, "amber_month": 10, "full_months": 6}
    ways = ["forum", "home", "visit"]
    versions = [
        (county, "monthly_contact", {"minimum": 1}, date(2025, 2, 1), date(2025, 6, 30)),
        (county, "monthly_contact", {"minimum": 2}, date(2025, 7, 1), None),
        (county, "household_count", {"minimum": 2, "maximum": 3}, date(2016, 1, 1), None),
        (either, "annual_report_to_voters", {**year, "counting": ["report"]}, date(2016, 1, 1), None),
        (
            county,
            "individual_return",
            {**year, "minimum": 2, "not_counting": ["group", "phone"]},
            date(2025, 3, 1),
            None,
        ),
        (either, "contact_month", {"minimum": 1, "month": 8, "amber_day": 20}, date(2016, 1, 1), None),
        (
            either,
            "pre_session_contact",
            {"minimum": 1, "days": 30, "counting": ways},
            date(2016, 1, 1),
            date(2025, 10, 1),
        ),
        (either, "pre_session_contact", {"minimum": 1, "days": 60, "counting": ways}, date(2025, 10, 2), None),
    ]
    for rule_set, measure, amounts, since, until in versions:
        told = {"clause": clauses[measure], "rule_set": rule_set, "kind": "measure", "name": measure}
        told |= {"measure": measure, "period": MEASURES[measure].period}
        world.add(Rule, **told, amounts=amounts, severity="red", effective_from=since, effective_to=until)


def _county(world, n, clerk, chance) -> Jurisdiction:
    top = world.add(Jurisdiction, name=f"试验{n}县", level="county", code=f"99{n + 10:02}01", path="")
    top.path = f"/{top.pk}/"
    term = world.add(
        Term, jurisdiction=top, ordinal=18, records_since=chance.choice([date(2024, 1, 1), date(2025, 3, 1)])
    )
    last = day_of(n) if n % 2 else date(YEAR, 12, 31)
    here = _Place(world, chance, clerk, top, last)
    here._sessions(term, 0)
    for t in range(3):
        here.town(term, t, own=n % 4 == 0 and t == 0)
    here.elected_again()
    topic = {"topic": "农村养老", "question": "还缺什么？", "until": date(YEAR, 12, 31)}
    here.topic = world.add(Consultation, jurisdiction=top, **topic, made_at=here._at(date(YEAR, 1, 5)))
    here.deeds()
    return top


class _Place:
    """One county in the making."""

    def __init__(self, world, chance, clerk, top, last):
        self.world, self.chance, self.clerk, self.top, self.last = world, chance, clerk, top, last
        self.deputies, self.stations, self.units, self.groups = [], [], [], []
        self.homes = defaultdict(list)

    def town(self, term, t, own):
        code = f"{self.top.code}{t + 1:03}"
        place = self.world.add(Jurisdiction, name=f"{t}号镇", level="town", code=code, parent=self.top, path="")
        place.path = f"{self.top.path}{place.pk}/"
        self.units.append(self.world.add(Unit, name=f"{code}政府", jurisdiction=place))
        station = self.world.add(Station, name="联络站", jurisdiction=place, number=len(self.world.rows[Station]) + 1)
        self.stations.append(station)
        self._congress(term, place, station, 4)
        if own:
            its_own = self.world.add(Term, jurisdiction=place, ordinal=19, records_since=date(2024, 1, 1))
            self._congress(its_own, place, station, 3)
            self._sessions(its_own, 3)

    def _sessions(self, term, later):
        """One whose weeks before begin a year earlier, one in the year, one of which only these weeks lie in it."""
        for opens_on in (date(YEAR, 1, 12), date(YEAR, 9, 14), date(YEAR + 1, 1, 1)):
            day = opens_on + timedelta(days=later)
            self.world.add(CongressSession, term=term, name="人代会", opens_on=day)

    def _congress(self, term, place, station, seats):
        number = len(self.world.rows[ElectoralDistrict]) % 60 + 1
        district = self.world.add(
            ElectoralDistrict, term=term, number=number, name=f"第{number}选区{place.code}", jurisdiction=place
        )
        group = self.world.add(DeputyGroup, term=term, name=f"{place.code}小组", jurisdiction=place)
        self.groups.append(group)
        for _n in range(seats):
            self._deputy(term, district, group, station, place)

    def _deputy(self, term, district, group, station, place):
        n = len(self.world.rows[Deputy])
        row = self.world.add(
            Deputy,
            term=term,
            district=district,
            group=None if self.chance.random() < 0.1 else group,
            name=f"代表{n}",
            **self.chance.choice(_SERVICE),
        )
        self.deputies.append(row)
        if self.chance.random() < 0.6:
            self.world.through.append((station, row))
        for kind, since, until in self.chance.choice(_ABSENCES):
            told = {"kind": kind, "since": since, "until": until, "reason": "住院", "approved_by": "县人大常委会"}
            self.world.add(Absence, deputy=row, **told)
        for i in range(self.chance.choice([0, 1, 2, 2, 3, 4])):
            self._home(row, place, i)

    def elected_again(self):
        """Who left within the year goes on in the district that was made last."""
        last = self.deputies[-1]
        for row in [one for one in self.deputies if one.left_on and one.left_on.year == YEAR]:
            where = {"term": last.term, "district": last.district, "group": last.group}
            again = {"name": f"{row.name}连任", "joined_on": row.left_on, "succeeds": row}
            self.deputies.append(self.world.add(Deputy, **where, **again))

    def _home(self, deputy, place, i):
        home = self.world.add(Household, head=f"户{deputy.pk}-{i}", jurisdiction=place)
        self.homes[deputy.pk].append(home)
        if self.chance.random() < 0.3:
            changed = date(YEAR, self.chance.randint(1, 12), 15)
            heir = self.chance.choice(self.deputies)
            self.world.add(Designation, household=home, deputy=deputy, since=None, until=changed)
            self.world.add(Designation, household=home, deputy=heir, since=changed)
            self.homes[heir.pk].append(home)
        else:
            since = self.chance.choice([None, date(2023, 5, 1), date(YEAR, 8, 1), date(YEAR + 1, 1, 1)])
            self.world.add(Designation, household=home, deputy=deputy, since=since)

    # -- what was done

    def deeds(self):
        self.units.append(self.world.add(Unit, name=f"{self.top.code}水利局", jurisdiction=self.top))
        activities = [self._activity(group, n) for group in self.groups for n in range(3)]
        for n in range(200):
            self._contact(activities[n] if n < len(activities) else None)
        for seq in range(1, 41):
            self._matter(seq)
        for n in range(10):
            self._reception(self.stations[n % 3], n)
        for _n in range(10):
            self._suggestion()
        for _n in range(8):
            self._engagement()
            self._entry()
        for deputy in self.chance.sample(self.deputies, 6):
            self._report(deputy)
            self._named(deputy)
        for month in self.chance.sample(range(1, 10), 3):
            self._meeting(date(YEAR, month, 3))

    def _day(self, first=date(YEAR - 1, 12, 10)) -> date:
        """A day up to the last that has come, also in the years beside."""
        last = self.last if self.last.year == YEAR and self.last.month < 12 else date(YEAR + 1, 1, 20)
        return first + timedelta(days=self.chance.randrange((last - first).days + 1))

    def _at(self, day, hour=0) -> datetime:
        """00:30 in the office is the evening before for a server that goes by UTC."""
        return datetime.combine(day, time(hour, 30), OFFICE)

    def _activity(self, group, n):
        day = self._day(date(YEAR, 1, 1) + timedelta(days=60 * n))
        kind = GroupActivity.Kind.values[len(self.world.rows[GroupActivity]) % 6]
        reported = self.chance.choice([None, day + timedelta(days=3)])
        told = {"happened_on": day, "kind": kind, "content": "走访", "reported_on": reported}
        return self.world.add(GroupActivity, group=group, **told, logged_at=self._at(day))

    def _contact(self, activity):
        deputy = self.chance.choice(self.deputies)
        homes = self.homes[deputy.pk]
        home = self.chance.choice(homes) if homes and not activity and self.chance.random() < 0.7 else None
        day = activity.happened_on if activity else self._day()
        kinds = [kind for kind in Visit.Kind.values if kind != "group"]
        self.world.add(
            Visit,
            deputy=deputy,
            household=home,
            activity=activity,
            consultation=None if activity or len(self.world.rows[Visit]) % 5 else self.topic,
            met="" if home else "村民",
            happened_on=day,
            kind="group" if activity else self.chance.choice(kinds),
            logged_at=self._at(day + timedelta(days=self.chance.choice([0, 0, 2, 40]))),
            imported=self.chance.random() < 0.3,
        )

    def _matter(self, seq):
        received = self._day()
        status = self.chance.choice(Petition.Status.values) if seq > 1 else "closed"
        deputy = self.chance.choice(self.deputies) if self.chance.random() < 0.8 else None
        first = self.world.rows[Petition][0] if self.world.rows[Petition] else None
        ended = {"answered": {"answer": "已答复"}, "merged": {"merged_into": first}}
        if status == "declined":
            ended["declined"] = {"decline_reason": self.world.rows[DeclineReason][0]}
        taken_over = self.chance.random() < 0.3
        verdict = self.chance.choice(["", *Petition.Satisfaction.values])
        matter = self.world.add(
            Petition,
            station=self.chance.choice(self.stations),
            year=received.year,
            seq=len(self.world.rows[Petition]) + 1,
            received_on=received,
            registered_at=self._at(received),
            deputy=deputy,
            visitor="张三",
            address=_ADDRESSES[seq % len(_ADDRESSES)],
            situation="路灯不亮",
            request="修好路灯",
            status=status,
            course=self.chance.choice(["", *Petition.Course.values]),
            satisfaction=verdict,
            imported=taken_over,
            **ended.get(status, {}),
        )
        units = self.chance.sample(self.units, self.chance.choice([0, 1, 1, 2]))
        for unit, part in zip(units, Referral.Part.values, strict=False):
            self._referral(matter, unit, part)
        if not taken_over:
            self._steps(matter, verdict)

    def _steps(self, matter, verdict):
        """The steps to where it stands now, some of them behind the day of the reading."""
        day, before, hour = matter.received_on, "", self.chance.choice([0, 0, 23])
        for verb, state in _way_to(matter.status):
            at = self._at(day, hour)
            self.world.add(PetitionEvent, petition=matter, verb=verb, at=at, was=before, now=state)
            before = state
            day += timedelta(days=self.chance.choice([0, 1, 20, 60]))
        if verdict:
            self._verdicts(matter, verdict, day)

    def _verdicts(self, matter, verdict, day):
        """What the person said: once, or a second time on a later day."""
        said = [("dissatisfied", day), (verdict, day + timedelta(days=90))]
        for word, on in said if self.chance.random() < 0.3 else [(verdict, day)]:
            at = self._at(on)
            told = {"told_on": on, "told_by": self.clerk, "way": "phone", "told": "已修好"}
            self.world.add(Feedback, petition=matter, **told, result=word, attitude=word, judged_at=at)
            self.world.add(PetitionEvent, petition=matter, verb="judge", at=at, was=matter.status, now=matter.status)

    def _referral(self, matter, unit, part):
        routed = matter.received_on
        due = self.chance.choice([None, routed + timedelta(days=30), routed + timedelta(days=30)])
        replied = self.chance.choice([None, routed + timedelta(days=self.chance.choice([5, 30, 31, 60]))])
        ends = [{}, {}, {}, {"paused_on": routed}, {"returned_on": routed, "return_reason": "不属本单位职责"}]
        ends += [{"recalled_on": routed}]
        told = {
            "routed_on": routed,
            "due_on": due,
            "replied_on": replied,
            **({} if replied else self.chance.choice(ends)),
        }
        self.world.add(Referral, petition=matter, place=matter.station.jurisdiction, unit=unit, part=part, **told)

    def _reception(self, station, n):
        planned = date(YEAR, 1 + n % 8, 15)
        held = self.chance.choice([planned, planned, None])
        told = {"planned_on": planned, "starts_at": time(9 + n // 3), "held_on": held}
        row = self.world.add(Reception, station=station, **told, nobody_came=held is not None and n % 4 == 0)
        for deputy in self.chance.sample(self.deputies, 2):
            self.world.add(ReceptionDuty, reception=row, deputy=deputy, came=bool(held) and self.chance.random() < 0.7)

    def _suggestion(self):
        written = self._day()
        deputy = self.chance.choice(self.deputies)
        status = self.chance.choice(
            ["draft", "submitted", "filed", "routed", "replied", "judged", "closed", "withdrawn"]
        )
        handed_in = status not in ("draft", "withdrawn")
        on_file = status in ("filed", "routed", "replied", "judged", "closed")
        number = {"year": written.year, "seq": len(self.world.rows[Suggestion]) + 1} if on_file else {}
        row = self.world.add(
            Suggestion,
            deputy=deputy,
            jurisdiction=deputy.term.jurisdiction,
            title="修路",
            grounds="路面破损",
            proposal="修路",
            status=status,
            written_on=written,
            submitted_on=written + timedelta(days=2) if handed_in else None,
            satisfaction=self.chance.choice(["satisfied", "fairly"]) if status in ("judged", "closed") else "",
            **number,
        )
        day, before = written, ""
        for verb, state in (
            _SUGGESTED[: [state for _verb, state in _SUGGESTED].index(status) + 1] if status != "withdrawn" else []
        ):
            self.world.add(SuggestionEvent, suggestion=row, verb=verb, at=self._at(day), was=before, now=state)
            before = state
            day += timedelta(days=2 if state == "draft" else self.chance.choice([1, 20, 60]))

    def _meeting(self, day):
        self.world.add(Meeting, jurisdiction=self.top, happened_on=day, kind="group_leaders", logged_at=self._at(day))

    def _engagement(self):
        asked = self._day()
        path = [("ask", "asked"), ("agree", "agreed"), ("hold", "held")][: self.chance.randint(1, 3)]
        held = asked + timedelta(days=50) if len(path) == 3 else None
        told = {"asked_on": asked, "kind": self.chance.choice(["request", "proposal", "invitation"]), "held_on": held}
        row = self.world.add(
            Engagement, deputy=self.chance.choice(self.deputies), **told, status=path[-1][1], about="水渠", place="村口"
        )
        before = ""
        for n, (verb, state) in enumerate(path):
            at = self._at(asked + timedelta(days=25 * n))
            self.world.add(EngagementEvent, engagement=row, verb=verb, at=at, was=before, now=state)
            before = state

    def _entry(self):
        """Entered by the office, or declared by the deputy and confirmed some time later, or not yet."""
        day, n = self._day(), len(self.world.rows[DutyEntry])
        kind, part = self.chance.choice(_ENTRIES)
        decided = day + timedelta(days=self.chance.choice([1, 40]))
        status = self.chance.choice(
            [
                {"status": "confirmed"},
                {"status": "declared", "declared": True},
                {"status": "confirmed", "declared": True, "decided_at": self._at(decided), "decided_by": self.clerk},
            ]
        )
        there = self.chance.choice(["present", "leave", "absent"]) if kind not in ("award", "media") else ""
        told = {"part": part, "happened_on": day, "title": f"履职{n}", "attendance": there, "logged_at": self._at(day)}
        self.world.add(DutyEntry, deputy=self.chance.choice(self.deputies), kind=kind, **told, **status)

    def _report(self, deputy):
        """A report to voters that is held, perhaps tallied, perhaps given back to the deputy."""
        day = self._day()
        told = {"met": "选民", "kind": "report", "happened_on": day, "logged_at": self._at(day)}
        visit = self.world.add(Visit, deputy=deputy, **told)
        steps = {"held_on": day, "held_at": self._at(day), "held_by": self.clerk, "voters_present": 60, "visit": visit}
        status, tallied = "held", day + timedelta(days=self.chance.choice([1, 30]))
        if self.chance.random() < 0.7:
            status, yes = "tallied", self.chance.randint(20, 40)
            steps |= {"ballots_out": 50, "ballots_back": 45, "ballots_void": 1, "satisfied": yes, "fairly": 3}
            steps |= {"dissatisfied": 41 - yes, "counted_by": "甲", "watched_by": "乙"}
            steps |= {"tallied_at": self._at(tallied), "tallied_by": self.clerk}
            if self.chance.random() < 0.5:
                given = self._at(tallied + timedelta(days=self.chance.choice([1, 30])))
                status, steps = "returned", {**steps, "returned_at": given, "returned_by": self.clerk}
        told = {"district": deputy.district, "planned_on": day, "place": "村部", "planned_at": self._at(day)}
        self.world.add(VoterReport, deputy=deputy, status=status, **told, **steps)

    def _named(self, deputy):
        """Liaison voters, and an exemption from reporting."""
        for n in range(2):
            since = self.chance.choice([None, date(YEAR, 8, 1), date(YEAR + 1, 1, 15)])
            self.world.add(LiaisonVoter, deputy=deputy, name=f"选民{n}", since=since)
        told = {"reason": "新任", "approved_by": "县人大常委会", "made_at": self._at(date(YEAR, 1, 5))}
        self.world.add(ReportExemption, deputy=deputy, year=YEAR, **told)
