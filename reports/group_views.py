"""A group leader's pages: the group's month, a reminder, and the records of one deputy, which the deputy reads too."""

from uuid import NAMESPACE_URL, uuid5

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from deputies.models import Deputy, DeputyGroup
from office import audit, clock, notices, paging, submissions, typed
from office.models import User
from office.roles import STAFF, Role
from reports import closing, group_month
from reports.annual import figures, own, screen
from reports.annual.period import Period
from reports.annual.records import households
from reports.commendations import points
from reports.duties import screen as duties_screen
from reports.snapshot import report_tx
from reports.subjects import DUTY_FILE, OWN, Kind, Subject
from visits import reviews, rules
from visits.models import Visit

PAGE = 20
_LEADING = frozenset({Role.GROUP_LEADER})
_READING = _LEADING | STAFF | {Role.LEADER}


def group(request):
    """``?group=&month=2026-10``: each member's month, the open questions, and the course of the year."""
    on = clock.today()
    first = rules.month_named(request.GET["month"], on) if request.GET.get("month") else clock.month_start(on)
    if first is None:
        raise Http404
    asked = request.GET.get("group")
    groups = DeputyGroup.objects.visible_to(request.user, roles=_READING).of_running_terms(or_key=asked)
    groups = list(groups.select_related("term"))
    chosen = typed.one_of(groups, asked, next(iter(groups), None))
    context = {"groups": groups, "group": chosen, "month": first, "on": on, **_leaf(first, on)}
    return render(request, "reports/group.html", context | (_month(request, chosen, first, on) if chosen else {}))


def _leaf(first, on) -> dict:
    is_now = first == clock.month_start(on)
    earlier = clock.add_months(first, -1)
    return {
        "is_now": is_now,
        "earlier": earlier if earlier >= rules.oldest_month(on) else None,
        "later": None if is_now else clock.add_months(first, 1),
    }


def _month(request, chosen, first, on) -> dict:
    with report_tx():
        report, lines = group_month.read(chosen, first, clock.month_end(first), on=on, user=request.user)
    bars = screen.month_bars(report.total)
    months = [f"?group={chosen.pk}&month={first.year}-{n:02d}" for n in range(1, 13)]
    return {
        "lines": lines,
        "n_met": sum(line.state == "met" for line in lines),
        "n_asked": sum(line.state != "not_owed" for line in lines),
        "contacts": report.total[f"month.{first.month}"],
        "questions": sum(line.deputy.n_asked for line in lines),
        "bars": list(zip(bars, months, strict=True)),
        "may_remind": request.user.has_role(*_LEADING, *STAFF),
    }


@require_POST
def remind(request, pk):
    """Tell a member, at most once a day, that this month's contact is awaited (D1-3①b, D8-五a)."""
    seen = Deputy.objects.visible_to(request.user, roles=_LEADING | STAFF, along=DUTY_FILE)
    deputy = get_object_or_404(seen.select_related("group"), pk=pk)
    page = reverse("reports:group") + (f"?group={deputy.group_id}" if deputy.group_id else "")
    if deputy.user_id in (None, request.user.pk):
        messages.warning(request, _("%s has no sign-in of their own; please call.") % deputy)
        return redirect(page)
    told = _remind(deputy, by=request.user, at=clock.now())
    if told:
        messages.success(request, _("%s is reminded.") % deputy)
    else:
        messages.info(request, _("%s was reminded today already.") % deputy)
    return redirect(page)


def _remind(deputy, *, by, at) -> bool:
    """Whether it is the first reminder of the day, whoever sent it; it stands in the trail."""
    day, done = clock.local_date(at), []
    receiver = User.objects.get(pk=deputy.user_id)

    def act():
        text = _("Your group reminds you: please keep contact with your voters this month, and write it down (D1-3①b).")
        key, page = f"deputy.reminded:{deputy.pk}:{day}", reverse("visits:my_month")
        notices.tell([receiver], key=key, text=text, outside=text, link=page, at=at, kind="reminder")
        audit.record(by=by, at=at, action=group_month.REMINDED, subject=deputy)
        done.append(True)
        return page

    # The key belongs to the receiver: two who remind at once are one reminder.
    submissions.once(user=receiver, key=uuid5(NAMESPACE_URL, f"remind:{deputy.pk}:{day}"), at=at, act=act)
    return bool(done)


