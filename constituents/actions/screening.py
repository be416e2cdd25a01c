"""Screening (D3-五b, D3-六a): taken up, declined with guidance, or answered on the spot."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents.models import Petition
from constituents.moving import CannotMove, claim, step
from office import clock, numbering


@transaction.atomic
def admit(petition, *, by, at, note="", seen=None) -> Petition:
    """Take a matter up (D3-五a)."""
    return step(claim(petition, "admit", by=by, seen=seen), "admit", by=by, at=at, note=note)


@transaction.atomic
def decline(petition, *, by, at, reason, guidance="", seen=None) -> Petition:
    """Decline a matter for a reason of the table, and say where the person is guided to (D3-五b)."""
    petition = claim(petition, "decline", by=by, seen=seen)
    words = guidance or reason.guidance
    [number] = numbering.letters(petition.office_place, year=clock.local_date(at).year)
    columns = {"decline_reason": reason, "answer": words, "letter_number": number, "course": Petition.Course.DECLINE}
    return step(petition, "decline", by=by, at=at, note=f"{number} {reason}。{words}".strip(), **columns)


@transaction.atomic
def answer(petition, *, by, at, text, seen=None) -> Petition:
    """Close a matter with the answer that was given on the spot (D3-六a)."""
    petition = claim(petition, "answer", by=by, seen=seen)
    if not text:
        raise CannotMove(_("Please write down what was answered."), "text")
    return step(petition, "answer", by=by, at=at, note=text, answer=text, course=Petition.Course.ANSWER)


@transaction.atomic
def explain(petition, *, by, at, text, seen=None) -> Petition:
    """A deputy or officer explained what the rules say; nothing is handled by that (D5-四a, D8-四4)."""
    return step(claim(petition, "explain", by=by, seen=seen), "explain", by=by, at=at, note=text)
