"""Every address of the resolver, and how each is filled with a row: one's own, a neighbour's, a stranger's, none."""

import re
from os.path import commonprefix
from typing import NamedTuple

from django.apps import apps
from django.urls import get_resolver
from django.urls.resolvers import RegexPattern

from constituents import engagement_views, suggestion_views, task_views
from constituents.matter_verbs import PETITION, REFERRAL
from constituents.models import Attachment, Engagement, PaperBatch, Petition, Referral, Suggestion, Urging
from deputies.models import Deputy
from liaison_stations.models import Reception, ReceptionDuty, Station, TurnRequest
from office import personal_data
from office.clocks import SUBJECTS
from office.models import Job, Notice, SavedFilter
from reports.models import Objection
from visits.models import (
    ActivityFile,
    AreaFile,
    AreaFiling,
    Consultation,
    DutyEntry,
    DutyFile,
    GroupActivity,
    ReportExemption,
    ReportFile,
    Review,
    Visit,
    VisitPhoto,
    VoterReport,
)
from visits.voters.table import VERBS

HERE = "reports/probe/addresses.py"
ROWS = {
    "matters": Petition,
    "referrals": Referral,
    "urgings": Urging,
    "files": Attachment,
    "tasks": Referral,
    "suggestions": Suggestion,
    "engagements": Engagement,
    "stations": Station,
    "receptions": Reception,
    "turns": ReceptionDuty,
    "requests": TurnRequest,
    "notices": Notice,
    "contacts": Visit,
    "photos": VisitPhoto,
    "paper": PaperBatch,
    "filters": SavedFilter,
    "activities": GroupActivity,
    "group/records": Visit,
    "group/files": ActivityFile,
    "questions": Review,
    "duty": DutyEntry,
    "duty/files": DutyFile,
    "members": Deputy,
    "records": Deputy,
    "duty-files": Deputy,
    "objections": Objection,
    "exports": Job,
    "voters/reports": VoterReport,
    "voters/sheets": ReportFile,
    "voters/deputies": Deputy,
    "voters/exemptions": ReportExemption,
    "published/results": VoterReport,
    "filings": AreaFiling,
    "consultations": Consultation,
    "area/files": AreaFile,
}
"""The last plain word of an address (or the last two) before the key of a row → the model of that row."""

WORDS = {
    "constituents:move": list(PETITION),
    "constituents:link_move": list(task_views.VERBS),
    "office:personal": [
        (label, next(iter(entry.masked()))) for label, entry in personal_data.entries().items() if entry.masked()
    ],
    "constituents:referral_move": list(REFERRAL),
    "constituents:task_move": list(task_views.VERBS),
    "constituents:suggestion_move": list(suggestion_views.VERBS),
    "constituents:engagement_move": list(engagement_views.VERBS),
    "voters:step": list(VERBS),
    "voters:paper": ["tally"],
    "office:deadline_of": list(SUBJECTS),
    "admin:reports_reporttemplate_built_in": ["deputy"],
    "reports:export_new": ["annual", "contacts", "list"],
    "reports:print_form": ["reception_register", "visit_card"],
    "admin:app_list": ["constituents"],
    "admin:reports_hintanswer_question": ["many-0-0"],
    "admin:view_on_site": ["7"],
    "admin:None": ["nowhere/"],
}
"""What may stand in an address beside the key of a row: verbs and kinds, by the address's name; where it has two such
parts, a pair."""

TOKENS = {
    "stations:feed": "feed",
    "constituents:link": "link",
    "constituents:link_file": "link",
    "constituents:link_move": "link",
}
"""Addresses whose secret part is the proof, and which secret of ``Probe.tokens`` that is."""

IN_QUERY = {"constituents:link": "t", "constituents:link_file": "t", "constituents:link_move": "t"}
"""Of these the secret stands in the query, under this name."""

_ROW_NAMES = {"pk", "object_id", "id"}
_PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>[^)]*\)")


class Unfillable(Exception):
    """An address that the probe does not know how to fill; the text says what to add."""


