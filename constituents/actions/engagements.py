"""Inspections and surveys that a deputy asks for because of a matter (D3-六d, D3-六e), and talks (D3-六g)."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents import audiences
from constituents.models import Engagement
from constituents.moving import CannotMove, NotTheirs, begin, claim, may_register, step


@transaction.atomic
def ask(*, by, at, on, deputy, kind, about, place, petition=None, planned_on=None, delegate=None) -> Engagement:
    """A deputy asks for an inspection or survey, proposes one, or was invited to a talk (D3-六d, D3-六e, D3-六g)."""
    may_register(by, "engagement", "ask")
    if deputy.user_id != by.pk:
        raise NotTheirs(_("A deputy asks for themselves."))
    engagement = Engagement.objects.create(
        deputy=deputy,
        kind=kind,
        asked_on=on,
        about=about,
        place=place,
        petition=petition,
        planned_on=planned_on,
        delegate=delegate,
    )
    begin(engagement, "ask", by=by, at=at)
    text = _("%(deputy)s: %(what)s") % {"deputy": deputy, "what": engagement.get_kind_display()}
    audiences.tell_of(engagement, audiences.offices(deputy.district.jurisdiction), verb="ask", text=text, at=at)
    return engagement


def _answer(engagement, verb, *, by, at, answer, seen):
    engagement = claim(engagement, verb, by=by, seen=seen)
    step(engagement, verb, by=by, at=at, note=answer, answer=answer, answered_by=by)
    text = f"{engagement.get_kind_display()}：{engagement.get_status_display()}"
    audiences.tell_of(engagement, audiences.deputy(engagement.deputy_id), verb=verb, text=text, at=at)
    return engagement


@transaction.atomic
def agree(engagement, *, by, at, answer="", seen=None) -> Engagement:
    """The standing committee or presidium agrees, and says what is arranged."""
    return _answer(engagement, "agree", by=by, at=at, answer=answer, seen=seen)


@transaction.atomic
def refuse(engagement, *, by, at, answer, seen=None) -> Engagement:
    """It does not take place; the deputy is told why."""
    if not answer:
        raise CannotMove(_("Please tell the deputy why."), "answer")
    return _answer(engagement, "refuse", by=by, at=at, answer=answer, seen=seen)


@transaction.atomic
def delegate(engagement, *, by, at, to, seen=None) -> Engagement:
    """The deputy sends a liaison officer of their station instead (D3-六g)."""
    engagement = claim(engagement, "delegate", by=by, seen=seen)
    return step(engagement, "delegate", by=by, at=at, note=str(to), delegate=to)


@transaction.atomic
def hold(engagement, *, by, at, on, outcome, seen=None) -> Engagement:
    """Write down that it took place, and what came of it."""
    engagement = claim(engagement, "hold", by=by, seen=seen)
    if not outcome:
        raise CannotMove(_("Please write down what came of it."), "outcome")
    return step(engagement, "hold", by=by, at=at, note=outcome, outcome=outcome, held_on=on)


@transaction.atomic
def withdraw(engagement, *, by, at, seen=None) -> Engagement:
    """The deputy no longer asks for it."""
    return step(claim(engagement, "withdraw", by=by, seen=seen), "withdraw", by=by, at=at)
