"""How the units' replies stand on a day (D3-七), as columns of a query."""

from datetime import date

from django.db.models import Case, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from constituents.models import PetitionEvent, Referral
from reports.annual import as_of
from reports.annual.columns import Reply
from reports.measures.clocks import NO_REPLY_DUE


def reply_state(on: date, steps=PetitionEvent) -> Case:
    """How one referral stood on ``on`` (see ``Reply``), as a column of a query on referrals (D3-七).

    ``steps`` are those of the matters that were handed over: of petitions or of suggestions.
    """
    replied = Q(replied_on__lte=on)
    ended = In(as_of.petition_status(on, "petition__"), list(NO_REPLY_DUE))
    return Case(
        When(as_of.is_gone(on), then=Value(Reply.NONE)),
        When(Q(~replied | Q(replied_on__isnull=True)) & Q(ended), then=Value(Reply.NONE)),
        When(replied, due_on__isnull=True, then=Value(Reply.UNDATED)),
        When(replied, replied_on__gt=F("due_on"), then=Value(Reply.LATE)),
        When(replied, then=Value(Reply.IN_TIME)),
        When(as_of.is_paused(on, steps), then=Value(Reply.OPEN)),
        When(due_on__lt=on, then=Value(Reply.OVERDUE)),
        default=Value(Reply.OPEN),
        output_field=IntegerField(),
    )


def petitions_of(subject, *, on: date, user=None):
    """The petitions that a report counts, each with the state of its reply."""
    return replied(subject.petitions(user), on)


def replied(petitions, on: date):
    """Petitions, each with the state of its reply: the worst of its referrals."""
    referrals = Referral.objects.filter(petition=OuterRef("pk")).order_by().values("petition")
    worst = Subquery(referrals.annotate(worst=Max(reply_state(on))).values("worst"))
    return petitions.annotate(reply=Coalesce(worst, Value(Reply.NONE)))


def petitions_of_the_year(subject, year: int, *, on: date, user=None):
    """Those of a year."""
    received = {"received_on__range": (date(year, 1, 1), date(year, 12, 31))}
    return petitions_of(subject, on=on, user=user).filter(**received)
