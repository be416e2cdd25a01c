"""How each kind of record is told in a duty file. Names of voters are masked, whoever reads: it is the deputy's."""

from django.utils.translation import gettext as _

from constituents.models import Engagement, Suggestion
from constituents.models.petitions import Satisfaction
from deputies.models import Absence
from liaison_stations.models import Reception
from office import masking
from reports.models import Commendation
from visits.models import DutyEntry, GroupActivity, Visit, VoterReport

RECORDS = {
    "entered": ("duty_entry", DutyEntry),
    "declared": ("duty_entry", DutyEntry),
    "visit": ("visit", Visit),
    "opinion": ("visit", Visit),
    "activity": ("group_activity", GroupActivity),
    "engagement": ("engagement", Engagement),
    "suggestion": ("suggestion", Suggestion),
    "report": ("voter_report", VoterReport),
    "commendation": ("commendation", Commendation),
    "reception": ("reception", Reception),
    "absence": ("absence", Absence),
}
"""The kind of record behind each source: as a key names it, and its model."""


def record(source: str, pk: int) -> str:
    """What the record behind a line is called, with its number: 联系记录 17."""
    return f"{RECORDS[source][1]._meta.verbose_name} {pk}"


_CLAUSES = {
    "entered": "D8-五a",
    "declared": "D8-五b",
    "opinion": "D8-四3",
    "activity": "D9-1a",
    "suggestion": "D9-2二b",
    "report": "D1-4",
    "commendation": "D9-6",
    "reception": "D3-三",
    "absence": "D8-五a",
}
_BY_KIND = {
    ("visit", Visit.Kind.INSPECTION): "D1-2②",
    ("visit", Visit.Kind.SURVEY): "D1-3②",
    ("visit", Visit.Kind.FORUM): "D1-2③",
    ("visit", Visit.Kind.REPORT): "D1-4",
    ("visit", Visit.Kind.RECEPTION): "D3-三",
    ("engagement", Engagement.Kind.REQUEST): "D3-六d",
    ("engagement", Engagement.Kind.PROPOSAL): "D3-六e",
    ("engagement", Engagement.Kind.INVITATION): "D3-六g",
}
_CHOICES = {
    "entered": DutyEntry.Kind,
    "declared": DutyEntry.Kind,
    "visit": Visit.Kind,
    "opinion": Visit.Kind,
    "activity": GroupActivity.Kind,
    "engagement": Engagement.Kind,
    "commendation": Commendation.Kind,
    "absence": Absence.Kind,
}
_MANY = (Visit.Kind.INSPECTION, Visit.Kind.SURVEY, Visit.Kind.FORUM, Visit.Kind.REPORT, Visit.Kind.RECEPTION)
STATES = {**dict(DutyEntry.Attendance.choices), **dict(VoterReport.Status.choices)}


def clause(source: str, kind: str) -> str:
    """The clause that a record goes to."""
    return _BY_KIND.get((source, kind)) or _CLAUSES.get(source, "D1-3①b")


def of(source, kind, **told) -> dict:
    """The words of a line: kind, what, place, result, note."""
    said = {name: told[name] for name in ("what", "place", "result", "note")}
    said["kind"] = _kind(source, kind)
    said |= _TOLD.get(source, lambda **_told: {})(kind=kind, **told)
    return {**said, "what": said["what"] or said["kind"]}


def _kind(source, kind) -> str:
    if source == "suggestion":
        return _("joint signature") if kind == "joint" else _("suggestion")
    if source == "reception":
        return _("reception at the station")
    if source == "report":
        return str(Visit.Kind.REPORT.label)
    return str(_CHOICES[source](kind).label)


def _visit(*, what, kind, **_told):
    """At an inspection or a forum many were met: it is named by what it was."""
    return {"what": str(Visit.Kind(kind).label) if kind in _MANY else masking.name(what)}


def _suggestion(*, what, place, result, note, **_told):
    year, _slash, seq = place.partition("/")
    number = f"建议〔{year}〕{int(seq):04d} " if seq else ""
    rated = _("satisfaction: %s") % Satisfaction(note).label if note else ""
    return {"what": f"{number}{what}", "place": "", "result": str(Suggestion.Status(result).label), "note": rated}


def _report(*, result, note, **_told):
    there = _("before %s voters") % note if note else ""
    rating = ""
    if result:
        good, fair, bad = result.split("/")
        rating = _("satisfied %(good)s, fairly satisfied %(fair)s, dissatisfied %(bad)s") % {
            "good": good,
            "fair": fair,
            "bad": bad,
        }
    return {"what": _("report to voters"), "result": rating, "note": there}


def _engagement(*, kind, **_told):
    return {"what": str(Engagement.Kind(kind).label), "kind": _("inspection, survey or talk")}


def _commendation(*, what, kind, **_told):
    return {"what": what or str(Commendation.Kind(kind).label)}


def _absence(*, result, **_told):
    return {"result": _("approved by %s") % result}


_TOLD = {
    "visit": _visit,
    "suggestion": _suggestion,
    "report": _report,
    "engagement": _engagement,
    "commendation": _commendation,
    "absence": _absence,
}
