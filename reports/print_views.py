"""Paper out (N5): every form the office prints, filled from a record or blank, and each as a PDF."""

import io
from datetime import date, timedelta
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.models import Household
from deputies.models import Deputy
from liaison_stations.models import Reception, Station
from office import clock, personal_data, policy, typed
from office.pdf import PaperRefused
from office.reveals import Reason
from office.roles import STAFF, Role
from office.workdays import YEARS
from reports.printing import audit, records
from reports.printing.kinds import COPIES, FORMS, GROUPS, Asked, CannotPrint, Form
from visits.models import GroupActivity

_SHOWN = 30
_BACK, _AHEAD = 60, 60
"""Days of receptions to choose from."""


class Offer(NamedTuple):
    """One form on the page: what it is, and from which kinds of record this person may fill it."""

    form: Form
    kinds: tuple[str, ...]

    def __bool__(self):
        return bool(self.kinds)


def papers(request):
    """Every form with its picture and what it is for; from a record, or blank."""
    today, user = clock.today(), request.user
    offers = [offer for form in FORMS.values() if (offer := Offer(form, _kinds(form, user))) or _writes_by_hand(user)]
    kinds = {kind for offer in offers for kind in offer.kinds}
    by_name = {offer.form.name: offer for offer in offers}
    groups = [(title, [by_name[name] for name in names if name in by_name]) for title, names in GROUPS]
    context = {
        "offers": offers,
        "groups": [(title, those) for title, those in groups if those],
        "stations": list(Station.objects.visible_to(user)) if "station" in kinds else [],
        "receptions": list(_receptions(user, today)) if "reception" in kinds else [],
        "activities": list(_activities(user)) if "activity" in kinds else [],
        "own": _own_name(user) if "deputy" in kinds else "",
        "reasons": Reason.choices if personal_data.view_of(user, Household) == personal_data.ASK else (),
        "month": today,
        "most": COPIES,
    }
    return render(request, "reports/papers.html", context)


def _kinds(form, user) -> tuple[str, ...]:
    """The kinds of record from which this person may fill a form; a unit only what it was handed."""
    hidden = personal_data.view_of(user, Household) == personal_data.HIDDEN
    if form.name == "visit_card" and hidden and not user.has_role(Role.DEPUTY):
        return ()
    return tuple(kind for kind in form.of if _may(form, kind, user))


def _writes_by_hand(user) -> bool:
    """Office and desk keep blanks of everything; the others are shown what they fill from their own records."""
    return user.is_superuser or user.has_role(*STAFF, Role.STATION_OFFICER, Role.STATION_HEAD)


def _may(form, kind, user) -> bool:
    return policy.line_for(form.doors[kind]).allows(user, "GET")


def _receptions(user, today):
    near = (today - timedelta(days=_BACK), today + timedelta(days=_AHEAD))
    rows = Reception.objects.visible_to(user).filter(planned_on__range=near, cancelled=False)
    return rows.select_related("station").order_by("-planned_on", "pk")[:_SHOWN]


def _activities(user):
    return GroupActivity.objects.visible_to(user).select_related("group").order_by("-happened_on", "-pk")[:_SHOWN]


def _own_name(user) -> str:
    if not user.has_role(Role.DEPUTY):
        return ""
    return Deputy.objects.visible_to(user).filter(user=user).values_list("name", flat=True).first() or ""


# One form as a PDF


def print_form(request, name):
    """One form: ``?petition=`` or the id of another record, or ``number=``, ``name=``; blank without.

    Besides ``year=``, ``month=``, ``copies=`` and, where it is asked for, ``reason=``. With ``blank=1`` nothing is
    filled in, whatever else was chosen.
    """
    form = FORMS.get(name)
    if form is None:
        raise Http404
    try:
        asked = _asked(request, form)
        copies = _copies(request.GET.get("copies"), form)
        reason = _reason(request, form, asked)
        paper = form.paper(asked)
        content = paper.pdf(copies)
    except (CannotPrint, PaperRefused) as refused:
        messages.error(request, str(refused))
        return redirect("reports:papers")
    audit.record(form, asked, at=clock.now(), reason=reason)
    return _answer(paper, content)


def _answer(paper, content) -> FileResponse:
    """Shown in the browser's own reader, which needs a shape of its own and may load nothing."""
    response = FileResponse(io.BytesIO(content), filename=f"{paper.title}.pdf", content_type="application/pdf")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _asked(request, form) -> Asked:
    """What the address asks for; 404 for what this person does not see, CannotPrint for what is not clear."""
    address = request.build_absolute_uri(reverse("constituents:public"))
    if request.GET.get("blank"):
        return Asked(on=clock.today(), address=address, user=request.user)
    kind, row = _row(request, form)
    month, year = _month(request.GET.get("month")), typed.number(request.GET.get("year"))
    period = form.by_period or row is not None
    return Asked(
        kind=kind,
        row=row,
        year=year if period and year in YEARS else None,
        month=month if period else None,
        on=clock.today(),
        address=address,
        user=request.user,
    )


def _row(request, form):
    given = [kind for kind in form.of if request.GET.get(kind)]
    if len(given) > 1:
        raise CannotPrint(_("Choose one record, or none for a blank."))
    if given:
        _allow(form, given[0], request.user)
        return given[0], _found(given[0], request.GET[given[0]], request.user)
    number, name = (request.GET.get(key, "").strip() for key in ("number", "name"))
    if number and form.of[0] in ("petition", "referral"):
        _allow(form, form.of[0], request.user)
        return form.of[0], _numbered(form.of[0], number, request.user)
    if name and "deputy" in form.of:
        _allow(form, "deputy", request.user)
        return "deputy", _named(name, request.user)
    if form.by_period and (request.GET.get("month") or request.GET.get("year")):
        _allow(form, form.of[0], request.user)
    return "", None


def _allow(form, kind, user):
    if not _may(form, kind, user):
        raise PermissionDenied


def _found(kind, text, user):
    row = records.find(kind, typed.key(text), user=user)
    if row is None:
        raise Http404
    return row


def _numbered(kind, text, user):
    found = records.numbered(kind, text, user=user)
    if len(found) != 1:
        raise CannotPrint(_("No single matter has the register number “%s”. Please write it out.") % text)
    return found[0]


def _named(text, user):
    found = records.named(text, user=user)
    if len(found) != 1:
        raise CannotPrint(_("No single deputy is called “%s”. Print it from the deputy's own page.") % text)
    return found[0]


def _month(text) -> date | None:
    try:
        first = date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise CannotPrint(_("“%s” is not a month; write it like 2026-03.") % text) from None
    return first if first and first.year in YEARS else None


def _copies(text, form) -> int:
    copies = form.copies if not text else typed.number(text)
    if not 1 <= copies <= COPIES:
        raise CannotPrint(_("From 1 to %d copies at once.") % COPIES)
    return copies


def _reason(request, form, asked) -> str:
    if not audit.asks_why(form, asked):
        return ""
    if request.GET.get("reason") not in Reason.values:
        raise CannotPrint(_("Please say what you need the household's name and address for."))
    return request.GET["reason"]
