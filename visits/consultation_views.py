"""Pages of the topics on which deputies ask the public, with what was heard on each (D8-四3)."""

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404, render

from office import clock, paging
from office.models import Clause
from visits.models import Consultation, Visit

SHOWN = 24


def consultations(request):
    """The topics in sight, the latest first, each with how many opinions this person may read; ``?page=``."""
    rows = Consultation.objects.visible_to(request.user).select_related("jurisdiction")
    mine = Q(opinions__in=Visit.objects.visible_to(request.user).order_by().values("pk"))
    rows = rows.annotate(heard=Count("opinions", filter=mine))
    page = paging.page(rows.order_by("-until", "-pk"), request.GET.get("page"), SHOWN)
    context = {"rows": page.rows, "page": page, "clause": _clause(), "on": clock.today()}
    return render(request, "visits/consultations/list.html", context)


def one(request, pk):
    """One topic: what is asked, and the opinions that this person may read, the latest first; ``?page=``."""
    row = _found(request, pk)
    heard = _opinions(request.user, row)
    page = paging.page(heard.reverse(), request.GET.get("page"), SHOWN)
    context = {
        "row": row,
        "opinions": page.rows,
        "page": page,
        "n_heard": heard.count(),
        "n_asked": row.asked.count(),
        "own": row.asked.filter(user=request.user).exists(),
        "clause": _clause(),
        "on": clock.today(),
    }
    return render(request, "visits/consultations/one.html", context)


def paper(request, pk):
    """All that was heard on a topic, on one sheet for the meeting."""
    row = _found(request, pk)
    opinions = list(_opinions(request.user, row))
    paper = {"sender": row.jurisdiction.congress_office}
    n_deputies = len({visit.deputy_id for visit in opinions})
    context = {"row": row, "opinions": opinions, "n_deputies": n_deputies, "paper": paper}
    return render(request, "visits/consultations/paper.html", context)


def _opinions(user, row) -> QuerySet:
    """By day; of whoever was met no name is read, a sheet is handed round."""
    heard = Visit.objects.visible_to(user).filter(consultation=row).select_related("deputy__district")
    return heard.order_by("happened_on", "pk")


def _found(request, pk) -> Consultation:
    rows = Consultation.objects.visible_to(request.user).select_related("jurisdiction")
    return get_object_or_404(rows, pk=pk)


def _clause():
    return Clause.objects.filter(key="D8-四3").select_related("regulation").first()
