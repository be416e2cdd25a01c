"""What the office does with a question: it notes the answer, and may take it back."""

from os.path import commonprefix

from django.db import transaction
from django.db.models import Q

from deputies.models import Deputy
from office import audit
from office.models import Jurisdiction
from office.roles import STAFF
from reports.hints.questions import Question
from reports.models import HintAnswer


@transaction.atomic
def answer(questions: list[Question], *, by, at, finding, note="") -> int:
    """Note one answer to each of these questions, for the contacts they rest on now; how many were open."""
    still_open = [question for question in questions if question.answer is None]
    places = _places(still_open)
    for question, place in zip(still_open, places, strict=True):
        row = HintAnswer.objects.create(
            kind=question.kind, jurisdiction=place, finding=finding, note=note, answered_at=at, answered_by=by
        )
        row.visits.set(question.contacts)
        audit.record(by=by, at=at, action="hintanswer.added", subject=row, detail={"contacts": question.contacts})
    return len(still_open)


@transaction.atomic
def take_back(questions: list[Question], *, by, at) -> int:
    """Take back what was answered to these questions, as far as it lies in the person's own scope; how many answers."""
    asked = Q(pk__in=[])
    for question in questions:
        asked |= Q(kind=question.kind, visits__in=question.contacts)
    mine = HintAnswer.objects.visible_to(by, roles=STAFF).filter(asked).values("pk")
    rows = HintAnswer.objects.standing().filter(pk__in=mine).order_by("pk").select_for_update(of=("self",), no_key=True)
    keys = list(rows.values_list("pk", flat=True))
    HintAnswer.objects.filter(pk__in=keys).update(withdrawn_at=at, withdrawn_by=by)
    audit.record_all(by=by, at=at, action="hintanswer.withdrawn", model=HintAnswer, keys=keys)
    return len(keys)


def _places(questions: list[Question]) -> list[Jurisdiction]:
    """For each question the smallest place that holds all its deputies."""
    deputies = {key for question in questions for key in question.deputies}
    paths = dict(Deputy.objects.filter(pk__in=deputies).values_list("pk", "district__jurisdiction__path"))
    common = [_common([paths[key] for key in question.deputies]) for question in questions]
    by_path = {place.path: place for place in Jurisdiction.objects.filter(path__in=common)}
    return [by_path[path] for path in common]


def _common(paths: list[str]) -> str:
    """``/1/4/`` and ``/1/5/`` lie in ``/1/``; of deputies with nothing above them all, the first one's county."""
    parts = [path.strip("/").split("/") for path in paths]
    return f"/{'/'.join(commonprefix(parts) or parts[0][:1])}/"
