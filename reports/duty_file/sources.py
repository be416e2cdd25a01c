"""The records of which a duty file is made, each kind as one arm of one question to the database.

Every arm has the columns of ``COLUMNS``, so that the files of a whole county cost as many questions as one.
"""

from django.db.models import BigIntegerField, Case, DateField, F, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Left, NullIf

from constituents.models import Engagement, Signature, Suggestion
from deputies.models import Absence
from liaison_stations.models import ReceptionDuty
from reports.models import Commendation
from visits.models import ActivityAbsence, DutyEntry, Visit, VoterReport
from visits.models import DutyPart as Part

CONTACTS = "contacts"
"""The annex of the eight parts: contacts with voters and receptions."""
COLUMNS = ("deputy", "part", "source", "pk", "on", "until", "what", "kind", "place", "result", "state", "note")
_WORDS = 80
"""Characters of a longer text."""
_SURVEYS = (Visit.Kind.INSPECTION, Visit.Kind.SURVEY)


def arms(deputies, first, last) -> list:
    """Every source, for ``deputies`` (a queryset) from ``first`` to ``last``, both included."""
    whose = deputies.order_by().values("pk")
    return [arm(whose, first, last) for arm in ARMS]


def _entries(whose, first, last):
    rows = DutyEntry.objects.counted().filter(deputy__in=whose, happened_on__range=(first, last))
    by = Case(When(declared=True, then=Value("declared")), default=Value("entered"), output_field=TextField())
    about = {"part": "part", "what": "title", "kind": "kind", "place": "place", "result": "role"}
    return _arm(rows, "entry", on="happened_on", until="until", state="attendance", note="note", by=by, **about)


def _visits(whose, first, last):
    """Contacts that belong to no group activity; a report to voters with a record of its own stands there."""
    rows = Visit.objects.filter(deputy__in=whose, happened_on__range=(first, last), activity=None)
    rows = rows.filter(voter_report=None, consultation=None)
    part = Case(
        When(kind__in=_SURVEYS, then=Value(Part.SURVEYS)),
        When(kind=Visit.Kind.REPORT, then=Value(Part.REPORTS)),
        default=Value(CONTACTS),
        output_field=TextField(),
    )
    whom = Coalesce(NullIf(F("household__head"), Value("")), F("met"))
    about = {"part": part, "what": whom, "kind": "kind", "place": "place", "note": Left("content", _WORDS)}
    return _arm(rows, "visit", on="happened_on", **about)


def _opinions(whose, first, last):
    """An opinion stands under its topic, whoever was met (D8-四3)."""
    rows = Visit.objects.filter(deputy__in=whose, happened_on__range=(first, last), consultation__isnull=False)
    about = {"what": "consultation__topic", "kind": "kind", "place": "place", "note": Left("content", _WORDS)}
    return _arm(rows, "opinion", part=Value(Part.SURVEYS), on="happened_on", **about)


def _activities(whose, first, last):
    rows = Visit.objects.filter(deputy__in=whose, happened_on__range=(first, last), activity__isnull=False)
    about = {"what": "activity__topic", "kind": "activity__kind", "place": "activity__place", "pk": "activity"}
    return _arm(rows, "activity", part=Value(Part.GROUP), on="happened_on", state=Value("present"), **about)


def _missed(whose, first, last):
    rows = ActivityAbsence.objects.filter(deputy__in=whose, activity__happened_on__range=(first, last))
    about = {"what": "activity__topic", "kind": "activity__kind", "place": "activity__place", "pk": "activity"}
    about |= {"on": "activity__happened_on", "state": "kind", "note": "reason"}
    return _arm(rows, "activity", part=Value(Part.GROUP), **about)


def _engagements(whose, first, last):
    rows = Engagement.objects.filter(deputy__in=whose, held_on__range=(first, last), status="held")
    return _arm(rows, "engagement", part=Value(Part.SURVEYS), on="held_on", kind="kind")


