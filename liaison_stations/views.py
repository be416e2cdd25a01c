"""Stations and the rota on the screen, on paper and in a calendar programme."""

from contextlib import suppress
from datetime import date

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Deputy
from liaison_stations import actions, calendars, forms, pages, station_papers
from liaison_stations.models import FeedToken, Reception, ReceptionDuty, Station, StationPost, TurnRequest
from office import clock, files, statutory, submissions
from office.roles import Role
from office.uploads import PICTURES
from office.workdays import YEARS, Calendar

FED = (Role.DEPUTY, Role.STATION_OFFICER, Role.STATION_HEAD)
"""Who has receptions of their own, and so a feed of them."""
_FEED_MONTHS_BACK = 12
_QUESTIONS_SHOWN = 20
_NOTICE_AHEAD = 7
"""Days before the last one for a notice from which on the calendar points at it."""


def month(request):
    """The receptions of a month (``?month=2026-11``), at one station (``?station=``) or at all in sight."""
    today = clock.today()
    first = _month(request, today)
    stations = list(Station.objects.visible_to(request.user))
    station = _station_asked_for(request, stations)
    receptions = list(_receptions(request.user, station, first))
    keeps = request.user.is_superuser or request.user.has_role(*actions.KEEPERS)
    for one in receptions:
        one.mine = any(duty.deputy.user_id == request.user.pk for duty in one.duties.all())
        one.lacks_notice = keeps and _lacks_notice(one, today)
    days_off = statutory.completed(Calendar.load(), first.year)
    page = {
        "first": first,
        "earlier": _beside(first, -1),
        "later": _beside(first, 1),
        "today": today,
        "stations": stations,
        "station": station,
        "leaves": calendars.sheet(first, receptions, days_off),
        "receptions": receptions,
        "turn": _next_turn(request.user, today),
        "questions": _waiting(request.user, today),
        "feed": _feed_address(request),
    }
    return render(request, "liaison_stations/month.html", page)


def _lacks_notice(reception, today) -> bool:
    """Whether its notice should hang within the week and does not (D5-二a)."""
    wanted = reception.is_open and reception.kind == Reception.Kind.REGULAR and reception.notice_posted_on is None
    return wanted and today <= reception.planned_on and (reception.notice_by - today).days <= _NOTICE_AHEAD


def _month(request, today) -> date:
    asked = request.GET.get("month")
    if not asked:
        return clock.month_start(today)
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        raise Http404 from None
    if first.year not in YEARS:
        raise Http404
    return first


def _beside(first, months):
    """The month beside this one; none outside the years of the calendar."""
    with suppress(ValueError):
        there = clock.add_months(first, months)
        return there if there.year in YEARS else None