def records(request, pk):
    """``?year=`` or ``?month=``, ``&kind=&page=``: a deputy's contacts and households, to read or ask about."""
    on, user = clock.today(), request.user
    deputy = get_object_or_404(_files(user).select_related("district__jurisdiction", "group"), pk=pk)
    first, last = _span(request, on)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in Visit.Kind.values else ""
    rows = Visit.objects.visible_to(user, along=DUTY_FILE).filter(deputy=deputy).between(first, last)
    rows = reviews.beside(rows.filter(kind=kind) if kind else rows).select_related("household", "logged_by")
    page = paging.page(rows, request.GET.get("page"), PAGE)
    for visit in page.rows:
        visit.is_late = not visit.imported and rules.is_late(visit.happened_on, clock.local_date(visit.logged_at))
    is_mine = deputy.user_id == user.pk
    context = {
        "deputy": deputy,
        "is_mine": is_mine,
        "may_review": not is_mine and user.has_role(*reviews.LOOKING),
        "visits": page.rows,
        "n": rows.count(),
        "page": page,
        "kind": kind,
        "kinds": Visit.Kind.choices,
        "year": first.year,
        "month": first if first.month == last.month else None,
        "years": range(on.year, on.year - 6, -1),
        "homes": _homes(deputy, first.year, on, user),
    }
    return render(request, "reports/deputy_records.html", context)


def my_records(request):
    """The own records, by the way that needs no number."""
    deputy = Deputy.objects.visible_to(request.user).present().filter(user=request.user).first()
    if deputy is None:
        return render(request, "visits/no_mandate.html")
    return records(request, deputy.pk)


def _files(user):
    return Deputy.objects.visible_to(user, along=DUTY_FILE)


def _span(request, on):
    month, year = request.GET.get("month"), request.GET.get("year")
    if month:
        first = rules.month_named(month, on)
        if first is None:
            raise Http404
        return first, clock.month_end(first)
    year = typed.number(year) if year else on.year
    if not on.year - 5 <= year <= on.year:
        raise Http404
    return on.replace(year=year, month=1, day=1), on.replace(year=year, month=12, day=31)


def _homes(deputy, year, on, user) -> list:
    """The households of the year, those not seen first, as the annual report lists them."""
    report = figures.Report(Subject(Kind.DEPUTY, str(deputy.pk), deputy.name), Period.year(year), on, [])
    return sorted(households(report, user), key=lambda home: home.is_seen)


def my_year(request):
    """``?year=``: the own annual report so far, last year beside it; each figure opens the records behind it (D1-4).

    A closed year stands as it was frozen.
    """
    on, user = clock.today(), request.user
    year = typed.number(request.GET.get("year")) if request.GET.get("year") else on.year
    if not on.year - 5 <= year <= on.year:
        raise Http404
    try:
        with report_tx():
            found = own.read(user, year, on=on)
    except closing.Damaged as damaged:
        messages.error(request, str(damaged))
        return redirect("reports:annual")
    if found is None:
        return render(request, "visits/no_mandate.html")
    years = range(on.year, on.year - 6, -1)
    context = {"own": found, "deputy": found.row.deputy, "year": year, "years": years, "on": on}
    context["score"] = points.Scheme.among(found.report.rules, year, on=on).score(found.row)
    return render(request, "reports/my_year.html", context)


def my_year_asked(request):
    """What the clauses ask of the deputy and what is still missing: a part of the page of the year, read after it."""
    on, user = clock.today(), request.user
    found = duties_screen.read(Subject(Kind.DEPUTY, OWN, str(user)), duties_screen.OF_A_DEPUTY, on=on, user=user)
    return render(request, "reports/_my_year_asked.html", {"sheet": duties_screen.sheet(found, on), "on": on})
