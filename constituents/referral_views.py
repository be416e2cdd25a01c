"""What office and desk do about what lies with a unit: its clock, its reminder, its reply on paper."""

from functools import partial
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from constituents import next_step
from constituents.addresses import page_of
from constituents.matter_reading import READERS
from constituents.matter_verbs import REFERRAL, inner
from constituents.models import Referral
from constituents.moves import KEEPERS, Move
from constituents.standing import Standing, standing
from constituents.verb_pages import perform
from office import clock
from office.roles import Role

_ON_PAPER = _("type in what came on paper")
_RELATED = ("petition__station__jurisdiction", "suggestion", "unit", "due_rule__clause")


class Shown(NamedTuple):
    """One referral on its matter's page: how it stands, and what may be done about it by the verb in the address."""

    referral: Referral
    standing: Standing
    verbs: list[tuple[str, Move, str]]


def referrals_shown(matter) -> list[Shown]:
    """The referrals of a matter as its page shows them."""
    offered = next_step.open_to(matter.petition, matter.user)
    return [Shown(one, standing(one, matter.on), verbs_of(one, offered)) for one in matter.referrals]


def verbs_of(referral, offered) -> list[tuple[str, Move, str]]:
    """What is possible about a referral as it stands, as far as the matter offers it, and what its button says."""
    if referral.is_gone:
        return []
    fits = {
        "extend": referral.due_on is not None,
        "refuse_time": referral.asking,
        "pause": referral.due_on is not None and referral.paused_on is None,
        "resume": referral.paused_on is not None,
    }
    possible = dict.fromkeys(REFERRAL, referral.is_in_hand) | {"end_link": referral.link_until is not None}
    named = [(verb, inner(referral, verb)) for verb in REFERRAL if possible[verb] and fits.get(verb, True)]
    lines = [(verb, offered[line]) for verb, line in named if line in offered]
    return [(verb, move, _ON_PAPER if verb == "reply" else move.name) for verb, move in lines]


def referral(request, pk):
    """Lead on to the page of the matter or suggestion; the unit itself to its task."""
    rows = Referral.objects.select_related("petition", "suggestion")
    read = rows.visible_to(request.user, roles=READERS).filter(pk=pk).first()
    if read:
        return redirect(page_of(read.matter))
    held = get_object_or_404(rows.visible_to(request.user, roles={Role.HANDLING_UNIT}), pk=pk)
    return redirect("constituents:task", held.pk)


def referral_move(request, pk, verb):
    """The page of one verb about a referral; its form is checked against the version of the whole matter."""
    if verb not in REFERRAL:
        raise Http404
    deed = REFERRAL[verb]
    rows = Referral.objects.visible_to(request.user, roles=KEEPERS).select_related(*_RELATED)
    one = get_object_or_404(rows, pk=pk)
    return perform(
        request,
        one.matter,
        inner(one, verb),
        deed.form,
        partial(_do, one, deed, request.user),
        back=page_of(one.matter),
        template="constituents/verb_referral.html",
        context={"referral": one, "standing": standing(one, clock.today())},
        referral=one,
        **({"on": clock.today()} if deed.form_dated else {}),
    )


def _do(one, deed, user, *, at, seen, **told) -> str:
    day = {"on": clock.local_date(at)} if deed.dated else {}
    deed.action(one, by=user, at=at, seen=seen, **day, **told)
    return reverse("constituents:referral", args=[one.pk])