def _station_asked_for(request, stations):
    asked = request.GET.get("station")
    if not asked:
        return None
    found = next((one for one in stations if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _receptions(user, station, first):
    rows = Reception.objects.visible_to(user).filter(planned_on__range=(first, clock.month_end(first)))
    rows = rows.filter(station=station) if station else rows
    return rows.select_related("station").prefetch_related(_TURNS).order_by("planned_on", "starts_at", "station")


_TURNS = Prefetch("duties", ReceptionDuty.objects.select_related("deputy").order_by("pk"))


def _next_turn(user, today):
    """The person's own next turn: the one thing that a deputy wants to know."""
    return (
        ReceptionDuty.objects.filter(
            deputy__user=user, reception__planned_on__gte=today, reception__cancelled=False, reception__held_on=None
        )
        .select_related("reception__station", "deputy")
        .order_by("reception__planned_on", "reception__starts_at")
        .first()
    )


def _waiting(user, today):
    """Questions that wait for this person's answer: of other deputies, or about leave for the office."""
    rows = TurnRequest.objects.visible_to(user).filter(
        state=TurnRequest.State.ASKED, reception__planned_on__gte=today, duty__isnull=False
    )
    rows = rows.exclude(asked_by=user).select_related("reception__station", "deputy", "to_deputy")
    office = user.is_superuser or user.has_role(*actions.STAFF)
    return [row for row in rows[:_QUESTIONS_SHOWN] if actions.may_answer(user, row, approves=office)]


def _feed_address(request) -> str:
    if not request.user.has_role(*FED):
        return ""
    feed = FeedToken.objects.filter(user=request.user).first() or actions.feed_of(request.user, at=clock.now())
    return request.build_absolute_uri(reverse("stations:feed", args=[feed.token]))


def renew_feed(request):
    """A new address for the own feed; the old one reads nothing any more."""
    actions.renew_feed(by=request.user, at=clock.now())
    messages.success(request, _("The calendar address is new. Please enter it in your phone again."))
    return redirect("stations:calendar")


def feed(request, token):
    """One person's receptions for a calendar programme; whoever knows the address may read it."""
    row = FeedToken.objects.select_related("user").filter(token=token, user__is_active=True).first()
    if row is None:
        raise Http404
    host = request.get_host().partition(":")[0]
    at = clock.now()
    content = calendars.feed(_of_person(row.user, at), title=_("Receptions of %s") % row.user, host=host, at=at)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="receptions.ics"'
    response.headers["Cache-Control"] = "private, max-age=900"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _of_person(user, at):
    """A deputy's own turns, and all receptions of the stations where the person has a post."""
    since = clock.add_months(clock.local_date(at), -_FEED_MONTHS_BACK)
    own = ReceptionDuty.objects.filter(deputy__user=user).order_by().values("reception")
    posts = StationPost.objects.filter(user=user).order_by().values("station") if _at_station(user) else ()
    rows = Reception.objects.filter(pk__in=own) | Reception.objects.filter(station__in=posts)
    return rows.filter(planned_on__gte=since).select_related("station").prefetch_related(_TURNS).order_by("pk")


def _at_station(user):
    return user.has_role(Role.STATION_OFFICER, Role.STATION_HEAD)


# Stations


def index(request):
    """The stations in sight."""
    stations = Station.objects.visible_to(request.user).select_related("jurisdiction", "head")
    return render(request, "liaison_stations/index.html", {"stations": stations})


def station(request, pk):
    """One station: where it is, when it is open, who works there, which deputies of which level receive there."""
    rows = Station.objects.visible_to(request.user).select_related("jurisdiction", "head")
    one = get_object_or_404(rows, pk=pk)
    today = clock.today()
    serving = Deputy.objects.in_office(today, today).filter(stations=one).select_related("term__jurisdiction", "group")
    levels = {}
    for deputy in serving.order_by("term__jurisdiction__code", "district__number", "pk"):
        levels.setdefault(deputy.term.jurisdiction, []).append(deputy)
    page = {
        "station": one,
        "posts": one.posts.order_by("kind", "pk"),
        "levels": levels.items(),
        "recurrences": one.recurrences.exclude(until__lt=today).order_by("since", "pk"),
        "coming": _coming(one, today),
        "today": today,
        "keeps": actions.may_keep(request.user, one.pk),
    }
    return render(request, "liaison_stations/station.html", page)


def _coming(station, today):
    rows = station.receptions.filter(planned_on__gte=today, cancelled=False, held_on=None)
    return rows.prefetch_related(_TURNS).order_by("planned_on", "starts_at")[:3]


def photo(request, pk):
    """The photo of a station, for whoever may see the station."""
    one = get_object_or_404(Station.objects.visible_to(request.user), pk=pk)
    kind = one.photo.name.rpartition(".")[2]
    if kind not in PICTURES:
        raise Http404
    return files.download(one.photo.name, f"station-{one.pk}.{kind}", kind, inline=True)


def appoint(request, pk):
    """Bring deputies and voters together at a time of its own (D5-二b)."""
    one = get_object_or_404(Station.objects.visible_to(request.user, roles=actions.KEEPERS), pk=pk)
    today = clock.today()
    deputies = Deputy.objects.owing(today, today).filter(stations=one)
    form = forms.AppointForm(request.POST or None, deputies=deputies)
    if request.method == "POST" and form.is_valid() and (address := _appointed(request, one, form)):
        return redirect(address)
    return render(request, "liaison_stations/appoint.html", {"station": one, "form": form})


def _appointed(request, station, form):
    """The page of the new reception, or None when it is refused."""
    at = clock.now()

    def act():
        made = actions.appoint(by=request.user, at=at, on=clock.local_date(at), station=station, **form.said())
        messages.success(request, _("The appointment is entered."))
        return reverse("stations:reception", args=[made.pk])

    try:
        return submissions.once(user=request.user, key=form.cleaned_data["key"], at=at, act=act)
    except actions.RotaRefused as refused:
        form.add_error(None, str(refused))


# Receptions


def reception(request, pk):
    """One reception: whose turn it is, and what this person can do about it."""
    one = get_object_or_404(Reception.objects.visible_to(request.user).select_related("station"), pk=pk)
    return render(request, "liaison_stations/reception.html", pages.about(one, request.user, on=clock.today()))


def notice(request, pk):
    """The notice of a reception (接待公告) on a sheet of A4, to be posted three days before (D5-二a)."""
    rows = Reception.objects.visible_to(request.user).select_related("station__jurisdiction")
    one = get_object_or_404(rows.filter(kind=Reception.Kind.REGULAR), pk=pk)
    paper = station_papers.notice(one, on=clock.today())
    return render(request, "liaison_stations/notice.html", {"reception": one, "paper": paper.data})


def sheet(request, pk):
    """The sheet on which the deputies of a reception sign in (签到表), with lines for those who come besides."""
    rows = Reception.objects.visible_to(request.user).select_related("station__jurisdiction")
    one = get_object_or_404(rows, pk=pk)
    paper = station_papers.sign_in_sheet(one)
    return render(request, "liaison_stations/sheet.html", {"reception": one, "paper": paper.data})
