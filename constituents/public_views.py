"""The page without a sign-in: how one's own matter stands, and whether one is satisfied.

Nobody's session counts here and no cookie is set: who has the code and knows the end of the phone number is the
person. Nothing is shown but that one matter's stages and what the person was told. The code stands in no log.
"""

from datetime import timedelta

from django.core import signing
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from constituents import actions, progress, receipts
from constituents.models import Petition
from constituents.public_forms import LookUp, Verdict
from constituents.unsigned import page, private
from office import attempts, clock

HOUR = timedelta(hours=1)
TRIES_OF_AN_ADDRESS = 10
"""Look-ups an hour from one address."""
WRONG_TRIES_OF_A_CODE = 5
"""Wrong look-ups an hour of one code, whether there is such a code or not."""
OPEN_FOR = timedelta(minutes=30)
"""So long a page on which one may judge is good."""
_ADDRESS, _CODE = "public-address", "public-code"
_SIGNER = signing.TimestampSigner(salt="constituents.public")


@private
def public(request):
    """Ask for the code and the end of the phone number; then show the matter, or one answer for whatever was wrong."""
    if request.method != "POST":
        return _ask(LookUp(initial={"code": request.GET.get("c", "")[:60]}))
    form = LookUp(request.POST)
    if not form.is_valid():
        return _ask(form)
    at = clock.now()
    if not attempts.admit(_ADDRESS, attempts.client_ip(request), at=at, limit=TRIES_OF_AN_ADDRESS, within=HOUR):
        return _ask(form, wrong=_too_often(), status=429)
    code = form.cleaned_data["code"]
    if not attempts.admit(_CODE, code, at=at, limit=WRONG_TRIES_OF_A_CODE, within=HOUR):
        return _ask(form, wrong=_too_often(), status=429)
    petition = _known(code, form.cleaned_data["told"])
    if petition is None:
        return _ask(form, wrong=_("This code and these digits do not go together. Please look at your receipt again."))
    attempts.take_back(_CODE, code, at=at)
    return _show(petition)


def _too_often() -> str:
    return _("Too many tries. Please come again in an hour, or call the station.")


def _known(code, told):
    """The matter of a code, for somebody who knows whose it is. A code that is none takes the same steps."""
    found = Petition.objects.select_related("station").filter(code_hash=receipts.hash_of(code)).first()
    knows = receipts.knows(found or Petition(phone="0" * 11), told)
    return found if knows and found else None


def _ask(form, *, wrong="", words="", status=200):
    return page("public", {"form": form, "wrong": wrong, "words": words}, status=status)


def _show(petition, form=None, *, thanks=False):
    told = petition.feedbacks.last()
    if petition.status == Petition.Status.FED_BACK and form is None:
        form = Verdict(initial={"token": _SIGNER.sign_object([petition.pk, told.pk])})
    ended = petition.status in (Petition.Status.DECLINED, Petition.Status.ANSWERED)
    context = {
        "number": petition.number,
        "stages": progress.stages(petition),
        "now": progress.now(petition),
        "answer": petition.answer if ended else "",
        "told": told,
        "form": form,
        "thanks": thanks,
    }
    return page("public_matter", context)


@private
def judge(request):
    """The person says whether they are satisfied (D7-四4); sent twice, it shows what the first sending did."""
    if request.method != "POST":
        return redirect("constituents:public")
    opened = _opened(request.POST.get("token", ""))
    if opened is None:
        words = request.POST.get("words", "")[:500]
        return _ask(LookUp(), wrong=_("The page was open too long. Please enter your code once more."), words=words)
    petition, feedback = opened
    form = Verdict(request.POST)
    if feedback.judged_at:
        return _show(petition, thanks=True)
    if not form.is_valid():
        return _show(petition, form)
    return _show(_judged(petition, form.cleaned_data), thanks=True)


def _opened(token):
    """The matter and the feedback for which a page was opened, as they stand now; None for a token that is not good."""
    try:
        pk, told = _SIGNER.unsign_object(token, max_age=OPEN_FOR)
    except signing.BadSignature:
        return None
    petition = Petition.objects.select_related("station").get(pk=pk)
    return petition, petition.feedbacks.get(pk=told)


def _judged(petition, given):
    at = clock.now()
    verdict = {name: given[name] for name in ("result", "attitude", "words")}
    try:
        return actions.judge(petition, by=None, at=at, on=clock.local_date(at), **verdict)
    except actions.WrongState:  # somebody was faster, perhaps this person's own second click
        return Petition.objects.select_related("station").get(pk=petition.pk)
