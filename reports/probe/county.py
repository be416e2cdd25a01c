"""The probe county: who owns what is said here, row by row, and never asked of ``visible_to``.

Three towns of one county, and one of another, with two stations each; a station has its officer and its head, two
deputies and a group with its leader, a deputy three households; a town has two handling units. Every text of a row is
a word that stands nowhere else (``CNRY-T1S1D1-57HEAD``), so one that is read where it should not be tells its owner.
"""

from contextlib import suppress
from datetime import datetime, time, timedelta

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from constituents.models import (
    Attachment,
    Complaint,
    DeclineReason,
    Designation,
    Engagement,
    EngagementEvent,
    Extension,
    ExtensionRequest,
    Feedback,
    Household,
    LiaisonVoter,
    PaperBatch,
    Petition,
    PetitionEvent,
    Referral,
    Representative,
    Signature,
    Suggestion,
    SuggestionEvent,
    UnitLink,
    Urging,
)
from constituents.models.links import hash_of
from deputies.models import Absence, CongressSession, Deputy, DeputyGroup, ElectoralDistrict, Term, TermChange
from liaison_stations.models import (
    FeedToken,
    Reception,
    ReceptionDuty,
    Recurrence,
    Station,
    StationPost,
    TurnRequest,
)
from office.models import (
    Assignment,
    AuditEvent,
    Counter,
    Job,
    Jurisdiction,
    Notice,
    Outbox,
    Rule,
    SavedFilter,
    Unit,
    User,
)
from office.roles import LINE, Role
from reports.annual.parts import Document
from reports.annual.period import Period
from reports.closing import freeze
from reports.models import (
    ClosedYear,
    Commendation,
    Flag,
    FrozenReport,
    HintAnswer,
    Objection,
    ObjectionStep,
    ReportTemplate,
    TypicalCase,
)
from reports.subjects import Kind, Subject
from visits.models import (
    ActivityFile,
    AreaFile,
    AreaFiling,
    Consultation,
    DutyEntry,
    DutyFile,
    GroupActivity,
    Meeting,
    ReportExemption,
    ReportFile,
    Review,
    Visit,
    VisitPhoto,
    VoterReport,
)

TOWNS = ("T1", "T2", "T3", "T4")
COUNTY_OF = {"T1": "C1", "T2": "C1", "T3": "C1", "T4": "C2"}
NO_WORDS = {
    # Columns that hold no words of anybody: they are keys, codes and addresses.
    "path", "code", "key", "token", "rule", "verb", "was", "now", "rule_key", "period", "password", "username", "email",
    "code_hash", "subject_type", "link", "folder", "action", "sex", "category", "kind_words", "waived_reason",
    "return_reason",
    "returned_reason", "end_reason", "cancel_reason",
}  # fmt: skip
SET_UP = frozenset({Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value})
"""Who keeps the set-up and the sign-ins knows the names of places and units."""
PICTURE = b"\x89PNG\r\n\x1a\n"
PUBLISHED = "T1S1D1"
"""The deputy whose result of a report to voters everybody may read, with name, district and township."""
ABSENT = 9_999
"""Behind the first key of a model: a key of as many digits that no row has."""


