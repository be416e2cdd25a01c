"""Inspections, surveys and talks because of a matter (D3-六d, D3-六e, D3-六g) on the screen."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from constituents import actions, engagement_forms, moves
from constituents.models import Engagement, Petition
from constituents.suggestion_views import deputy_of
from constituents.verb_forms import VerbForm
from constituents.verb_pages import perform
from office import clock, keyset, policy
from office.roles import Role

_ORDER = ("-asked_on", "-id")
PARTS = {
    "open": (pgettext_lazy("tasks", "open"), Q(status__in=(Engagement.Status.ASKED, Engagement.Status.AGREED))),
    "held": (pgettext_lazy("inspection", "held"), Q(status=Engagement.Status.HELD)),
    "all": (pgettext_lazy("tasks", "all"), Q()),
}


class Verb(NamedTuple):
    """One thing that is done with it: its form and its deed."""

    form: type[VerbForm]
    action: Callable


VERBS = {
    "agree": Verb(engagement_forms.Agree, actions.agree),
    "hold": Verb(engagement_forms.Hold, actions.hold),
    "refuse": Verb(engagement_forms.Refuse, actions.refuse),
    "delegate": Verb(engagement_forms.Delegate, actions.delegate),
    "withdraw": Verb(VerbForm, actions.withdraw_engagement),
}


def engagements(request):
    """A deputy's own; for the office, those of its deputies."""
    chosen = request.GET.get("part") if request.GET.get("part") in PARTS else "open"
    rows = _seen(request.user).filter(PARTS[chosen][1])
    context = {
        "parts": [(key, name) for key, (name, _rows) in PARTS.items()],
        "chosen": chosen,
        "page": keyset.page(rows, order=_ORDER, after=request.GET.get("after")),
        "asks": request.user.has_role(Role.DEPUTY),
    }
    return render(request, "constituents/engagements.html", context)


def _seen(user):
    return Engagement.objects.visible_to(user).select_related("deputy", "petition__station", "delegate__station")


def engagement(request, pk):
    """One inspection, survey or talk with its way; a contact because of it is logged by the deputy themselves."""
    row = get_object_or_404(_seen(request.user).select_related("answered_by"), pk=pk)
    offered = moves.offered("engagement", row, request.user)
    if row.kind != Engagement.Kind.INVITATION:
        offered.pop("delegate", None)
    context = {
        "engagement": row,
        "sees_matter": policy.line_for("constituents:detail").allows(request.user, "GET")
        and Petition.objects.visible_to(request.user).filter(pk=row.petition_id).exists(),
        "steps": [(moves.step_name(step.verb), step) for step in row.events.select_related("by")],
        "verbs": [(verb, offered[verb]) for verb in VERBS if verb in offered],
        "mine": row.deputy.user_id == request.user.pk,
    }
    return render(request, "constituents/engagement.html", context)


def engagement_new(request):
    """Ask for an inspection or survey, propose one, or write down an invitation; ``?petition=`` says why."""
    deputy = deputy_of(request.user)

    def act(at, seen, **told):
        on = clock.local_date(at)
        made = actions.ask(by=request.user, at=at, on=on, deputy=deputy, **told)
        return reverse("constituents:engagement", args=[made.pk])

    because = request.GET.get("petition", "")
    return perform(
        request,
        Engagement(status=moves.NEW),
        "ask",
        engagement_forms.Ask,
        act,
        back=reverse("constituents:engagements"),
        template="constituents/engagement_form.html",
        deputy=deputy,
        initial={"petition": int(because)} if because.isdecimal() else {},
    )


def engagement_move(request, pk, verb):
    """The page of one verb about it."""
    if verb not in VERBS:
        raise Http404
    row = get_object_or_404(_seen(request.user), pk=pk)
    if verb == "delegate" and row.kind != Engagement.Kind.INVITATION:
        raise Http404
    address = reverse("constituents:engagement", args=[pk])
    return perform(
        request,
        row,
        verb,
        VERBS[verb].form,
        partial(_do, row, VERBS[verb].action, request.user, address),
        back=address,
        template="constituents/engagement_form.html",
        context={"engagement": row},
        **({"today": clock.today()} if verb == "hold" else {}),
    )


def _do(row, action, user, address, *, at, seen, **told) -> str:
    action(row, by=user, at=at, seen=seen, **told)
    return address
