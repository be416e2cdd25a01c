"""A group leader confirms a record or asks about it, the deputy answers, leader or office settles it (D8-五a, D9-3).

Nothing is counted differently because of it: a figure changes when the record does.
"""

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from office import audit, masking, versions
from office.audiences import offices
from office.models import User
from office.notices import tell
from office.roles import STAFF, Role
from visits.models import Review, Visit

LOOKING = frozenset({Role.GROUP_LEADER}) | STAFF
"""Who may confirm a record, or ask about it: the leader of the group, and the office above."""
_S = Review.Status


class CannotReview(Exception):
    """This is not possible now; the text is for the person."""


def beside(visits):
    """Contacts with the key and the state of what stands of them."""
    standing = Review.objects.standing().filter(visit=OuterRef("pk"))
    return visits.annotate(
        review=Subquery(standing.values("pk")[:1]), review_status=Subquery(standing.values("status")[:1])
    )


def in_words(visit) -> str:
    """A record in a line that stays when the record goes: when, with whom (masked), how."""
    # Who was met at a group activity is the group.
    whom = visit.household or (visit.met if visit.activity_id else masking.name(visit.met))
    return f"{visit.happened_on:%Y-%m-%d} {whom} {visit.get_kind_display()}"[:200]


@transaction.atomic
def confirm(visit, *, by, at) -> Review:
    """The record was checked and is right; raises ``CannotReview``."""
    return _look_at(visit, by=by, at=at, status=_S.CONFIRMED)


@transaction.atomic
def ask(visit, *, by, at, question: str) -> Review:
    """Ask the deputy about a record; a confirmation that stands is taken back. Raises ``CannotReview``."""
    standing = Review.objects.filter(visit=visit, status=_S.CONFIRMED).first()
    if standing:
        take_back(standing, by=by, at=at)
    review = _look_at(visit, by=by, at=at, status=_S.ASKED, question=question)
    text = _("A question about your record of %(record)s: %(question)s") % {
        "record": review.about,
        "question": question[:200],
    }
    _tell([visit.deputy.user_id], review, "asked", text, at)
    return review


@transaction.atomic
def answer(review, *, by, at, finding: str, answer: str, seen=None) -> Review:
    """The deputy answers the question about their own record; raises ``CannotReview``."""
    review = _claim(review, by, seen, (_S.ASKED,), Role.DEPUTY)
    review.answer, review.finding, review.answered_at, review.answered_by = answer, finding, at, by
    _move(review, _S.ANSWERED, "answer", "finding", "answered_at", "answered_by", by=by, at=at)
    asked = [review.made_by_id]
    if finding == Review.Finding.WRONG:  # the office corrects what is a day old and more
        asked += [one.pk for one in offices(review.deputy.district.jurisdiction)]
    told = {"deputy": review.deputy, "record": review.about, "finding": review.get_finding_display()}
    _tell(asked, review, "answered", _("%(deputy)s on the record of %(record)s: %(finding)s.") % told, at)
    return review


@transaction.atomic
def settle(review, *, by, at, note: str = "", seen=None) -> Review:
    """The question is settled, with or without an answer; raises ``CannotReview``."""
    review = _claim(review, by, seen, Review.OPEN, *LOOKING)
    _refuse_own(review.deputy, by)
    review.note = note
    _end(review, _S.SETTLED, by, at, "note")
    _tell([review.deputy.user_id], review, "settled", _("Settled: the record of %s.") % review.about, at)
    return review


@transaction.atomic
def take_back(review, *, by, at, seen=None) -> Review:
    """A confirmation or a question is taken back, as if it had not been made; both stay in the history."""
    review = _claim(review, by, seen, (_S.CONFIRMED, _S.ASKED), *LOOKING)
    _refuse_own(review.deputy, by)
    return _end(review, _S.TAKEN_BACK, by, at)


@transaction.atomic
def record_changed(visit, *, by, at) -> None:
    """A record that was corrected is no longer the one that was confirmed."""
    for review in Review.objects.select_for_update(of=("self",)).filter(visit=visit, status=_S.CONFIRMED):
        _end(review, _S.TAKEN_BACK, by, at)


def _look_at(visit, *, by, at, **made) -> Review:
    visit = Visit.objects.visible_to(by, roles=LOOKING).select_related("deputy", "household").get(pk=visit.pk)
    _refuse_own(visit.deputy, by)
    row = Review(visit=visit, deputy=visit.deputy, about=in_words(visit), made_at=at, made_by=by, **made)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise CannotReview(_("This record was confirmed or asked about already.")) from None
    deed = "checked" if row.status == _S.CONFIRMED else "asked"
    audit.record(by=by, at=at, action=f"review.{deed}", subject=row, detail={"visit": visit.pk})
    return row


def _refuse_own(deputy, by):
    if deputy.user_id == by.pk:
        raise CannotReview(_("Nobody confirms or settles their own record; the office does."))


def _claim(review, by, seen, sources, *roles) -> Review:
    """The row, locked, if it is in sight by one of these roles and in one of these states."""
    rows = Review.objects.visible_to(by, roles=frozenset(roles)).select_related("deputy__district__jurisdiction")
    try:
        review = versions.lock(rows, review.pk, seen)
    except versions.ChangedMeanwhile as changed:
        raise CannotReview(str(changed)) from changed
    if review.status not in sources:
        raise CannotReview(_("This is not possible now: %s.") % review.get_status_display())
    return review


def _end(review, status, by, at, *columns) -> Review:
    review.ended_at, review.ended_by = at, by
    return _move(review, status, "ended_at", "ended_by", *columns, by=by, at=at)


def _move(review, status, *columns, by, at) -> Review:
    review.status = status
    review.changed("status", *columns)
    audit.record(by=by, at=at, action=f"review.{status}", subject=review)
    return review


def _tell(keys, review, verb, text, at):
    tell(
        User.objects.filter(pk__in=[key for key in keys if key], is_active=True),
        key=f"review.{verb}:{review.pk}",
        text=text[:500],
        outside=_("There is news about a record."),
        link=reverse("group:question", args=[review.pk]),
        at=at,
        kind="review",
    )
