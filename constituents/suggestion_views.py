"""Suggestions on the screen: the deputy writes, others sign, the office files and routes, the deputy judges."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents import actions, moves, suggestion_forms
from constituents.deadlines import ReplyClock
from constituents.models import ExtensionRequest, Petition, Referral, Signature, Suggestion, UnitLink, Urging
from constituents.referral_views import verbs_of
from constituents.standing import standing
from constituents.verb_forms import Note, Reason, VerbForm
from constituents.verb_pages import perform
from deputies.models import Deputy
from office import clock, keyset, policy
from office.roles import STAFF, Role

DEPUTY, READERS = frozenset({Role.DEPUTY}), STAFF | {Role.LEADER}
_ORDER = ("-written_on", "-id")
_STATUS = Suggestion.Status
_OVER = (_STATUS.CLOSED, _STATUS.WITHDRAWN)
_SIGNED_WHILE = (_STATUS.DRAFT, _STATUS.SUBMITTED)

PARTS = {
    "open": (pgettext_lazy("tasks", "open"), ~Q(status__in=_OVER)),
    "to_sign": (_("to sign"), Q(asked=True, status__in=_SIGNED_WHILE)),
    **{one.value: (one.label, Q(status=one)) for one in Suggestion.OPEN},
    "all": (pgettext_lazy("tasks", "all"), Q()),
}


class Verb(NamedTuple):
    """One thing that is done with a suggestion: its form, its deed, and what it takes besides."""

    form: type[VerbForm]
    action: Callable
    dated: bool = False
    # Only the deputy who wrote it does this, whoever else signed.
    own: bool = False


VERBS = {
    "sign": Verb(VerbForm, actions.sign),
    "submit": Verb(suggestion_forms.Submit, actions.submit, dated=True, own=True),
    "judge": Verb(suggestion_forms.Judge, actions.judge_suggestion, dated=True, own=True),
    "rewrite": Verb(suggestion_forms.SuggestionForm, actions.rewrite, own=True),
    "file": Verb(suggestion_forms.PutOnFile, actions.file, dated=True),
    "route": Verb(suggestion_forms.Route, actions.route_suggestion, dated=True),
    "add_unit": Verb(suggestion_forms.AddUnit, actions.add_unit, dated=True),
    "close": Verb(Note, actions.close_suggestion),
    "send_back": Verb(Reason, actions.send_back),
    "withdraw": Verb(suggestion_forms.Withdraw, actions.withdraw, own=True),
}


def suggestions(request):
    """A deputy's own suggestions and those to sign; the office's register of its congress."""
    user = request.user
    chosen = request.GET.get("part") if request.GET.get("part") in PARTS else "open"
    asked = Exists(Signature.objects.filter(suggestion=OuterRef("pk"), deputy__user=user, signed_at=None))
    rows = _seen(user).annotate(asked=asked, due=_lead_column("due_on"), unit=_lead_column("unit__name"))
    page = keyset.page(rows.filter(PARTS[chosen][1]), order=_ORDER, after=request.GET.get("after"))
    deputy = user.has_role(Role.DEPUTY)
    context = {
        "parts": [(key, name) for key, (name, _rows) in PARTS.items() if deputy or key != "to_sign"],
        "chosen": chosen,
        "page": page,
        "today": clock.today(),
        "writes": deputy,
    }
    return render(request, "constituents/suggestions.html", context)


def _seen(user):
    """A deputy's own and those they are asked to sign; the office's, once they were handed in."""
    own = Suggestion.objects.visible_to(user, roles=DEPUTY)
    handed_in = Suggestion.objects.visible_to(user, roles=READERS).filter(submitted_on__isnull=False)
    return (own | handed_in).select_related("deputy")


def _lead_column(name):
    lead = Referral.objects.order_by("-pk").filter(Referral.IN_HAND, suggestion=OuterRef("pk"), part="lead")
    return Subquery(lead.values(name)[:1])


def suggestion(request, pk):
    """One suggestion with its way: who signed, where it comes from, which unit has it, what was replied."""
    row = _suggestion(request.user, pk)
    today = clock.today()
    signatures = list(row.signatures.select_related("deputy"))
    offered = moves.offered("suggestion", row, request.user)
    context = {
        "suggestion": row,
        "signatures": signatures,
        "sources": Petition.objects.visible_to(request.user).filter(suggestions=row).select_related("station"),
        "steps": [(moves.step_name(step.verb), step) for step in row.events.select_related("by")],
        "referrals": [(one, standing(one, today), verbs_of(one, offered)) for one in _referrals(row)],
        "today": today,
        "verbs": _offered(row, signatures, offered, request.user),
        "papers": _opens(request.user, "letter"),
        "opens_matters": _opens(request.user, "detail"),
    }
    return render(request, "constituents/suggestion.html", context)


def _opens(user, page) -> bool:
    return policy.line_for(f"constituents:{page}").allows(user, "GET")


def _suggestion(user, pk):
    return get_object_or_404(_seen(user).select_related("deputy__term", "followed_up_by", "jurisdiction"), pk=pk)


def _referrals(row):
    urgings = Urging.objects.filter(referral=OuterRef("pk")).order_by()
    urged = Subquery(urgings.values("referral").annotate(n=Count("pk")).values("n"))
    asked = ExtensionRequest.objects.filter(referral=OuterRef("pk"), state=ExtensionRequest.State.ASKED)
    rows = row.referrals.select_related("unit", "due_rule__clause", "result")
    last = Subquery(urgings.order_by("-pk").values("pk")[:1])
    link = UnitLink.objects.until_of_referral()
    return rows.annotate(urged=Coalesce(urged, 0), last_urging=last, asking=Exists(asked), link_until=link)


def _offered(row, signatures, offered, user) -> list[tuple]:
    """What this person may do with it now, in the order of the table above."""
    mine = row.is_followed_by(user)
    asked = any(one.deputy.user_id == user.pk and one.signed_at is None for one in signatures)
    fits = {verb: mine if line.own else True for verb, line in VERBS.items()} | {"sign": asked}
    return [(verb, offered[verb]) for verb in VERBS if verb in offered and fits[verb]]


def suggestion_new(request):
    """Write one up, from the matters in ``?petition=`` or from none (D9-2二b, D7-三3)."""
    deputy = deputy_of(request.user)

    def act(at, seen, **told):
        on = clock.local_date(at)
        made = actions.write(by=request.user, at=at, on=on, deputy=deputy, **told)
        return reverse("constituents:suggestion", args=[made.pk])

    return perform(
        request,
        Suggestion(status=moves.NEW),
        "write",
        suggestion_forms.SuggestionForm,
        act,
        back=reverse("constituents:suggestions"),
        template="constituents/suggestion_form.html",
        deputy=deputy,
        on=clock.today(),
        initial={"sources": [int(one) for one in request.GET.getlist("petition") if one.isdecimal()][:20]},
    )


def deputy_of(user):
    """The deputy in office who is signed in; refused to everybody else."""
    today = clock.today()
    own = Deputy.objects.visible_to(user, roles=DEPUTY).in_office(today, today).filter(user=user)
    deputy = own.select_related("term__jurisdiction").first()
    if deputy is None:
        raise PermissionDenied
    return deputy


def suggestion_move(request, pk, verb):
    """The page of one verb about a suggestion."""
    if verb not in VERBS:
        raise Http404
    row = _suggestion(request.user, pk)
    if VERBS[verb].own and not row.is_followed_by(request.user):
        raise PermissionDenied
    address = reverse("constituents:suggestion", args=[pk])
    template = "suggestion_form" if verb == "rewrite" else "suggestion_verb"
    return perform(
        request,
        row,
        verb,
        VERBS[verb].form,
        partial(_do, row, VERBS[verb], request.user, address),
        back=address,
        template=f"constituents/{template}.html",
        context=_context(row, verb),
        **_given(row, verb),
    )


def _do(row, verb, user, address, *, at, seen, **told) -> str:
    day = {"on": clock.local_date(at)} if verb.dated else {}
    verb.action(row, by=user, at=at, seen=seen, **day, **told)
    return address


def _given(row, verb) -> dict:
    """What the form needs to know besides the row."""
    if verb == "rewrite":
        return {"deputy": row.deputy, "on": clock.today()}
    return {"on": clock.today()} if verb == "file" else {}


def _context(row, verb) -> dict:
    """What stands beside the form."""
    context = {"suggestion": row, "verb": verb}
    if verb == "submit":
        context["unsigned"] = row.signatures.filter(signed_at=None).select_related("deputy")
    elif verb == "route":
        kind = Referral.Kind.WIDE if row.wide else Referral.Kind.SUGGESTION
        context["due"], context["rule"] = ReplyClock.load().due(clock.today(), row.jurisdiction, kind=kind)
    elif verb == "judge":
        replied = row.referrals.filter(part=Referral.Part.LEAD, replied_on__isnull=False).select_related(
            "unit", "result"
        )
        context["reply"] = replied.order_by("-round", "-pk").first()
    return context