class Address(NamedTuple):
    """One pattern of the resolver."""

    name: str
    route: str
    view: object

    @property
    def parts(self) -> list[str]:
        return [part["name"] or part["group"] for part in _PART.finditer(self.route)]

    @property
    def has_secret(self) -> bool:
        return "token" in self.parts or self.name in IN_QUERY

    @property
    def row_part(self) -> str:
        return next((name for name in self.parts if name in _ROW_NAMES), "")

    def paths(self, probe, person, filling) -> dict[str, str]:
        """The address for one person: by whose row stands in it, one of ``OBJECTS``.

        Where a secret is the proof, it is one's own secret and anybody's row, and nobody's secret.
        """
        rows = {"own": {}}
        if self.row_part:
            found = keys(probe, person, self.model(filling))
            rows = {kind: {self.row_part: found[kind]} for kind in OBJECTS if kind in found}
        if self.has_secret:
            own = probe.tokens.get((self._secret(), person)) or "nobodys"
            rows = {kind: {**row, "token": own} for kind, row in rows.items()}
            rows["no proof"] = {**rows["own"], "token": "nobodys"}
        return {kind: self.path(**filling, **row) for kind, row in rows.items()}

    def _secret(self) -> str:
        if self.name not in TOKENS:
            raise Unfillable(f"{self.name} (/{self.route}): say in {HERE} TOKENS which secret it takes")
        return TOKENS[self.name]

    def check(self):
        """Raises ``Unfillable`` when it is not known how to fill this address."""
        for filling in self.fillings():
            if self.row_part:
                self.model(filling)
        if self.has_secret:
            self._secret()

    def path(self, **parts) -> str:
        """The address with its parts filled in."""
        filled = "/" + _PART.sub(lambda part: str(parts[part["name"] or part["group"]]), self.route)
        return f"{filled}?{IN_QUERY[self.name]}={parts['token']}" if self.name in IN_QUERY else filled

    def fillings(self) -> list[dict]:
        """What may stand in the parts that are no key, one way after the other; one empty way without such a part."""
        open_parts = [name for name in self.parts if name not in _ROW_NAMES and name != "token"]
        if not open_parts:
            return [{}]
        if self.name not in WORDS:
            raise Unfillable(f"{self.name} (/{self.route}): say in {HERE} WORDS what may stand in it")
        ways = [way if isinstance(way, tuple) else (way,) for way in WORDS[self.name]]
        return [dict(zip(open_parts, way, strict=True)) for way in ways]

    def model(self, filling):
        """The model of the row in the address."""
        if self.name == "office:deadline_of":
            return apps.get_model(SUBJECTS[filling["kind"]].model)
        if "label" in filling:
            return apps.get_model(filling["label"])
        steps = self.route.split("/")
        if steps[:2] == ["admin", "r"]:
            return Petition  # whatever kind of content is named, there is no way from the admin site to a page
        if steps[0] == "admin":
            return apps.get_model(steps[1], steps[2])
        before = self.route[: self.route.index(f"{self.row_part}>")]
        plain = [step for step in before.split("/") if step and "<" not in step]
        named = ROWS.get("/".join(plain[-2:])) or ROWS.get("".join(plain[-1:]))
        if named is None:
            raise Unfillable(f"{self.name} (/{self.route}): say in {HERE} ROWS whose key it takes")
        return named


def everything() -> list[Address]:
    """Every pattern of the resolver, in its order."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver, route, space):
    for pattern in resolver.url_patterns:
        own = str(pattern.pattern)
        if isinstance(pattern.pattern, RegexPattern):
            own = own.removeprefix("^").removesuffix("$")
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern, route + own, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield Address(f"{space}{pattern.name}", route + own, pattern.callback)


OBJECTS = ("own", "sibling", "elsewhere", "absent")
"""Whose row: in sight, of the same town out of sight, of another town (for a county: another county's), nobody's."""


def keys(probe, person, model) -> dict[str, int]:
    """A row of each of ``OBJECTS`` for somebody, as far as the county has one."""
    rows = probe.rows(model)
    if not rows:
        first = model._base_manager.order_by("pk").values_list("pk", flat=True).first()
        return {"own": first or probe.absent(model), "absent": probe.absent(model)}
    label, home = model._meta.label_lower, home_of(probe, person)
    town = home[:2] if home.startswith("T") else "T1"
    mine = [pk for pk in rows if probe.may_see(person, model, pk)]
    out = [pk for pk in rows if not probe.may_see(person, model, pk)]
    near = [pk for pk in out if probe.tags[label, pk].startswith(town)]
    far = [pk for pk in out if not probe.tags[label, pk].startswith(town)]
    found = {"own": nearest(probe, label, mine or near or rows, home)[0], "absent": probe.absent(model)}
    if near:
        found["sibling"] = near[-1]
    if far:
        found["elsewhere"] = far[0]
    return found


def home_of(probe, person) -> str:
    """Whose rows are most a person's own."""
    user = probe.people.get(person)
    return (probe.tags.get(("office.user", user.pk)) if user else None) or "T1S1D1"


def nearest(probe, label, rows, home) -> list[int]:
    """The rows, those first that are most one's own."""
    return sorted(rows, key=lambda pk: (-len(commonprefix([probe.tags[label, pk], home])), pk))


def twins(probe, person, model, own) -> list[tuple[str, int]]:
    """What a row is to oneself, others have too, in the same state: a row of a neighbour, one of another town."""
    label = model._meta.label_lower
    tag = probe.tags.get((label, own), "")
    rows = [pk for pk in probe.rows(model) if not probe.may_see(person, model, pk)]
    place = [pk for pk in probe.rows(model) if probe.tags[label, pk] == tag].index(own) if tag else 0
    found = {}
    for kind, near in (("sibling", True), ("elsewhere", False)):
        kin = [pk for pk in rows if (probe.tags[label, pk][:2] == tag[:2]) == near]
        alike = [pk for pk in kin if probe.tags[label, pk][2:] == tag[2:]] or kin
        if alike:
            found[kind] = alike[place % len(alike)]
    return list(found.items())
