"""The points of the deputies of a place in the admin site, each item with its records, and as a workbook."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from office import clock
from office.admin_site import hand_out, may
from office.regulations.wording import ITEMS, in_words
from office.roles import STAFF
from office.sheets import Head, Table, Workbook
from reports.commendations import points
from reports.commendations.forms import AskForm
from reports.commendations.models import Commendation
from reports.commendations.views import damage_said
from reports.snapshot import report_tx
from reports.subjects import own_place

PAGE = 50


@damage_said
def board(request, model_admin):
    """``?year=2026&sort=suggestions&of=7&page=``: the points by item; while the scheme is off, that it is."""
    scheme, scores = _found(request)
    page = Paginator(scores, PAGE).get_page(request.GET.get("page"))
    context = {
        "title": pgettext("points", "Points for duty"),
        "opts": model_admin.opts,
        "scheme": scheme,
        "columns": [(key, ITEMS[key]) for key in scheme.keys],
        "page": page,
        "lines": [(score, [score.of(key) for key in scheme.keys]) for score in page],
        "sort": request.GET.get("sort", ""),
        "only": request.GET.get("of", ""),
        "years": range(clock.today().year, clock.today().year - 5, -1),
        "kinds": Commendation.Kind.choices[:2],
        "address": request.GET.urlencode(),
    }
    return model_admin.page(request, "admin/commendations/points.html", context)


def _found(request):
    """The scheme of the year asked for, and the points of everybody in sight in the order asked for."""
    if not may(request.user, STAFF):
        raise PermissionDenied
    form, on = AskForm(request.GET), clock.today()
    year = (form.cleaned_data.get("year") if form.is_valid() else None) or on.year
    with report_tx():
        scheme, scores = points.read(own_place(request.user), year, on=on, user=request.user)
    if only := request.GET.get("of"):
        scores = [score for score in scores if str(score.deputy.pk) == only]
    return scheme, points.ordered(scores, request.GET.get("sort", ""))


@damage_said
def xlsx(request, model_admin):
    """The same as a workbook: of each item how often and how many points; back to the page while the scheme is off."""
    scheme, scores = _found(request)
    if not scheme.is_on:
        return redirect("admin:reports_commendation_points")
    at, title = clock.now(), _("Points for duty %d") % scheme.year
    book = Workbook(title=title, author=settings.OFFICE_NAME, at=at)
    book.table(_table(title, scheme, scores))
    return hand_out(request, title, book.bytes(), of="commendation.points", number=len(scores), at=at)


def _table(title, scheme, scores) -> Table:
    heads = [Head(_("full name")), Head(_("place"))]
    for key in scheme.keys:
        heads += [Head(_("number"), str(ITEMS[key])), Head(pgettext("points", "points"), str(ITEMS[key]))]
    heads += [Head(pgettext("points", "total")), Head(pgettext("points", "grade"))]
    notes = [f"{rule.clause} {rule.clause.regulation}：{in_words(rule)}" for rule in scheme.rules]
    return Table(title, title, heads, (_cells(scheme, score) for score in scores), notes, fixed=1)


def _cells(scheme, score) -> list:
    items = [score.of(key) for key in scheme.keys]
    pairs = [(item.number, item.points) if item else (None, None) for item in items]
    place = score.deputy.district.jurisdiction.name
    return [score.deputy.name, place, *(cell for pair in pairs for cell in pair), score.total, score.grade]
