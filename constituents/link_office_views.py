"""The office makes a link for a unit without an account (N14); its address is shown this once."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents import letters
from constituents.addresses import link_of, page_of
from constituents.matter_verbs import REFERRAL
from constituents.models import Referral
from constituents.moves import OFFICE
from constituents.standing import standing
from constituents.verb_pages import perform
from office import clock, qr


def give_link(request, pk):
    """Ask until when the link is to be good, then show it with the letter; a second sending shows no address."""
    one = get_object_or_404(
        Referral.objects.visible_to(request.user, roles=OFFICE).select_related(*letters.READ), pk=pk
    )
    made, today = [], clock.today()
    response = perform(
        request,
        one.matter,
        "give_link",
        REFERRAL["give_link"].form,
        partial(_give, one, request.user, made),
        back=page_of(one.matter),
        template="constituents/verb_referral.html",
        context={"referral": one, "standing": standing(one, today), "about_link": True},
        referral=one,
        on=today,
    )
    if made:
        return _shown(request, one, *made[0])
    if response.status_code == 302 and request.method == "POST":
        messages.warning(
            request, _("The address was shown already and is kept nowhere. If it is lost, make a new one.")
        )
    return response


def _give(referral, user, made, *, at, seen, **told) -> str:
    made.append(REFERRAL["give_link"].action(referral, by=user, at=at, on=clock.local_date(at), seen=seen, **told))
    return page_of(referral.matter)


def _shown(request, referral, link, token):
    address = request.build_absolute_uri(link_of(token))
    paper = letters.transfer(referral).data
    back = reverse("constituents:referral", args=[referral.pk])
    context = {"paper": paper, "back": back, "referral": referral, "link": link, "address": address}
    context |= {"qr": qr.picture(address), "form": "transfer_letter", "asked": f"referral={referral.pk}"}
    return render(request, "constituents/letter_with_link.html", context)
