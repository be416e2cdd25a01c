"""Official letters about a matter, as the office prints them: declined with guidance, handed to a unit, urged."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from constituents import letters
from constituents.models import Petition, Referral, Urging
from office import clock, papers


def decline_notice(request, pk):
    """告知单: why a matter is not taken up, and where its person is guided to (D3-五b)."""
    rows = Petition.objects.visible_to(request.user).select_related("station__jurisdiction__parent", "decline_reason")
    petition = get_object_or_404(rows, pk=pk)
    if petition.status != Petition.Status.DECLINED:
        raise Http404
    papers.printed(petition, paper="decline_notice", by=request.user, at=clock.now())
    back = reverse("constituents:detail", args=[pk])
    return _page(request, letters.decline_notice(petition), "decline_notice", f"petition={pk}", back)


def letter(request, pk):
    """交办函: what the office asks of a unit, by when, and by which clause (D5-三c, L1-51)."""
    referral = get_object_or_404(_referrals(request.user), pk=pk)
    paper = letters.transfer(referral)
    due = letters.first_due(referral)
    return _page(request, paper, "transfer_letter", f"referral={pk}", page_of(referral), due=due)


def urging_letter(request, pk):
    """催办函: how long a reply has been overdue on the day of one urging, and which urging it was (D3-七)."""
    urgings = Urging.objects.filter(referral__in=_referrals(request.user).values("pk"))
    urging = get_object_or_404(urgings.select_related("by"), pk=pk)
    referral = _referrals(request.user).prefetch_related("extensions").get(pk=urging.referral_id)
    facts = letters.urging_facts(urging, referral)
    paper = letters.urging(urging, referral, facts=facts)
    asked = f"referral={referral.pk}&urging={pk}"
    return _page(request, paper, "urging_letter", asked, page_of(referral), **facts)


def page_of(referral) -> str:
    return reverse("constituents:referral", args=[referral.pk])


def _page(request, paper, name, asked, back, **context):
    page = {"paper": paper.data, "form": name, "asked": asked, "back": back, **context}
    return render(request, "constituents/letter.html", page)


def _referrals(user):
    return Referral.objects.visible_to(user).select_related(*letters.READ)