class Probe:
    """The county as it stands: the people who ask, the rows with who may see them, the words with who may read them."""

    def __init__(self, on):
        self.on = on
        self.at = datetime.combine(on, time(9), timezone.get_default_timezone())
        # Who holds the link of one referral is nobody known, and reads what its unit reads there.
        self.people: dict[str, User | None] = {"anonymous": None, "link": None}
        self.tokens: dict[tuple[str, str], str] = {}
        self.seen: dict[tuple[str, int], frozenset] = {}
        self.words: dict[str, frozenset] = {}
        self.tags: dict[tuple[str, int], str] = {}
        self.beyond: dict[tuple[str, int], frozenset] = {}
        self.columns: dict[str, str] = {}
        """The column in which each word stands, such as ``deputies.deputy.name``."""
        self.files: dict[str, frozenset] = {}
        self._keys: dict[str, list[int]] = {}
        self._sorted_rows = self._count = 0
        self._bases = {model: (10 + n) * 10_000 for n, model in enumerate(apps.get_models())}
        self._next = dict(self._bases)

    # -- rows

    def absent(self, model) -> int:
        return self._bases[model] + ABSENT

    def model_of(self, key: int):
        """The model to which a key belongs: no two models share one here."""
        return next((model for model, base in self._bases.items() if base < key <= base + ABSENT), None)

    def rows(self, model) -> list[int]:
        """The keys of a model's rows that belong to somebody."""
        if self._sorted_rows != len(self.seen):
            self._keys = {}
            for label, pk in self.seen:
                self._keys.setdefault(label, []).append(pk)
            self._sorted_rows = len(self.seen)
        return self._keys.get(model._meta.label_lower, [])

    def may_see(self, person: str, model, pk) -> bool:
        """Whether a row is within somebody's sight; what belongs to nobody is within everybody's."""
        row = model._meta.label_lower, pk
        return row not in self.seen or person in self.seen[row] | self.beyond.get(row, frozenset())

    def make(self, model, tag, seen, words=None, beyond=(), **columns):
        """One row of ``tag`` that these people may see, with words of its own in each column of text not given.

        ``words``: who may read the words of which column, where they are not the same people. ``beyond``: who reads
        the row on a page of its own though it lies outside their line of sight.
        """
        self._next[model] += 1
        pk = self._next[model]
        seen, words = frozenset(seen), words or {}
        for column in model._meta.concrete_fields:
            if self._takes_words(column, columns):
                readers = frozenset(words.get(column.name, words.get("*", seen)))
                columns[column.name] = word = self.word(tag, column.name, readers | set(beyond), column.max_length)
                self.columns[word] = f"{model._meta.label_lower}.{column.name}"
        row = model(pk=pk, **columns)
        row.save(force_insert=True)
        self.seen[model._meta.label_lower, pk] = seen
        self.tags[model._meta.label_lower, pk] = tag
        self.beyond[model._meta.label_lower, pk] = frozenset(beyond)
        return row

    def word(self, tag, name, readers, most=None) -> str:
        """A word that stands nowhere else, and who may read it; nothing where it has no room."""
        self._count += 1
        word = f"CNRY-{tag}-{self._count}{name.replace('_', '').upper()}"
        if most and len(word) > most:
            return ""
        self.words[word] = frozenset(readers)
        return word

    @staticmethod
    def _takes_words(column, given) -> bool:
        text = isinstance(column, models.CharField | models.TextField) and not column.choices
        skipped = column.name in given or column.name in NO_WORDS or column.generated
        return text and not skipped and not isinstance(column, models.EmailField | models.FileField)

    def file(self, folder, tag, readers) -> tuple[str, int]:
        """A stored file whose content is a word; its path and size."""
        content = PICTURE + self.word(tag, "content", readers).encode()
        path = default_storage.save(f"{folder}/{tag}-{self._count}.png", ContentFile(content))
        self.files[path] = frozenset(readers)
        return path, len(content)

    # -- people

    def person(self, key, tag, readers, *roles, active=True, open_to=(), **where):
        """Somebody who signs in, known by ``key``, with these roles; the name stands below what they did."""
        # Who may sign in, and as what, is what two of the administrators are there for.
        kept = {*readers, Role.SECURITY_ADMIN.value, Role.AUDIT_ADMIN.value}
        words = {"name": {key, *kept, *open_to, Role.SYSTEM_ADMIN.value}, "phone": {key, *kept, *open_to}}
        user = self.make(User, tag, kept, words, username=f"probe-{key}".lower(), is_active=active)
        for role in roles:
            self.make(Assignment, tag, kept, user=user, role=role, **where)
        self.people[key] = user
        return user


def build(on) -> Probe:
    """The whole county, in an empty database into which the regulations and tables were loaded."""
    probe = Probe(on)
    for county in ("C1", "C2"):
        _county(probe, county)
    for town in TOWNS:
        _town(probe, town)
    _across(probe)
    _everybody_else(probe)
    _letters(probe)
    _numbers(probe)
    _open_what_is_published(probe)
    return probe


def new_year(probe):
    return probe.on.replace(month=1, day=1)


def everybody(town) -> set:
    """Those who belong to a town, and whoever stands above it: what is said openly there."""
    return {
        *place(town),
        *(f"{role}-{town}S{s}" for role in ("officer", "head", "group") for s in (1, 2)),
        *(f"deputy-{town}S{s}D{d}" for s in (1, 2) for d in (1, 2)),
        *(f"unit-{town}U{u}" for u in (1, 2)),
    }


def above(county) -> set:
    return {"county", "leader"} if county == "C1" else {"county-C2"}


def place(town) -> set:
    """Who sees along the land."""
    return {*above(COUNTY_OF[town]), f"town-{town}", f"clerk-{town}"}


def desk(station) -> set:
    return {f"officer-{station}", f"head-{station}"}


def deputies_at(station) -> set:
    return {f"deputy-{station}D1", f"deputy-{station}D2"}


# -- the land and its people


