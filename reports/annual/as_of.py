"""How a matter stood on a day, as columns of a query: from its steps where the row itself has moved on since.

A row keeps its present state alone. Every step says from which state it was taken, so the state of a day is the one
from which the first later step was taken; a row without a later step still stands as it did, also one that came from
a workbook without steps. What was set right without a step (a corrected day, a longer term for a reply) counts as if
it had always been so: that is no passing of time but a change of the record, and a closed year lists it.
"""

from datetime import date

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from constituents.models import EngagementEvent, Feedback, PetitionEvent, SuggestionEvent
from constituents.models.petitions import Satisfaction
from office import clock
from visits.models import VoterReport

DECIDING = ("escalate", "route", "decline", "answer", "suggested")
"""The steps that say what is done with a matter."""
JUDGING = ("judge", "redo")
_TEXT = CharField()


def _steps(model, of: str, path: str) -> QuerySet:
    return model.objects.filter(**{of: OuterRef(path)}).order_by()


def _after(steps, on: date) -> QuerySet:
    return steps.filter(at__gte=clock.midnight_after(on))


def _before(steps, on: date) -> QuerySet:
    return steps.filter(at__lt=clock.midnight_after(on))


def _status(steps, on, path) -> Coalesce:
    first = _after(steps, on).exclude(was="").order_by("id").values("was")[:1]
    return Coalesce(Subquery(first, output_field=_TEXT), F(path))


def petition_status(on: date, petition: str = "") -> Coalesce:
    """At which state a petition stood on a day; ``petition`` is the look-up to it (``petition__``)."""
    return _status(_steps(PetitionEvent, "petition", f"{petition}pk"), on, f"{petition}status")


def suggestion_status(on: date) -> Coalesce:
    """At which state a suggestion stood on a day."""
    return _status(_steps(SuggestionEvent, "suggestion", "pk"), on, "status")


def course(on: date) -> Case:
    """What was being done with a petition on a day: nothing yet, where that was decided later."""
    steps = _steps(PetitionEvent, "petition", "pk").filter(verb__in=DECIDING)
    decided_later = Exists(_after(steps, on)) & ~Exists(_before(steps, on))
    return Case(When(decided_later, then=Value("")), default=F("course"), output_field=_TEXT)


def petition_verdict(on: date, column: str, of_feedback: str) -> Case:
    """What the person had said by a day, of a ``column`` of the petition that a feedback has under another name."""
    judged_later = Exists(_after(_steps(PetitionEvent, "petition", "pk").filter(verb__in=JUDGING), on))
    said = Feedback.objects.filter(petition=OuterRef("pk"), judged_at__lt=clock.midnight_after(on))
    earlier = Subquery(said.order_by("-id").values(of_feedback)[:1], output_field=_TEXT)
    return Case(When(judged_later, then=Coalesce(earlier, Value(""))), default=F(column), output_field=_TEXT)


def suggestion_verdict(on: date, column: str) -> Case:
    """What the deputy had said of the reply by a day; a second verdict follows only on one of dissatisfaction."""
    steps = _steps(SuggestionEvent, "suggestion", "pk").filter(verb__in=JUDGING)
    was = Case(When(Exists(_before(steps, on)), then=Value(Satisfaction.DISSATISFIED)), default=Value(""))
    return Case(When(Exists(_after(steps, on)), then=was), default=F(column), output_field=_TEXT)


def engagement_status(on: date) -> Coalesce:
    """At which state an inspection, survey or talk stood on a day."""
    return _status(_steps(EngagementEvent, "engagement", "pk"), on, "status")


def report_status(on: date) -> Case:
    """Whether the result of a report to voters had been given to the deputy by a day, or it was only held."""
    returned = Q(returned_at__lt=clock.midnight_after(on))
    held, given = Value(VoterReport.Status.HELD), Value(VoterReport.Status.RETURNED)
    return Case(When(returned, then=given), default=held, output_field=_TEXT)


def vote(on: date, column: str) -> Case:
    """So many of these votes at a report to voters, once they had been tallied by a day."""
    return Case(When(tallied_at__lt=clock.midnight_after(on), then=F(column)), output_field=IntegerField())


def is_decided(on: date) -> Q:
    """What a deputy declared was confirmed by a day; what the office entered needs nobody to confirm it."""
    return Q(decided_at__isnull=True) | Q(decided_at__lt=clock.midnight_after(on))


def reception_day(on: date, reception: str = "") -> Case:
    """The day of a reception: that on which it was held, when it had been held by a day, or else the planned one."""
    held = When(**{f"{reception}held_on__lte": on}, then=F(f"{reception}held_on"))
    return Case(held, default=F(f"{reception}planned_on"))


def is_gone(on: date) -> Q:
    """The unit of a referral had it no longer on a day."""
    return Q(returned_on__lte=on) | Q(recalled_on__lte=on)


def is_paused(on: date, steps=PetitionEvent) -> Q:
    """The clock of a referral stood still on a day; ``steps`` are those of the matter's kind. Not to be negated."""
    taken = _before(steps.objects.filter(referral=OuterRef("pk"), verb__in=("pause", "resume")), on)
    last = Subquery(taken.order_by("-id").values("verb")[:1], output_field=_TEXT)
    return Q(Exact(last, Value("pause"))) | Q(~Exists(taken.order_by()), paused_on__lte=on)
