"""What a handling unit sees: what was routed to it, by when, and what it may do with it.

All it reads of a matter is what the office wrote for it (``Referral.brief``); the person only where the office has
released them. Other units' replies, the steps of the matter and the visitor's words are read nowhere here.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents import actions, moves, rules, task_forms
from constituents.models import Attachment, ExtensionRequest, Referral, Urging
from constituents.moving import subject_of
from constituents.standing import standing
from constituents.verb_forms import VerbForm
from constituents.verb_pages import perform
from office import clock, keyset
from office.roles import Role
from office.submissions import earlier
from office.text_search import containing

UNIT = frozenset({Role.HANDLING_UNIT})
_NEVER = date(9999, 12, 31)
_LONGEST_SEARCH = 100
_BY_DAY = ("day", "id")


class Part(NamedTuple):
    """One part of the list, and the order in which it is read."""

    name: str
    rows: Q
    order: tuple


PARTS = {
    "open": Part(_("in hand"), Referral.IN_HAND, _BY_DAY),
    "sent": Part(_("to be accepted"), Q(status=Referral.Status.SENT), _BY_DAY),
    "accepted": Part(_("being handled"), Q(status=Referral.Status.ACCEPTED), _BY_DAY),
    "replied": Part(pgettext_lazy("tasks", "replied"), Q(status=Referral.Status.REPLIED), ("-replied_on", "-id")),
    "all": Part(pgettext_lazy("tasks", "all"), Q(), ("-routed_on", "-id")),
}


class Verb(NamedTuple):
    """One thing a unit does: what it is for the lead, for one that assists, its form, its deed, the page after it."""

    lead: str
    assisting: str
    form: type[VerbForm]
    action: Callable
    after: str = "task"


VERBS = {
    "accept": Verb("accept", "accept", task_forms.Accept, actions.accept),
    "reply": Verb("reply", "opinion", task_forms.Reply, actions.reply),
    "ask_time": Verb("ask_time", "ask_time", task_forms.AskTime, actions.ask_time),
    "return": Verb("return", "return_part", task_forms.GiveBack, actions.give_back, after="tasks"),
}


def tasks(request):
    """What the unit has in hand, what is overdue first, then what is due soonest; or another part of it."""
    today = clock.today()
    chosen = request.GET.get("part") if request.GET.get("part") in PARTS else "open"
    held = _held(request.user)
    text = " ".join(request.GET.get("q", "").split())[:_LONGEST_SEARCH]
    rows = _with_day(held).filter(PARTS[chosen].rows)
    rows = _matching(rows, text) if text else rows
    page = keyset.page(rows, order=PARTS[chosen].order, after=request.GET.get("after"))
    context = {
        "parts": [(key, part.name) for key, part in PARTS.items()],
        "chosen": chosen,
        "text": text,
        "page": page,
        "rows": [(row, standing(row, today)) for row in page],
        "counts": _counts(held, today),
    }
    return render(request, "constituents/tasks.html", context)


def _matching(rows, text):
    """What carries the text as its number, in the brief or as the person who answers for it."""
    found = containing("brief", text, by_index=False) | containing("person", text, by_index=False)
    parts = rules.number_parts(text)
    if parts:
        columns = {"station": "station__number", "year": "year", "seq": "seq"}
        found |= Q(**{f"petition__{columns[part]}": n for part, n in parts.items()})
    if parts and "station" not in parts:
        found |= Q(**{f"suggestion__{part}": n for part, n in parts.items()})
    return rows.filter(found)


def _held(user):
    """What the unit holds, along no other line of sight: a deputy who answers for a unit reads no more here."""
    return Referral.objects.visible_to(user, roles=UNIT)


def _with_day(held):
    """What a list shows; ``day`` is the day of the reply, far away where none is due."""
    urgings = Urging.objects.order_by().filter(referral=OuterRef("pk")).values("referral")
    urged = Subquery(urgings.annotate(n=Count("pk")).values("n"))
    related = ("petition__station", "suggestion", "unit", "due_rule__clause")
    return held.select_related(*related).annotate(day=Coalesce("due_on", Value(_NEVER)), urged=Coalesce(urged, 0))


def _counts(held, today) -> dict:
    return held.filter(Referral.IN_HAND).aggregate(
        sent=Count("pk", filter=Q(accepted_on=None)),
        accepted=Count("pk", filter=Q(accepted_on__isnull=False)),
        overdue=Count("pk", filter=Q(due_on__lt=today, paused_on=None)),
    )


def task(request, pk):
    """One thing that was handed to the unit: what is asked, by when, and what the unit has written itself."""
    referral = _referral(request.user, pk)
    requests = list(referral.requests.all())
    parts = _parts(referral)
    own = [one for one in parts if one.unit_id == referral.unit_id]
    context = {
        "referral": referral,
        "matter": referral.matter,
        "standing": standing(referral, clock.today()),
        "own": [one for one in own if one.replied_on],
        "others": [one for one in parts if one.unit_id != referral.unit_id],
        "files": _files(request.user, referral, own),
        "extensions": referral.extensions.all(),
        "requests": [one for one in requests if one.state != ExtensionRequest.State.GRANTED],
        "urgings": referral.urgings.all(),
        "verbs": offered(referral, requests, request.user),
    }
    return render(request, "constituents/task.html", context)


def _referral(user, pk):
    related = ("petition__station", "suggestion__deputy", "unit", "due_rule__clause", "receipt_rule__clause", "result")
    return get_object_or_404(_held(user).select_related(*related), pk=pk)


def _parts(referral) -> list:
    """Every unit's part in the matter; ``said`` is the reply where it is this unit's own, and empty elsewhere."""
    words = Case(When(unit=referral.unit_id, then=F("reply")), default=Value(""), output_field=TextField())
    parts = referral.matter.referrals.exclude(Referral.GONE).select_related("unit", "result")
    return list(parts.defer("reply", "brief").annotate(said=words).order_by("pk"))


def _files(user, referral, own) -> list:
    """What the office released to this unit, and what the unit has sent itself; each with whether it is its own."""
    if referral.petition_id is None:
        return []
    keys = [one.pk for one in own]
    seen = Attachment.objects.visible_to(user, roles=UNIT).filter(petition=referral.petition_id)
    found = seen.filter(Q(released_in__in=keys) | Q(reply_to__in=keys)).distinct()
    return [(file, file.reply_to_id is not None) for file in found.defer("file")]


def offered(referral, requests, user) -> list[tuple]:
    """What the unit may do now, by the verb in the address, with the line of the table of moves."""
    possible = moves.offered(subject_of(referral.matter), referral.matter, user)
    asked = any(one.state == ExtensionRequest.State.ASKED for one in requests)
    fits = {
        "accept": referral.accepted_on is None,
        "reply": True,
        "ask_time": referral.due_on is not None and not asked,
        "return": referral.receipt_due_on is None or referral.receipt_due_on >= clock.today(),
    }
    named = [(verb, inner(referral, verb)) for verb in VERBS if referral.is_in_hand and fits[verb]]
    return [(verb, possible[line]) for verb, line in named if line in possible]


def inner(referral, verb) -> str:
    """The verb of the table: the lead and who assists it do the same by different lines."""
    return getattr(VERBS[verb], referral.part)


def task_move(request, pk, verb):
    """The page of one verb: accept, return, reply, ask for more time.

    Whatever happens to the matter elsewhere is none of the unit's business, so its version is not asked for: that the
    unit has it in hand, and has not done the same before, is looked at under the lock.
    """
    if verb not in VERBS:
        raise Http404
    try:
        referral = _referral(request.user, pk)
    except Http404:
        return _sent_before(request)
    context = {"referral": referral, "verb": verb, "too_late": verb == "return" and _too_late(referral)}
    return perform(
        request,
        referral.matter,
        inner(referral, verb),
        VERBS[verb].form,
        partial(_do, referral, VERBS[verb], request.user),
        back=reverse("constituents:task", args=[pk]),
        template="constituents/task_verb.html",
        context=context,
        referral=referral,
    )


def _sent_before(request):
    """A second sending of the form that gave the matter back still finds the first one's page."""
    address = earlier(user=request.user, key=request.POST.get("key", "")) if request.method == "POST" else ""
    if not address:
        raise Http404
    return redirect(address)


def _too_late(referral) -> bool:
    return referral.receipt_due_on is not None and referral.receipt_due_on < clock.today()


def _do(referral, verb, user, *, at, seen, **told) -> str:
    verb.action(referral, by=user, at=at, on=clock.local_date(at), **told)
    return reverse(f"constituents:{verb.after}", args=[] if verb.after == "tasks" else [referral.pk])