def _county(probe, name):
    seen = above(name)
    open_to = set().union(*(everybody(town) for town, county in COUNTY_OF.items() if county == name))
    row = probe.make(
        Jurisdiction, name, seen, {"*": open_to}, SET_UP, level="county", code=f"99{name[1]}900",
        path=f"/{name.lower()}/",
    )  # fmt: skip
    setattr(probe, name, row)
    keep = {"jurisdiction": row}
    if name == "C1":
        probe.person("county", name, seen, Role.COUNTY_OFFICE, open_to=open_to, **keep)
        probe.person("leader", name, seen, Role.LEADER, open_to=open_to, **keep)
    else:
        probe.person("county-C2", name, seen, Role.COUNTY_OFFICE, open_to=open_to, **keep)
    clerks = {person for person in open_to if person.startswith(("town-", "clerk-"))}
    # Read by everybody below the congress, as is when it meets.
    term = probe.make(Term, name, seen, beyond=clerks, jurisdiction=row, ordinal=18, records_since=new_year(probe))
    office = probe.people["county" if name == "C1" else "county-C2"]
    probe.make(TermChange, name, seen, term=term, begun_at=probe.at, begun_by=office, plan={}, written={})
    sitting = {person for person in open_to if person.startswith(("deputy-", "group-"))}
    opens = probe.on + timedelta(days=40)
    probe.make(CongressSession, name, seen | sitting, {"*": open_to}, term=term, opens_on=opens)
    probe.make(Meeting, name, seen, jurisdiction=row, happened_on=probe.on, logged_at=probe.at)
    closed = probe.make(
        ClosedYear, name, seen, jurisdiction=row, year=probe.on.year - 1, on=probe.on, closed_at=probe.at,
        reopened_reason="",
    )  # fmt: skip
    subject = Subject(Kind.COUNTY, row.code, row.name, row.path)
    kept = freeze(Document(subject, Period.year(closed.year), probe.on, row.name, []))
    told = {"subject": kept.subject, "fingerprint": kept.fingerprint, "content": kept.content}
    probe.make(FrozenReport, name, seen, closed=closed, **told)
    unit = probe.make(Unit, name, {*seen, f"unit-{name}U"}, {"*": open_to | SET_UP}, jurisdiction=row)
    probe.person(f"unit-{name}U", name, seen, Role.HANDLING_UNIT, open_to=open_to, unit=unit)
    setattr(probe, f"{name}_term", term)


def _town(probe, t):
    county = getattr(probe, COUNTY_OF[t])
    land = probe.make(
        Jurisdiction, t, place(t), {"*": everybody(t)}, SET_UP, level="town",
        code=f"{county.code}{t[1]}01", parent=county, path=f"{county.path}{t.lower()}/",
    )  # fmt: skip
    for clerk in (f"town-{t}", f"clerk-{t}"):
        probe.person(clerk, t, above(COUNTY_OF[t]), Role.TOWN_OFFICE, open_to=everybody(t), jurisdiction=land)
    units = {}
    for u in ("U1", "U2"):
        told = {"name": everybody(t) | SET_UP | ({"link"} if t + u == "T1U1" else set())}
        unit = probe.make(Unit, t + u, {*place(t), f"unit-{t}{u}"}, told, jurisdiction=land)
        probe.person(f"unit-{t}{u}", t + u, above(COUNTY_OF[t]), Role.HANDLING_UNIT, open_to=everybody(t), unit=unit)
        units[u] = unit
    probe.make(Meeting, t, place(t), jurisdiction=land, happened_on=probe.on, logged_at=probe.at)
    for s in ("S1", "S2"):
        _station(probe, t, s, land, units)


