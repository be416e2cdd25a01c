"""What everybody may read without a sign-in: the published results of the reports to voters (代表法 Art. 58)."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from visits.models import VoterReport
from visits.voters.plan_views import SHOWN, year_of


def published(request):
    """``?year=&page=``: the results of a year that an office has published; nothing about voters but their number."""
    year = year_of(request)
    rows = _published().filter(held_on__year=year)
    years = {day.year for day in _published().order_by().dates("held_on", "year")} | {year}
    context = {
        "page": Paginator(rows, SHOWN).get_page(request.GET.get("page")),
        "year": year,
        "years": sorted(years, reverse=True),
    }
    return render(request, "visits/voters/published.html", context)


def published_one(request, pk):
    """One published result, to be printed."""
    return render(request, "visits/voters/published_one.html", {"row": get_object_or_404(_published(), pk=pk)})


def _published():
    rows = VoterReport.objects.published().select_related("deputy", "district__jurisdiction")
    return rows.order_by("-held_on", "district__number", "pk")
