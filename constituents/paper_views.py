"""Official letters about a matter, as the office prints them: declined with guidance, handed to a unit, urged."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from constituents.models import Petition, Referral, Urging
from constituents.standing import due_as_of
from office import clock, papers
from office.models.places import Level
from office.workdays import Calendar

_MATTER = ("petition__station__jurisdiction", "suggestion__deputy", "suggestion__jurisdiction", "place", "unit")
_RULES = ("due_rule__clause__regulation", "receipt_rule__clause__regulation", "routed_by")
LETTER = _MATTER + _RULES
"""What a referral is read with for its letters."""


def decline_notice(request, pk):
    """告知单: why a matter is not taken up, and where its person is guided to (D3-五b)."""
    rows = Petition.objects.visible_to(request.user).select_related("station__jurisdiction", "decline_reason")
    petition = get_object_or_404(rows, pk=pk)
    if petition.status != Petition.Status.DECLINED:
        raise Http404
    step = petition.events.filter(verb="decline").select_related("by").order_by("-pk").first()
    contacts = petition.station.posts.exclude(phone="").order_by("kind", "id")
    papers.printed(petition, paper="decline_notice", by=request.user, at=clock.now())
    context = {"petition": petition, "step": step, "contacts": contacts, "sender": _office_of(petition)}
    return render(request, "constituents/decline_notice.html", context)


def letter(request, pk):
    """交办函: what the office asks of a unit, by when, and by which clause (D5-三c, L1-51)."""
    referral = get_object_or_404(_referrals(request.user), pk=pk)
    return render(request, "constituents/letter.html", letter_of(referral))


def letter_of(referral) -> dict:
    """What stands in the letter that hands a referral over; it was read with ``LETTER``."""
    first, _due = due_as_of(referral, referral.routed_on, Calendar.load())
    return {"referral": referral, "matter": referral.matter, "due": first, "sender": _office_of(referral.matter)}


def urging_letter(request, pk):
    """催办函: how long a reply has been overdue on the day of one urging, and which urging it was (D3-七)."""
    urgings = Urging.objects.filter(referral__in=_referrals(request.user).values("pk"))
    urging = get_object_or_404(urgings.select_related("by"), pk=pk)
    referral = _referrals(request.user).prefetch_related("extensions").get(pk=urging.referral_id)
    first, due = due_as_of(referral, urging.on, Calendar.load())
    context = {
        "urging": urging,
        "nth": referral.urgings.filter(pk__lte=urging.pk).count(),
        "referral": referral,
        "matter": referral.matter,
        "first": first,
        "due": due,
        "late": (urging.on - due).days if due else 0,
        "sender": _office_of(referral.matter),
    }
    return render(request, "constituents/urging_letter.html", context)


def _referrals(user):
    return Referral.objects.visible_to(user).select_related(*LETTER)


def _office_of(matter) -> str:
    """The congress office that writes: the township's, or the county's for what lies there."""
    if isinstance(matter, Petition):
        place, county = matter.station.jurisdiction, matter.level == Petition.Level.COUNTY
    else:
        place, county = matter.jurisdiction, matter.jurisdiction.level == Level.COUNTY
    return settings.OFFICE_NAME if county else _("%s congress office") % place