def _station(probe, t, s, land, units):
    tag, term, known = t + s, getattr(probe, f"{COUNTY_OF[t]}_term"), {"name": everybody(t)}
    leads, own = {f"group-{tag}"}, deputies_at(tag)
    posts = {"name": everybody(t) | SET_UP}  # who works where is what a list of sign-ins says
    district = probe.make(
        ElectoralDistrict, tag, place(t) | own, known, term=term, jurisdiction=land, number=int(t[1] + s[1])
    )
    group = probe.make(DeputyGroup, tag, place(t) | own | leads, posts, term=term, jurisdiction=land)
    station_seen = place(t) | own | desk(tag)
    photo, _size = probe.file("stations", tag, station_seen)
    station = probe.make(
        Station, tag, station_seen, {**posts, "head_name": everybody(t)}, jurisdiction=land,
        number=int(t[1] + s[1]), photo=photo,
    )  # fmt: skip
    for role, kind in (("officer", Role.STATION_OFFICER), ("head", Role.STATION_HEAD)):
        user = probe.person(f"{role}-{tag}", tag, above(COUNTY_OF[t]), kind, open_to=everybody(t))
        probe.make(StationPost, tag, station_seen, {"name": everybody(t)}, station=station, user=user)
    lead_user = probe.person(f"group-{tag}", tag + "G", above(COUNTY_OF[t]), Role.GROUP_LEADER, open_to=everybody(t))
    leader = probe.make(
        Deputy, tag + "G", place(t) | leads, known, term=term, district=district, group=group, user=lead_user
    )
    group.leader = leader
    group.save(update_fields=["leader"])
    probe.make(
        Commendation, tag, place(t) | leads, group=group, jurisdiction=land, year=probe.on.year, kind="group",
        state="proposed", chosen_at=probe.at, evidence=[], reason="",
    )  # fmt: skip
    recurrence = probe.make(
        Recurrence, tag, station_seen, station=station, kind="monthly", rule="FREQ=MONTHLY;BYMONTHDAY=15",
        since=new_year(probe),
    )  # fmt: skip
    probe.__dict__.setdefault("stations", {})[tag] = station
    reception = probe.make(
        Reception, tag, station_seen, station=station, planned_on=probe.on + timedelta(days=20), starts_at=time(9),
        ends_at=time(11), recurrence=recurrence,
    )  # fmt: skip
    probe.__dict__.setdefault("receptions", {})[tag] = reception
    people = []
    for d in ("D1", "D2"):
        people.append(_deputy(probe, t, tag, d, district, group, station, reception, units, land))
    one, two = people
    probe.make(
        TurnRequest, tag, place(t) | own | desk(tag), kind="swap", reception=reception, duty=one.turn, deputy=one,
        to_duty=two.turn, to_deputy=two, asked_by=one.user, asked_at=probe.at,
    )  # fmt: skip
    leave = probe.make(
        Reception, tag, station_seen, station=station, planned_on=probe.on + timedelta(days=34), starts_at=time(9),
        ends_at=time(11),
    )  # fmt: skip
    turn = probe.make(ReceptionDuty, tag, station_seen, reception=leave, deputy=two)
    probe.make(
        TurnRequest, tag, place(t) | desk(tag) | {f"deputy-{tag}D2"}, kind="leave", reception=leave, duty=turn,
        deputy=two, asked_by=two.user, asked_at=probe.at,
    )  # fmt: skip
    activity = probe.make(
        GroupActivity, tag, place(t) | leads | {f"deputy-{tag}D1"}, group=group,
        happened_on=probe.on - timedelta(days=9), logged_at=probe.at, logged_by=lead_user,
    )  # fmt: skip
    path, size = probe.file("activities", tag, place(t) | leads | {f"deputy-{tag}D1"})
    probe.make(
        ActivityFile, tag, place(t) | leads | {f"deputy-{tag}D1"}, activity=activity, file=path, kind="png", size=size,
        added_at=probe.at, added_by=lead_user,
    )  # fmt: skip
    probe.make(
        Visit, tag + "D1", place(t) | leads | {f"deputy-{tag}D1"}, deputy=one, activity=activity, kind="group",
        happened_on=activity.happened_on, logged_at=probe.at,
    )  # fmt: skip
    _filings(probe, tag, place(t) | leads, group, lead_user)
    topic = probe.make(
        Consultation, tag, place(t) | leads | {f"deputy-{tag}D1"}, jurisdiction=land, until=probe.on, made_at=probe.at,
    )  # fmt: skip
    topic.asked.set([one])
    _flag(probe, tag, place(t) | leads, land, group=group)
    _flag(probe, tag, place(t) | leads, land, activity=activity)
    _flag(probe, tag, place(t) | desk(tag), land, station=station)
    _flag(probe, tag, place(t) | desk(tag) | own, land, reception=reception)
    answer = probe.make(
        HintAnswer, tag, place(t), kind="same", jurisdiction=land, finding="paper", answered_at=probe.at,
        answered_by=probe.people[f"town-{t}"],
    )  # fmt: skip
    answer.visits.set(Visit.objects.filter(deputy=one)[:1])
    _cases(probe, tag, land, one, activity)
    path, _size = probe.file("templates", tag, place(t))
    probe.make(
        ReportTemplate, tag, place(t), jurisdiction=land, number=int(s[1]), file=path,
        kind="deputy" if s == "S1" else "notice",
        uploaded_at=probe.at, uploaded_by=probe.people[f"town-{t}"],
    )  # fmt: skip


def _cases(probe, tag, land, deputy, activity):
    """A typical case of each kind of record; a clerk who is complained about does not see the one of that matter."""
    mine, leads = place(tag[:2]) | {f"deputy-{tag}D1"}, {f"group-{tag}"}
    told = {"jurisdiction": land, "year": probe.on.year, "picked_at": probe.at}
    told["picked_by"] = probe.people[f"town-{tag[:2]}"]
    accused = Petition.objects.get(deputy=deputy, status="received")
    probe.make(TypicalCase, tag, mine - {f"clerk-{tag[:2]}"}, petition=accused, **told)
    probe.make(TypicalCase, tag, mine | leads, visit=Visit.objects.filter(deputy=deputy, kind="home").first(), **told)
    probe.make(TypicalCase, tag, place(tag[:2]) | leads, activity=activity, **told)


