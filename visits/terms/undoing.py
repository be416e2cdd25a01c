"""A change of term is taken back: what it made goes, what it ended goes on, as if it had not been."""

from collections import defaultdict

from django.db.models import Q

from constituents.models import Designation, LiaisonVoter, Petition, PetitionEvent, Suggestion, SuggestionEvent
from deputies.models import Deputy, DeputyGroup, ElectoralDistrict, Term
from liaison_stations.models import ReceptionDuty, Station, TurnRequest
from office.imports import SIZE
from office.models import AuditEvent
from visits.models import Visit

_DERIVED = {"reports.flag", "deputies.termchange", "deputies.districtsuccession"}
"""What follows from the rows by itself, and what belongs to the change."""
_MADE = {
    "constituents.designation": "homes_made",
    "constituents.liaisonvoter": "voters_made",
    "visits.visit": "contacts",
    "constituents.petition": "petitions",
    "constituents.suggestion": "suggestions",
    "liaison_stations.receptionduty": "turns",
    "liaison_stations.station": "heads",
}
"""The rows that the change itself brought to the new mandates, by where they are noted."""


def _rows_of(change) -> dict:
    new = change.written["term"]
    return {
        Deputy: Deputy.objects.filter(term=new),
        DeputyGroup: DeputyGroup.objects.filter(term=new),
        ElectoralDistrict: ElectoralDistrict.objects.filter(term=new),
        Term: Term.objects.filter(pk=new),
    }


def used_since(change) -> list[str]:
    """What was written into the new term since, by the names of its kinds; empty while it can be taken back.

    Found by the relations that the database has, so that no kind of record is forgotten.
    """
    own, found = _rows_of(change), set()
    for model, rows in own.items():
        for relation in model._meta.related_objects:
            other = relation.related_model
            if other not in own and other._meta.label_lower not in _DERIVED and not relation.many_to_many:
                keys = rows.order_by().values("pk")
                there = other._base_manager.filter(**{f"{relation.field.name}__in": keys})
                if there.exclude(pk__in=_own(change, other)).exists():
                    found.add(str(other._meta.verbose_name))
    return sorted(found | _edited(change, own) | _signing_in(change))


def _own(change, model) -> list:
    noted = change.written.get(_MADE.get(model._meta.label_lower), [])
    return [one[0] if isinstance(one, list) else one for one in noted]


def _edited(change, own) -> set:
    """Rows of the new term that somebody has corrected since, as the trail says."""
    lines = AuditEvent.objects.filter(at__gt=change.done_at)
    about = Q()
    for model, rows in own.items():
        about |= Q(subject_type=model._meta.label_lower, subject_id__in=rows.order_by().values("pk"))
    kinds = lines.filter(about).values_list("subject_type", flat=True).distinct()
    names = {model._meta.label_lower: str(model._meta.verbose_name) for model in own}
    return {names[kind] for kind in kinds}


def _signing_in(change) -> set:
    """A sign-in made for somebody new is a paper that somebody holds."""
    new = Deputy.objects.filter(term=change.written["term"], user__isnull=False, succeeds=None)
    return {str(Deputy._meta.get_field("user").verbose_name)} if new.exists() else set()


def take_back(change):
    """Put everything back; what the change wrote is gone, but for the lines of the trail."""
    told = change.written
    _restore(Visit, {"deputy_id": told["contacts"]})
    _turns(told)
    for model, event, name in ((Petition, PetitionEvent, "petitions"), (Suggestion, SuggestionEvent, "suggestions")):
        _restore(model, {"followed_up_by_id": told[name]})
        keys = [pk for pk, _before in told[name]]
        event.objects.filter(**{f"{name[:-1]}__in": keys}, verb="pass_on", at=change.done_at).delete()
    for model, made, ended in (
        (Designation, "homes_made", "homes_ended"),
        (LiaisonVoter, "voters_made", "voters_ended"),
    ):
        model.objects.filter(pk__in=told[made]).delete()
        model.objects.filter(pk__in=told[ended]).update(until=None)
    _restore(Station, {"head_id": told["heads"]})
    _drop_term(change.term, told)


def _restore(model, columns):
    """``columns``: for each the pairs of a key and what stood there before."""
    for column, pairs in columns.items():
        by_value = defaultdict(list)
        for pk, before in pairs:
            by_value[before].append(pk)
        for before, keys in by_value.items():
            model.objects.filter(pk__in=keys).update(**{column: before})


def _turns(told):
    was = {pk: (reception, deputy, confirmed) for pk, reception, deputy, confirmed in told["turns"]}
    gone = set(told["turns_gone"])
    ReceptionDuty.objects.bulk_create(
        (
            ReceptionDuty(pk=pk, reception_id=reception, deputy_id=deputy, confirmed_on=confirmed)
            for pk, (reception, deputy, confirmed) in was.items()
            if pk in gone
        ),
        batch_size=SIZE,
    )
    rows = list(ReceptionDuty.objects.filter(pk__in=was.keys() - gone))
    for row in rows:
        _reception, row.deputy_id, row.confirmed_on = was[row.pk]
    ReceptionDuty.objects.bulk_update(rows, ["deputy", "confirmed_on"], batch_size=SIZE)
    asked = {"state": TurnRequest.State.ASKED, "answered_by": None, "answered_at": None, "answer": ""}
    for pk, duty in told["turns_asked"]:
        TurnRequest.objects.filter(pk=pk).update(duty=duty, **asked)


def _drop_term(old, told):
    new = Term.objects.get(pk=told["term"])
    deputies = Deputy.objects.filter(term=new)
    DeputyGroup.objects.filter(term=new).update(leader=None)
    deputies.update(succeeds=None, user=None)
    Deputy.objects.filter(pk__in=told["ended"]).update(left_on=None, end_reason="")
    deputies.delete()
    DeputyGroup.objects.filter(term=new).delete()
    ElectoralDistrict.objects.filter(term=new).delete()
    old.successor = None
    old.save(update_fields=["successor"])
    new.delete()
    old.ended_on = None
    old.save(update_fields=["ended_on"])
