"""Commendation (D9-6): chosen, proposed, declined with a reason, awarded at a session of the congress."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from office import audit
from office.versions import lock
from reports.commendations.models import Commendation

State = Commendation.State
_BEFORE = {State.AWARDED: State.PROPOSED, State.PROPOSED: State.CANDIDATE, State.DECLINED: State.CANDIDATE}
"""The state before each."""


class NotCommended(Exception):
    """It cannot be done as the commendation stands; the text says why."""


@transaction.atomic
def choose(candidates, *, kind, year, ground, by, at) -> list[Commendation]:
    """Put these candidates on the list of a year, with what speaks for them kept; raises ``NotCommended``."""
    if left_out := [one.row for one in candidates if one.excluded]:
        raise NotCommended(_("%s cannot be chosen.") % "、".join(str(row) for row in left_out))
    rows = [_row(one, kind, year, ground, by, at) for one in candidates]
    try:
        with transaction.atomic():
            made = Commendation.objects.bulk_create(rows)
    except IntegrityError:
        raise NotCommended(_("Some of these are on the list already; please look at it once more.")) from None
    keys = [one.pk for one in made]
    audit.record_all(by=by, at=at, action="commendation.chosen", model=Commendation, keys=keys)
    return made


def _row(one, kind, year, ground, by, at) -> Commendation:
    place = one.row.district.jurisdiction_id if kind == Commendation.Kind.DEPUTY else one.row.jurisdiction_id
    evidence = [line.as_json() for line in one.lines]
    about = {kind: one.row, "jurisdiction_id": place, "evidence": evidence}
    return Commendation(**about, kind=kind, year=year, ground=ground, chosen_at=at, chosen_by=by)


@transaction.atomic
def propose(row, *, by, at) -> Commendation:
    """Propose a candidate to the standing committee."""
    row = _claim(row, State.CANDIDATE)
    return _moved(row, State.PROPOSED, by, at)


@transaction.atomic
def decline(row, *, by, at, reason) -> Commendation:
    """Not this year, and why."""
    row = _claim(row, *Commendation.OPEN)
    row.reason = reason
    return _moved(row, State.DECLINED, by, at, "reason")


@transaction.atomic
def award(row, *, by, at, session, awarded_on, title, by_whom) -> Commendation:
    """Awarded at a session of the congress; from then on it stands in the duty file."""
    row = _claim(row, State.PROPOSED)
    if awarded_on < session.opens_on or (session.closes_on and awarded_on > session.closes_on):
        raise NotCommended(_("The day lies outside the session."))
    row.session, row.awarded_on, row.title, row.by_whom = session, awarded_on, title, by_whom
    return _moved(row, State.AWARDED, by, at, "session", "awarded_on", "title", "by_whom")


@transaction.atomic
def take_back(row, *, by, at, reason) -> Commendation:
    """Undo the last step, with the reason: awarded is proposed again, what was proposed or declined is a candidate."""
    row = _claim(row, *_BEFORE)
    was, row.state, row.decided_at, row.decided_by = row.state, _BEFORE[row.state], at, by
    row.reason, row.title, row.by_whom, row.session, row.awarded_on = "", "", "", None, None
    columns = ("reason", "title", "by_whom", "session", "awarded_on")
    try:
        with transaction.atomic():
            row.changed("state", "decided_at", "decided_by", *columns)
    except IntegrityError:
        raise NotCommended(_("Some of these are on the list already; please look at it once more.")) from None
    told = {"was": was, "reason": reason}
    audit.record(by=by, at=at, action="commendation.stepped_back", subject=row, detail=told)
    return row


def _claim(row, *states) -> Commendation:
    row = lock(Commendation.objects.all(), row.pk)
    if row.state not in states:
        raise NotCommended(_("It stands at “%s”.") % row.get_state_display())
    return row


def _moved(row, state, by, at, *columns) -> Commendation:
    row.state, row.decided_at, row.decided_by = state, at, by
    row.changed("state", "decided_at", "decided_by", *columns)
    audit.record(by=by, at=at, action=f"commendation.{state}", subject=row)
    return row