def _filings(probe, tag, seen, group, leader):
    """What the group wrote up of its area: one that it still writes, one that it has filed."""
    for n in (1, 2):
        first = new_year(probe) - timedelta(days=30 * n)
        filed = {"reported_on": probe.on, "filed_at": probe.at, "filed_by": leader} if n == 2 else {}
        row = probe.make(
            AreaFiling, tag, seen, group=group, first=first, last=first + timedelta(days=20), written_at=probe.at,
            **filed,
        )  # fmt: skip
        path, size = probe.file("areas", tag, seen)
        probe.make(
            AreaFile, tag, seen, filing=row, file=path, kind="png", size=size, added_at=probe.at, added_by=leader
        )  # fmt: skip


def _flag(probe, tag, seen, land, **about):
    rule = probe.__dict__.setdefault("rule", Rule.objects.filter(measure="monthly_contact").order_by("pk").first())
    return probe.make(
        Flag, tag, seen, rule=rule, rule_key=rule.clause.key, jurisdiction=land, severity="red",
        starts_on=probe.on - timedelta(days=40), due_on=probe.on - timedelta(days=10), raised_on=probe.on, **about,
    )  # fmt: skip


# -- what a deputy has


def _deputy(probe, t, station_tag, d, district, group, station, reception, units, land):
    tag, known = station_tag + d, {"name": everybody(t)}
    me, leads = {f"deputy-{tag}"}, {f"group-{station_tag}"}
    user = probe.person(f"deputy-{tag}", tag, above(COUNTY_OF[t]), Role.DEPUTY, open_to=everybody(t))
    deputy = probe.make(
        Deputy, tag, place(t) | me | leads | desk(station_tag), known, term=district.term, district=district,
        group=group, user=user,
    )  # fmt: skip
    station.deputies.add(deputy)
    deputy.turn = probe.make(
        ReceptionDuty, tag, place(t) | deputies_at(station_tag) | desk(station_tag), reception=reception, deputy=deputy
    )
    mine = place(t) | me | leads
    probe.make(
        Absence, tag, mine, deputy=deputy, kind="leave", since=probe.on - timedelta(days=90),
        until=probe.on - timedelta(days=80),
    )  # fmt: skip
    probe.make(LiaisonVoter, tag, mine, deputy=deputy, since=new_year(probe))
    _on_file(probe, tag, mine, deputy)
    for h in range(3):
        home = probe.make(Household, tag, mine, jurisdiction=land)
        since = new_year(probe)
        probe.make(Designation, tag, mine, deputy=deputy, household=home, since=since)
        visit = probe.make(
            Visit, tag, mine, deputy=deputy, household=home, kind="home", happened_on=probe.on - timedelta(days=h),
            logged_at=probe.at, logged_by=user, matter_raised=True,
        )  # fmt: skip
        _said_of(probe, tag, mine, deputy, visit, h)
        picture, _size = probe.file("visits", tag, mine)
        small, _size = probe.file("visits", tag, mine)
        probe.make(VisitPhoto, tag, mine, visit=visit, kind="png", file=picture, thumbnail=small, digest=f"{visit.pk}")
        probe.make(
            AuditEvent, tag, {*above(COUNTY_OF[t]), Role.AUDIT_ADMIN.value}, user=user, at=probe.at,
            action="visit.logged", subject_type="visits.visit", subject_id=visit.pk,
            detail={"content": ["", probe.word(tag, "detail", mine)]},
        )  # fmt: skip
    _voter_reports(probe, tag, mine, deputy, district, probe.people[f"town-{t}"])
    _flag(probe, tag, place(t) | me | leads, land, deputy=deputy)
    probe.make(
        Commendation, tag, mine, deputy=deputy, jurisdiction=land, year=probe.on.year, kind="deputy", state="proposed",
        chosen_at=probe.at, evidence=[], reason="",
    )  # fmt: skip
    secret = probe.tokens["feed", f"deputy-{tag}"] = f"probe-feed-{tag}"
    probe.make(FeedToken, tag, me, user=user, token=secret, made_at=probe.at)
    for n, state in enumerate(("received", "routed", "declined", "fed_back")):
        _petition(probe, t, station_tag, tag, deputy, station, units, land, state, n)
    _suggestion(probe, t, tag, deputy, units, land)
    return deputy


def _on_file(probe, tag, mine, deputy):
    """A training that the office entered, with its file, and a meeting that the deputy declared."""
    told = {"deputy": deputy, "attendance": "present", "logged_at": probe.at, "happened_on": probe.on}
    entry = probe.make(
        DutyEntry, tag, mine, kind="training", part="training", status="confirmed", reason="",
        logged_by=probe.people[f"town-{tag[:2]}"], **told,
    )  # fmt: skip
    path, size = probe.file("duty", tag, mine)
    probe.make(
        DutyFile, tag, mine, entry=entry, file=path, kind="png", size=size, added_at=probe.at,
        added_by=probe.people[f"town-{tag[:2]}"],
    )  # fmt: skip
    probe.make(
        DutyEntry, tag, mine, kind="meeting", part="meetings", status="declared", declared=True, reason="",
        logged_by=deputy.user, **told,
    )  # fmt: skip


