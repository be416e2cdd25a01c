"""What a change of term reads and moves is held until it is written: whoever writes at the same time waits.

A record of the old term is written before the change, which then finds it, or after it, when its writer finds the
mandate ended (``Deputy.objects.held``). Rows are taken in the order in which the others take them, so that nobody
waits crosswise: what a writer holds before a deputy stands before the deputies, what they take after, after.
"""

from django.db.models import Q

from constituents.models import Designation, Petition, Suggestion
from deputies.models import Deputy, Term
from liaison_stations.models import Reception, ReceptionDuty, Station
from office import watermarks
from visits.models import Visit


def hold(term: Term, *, first):
    """Lock the term, its mandates in force, and of these what moves with the term that begins on ``first``."""
    Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    watermarks.judged_through(watermarks.SWEEP)
    deputies = Deputy.objects.filter(term=term, end_reason="")
    keys = deputies.order_by().values("pk")
    for rows in _before(keys, first) if first else ():
        _lock(rows, no_key=True)
    # With the KEY: nothing that refers to one of them is written meanwhile.
    _lock(deputies, no_key=False)
    _lock(Designation.objects.filter(deputy__in=keys, until=None), no_key=True)


def _before(keys, first) -> tuple:
    turns = ReceptionDuty.objects.filter(deputy__in=keys, reception__planned_on__gte=first)
    theirs = Q(deputy__in=keys) | Q(followed_up_by__in=keys)
    return (
        Station.objects.filter(pk__in=Station.deputies.through.objects.filter(deputy__in=keys).values("station")),
        Reception.objects.filter(pk__in=turns.values("reception")),
        Visit.objects.filter(deputy__in=keys, happened_on__gte=first),
        Petition.objects.filter(theirs, status__in=Petition.OPEN),
        Suggestion.objects.filter(theirs, status__in=Suggestion.OPEN),
    )


def _lock(rows, *, no_key):
    list(rows.order_by("pk").select_for_update(of=("self",), no_key=no_key).values_list("pk"))
