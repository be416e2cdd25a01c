"""The register and its matters as offices, desks, deputies and readers see them, and what they do with one."""

from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db.models.functions import Left
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from constituents import dues, matter_filter, similar
from constituents.matter_reading import rows_for, whole
from constituents.matter_verbs import PETITION
from constituents.models import Attachment, Petition, Referral
from constituents.moves import KEEPERS
from constituents.next_step import WAITS, others
from constituents.referral_views import referrals_shown
from constituents.timeline import reckonings
from constituents.verb_pages import perform
from office import audit, clock, files, keyset, papers, personal_data
from office.reveals import Reason
from office.roles import Role
from office.uploads import CONTENT_TYPES, PICTURES

_PER_PAGE = 25
_WORDS = 100
"""So many signs of a matter are read for its line in the list, which shows the first of them."""
_OFFERED = 8
_KIND_OF = {content_type: kind for kind, content_type in CONTENT_TYPES.items()}


def matters(request):
    """The register, newest first, page by page: which part of it, and what it is narrowed to, stand in the address."""
    today = clock.today()
    form = matter_filter.Narrow(request.GET, user=request.user)
    form.is_valid()
    rows = form.apply(_listed(request.user), user=request.user, on=today)
    page = _turned(rows, form.cleaned_data.get("q", ""), request.GET.get("after"), request.user)
    context = {
        "form": form,
        "parts": matter_filter.PARTS,
        "statuses": Petition.Status.choices,
        "status_shown": dict(Petition.Status.choices).get(form.part_shown),
        "page": page,
        "rows": _with_dues(page.rows, today),
        "asked": _asked_besides(request.GET, "part", "after"),
        **_who(request.user),
    }
    return render(request, "constituents/list.html", context)


class Line(NamedTuple):
    """One matter in the list, what is due next, and what its state is called."""

    petition: Petition
    due: dues.Due | None
    state: str


def _listed(user):
    """The register with no more of each matter than its line shows: its words may fill pages."""
    rows = rows_for(user).select_related("station", *dues.RULES)
    shown = (
        "year",
        "seq",
        "visitor",
        "paper_id",
        "urgent",
        "status",
        "received_on",
        "station__number",
        "station__name",
    )
    return rows.only(*shown, *dues.COLUMNS).annotate(opening=Left("situation", _WORDS))


def _asked_besides(asked, *names) -> str:
    """The address of a list without these, so that another can be put behind it."""
    kept = asked.copy()
    for name in names:
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""


def _turned(rows, text, after, user):
    if not text:
        return keyset.page(rows, after=after, size=_PER_PAGE)
    narrow = partial(_matching, text=text, user=user, numbered=Petition.objects.numbered(text))
    return keyset.search_page(rows, narrow, after=after, size=_PER_PAGE)


def _matching(rows, *, by_index, text, user, numbered):
    return rows.matching(text, user, by_index=by_index, numbered=numbered)


def _with_dues(rows, today) -> list[Line]:
    """Each row with what is due next; their referrals are read at once."""
    held = Referral.objects.order_by().filter(~Referral.GONE, petition__in=[row.pk for row in rows])
    by_matter, names = {}, dict(Petition.Status.choices)
    for referral in held.select_related(*dues.REFERRAL_RULES).only("petition_id", *dues.REFERRAL_COLUMNS):
        by_matter.setdefault(referral.petition_id, []).append(referral)
    found = [next(iter(dues.dues(row, by_matter.get(row.pk, []), today)), None) for row in rows]
    return [Line(row, due, names[row.status]) for row, due in zip(rows, found, strict=True)]


def _who(user) -> dict:
    """For the templates: who looks. A deputy's page is for the phone; a reader sees no names."""
    keeps = user.is_superuser or user.has_role(*KEEPERS)
    deputy = user.has_role(Role.DEPUTY)
    at_desk = user.has_role(Role.STATION_OFFICER, Role.STATION_HEAD)
    clear = personal_data.view_of(user, Petition) == personal_data.CLEAR
    who = {"as_deputy": deputy and not keeps, "is_deputy": deputy, "masked": not (keeps or deputy)}
    return {**who, "at_desk": at_desk, "clear": clear, "opens_paper": keeps}


