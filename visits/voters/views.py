"""The pages of one report to voters: a deputy's own, its text, its steps, its sheets."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from constituents.verb_pages import carry_out
from deputies.models import Deputy
from office import clock, pdf
from office.admin_trail import history
from office.models import Clause
from office.papers import printed
from office.roles import STAFF
from visits import file_views
from visits.handing_in import CannotFile
from visits.models import ReportExemption, ReportFile, VoterReport
from visits.models.voters import PARTS
from visits.voters import actions, forms, papers
from visits.voters.table import DEPUTY, VERBS, WRITING, offered


def mine(request):
    """The deputy's own reports, the latest first, and whether one is owed this year still."""
    today = clock.today()
    own = VoterReport.objects.visible_to(request.user, roles=DEPUTY)
    rows = list(own.select_related("district").order_by("-planned_on", "-pk"))
    exempt = ReportExemption.objects.visible_to(request.user, roles=DEPUTY).filter(year=today.year).first()
    standing = [row for row in rows if row.status != row.Status.CANCELLED and row.day.year == today.year]
    context = {
        "now": next((row for row in standing if row.is_held), None) or next(iter(standing), None),
        "rows": rows,
        "exempt": exempt,
        "year": today.year,
        "on": today,
        "clause": Clause.objects.filter(key="D1-4").select_related("regulation").first(),
    }
    return render(request, "visits/voters/mine.html", context)


def new(request):
    """A deputy plans the own report."""
    deputy = Deputy.objects.visible_to(request.user, roles=DEPUTY).filter(user=request.user)
    row = deputy.select_related("district").first()
    if row is None:
        return render(request, "visits/no_mandate.html")
    form = forms.OwnPlanForm(request.POST or None, row=VoterReport(), user=request.user)
    if request.method == "POST" and form.is_valid():
        told = form.told()
        day = told.pop("on")

        def act(at):
            days = {row.district_id: day}
            made = actions.plan(deputy, by=request.user, at=at, days=days, roles=DEPUTY, **told)
            return reverse("voters:report", args=[made[0].pk])

        if address := carry_out(request, form, act, refusals=CannotFile, said=_("Your report to voters is planned.")):
            return redirect(address)
    return render(request, "visits/voters/new.html", {"form": form, "deputy": row})


def report(request, pk):
    """One report: how it stands, what may be done, its text, its result, its sheets, and its way so far."""
    row = _found(request, pk)
    keeps, is_mine = _is_theirs(request.user, row, STAFF), row.deputy.user_id == request.user.pk
    may_keep = keeps and row.status not in (row.Status.FILED, row.Status.PUBLISHED, row.Status.CANCELLED)
    asked = pgettext("report to voters", "Signed sheets (sign-in, tally)")
    verbs = [verb for verb in offered(row, request.user) if keeps or (is_mine and verb.roles >= DEPUTY)]
    forward = (verb for verb in verbs if verb.now not in ("", row.status, row.Status.CANCELLED))
    context = {
        "row": row,
        "meeting": list(_same_meeting(request.user, row)),
        "next": next(forward, None),
        "verbs": verbs,
        "parts": [(row._meta.get_field(name).verbose_name, getattr(row, name)) for name in PARTS],
        "may_write": row.status in WRITING and (keeps or is_mine),
        "keeps": keeps,
        "papers": papers.offered(row) if row.status != row.Status.CANCELLED else [],
        "files": list(row.files.select_related("added_by")),
        "upload": forms.SheetsForm(label=asked) if may_keep else None,
        "history": history(row),
        "is_mine": is_mine,
        "on": clock.today(),
    }
    return render(request, "visits/voters/report.html", context)