def _voter_reports(probe, tag, mine, deputy, district, clerk):
    """A report to voters in each state, an exemption of last year, and a sheet that was scanned."""
    for n, state in enumerate(VoterReport.Status.values):
        if state == "published" and tag != PUBLISHED:
            continue
        day = probe.on - timedelta(days=40 + n)
        planned = {"district": district, "planned_on": day, "planned_at": probe.at, "planned_by": clerk}
        silent = {} if state == "cancelled" else {"cancelled_reason": ""}
        silent |= {} if state in _TALLIED else {"counted_by": "", "watched_by": ""}
        row = probe.make(
            VoterReport,
            tag,
            mine,
            deputy=deputy,
            status=state,
            **planned,
            **silent,
            **_steps(probe, state, tag, deputy, day, mine, clerk),
        )
        if state == "tallied":
            path, size = probe.file("voters", tag, mine)
            probe.make(
                ReportFile, tag, mine, report=row, file=path, kind="png", size=size, added_at=probe.at, added_by=clerk
            )  # fmt: skip
    probe.make(
        ReportExemption, tag, mine, deputy=deputy, year=probe.on.year - 1, made_at=probe.at, made_by=clerk
    )  # fmt: skip


_TALLIED = ("tallied", "returned", "filed", "published")


def _steps(probe, state, tag, deputy, day, mine, clerk) -> dict:
    """What a report to voters has by its state."""
    at, steps = probe.at, {}
    if state == "cancelled":
        return {"cancelled_at": at, "cancelled_by": clerk}
    if state != "planned":
        contact = probe.make(
            Visit, tag, mine, deputy=deputy, kind="report", happened_on=day, logged_at=at, logged_by=clerk
        )  # fmt: skip
        steps |= {"held_on": day, "held_at": at, "held_by": clerk, "voters_present": 9, "visit": contact}
    if state in _TALLIED:
        steps |= {
            "ballots_out": 9,
            "ballots_back": 8,
            "ballots_void": 1,
            "satisfied": 4,
            "fairly": 2,
            "dissatisfied": 1,
        }
        steps |= {"tallied_at": at, "tallied_by": clerk}
    for step in ("returned", "filed", "published"):
        if state in _TALLIED and _TALLIED.index(state) >= _TALLIED.index(step):
            steps |= {f"{step}_at": at, f"{step}_by": clerk}
    return steps


def _said_of(probe, tag, mine, deputy, visit, h):
    """What the group's leader asked about a record, and what the deputy objects to."""
    group = probe.people[f"group-{tag[:4]}"]
    if h == 0:
        probe.make(
            Review, tag, mine, visit=visit, deputy=deputy, status="asked", made_at=probe.at, made_by=group, answer="",
            note="",
        )  # fmt: skip
        path, _size = probe.file("objections", tag, mine - {group_of(tag)})
        objection = probe.make(
            Objection, tag, mine - {group_of(tag)}, deputy=deputy, kind="record", visit=visit, raised_at=probe.at,
            file=path, file_kind="png", met="",
        )  # fmt: skip
        probe.make(
            ObjectionStep, tag, mine - {group_of(tag)}, objection=objection, verb="raised", at=probe.at, by=deputy.user
        )


def group_of(tag) -> str:
    """The leader of the group of a deputy's tag."""
    return f"group-{tag[:4]}"


def follower_of(tag, state) -> set:
    """Whom a matter passed to at a change of term: somebody of another station, who sees nothing else of it."""
    return {f"deputy-{tag[:2]}S1D2"} if tag.endswith("S2D1") and state in ("fed_back", "routed") else set()


def _passed_on(probe, tag, state) -> dict:
    [name] = follower_of(tag, state) or {""}
    return {"followed_up_by": Deputy.objects.get(user=probe.people[name])} if name else {}


