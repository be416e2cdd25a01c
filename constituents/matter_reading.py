"""One matter read whole, in a number of questions that does not grow with what happened to it."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, CharField, Count, DateField, Exists, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import In
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from constituents import dues, moves, next_step
from constituents.models import (
    Attachment,
    Engagement,
    Extension,
    ExtensionRequest,
    Household,
    Petition,
    Referral,
    Representative,
    Suggestion,
    UnitLink,
    Urging,
)
from constituents.moves import DEPUTY, KEEPERS
from office.roles import Role

READERS = KEEPERS | DEPUTY | {Role.LEADER}
"""Who reads a matter as it was told; a unit reads what was written for it, on pages of its own."""
_RELATED = (
    "station",
    "deputy",
    "followed_up_by",
    "registered_by",
    "decline_reason",
    "merged_into__station",
    *dues.RULES,
)


class Beside(NamedTuple):
    """One small thing that hangs on a matter; what the columns hold depends on its ``kind``."""

    kind: str
    pk: int
    name: str
    more: str
    extra: str
    on: object
    size: int


class Happened(NamedTuple):
    """One step: what it is called, and from which state to which it led; empty where it led nowhere."""

    name: str
    event: object
    was: str
    now: str


@dataclass
class Matter:
    """One matter as one person may see it on one day."""

    petition: Petition
    user: object
    on: object

    @cached_property
    def referrals(self) -> list[Referral]:
        """Every referral of both rounds, with how often it was urged and extended, whether the unit asks, its link."""
        rows = self.petition.referrals.select_related("unit", "result", "routed_by", *dues.REFERRAL_RULES)
        asked = ExtensionRequest.objects.filter(referral=OuterRef("pk"), state=ExtensionRequest.State.ASKED)
        given = {"link_until": UnitLink.objects.until_of_referral()}
        counted = {"urged": _number_of(Urging), "extended": _number_of(Extension)}
        return list(rows.annotate(asking=Exists(asked), **counted, **given).order_by("round", "-part", "pk"))

    @cached_property
    def steps(self) -> list[Happened]:
        events = list(self.petition.events.select_related("by"))
        for event in events:
            event.referral = next((one for one in self.referrals if one.pk == event.referral_id), None)
        names = dict(Petition.Status.choices)
        led = [(e, e.was != e.now and bool(e.was)) for e in events]
        return [
            Happened(moves.step_name(e.verb), e, names.get(e.was, "") if moved else "", names.get(e.now, ""))
            for e, moved in led
        ]

    @cached_property
    def feedbacks(self) -> list:
        return list(self.petition.feedbacks.select_related("told_by", "judged_by"))

    @cached_property
    def dues(self) -> list[dues.Due]:
        return dues.dues(self.petition, self.referrals, self.on)

    @cached_property
    def next(self) -> next_step.Step | None:
        return next_step.next_of(self.petition, self.referrals, self.user, self.on)

    @cached_property
    def beside(self) -> dict[str, list[Beside]]:
        """By kind: who came too, whom it complains about, files, visits, what was merged into it, what came of it."""
        first, *more = self._beside()
        found = {}
        for row in first.union(*more, all=True):
            found.setdefault(row[0], []).append(Beside(*row))
        return {kind: sorted(rows, key=lambda one: one.pk) for kind, rows in found.items()}

    def _beside(self) -> list:
        petition, user = self.petition, self.user
        homes = Household.objects.visible_to(user).order_by().values("pk")
        seen = Case(When(In(F("household"), homes), then=F("household__head")), default=Value(""))
        number = {"name": Cast("station__number", CharField()), "more": Cast("year", CharField()), "size": F("seq")}
        office = Coalesce("unit__name", "person__name", "name")
        came_of = Suggestion.objects.visible_to(user).filter(sources=petition)
        asked = Engagement.objects.visible_to(user).filter(petition=petition)
        return [
            _row(petition.representatives, "person", name=F("name"), more=F("phone")),
            _row(petition.complaints, "complaint", name=office),
            _row(_files(petition, user), "file", name=F("name"), more=F("kind"), extra=_reply(), size=F("size")),
            _row(petition.visits, "visit", name=F("deputy__name"), more=seen, on=F("happened_on")),
            _row(petition.merged, "merged", on=F("received_on"), **number),
            _row(came_of, "suggestion", name=F("title"), more=F("status"), on=F("written_on")),
            _row(asked, "engagement", name=F("place"), more=F("status"), extra=F("kind"), on=F("asked_on")),
        ]

    @property
    def people(self) -> list[Representative]:
        """Who came with the visitor."""
        return [Representative(pk=one.pk, name=one.name, phone=one.more) for one in self.beside.get("person", [])]

    @property
    def merged(self) -> list[tuple[int, str]]:
        """What was merged into it: key and number."""
        rows = self.beside.get("merged", [])
        return [(one.pk, Petition.number_of(int(one.name), int(one.more), one.size)) for one in rows]

    @property
    def suggestions(self) -> list[tuple]:
        return [(one, Suggestion.Status(one.more).label) for one in self.beside.get("suggestion", [])]

    @property
    def engagements(self) -> list[tuple]:
        rows = self.beside.get("engagement", [])
        return [(one, Engagement.Kind(one.extra).label, Engagement.Status(one.more).label) for one in rows]


def _number_of(model):
    rows = model.objects.order_by().filter(referral=OuterRef("pk")).values("referral")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _files(petition, user):
    return Attachment.objects.visible_to(user, roles=READERS).filter(petition=petition)


def _reply():
    """``reply`` for what a unit sent, nothing for what the person brought."""
    return Case(When(reply_to__isnull=False, then=Value("reply")), default=Value(""), output_field=CharField())


def _row(rows, kind, **columns):
    """Rows of one kind in the columns that all kinds share."""
    blank = {
        "name": Value("", CharField()),
        "more": Value("", CharField()),
        "extra": Value("", CharField()),
        "on": Cast(Value(None), DateField()),
        "size": Value(0, IntegerField()),
    }
    shown = {f"a_{name}": columns.get(name, empty) for name, empty in blank.items()}
    return rows.order_by().annotate(a_kind=Value(kind, CharField()), **shown).values_list("a_kind", "pk", *shown)


def rows_for(user):
    """The matters that somebody may read as they were told."""
    return Petition.objects.visible_to(user, roles=READERS)


def whole(user, pk, on) -> Matter:
    """One matter with what the pages about it show; raises ``Http404``."""
    return Matter(get_object_or_404(rows_for(user).select_related(*_RELATED), pk=pk), user, on)