def matter(request, pk):
    """One matter: the words, the people, where it lies, the way so far, and what this person does next."""
    read = whole(request.user, pk, clock.today())
    context = {
        "matter": read,
        "petition": read.petition,
        "referrals": referrals_shown(read),
        "waits": WAITS[read.petition.status],
        "others": others(read.petition, request.user, read.next),
        "own": _is_followed_by(read.petition, request.user),
        **_who(request.user),
    }
    return render(request, "constituents/detail.html", context)


def _is_followed_by(petition, user) -> bool:
    deputy = petition.followed_up_by or petition.deputy
    return deputy is not None and deputy.user_id == user.pk


def timeline(request, pk):
    """One matter from the first words to the verdict, as one printed file; with the person in full, on record why."""
    read = whole(request.user, pk, clock.today())
    full = request.method == "POST" and request.POST.get("reason") in Reason.values
    if full:
        papers.printed(read.petition, paper="file", by=request.user, at=clock.now(), reason=request.POST["reason"])
    asks = personal_data.view_of(request.user, Petition) == personal_data.ASK
    context = {
        "matter": read,
        "petition": read.petition,
        "referrals": reckonings(read),
        "pictures": {CONTENT_TYPES[kind] for kind in PICTURES},
        "now": clock.now(),
        "office_name": settings.OFFICE_NAME,
        "reasons": Reason.choices if asks else (),
        "full": full,
        **_who(request.user),
    }
    return render(request, "constituents/timeline.html", context)


def move(request, pk, verb):
    """The page of one verb."""
    if verb not in PETITION:
        raise Http404
    deed = PETITION[verb]
    petition = get_object_or_404(rows_for(request.user).select_related("station__jurisdiction", "deputy"), pk=pk)
    given, context = _more(request, petition, verb, deed)
    return perform(
        request,
        petition,
        verb,
        deed.form,
        partial(_do, petition, deed, request.user),
        back=reverse("constituents:detail", args=[pk]),
        template=deed.template,
        context={**context, **_who(request.user)},
        **given,
    )


def _more(request, petition, verb, deed) -> tuple[dict, dict]:
    """What goes to the form, and to the page, beside the matter."""
    given = {"on": clock.today()} if deed.form_dated else {}
    if verb != "merge":
        return given, {}
    others = _mergeable(petition, request.user)
    text = " ".join(request.GET.get("q", "").split())[:100]
    given = {"others": others, "initial": {"into": request.GET.get("into", "")}}
    return given, {"text": text, "found": _candidates(petition, request.user, others, text)}


def _mergeable(petition, user):
    rows = Petition.objects.visible_to(user, roles=KEEPERS).exclude(pk=petition.pk).filter(merged_into=None)
    return rows.exclude(status=Petition.Status.VOID).select_related("station", "deputy")


def _candidates(petition, user, others, text) -> list[Petition]:
    """What was searched for; without a search what looks the same."""
    if text:
        return list(others.matching(text, user).order_by("-received_on", "-id")[:_OFFERED])
    told = {"phone": petition.phone, "situation": petition.situation}
    alike = similar.find(user, petition.station, on=clock.today(), **told)
    return [one for one in alike if one.pk != petition.pk]


def _do(petition, deed, user, *, at, seen, **told) -> str:
    day = {"on": clock.local_date(at)} if deed.dated else {}
    deed.action(petition, by=user, at=at, seen=seen, **day, **told)
    return reverse("constituents:detail", args=[petition.pk])


def attachment(request, pk):
    """One file, to whoever may see it; each opening is written down."""
    one = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    audit.record(by=request.user, at=clock.now(), action="attachment.opened", subject=one)
    return files.download(one.file.name, one.name, _KIND_OF[one.kind], inline="inline" in request.GET)