def _petition(probe, t, station_tag, tag, deputy, station, units, land, state, n):
    accused = state == "received"
    # Whoever is complained about sees nothing of it: a unit, and a clerk of the office itself.
    own = place(t) | desk(station_tag) | {f"deputy-{tag}"} | follower_of(tag, state)
    own -= {f"clerk-{t}"} if accused else set()
    persons = own - {"leader"}
    unit = units["U1" if tag.endswith("D1") else "U2"]
    holder = {f"unit-{t}{'U1' if tag.endswith('D1') else 'U2'}"} if state in ("routed", "fed_back") else set()
    linked = {"link"} if (tag, state) == ("T1S1D1", "routed") else set()
    holder |= linked
    words = {"*": own, "visitor": persons, "phone": persons, "address": persons}
    reason = DeclineReason.objects.order_by("pk").first() if state == "declined" else None
    probe._seq = getattr(probe, "_seq", 0) + 1
    received = probe.on - timedelta(days=12)
    matter = probe.make(
        Petition, tag, own | holder, words, station=station, year=probe.on.year, seq=probe._seq, status=state,
        received_on=received, registered_at=probe.at, deputy=deputy, decline_reason=reason, category="民生",
        registered_by=probe.people[f"officer-{station_tag}"], **_passed_on(probe, tag, state),
    )  # fmt: skip
    probe.make(PetitionEvent, tag, own, petition=matter, verb="register", at=probe.at, now="received")
    if state == "declined":
        probe.make(PetitionEvent, tag, own, petition=matter, verb="decline", at=probe.at, was="received", now=state)
    probe.make(Representative, tag, persons, {"*": persons}, petition=matter, position=2)
    path, size = probe.file("matters", tag, own)
    kept = {"kind": "image/png", "added_at": probe.at, "added_by": probe.people[f"officer-{station_tag}"]}
    probe.make(Attachment, tag, own, petition=matter, file=path, size=size, **kept)
    _flag(probe, tag, own, land, petition=matter)
    if accused:
        unit = units["U2" if tag.endswith("D1") else "U1"]
        Complaint.objects.create(petition=matter, unit=unit)
        Complaint.objects.create(petition=matter, person=probe.people[f"clerk-{t}"])
    if state in ("received", "routed"):
        desks = own - {f"deputy-{tag}"} - follower_of(tag, state)
        scan, _size = probe.file("paper", tag, desks)
        batch = probe.make(
            PaperBatch, tag, desks, station=station, entered_at=probe.at, scan=scan,
            kind="image/png", entered_by=probe.people[f"officer-{station_tag}"],
        )  # fmt: skip
        batch.petitions.add(matter)
    if accused or holder:
        _referral(probe, t, station_tag, tag, matter, unit, land, own, holder, state)


def _referral(probe, t, station_tag, tag, matter, unit, land, own, holder, state):
    seen, clerk = own | holder, probe.people[f"town-{t}"]
    replied = probe.on if state == "fed_back" else None
    referral = probe.make(
        Referral, tag, seen, petition=matter, place=land, unit=unit, routed_on=probe.on - timedelta(days=8),
        routed_by=clerk, due_on=probe.on + timedelta(days=30), accepted_on=probe.on - timedelta(days=5),
        replied_on=replied, reply=probe.word(tag, "reply", seen) if replied else "", return_reason="",
    )  # fmt: skip
    offices = seen - {f"deputy-{tag}"} - follower_of(tag, state)
    probe.make(
        Extension, tag, offices, {"*": seen}, referral=referral, amount=3, approved_by=clerk, approved_on=probe.on
    )
    probe.make(
        ExtensionRequest, tag, seen, referral=referral, amount=5, asked_by=probe.people[f"unit-{t}U1"],
        asked_on=probe.on,
    )  # fmt: skip
    probe.make(Urging, tag, seen, referral=referral, on=probe.on, by=clerk)
    _flag(probe, tag, offices, land, referral=referral)
    path, size = probe.file("matters", tag, seen)
    kept = {"kind": "image/png", "added_at": probe.at, "added_by": probe.people[f"unit-{t}U1"], "size": size}
    answer = probe.make(Attachment, tag, seen, petition=matter, reply_to=referral, file=path, **kept)
    path, _size = probe.file("matters", tag, seen)
    released = probe.make(Attachment, tag, seen, petition=matter, file=path, **kept)
    released.released_in.add(referral)
    if state in ("received", "routed"):
        secret = f"probe-link-{tag}-{state}-{'x' * 32}"
        link = UnitLink.objects.create(
            referral=referral, token_hash=hash_of(secret), until=probe.on + timedelta(days=9), made_at=probe.at,
            made_by=clerk,
        )  # fmt: skip
        probe.seen["constituents.unitlink", link.pk] = frozenset(place(t) & own)
        probe.tags["constituents.unitlink", link.pk] = tag
        if "link" in holder:
            probe.tokens["link", "link"] = secret
    if state == "fed_back":
        probe.make(
            Feedback, tag, own, petition=matter, told_on=probe.on, told_by=probe.people[f"officer-{station_tag}"],
            way="phone",
        )  # fmt: skip
    return answer


