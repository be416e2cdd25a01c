"""The candidates for commendation in the admin site, the choice among them, and the list as workbook or PDF (D9-6)."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from constituents.verb_pages import carry_out
from deputies.models import CongressSession
from office import bulk, clock, typed
from office.admin_site import hand_out, may
from office.pdf import PaperRefused
from office.roles import STAFF
from office.sheets import Head, Table, Workbook
from reports import closing
from reports.commendations import actions, candidates, paper
from reports.commendations.forms import AskForm, AwardForm, ChooseForm, DeclineForm, TakeBackForm
from reports.commendations.models import Commendation
from reports.snapshot import report_tx
from reports.subjects import own_place

PAGE = 50
LIST = "admin:reports_commendation_changelist"


def damage_said(view):
    """What was frozen of a closed year and is damaged is said above the list of the commended, never shown."""

    @wraps(view)
    def answered(request, model_admin):
        try:
            return view(request, model_admin)
        except closing.Damaged as damaged:
            messages.error(request, str(damaged))
            return redirect(LIST)

    return answered


@damage_said
def board(request, model_admin):
    """``?kind=group&year=2026&every``: who meets the criteria, each figure with its threshold; and the choice."""
    found, ask = _found(request)
    form = ChooseForm(request.POST or None)
    if request.method == "POST" and (address := _choose(request, found, form)):
        return redirect(address)
    rows = found.rows if ask["every"] else found.meeting
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Candidates for commendation"),
        "opts": model_admin.opts,
        "found": found,
        "page": page,
        "form": form,
        "ask": ask,
        "years": range(clock.today().year, clock.today().year - 5, -1),
        "kinds": Commendation.Kind.choices[:2],
        "chosen": request.POST.getlist("row"),
        "address": request.GET.urlencode(),
    }
    return model_admin.page(request, "admin/commendations/board.html", context)


def _found(request):
    if not may(request.user, STAFF):
        raise PermissionDenied
    form = AskForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    kind, on = said.get("kind") or Commendation.Kind.DEPUTY, clock.today()
    ask = {"kind": kind, "year": said.get("year") or on.year, "every": said.get("every", False)}
    with report_tx():
        return candidates.read(kind, own_place(request.user), ask["year"], on=on, user=request.user), ask


def _choose(request, found, form) -> str:
    keys = {typed.key(one) for one in request.POST.getlist("row")}
    chosen = found.by_key(keys)
    if not chosen:
        messages.warning(request, _("Choose at least one."))
        return ""
    if not form.is_valid():
        return ""

    def act(at):
        told = {"kind": found.kind, "year": found.year, "ground": form.cleaned_data["ground"]}
        actions.choose(chosen, by=request.user, at=at, **told)
        return reverse(LIST)

    return carry_out(request, form, act, refusals=(actions.NotCommended,), said=_("Put on the list: %d.") % len(chosen))


@damage_said
def xlsx(request, model_admin):
    """The candidates with every figure and threshold as a workbook."""
    found, ask = _found(request)
    rows = found.rows if ask["every"] else found.meeting
    at = clock.now()
    title = _("Candidates for commendation %d") % found.year
    book = Workbook(title=title, author=settings.OFFICE_NAME, at=at)
    book.table(_table(title, rows))
    return hand_out(request, title, book.bytes(), of="commendation.candidates", number=len(rows), at=at)


@damage_said
def as_pdf(request, model_admin):
    """The same on A4; it stands in the trail that it was made."""
    found, ask = _found(request)
    rows, at = found.rows if ask["every"] else found.meeting, clock.now()
    title = _("Candidates for commendation %d") % found.year
    try:
        content = paper.pdf_of(title, found, rows, on=clock.local_date(at))
    except PaperRefused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('admin:reports_commendation_candidates')}?{request.GET.urlencode()}")
    return hand_out(request, title, content, of="commendation.candidates", number=len(rows), at=at, ending="pdf")


def _table(title, rows) -> Table:
    heads = [Head(_("full name")), Head(_("place"))]
    for line in rows[0].lines if rows else ():
        heads += [Head(f"{line.label}（{line.clause}）"), Head(_("asked at least"))]
    heads.append(Head(_("remark")))
    cells = (
        [
            str(one.row),
            str(_place(one.row)),
            *(cell for line in one.lines for cell in (line.value, line.threshold)),
            one.excluded,
        ]
        for one in rows
    )
    return Table(title, title, heads, cells, fixed=1)


def _place(row):
    return row.district.jurisdiction if hasattr(row, "district") else row.jurisdiction


def _act(request, model_admin, rows, name, form, deed, title):
    return bulk.run(
        model_admin, request, rows, title=title, action=name, form=form, deed=deed, refusals=(actions.NotCommended,)
    )


def propose(model_admin, request, rows):
    """Propose several candidates."""
    form = bulk.BulkForm(request.POST if "confirmed" in request.POST else None)
    return _act(request, model_admin, rows, "propose", form, actions.propose, pgettext("commendation", "Propose"))


def decline(model_admin, request, rows):
    """Decline several, with the reason."""
    form = DeclineForm(request.POST if "confirmed" in request.POST else None)
    return _act(request, model_admin, rows, "decline", form, actions.decline, pgettext("commendation", "Decline"))


def take_back(model_admin, request, rows):
    """Take the last step back, with the reason."""
    form = TakeBackForm(request.POST if "confirmed" in request.POST else None)
    title = pgettext("verb", "Take the last step back")
    return _act(request, model_admin, rows, "take_back", form, actions.take_back, title)


def award(model_admin, request, rows):
    """Award several at one session."""
    sessions = CongressSession.objects.visible_to(request.user, roles=STAFF)
    form = AwardForm(request.POST if "confirmed" in request.POST else None, sessions=sessions)
    return _act(request, model_admin, rows, "award", form, actions.award, pgettext("commendation", "Award"))
