"""The year's plan of the reports to voters: for the office, whoever leads a group, and leaders who read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from constituents.verb_pages import carry_out
from deputies.models import Deputy
from office import clock, submissions, typed
from office.models import Clause
from office.roles import STAFF
from visits.handing_in import CannotFile
from visits.models import ReportExemption, VoterReport
from visits.voters import actions, forms
from visits.voters import plan as plans

SHOWN = 60
CLAUSES = ("D1-4", "D9-2一", "D6-b", "L1-58")


def plan(request):
    """``?year=&only=&by=day&page=``: who reports when, who is exempt and why, and how far the year is (D1-4)."""
    year, only = year_of(request), request.GET.get("only", "")
    if only and only not in plans.ONLY:
        raise Http404
    found = plans.read(request.user, year)
    page = Paginator(found.narrowed(only), SHOWN).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "figures": found.figures,
        "page": page,
        "days": found.days() if request.GET.get("by") == "day" else None,
        "only": only,
        "choices": plans.ONLY.items(),
        "years": range(clock.today().year + 1, clock.today().year - 5, -1),
        "may_plan": request.user.has_role(*STAFF),
        "on": clock.today(),
        "clauses": Clause.objects.filter(key__in=CLAUSES).select_related("regulation"),
    }
    return render(request, "visits/voters/plan.html", context)


def plan_many(request):
    """Plan the reports of many deputies at once: ``?year=``."""
    year = year_of(request)
    # Sent again, the deputies are planned already and would be refused as such.
    if sent := submissions.earlier(user=request.user, key=request.POST.get("key", "")):
        return redirect(sent)
    open_ = [line.deputy for line in plans.read(request.user, year).narrowed(plans.NOBODY_PLANNED)]
    form = forms.PlanForm(request.POST or None, row=VoterReport(), user=request.user, offered=open_)
    if request.method == "POST" and form.is_valid():
        told = form.told()
        chosen, day, each = told.pop("deputies"), told.pop("on"), told.pop("each_district")

        def act(at):
            districts = dict.fromkeys(one.district_id for one in open_ if one in chosen)
            days = plans.days_for(districts, day, each=each)
            actions.plan(chosen, by=request.user, at=at, days=days, **told)
            return f"{reverse('voters:plan')}?year={day.year}&only=planned"

        said = _("Planned; each deputy who signs in is told.")
        if address := carry_out(request, form, act, refusals=CannotFile, said=said):
            return redirect(address)
    return render(request, "visits/voters/plan_many.html", {"form": form, "year": year})


def exempt(request, pk):
    """A deputy need not report in a year (``?year=``): why, and who approved it."""
    deputy = get_object_or_404(Deputy.objects.visible_to(request.user, roles=STAFF).select_related("district"), pk=pk)
    year = year_of(request)
    form = forms.ExemptForm(request.POST or None, row=VoterReport(), user=request.user)
    if request.method == "POST" and form.is_valid():
        told = form.told()

        def act(at):
            actions.exempt(deputy, by=request.user, at=at, year=year, **told)
            return f"{reverse('voters:plan')}?year={year}&only=exempt"

        if address := carry_out(request, form, act, refusals=CannotFile, said=_("The exemption is on record.")):
            return redirect(address)
    return render(request, "visits/voters/exempt.html", {"form": form, "deputy": deputy, "year": year})


@require_POST
def end_exemption(request, pk):
    """The deputy is asked after all."""
    row = get_object_or_404(ReportExemption.objects.visible_to(request.user, roles=STAFF), pk=pk)
    actions.end_exemption(row, by=request.user, at=clock.now())
    messages.success(request, _("The exemption is taken back."))
    return redirect(f"{reverse('voters:plan')}?year={row.year}")


def year_of(request) -> int:
    """``?year=``, as a rule this one; what is no year near this one is 404."""
    this, asked = clock.today().year, request.GET.get("year", "")
    if not asked:
        return this
    year = typed.number(asked)
    if not this - 6 <= year <= this + 1:
        raise Http404
    return year