def _suggestion(probe, t, tag, deputy, units, land):
    other = f"deputy-{tag[:-1]}{'2' if tag.endswith('1') else '1'}"
    for state in ("submitted", "routed"):
        routed = state == "routed"
        holder = {f"unit-{t}U1"} if routed else set()
        # A register is shown to the office once it was handed in; the congress is the town's here.
        mine = {f"deputy-{tag}"} | follower_of(tag, state)
        seen = place(t) | mine | {other} | holder
        probe._seq += 1
        row = probe.make(
            Suggestion, tag, seen, {"*": place(t) | mine | {other}, "title": seen | {group_of(tag)}}, deputy=deputy,
            jurisdiction=land, status=state, written_on=probe.on, submitted_on=probe.on,
            **({"year": probe.on.year, "seq": probe._seq} if routed else {}), **_passed_on(probe, tag, state),
        )  # fmt: skip
        probe.make(SuggestionEvent, tag, seen - holder, suggestion=row, verb="write", at=probe.at, now="draft")
        probe.__dict__.setdefault("cosigned", []).append((row, other))
        if routed:
            probe.make(
                Referral, tag, place(t) | mine | holder, {"*": seen}, suggestion=row, place=land,
                unit=units["U1"], routed_on=probe.on, due_on=probe.on + timedelta(days=90), return_reason="", reply="",
            )  # fmt: skip
    talk = probe.make(
        Engagement, tag, place(t) | {f"deputy-{tag}"}, deputy=deputy, kind="request", asked_on=probe.on, outcome="",
        planned_on=probe.on + timedelta(days=8),
    )  # fmt: skip
    probe.make(
        EngagementEvent, tag, place(t) | {f"deputy-{tag}"}, engagement=talk, verb="ask", at=probe.at, now="asked"
    )


# -- what goes across tenants, and who belongs to none


def _across(probe):
    """A deputy takes a turn at the neighbour's station, and signs with a colleague."""
    for row, other in probe.cosigned:
        signer = Deputy.objects.get(user=probe.people[other])
        probe.make(Signature, probe.tags["constituents.suggestion", row.pk], place(probe.tags_town(row)), {},
                   suggestion=row, deputy=signer)  # fmt: skip
    for t in TOWNS:
        guest, tag = f"deputy-{t}S2D1", f"{t}S1"
        deputy = Deputy.objects.get(user=probe.people[guest])
        seen = place(t) | desk(tag) | deputies_at(tag) | {guest}
        reception = probe.make(
            Reception, tag, seen, station=probe.stations[tag], planned_on=probe.on + timedelta(days=27),
            starts_at=time(14), ends_at=time(16),
        )  # fmt: skip
        probe.make(ReceptionDuty, tag, seen, reception=reception, deputy=deputy)


def _everybody_else(probe):
    """Who was shut out, who holds no role, and whoever holds a role that this county does not know yet."""
    probe.person("disabled", "C1", above("C1"), Role.COUNTY_OFFICE, active=False, jurisdiction=probe.C1)
    probe.person("norole", "C1", above("C1"))
    held = {role for role in Role if Assignment.objects.filter(role=role, user__is_active=True).exists()}
    for role in set(Role) - held:
        probe.person(role.value, "C1", above("C1"), role, **({"jurisdiction": probe.C1} if role in LINE else {}))


def _open_what_is_published(probe):
    """Who and where, but not what was said: those are the only words of the published page."""
    deputy = Deputy.objects.get(user=probe.people[f"deputy-{PUBLISHED}"])
    for word in (deputy.name, deputy.district.name, deputy.district.jurisdiction.name):
        probe.words[word] |= frozenset(probe.people)


def _letters(probe):
    """A notice and a job of everybody, and what leaves the house for them."""
    for key, user in list(probe.people.items()):
        if user is None:
            continue
        tag = probe.tags["office.user", user.pk]
        watching = {"county-C2"} if tag.startswith(("T4", "C2")) else {"county"}
        watching |= {Role.SYSTEM_ADMIN.value}  # whose work the ways out of the house are
        text = probe.word(tag, "text", {key, *watching})
        probe.make(Notice, tag, {key}, user=user, key="probe", text=text, link="/", at=probe.at)
        probe.make(
            Outbox, tag, watching, {"*": watching}, user=user, key=f"probe-{user.pk}", channel="email",
            payload={"text": text}, created_at=probe.at, next_at=probe.at,
        )  # fmt: skip
        probe.make(SavedFilter, tag, {key}, user=user, path="/matters/", query="part=open")
        probe.make(
            Job, tag, {key}, user=user, kind="export", created_at=probe.at, heartbeat_at=probe.at, finished_at=probe.at,
            state="done", folder="", params={"export": "annual", "asked": {"subject": "county"}},
            result={"title": probe.word(tag, "title", {key}), "size": 1},
        )  # fmt: skip
    with suppress(AttributeError):
        del probe.cosigned


def _numbers(probe):
    """The registers go on behind the numbers that were given here."""
    for kind, owners in (("petition", probe.rows(Station)), ("suggestion", probe.rows(Jurisdiction))):
        for owner in owners:
            Counter.objects.create(kind=kind, year=probe.on.year, owner=owner, n=probe._seq)


def congress(tag) -> str:
    """The county of a tag."""
    return COUNTY_OF.get(tag[:2], tag[:2])


def tag_town(tag) -> str:
    """The town of a tag, or nothing for what is the county's."""
    return tag[:2] if tag.startswith("T") else ""


Probe.tags_town = lambda self, row: tag_town(self.tags[row._meta.label_lower, row.pk])