def _suggestions(whose, first, last):
    rows = Suggestion.objects.filter(deputy__in=whose, submitted_on__range=(first, last))
    rows = rows.exclude(status__in=(Suggestion.Status.DRAFT, Suggestion.Status.WITHDRAWN))
    about = {"what": "title", "result": "status", "note": "satisfaction", "place": _number("")}
    return _arm(rows, "suggestion", part=Value(Part.SUGGESTIONS), on="submitted_on", kind=Value("lead"), **about)


def _signed(whose, first, last):
    rows = Signature.objects.filter(deputy__in=whose, suggestion__submitted_on__range=(first, last))
    rows = rows.filter(signed_at__isnull=False)
    rows = rows.exclude(suggestion__status__in=(Suggestion.Status.DRAFT, Suggestion.Status.WITHDRAWN))
    about = {"what": "suggestion__title", "result": "suggestion__status", "pk": "suggestion"}
    about |= {"on": "suggestion__submitted_on", "place": _number("suggestion__")}
    return _arm(rows, "suggestion", part=Value(Part.SUGGESTIONS), kind=Value("joint"), **about)


def _number(prefix):
    """Year and number of a suggestion in the register, as words; empty before it is on file."""
    year, seq = Cast(f"{prefix}year", TextField()), Cast(f"{prefix}seq", TextField())
    numbered = Concat(year, Value("/"), seq, output_field=TextField())
    return Case(When(**{f"{prefix}seq__isnull": False}, then=numbered), default=Value(""), output_field=TextField())


def _reports(whose, first, last):
    rows = VoterReport.objects.held_between(first, last).filter(deputy__in=whose)
    votes = [Cast(name, TextField()) for name in ("satisfied", "fairly", "dissatisfied")]
    told = Concat(votes[0], Value("/"), votes[1], Value("/"), votes[2], output_field=TextField())
    rating = Case(When(satisfied__isnull=False, then=told), default=Value(""), output_field=TextField())
    about = {"place": "place", "result": rating, "state": "status", "note": Cast("voters_present", TextField())}
    return _arm(rows, "report", part=Value(Part.REPORTS), on="held_on", **about)


def _commendations(whose, first, last):
    rows = Commendation.objects.awarded().filter(deputy__in=whose, awarded_on__range=(first, last))
    about = {"what": "title", "kind": "kind", "result": "by_whom", "note": Left("ground", _WORDS)}
    return _arm(rows, "commendation", part=Value(Part.COMMENDATIONS), on="awarded_on", **about)


def _receptions(whose, first, last):
    rows = ReceptionDuty.objects.filter(deputy__in=whose, came=True, reception__held_on__range=(first, last))
    about = {"what": "reception__station__name", "on": "reception__held_on", "pk": "reception"}
    return _arm(rows, "reception", part=Value(CONTACTS), kind=Value("reception"), **about)


def _absences(whose, first, last):
    within = Q(until__isnull=True) | Q(until__gte=first)
    rows = Absence.objects.filter(within, deputy__in=whose, since__lte=last)
    about = {"what": "reason", "kind": "kind", "result": "approved_by"}
    return _arm(rows, "absence", part=Value(Part.BASICS), on="since", until="until", **about)


ARMS = (
    _entries,
    _visits,
    _opinions,
    _activities,
    _missed,
    _engagements,
    _suggestions,
    _signed,
    _reports,
    _commendations,
    _receptions,
    _absences,
)


def _arm(rows, source, *, part, on, pk="pk", until=None, by=None, **words):
    """One arm: keys and days as they are, everything else as text."""
    texts = [_text(words.get(name)) for name in COLUMNS[6:]]
    day = Cast(F(until), DateField()) if until else Cast(Value(None), DateField())
    return rows.order_by().values_list(
        Cast("deputy", BigIntegerField()),
        _text(part),
        Value(source, TextField()) if by is None else by,
        Cast(pk, BigIntegerField()),
        Cast(F(on), DateField()),
        day,
        *texts,
    )


def _text(said):
    if said is None:
        return Value("", TextField())
    return Coalesce(Cast(F(said) if isinstance(said, str) else said, TextField()), Value("", TextField()))