def text(request, pk):
    """The text of a report, kept as far as it is written."""
    row = _theirs(request, pk, STAFF | DEPUTY)
    page = reverse("voters:report", args=[pk])
    if row.status not in WRITING and request.method != "POST":
        messages.warning(request, _("The text of this report is closed: the result is with the deputy."))
        return redirect(page)
    form = forms.TextForm(request.POST or None, row=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        told = form.told()

        def act(at):
            actions.write(row, by=request.user, at=at, seen=form.cleaned_data["seen"], **told)
            return page

        if address := carry_out(
            request, form, act, refusals=CannotFile, said=_("The text is kept; you can go on later.")
        ):
            return redirect(address)
        _open_anew(form)
    return render(request, "visits/voters/text.html", {"form": form, "row": row, "back": page})


def step(request, pk, verb):
    """One step of a report: what is asked for it, and the deed."""
    if verb not in VERBS:
        raise Http404
    move = VERBS[verb]
    row = _theirs(request, pk, move.roles)
    page = reverse("voters:report", args=[pk])
    if row.status not in move.sources and request.method != "POST":
        told = {"state": row.get_status_display(), "verb": move.name}
        messages.warning(request, _("This report is “%(state)s” now; “%(verb)s” is not possible.") % told)
        return redirect(page)
    form = forms.FORMS[verb](request.POST or None, row=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        told = form.told()

        def act(at):
            forms.ACTS[verb](row, by=request.user, at=at, seen=form.cleaned_data["seen"], **told)
            return page

        if address := carry_out(request, form, act, refusals=CannotFile, said=_("Done: %s.") % move.name):
            return redirect(address)
        _open_anew(form)
    return render(request, "visits/voters/step.html", {"form": form, "row": row, "move": move, "back": page})


def _open_anew(form):
    """What is sent next is sent in knowledge of the row as it stands now."""
    form.row.refresh_from_db(fields=["version"])
    form.open_anew()


def paper(request, pk, paper):
    """One paper of the report as PDF; that it was made stands in the trail."""
    row = _found(request, pk)
    if paper not in dict(papers.offered(row)):
        raise Http404
    meeting = [row, *_same_meeting(request.user, row)]
    try:
        content = papers.render(row, paper, meeting=meeting)
    except pdf.PaperRefused as refused:
        messages.error(request, str(refused))
        return redirect("voters:report", pk)
    printed(row, paper=f"voters_{paper}", by=request.user, at=clock.now())
    name = f"{papers.PAPERS[paper]} {row.deputy} {row.day.isoformat()}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def add_sheets(request, pk):
    """Add the scans of what was signed."""
    row, page = _theirs(request, pk, STAFF), reverse("voters:report", args=[pk])
    return file_views.add(request, row, actions.add_sheets, page=page, form_class=forms.SheetsForm)


@require_POST
def remove_sheet(request, pk):
    """Take a scan out again."""
    one = get_object_or_404(ReportFile.objects.visible_to(request.user).select_related("report"), pk=pk)
    _theirs(request, one.report_id, STAFF)
    page = reverse("voters:report", args=[one.report_id])
    return file_views.change(request, actions.remove_sheet, one, page=page)


def sheet(request, pk):
    """One scan, to whoever may see the report."""
    return file_views.hand_out(request, get_object_or_404(ReportFile.objects.visible_to(request.user), pk=pk))


def _found(request, pk) -> VoterReport:
    rows = VoterReport.objects.visible_to(request.user).select_related(
        "deputy__district__jurisdiction",
        "deputy__group",
        "deputy__term__jurisdiction",
        "district__jurisdiction",
        "visit",
    )
    return get_object_or_404(rows, pk=pk)


def _theirs(request, pk, roles) -> VoterReport:
    """The report, where one of ``roles`` makes it this person's to change; visible alone is not enough."""
    row = _found(request, pk)
    if not _is_theirs(request.user, row, roles):
        raise PermissionDenied
    return row


def _is_theirs(user, row, roles) -> bool:
    return VoterReport.objects.visible_to(user, roles=roles).filter(pk=row.pk).exists()


def _same_meeting(user, row):
    """The other reports of the meeting that this person may see."""
    return VoterReport.objects.visible_to(user).of_meeting(row).exclude(pk=row.pk).select_related("deputy")
