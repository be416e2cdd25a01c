"""What a unit without an account sees and does through its link (N14).

Whoever holds the address is the unit, as far as this one referral goes. They read what the office wrote for the unit
and the files it released, never the person. To open a page changes nothing: programmes that look through mail open
every address in it. What opens nothing, for whatever reason, is answered alike.
"""

from datetime import timedelta
from functools import wraps
from typing import NamedTuple

from django.db.models import Q
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from constituents import link_forms, moves
from constituents.addresses import link_of
from constituents.models import Attachment, ExtensionRequest, Guest, Referral, UnitLink
from constituents.moving import CannotMove
from constituents.standing import standing
from constituents.task_views import VERBS, inner, offered
from constituents.unsigned import page, private
from constituents.verb_pages import refuse
from office import attempts, clock, files
from office.deadlines import Uncountable
from office.uploads import CONTENT_TYPES

HOUR = timedelta(hours=1)
WRONG_TRIES = 20
"""Addresses that open nothing, an hour from one place; then that place waits."""
SENDINGS = 30
"""Forms an hour through one link."""
_LONGEST_KEPT = 100_000
"""Bytes of a form whose words are shown again where it could not be taken."""
_ADDRESS, _SENT = "link-address", "link-sent"
_KIND_OF = {content_type: kind for kind, content_type in CONTENT_TYPES.items()}
_RELATED = ("petition__station", "suggestion", "unit", "due_rule__clause", "receipt_rule__clause", "result")


class Opened(NamedTuple):
    """A good link with its secret, and the moment and the day of its opening."""

    link: UnitLink
    token: str
    at: object
    on: object

    @property
    def referral(self):
        return self.link.referral


def _opening(view):
    """The view is given what the link opens; whoever has no good link is told no more than that."""

    @private
    @wraps(view)
    def answered(request, **kwargs):
        at, place, token = clock.now(), attempts.client_ip(request), request.GET.get("t", "")
        if attempts.too_many(_ADDRESS, place, at=at, limit=WRONG_TRIES, within=HOUR):
            return _closed(request, status=429)
        opened = _open(token, at)
        if opened is None:
            attempts.note(_ADDRESS, place, at)
            return _sent_before(request, token, **kwargs) or _closed(request)
        return view(request, opened, **kwargs)

    return answered


def _open(token, at):
    on = clock.local_date(at)
    related = [f"referral__{path}" for path in _RELATED]
    found = UnitLink.objects.good(on).of(token).select_related(*related).first()
    return found and Opened(found, token, at, on)


def _closed(request, status=404):
    """One answer for an address that never was, that has ended, and for a matter that the unit has no longer."""
    return page("link_closed", {"words": _words(request), "often": status == 429}, status=status)


def _words(request) -> str:
    """What was written in a form that cannot be taken any more, so that it can be copied; no upload is read for it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.method != "POST" or not length.isdigit() or int(length) > _LONGEST_KEPT:
        return ""
    return request.POST.get("text") or request.POST.get("reason", "")


def _sent_before(request, token, verb="", **_kwargs):
    """Who has given the matter back and sends the same once more is told so again: by then the link is closed."""
    if request.method != "POST" or verb != "return":
        return None
    given = UnitLink.objects.of(token).filter(referral__returned_on__isnull=False).select_related("referral").first()
    same = given and given.referral.return_reason == request.POST.get("reason", "").strip()
    return page("link_returned", {}) if same else None


@_opening
def link(request, opened):
    """What is asked of the unit, by when, what it has said so far, and what it can do now."""
    referral = opened.referral
    requests = list(referral.requests.all())
    context = {
        "token": opened.token,
        "link": opened.link,
        "referral": referral,
        "matter": referral.matter,
        "standing": standing(referral, opened.on),
        "files": _files(referral).defer("file"),
        "extensions": referral.extensions.all(),
        "requests": [one for one in requests if one.state != ExtensionRequest.State.GRANTED],
        "urgings": referral.urgings.all(),
        "verbs": _offered(opened, requests),
        "done": request.GET.get("done") in VERBS,
    }
    return page("link", context)


def _offered(opened, requests=None) -> list[tuple]:
    """What can be done now; who does it is asked in the form."""
    asked = list(opened.referral.requests.all()) if requests is None else requests
    return offered(opened.referral, asked, Guest(opened.link, "", "", opened.on))


def _files(referral):
    """What the office released to this unit, and what came with its reply."""
    return Attachment.objects.filter(Q(released_in=referral) | Q(reply_to=referral)).distinct()


@_opening
def link_file(request, opened, pk):
    """A file that the office released to this unit, or that came with its reply."""
    one = _files(opened.referral).filter(pk=pk).first()
    if one is None:
        return _closed(request)
    return files.download(one.file.name, one.name, _KIND_OF[one.kind])


@_opening
def link_move(request, opened, verb):
    """Accept, return, reply or ask for more time: the same deeds as those of a unit that has an account."""
    if verb not in VERBS:
        return _closed(request)
    referral = opened.referral
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = link_forms.FORMS[verb](*sent, row=referral.matter, user=None, referral=referral)
    if not sent and verb not in dict(_offered(opened)):
        return redirect(link_of(opened.token))
    if sent and form.is_valid() and (answer := _act(opened, form, verb)):
        return answer
    name = moves.NAMES[inner(referral, verb)]
    return page("link_verb", {"token": opened.token, "referral": referral, "verb": verb, "form": form, "name": name})


def _act(opened, form, verb):
    """Do it; the page after it, or None where the form comes back with what stands against it."""
    if not attempts.admit(_SENT, str(opened.link.pk), at=opened.at, limit=SENDINGS, within=HOUR):
        form.add_error(None, _("Too many tries. Please come again in an hour, or call the office."))
        return None
    told = form.told()
    guest = Guest(opened.link, form.cleaned_data["who"], form.cleaned_data["phone"], opened.on)
    try:
        VERBS[verb].action(opened.referral, by=guest, at=opened.at, on=opened.on, **told)
    except (CannotMove, Uncountable) as refused:
        if not _is_repeated(opened.referral, verb, told):
            refuse(form, refused)
            return None
    if verb == "return":
        return page("link_returned", {})
    return redirect(f"{link_of(opened.token)}&done={verb}")


def _is_repeated(referral, verb, told) -> bool:
    """Whether just this was sent before: a second click is told the same as the first."""
    now = Referral.objects.get(pk=referral.pk)
    if verb == "accept":
        return bool(now.accepted_on) and now.person == told["person"]
    if verb == "reply":
        return bool(now.replied_on) and now.reply == told["text"]
    return verb == "ask_time" and now.requests.filter(state=ExtensionRequest.State.ASKED, **told).exists()
